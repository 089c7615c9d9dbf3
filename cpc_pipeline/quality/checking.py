"""The parent's side: hand the tables to the inspector, wait for it, keep its outcomes and its pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.quality.pages import index, offline
from cpc_pipeline.quality.suites import rules, suites

OUTCOMES, INDEX = "outcomes.json", "index.html"
MINUTES = 10
FREE_TEXT = ("raw", "note", "source_key", "source_title", "source_url", "institution", "found", "expected", "params")
"""Columns that may hold what a person typed: they are not handed over, and so cannot reach a page."""


class InspectionBroken(Exception):
    """The inspector itself ended badly; says how, never on what."""


@dataclass(frozen=True)
class Outcome:
    """What one rule found in one table. outcome: passed, failed, or broken (it could not be evaluated)."""

    rule: str
    code: str
    severity: str
    table: str
    outcome: str
    checked: int
    unexpected: int


@dataclass(frozen=True)
class Quality:
    """Outcomes of every rule, what they were computed from, and the page that shows them."""

    outcomes: tuple[Outcome, ...]
    content: str
    page: Path


def check(tables: Mapping[str, pl.DataFrame], catalogue: Catalogue, folder: Path, content: str) -> Quality:
    """Evaluate the warehouse rules on the tables and put Data Docs into `folder` in place of what was there.

    content: what the tables were made from; `recall` gives it back, so that nothing is computed twice.
    Raises InspectionBroken where the process failed; a rule that cannot be evaluated is an outcome, not an error.
    """
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".quality-") as scratch:
        work = Path(scratch)
        for name, frame in tables.items():
            frame.drop(FREE_TEXT, strict=False).write_parquet(work / f"{name}.parquet")
        (work / "suites.json").write_text(json.dumps(suites(catalogue, tables), default=str))
        _inspect(work)
        known = {rule.id: rule for rule in rules(catalogue)}
        outcomes = tuple(
            Outcome(code=known[o["rule"]].code, severity=known[o["rule"]].severity, **o)
            for o in json.loads((work / OUTCOMES).read_text())
        )
        docs = work / "docs"
        for path in docs.glob("*.html"):
            path.write_text(offline(path.read_text(encoding="utf-8"), path.stem), encoding="utf-8")
        rows = [asdict(outcome) for outcome in outcomes]
        (docs / INDEX).write_text(index(rows, catalogue), encoding="utf-8")
        (docs / OUTCOMES).write_text(json.dumps({"content": content, "outcomes": rows}, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        for path in docs.iterdir():
            path.chmod(0o600)
        docs.chmod(0o700)
        docs.rename(folder)
    return Quality(outcomes, content, folder / INDEX)


def recall(folder: Path) -> Quality | None:
    """The outcomes that lie in the folder, or None where there are none that can be read."""
    try:
        read = json.loads((folder / OUTCOMES).read_text())
        outcomes = tuple(Outcome(**row) for row in read["outcomes"])
        return Quality(outcomes, read["content"], folder / INDEX) if (folder / INDEX).is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _inspect(work: Path) -> None:
    environment = os.environ | {"GX_ANALYTICS_ENABLED": "false", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "cpc_pipeline.quality.inspector", str(work)]
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60 * MINUTES)
    except subprocess.TimeoutExpired:
        raise InspectionBroken(f"the inspection did not end within {MINUTES} minutes") from None
    if ended.returncode != 0:
        if os.environ.get("CPC_DEBUG"):
            sys.stderr.buffer.write(ended.stderr)
        # The last line of a traceback begins with the kind of error; what follows may quote data.
        last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:] or [""]
        raise InspectionBroken(f"the inspection ended with code {ended.returncode} ({last[0].split(':')[0][:60]})")
