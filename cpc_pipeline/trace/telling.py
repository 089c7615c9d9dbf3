"""A trace in words, for a person at a terminal, and as plain data, for a machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import TOTAL
from cpc_pipeline.naming import named
from cpc_pipeline.trace.tracing import Source, Trace

NUMBERS = ("actual", "lower", "upper", "numerator", "denominator", "baseline", "target")


def tell(trace: Trace, catalogue: Catalogue, language: str) -> list[str]:
    """The trace as lines of text."""
    return list(_lines(trace, _Words(catalogue, language), ""))


class _Words:
    """The compact's wording in one language, and its labels."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self.catalogue, self.language = catalogue, language

    def __call__(self, key: str, **params: object) -> str:
        return self.catalogue.wording.text(f"trace.{key}", self.language, **params)

    def status(self, status: str) -> str:
        return self.catalogue.wording.text(f"status.{status}", self.language)

    def organisation(self, code: str | None) -> str:
        known = self.catalogue.organisations.get(code or "")
        return known.short[self.language] if known else str(code or "–")

    def place(self, code: str) -> str:
        return self.catalogue.places.label(code, self.language)

    def group(self, row: Mapping[str, Any]) -> str:
        said = [
            self.catalogue.codelist_of(d).label(row[d], self.language)
            for d in self.catalogue.dimension_ids
            if row[d] != TOTAL
        ]
        return "; ".join(said) or self("no_group")

    def unit(self, code: str) -> str:
        known = self.catalogue.units.get(code)
        return known.labels[self.language] if known else code

    def finding(self, found: Mapping[str, Any]) -> str:
        params = {"found": found["found"], "expected": found["expected"]} | json.loads(found["params"] or "{}")
        for name in ("found", "expected"):
            said, codes = str(params.get(name) or ""), str(params.get("codes", ""))
            params[name] = named(said, codes, self.catalogue, self.language)
        return self.catalogue.wording.finding(found["code"], self.language, params).message


def value_of(row: Mapping[str, Any], words: _Words) -> str:
    """The number, or what stands in its place: a bound, a range, or why there is none."""
    number = row.get("actual", row.get("value"))
    if number is not None:
        return _plain(number)
    low, high = row.get("lower"), row.get("upper")
    bounds = "–".join(_plain(x) for x in (low, high) if x is not None)
    status = words.status(str(row["status"]))
    return f"{bounds} ({status})" if bounds else status


def _lines(trace: Trace, words: _Words, indent: str) -> Iterator[str]:
    measure, definition = trace.measure, trace.definition
    name = definition["name"][words.language]
    yield f"{indent}{measure['indicator']} {name}, {measure['year']}: {value_of(measure, words)}"
    yield f"{indent}  {words('reference', reference=trace.reference)}"
    about = {"place": words.place(measure["place"]), "group": words.group(measure), "unit": words.unit(measure["unit"])}
    calendar = words.catalogue.calendars[measure["calendar"]].name[words.language]
    period = {"calendar": calendar, "start": measure["period_start"], "end": measure["period_end"]}
    yield f"{indent}  {words('about', **about, **period)}"
    said_by = words.organisation(measure["organisation"]) if measure["organisation"] else "–"
    series = words(f"series_{measure['series']}")
    yield f"{indent}  {words('said_by', organisation=said_by, series=series)}"
    yield f"{indent}  {words('rule', working=trace.working)}"
    decided = {"decision": definition["decision"], "on": definition["decided_on"] or "–"}
    yield f"{indent}  {words('definition', since=definition['valid_from'], **decided)}"
    for kind, agreed in trace.agreed.items():
        who = {"by": agreed["agreed_by"] or "–", "on": agreed["agreed_on"] or "–"}
        yield f"{indent}  {words(kind, value=_plain(agreed['value']), year=agreed['year'], **who)}"
    if trace.agreement is not None:
        yield from (f"{indent}  {line}" for line in _agreement(trace, words))
    yield f"{indent}  {words('sources' if trace.sources else 'no_sources', count=len(trace.sources))}"
    for source in trace.sources:
        yield from (f"{indent}    {line}" for line in _source(source, words))
    for part in trace.parts:
        yield f"{indent}  {words('part')}"
        yield from _lines(part, words, indent + "    ")


def _agreement(trace: Trace, words: _Words) -> Iterator[str]:
    agreement = trace.agreement
    if agreement is None:
        return
    yield words("standing", standing=words(f"standing_{agreement.standing}"))
    for party, by, on in agreement.signed:
        yield "  " + words("signed", party=party, by=by, on=on)
    for change in agreement.restated:
        old, new = change["old"] or "–", change["new"] or "–"
        reason = change["reason"] or words("no_reason")
        yield "  " + words("restated", column=change["column"], old=old, new=new, reason=reason)


def _source(source: Source, words: _Words) -> Iterator[str]:
    row, workbook = source.observation, source.submission
    value = value_of(row, words)
    where = {"file": workbook.get("path", row["submission_id"]), "sheet": row["sheet"], "cell": row["cell"]}
    yield words(f"role_{source.role}", value=value, **where)
    received = workbook.get("received_at")
    sent = {
        "organisation": words.organisation(row["organisation"]),
        "received": received.date() if isinstance(received, datetime) else "–",
        "revision": workbook.get("revision", 1),
        "digest": str(workbook.get("sha256", ""))[:12] or "–",
    }
    yield "  " + words("sent", **sent)
    yield "  " + words("typed", raw=row["raw"] or "–", start=row["period_start"], end=row["period_end"])
    if row.get("source_title"):
        yield "  " + words("published_in", title=row["source_title"], address=row["source_url"] or "–")
    for found in source.findings:
        yield "  " + words("finding", severity=words(f"severity_{found['severity']}"), message=words.finding(found))
    for reply in source.replies:
        yield "  " + words("reply", text=reply["text"])
    if not source.findings:
        yield "  " + words("no_findings")


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else f"{number:.10g}"


def as_dict(trace: Trace) -> dict[str, Any]:
    """The trace as plain data: numbers, texts, lists. Keys are those of the frames."""
    return {
        "reference": trace.reference,
        "measure": _data(trace.measure),
        "definition": _data(trace.definition),
        "working": trace.working,
        "agreed": {kind: _data(row) for kind, row in trace.agreed.items()},
        "agreement": None if trace.agreement is None else _agreement_data(trace),
        "sources": [_source_data(source) for source in trace.sources],
        "parts": [as_dict(part) for part in trace.parts],
    }


def _agreement_data(trace: Trace) -> dict[str, Any] | None:
    agreement = trace.agreement
    if agreement is None:
        return None
    signed = [{"party": party, "by": by, "on": on} for party, by, on in agreement.signed]
    return {"standing": agreement.standing, "signed": signed, "restated": [_data(r) for r in agreement.restated]}


def _source_data(source: Source) -> dict[str, Any]:
    return {
        "role": source.role,
        "observation": _data(source.observation),
        "submission": _data(source.submission),
        "findings": [_data(f) for f in source.findings],
        "replies": [_data(r) for r in source.replies],
    }


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in row.items()}
