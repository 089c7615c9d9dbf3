"""Rules, decisions, targets and baselines, as tables."""

from __future__ import annotations

import re
from typing import Any

from cpc_pipeline.catalogue import Catalogue, Rule
from cpc_pipeline.codebook.parts import Table, Words
from cpc_pipeline.contracts import TOTAL

_GAP = re.compile(r"\{[a-z_]+\}")


def rules(words: Words) -> Table:
    """Each rule by what it finds, what it expects, and what follows."""
    rows = []
    for rule in words.catalogue.rules:
        severity = words.catalogue.wording.text(f"cli.severity.{rule.severity}", words.language)
        scope = words(f"scope.{rule.scope}")
        said = _said(rule, words)
        rows.append((rule.id, *said, severity, scope, _with(rule, words), words.span(rule.valid_from, rule.valid_to)))
    heads = ("rule", "says", "expected", "action", "consequence", "scope", "params", "in_force")
    return Table("", words.heads(*heads), rows)


def _said(rule: Rule, words: Words) -> tuple[str, str, str]:
    """What a finding of the rule says, where each finding would name its own numbers."""
    if rule.kind == "small_count":
        return words("small_count", k=rule.params.get("k", "…")), "–", "–"
    text, language = words.catalogue.wording, words.language
    if rule.scope == "warehouse" and text.has(f"quality.rule.{rule.code}", language):
        return text.text(f"quality.rule.{rule.code}", language), "–", "–"
    if not text.has(f"findings.{rule.code}.title", language):
        return rule.code, "–", "–"
    known = {k: v for k, v in rule.params.items() if isinstance(v, int | float | str)}
    found = text.finding(rule.code, language, known)
    said = (_GAP.sub("…", part) for part in (found.title, found.expected, found.action))
    title, expected, action = said
    return title, expected, action


def _with(rule: Rule, words: Words) -> str:
    """Its parameters; an indicator or a dimension among them by its name."""
    if rule.kind == "expectation":  # the arguments of a library are no words
        return str(rule.params.get("table", ""))
    return "; ".join(f"{key}: {_named(value, words)}" for key, value in rule.params.items())


def _named(value: Any, words: Words) -> str:
    if isinstance(value, list):
        return ", ".join(_named(v, words) for v in value)
    if value in words.catalogue.indicators:
        return words.indicator(value)
    if value in words.catalogue.dimension_ids:
        return words.dimension(value)
    if isinstance(value, bool):
        return words("yes" if value else "no")
    return str(value)


def decisions(words: Words) -> Table:
    rows = []
    for d in words.catalogue.decisions:
        effective = d.effective.isoformat() if d.effective else ""
        agreed_by = ", ".join(_party(p, words.catalogue, words.language) for p in d.agreed_by)
        title, description = d.title[words.language], d.description[words.language]
        row = (d.id, d.date.isoformat(), title, description, d.basis, agreed_by, effective, d.document or "")
        rows.append(row)
    heads = ("decision", "date", "title", "description", "basis", "agreed_by", "effective", "document")
    return Table("", words.heads(*heads), rows, anchors=tuple(f"decision-{d.id}" for d in words.catalogue.decisions))


def _party(name: str, catalogue: Catalogue, language: str) -> str:
    return next((p.name[language] for p in catalogue.header.parties if p.id == name), name)


def agreed(words: Words) -> Table:
    """Every target and baseline, with who agreed it, when, and by which decision."""
    catalogue, rows = words.catalogue, []
    for what, frame in (("baseline", catalogue.baselines), ("target", catalogue.targets)):
        for row in frame.iter_rows(named=True):
            groups = {d: row[d] for d in catalogue.dimension_ids if row[d] != TOTAL}
            place = catalogue.places.label(row["place"], words.language)
            who = (row["agreed_by"] or "–", row["agreed_on"] or "–", row["decision"] or "–")
            named = (words.indicator(row["indicator"]), words(f"what.{what}"), str(row["year"]), place)
            rows.append((*named, words.group(groups), f"{row['value']:.10g}", *who))
    heads = ("name", "what", "year", "place", "group", "value", "agreed_by", "agreed_on", "decision")
    return Table("", words.heads(*heads), rows)
