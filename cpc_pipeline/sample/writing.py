"""The sample on disk: the compact, the workbooks where submissions arrive, and the list of what was planted."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import polars as pl

from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.contracts import NATION
from cpc_pipeline.folders import Folders
from cpc_pipeline.intake import Cover, address
from cpc_pipeline.intake.workbook import TITLE_ROWS, fields, workbook_bytes
from cpc_pipeline.sample.country import COMPACT, Country, Request, Row, country, write_compact
from cpc_pipeline.sample.faults import BROKEN, OTHER_YEAR, Planted, plant
from cpc_pipeline.sample.rows import Reports

COLUMNS = ("file", "sheet", "cell", "kind", "code")
"""Of planted.csv. file: below data/raw/<compact>. cell: where the finding is. code: empty where none is."""
WORST = 3


@dataclass(frozen=True)
class Made:
    """What was written: compact is its id, planted the number of faults."""

    compact: str
    workbooks: int
    planted: int


def write_sample(folder: Path, request: Request, progress: Callable[[str], None] = lambda _: None) -> Made:
    """Write folder/compacts/<id>, folder/data/raw/<id>/<year>/<organisation>/annual.xlsx and folder/planted.csv.

    Raises TooFewRows before anything is written.
    """
    plan = country(request)
    reports = Reports(plan)
    for number in range(request.organisations):
        reports.rows_of(number, request.years[0])
    write_compact(folder / "compacts" / COMPACT, plan, _agreed(plan, reports))
    catalogue = load(COMPACT, extra=[folder / "compacts"])
    raw = Folders(folder, COMPACT).raw
    told: list[dict[str, str]] = []
    for year in request.years:
        for number in range(request.organisations):
            name = f"{year}/{plan.organisation(number)}/annual.xlsx"
            told += _write_one(raw, name, catalogue, plan, reports.rows_of(number, year), (number, year))
        progress(str(year))
    with (folder / "planted.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(told)
    return Made(COMPACT, request.organisations * len(request.years), len(told))


def _write_one(
    raw: Path, name: str, catalogue: Catalogue, plan: Country, rows: list[Row], which: tuple[int, int]
) -> list[dict[str, str]]:
    """Write one workbook with its faults; gives their lines of planted.csv."""
    number, year = which
    request = plan.request
    chance = Random(f"{request.seed}/{number}/{year}")
    asked = plan.asked[number % plan.groups]
    monthly, split = ({a.id for a in asked if a.shape == shape} for shape in ("months", "split"))
    mess = request.mess_of(number, year)
    planted = plant(rows, monthly, split, mess, chance) if mess else []
    whole = chance.choice((None, None, None, BROKEN, OTHER_YEAR)) if mess >= WORST else None
    cover = Cover(plan.organisation(number), year - (whole == OTHER_YEAR), "annual")
    columns = fields(catalogue)
    frame = pl.DataFrame({c: pl.Series(c, [row.get(c) for row in rows], dtype=pl.Object) for c in columns})
    content = workbook_bytes(catalogue, cover, frame, frame.clear())
    if whole == BROKEN:
        content, planted = content[: len(content) // 2], [Planted(None, "", BROKEN, "unreadable_file")]
    elif whole == OTHER_YEAR:
        planted.append(Planted(None, "year", OTHER_YEAR, "cover_mismatch"))
    path = raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return [_line(name, each, catalogue) for each in planted]


def _line(name: str, planted: Planted, catalogue: Catalogue) -> dict[str, str]:
    if planted.row is None:
        sheet = catalogue.header.sheets["cover"].name if planted.field else ""
        cell = address(len(catalogue.languages) + 4, 2) if planted.field else "A1"
    else:
        sheet = catalogue.header.sheets["indicators"].name
        cell = address(TITLE_ROWS + 2 + planted.row, fields(catalogue).index(planted.field) + 1)
    return {"file": name, "sheet": sheet, "cell": cell, "kind": planted.kind, "code": planted.code}


def _agreed(plan: Country, reports: Reports) -> tuple[list[Row], list[Row]]:
    """A target a little above what will be reported for each indicator and year, and a baseline below the first."""
    targets, baselines = [], []
    first = plan.request.years[0]
    dimensions = dict.fromkeys(("sex", "age", "form"), "all")
    by = {"agreed_by": "nobody", "agreed_on": f"{first}-01-01", "decision": plan.sample["every"]["decision"]}
    for asked in (a for own in plan.asked.values() for a in own):
        about = {"indicator": asked.id}
        for year in plan.request.years:
            value = round(reports.total(asked, year) * (0.95 if asked.template["direction"] == "down" else 1.05), 1)
            targets.append(
                about | {"year": year, "place": NATION, **dimensions, "value": value, **by, "note": "synthetic"}
            )
        value = round(reports.total(asked, first) * 0.9, 1)
        baselines.append(
            about | {"year": first, "place": NATION, **dimensions, "value": value, **by, "note": "synthetic"}
        )
    return targets, baselines
