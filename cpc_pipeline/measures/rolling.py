"""From parts to wholes: municipality to department to country, age bands to children, and what the parts lack.

A whole that was reported stands; its parts are held against it, and both numbers and the difference are printed.
Nothing is scaled, nothing replaced. A whole that nobody reported is made of its parts by the indicator's rule over
places, and says which parts are missing. Groups (ages, sexes) are only added where their list says, in the column
`partition`, that its codes exclude each other and together make their parent, those of which nothing is known among
them: one person may have met several services or forms, and those are never added.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.levels import Level, levels_of
from cpc_pipeline.measures.notes import COMMA, told
from cpc_pipeline.measures.placing import key_columns, next_key

RATIOS = ("ratio_of_sums", "weighted_mean")
UNANSWERED = (str(Status.BLANK),)
BESIDE = "beside"
"""Number of what a key says beside the axis along which parts are brought together."""
NUMBERS = ("actual", "numerator", "denominator", "lower", "upper")
OF_A_PART = ("key", "indicator", "objective", "period_start", "period_end", "status", *NUMBERS)


@dataclass(frozen=True)
class Rolled:
    """rows: every row, with those that were made. made: key of a made row (whole) and of each of its parts (part).

    made has a frame per level, the deepest first: a part may itself have been made at the level before.
    """

    rows: pl.DataFrame
    made: list[pl.DataFrame]


def roll(rows: pl.DataFrame, axis: str, basis: str, catalogue: Catalogue) -> Rolled:
    """Make the wholes of one axis (place, or a dimension) from the deepest level up."""
    codes = catalogue.places if axis == "place" else catalogue.codelist_of(axis)
    levels = levels_of(codes, axis)
    of_something = rows.filter(pl.col(axis).is_in([code for level in levels for code in level.codes["code"]]))
    if of_something.is_empty():
        return Rolled(rows, [])
    # Everything else of a key as one number: parts and wholes differ in the axis alone. Where there is no part, there
    # is nothing to be brought together, and nothing to hold a whole against.
    names = [c for c in key_columns(catalogue) if c != axis]
    beside = of_something.select(names).unique(maintain_order=True).with_row_index(BESIDE)
    del of_something
    known = rows.select(axis, *dict.fromkeys([*names, *OF_A_PART]))
    known = known.join(beside, on=names, nulls_equal=True, maintain_order="left").select(axis, BESIDE, *OF_A_PART)
    free = next_key(rows)
    made, apart, pairs = list[pl.DataFrame](), list[pl.DataFrame](), list[pl.DataFrame]()
    instead = list[pl.Series]()
    for level in levels:
        parts = _parts(known, axis, basis, level, catalogue)
        if parts.is_empty():
            continue
        sums = _beside_stated(_sums(parts, [axis, BESIDE]), known, axis)
        open_ = pl.col("key").is_null() | pl.col("stated_status").is_in(UNANSWERED)
        # One group alone is not offered as a total; one place is, as a part of the country.
        enough = pl.col("received") > (1 if basis == "groups" else 0)
        new = _numbered(sums.filter(open_ & enough), axis, free)
        instead.append(new.filter(pl.col("key") < free)["key"])
        free = next_key(new, free)
        wholes = _wholes(_lacking(new, level).join(beside, on=BESIDE, maintain_order="left"), basis, catalogue)
        apart.append(_apart(sums.filter(~open_), level))
        # A part without the number that the rule needs is named as missing; the whole does not come from it.
        counted = parts.filter("is_known").select(axis, BESIDE, part="key")
        pairs.append(counted.join(new.select(axis, BESIDE, whole="key"), on=[axis, BESIDE]).select("whole", "part"))
        made.append(wholes.select(rows.columns))
        known = pl.concat([_without(known, instead[-1]), wholes.select(known.columns)])
    rows = _noted(_without(rows, pl.concat(instead)), pl.concat(apart))
    return Rolled(pl.concat([rows, *made], rechunk=True), pairs)


def _beside_stated(sums: pl.DataFrame, known: pl.DataFrame, axis: str) -> pl.DataFrame:
    """What parts come to, beside the row of the whole where there is one."""
    there = known.select(axis, BESIDE, "key", stated="actual", stated_status="status")
    return sums.join(there, on=[axis, BESIDE], how="left", maintain_order="left")


def _numbered(new: pl.DataFrame, axis: str, start: int) -> pl.DataFrame:
    """Wholes to be made, each with its key: a new one, or that of the row that says nothing."""
    fresh = new.filter(pl.col("key").is_null()).drop("key").sort(axis, BESIDE).with_row_index("key", offset=start)
    return pl.concat([fresh, new.filter(pl.col("key").is_not_null()).select(fresh.columns)])


def _without(rows: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """The rows in whose place no whole was made: nearly always all of them, which are then not copied."""
    return rows if keys.is_empty() else rows.filter(~pl.col("key").is_in(keys.implode()))


def _parts(rows: pl.DataFrame, axis: str, basis: str, level: Level, catalogue: Catalogue) -> pl.DataFrame:
    """The rows of a level, each under its parent, with the rule by which its whole is made and whether it has what
    that rule needs."""
    rules = pl.DataFrame(
        [(i.id, _rule(i.over_places, basis), float(i.multiplier)) for i in catalogue.indicators.values()],
        schema=["indicator", "rule", "multiplier"],
        orient="row",
    )
    parts = rows.join(level.codes.rename({"code": axis}), on=axis, maintain_order="left")
    parts = parts.join(rules, on="indicator", maintain_order="left")
    rule, pair = pl.col("rule"), _has_pair()
    low = pl.coalesce("actual", "lower")
    needed = pl.when(rule.is_in(RATIOS)).then(pair).when(rule == "unduplicated").then(low.is_not_null())
    known = needed.otherwise(pl.col("actual").is_not_null())
    return parts.with_columns(is_known=known).rename({axis: "part_code", "parent": axis}).drop("indicator")


def _has_pair() -> pl.Expr:
    return pl.col("numerator").is_not_null() & (pl.col("denominator") != 0).fill_null(value=False)


def _sums(parts: pl.DataFrame, whole: list[str]) -> pl.DataFrame:
    """Of each whole: what its parts say, which of them have what the rule needs, and which need not."""
    number, pair = pl.col("actual").is_not_null(), _has_pair()
    low, high = pl.coalesce("actual", "lower"), pl.coalesce("actual", "upper")
    # In order of their codes, so that a sum has the same last digits whatever order the rows are in.
    sums = (
        parts.sort("part_code", maintain_order=True)
        .group_by(whole, maintain_order=True)
        .agg(
            pl.col("rule", "multiplier", "set", "objective").first(),
            pl.col("period_start").min(),
            pl.col("period_end").max(),
            pl.col("part_code").filter("is_known").alias("known"),
            pl.col("part_code").filter(pl.col("status") == str(Status.NOT_APPLICABLE)).alias("not_due"),
            ((pl.col("status") != str(Status.REPORTED)) & number).any().alias("some_partial"),
            pl.col("actual").sum().alias("total"),
            pl.when(pair).then("numerator").sum().alias("top"),
            pl.when(pair).then("denominator").sum().alias("bottom"),
            low.max().alias("low"),
            high.sum().alias("high"),
            (high.is_null() & low.is_not_null()).any().alias("open_end"),
        )
    )
    return sums.with_columns(received=pl.col("known").list.len().cast(pl.Int64))


def _lacking(sums: pl.DataFrame, level: Level) -> pl.DataFrame:
    """Which parts each whole lacks of those that are due, in order (missing), and how many are due.

    Looked for once for each set of parts that occurs, and not for each of the wholes made of the same ones.
    """
    said = ["set", "known", "not_due"]
    sets = sums.select(said).unique(maintain_order=True).join(level.sets, on="set", maintain_order="left")
    sets = sets.with_columns(due=pl.col("parts_due").list.set_difference("not_due"))
    found = sets.select(
        *said,
        missing=pl.col("due").list.set_difference("known").list.sort(),
        due=pl.col("due").list.len().cast(pl.Int64),
    )
    return sums.join(found, on=said, how="left", maintain_order="left")


def _rule(over_places: str, basis: str) -> str:
    """Places by their rule; groups exclude each other, and are added whatever may overlap between places."""
    return over_places if basis == "places" or over_places in RATIOS else "sum"


def _wholes(new: pl.DataFrame, basis: str, catalogue: Catalogue) -> pl.DataFrame:
    """Rows for wholes that nobody reported."""
    rule = pl.col("rule")
    new = new.with_columns(units_differ=_units_differ(new, catalogue))
    refused = (rule == "national_only") | pl.col("units_differ")
    some = pl.col("received") > 0
    complete = pl.col("missing").list.len() == 0
    bound = ~refused & (rule == "unduplicated") & some
    exact = bound & complete & (pl.col("low") == pl.col("high")) & ~pl.col("open_end")
    ratio = ~refused & rule.is_in(RATIOS) & some
    added = (~refused & (rule == "sum") & some) | exact
    whole = complete & ~pl.col("some_partial")
    status = (
        pl.when(refused)
        .then(pl.lit(str(Status.NOT_ADDITIVE)))
        .when(bound & ~exact & complete & ~pl.col("open_end"))
        .then(pl.lit(str(Status.UPPER_BOUND)))
        .when(bound & ~exact)
        .then(pl.lit(str(Status.LOWER_BOUND)))
        .when((added | ratio) & whole)
        .then(pl.lit(str(Status.REPORTED)))
        .when(added | ratio)
        .then(pl.lit(str(Status.PARTIAL)))
        .otherwise(pl.lit(str(Status.NOT_AVAILABLE)))
    )
    closed = pl.col("status") == str(Status.UPPER_BOUND)
    made = new.with_columns(
        actual=pl.when(exact)
        .then("high")
        .when(added)
        .then("total")
        .when(ratio)
        .then(pl.col("top") / pl.col("bottom") * pl.col("multiplier")),
        numerator=pl.when(ratio).then("top"),
        denominator=pl.when(ratio).then("bottom"),
        lower=pl.when(bound & ~exact).then("low"),
        status=status,
        basis=pl.lit(basis),
        series=pl.lit("parallel"),
        offered=pl.lit(False),
        due=pl.max_horizontal("due", "received"),
        refused=refused,
        bound=bound & ~exact,
    )
    made = made.with_columns(upper=pl.when(closed).then("high"))
    return made.with_columns(notes=_notes(basis)).with_columns(
        pl.when("refused").then(pl.lit(0)).otherwise("received").cast(pl.Int64).alias("received")
    )


def _units_differ(new: pl.DataFrame, catalogue: Catalogue) -> pl.Expr:
    """Parts of one whole in units of several families, none of which has all parts: they cannot be brought together."""
    families = {u.id: u.family for u in catalogue.units.values()}
    family = pl.col("unit").replace_strict(families, return_dtype=pl.String)
    of_indicators = (
        new.select("indicator", family.alias("family")).group_by("indicator").agg(pl.col("family").n_unique())
    )
    if of_indicators.filter(pl.col("family") > 1).is_empty():  # nearly always, and then no group has to be looked at
        return pl.lit(value=False)
    same = [c for c in key_columns(catalogue) if c != "unit"]
    lacking = pl.col("missing").list.len() > 0
    return (family.n_unique().over(same) > 1) & lacking.all().over(same)


def _notes(basis: str) -> pl.Expr:
    """What the whole was made of, and which parts are missing."""
    names = (
        pl.when(pl.col("missing").list.len() == 0)
        .then(pl.lit(""))
        .otherwise(pl.concat_str(pl.lit('"'), pl.col("missing").list.join('", "'), pl.lit('"')))
    )
    made = pl.concat_str(
        pl.lit('{"code": "made_of_' + basis),
        pl.when(pl.col("missing").list.len() == 0).then(pl.lit("")).otherwise(pl.lit("_partly")),
        pl.lit('", "params": {"due": '),
        pl.col("due").cast(pl.String),
        pl.lit(', "missing": ['),
        names,
        pl.lit('], "received": '),
        pl.col("received").cast(pl.String),
        pl.lit("}}"),
    )
    refusal = (
        pl.when("units_differ")
        .then(pl.lit(COMMA + '{"code": "units_differ", "params": {}}'))
        .otherwise(pl.lit(COMMA + '{"code": "not_additive", "params": {}}'))
    )
    same = COMMA + '{"code": "same_people", "params": {}}'
    bound = pl.when("bound").then(pl.lit(same)).otherwise(pl.lit(""))
    return pl.when("refused").then(refusal).otherwise(pl.concat_str(pl.lit(COMMA), made, bound))


def _apart(sums: pl.DataFrame, level: Level) -> pl.DataFrame:
    """Of each whole that was reported, and that its parts do not make though all are there: key and note."""
    differ = (pl.col("rule") == "sum") & (pl.col("received") > 0) & (pl.col("total") != pl.col("stated"))
    sums = _lacking(sums.filter(differ), level)
    full = (pl.col("missing").list.len() == 0) & ~pl.col("some_partial")
    more = pl.col("total") > pl.col("stated")
    note = pl.concat_str(
        pl.lit('{"code": "parts_differ", "params": {"difference": '),
        _number(pl.col("total") - pl.col("stated")),
        pl.lit(', "parts": '),
        _number(pl.col("total")),
        pl.lit(', "total": '),
        _number(pl.col("stated")),
        pl.lit("}}"),
    )
    return sums.filter(full | more).select("key", parts_differ=note)


def _noted(rows: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """The rows with what is told of some of them: of each key once at most."""
    if apart.is_empty():
        return rows
    joined = rows.join(apart, on="key", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(told(pl.col("parts_differ")), "notes").alias("notes")).drop("parts_differ")


def _number(value: pl.Expr) -> pl.Expr:
    """As JSON: a whole number without its .0."""
    whole = value == value.round(0)
    return (
        pl.when(whole)
        .then(value.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(value.round(6).cast(pl.String))
    )
