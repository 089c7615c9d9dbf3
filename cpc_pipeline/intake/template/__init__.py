"""The template: the workbook that an organisation fills in for a year, and what it says beside its numbers.

`template_bytes` writes it; its sheets of numbers are read by the same reader as every other workbook, its narrative,
contributions and sign-off by `statements_of`. What does not belong here: what the numbers mean, or whether they may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from cpc_pipeline.catalogue import Catalogue, CatalogueFaults
from cpc_pipeline.intake.template.layout import Asked, indicators_of, lacking, layout

if TYPE_CHECKING:
    from cpc_pipeline.intake.template.migrating import Lost

__all__ = ["Asked", "indicators_of", "template_bytes", "template_with"]


def template_with(
    catalogue: Catalogue,
    organisation: str,
    year: int,
    language: str,
    previous: pl.DataFrame,
    older: bytes | None = None,
    asked: Sequence[Asked] = (),
) -> tuple[bytes, list[Lost]]:
    """One .xlsx, the same bytes for the same content, and what of an older workbook could not be carried into it.

    previous: observations that count, those of the organisation in the year before among them. older: a
    workbook of the same organisation and year, whose typed cells are kept. asked: what it was asked about numbers of
    the year before, which stands beside the cells of this one. Raises CatalogueFaults where the compact
    does not declare what a template needs, and Refused where the older workbook is none of these.
    """
    from cpc_pipeline.intake.template import front, reference, statements, tables
    from cpc_pipeline.intake.template.book import Book
    from cpc_pipeline.intake.template.migrating import Carried, carry_over

    if faults := lacking(catalogue):
        raise CatalogueFaults(faults)
    plan = layout(catalogue, organisation, year, language, previous, asked)
    carried = carry_over(older, plan) if older is not None else Carried()
    book = Book(plan, carried.typed)
    front.write_cover(book)
    front.write_instructions(book)
    tables.write_indicators(book)
    tables.write_breakdowns(book)
    statements.write_narrative(book)
    statements.write_contributions(book)
    statements.write_sign_off(book)
    reference.write_definitions(book)
    reference.write_lists(book)
    reference.write_texts(book)
    return book.close(), carried.lost


def template_bytes(
    catalogue: Catalogue,
    organisation: str,
    year: int,
    language: str,
    previous: pl.DataFrame,
    asked: Sequence[Asked] = (),
) -> bytes:
    """The blank template."""
    return template_with(catalogue, organisation, year, language, previous, asked=asked)[0]
