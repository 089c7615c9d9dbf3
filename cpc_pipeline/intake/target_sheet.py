"""The target sheet as it comes back from the meeting: which targets were agreed, and what cannot be taken."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL

HEAD = 4
TARGETS = {"indicator": pl.String, "year": pl.Int32, "value": pl.Float64, "note": pl.String}
YEAR_CELL = (2, 1)
LAST = 2  # columns from the right that are filled in: target, note


@dataclass(frozen=True)
class AgreedTargets:
    """targets: indicator, year, value, note. faults: cell, code (a key of wording target_sheet.fault), indicator."""

    targets: pl.DataFrame
    faults: pl.DataFrame


class NotATargetSheet(Exception):
    """The file is not a sheet that `cpc targets` wrote."""


def read_target_sheet(content: bytes, catalogue: Catalogue) -> AgreedTargets:
    """Raises NotATargetSheet. A blank target is none; a text, a value out of its range or one that contradicts what was
    agreed before is a fault, and with any fault nothing may be taken."""
    try:
        rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        year = int(str(rows[YEAR_CELL[0]][YEAR_CELL[1]]).removesuffix(".0"))
    except (CalamineError, IndexError, ValueError, TypeError):
        raise NotATargetSheet from None
    width = len(rows[HEAD]) if len(rows) > HEAD else 0
    if width < LAST + 1 or year not in range(catalogue.header.start.year, catalogue.header.end.year + 1):
        raise NotATargetSheet
    targets: list[dict[str, Any]] = []
    faults: list[dict[str, Any]] = []
    for number, row in enumerate(rows[HEAD + 1 :], start=HEAD + 2):
        value, note = row[width - 2], str(row[width - 1] or "")
        if value == "":
            continue
        code = _fault(str(row[0]), value, year, catalogue)
        if code:
            faults.append({"cell": f"{_letter(width - 2)}{number}", "code": code, "indicator": str(row[0])})
        else:
            targets.append({"indicator": row[0], "year": year, "value": float(str(value)), "note": note})
    return AgreedTargets(
        pl.DataFrame(
            targets, schema={"indicator": pl.String, "year": pl.Int32, "value": pl.Float64, "note": pl.String}
        ),
        pl.DataFrame(faults, schema={"cell": pl.String, "code": pl.String, "indicator": pl.String}),
    )


def add_targets(path: Path, targets: pl.DataFrame, catalogue: Catalogue, agreed_on: date, by: str) -> None:
    """Append them to targets.csv, about the whole country and the group that each indicator is about; whole or not."""
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    kept = path.read_text(encoding="utf-8")
    buffer = StringIO()
    writer = csv.DictWriter(buffer, names, lineterminator="\n", restval="")
    for row in targets.iter_rows(named=True):
        dims = dict.fromkeys(catalogue.dimension_ids, TOTAL) | catalogue.indicators[row["indicator"]].headline
        told = {"agreed_by": by, "agreed_on": agreed_on.isoformat(), "place": NATION, **dims, **row}
        writer.writerow({name: told[name] for name in names if name in told})
    fresh = path.with_suffix(".new")
    fresh.write_text(kept + ("" if kept.endswith("\n") else "\n") + buffer.getvalue(), encoding="utf-8")
    fresh.replace(path)


def _fault(name: str, value: Any, year: int, catalogue: Catalogue) -> str | None:
    indicator = catalogue.indicators.get(name)
    if indicator is None:
        return "unknown_indicator"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "not_a_number"
    if indicator.minimum is not None and value < indicator.minimum:
        return "out_of_range"
    if indicator.maximum is not None and value > indicator.maximum:
        return "out_of_range"
    dims = dict.fromkeys(catalogue.dimension_ids, TOTAL) | indicator.headline
    known = catalogue.targets.filter(
        pl.col("indicator") == name,
        pl.col("year") == year,
        pl.col("place") == NATION,
        *(pl.col(d) == c for d, c in dims.items()),
    )
    return "contradicts" if not known.is_empty() else None


def _letter(column: int) -> str:
    return chr(ord("A") + column)
