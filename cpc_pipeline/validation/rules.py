"""The rules of the compact, run over all submissions of a batch at once; each gives findings.

A rule is data (rules*.yaml): kind, severity, wording code, parameters, dates. A kind is a function (in cells, groups
and history) from the observations that count to hits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, Rule
from cpc_pipeline.contracts import Status
from cpc_pipeline.validation import across, cells, groups, history, parts, years
from cpc_pipeline.validation.kind import Kind, Known

KINDS: dict[str, Kind] = {**cells.KINDS, **groups.KINDS, **parts.KINDS, **history.KINDS, **across.KINDS, **years.KINDS}
SUBMISSION, ACROSS = "submission", "across"


def validate(
    observations: pl.DataFrame,
    catalogue: Catalogue,
    earlier: pl.DataFrame | None = None,
    kinds: Mapping[str, str] | None = None,
    rules: Sequence[Rule] | None = None,
) -> pl.DataFrame:
    """Findings of every rule with scope submission, over observations that keep their contract.

    earlier: observations of earlier reporting years that count, for rules about history. kinds: submission -> kind.
    rules: other rules than the compact's (the rule laboratory). Raises TypeError for a lazy frame, whose values the
    contract would not see.
    """
    if not isinstance(observations, pl.DataFrame):
        raise TypeError("validation takes a DataFrame: a lazy frame would pass unseen")
    none = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    known = Known(catalogue, none if earlier is None else earlier, kinds or {})
    counted = observations.filter(pl.col("status") != str(Status.REJECTED))
    rows = []
    for rule in catalogue.rules if rules is None else rules:
        if rule.scope == SUBMISSION:
            dated = rule.valid_from or rule.valid_to
            rows += _findings(counted.filter(_in_force(rule)) if dated else counted, rule, known)
    return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.FINDINGS))


def reconcile(observations: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Findings of every rule with scope across, over what all organisations say and counts.

    They are made anew from everything on record, so that it does not matter who was first; none is decided.
    """
    known = Known(catalogue, observations)
    counted = observations.filter(pl.col("status") != str(Status.REJECTED))
    rows = [r for rule in catalogue.rules if rule.scope == ACROSS for r in _findings(counted, rule, known)]
    return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.FINDINGS))


def _findings(observations: pl.DataFrame, rule: Rule, known: Known) -> list[dict[str, object]]:
    about = ("submission_id", "organisation", "reporting_year", "sheet", "cell", "observation_id")
    return [
        {column: hit.row[column] for column in about}
        | {
            "code": hit.code or rule.code,
            "severity": hit.severity or rule.severity,
            "rule": rule.id,
            "found": hit.found,
            "expected": hit.expected,
            "params": json.dumps(dict(hit.params), sort_keys=True, ensure_ascii=False, default=str),
        }
        for hit in KINDS[rule.kind](observations, rule, known)
    ]


def _in_force(rule: Rule) -> pl.Expr:
    """Observations whose period ends while the rule is valid."""
    due = pl.lit(value=True)
    if rule.valid_from:
        due &= pl.col("period_end") >= rule.valid_from
    if rule.valid_to:
        due &= pl.col("period_end") <= rule.valid_to
    return due
