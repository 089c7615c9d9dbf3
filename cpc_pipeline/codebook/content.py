"""What the codebook says, in one language, whatever it is written into: sections of sheets and tables.

Method of the sheets: ADS 201maf (USAID) and the DNP's ficha tecnica, as in catalogue/indicator.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.codebook.lists import lists, places, units, walks
from cpc_pipeline.codebook.parts import Section, Sheet, Table, Words
from cpc_pipeline.codebook.settled import agreed, decisions, rules
from cpc_pipeline.codebook.sheets import lines


@dataclass(frozen=True)
class Example:
    """A formula with invented numbers. kind: year, one or country (wording codebook.example). given: what it is of."""

    kind: str
    formula: str
    given: tuple[str, ...]

    def words(self, words: Words) -> str:
        told = words("example.given", given=", ".join(self.given)) if self.given else ""
        return words(f"example.{self.kind}", formula=self.formula) + told


Examples = Mapping[str, Sequence[Example]]
"""By indicator."""


def sections(catalogue: Catalogue, examples: Examples, language: str) -> list[Section]:
    """The whole codebook, in the order in which it is read."""
    words = Words(catalogue, language)
    return [
        Section("overview", words("section.overview"), words("overview_note"), tables=(_overview(words),)),
        Section("indicators", words("section.indicators"), sheets=tuple(_sheets(words, examples))),
        Section("lists", words("section.lists"), tables=tuple(lists(words))),
        Section("places", words("section.places"), tables=(places(words),)),
        Section("walks", words("section.walks"), tables=(walks(words),)),
        Section("units", words("section.units"), tables=(units(words),)),
        Section("rules", words("section.rules"), words("rules_note"), tables=(rules(words),)),
        Section("decisions", words("section.decisions"), tables=(decisions(words),)),
        Section("agreed", words("section.agreed"), tables=(agreed(words),)),
    ]


def title(catalogue: Catalogue, language: str) -> tuple[str, str]:
    """Title, and what this is."""
    words = Words(catalogue, language)
    term = words("term", start=catalogue.header.start, end=catalogue.end)
    about = words("about", version=catalogue.version)
    return words("title", compact=catalogue.header.name[language]), f"{about} {term}"


def _overview(words: Words) -> Table:
    names = {o.id: o.name[words.language] for o in words.catalogue.objectives}
    rows = []
    for i in words.catalogue.indicators.values():
        frequency, record = words(f"frequency.{i.frequency}"), words.organisation(i.record) if i.record else "–"
        key = words("yes" if i.key_indicator else "no")
        rows.append(
            (i.id, i.name[words.language], names[i.objective], words.unit(i.unit), frequency, record, i.shared, key)
        )
    heads = ("id", "name", "objective", "unit", "frequency", "record", "shared", "key_indicator")
    anchors = tuple(f"indicator-{i}" for i in words.catalogue.indicators)
    return Table("", words.heads(*heads), rows, links=anchors)


def _sheets(words: Words, examples: Examples) -> list[Sheet]:
    """Objective by objective, as the compact numbers them."""
    made = []
    for objective in words.catalogue.objectives:
        for i in words.catalogue.indicators.values():
            if i.objective != objective.id:
                continue
            said = [(words("field.objective"), f"{objective.number}. {objective.name[words.language]}")]
            said += lines(i, words)
            shown = [example.words(words) for example in examples.get(i.id, ())]
            said += [(words("field.example"), "\n".join(shown))] if shown else []
            made.append(Sheet(f"indicator-{i.id}", f"{i.id} · {i.name[words.language]}", tuple(said)))
    return made
