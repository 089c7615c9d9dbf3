"""From `parent = sum of children` per dimension to equations between cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cpc_pipeline.disclosure.problem import Relation, total

Entry = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Hierarchies:
    """For each dimension its entries (parent, children); several parents may share children."""

    relations: Mapping[str, list[Entry]]
    dimensions: tuple[str, ...]

    def equations(self, keys: Mapping[tuple[str, ...], str]) -> tuple[tuple[Relation, ...], int]:
        """One equation for each entry and each combination of the other dimensions, and how many could not be used.

        An equation is used where the parent and all children have cells. A child without a cell is replaced by its own
        children where these have cells.
        """
        made: list[Relation] = []
        incomplete = 0
        for i, dimension in enumerate(self.dimensions):
            entries = self.relations.get(dimension, [])
            for others, present in _slices(keys, i).items():
                for parent, children in entries:
                    if parent not in present:
                        continue
                    parts = _expanded(children, present, entries)
                    if parts is None:
                        incomplete += 1
                        continue
                    name = self._name(dimension, parent, children, others)
                    made.append(total(name, present[parent], [present[part] for part in parts]))
        return tuple(made), incomplete

    def _name(self, dimension: str, parent: str, children: Iterable[str], others: tuple[str, ...]) -> str:
        rest = [name for name in self.dimensions if name != dimension]
        where = ", ".join(f"{name}={code}" for name, code in zip(rest, others, strict=True))
        return f"{dimension}: {parent} = {' + '.join(children)}" + (f" ({where})" if where else "")


def _slices(keys: Mapping[tuple[str, ...], str], i: int) -> dict[tuple[str, ...], dict[str, str]]:
    """The cells that differ only in one dimension, by their code in it."""
    slices: dict[tuple[str, ...], dict[str, str]] = {}
    for codes, key in keys.items():
        slices.setdefault(codes[:i] + codes[i + 1 :], {})[codes[i]] = key
    return slices


def _expanded(children: Iterable[str], present: Mapping[str, str], entries: list[Entry]) -> list[str] | None:
    parts: list[str] = []
    for child in children:
        if child in present:
            parts.append(child)
            continue
        below = (_expanded(own, present, entries) for parent, own in entries if parent == child)
        found = next((part for part in below if part is not None), None)
        if found is None:
            return None
        parts += found
    return parts


def first_cycle(entries: list[Entry]) -> str | None:
    """A parent that is its own descendant, if there is one."""
    below: dict[str, set[str]] = {}
    for parent, children in entries:
        below.setdefault(parent, set()).update(children)
    for start, children_of in below.items():
        seen: set[str] = set()
        ahead = list(children_of)
        while ahead:
            code = ahead.pop()
            if code == start:
                return start
            if code not in seen:
                seen.add(code)
                ahead += below.get(code, ())
    return None
