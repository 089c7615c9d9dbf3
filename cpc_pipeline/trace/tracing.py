"""A measure, its rule, and every observation it came from with its address, findings, replies and signatures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue, Derived
from cpc_pipeline.contracts import NATION, TOTAL
from cpc_pipeline.naming import RECORD, reference

Row = dict[str, Any]
ROLES = ("used", "repeated", "conflicting", "superseded")


@dataclass(frozen=True)
class Frames:
    """What the warehouse holds, as contracts declares it. replies: None where there are none."""

    measures: pl.DataFrame
    lineage: pl.DataFrame
    observations: pl.DataFrame
    submissions: pl.DataFrame
    findings: pl.DataFrame
    replies: pl.DataFrame | None = None


@dataclass(frozen=True)
class Agreement:
    """How far the table of the year is agreed, and who signed what it is now: party, name of the office, date."""

    standing: str
    signed: tuple[tuple[str, str, str], ...] = ()
    restated: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Window:
    """The cells around an address as the submitter sees them: rows of (address, text), and which one is meant."""

    sheet: str
    cell: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True)
class Source:
    """One observation: role in the measure, the row itself, its workbook, what was found in it and answered."""

    role: str
    observation: Row
    submission: Row
    findings: tuple[Row, ...] = ()
    replies: tuple[Row, ...] = ()
    window: Window | None = None


@dataclass(frozen=True)
class Trace:
    """Where one number comes from. parts: the numbers that a derived indicator is computed from, traced in turn.

    definition: of the indicator as the year saw it. working: the printed rule with the numbers in it. agreed:
    target and baseline as agreed (value, year, by whom, when, decision).
    """

    reference: str
    measure: Row
    definition: Row
    working: str
    sources: tuple[Source, ...]
    agreed: Mapping[str, Row] = field(default_factory=dict)
    agreement: Agreement | None = None
    parts: tuple[Trace, ...] = ()


Working = Callable[[Row, pl.DataFrame], str]
Look = Callable[[Row], Window | None]


def trace(
    measure: Row,
    frames: Frames,
    catalogue: Catalogue,
    working: Working,
    agreement: Agreement | None = None,
    look: Look = lambda _: None,
    measure_id: Callable[[Row], str] = lambda row: str(row["measure_id"]),
) -> Trace:
    """Everything that is known about where a measure comes from.

    working: gives the rule with the numbers put in, from the measure and its observations with their role. look: the
    window of the sheet around an observation, where the file is there. measure_id: the key of a measure in the lineage.
    """
    used = frames.lineage.filter(pl.col("measure_id") == measure_id(measure))
    roles = dict(used.select("observation_id", "role").iter_rows())
    observations = frames.observations.filter(pl.col("observation_id").is_in(list(roles)))
    sources = [_source(row, roles[row["observation_id"]], frames, look) for row in observations.iter_rows(named=True)]
    sources.sort(
        key=lambda s: (ROLES.index(s.role) if s.role in ROLES else len(ROLES), s.observation["observation_id"])
    )
    parts = tuple(
        trace(part, frames, catalogue, working, agreement, look, measure_id)
        for part in _parts(measure, frames.measures, catalogue)
    )
    traced = observations.join(used.select("observation_id", "role"), on="observation_id")
    return Trace(
        reference(measure, catalogue),
        {**measure, "notes": json.loads(measure.get("notes") or "[]")},
        _definition(measure, catalogue),
        working(measure, traced),
        tuple(sources),
        _agreed(measure, catalogue),
        agreement,
        parts,
    )


def _rank(role: str) -> int:
    return ROLES.index(role) if role in ROLES else len(ROLES)


def _source(row: Row, role: str, frames: Frames, look: Look) -> Source:
    submission = frames.submissions.filter(pl.col("submission_id") == row["submission_id"])
    same = pl.col("observation_id") == row["observation_id"]
    at = (pl.col("submission_id") == row["submission_id"]) & (pl.col("sheet") == row["sheet"])
    found = frames.findings.filter(same | (at & (pl.col("cell") == row["cell"])))
    replies: Sequence[Row] = ()
    if frames.replies is not None:
        replies = frames.replies.filter(same | (at & (pl.col("cell") == row["cell"]))).to_dicts()
    workbook = submission.row(0, named=True) if submission.height else {"submission_id": row["submission_id"]}
    return Source(role, row, workbook, tuple(found.to_dicts()), tuple(replies), look(row))


def _parts(measure: Row, measures: pl.DataFrame, catalogue: Catalogue) -> list[Row]:
    """The measures that a derived one is computed from: record rows of the same year, for the whole country."""
    derived = catalogue.indicators[measure["indicator"]].derived
    if not isinstance(derived, Derived):
        return []
    found = []
    for name in (derived.numerator, derived.denominator):
        group = dict.fromkeys(catalogue.dimension_ids, TOTAL) | catalogue.indicators[name].headline
        own = measures.filter(
            pl.col("indicator") == name,
            pl.col("year") == measure["year"],
            pl.col("calendar") == measure["calendar"],
            pl.col("place") == NATION,
            pl.col("series") == RECORD,
            *(pl.col(d) == code for d, code in group.items()),
        )
        found += own.to_dicts()[:1]
    return found


def _definition(measure: Row, catalogue: Catalogue) -> Row:
    indicator = catalogue.indicators[measure["indicator"]]
    decision = next((d for d in catalogue.decisions if d.id == indicator.decision), None)
    return {
        "name": indicator.name,
        "definition": indicator.definition,
        "valid_from": indicator.valid_from,
        "valid_to": indicator.valid_to,
        "decision": indicator.decision,
        "decided_on": decision.date if decision else None,
        "over_periods": indicator.over_periods,
        "over_places": indicator.over_places,
        "accumulation": indicator.accumulation,
        "record": indicator.record,
    }


def _agreed(measure: Row, catalogue: Catalogue) -> dict[str, Row]:
    """Target of the year and declared baseline of the same place and group, with who agreed them and when."""
    found = {}
    for name, frame in (("target", catalogue.targets), ("baseline", catalogue.baselines)):
        same = frame.filter(
            pl.col("indicator") == measure["indicator"],
            pl.col("place") == measure["place"],
            *(pl.col(d) == measure[d] for d in catalogue.dimension_ids),
        )
        if name == "target":
            same = same.filter(pl.col("year") == measure["year"])
        if same.height and measure["series"] == RECORD:
            found[name] = same.row(0, named=True)
    return found
