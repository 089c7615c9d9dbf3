"""What is installed: exactly what the locks name, under licences that are allowed, written down for whoever asks."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

LOCKS = sorted(ROOT.glob("requirements*.lock"))
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(lock: Path) -> dict[str, set[str]]:
    """The versions of each package: one, or one for each of some versions of Python."""
    found: dict[str, set[str]] = {}
    for name, version in PINNED.findall(lock.read_text()):
        found.setdefault(canonical(name), set()).add(version)
    return found


def test_every_package_of_a_lock_has_hashes_and_no_lock_names_where_it_comes_from() -> None:
    assert LOCKS
    for lock in LOCKS:
        text = lock.read_text()
        assert "://" not in text, lock
        for block in re.split(r"\n(?=\S)", text):
            if PINNED.match(block):
                assert "--hash=sha256:" in block, block.splitlines()[0]


def test_locks_that_are_installed_together_agree() -> None:
    known: dict[str, set[str]] = {}
    for name in ("requirements.lock", "requirements-server.lock", "requirements-distributed.lock"):
        for package, versions in pinned(ROOT / name).items():
            assert known.setdefault(package, versions) == versions, f"{package} in {name}"


@pytest.mark.long
@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_the_bill_of_materials_names_what_is_locked_and_every_licence_is_allowed() -> None:
    done = subprocess.run(["make", "-s", "supply"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    if "supply" in done.stderr and not (ROOT / ".venv-supply" / ".ok").exists():
        pytest.skip("the tools cannot be installed here")
    assert done.returncode == 0, done.stdout + done.stderr
    bill = json.loads((ROOT / "dist" / "sbom.cdx.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    locked = {(package, version) for lock in LOCKS for package, own in pinned(lock).items() for version in own}
    named = {canonical(c["name"]): c["version"] for c in bill["components"]}
    assert {"dagster", "duckdb", "polars"} <= set(named)
    outside = {n for n, v in named.items() if (n, v) not in locked} - {"pip", "setuptools"}
    assert outside == set(), "installed, and named by no lock"
