"""Code lists, places, units, and what became of older codes, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from cpc_pipeline.catalogue import CodeList
from cpc_pipeline.codebook.parts import Table, Words


def lists(words: Words) -> Iterator[Table]:
    """Each list of the compact, named after the dimensions that it serves."""
    for name, codes in words.catalogue.codelists.items():
        used = [d.name[words.language] for d in words.catalogue.dimensions if d.codelist == name]
        yield _codes(codes, f"{', '.join(used)} ({name})" if used else _heading(name, words), words)


def _heading(name: str, words: Words) -> str:
    heading = words.catalogue.headings.get(name)
    return f"{heading.labels[words.language]} ({name})" if heading else name


def places(words: Words) -> Table:
    return _codes(words.catalogue.places, "", words)


def _codes(codes: CodeList, title: str, words: Words) -> Table:
    rows = [
        (
            c.code,
            c.labels[words.language],
            codes.label(c.parent, words.language) if c.parent else "",
            ", ".join(c.aliases),
            words.span(c.valid_from, c.valid_to),
        )
        for c in codes.codes.values()
    ]
    return Table(title, words.heads("code", "label", "parent", "aliases", "in_force"), rows)


def units(words: Words) -> Table:
    rows = [
        (u.id, u.labels[words.language], u.family, str(u.decimals), ", ".join(u.aliases))
        for u in words.catalogue.units.values()
    ]
    return Table("", words.heads("code", "label", "family", "decimals", "aliases"), rows)


def walks(words: Words) -> Table:
    rows = []
    for walk in words.catalogue.crosswalks:
        known = (
            words.catalogue.places if walk.list == words.catalogue.places.id else words.catalogue.codelists[walk.list]
        )
        older, newer = (f"{known.label(c, words.language)} ({c})" for c in (walk.from_code, walk.to_code))
        basis = words.decision(walk.decision) if walk.decision else ""
        rows.append((walk.list, older, newer, walk.valid_from.isoformat(), words(f"match.{walk.match}"), basis))
    return Table("", words.heads("list", "from_code", "to_code", "effective", "match", "decision"), rows)
