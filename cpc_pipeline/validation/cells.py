"""Kinds of rules that look at one observation at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from cpc_pipeline.catalogue import Rule
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.validation.kind import ANNUAL, Hit, Kind, Known, plain, typed


def within_limits(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """range: minimum and maximum of the indicator."""
    indicators = known.catalogue.indicators
    low_of, high_of = ({i.id: getattr(i, end) for i in indicators.values()} for end in ("minimum", "maximum"))
    outside = (pl.col("value") < _of_series(low_of)) | (pl.col("value") > _of_series(high_of))
    for row in observations.filter(outside).iter_rows(named=True):
        indicator = indicators.get(row["series"])
        # Limits are stated in the indicator's unit; a value in another is the business of unit_matches.
        if indicator is None or row["unit"] != indicator.unit:
            continue
        low, high = indicator.minimum, indicator.maximum
        if (low is not None and row["value"] < low) or (high is not None and row["value"] > high):
            limits = {
                "minimum": "-" if low is None else plain(low),
                "maximum": "-" if high is None else plain(high),
            }
            yield Hit(row, typed(row), params=limits)


def _of_series(known: Mapping[str, float | None]) -> pl.Expr:
    """What is known of each row's series; null for another."""
    return pl.col("series").replace_strict(dict(known), default=None, return_dtype=pl.Float64)


def whole_number(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """whole_number: what is counted comes in whole numbers."""
    counts = [i.id for i in known.catalogue.indicators.values() if i.kind == "count"]
    odd = pl.col("series").is_in(counts) & (pl.col("value") != pl.col("value").floor())
    for row in observations.filter(odd & (pl.col("unit") != "percent")).iter_rows(named=True):
        yield Hit(row, typed(row))


def unit_matches(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """unit_matches: the unit is of the family of the indicator's."""
    units = pl.DataFrame(
        {"series": [*known.catalogue.indicators], "due": [i.unit for i in known.catalogue.indicators.values()]}
    )
    own = observations.filter(pl.col("series_kind") == "indicator")
    other = own.join(units, on="series", how="left", maintain_order="left").filter(
        pl.col("unit").ne_missing(pl.col("due"))
    )
    for row in other.iter_rows(named=True):
        due = known.catalogue.indicators[row["series"]].unit
        if known.catalogue.units[row["unit"]].family != known.catalogue.units[due].family:
            yield Hit(row, row["unit"], due, {"codes": "units"})


def period_in_year(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """period_in_year: no period of an indicator is longer than a year."""
    long = (pl.col("period_end") - pl.col("period_start")).dt.total_days() > 366
    for row in observations.filter(long & (pl.col("series_kind") == "indicator")).iter_rows(named=True):
        yield Hit(row, f"{row['period_start']} / {row['period_end']}")


def note_mark(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """note_mark: a mark of `marks` in the note. Only the mark is quoted: the rest of a note may name a child."""
    marks = sorted(rule.params["marks"], key=len, reverse=True)
    said = pl.col("note").str.extract(rf"\b({'|'.join(marks)})\b").alias("mark")
    for row in observations.with_columns(said).filter(pl.col("mark").is_not_null()).iter_rows(named=True):
        yield Hit(row, row["mark"])


def required_with(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """required_with: `fields` come together or not at all (a numerator without its denominator says nothing)."""
    fields = rule.params["fields"]
    there = [pl.col(f).is_not_null() for f in fields]
    torn = pl.any_horizontal(there) & ~pl.all_horizontal(there)
    for row in observations.filter(torn).iter_rows(named=True):
        lacking = [f for f in fields if row[f] is None]
        yield Hit(row, "", ", ".join(lacking), {"codes": "headings"})


def ratio_agrees(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """ratio_agrees: numerator / denominator x multiplier is the value, up to `tolerance` of the indicator's unit."""
    both = pl.col("numerator").is_not_null() & (pl.col("denominator") > 0) & pl.col("value").is_not_null()
    for row in observations.filter(both).iter_rows(named=True):
        indicator = known.catalogue.indicators.get(row["series"])
        if indicator is None or row["unit"] != indicator.unit:
            continue
        due = row["numerator"] / row["denominator"] * indicator.multiplier
        if abs(row["value"] - due) > rule.params["tolerance"]:
            yield Hit(row, plain(row["value"]), plain(round(due, 2)))


def unexplained(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """unexplained: in an annual workbook, one of `statuses` for an indicator as a whole, and no note that says why."""
    annual = [s for s, kind in known.kinds.items() if kind == ANNUAL]
    silent = pl.col("submission_id").is_in(annual) & pl.col("status").is_in(rule.params["statuses"])
    for row in observations.filter(silent & pl.col("note").is_null()).iter_rows(named=True):
        indicator = known.catalogue.indicators.get(row["series"])
        if indicator is None or row["place"] != NATION:
            continue
        if all(row[d] == indicator.headline.get(d, TOTAL) for d in known.catalogue.dimension_ids):
            yield Hit(row, row["raw"] or "")


def ratio_bounds(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """ratio_bounds: numerator / denominator of a ratio lies from `minimum` to `maximum` (a part: from 0 to 1).

    A denominator of zero with a numerator is outside too. `indicators`: only these; otherwise every ratio in percent.
    """
    low, high = rule.params.get("minimum", 0), rule.params.get("maximum", 1)
    asked = rule.params.get("indicators")
    ratios = [i.id for i in known.catalogue.indicators.values() if i.kind == "ratio" and i.derived is None]
    both = pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()
    top, bottom = pl.col("numerator"), pl.col("denominator")
    within = (top >= low * bottom) & (top <= high * bottom) & (bottom >= 0)
    odd = observations.filter(both & pl.col("series").is_in(ratios if asked is None else asked) & ~within)
    for row in odd.iter_rows(named=True):
        limits = {"minimum": plain(low * row["denominator"]), "maximum": plain(high * row["denominator"])}
        yield Hit(row, plain(row["numerator"]), plain(row["denominator"]), limits)


def code_valid(observations: pl.DataFrame, rule: Rule, known: Known) -> Iterator[Hit]:
    """code_valid: each category and place is on its list on the last day of the period; expected: those that are."""
    catalogue = known.catalogue
    lists = {d.id: catalogue.codelist_of(d.id) for d in catalogue.dimensions} | {"place": catalogue.places}
    for dimension, codes in lists.items():
        dated = [c for c in codes.codes.values() if c.valid_from or c.valid_to]
        used = observations.filter(
            pl.col(dimension).is_in([c.code for c in dated]) & pl.col("period_end").is_not_null()
        )
        for row in used.iter_rows(named=True):
            day, code = row["period_end"], codes.codes[row[dimension]]
            if not code.valid_on(day):
                near = [c.code for c in codes.codes.values() if c.parent == code.parent and c.valid_on(day)]
                yield Hit(row, code.code, ", ".join(near), {"codes": codes.id, "day": day.isoformat()})


KINDS: dict[str, Kind] = {
    "unexplained": unexplained,
    "range": within_limits,
    "whole_number": whole_number,
    "unit_matches": unit_matches,
    "period_in_year": period_in_year,
    "note_mark": note_mark,
    "required_with": required_with,
    "ratio_agrees": ratio_agrees,
    "ratio_bounds": ratio_bounds,
    "code_valid": code_valid,
}
