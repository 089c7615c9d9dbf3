"""The reference sheet of an indicator, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from cpc_pipeline.catalogue import Derived, Indicator, Text, Version
from cpc_pipeline.codebook.parts import Line, Words


def lines(indicator: Indicator, words: Words) -> list[Line]:
    """Everything that the sheet asks for; what nobody has said yet is said to be missing."""
    made = [*_what(indicator, words), *_who(indicator, words), *_how(indicator, words), *_when(indicator, words)]
    return [(words(f"field.{key}"), value) for key, value in made] + list(_versions(indicator, words))


def _text(text: Text | None, words: Words) -> str:
    return text[words.language] if text else words("unsaid")


def _what(i: Indicator, words: Words) -> Iterator[Line]:
    none = words("none")
    yield "definition", i.definition[words.language]
    yield "rationale", _text(i.rationale, words)
    yield "seed", i.seed
    yield "unit", words.unit(i.unit)
    yield "kind", words(f"kind.{i.kind}")
    if i.kind in ("ratio", "average"):
        yield "numerator", _text(i.numerator, words)
        yield "denominator", _text(i.denominator, words)
    if i.multiplier != 1:
        yield "multiplier", f"{i.multiplier:g}"
    if isinstance(i.derived, Derived):
        parts = {n: words.indicator(getattr(i.derived, n)) for n in ("numerator", "denominator")}
        yield "derived", words("of_two", **parts)
    yield "group", words.group(i.headline) or none
    yield "required", ", ".join(words.dimension(d) for d in i.disaggregations.required) or none
    yield "optional", ", ".join(words.dimension(d) for d in i.disaggregations.optional) or none


def _who(i: Indicator, words: Words) -> Iterator[Line]:
    yield "record", words.organisation(i.record) if i.record else words("no_record")
    if i.record:
        yield "system_of_record", _text(i.system_of_record, words)
    yield "reporters", "; ".join(words.organisation(o) for o in i.reporters) or words("none")


def _how(i: Indicator, words: Words) -> Iterator[Line]:
    text, language = words.catalogue.wording.text, words.language
    yield "frequency", words(f"frequency.{i.frequency}")
    yield "accumulation", words(f"accumulation.{i.accumulation}")
    yield "over_periods", text(f"template.over_periods.{i.over_periods}", language)
    yield "over_places", text(f"template.over_places.{i.over_places}", language)
    yield "overlap", words(f"overlap.{i.overlap}")
    yield "direction", text(f"template.direction.{i.direction}", language)
    yield "tolerance", words("tolerance", percent=f"{i.tolerance_pct:g}")
    if i.minimum is not None:
        limits = {"minimum": f"{i.minimum:g}", "maximum": f"{i.maximum or 0:g}"}
        yield "limits", text(f"template.{'or_more' if i.maximum is None else 'between'}", language, **limits)
    yield "sensitivity", words(f"sensitivity.{i.sensitivity}")
    yield "protected_unit", words(f"protected.{i.protected_unit}")
    yield "limitation", _text(i.limitation, words)
    yield "quality_method", _text(i.quality_method, words)


def _when(i: Indicator, words: Words) -> Iterator[Line]:
    yield "key_indicator", words("yes" if i.key_indicator else "no")
    yield "shared", i.shared
    yield "in_force", words.span(i.valid_from, i.valid_to)
    yield "decision", words.decision(i.decision)


def _versions(i: Indicator, words: Words) -> Iterator[Line]:
    """One line per version, where there is more than one; a break of the series is said."""
    for version in i.versions:
        label = words("field.version", number=version.number, span=words.span(version.valid_from, version.valid_to))
        yield label, "\n".join(_version(version, words))


def _version(version: Version, words: Words) -> Iterator[str]:
    if version.number == 1:
        yield words("version.first")
    else:
        yield _text(version.change, words)
        yield words("version.break" if version.comparable == "no" else "version.comparable")
    for key in ("definition", "numerator", "denominator"):
        said = getattr(version, key)
        if said:
            yield f"{words(f'field.{key}')}: {said[words.language]}"
    if version.unit:
        yield f"{words('field.unit')}: {words.unit(version.unit)}"
    if version.headline:
        yield f"{words('field.group')}: {words.group(version.headline)}"
    if version.disaggregations is not None:
        for key in ("required", "optional"):
            named = ", ".join(words.dimension(d) for d in getattr(version.disaggregations, key))
            yield f"{words(f'field.{key}')}: {named or words('none')}"
    for dimension, codes in version.categories.items():
        known = words.catalogue.codelist_of(dimension)
        names = ", ".join(known.label(code, words.language) for code in codes)
        yield words("version.categories", dimension=words.dimension(dimension), categories=names)
    yield f"{words('field.decision')}: {words.decision(version.decision)}"
