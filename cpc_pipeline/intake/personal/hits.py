"""What the guard says: which rule, how grave, where, how often. Never what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cpc_pipeline.contracts import Severity

BLOCK, REVIEW = str(Severity.RETURN), str(Severity.QUERY)
POSSIBLE = "personal_possible"


@dataclass(frozen=True)
class Hit:
    """One rule that found something.

    rule: id of the rule (a shape or heading rule of the compact, or one of the guard's own). code: key of its words.
    severity: return refuses the whole file, query asks about the cell. sheet, cell: where ("" for a text alone); cell
    is the first of them and count says how many cells of that column. place: where it stands that is no cell (wording,
    validation.aside).
    """

    rule: str
    code: str
    severity: str
    sheet: str = ""
    cell: str = "A1"
    count: int = 1
    place: str = ""

    @property
    def blocks(self) -> bool:
        return self.severity == BLOCK

    def at(self, sheet: str, cell: str, count: int = 1) -> Hit:
        return replace(self, sheet=sheet, cell=cell, count=count)


def hit(rule: str, kind: str, weight: str) -> Hit:
    """weight: block or review, as the compact's data say."""
    return Hit(rule, f"personal_{kind}", BLOCK) if weight == "block" else Hit(rule, POSSIBLE, REVIEW)


def gathered(hits: Iterable[Hit]) -> list[Hit]:
    """One hit per rule, sheet and column: the first cell, with the number of cells; the gravest first."""
    first: dict[tuple[str, str, str, str, str], Hit] = {}
    for found in hits:
        column = found.cell.rstrip("0123456789")
        key = (found.rule, found.code, found.sheet, column, found.place)
        before = first.get(key)
        first[key] = found if before is None else replace(before, count=before.count + found.count)
    return sorted(first.values(), key=lambda h: not h.blocks)
