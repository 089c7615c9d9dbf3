"""What the files for other systems say of each number, read back by their standards: SDMX-CSV 2.0 and IATI 2.03.

As tables with the columns of the masked table, so that each of their rows can be held against it.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import polars as pl

from cpc_pipeline.contracts import NATION, TOTAL

_SDMX = {"OBS_VALUE": "actual", "REF_AREA": "place", "UNIT_MEASURE": "unit", "TIME_PERIOD": "year"}
_NOBODY = "_Z"  # SDMX: not applicable
_OWN = "{urn:cpc:iati-extension}no-value"


def sdmx(content: bytes) -> Iterator[pl.DataFrame]:
    """The observations of an SDMX-CSV file; nothing for any other CSV."""
    table = pl.read_csv(io.BytesIO(content), infer_schema=False)
    if not {"STRUCTURE", "OBS_VALUE", "TIME_PERIOD"} <= set(table.columns):
        return
    named = table.rename({name: _SDMX.get(name, name.lower()) for name in table.columns})
    if "reporter" in named.columns:
        named = named.with_columns(pl.col("reporter").replace({_NOBODY: None})).rename({"reporter": "organisation"})
    whole = pl.col("year").str.len_chars() == len("2024")  # any other year goes by its first day
    yield named.filter(whole)
    yield named.filter(~whole).drop("year")


def iati(content: bytes, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Baselines, targets, values and missing values of an IATI file; nothing for any other XML."""
    root = ET.fromstring(content)
    if root.tag != "iati-activities" or "place" not in rows.columns:
        return
    dimensions = rows.columns[rows.columns.index("place") + 1 : rows.columns.index("organisation")]
    alike: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for indicator in root.iter("indicator"):
        for row in _told(indicator, dimensions):
            alike[tuple(row)].append(row)
    yield from (pl.DataFrame(found) for found in alike.values())


def _told(indicator: ET.Element, dimensions: list[str]) -> Iterator[dict[str, str]]:
    reference = indicator.find("reference")
    name = {"indicator": "" if reference is None else reference.get("code", "")}
    for told in indicator.findall("baseline"):
        said = {"baseline": told.get("value", ""), "baseline_year": told.get("year", "")}
        yield {**name, **_where(told, dimensions), **said}
    for period in indicator.findall("period"):
        for told in period:
            if told.tag in ("target", "actual", _OWN):
                said = dict(told.attrib) if told.tag == _OWN else {told.tag: told.get("value", "")}
                yield {**name, **_year(period), **_where(told, dimensions), **said}


def _where(told: ET.Element, dimensions: list[str]) -> dict[str, str]:
    """Place and group; the whole country and everybody where nothing else is said."""
    found = dict.fromkeys(dimensions, TOTAL)
    found |= {d.get("name", ""): d.get("value", "") for d in told.findall("dimension")}
    location = told.find("location")
    return found | {"place": NATION if location is None else location.get("ref", "").removeprefix("place-")}


def _year(period: ET.Element) -> dict[str, str]:
    """The calendar year that begins on the first day; nothing for a year that begins on another day."""
    start = period.find("period-start")
    day = "" if start is None else start.get("iso-date", "")
    return {"year": day[:4]} if day[5:] == "01-01" else {}
