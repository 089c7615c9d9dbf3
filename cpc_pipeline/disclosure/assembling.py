"""From the measures of an edition to one problem: a cell per distinct number, everything known about them, the past.

A share of protected counts is three numbers: numerator, denominator, and what is left of it; if one must be hidden the
whole row is. Tables too crowded with small counts are made coarser first, because hiding most of a table helps nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION
from cpc_pipeline.disclosure.earlier import Edition, joint
from cpc_pipeline.disclosure.ladder import left_out
from cpc_pipeline.disclosure.places import depth
from cpc_pipeline.disclosure.policy import Policy
from cpc_pipeline.disclosure.problem import Cell, Fate, Problem, Relation, total
from cpc_pipeline.disclosure.relating import relations, splits
from cpc_pipeline.disclosure.rows import Sorted, groups, key_of, sort_rows
from cpc_pipeline.disclosure.sensitivity import groups_hidden, small
from cpc_pipeline.disclosure.unknown import implied

Row = dict[str, Any]
NUMERATOR, DENOMINATOR, REST = "numerator of", "denominator of", "rest of"
RECORD = "record"
NATIONAL_WEIGHT, AGAIN_WEIGHT = 5.0, 0.5


@dataclass(frozen=True)
class Assembled:
    """An edition before protection.

    rows: its rows. dropped: keys of rows that a coarser table no longer has. together: key of a row -> keys of cells
    that are hidden with it. problem: what is to be protected, with every earlier edition.
    """

    rows: Sorted
    dropped: frozenset[str]
    together: Mapping[str, tuple[str, ...]]
    problem: Problem


def assemble(
    measures: pl.DataFrame,
    catalogue: Catalogue,
    policy: Policy,
    edition: str,
    year: int,
    earlier: Sequence[Edition] = (),
) -> Assembled:
    """The joint problem of an edition, with what anybody can find elsewhere (known_elsewhere.csv of the compact)."""
    rows = sort_rows(measures, catalogue, policy, edition, year)
    dropped = left_out(rows.counts, catalogue, policy)
    counts = [row for row in rows.counts if key_of(row, catalogue) not in dropped]
    guessed = implied(rows.unknown, counts, catalogue)
    values = {key_of(row, catalogue): int(row["actual"]) for row in counts} | guessed
    unknown = [row for row in rows.unknown if key_of(row, catalogue) in guessed]
    cells = [_cell(row, values[key_of(row, catalogue)], catalogue, policy) for row in [*counts, *unknown]]
    cells = [replace(c, fate=Fate.HIDDEN) if c.key in guessed else c for c in cells]
    dimensions = sorted(policy.whole_groups & set(catalogue.dimension_ids))
    told = list(splits(counts, dimensions, policy.silent, catalogue))
    silent = [part for *_, parts in told for part in parts]
    cells = list(groups_hidden(cells, [(parent, parts) for parent, parts, _ in told], silent))
    known = relations([*counts, *unknown], values, catalogue)
    shares, share_relations, together = _shares(rows.ratios, catalogue, policy)
    cells += shares
    past = {key for e in earlier for key in e.hidden if key not in e.sensitive}
    elsewhere = _elsewhere(counts, catalogue)
    cells = [_with_past(cell, past, elsewhere, catalogue) for cell in cells]
    national = frozenset(
        key_of(row, catalogue) for row in counts if row["place"] == NATION and not groups(row, catalogue)
    )
    problem = joint(cells, [*known, *share_relations], earlier, changes_shown=national)
    return Assembled(rows, frozenset(dropped), together, problem)


def _cell(row: Row, value: int, catalogue: Catalogue, policy: Policy, part: str = "") -> Cell:
    below = depth(catalogue.places, row["place"])
    k = policy.k_at(below)
    national = row["place"] == NATION and not groups(row, catalogue)
    weight = NATIONAL_WEIGHT if national else 1.0
    sensitive = small(value, k, zeros_hidden=below > 1)
    return Cell(_key(row, part, catalogue), value, sensitive, Fate.OPEN, k, weight, zeros_hidden=below > 1)


def _key(row: Row, part: str, catalogue: Catalogue) -> str:
    """The key of a row, or of a part of a share."""
    return key_of(row | {"indicator": f"{part} {row['indicator']}"} if part else row, catalogue)


def _elsewhere(rows: Sequence[Row], catalogue: Catalogue) -> dict[str, int]:
    """Keys of the system of record whose number others have published, with that number."""
    columns = ("indicator", "year", "place", *catalogue.dimension_ids)
    known = {
        tuple(row[c] for c in columns): int(row["value"]) for row in catalogue.known_elsewhere.iter_rows(named=True)
    }
    found = {
        key_of(row, catalogue): known.get(tuple(row[c] for c in columns)) for row in rows if row["series"] == RECORD
    }
    return {key: value for key, value in found.items() if value is not None}


def _with_past(cell: Cell, past: set[str], elsewhere: Mapping[str, int], catalogue: Catalogue) -> Cell:
    """Known elsewhere is known for ever; what was hidden last year without need is the first to be hidden again."""
    if cell.key in elsewhere and elsewhere[cell.key] == cell.value:
        return replace(cell, fate=Fate.KNOWN)
    parts = cell.key.split("|")
    if len(parts) > 2 and parts[2].isdecimal():
        parts[2] = str(int(parts[2]) - 1)
        if "|".join(parts) in past:
            return replace(cell, weight=cell.weight * AGAIN_WEIGHT)
    return cell


def _shares(
    rows: Sequence[Row], catalogue: Catalogue, policy: Policy
) -> tuple[list[Cell], list[Relation], dict[str, tuple[str, ...]]]:
    """Cells of numerators, denominators and rests, their relations, and which of them go together."""
    cells: list[Cell] = []
    known: list[Relation] = []
    together: dict[str, tuple[str, ...]] = {}
    lines: dict[str, list[Row]] = defaultdict(list)
    values: dict[str, int] = {}
    for row in rows:
        numbers = _numbers(row, catalogue)
        names = {part: _key(row, part, catalogue) for part in numbers}
        together[key_of(row, catalogue)] = tuple(names.values())
        for part, number in numbers.items():
            values[names[part]] = number
            lines[part].append(row | {"indicator": f"{part} {row['indicator']}", "actual": number})
            cells.append(_cell(row, number, catalogue, policy, part))
        if REST in names:
            known.append(total(f"share {names[REST]}", names[DENOMINATOR], [names[NUMERATOR], names[REST]]))
    for own in lines.values():
        known += relations(own, values, catalogue)
    return cells, known, together


def _numbers(row: Row, catalogue: Catalogue) -> dict[str, int]:
    """The counts in a share. The numerator of an average (days, money) counts nobody."""
    top, bottom = row["numerator"], row["denominator"]
    whole = all(float(x).is_integer() and x >= 0 for x in (top, bottom))
    if catalogue.indicators[row["indicator"]].kind == "average":
        return {DENOMINATOR: int(bottom)} if float(bottom).is_integer() else {}
    if not whole:
        return {}
    found = {NUMERATOR: int(top), DENOMINATOR: int(bottom)}
    return found | ({REST: int(bottom - top)} if top <= bottom else {})
