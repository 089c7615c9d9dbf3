"""What the files of an export say, read back with the libraries of others."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import sdmx
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.desk import exporting
from cpc_pipeline.export import FORMATS, read
from cpc_pipeline.project import Project
from sdmx.reader.csv import Reader

KEY = ("indicator", "year", "calendar", "place", "sex", "age", "form", "organisation", "unit")
YEAR = 2024
Numbers = dict[tuple[str, ...], float]
"""The key of each row -> its value."""


def files(project: Project, to: str, edition: str = "public") -> dict[str, bytes]:
    return FORMATS[to](read(project.folders.edition(YEAR, edition)), project.catalogue)


def folder(project: Project, to: str, root: Path, edition: str = "public") -> Path:
    return exporting.export(project, YEAR, edition, to, root / edition / to).folder


def printed(project: Project, edition: str = "public") -> Numbers:
    """What performance.csv says: the key of each row -> its value."""
    table = pl.read_csv(project.folders.edition(YEAR, edition) / "tables" / "performance.csv", infer_schema=False)
    rows = table.filter(pl.col("actual").is_not_null()).iter_rows(named=True)
    return {tuple(row[c] or "" for c in KEY): float(row["actual"]) for row in rows}


def of_year(rows: Iterable[dict[str, object]]) -> Numbers:
    own = ({k: "" if v is None else str(v) for k, v in row.items()} for row in rows)
    return {tuple(r[c] for c in KEY): float(r["actual"]) for r in own if r["actual"] and r["year"] == str(YEAR)}


def structure(content: bytes) -> sdmx.message.StructureMessage:
    return sdmx.read_sdmx(io.BytesIO(content))


def observations(made: dict[str, bytes]) -> list[sdmx.model.v30.Observation]:
    flow = structure(made["structure.xml"]).dataflow["DF_PERFORMANCE"]
    (data,) = Reader().convert(io.BytesIO(made["data.csv"]), structure=flow).data
    return list(data.obs)


def numbers(to: str, made: dict[str, bytes], catalogue: Catalogue, root: Path) -> Numbers:
    """Key -> value of the year, read back from a format."""
    if to in ("csv", "datapackage"):
        return of_year(pl.read_csv(made["performance.csv"], infer_schema=False).iter_rows(named=True))
    if to == "parquet":
        return of_year(pl.read_parquet(io.BytesIO(made["performance.parquet"])).iter_rows(named=True))
    if to == "duckdb":
        (root / "x.duckdb").write_bytes(made["arcadia_2024.duckdb"])
        with duckdb.connect(str(root / "x.duckdb"), read_only=True) as database:
            return of_year(database.sql("select * from performance").to_arrow_table().to_pylist())
    if to == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(made["all_years_en.xlsx"])).worksheets[0]
        names = ["indicator", "objective", "year", "calendar", "place", "sex", "age", "form", "organisation", "unit"]
        words = [
            "Indicator",
            "Objective",
            "Year",
            "Calendar",
            "Place",
            "Sex",
            "Age group",
            "Form",
            "Organisation",
            "Unit",
        ]
        heads = {cell.value: i for i, cell in enumerate(sheet[1])}
        at = {n: heads.get(f"{w} (code)", heads.get(w)) for n, w in zip(names, words, strict=True)}
        at["actual"] = heads["Value"]
        rows = sheet.iter_rows(min_row=2, values_only=True)
        return of_year({n: row[i] for n, i in at.items() if i is not None} for row in rows)
    found = {}
    for observation in observations(made):
        values = {k: v.value for k, v in observation.dimension.values.items()}
        reporter = "" if values["REPORTER"] == "_Z" else values["REPORTER"]
        year = _year(values["TIME_PERIOD"], values["CALENDAR"], catalogue)
        groups = (values[d.upper()] for d in catalogue.dimension_ids)
        key = (values["INDICATOR"], year, values["CALENDAR"], values["REF_AREA"], *groups, reporter)
        if observation.value and year == str(YEAR):
            found[*key, values["UNIT_MEASURE"]] = float(observation.value)
    return found


def _year(period: str, calendar: str, catalogue: Catalogue) -> str:
    """2024, or 2023-10-01/P1Y of a calendar that is named after its last day."""
    first = int(period[:4])
    later = catalogue.calendars[calendar].labelled_by == "end" and "/" in period
    return str(first + later)
