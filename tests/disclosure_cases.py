"""Small random tables, and every table of whole numbers that agrees with what is printed (brute force, no solver)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import combinations, product

from cpc_pipeline.disclosure.earlier import Change, Edition, joint
from cpc_pipeline.disclosure.problem import (
    Cell,
    Demand,
    Fate,
    Problem,
    Publication,
    Relation,
    Sense,
    no_more_than,
    publication,
    total,
)


def random_case(seed: int) -> Problem:
    """A two-way, three-way or linked table, with an inequality or an earlier edition now and then; k is 2 or 3."""
    dice = random.Random(seed)
    kind = ("two-way", "three-way", "linked", "hierarchy", "served", "editions")[seed % 6]
    k = dice.choice((2, 3))
    if kind == "editions":
        return _editions(dice, k)
    if kind == "served":
        return _served(dice, k)
    sizes = {"two-way": dice.choice(((2, 2), (2, 3))), "three-way": (2, 2, 2), "linked": (2, 2)}.get(kind, (3,))
    values, relations = _table(dice, sizes, "t")
    if kind == "linked":
        more, rows = _linked(dice, values)
        values, relations = values | more, relations + rows
    if kind == "hierarchy":
        values |= {"t:g": values["t:0"] + values["t:1"]}
        relations += [total("g", "t:g", ["t:0", "t:1"]), total("whole", "t:+", ["t:g", "t:2"])]
    return Problem(tuple(Cell(key, value, 0 < value < k, k=k) for key, value in values.items()), tuple(relations))


def _table(dice: random.Random, sizes: tuple[int, ...], name: str) -> tuple[dict[str, int], list[Relation]]:
    """A table with all its margins; the code of a margin is +."""
    inner = {at: dice.choice((0, 1, 1, 2, 3, 4)) for at in product(*(range(size) for size in sizes))}
    axes = [[*map(str, range(size)), "+"] for size in sizes]
    values = {}
    relations = []
    for at in product(*axes):
        chosen = [v for i, v in inner.items() if all(c in ("+", str(j)) for c, j in zip(at, i, strict=True))]
        values[_key(name, at)] = sum(chosen)
        for axis in [i for i, code in enumerate(at) if code == "+"]:
            parts = [_key(name, (*at[:axis], str(j), *at[axis + 1 :])) for j in range(sizes[axis])]
            relations.append(total(f"{_key(name, at)} over {axis}", _key(name, at), parts))
    return values, relations


def _key(name: str, at: tuple[str, ...]) -> str:
    return f"{name}:{''.join(at)}"


def _linked(dice: random.Random, values: Mapping[str, int]) -> tuple[dict[str, int], list[Relation]]:
    """A second table that shares its column totals with the first."""
    more: dict[str, int] = {}
    relations = []
    for column in ("0", "1", "+"):
        share = more["u:00"] + more["u:01"] if column == "+" else dice.randint(0, values[f"t:+{column}"])
        more |= {f"u:0{column}": share, f"u:1{column}": values[f"t:+{column}"] - share}
        relations.append(total(f"u over {column}", f"t:+{column}", [f"u:0{column}", f"u:1{column}"]))
    for row in ("0", "1"):
        relations.append(total(f"u row {row}", f"u:{row}+", [f"u:{row}0", f"u:{row}1"]))
    return more, relations


def _served(dice: random.Random, k: int) -> Problem:
    """Children identified, and of these served, by two forms."""
    identified, relations = _table(dice, (2,), "i")
    served = {f"s:{c}": dice.randint(0, identified[f"i:{c}"]) for c in "01"}
    served["s:+"] = served["s:0"] + served["s:1"]
    relations.append(total("served", "s:+", ["s:0", "s:1"]))
    relations += [no_more_than(f"served {c}", f"s:{c}", f"i:{c}") for c in "01+"]
    values = identified | served
    return Problem(tuple(Cell(key, value, 0 < value < k, k=k) for key, value in values.items()), tuple(relations))


def _editions(dice: random.Random, k: int) -> Problem:
    """The same row in two editions: closed, with late cases, or corrected."""
    before, relations = _table(dice, (3,), "t")
    how = dice.choice(tuple(Change))
    now = dict(before)
    if how is not Change.FROZEN:
        for key in ("t:0", "t:1", "t:2"):
            step = dice.choice((0, 0, 1, 2) if how is Change.ADDITIONS else (0, 0, -1, 1))
            now[key] = max(0, now[key] + step)
        now["t:+"] = sum(now[f"t:{i}"] for i in range(3))
    small = {key for key, value in before.items() if 0 < value < k}
    spare = dice.choice([key for key in before if key not in small] or list(before))
    gone = small | ({spare, "t:+"} if small else set())
    edition = Edition(
        "1",
        printed={key: value for key, value in before.items() if key not in gone},
        hidden={key: value for key, value in before.items() if key in gone},
        sensitive=frozenset(small),
        relations=tuple(relations),
        change=how,
        k=k,
    )
    cells = [Cell(key, value, 0 < value < k, k=k) for key, value in now.items()]
    return joint(cells, relations, [edition], changes_shown=frozenset({"t:+"}))


def random_hidden(problem: Problem, seed: int) -> frozenset[str]:
    """Some cells to hide: the sensitive ones, and others by chance."""
    dice = random.Random(seed)
    share = dice.choice((0.0, 0.3, 0.6, 1.0))
    may = [c for c in problem.cells if c.fate is Fate.OPEN]
    return frozenset(c.key for c in may if c.sensitive or (c.value > 0 and dice.random() < share))


Bounds = dict[str, tuple[int, int]]


def exists(view: Publication, bounds: Bounds) -> bool:
    """Whether any table of whole numbers within these bounds agrees with the publication: all of them are tried.

    What the relations leave of a cell, given the cells fixed before it, is all that has to be tried of it.
    """
    known = dict(view.printed)
    unknown = sorted(view.unknown, key=lambda key: bounds[key][1] - bounds[key][0])
    if not all(_possible(relation, known, bounds) for relation in view.relations):
        return False
    of_key = {key: [r for r in view.relations if key in dict(r.terms)] for key in unknown}

    def deeper(i: int) -> bool:
        if i == len(unknown):
            return True
        key = unknown[i]
        for value in range(bounds[key][0], bounds[key][1] + 1):
            known[key] = value
            if all(_possible(relation, known, bounds) for relation in of_key[key]) and deeper(i + 1):
                return True
        known.pop(key, None)
        return False

    return deeper(0)


def _possible(relation: Relation, known: Mapping[str, int], bounds: Bounds) -> bool:
    """Whether the cells that are not fixed yet can still make the relation true, each within its bounds."""
    least = most = 0
    for key, factor in relation.terms:
        ends = (known[key], known[key]) if key in known else bounds[key]
        low, high = sorted((factor * ends[0], factor * ends[1]))
        least, most = least + low, most + high
    return least <= relation.bound and (relation.sense is Sense.AT_MOST or most >= relation.bound)


def bounds_of(problem: Problem, view: Publication, wary: bool, spare: int = 8) -> Bounds:
    """From each attacker's floor to so many more (or, where there is no floor, fewer) than the truth.

    No demand of a case asks for a change of more than 4, so that more than twice that is never needed.
    """
    made = {}
    for cell in problem.cells:
        if cell.key in view.unknown:
            floor = view.unknown[cell.key].wary if wary else view.unknown[cell.key].plain
            made[cell.key] = (cell.value - spare if floor is None else floor, cell.value + spare)
    return made


def met(problem: Problem, view: Publication, demand: Demand) -> bool:
    """Whether a demand holds, by trying all tables."""
    if demand.key not in view.unknown:
        return False

    def within(wary: bool, low: int | None, high: int | None) -> bool:
        bounds = bounds_of(problem, view, wary)
        before = bounds[demand.key]
        bounds[demand.key] = (before[0] if low is None else max(low, before[0]), before[1] if high is None else high)
        return exists(view, bounds)

    below = demand.low is None or within(False, None, demand.low)
    above = demand.high is None or within(demand.wary, demand.high, None)
    return below and above


def smallest_and_largest(problem: Problem, view: Publication, key: str) -> tuple[int, int]:
    """The interval of a cell for the attacker who knows no more than the floors; the upper end no higher than tried."""
    bounds = bounds_of(problem, view, wary=False)
    low, high = bounds[key]
    values = [value for value in range(low, high + 1) if exists(view, bounds | {key: (value, value)})]
    return values[0], values[-1]


def truly_safe(problem: Problem, hidden: frozenset[str]) -> set[str]:
    """The keys of the demands that hold, by trying all tables."""
    view = publication(problem, hidden)
    return {demand.key for demand in problem.demands() if met(problem, view, demand)}


def cheapest(problem: Problem, cost: Mapping[str, float]) -> float | None:
    """The price of the cheapest sufficient pattern, by trying all of them in the order of their price."""
    may = [c.key for c in problem.cells if c.fate is Fate.OPEN and not c.sensitive and c.value > 0]
    must = frozenset(c.key for c in problem.cells if c.sensitive and c.fate is Fate.OPEN)
    wanted = {demand.key for demand in problem.demands()}
    some = (extra for n in range(len(may) + 1) for extra in combinations(may, n))
    for price, extra in sorted((sum(cost[key] for key in extra), extra) for extra in some):
        if truly_safe(problem, must | set(extra)) == wanted:
            return price
    return None
