"""Protect or audit the tables of two files: from rows to a problem, from an audit to a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cpc_pipeline.disclosure.auditing import Audit, Interval, audit
from cpc_pipeline.disclosure.general.reading import Row, Tables
from cpc_pipeline.disclosure.problem import (
    Cell,
    Demand,
    Floor,
    Problem,
    Publication,
    Requirement,
    Rule,
    demand,
    floor_of,
    publication,
)
from cpc_pipeline.disclosure.protecting import Measure, Pattern, Progress, protect
from cpc_pipeline.disclosure.sensitivity import small


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for on the command line."""

    k: int
    requirement: Requirement
    zeros_hidden: bool = False
    measure: Measure = Measure.MIXED
    seconds: float = 120.0
    release_key: bytes = b""


@dataclass(frozen=True)
class Answer:
    """status per key (published, primary, secondary), intervals of the hidden ones, and the verdict as JSON has it."""

    status: Mapping[str, str]
    intervals: Mapping[str, Interval]
    verdict: dict[str, object]


def protect_tables(tables: Tables, terms: Terms, watch: Callable[[Progress], None]) -> Answer:
    """Hide what must be hidden, as cheaply as possible, and have it audited."""
    started = time.process_time()
    problem = Problem(tuple(_cell(k, r, terms) for k, r in tables.rows.items()), tables.relations, terms.requirement)
    pattern = protect(
        problem,
        release_key=terms.release_key,
        seconds=terms.seconds,
        watch=watch,
        measure=terms.measure,
        approve=lambda hidden: audit(publication(problem, hidden), problem.demands()).passed,
    )
    seen = audit(publication(problem, pattern.hidden), problem.demands(), intervals=True)
    status = {key: _status(key, pattern) for key in tables.rows}
    verdict = _verdict(tables, terms, status, seen) | {
        "optimal": pattern.optimal,
        "gap": round(pattern.gap, 6),
        "price": round(pattern.price, 6),
        "unattainable_cells": list(pattern.unattainable),
        "seconds": round(time.process_time() - started, 3),
    }
    return Answer(status, seen.intervals, verdict)


def audit_tables(tables: Tables, terms: Terms) -> Answer:
    """Judge a suppression that somebody else chose.

    Where hidden values are not given, the sensitive cells are those marked primary (or, if none is marked, all hidden
    cells), and it is asked only what can be asked without the truth; `attacker_view` says so.
    """
    started = time.process_time()
    given = {key: row for key, row in tables.rows.items() if row.value is not None}
    blind = len(given) < len(tables.rows)
    marked = any(row.primary for row in tables.rows.values())
    view = Publication(
        printed={key: row.value for key, row in given.items() if not row.hidden and row.value is not None},
        unknown={key: _floor(key, row, terms) for key, row in tables.rows.items() if row.hidden},
        relations=tables.relations,
    )
    demands = [made for key, row in tables.rows.items() if (made := _demand(key, row, terms, marked)) is not None]
    seen = audit(view, demands, intervals=True)
    sensitive = {made.key for made in demands}
    names = {(True, True): "primary", (True, False): "secondary"}
    status = {key: names.get((row.hidden, key in sensitive), "published") for key, row in tables.rows.items()}
    verdict = _verdict(tables, terms, status, seen) | {
        "primary": len(sensitive),
        "optimal": None,
        "gap": None,
        "attacker_view": blind,
        "seconds": round(time.process_time() - started, 3),
    }
    return Answer(status, seen.intervals, verdict)


def _sensitive(row: Row, terms: Terms) -> bool:
    if row.primary is not None:
        return row.primary
    return row.value is not None and small(row.value, terms.k)


def _cell(key: str, row: Row, terms: Terms) -> Cell:
    return Cell(key, row.value or 0, _sensitive(row, terms), k=terms.k, zeros_hidden=terms.zeros_hidden)


def _floor(key: str, row: Row, terms: Terms) -> Floor:
    if row.value is None:
        return Floor(0, 0 if terms.zeros_hidden else 1)
    return floor_of(_cell(key, row, terms))


def _demand(key: str, row: Row, terms: Terms, marked: bool) -> Demand | None:
    if row.value is not None:
        cell = _cell(key, row, terms)
        return demand(cell, terms.requirement) if cell.sensitive else None
    if row.primary or not marked:
        if not marked:
            return Demand(key, None, None, width=max(1, terms.requirement.width))
        # At the least one child is behind the marker, so what holds for 1 must hold.
        return demand(Cell(key, 1, sensitive=True, k=terms.k), terms.requirement)
    return None


def _status(key: str, pattern: Pattern) -> str:
    if key in pattern.primary:
        return "primary"
    return "secondary" if key in pattern.secondary else "published"


def _verdict(tables: Tables, terms: Terms, status: Mapping[str, str], seen: Audit) -> dict[str, object]:
    counts = list(status.values())
    disclosed = seen.exact or seen.narrow
    return {
        "verdict": "protected" if seen.passed else ("disclosed" if disclosed else "unproved"),
        "rule": str(terms.requirement.rule),
        "k": terms.k,
        "min_width": terms.requirement.width if terms.requirement.rule is Rule.WIDTH else None,
        "cells": len(counts),
        "primary": counts.count("primary"),
        "secondary": counts.count("secondary"),
        "exact": len(seen.exact),
        "narrow": len(seen.narrow),
        "unproved": len(seen.unproved),
        "exact_cells": list(seen.exact),
        "narrow_cells": list(seen.narrow),
        "unproved_cells": list(seen.unproved),
        "contradiction": seen.contradiction or None,
        "equations": len(tables.relations),
        "incomplete": tables.incomplete,
    }
