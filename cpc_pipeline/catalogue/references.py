"""Does everything that names something else name something that exists?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cpc_pipeline.catalogue.faults import Fault
from cpc_pipeline.catalogue.indicator import Indicator
from cpc_pipeline.catalogue.layouts import layout_faults
from cpc_pipeline.catalogue.models import Catalogue, Waiver
from cpc_pipeline.contracts import NATION, TOTAL


def reference_faults(catalogue: Catalogue, lines: Mapping[str, tuple[str, int]]) -> list[Fault]:
    """Every reference to an id that is not there, with a near name."""
    faults = []
    for indicator in catalogue.indicators.values():
        file, line = lines.get(f"Indicator {indicator.id}", ("indicators", 0))
        faults += [Fault(file, line, m, h) for m, h in _of_indicator(indicator, catalogue)]
    for series in catalogue.context_series.values():
        file, line = lines.get(f"ContextSeries {series.id}", ("context_series.yaml", 0))
        faults += [Fault(file, line, m, h) for m, h in _missing("unit", [series.unit], catalogue.units)]
        near = [series.relates_to] if series.relates_to else []
        faults += [Fault(file, line, m, h) for m, h in _missing("relates_to", near, catalogue.indicators)]
    for organisation in catalogue.organisations.values():
        file, line = lines.get(f"Organisation {organisation.id}", ("organisations.yaml", 0))
        spoken = [organisation.language] if organisation.language else []
        faults += [Fault(file, line, m, h) for m, h in _missing("language", spoken, catalogue.languages)]
    for dimension in catalogue.dimensions:
        faults += [
            Fault("compact.yaml", 0, m, h) for m, h in _missing("codelist", [dimension.codelist], catalogue.codelists)
        ]
    lists = [c.codelist for c in catalogue.header.contributions if c.codelist is not None]
    faults += [Fault("compact.yaml", 0, m, h) for m, h in _missing("codelist", lists, catalogue.codelists)]
    for section in (*catalogue.header.sections, *catalogue.header.report_sections):
        lacking = [x for x in catalogue.languages if x not in section.name or x not in section.help]
        faults += [Fault("compact.yaml", 0, f"section '{section.id}': no text in '{x}'") for x in lacking]
    for party in catalogue.header.parties:
        lacking = [x for x in catalogue.languages if x not in party.name]
        faults += [Fault("compact.yaml", 0, f"party '{party.id}': no text in '{x}'") for x in lacking]
    faults += _outline_faults(catalogue)
    faults += _agreed_faults(catalogue, lines)
    for name, message in layout_faults(catalogue):
        file, line = lines.get(name, ("layouts", 0))
        faults.append(Fault(file, line, f"{name.split()[1]}: {message}"))
    faults += _shape_faults(catalogue)
    faults += _walk_faults(catalogue, lines)
    for kind, field, item in _with_decisions(catalogue):
        file, line = lines.get(f"{kind} {item}", ("", 0))
        known = [d.id for d in catalogue.decisions]
        faults += [Fault(file, line, m, h) for m, h in _missing("decision", [field], known)]
    for rule in catalogue.rules:
        file, line = lines.get(f"Rule {rule.id}", ("rules.yaml", 0))
        key = f"quality.rule.{rule.code}" if rule.scope == "warehouse" else f"findings.{rule.code}.message"
        silent = [x for x in catalogue.languages if not catalogue.wording.has(key, x)]
        faults += [Fault(file, line, f"{rule.id}: no text for '{key}' in '{x}'") for x in silent]
    for waiver in catalogue.waivers:
        file, line = lines.get(f"Waiver {waiver.id}", ("waivers.yaml", 0))
        faults += [Fault(file, line, f"{waiver.id}: {m}", h) for m, h in _of_waiver(waiver, catalogue)]
    for ladder in catalogue.ladders:
        file, line = lines.get(f"Ladder {ladder.id}", ("ladders.yaml", 0))
        wrong = [*_missing("indicators", ladder.indicators, catalogue.indicators)]
        named = [*ladder.by, *(step.dimension for step in ladder.steps)]
        wrong += _missing("dimension", dict.fromkeys(named), catalogue.dimension_ids)
        faults += [Fault(file, line, f"{ladder.id}: {m}", h) for m, h in wrong]
    return faults


def _agreed_faults(catalogue: Catalogue, lines: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    """Targets, baselines and what is known elsewhere, each of an indicator and a place that are there."""
    elsewhere = ("known_elsewhere.csv", catalogue.known_elsewhere)
    for name, frame in (("targets.csv", catalogue.targets), ("baselines.csv", catalogue.baselines), elsewhere):
        for number, (indicator, place) in enumerate(frame.select("indicator", "place").iter_rows()):
            wrong = [*_missing("indicator", [indicator], catalogue.indicators)]
            wrong += _missing("place", [place], catalogue.places.codes)
            file, line = lines.get(f"{name} {number}", (name, 0))
            yield from (Fault(file, line, m, h) for m, h in wrong)


def _outline_faults(catalogue: Catalogue) -> Iterator[Fault]:
    """Every part of the report has a title and every paragraph its words, in each language."""
    for part in catalogue.outline.parts:
        for language in catalogue.languages:
            titled = part.title[language] if part.title and language in part.title else ""
            if not titled and (part.title or not catalogue.wording.has(f"report.part.{part.id}", language)):
                yield Fault("report.yaml", 0, f"part '{part.id}': no title in '{language}'")
            for name in (n for piece in (*part.first, *part.content) for n in piece.texts):
                keys = (f"report.text.{name}", f"report.text.{name}.public")
                if not any(catalogue.wording.has(key, language) for key in keys):
                    yield Fault("report.yaml", 0, f"part '{part.id}': no text for '{keys[0]}' in '{language}'")


def _shape_faults(catalogue: Catalogue) -> list[Fault]:
    """What the stages rely on in every compact: a code for the nation, a total in each list, a form for numbers."""
    faults = []
    nation = catalogue.header.nation.code
    if nation != NATION or nation not in catalogue.places.codes:
        message = f"the whole country must have the code '{NATION}' here and in compact.yaml"
        faults.append(Fault("places.csv", 0, message))
    for dimension in catalogue.dimensions:
        codes = catalogue.codelists.get(dimension.codelist)
        if codes is not None and TOTAL not in codes.codes:
            faults.append(Fault(f"codelists/{codes.id}.csv", 0, f"the total must be there, with the code '{TOTAL}'"))
    unformed = sorted(set(catalogue.languages) - set(catalogue.header.number_format))
    faults += [Fault("compact.yaml", 0, f"number_format: nothing for '{language}'") for language in unformed]
    return faults


def _walk_faults(catalogue: Catalogue, lines: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    """Every list and code of a cross-walk is there, and no code goes wholly to two places."""
    lists = {**catalogue.codelists, catalogue.places.id: catalogue.places}
    for walk in catalogue.crosswalks:
        file, line = lines[f"Walk {walk.list} {walk.from_code} {walk.to_code}"]
        codes = lists.get(walk.list)
        wrong = list(_missing("list", [walk.list], lists))
        if codes is not None:
            wrong += [*_missing("from_code", [walk.from_code], codes.codes)]
            wrong += [*_missing("to_code", [walk.to_code], codes.codes)]
        same = [w for w in catalogue.crosswalks if (w.list, w.from_code) == (walk.list, walk.from_code)]
        if walk.match == "exact" and len({w.to_code for w in same}) > 1:
            wrong.append((f"'{walk.from_code}' goes to several codes, so that none of them can be exact", ""))
        yield from (Fault(file, line, m, h) for m, h in wrong)


def _with_decisions(catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """Whatever else names a decision: kind, decision, id."""
    yield from (("Acknowledgement", a.decision, a.id) for a in catalogue.acknowledgements)
    for walk in catalogue.crosswalks:
        if walk.decision:
            yield "Walk", walk.decision, f"{walk.list} {walk.from_code} {walk.to_code}"
    for indicator in catalogue.indicators.values():
        yield from (("Indicator", v.decision, indicator.id) for v in indicator.versions)


def _of_indicator(indicator: Indicator, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield from _missing("unit", [indicator.unit], catalogue.units)
    yield from _missing("objective", [indicator.objective], [o.id for o in catalogue.objectives])
    yield from _missing("reporters", indicator.reporters, catalogue.organisations)
    yield from _missing("decision", [indicator.decision], [d.id for d in catalogue.decisions])
    for version in indicator.versions:
        yield from _missing("unit", [version.unit] if version.unit else [], catalogue.units)
        for dimension, chosen in version.categories.items():
            yield from _missing("categories", [dimension], catalogue.dimension_ids)
            if dimension in catalogue.dimension_ids:
                yield from _missing("categories", chosen, catalogue.codelist_of(dimension).codes)
    asked = [*indicator.disaggregations.required, *indicator.disaggregations.optional]
    yield from _missing("disaggregations", asked, catalogue.dimension_ids)
    if indicator.record is not None and indicator.record not in indicator.reporters:
        yield f"record '{indicator.record}' is not among the reporters", ""
    if indicator.record is None and indicator.derived is None:
        yield "an indicator without a system of record must be derived", ""
    if indicator.derived and indicator.derived != "pipeline":
        parts = [indicator.derived.numerator, indicator.derived.denominator]
        yield from _missing("derived", parts, catalogue.indicators)


def _of_waiver(waiver: Waiver, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    if (waiver.rule is None) == (waiver.code is None):
        yield "a waiver names either a rule or a code", ""
    rules = [rule.id for rule in catalogue.rules if rule.scope == "submission"]
    yield from _missing("rule", [waiver.rule] if waiver.rule else [], rules)
    codes = [
        key.split(".")[1] for key in catalogue.wording.texts[catalogue.languages[0]] if key.startswith("findings.")
    ]
    yield from _missing("code", [waiver.code] if waiver.code else [], codes)
    yield from _missing("organisation", [waiver.organisation], catalogue.organisations)
    yield from _missing("indicators", waiver.indicators, catalogue.indicators)
    yield from _missing("places", waiver.places, catalogue.places.codes)
    yield from _missing("decision", [waiver.decision], [d.id for d in catalogue.decisions])
    if waiver.until < waiver.granted:
        yield "until is before granted", ""


def _missing(field: str, names: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    from rapidfuzz import process

    there = list(known)
    for name in names:
        if name not in there:
            match = process.extractOne(name, there, score_cutoff=60)
            yield f"{field}: there is no '{name}'", f"did you mean '{match[0]}'?" if match else ""
