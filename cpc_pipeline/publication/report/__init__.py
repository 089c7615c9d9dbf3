"""The annual report of one year: one document per language, printed as PDF, Word file and page.

`build` makes the document from a Release and the outline (report.yaml); `numbers_of` lists every number that it shows.
What does not belong here: computing a value, a word of the report (that is wording), a figure (those are in figures/).
"""

from __future__ import annotations

from pathlib import Path

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.report.building import build
from cpc_pipeline.publication.report.drawings import Drawing, drawings
from cpc_pipeline.publication.report.model import Document, Number, labels_of, numbers_of, texts_of
from cpc_pipeline.publication.report.page import page
from cpc_pipeline.publication.report.pdf import pdf
from cpc_pipeline.publication.report.word import word
from cpc_pipeline.publication.writing import write_bytes

__all__ = [
    "Document",
    "Drawing",
    "Number",
    "build",
    "documents",
    "drawings",
    "labels_of",
    "numbers_of",
    "texts_of",
    "write_report",
]

FORMATS = {"pdf": pdf, "docx": word, "html": page}


def documents(release: Release, catalogue: Catalogue, year: int, figures: Path) -> dict[str, Document]:
    """The report in each language of the compact, with the figures that lie in a folder."""
    return {x: build(release, catalogue, year, x, drawings(figures, x, catalogue)) for x in catalogue.languages}


def write_report(release: Release, catalogue: Catalogue, year: int, folder: Path) -> list[Path]:
    """Write report/report_<language>.{pdf,docx,html} into the folder of an edition whose figures are there already."""
    return [
        write_bytes(folder / "report" / f"report_{language}.{ending}", printed(document))
        for language, document in documents(release, catalogue, year, folder / "figures").items()
        for ending, printed in FORMATS.items()
    ]
