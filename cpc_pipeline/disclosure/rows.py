"""Which rows of the measures are protected, which are published at all in an edition, and which only withheld.

One row of `protected` is one distinct number about children (or suspects): the same in every table, language and
format of the edition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL, Status
from cpc_pipeline.disclosure.places import depth
from cpc_pipeline.disclosure.policy import PUBLIC, Policy

Row = dict[str, Any]
COUNTS = (Status.REPORTED, Status.PARTIAL)
OPEN_ENDED = (Status.LOWER_BOUND, Status.UPPER_BOUND, Status.RANGE, Status.CONFLICTING)


def key_of(row: Mapping[str, Any], catalogue: Catalogue) -> str:
    """indicator | calendar | year | place | dimensions | organisation | unit: the same wherever the number stands."""
    names = ("indicator", "calendar", "year", "place", *catalogue.dimension_ids, "organisation", "unit")
    return "|".join(str(row[name]) for name in names)


@dataclass(frozen=True)
class Sorted:
    """The rows of an edition before protection.

    open: rows that count nobody; they leave as they are. counts: protected whole numbers, the cells of the problem.
    unknown: protected cells that the source itself hides ("<5"). ratios: shares of protected counts.
    withheld: protected rows that are published only as hidden (bounds and ranges below the country).
    """

    open: list[Row]
    counts: list[Row]
    unknown: list[Row]
    ratios: list[Row]
    withheld: list[Row]


def sort_rows(measures: pl.DataFrame, catalogue: Catalogue, policy: Policy, edition: str, year: int) -> Sorted:
    """Sort the measures of an edition for `year`; rows that the edition does not hold are left out."""
    found = Sorted([], [], [], [], [])
    for row in measures.iter_rows(named=True):
        if is_protected(row, catalogue, policy):
            if belongs(row, catalogue, policy, edition, year):
                _protected(row, catalogue, policy, found)
        else:
            found.open.append(row)
    return found


def is_protected(row: Mapping[str, Any], catalogue: Catalogue, policy: Policy) -> bool:
    """True where the number counts children, or suspects other than as a public act.

    Investigations, charges and convictions are public acts: exact for the country and its departments, unless broken
    down. A share of protected counts is protected like them, whatever its unit.
    """
    indicator = catalogue.indicators[row["indicator"]]
    if indicator.protected_unit == "none":
        return False
    counted = catalogue.units[row["unit"]].family in policy.families or row["numerator"] is not None
    public_act = indicator.protected_unit == "suspect" and not groups(row, catalogue)
    return counted and not (public_act and depth(catalogue.places, row["place"]) <= 1)


def groups(row: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """Dimensions by which a row is broken down beyond its indicator's headline."""
    headline = catalogue.indicators[row["indicator"]].headline
    return [d for d in catalogue.dimension_ids if row[d] not in (TOTAL, headline.get(d, TOTAL))]


def belongs(row: Mapping[str, Any], catalogue: Catalogue, policy: Policy, edition: str, year: int) -> bool:
    """Whether an edition wider than the internal one holds this protected row at all.

    Earlier years only as national totals (the trend); one calendar, because years that overlap tell of the quarters
    between them; few dimensions at once, and some only for the country.
    """
    broken, below = groups(row, catalogue), depth(catalogue.places, row["place"])
    if row["calendar"] != catalogue.default_calendar:
        return False
    if row["year"] != year and (broken or row["place"] != NATION):
        return False
    if edition == PUBLIC and below > policy.public_depth:
        return False
    if below and policy.national_only & set(broken):
        return False
    return len(broken) <= (policy.groups_below if below else policy.groups_nation)


def _protected(row: Row, catalogue: Catalogue, policy: Policy, found: Sorted) -> None:
    status, actual = row["status"], row["actual"]
    if row["numerator"] is not None and row["denominator"] is not None:
        found.ratios.append(row)
    elif status in COUNTS and actual is not None and float(actual).is_integer() and actual >= 0:
        found.counts.append(row)
    elif status == Status.SUPPRESSED_BY_SOURCE:
        found.unknown.append(row)
    elif actual is not None or (status in OPEN_ENDED and not _plain_bounds(row, catalogue, policy)):
        found.withheld.append(row)
    else:
        found.open.append(row)  # no number in it: not received, not applicable, and the like


def _plain_bounds(row: Row, catalogue: Catalogue, policy: Policy) -> bool:
    """Bounds of a national total that are no small counts themselves."""
    ends = [row[c] for c in ("lower", "upper") if row[c] is not None]
    national = row["place"] == NATION and not groups(row, catalogue)
    return national and all(end == 0 or end >= policy.k for end in ends)
