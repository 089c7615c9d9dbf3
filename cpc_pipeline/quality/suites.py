"""The warehouse rules of a compact as expectations: plain data that the inspector turns into a suite per table.

A parameter that begins with `$` names something of the catalogue, the contracts or another table, so that no list is
written twice: `$indicators`, `$places`, `$codes.sex`, `$Status`, `$submissions.submission_id`, `$count.indicators`.
Inside a list, `$dimensions` stands for all dimension columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, Rule

ENUMS = {"Status": contracts.Status, "Severity": contracts.Severity, "Verdict": contracts.Verdict}

COLUMN = "$column"


class UnknownReference(Exception):
    """A rule names something that does not exist; says the rule and the name."""


def suites(catalogue: Catalogue, tables: Mapping[str, pl.DataFrame]) -> dict[str, list[dict[str, Any]]]:
    """Table name to its expectations: rule id, type in Great Expectations, and arguments with every `$` resolved.

    Raises UnknownReference for a rule about a table or name that is not there.
    """
    made: dict[str, list[dict[str, Any]]] = {}
    for rule in rules(catalogue):
        table = rule.params["table"]
        if table not in tables:
            raise UnknownReference(f"{rule.id}: table {table}")
        arguments = {k: _resolved(v, rule, catalogue, tables) for k, v in rule.params["arguments"].items()}
        if "where" in rule.params:
            arguments |= {"row_condition": rule.params["where"], "condition_parser": "pandas"}
        made.setdefault(table, []).append({"rule": rule.id, "type": rule.params["expectation"], "arguments": arguments})
    return made


def rules(catalogue: Catalogue) -> list[Rule]:
    """The rules with scope warehouse, as the compact lists them."""
    return [rule for rule in catalogue.rules if rule.scope == "warehouse"]


def _resolved(value: Any, rule: Rule, catalogue: Catalogue, tables: Mapping[str, pl.DataFrame]) -> Any:
    if isinstance(value, list):
        return [x for item in value for x in _spread(item, rule, catalogue, tables)]
    if not (isinstance(value, str) and value.startswith("$")):
        return value
    return _named(value[1:], rule, catalogue, tables)


def _spread(item: Any, rule: Rule, catalogue: Catalogue, tables: Mapping[str, pl.DataFrame]) -> list[Any]:
    found = _resolved(item, rule, catalogue, tables)
    return found if isinstance(found, list) else [found]


def _named(name: str, rule: Rule, catalogue: Catalogue, tables: Mapping[str, pl.DataFrame]) -> Any:
    head, _, tail = name.partition(".")
    lists: dict[str, list[Any]] = {
        "indicators": list(catalogue.indicators),
        "organisations": list(catalogue.organisations),
        "objectives": [objective.id for objective in catalogue.objectives],
        "units": list(catalogue.units),
        "places": list(catalogue.places.codes),
        "calendars": list(catalogue.calendars),
        "years": list(catalogue.years),
        "dimensions": list(catalogue.dimension_ids),
    }
    if head in lists and not tail:
        return lists[head]
    if head == "count" and tail in lists:
        return len(lists[tail])
    if head in ENUMS and not tail:
        return [str(member) for member in ENUMS[head]]
    if head == "codes" and tail in catalogue.dimension_ids:
        return list(catalogue.codelist_of(tail).codes)
    if head in tables and tail in tables[head].columns:
        return {COLUMN: [head, tail]}  # read by the inspector: a column can be millions long
    raise UnknownReference(f"{rule.id}: ${name}")
