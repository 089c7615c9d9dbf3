"""What is to be protected, as plain data: cells, relations, earlier editions, and what must stay uncertain.

The protector chooses which cells are hidden; the auditor proves that the choice is enough. They share this module
and nothing else, so that one mistake cannot be made by both. Nothing here knows a country, a file or a solver.

Method: cell suppression over all tables of a release at once. Source of the model: Fischetti and Salazar-Gonzalez,
"Models and algorithms for optimizing cell suppression in tabular data with linear constraints", JASA 95 (2000);
Hundepool et al., "Statistical Disclosure Control" (Wiley, 2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

K_FLOOR = 5
"""No edition of the project protects counts with a smaller k. Below department the project uses 11."""


class Fate(StrEnum):
    """What may become of a cell."""

    OPEN = "open"  # the protector decides
    HIDDEN = "hidden"  # it was hidden in an earlier edition and stays hidden
    KNOWN = "known"  # printed earlier, known elsewhere, or zero by construction: a constant for the attacker
    LATENT = "latent"  # stands in no table, and no marker stands for it (a change between editions, a finer split)


class Sense(StrEnum):
    """How the two sides of a relation compare."""

    EQUAL = "="
    AT_MOST = "<="


class Rule(StrEnum):
    """What the interval that an attacker can compute for a sensitive cell x must contain."""

    INTERVAL = "interval"  # [0, x + k]; and x + k also for the attacker who knows that no hidden cell is zero
    MINIMUM = "minimum"  # [0, k]: neither "somebody is there" nor "fewer than k" can be shown
    WIDTH = "width"  # any interval that is at least so wide


@dataclass(frozen=True, slots=True)
class Cell:
    """One distinct number, however many tables print it.

    key: `indicator | period | population | dimensions`, or any other text that is the same wherever the number is.
    value: the true count; an integer, not negative unless `signed`.
    sensitive: it must be protected (see `sensitivity.small`).
    k: threshold for this cell.
    weight: factor on the cost of hiding it (5 for national margins, 0.5 for last year's secondaries).
    zeros_hidden: its table does not tell 0 from 1..k-1, so the marker says nothing about zero.
    signed: a latent change that may be negative (corrections downwards are possible).
    group: sensitive because its row is all in this one category (group disclosure), not because it is small.
    """

    key: str
    value: int
    sensitive: bool = False
    fate: Fate = Fate.OPEN
    k: int = K_FLOOR
    weight: float = 1.0
    zeros_hidden: bool = False
    signed: bool = False
    group: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """What everybody knows about the cells: sum of factor x cell, compared with a number.

    A total is `parent - children = 0`, `served - identified <= 0` an inequality. `name` is for people.
    """

    name: str
    terms: tuple[tuple[str, int], ...]
    sense: Sense = Sense.EQUAL
    bound: int = 0


def total(name: str, parent: str, children: Iterable[str]) -> Relation:
    """The relation `parent = sum of children`."""
    return Relation(name, ((parent, 1), *((child, -1) for child in children)))


def no_more_than(name: str, part: str, whole: str) -> Relation:
    """The relation `part <= whole`, for example children served and children identified."""
    return Relation(name, ((part, 1), (whole, -1)), Sense.AT_MOST)


def printed_ratio(
    name: str, part: str, whole: str, shown: int, decimals: int = 0, per: int = 100
) -> tuple[Relation, ...]:
    """The two relations that a rounded ratio gives away: `per * part / whole`, printed with so many decimals.

    shown: what was printed, without its decimal point (12.5 with one decimal is 125).
    A table on the very edge between two roundings is not counted as possible: programs round it either way.
    """
    scale = 2 * per * 10**decimals
    upper = Relation(f"{name} <", ((part, scale), (whole, -(2 * shown + 1))), Sense.AT_MOST, -1)
    lower = Relation(f"{name} >", ((part, -scale), (whole, 2 * shown - 1)), Sense.AT_MOST, -1)
    return upper, lower


@dataclass(frozen=True, slots=True)
class Requirement:
    """Which rule is asked for; `width` only with Rule.WIDTH. k is each cell's own."""

    rule: Rule = Rule.INTERVAL
    width: int = 0


INTERVAL_RULE = Requirement()


@dataclass(frozen=True, slots=True)
class Demand:
    """What must stay possible for one sensitive cell, given everything printed.

    low: the attacker who knows only that counts are not negative cannot exclude a value this small (None: no demand).
    high: an attacker cannot exclude a value this large; with `wary`, not even the one who knows that hidden cells are
    at least 1 wherever zeros are shown (None: no demand).
    width: least distance between the smallest and largest value that the first attacker cannot exclude.
    """

    key: str
    low: int | None
    high: int | None
    wary: bool = False
    width: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that is, or ever was, printed of the protected units, with what is known about it."""

    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...] = ()
    requirement: Requirement = INTERVAL_RULE

    def review(self) -> tuple[str, ...]:
        """Sensitive cells that are known already and that nothing can protect: for people to look at, never silent."""
        return tuple(cell.key for cell in self.cells if cell.sensitive and cell.fate is Fate.KNOWN)

    def demands(self) -> tuple[Demand, ...]:
        """One demand per sensitive cell that is not known already, in the order of the cells."""
        sensitive = (cell for cell in self.cells if cell.sensitive and cell.fate is not Fate.KNOWN)
        return tuple(demand(cell, self.requirement) for cell in sensitive)


def demand(cell: Cell, requirement: Requirement) -> Demand:
    """What the rule asks for this cell.

    A latent cell is a change between two editions. Where a small change of the total is printed no part of it can
    seem larger, so for a change it is enough that "nothing changed here" cannot be excluded. Where a row is all of one
    kind its total is printed, so it is asked that k of its children may be of another kind.
    """
    if cell.fate is Fate.LATENT:
        return Demand(cell.key, min(0, cell.value), max(0, cell.value))
    if cell.group:
        return Demand(cell.key, max(0, cell.value - cell.k), None)
    match requirement.rule:
        case Rule.INTERVAL:
            return Demand(cell.key, 0, cell.value + cell.k, wary=True)
        case Rule.MINIMUM:
            return Demand(cell.key, 0, cell.k)
        case Rule.WIDTH:
            return Demand(cell.key, None, None, width=requirement.width)


@dataclass(frozen=True, slots=True)
class Floor:
    """What each attacker knows from below about a number that is not printed; None: it may be negative."""

    plain: int | None = 0
    wary: int | None = 0


def floor_of(cell: Cell) -> Floor:
    """The floors of a cell that is not printed. A hidden zero (it was hidden before) makes no attacker right."""
    if cell.signed:
        return Floor(None, None)
    shown = cell.fate is not Fate.LATENT and not cell.zeros_hidden and cell.value > 0
    return Floor(0, 1 if shown else 0)


@dataclass(frozen=True, slots=True)
class Publication:
    """What a reader has in hand: the numbers, what is not printed, and the relations. No true value is in it."""

    printed: Mapping[str, int]
    unknown: Mapping[str, Floor]
    relations: tuple[Relation, ...] = ()


def publication(problem: Problem, hidden: Iterable[str]) -> Publication:
    """What a reader sees when `hidden` (and what was hidden before) is not printed."""
    gone = set(hidden) | {cell.key for cell in problem.cells if cell.fate in {Fate.HIDDEN, Fate.LATENT}}
    printed = {cell.key: cell.value for cell in problem.cells if cell.key not in gone}
    unknown = {cell.key: floor_of(cell) for cell in problem.cells if cell.key in gone}
    return Publication(printed, unknown, problem.relations)
