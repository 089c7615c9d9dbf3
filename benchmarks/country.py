"""The invented country of a size: workbooks of 500 rows, a tenth of them with faults, and what the peers must know."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.folders import Folders
from cpc_pipeline.intake.workbook import TITLE_ROWS, fields, heading
from cpc_pipeline.project import Project
from cpc_pipeline.sample import COMPACT, Request, write_sample

YEARS, ROWS, EVERY, MESS = tuple(range(2021, 2026)), 500, 10, 2
AGREED = "agreed.json"
GIVEN = {"compacts", "data", "planted.csv", AGREED}


def sample(folder: Path, workbooks: int, years: tuple[int, ...] = YEARS, rows: int = ROWS) -> Path:
    """The folder of that many workbooks, written unless it is there: some years of each organisation."""
    if not (folder / AGREED).exists():
        shutil.rmtree(folder, ignore_errors=True)
        write_sample(folder, Request(max(1, workbooks // len(years)), years, rows, MESS, every=EVERY))
        agreed = for_peers(load(COMPACT, extra=[folder / "compacts"]))
        (folder / AGREED).write_text(json.dumps(agreed, ensure_ascii=False), encoding="utf-8")
    return folder


def synthetic(folder: Path, workbooks: int, rows: int) -> Project:
    """A clean synthetic country with that many workbooks, five years of each organisation."""
    write_sample(folder, Request(workbooks // len(YEARS), YEARS, rows))
    return Project(Folders(folder, COMPACT), load(COMPACT, extra=[folder / "compacts"]))


def fresh(folder: Path) -> Project:
    """The project of a sample, with nothing in it that an earlier run made."""
    for there in folder.iterdir():
        if there.name not in GIVEN:
            _remove(there)
    for there in (folder / "data").iterdir():
        if there.name != "raw":
            _remove(there)
    return Project(Folders(folder, COMPACT), load(COMPACT, extra=[folder / "compacts"]))


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def raw(folder: Path) -> Path:
    return Folders(folder, COMPACT).raw


def planted(folder: Path) -> list[list[str]]:
    """File, cell and code of every fault that was put in and leads to a finding, in order."""
    with (folder / "planted.csv").open(encoding="utf-8", newline="") as file:
        return sorted([row["file"], row["cell"], row["code"]] for row in csv.DictReader(file) if row["code"])


def for_peers(catalogue: Catalogue) -> dict[str, object]:
    """What was agreed, as plain data: a peer reads no catalogue."""
    codes = {d.id: catalogue.codelist_of(d.id).codes for d in catalogue.dimensions}
    return {
        "sheet": catalogue.header.sheets["indicators"].name,
        "header_row": TITLE_ROWS + 1,
        "columns": {heading(catalogue, field): field for field in fields(catalogue)},
        "indicators": {
            i.id: {"unit": i.unit, "whole": i.kind == "count", "least": i.minimum, "most": i.maximum}
            for i in catalogue.indicators.values()
        },
        "places": {code: code for code in catalogue.places.codes},
        "dimensions": {name: {code: code for code in own} for name, own in codes.items()},
        "marks": sorted(mark.upper() for mark in catalogue.missing_marks),
    }
