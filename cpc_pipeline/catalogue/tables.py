"""The tables of a compact (CSV): code lists, units, headings, what was agreed, what is known of money and of places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline.catalogue.codes import Code, CodeList, Heading, Unit
from cpc_pipeline.catalogue.crosswalks import Walk
from cpc_pipeline.catalogue.gathering import Gatherer
from cpc_pipeline.catalogue.header import Header
from cpc_pipeline.catalogue.reading import read_csv, split
from cpc_pipeline.catalogue.shapes import NAME as SHAPES
from cpc_pipeline.catalogue.shapes import Shapes, read_shapes

EXCHANGE_RATES: dict[str, pl.DataType] = {
    "from_unit": pl.String(),  # unit id of the money as reported
    "to_unit": pl.String(),
    "year": pl.Int32(),
    "rate": pl.Float64(),  # to_unit for one from_unit, the mean of the year
    "source": pl.String(),
}
DEFLATORS: dict[str, pl.DataType] = {
    "unit": pl.String(),
    "year": pl.Int32(),
    "index": pl.Float64(),  # price level of the year, where that of base_year is 100
    "base_year": pl.Int32(),
    "source": pl.String(),
}


class TableGatherer(Gatherer):
    """Reads one table after the other, and notes the line of what it could not read."""

    def _codelist(self, path: Path, languages: list[str]) -> CodeList:
        codes: dict[str, Code] = {}
        for line, row in enumerate(self._rows(path.relative_to(self.folder).as_posix()), start=2):
            if row["code"] in codes:
                self._fault(path, line, f"code '{row['code']}' is there twice")
            labels = self._labels(path, line, row, languages)
            read = {"parent", "valid_from", "valid_to", "lower", "upper", "residual"}
            known = {"code", "aliases", *read, *(f"label_{x}" for x in languages)}
            said: dict[str, Any] = {k: row[k] for k in read if row.get(k)}
            said |= {"code": row["code"], "labels": labels, "aliases": split(row.get("aliases", ""))}
            said |= {"extra": {k: v for k, v in row.items() if k not in known}}
            # The columns are text; the model reads dates, numbers and yes or no, and says which it cannot read.
            made = self._build(path, said, {(): line}, Code, ())
            if made is not None:
                codes[row["code"]] = made
        for code in codes.values():
            if code.parent and code.parent not in codes:
                self._fault(path, 0, f"parent '{code.parent}' of '{code.code}' is not in the list")
        return CodeList(id=path.stem, codes=codes)

    def _walks(self) -> Iterator[Walk]:
        for path in sorted((self.folder / "crosswalks").glob("*.csv")):
            for line, row in enumerate(read_csv(path), start=2):
                walk = self._build(path, {k: v for k, v in row.items() if v}, {(): line}, Walk, ())
                if walk is not None:
                    self.lines[f"Walk {walk.list} {walk.from_code} {walk.to_code}"] = (
                        path.relative_to(self.folder.parent).as_posix(),
                        line,
                    )
                    yield walk

    def _units(self, languages: list[str]) -> dict[str, Unit]:
        path = self.folder / "units.csv"
        return {
            row["id"]: Unit(
                id=row["id"],
                labels=self._labels(path, line, row, languages),
                family=row["family"],
                decimals=int(row["decimals"] or 0),
                aliases=split(row.get("aliases", "")),
            )
            for line, row in enumerate(self._rows("units.csv"), start=2)
        }

    def _shapes(self) -> Shapes | None:
        path = self.folder / SHAPES
        shapes, problems = read_shapes(path, {row["code"] for row in read_csv(self.folder / "places.csv")})
        for problem in problems:
            self._fault(path, 0, problem)
        return shapes

    def _headings(self, languages: list[str]) -> dict[str, Heading]:
        path = self.folder / "headings.csv"
        return {
            row["field"]: Heading(
                field=row["field"],
                labels=self._labels(path, line, row, languages),
                aliases=split(row.get("aliases", "")),
            )
            for line, row in enumerate(self._rows("headings.csv"), start=2)
        }

    def _agreed(self, name: str, header: Header, *, optional: bool = False) -> pl.DataFrame:
        """Targets, baselines and the like: one row per indicator, year, place and group, with who agreed and when."""
        dimensions = [d.id for d in header.dimensions]
        schema: dict[str, Any] = {"indicator": pl.String, "year": pl.Int32, "place": pl.String}
        schema |= dict.fromkeys(dimensions, pl.String)
        schema |= {"value": pl.Float64, "agreed_by": pl.String, "agreed_on": pl.String, "decision": pl.String}
        rows = []
        there = not optional or (self.folder / name).exists()
        for line, row in enumerate(self._rows(name) if there else (), start=2):
            try:
                rows.append(
                    {k: row.get(k) or None for k in schema}
                    | {d: row.get(d) or "all" for d in dimensions}
                    | {"year": int(row["year"]), "value": float(row["value"])}
                    | {"place": row.get("place") or header.nation.code}
                )
                self.lines[f"{name} {len(rows) - 1}"] = (f"{self.folder.name}/{name}", line)
            except (ValueError, KeyError):
                self._fault(self.folder / name, line, "year and value must be numbers")
        return pl.DataFrame(rows, schema=schema)

    def _known(self, name: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
        """A table that a compact may have; without the file it knows nothing of the kind."""
        rows = []
        if (self.folder / name).exists():
            for line, row in enumerate(self._rows(name), start=2):
                try:
                    rows.append({c: _typed(row.get(c) or None, dtype) for c, dtype in schema.items()})
                except ValueError:
                    self._fault(self.folder / name, line, "a number is needed here")
        return pl.DataFrame(rows, schema=schema)


def _typed(text: str | None, dtype: pl.DataType) -> Any:
    if text is None or dtype == pl.String():
        return text
    return int(text) if dtype == pl.Int32() else float(text)
