"""Kinds of rules that hold observations of one submission against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Indicator, Rule
from cpc_pipeline.contracts import TOTAL, Severity, Status
from cpc_pipeline.validation.kind import ANNUAL, Hit, Kind, Known, plain, same_thing


def repeated_key(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """repeated_key: each later cell against the first: repeated (same), revised (marked so), or conflicting."""
    said = observations.with_columns(pl.coalesce("value", "lower", "upper").alias("said"))
    said = said.filter(pl.col("said").is_not_null())
    said = said.filter(pl.len().over(same_thing(known)) > 1).sort("revision", "sheet", "row", maintain_order=True)
    for group in said.partition_by(same_thing(known), maintain_order=True):
        rows = group.to_dicts()
        for row in rows[1:]:
            before = rows[0]
            code, severity = None, None
            if row["said"] == before["said"]:
                code, severity = "repeated_value", str(Severity.NOTE)
            elif row["revision"] > before["revision"]:
                code, severity = "revised_value", str(Severity.NOTE)
            yield Hit(row, plain(row["said"]), plain(before["said"]), {"other": before["cell"]}, code, severity)


def part_of(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """part_of: indicator `part` is never larger than indicator `whole` (served of identified) of the same group."""
    rest = [column for column in same_thing(known) if column not in ("series", "unit")]
    both = pl.col("series").is_in([rule.params["part"], rule.params["whole"]])
    numbers = observations.filter(both & pl.col("value").is_not_null())
    for group in numbers.filter(pl.col("series").n_unique().over(rest) == 2).partition_by(rest):
        parts, wholes = (group.filter(pl.col("series") == rule.params[k]).to_dicts() for k in ("part", "whole"))
        if len(parts) == len(wholes) == 1 and parts[0]["value"] > wholes[0]["value"]:
            names: dict[str, Any] = {k: rule.params[k] for k in ("part", "whole")}
            other = {**names, "other": wholes[0]["cell"]}
            yield Hit(parts[0], plain(parts[0]["value"]), plain(wholes[0]["value"]), other)


def required_parts(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """required_parts: where a total is given, each disaggregation that its indicator requires is given too.

    A row of one category (girls, of all ages) is a part already: its own parts are not asked for, because the template
    asks for each disaggregation and not for one crossed with another.
    """
    indicators = [i for i in known.catalogue.indicators.values() if i.disaggregations.required]
    for indicator, own in _of_each(indicators, observations.filter(_annual(known))):
        totals = {d: pl.col(d) == indicator.headline.get(d, TOTAL) for d in indicator.disaggregations.required}
        heads = own.filter(pl.all_horizontal(pl.col("status") == str(Status.REPORTED), *totals.values()))
        for dimension, is_total in totals.items():
            rest = [column for column in same_thing(known) if column != dimension]
            split = own.filter(~is_total)
            for row in heads.join(split.select(rest).unique(), on=rest, how="anti").iter_rows(named=True):
                yield Hit(row, plain(row["value"]), dimension, {"codes": "headings"})


def totals_only(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """totals_only: a mark of completeness on an indicator that came without any of the disaggregations it may have.

    One hit per indicator and submission, about its first number; nothing is wrong with it.
    """
    told = observations.filter(_annual(known) & (pl.col("status") == str(Status.REPORTED)))
    for indicator, own in _of_each(known.catalogue.indicators.values(), told):
        asked = [*indicator.disaggregations.required, *indicator.disaggregations.optional]
        if not asked:
            continue
        split = pl.any_horizontal(pl.col(d) != indicator.headline.get(d, TOTAL) for d in asked)
        whole = own.filter(~split.any().over("submission_id")).sort("submission_id", "sheet", "row")
        for row in whole.unique("submission_id", keep="first", maintain_order=True).iter_rows(named=True):
            yield Hit(row, plain(row["value"]), ", ".join(asked), {"codes": "headings"})


def required(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """required: an annual submission has a row for each indicator of which its organisation is the system of record.

    One hit names all that are missing: a workbook of one sheet must not come back with forty messages of one kind.
    """
    due: dict[str, list[str]] = {}
    for indicator in known.catalogue.indicators.values():
        if indicator.record:
            due.setdefault(indicator.record, []).append(indicator.id)
    numbered = observations.with_row_index("nth").filter(_annual(known))
    sent = numbered.group_by("submission_id", "organisation", maintain_order=True).agg(
        pl.col("series").unique(), pl.col("nth").first()
    )
    for _, organisation, series, first in sent.iter_rows():
        missing = [name for name in due.get(organisation, ()) if name not in series]
        if missing:
            row = observations.row(first, named=True) | {"cell": "A1", "observation_id": None}
            yield Hit(row, str(len(missing)), ", ".join(missing), {"codes": "indicators"})


def _annual(known: Known) -> pl.Expr:
    return pl.col("submission_id").is_in([s for s, kind in known.kinds.items() if kind == ANNUAL])


def _of_each(indicators: Iterable[Indicator], observations: pl.DataFrame) -> Iterator[tuple[Indicator, pl.DataFrame]]:
    """The observations of each indicator that has any: parted once, not looked through once for each."""
    parts = observations.partition_by("series", as_dict=True, maintain_order=True)
    for indicator in indicators:
        if (indicator.id,) in parts:
            yield indicator, parts[indicator.id,]


KINDS: dict[str, Kind] = {
    "repeated_key": repeated_key,
    "part_of": part_of,
    "totals_only": totals_only,
    "required_parts": required_parts,
    "required": required,
}
