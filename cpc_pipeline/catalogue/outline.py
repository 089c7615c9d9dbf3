"""The outline of the annual report as data: which parts it has, in which order, and what stands in each (report.yaml).

The parties re-arrange the report by editing that file; what does not belong here is a word of the report itself.
"""

from __future__ import annotations

from typing import Literal

from cpc_pipeline.catalogue.header import Model, Text

Shown = Literal[
    "agreement",  # which edition this is and how far the table is agreed
    "overview",  # indicators of each objective: how many have a value, a target
    "attention",  # what is missing, counted
    "key_indicators",  # the indicators chosen in advance for the annual meeting
    "objective",  # the text of the objective as agreed
    "narrative",  # reviewed texts of `sections`
    "figures",  # the figures whose ids are, or begin with, one of `figures`
    "performance",  # the row that stands for each indicator, and what others say beside it
    "breakdowns",  # every other row of the year
    "texts",  # paragraphs of wording: report.text.<one of texts>
    "contributions",
    "entries",
    "quality",
    "restatements",
    "findings",
    "waivers",
    "definitions",
    "breaks",
    "sources",
    "marks",
    "glossary",
    "signatures",
]


class Piece(Model):
    """One thing that stands in a part.

    columns: of a performance table. most: rows that are printed before the rest is left to the workbook.
    """

    show: Shown
    sections: list[str] = []
    figures: list[str] = []
    texts: list[str] = []
    columns: list[Literal["baseline", "target", "actual", "achievement", "deviation", "rating", "completeness"]] = []
    most: int = 400


class Part(Model):
    """A chapter or annex.

    first: what stands once at its beginning, with texts about the whole compact. content: once, or once for each
    objective below its name. title: where it is not report.part.<id> of the wording.
    editions: which editions have it; empty means all.
    """

    id: str
    title: Text | None = None
    annex: bool = False
    landscape: bool = False
    per: Literal["objective"] | None = None
    first: list[Piece] = []
    content: list[Piece] = []
    editions: list[Literal["internal", "partners", "public"]] = []


class Outline(Model):
    """report.yaml of the compact, or the common one where the compact has none."""

    parts: list[Part]
