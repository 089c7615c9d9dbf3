"""The template: the workbook that an organisation fills in for a year, and what it says beside its numbers.

`template_bytes` writes it; its sheets of numbers are read by the same reader as every other workbook, its narrative,
contributions and sign-off by `statements_of`. What does not belong here: what the numbers mean, or whether they may be.
"""

from __future__ import annotations

import polars as pl

from cpc_pipeline.catalogue import Catalogue, CatalogueFaults
from cpc_pipeline.intake.template.layout import indicators_of, lacking, layout

__all__ = ["indicators_of", "template_bytes"]


def template_bytes(catalogue: Catalogue, organisation: str, year: int, language: str, previous: pl.DataFrame) -> bytes:
    """One .xlsx; the same content always gives the same bytes.

    previous: observations that count, those of the organisation in the year before among them. Raises
    CatalogueFaults where the compact does not declare what a template needs.
    """
    from cpc_pipeline.intake.template import front, reference, statements, tables
    from cpc_pipeline.intake.template.book import Book

    if faults := lacking(catalogue):
        raise CatalogueFaults(faults)
    book = Book(layout(catalogue, organisation, year, language, previous))
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
    return book.close()
