"""What columns, tables and editions are called, in every language of the compact."""

from __future__ import annotations

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.export.edition import Edition
from cpc_pipeline.naming import column

__all__ = ["banner", "column", "description", "each", "row", "table", "title"]


def table(name: str, language: str, catalogue: Catalogue) -> str:
    """The title of a table; a list of categories is called after its dimension, any other list by its id."""
    known = {d.id: d.name[language] for d in catalogue.dimensions}
    if name in known or not catalogue.wording.has(f"export.table.{name}", language):
        called = known.get(name) or column(name, "column", language, catalogue)
        return _said("table.list", language, catalogue, name=called)
    return _said(f"table.{name}", language, catalogue)


def row(name: str, language: str, catalogue: Catalogue) -> str:
    """What a row of a table is; of all lists of codes the same."""
    known = catalogue.wording.has(f"export.row.{name}", language)
    return _said(f"row.{name}" if known else "row.list", language, catalogue)


def title(edition: Edition, language: str, catalogue: Catalogue) -> str:
    """Compact and year."""
    name = catalogue.header.name[language]
    return catalogue.wording.text("export.title", language, compact=name, year=edition.year)


def banner(edition: Edition, language: str, catalogue: Catalogue) -> str:
    """Which edition it is, what is not in it, and how far it is agreed."""
    keys = (f"publication.edition.{edition.edition}", f"publication.standing.{edition.standing}")
    return " ".join(catalogue.wording.text(key, language) for key in keys)


def description(edition: Edition, language: str, catalogue: Catalogue) -> str:
    """The banner, how missing values are told, and the terms of use where none are agreed."""
    said = [banner(edition, language, catalogue), catalogue.wording.text("export.missing", language)]
    exchange = catalogue.header.exchange
    if exchange is None or exchange.licence is None:
        said.append(catalogue.wording.text("export.no_licence", language))
    return " ".join(said)


def each(texts: dict[str, str]) -> str:
    """The same in every language, in one line; once where they agree."""
    return " / ".join(dict.fromkeys(texts.values()))


def _said(key: str, language: str, catalogue: Catalogue, **params: object) -> str:
    return catalogue.wording.text(f"export.{key}", language, **params)
