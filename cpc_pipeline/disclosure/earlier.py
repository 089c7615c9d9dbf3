"""Earlier editions beside the present one: hidden stays hidden, printed counts as known for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cpc_pipeline.disclosure.problem import INTERVAL_RULE, Cell, Fate, Problem, Relation, Requirement


class Change(StrEnum):
    """What everybody knows about a number between an earlier edition and the present one."""

    FROZEN = "frozen"  # the period is closed: the number is the same
    ADDITIONS = "additions"  # late cases are added, none is taken back
    CORRECTIONS = "corrections"  # it may go up or down


@dataclass(frozen=True, slots=True)
class Edition:
    """What was issued earlier.

    printed: key to the number that was printed. hidden: key to the true value behind the marker, kept on the raw side.
    sensitive: keys of `hidden` that had to be protected and still must be.
    change: what is known about each cell between that edition and the present one; `changes` overrides it per key.
    """

    name: str
    printed: Mapping[str, int]
    hidden: Mapping[str, int] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    relations: tuple[Relation, ...] = ()
    change: Change = Change.FROZEN
    changes: Mapping[str, Change] = field(default_factory=dict)
    k: int = 5


class FrozenChangedError(Exception):
    """A number of a closed period is not what an earlier edition has. `key` says which; its value is not told."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def key_in(key: str, edition: str) -> str:
    """The key of a cell as an earlier edition has it."""
    return f"{key} @ {edition}"


def joint(
    cells: Iterable[Cell],
    relations: Iterable[Relation],
    earlier: Sequence[Edition] = (),
    requirement: Requirement = INTERVAL_RULE,
    changes_shown: frozenset[str] = frozenset(),
) -> Problem:
    """The present edition and all earlier ones as one problem.

    A cell hidden in an earlier edition is hidden now. A cell whose period is frozen and that was printed is known now.
    A change of 1 to k-1 (up or down) is a small count of its own and becomes a sensitive latent cell, except for the
    keys in `changes_shown` (national totals).

    Raises FrozenChangedError where a number of a closed period differs from what was issued.
    """
    now = {cell.key: cell for cell in cells}
    rows = list(relations)
    past: list[Cell] = []
    for edition in earlier:
        past += _cells_of(edition, now)
        rows += [_as_of(relation, edition) for relation in edition.relations]
        for key in (*edition.printed, *edition.hidden):
            if key not in now:
                continue
            now[key] = _fate_now(now[key], edition)
            change, relation = _link(now[key], edition, key not in changes_shown)
            past += [change] if change else []
            rows.append(relation)
    return Problem((*now.values(), *past), tuple(rows), requirement)


def _cells_of(edition: Edition, now: Mapping[str, Cell]) -> list[Cell]:
    made = [Cell(key_in(key, edition.name), value, fate=Fate.KNOWN) for key, value in edition.printed.items()]
    for key, value in edition.hidden.items():
        zeros_hidden = key in now and now[key].zeros_hidden
        k = now[key].k if key in now else edition.k
        sensitive = key in edition.sensitive
        name = key_in(key, edition.name)
        made.append(Cell(name, value, sensitive, Fate.HIDDEN, k, zeros_hidden=zeros_hidden))
    return made


def _as_of(relation: Relation, edition: Edition) -> Relation:
    terms = tuple((key_in(key, edition.name), factor) for key, factor in relation.terms)
    return Relation(f"{relation.name} @ {edition.name}", terms, relation.sense, relation.bound)


def _fate_now(cell: Cell, edition: Edition) -> Cell:
    if cell.key in edition.hidden:
        return replace(cell, fate=Fate.HIDDEN)
    frozen = edition.changes.get(cell.key, edition.change) is Change.FROZEN
    if frozen and cell.fate is Fate.OPEN:
        return replace(cell, fate=Fate.KNOWN)
    return cell


def _link(cell: Cell, edition: Edition, small_change_matters: bool) -> tuple[Cell | None, Relation]:
    """The relation between the cell now and then, with the latent change where it may have changed."""
    then = key_in(cell.key, edition.name)
    name = f"{cell.key} since {edition.name}"
    before = edition.printed[cell.key] if cell.key in edition.printed else edition.hidden[cell.key]
    difference = cell.value - before
    how = edition.changes.get(cell.key, edition.change)
    if how is Change.FROZEN:
        if difference:
            raise FrozenChangedError(cell.key)
        return None, Relation(name, ((cell.key, 1), (then, -1)))
    sensitive = small_change_matters and 0 < abs(difference) < cell.k
    change = Cell(f"change: {name}", difference, sensitive, Fate.LATENT, cell.k, signed=how is Change.CORRECTIONS)
    return change, Relation(name, ((cell.key, 1), (then, -1), (change.key, -1)))
