"""IATI 2.03: the compact as one activity, its objectives as results, its indicators with baseline, target, actual.

Only values that are numbers become `actual`: the ruleset of the standard wants a value in each. What is missing or
withheld is told by status in an extension element of the period, in a namespace of our own, so that no kind of missing
becomes another and nothing hidden becomes zero. Values are of the system of record and of the compact's own years.
Source: IATI Standard 2.03, activity schema, results guidance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from lxml import etree

from cpc_pipeline.catalogue import Catalogue, Iati, IatiOrganisation, Indicator
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.export import words
from cpc_pipeline.export.edition import Edition

VERSION = "2.03"
OWN = "urn:cpc:iati-extension"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
UNIT, PERCENTAGE, NOMINAL = "1", "2", "3"
OUTCOME = "2"
OWN_VOCABULARY = "99"
Row = Mapping[str, Any]


class NoActivity(Exception):
    """The compact does not say under which activity it reports."""


def iati(edition: Edition, catalogue: Catalogue) -> dict[str, bytes]:
    """iati-results.xml; raises NoActivity."""
    exchange = catalogue.header.exchange
    if exchange is None or exchange.iati is None:
        raise NoActivity
    root = etree.Element("iati-activities", {"version": VERSION}, nsmap={"cpc": OWN})
    activity = _add(root, "iati-activity", {XML_LANG: catalogue.languages[0]})
    own = edition.rows.filter((pl.col("series") == "record") & (pl.col("calendar") == catalogue.default_calendar)).sort(
        "indicator", "year", pl.col("place") != NATION, "place", *catalogue.dimension_ids
    )
    places = [p for p in own["place"].unique().sort() if p != NATION]
    _head(activity, exchange.iati, edition, catalogue)
    for place in places:
        location = _add(activity, "location", {"ref": f"place-{place}"})
        _narratives(_add(location, "name"), catalogue.places.codes[place].labels)
    _add(activity, "sector", {"vocabulary": "1", "code": exchange.iati.sector})
    for objective in catalogue.objectives:
        _result(activity, objective.id, own, catalogue)
    return {"iati-results.xml": bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))}


def _head(activity: etree._Element, told: Iati, edition: Edition, catalogue: Catalogue) -> None:
    _add(activity, "iati-identifier").text = told.identifier
    attributes = {"ref": told.reporting.ref or told.identifier, "type": told.reporting.type}
    _narratives(_add(activity, "reporting-org", attributes), told.reporting.name)
    _narratives(_add(activity, "title"), catalogue.header.name)
    _narratives(_add(activity, "description", {"type": "1"}), _description(told, edition, catalogue))
    for organisation in told.participating:
        _organisation(activity, organisation)
    _add(activity, "activity-status", {"code": told.status})
    for kind, day in (("1", catalogue.header.start), ("3", catalogue.end)):
        _add(activity, "activity-date", {"type": kind, "iso-date": day.isoformat()})
    _add(activity, "recipient-country", {"code": told.country, "percentage": "100"})


def _description(told: Iati, edition: Edition, catalogue: Catalogue) -> dict[str, str]:
    """Which edition this is, that identifiers are placeholders where they are, and how missing values are told."""
    keys = (["placeholder"] if not told.registered else []) + ["withheld"]
    return {
        x: " ".join(
            [words.banner(edition, x, catalogue)] + [catalogue.wording.text(f"export.iati.{k}", x) for k in keys]
        )
        for x in catalogue.languages
    }


def _organisation(activity: etree._Element, organisation: IatiOrganisation) -> None:
    attributes = {"role": organisation.role or "4", "type": organisation.type}
    attributes |= {"ref": organisation.ref} if organisation.ref else {}
    _narratives(_add(activity, "participating-org", attributes), organisation.name)


def _result(activity: etree._Element, objective: str, own: pl.DataFrame, catalogue: Catalogue) -> None:
    """One result per objective that has rows; the schema wants an indicator in each."""
    rows = own.filter(pl.col("objective") == objective)
    if rows.is_empty():
        return
    known = next(o for o in catalogue.objectives if o.id == objective)
    result = _add(activity, "result", {"type": OUTCOME, "aggregation-status": "false"})
    _narratives(_add(result, "title"), known.name)
    _narratives(_add(result, "description"), known.description)
    for name in (i for i in catalogue.indicators if i in set(rows["indicator"])):
        _indicator(result, catalogue.indicators[name], rows.filter(pl.col("indicator") == name), catalogue)


def _indicator(result: etree._Element, indicator: Indicator, rows: pl.DataFrame, catalogue: Catalogue) -> None:
    attributes = {"measure": _measure(indicator, catalogue), "aggregation-status": "false"}
    if indicator.direction != "none":
        attributes["ascending"] = "true" if indicator.direction == "up" else "false"
    made = _add(result, "indicator", attributes)
    _narratives(_add(made, "title"), indicator.name)
    _narratives(_add(made, "description"), indicator.definition)
    _add(made, "reference", {"vocabulary": OWN_VOCABULARY, "code": indicator.id})
    for row in _baselines(rows):
        held = _add(made, "baseline", {"year": row["baseline_year"], "value": row["baseline"]})
        _about(held, row, indicator, catalogue)
    for (year,), of_year in rows.group_by("year", maintain_order=True):
        _period(made, int(str(year)), of_year, indicator, catalogue)


def _measure(indicator: Indicator, catalogue: Catalogue) -> str:
    """Codelist IndicatorMeasure: unit, percentage, or nominal for a step that was reached."""
    if indicator.kind == "milestone":
        return NOMINAL
    return PERCENTAGE if catalogue.units[indicator.unit].family == "percent" else UNIT


def _baselines(rows: pl.DataFrame) -> Iterator[Row]:
    """Each baseline once: that of the last year which names it, by place and group."""
    known = rows.filter(pl.col("baseline").is_not_null() & pl.col("baseline_year").is_not_null())
    groups = [c for c in rows.columns if c in ("place", "unit")] + [c for c in rows.columns if c in _dimensions(rows)]
    yield from known.unique(groups, keep="last", maintain_order=True).iter_rows(named=True)


def _dimensions(rows: pl.DataFrame) -> list[str]:
    """Columns between place and organisation: the dimensions of the compact."""
    return rows.columns[rows.columns.index("place") + 1 : rows.columns.index("organisation")]


def _period(parent: etree._Element, year: int, rows: pl.DataFrame, indicator: Indicator, catalogue: Catalogue) -> None:
    """The whole year, which a target is about, also where a value is that of its last quarter."""
    start, end = catalogue.calendars[catalogue.default_calendar].year(year)
    period = _add(parent, "period")
    _add(period, "period-start", {"iso-date": start.isoformat()})
    _add(period, "period-end", {"iso-date": end.isoformat()})
    for kind, column in (("target", "target"), ("actual", "actual")):
        for row in rows.filter(pl.col(column).is_not_null()).iter_rows(named=True):
            _about(_add(period, kind, {"value": row[column]}), row, indicator, catalogue)
    for row in rows.filter(pl.col("actual").is_null()).iter_rows(named=True):
        where = {"status": row["status"], "place": row["place"], "unit": row["unit"]}
        groups = {d: row[d] for d in catalogue.dimension_ids if row[d] != TOTAL}
        bounds = {name: row[name] for name in ("lower", "upper") if row[name] is not None}
        etree.SubElement(period, f"{{{OWN}}}no-value", {**where, **groups, **bounds})


def _about(parent: etree._Element, row: Row, indicator: Indicator, catalogue: Catalogue) -> None:
    """Where and of whom a value is: its place, its categories, and its unit where that is not the indicator's."""
    if row["place"] != NATION:
        _add(parent, "location", {"ref": f"place-{row['place']}"})
    for dimension in catalogue.dimensions:
        if row[dimension.id] != TOTAL:
            _add(parent, "dimension", {"name": dimension.id, "value": row[dimension.id]})
    if row["unit"] != indicator.unit:
        _add(parent, "dimension", {"name": "unit", "value": row["unit"]})


def _narratives(parent: etree._Element, texts: Mapping[str, str]) -> None:
    for language, text in texts.items():
        _add(parent, "narrative", {XML_LANG: language}).text = text


def _add(parent: etree._Element, tag: str, attributes: Mapping[str, str] | None = None) -> etree._Element:
    return etree.SubElement(parent, tag, dict(attributes or {}))
