"""A PDF can be listened to: it has a language, a title, tags, heads of columns and rows, and texts for pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cpc_pipeline.project import Project

pytestmark = pytest.mark.slow

PDFS = [f"{folder}_{language}.pdf" for folder in ("report/report", "pack/pages") for language in ("en", "es")]


def elements(parent: Any) -> Iterator[Any]:
    """Every element of the structure, in the order of reading."""
    found = parent.get("/K")
    for child in list(found) if isinstance(found, pikepdf.Array) else [found]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


@pytest.fixture(params=PDFS)
def pdf(request: pytest.FixtureRequest, issued_arcadia: Project) -> Iterator[tuple[Path, pikepdf.Pdf]]:
    path = issued_arcadia.folders.edition(2024, "internal") / request.param
    with pikepdf.open(path) as file:
        yield path, file


def test_it_says_its_language_and_title_and_claims_the_standard(pdf: tuple[Path, pikepdf.Pdf]) -> None:
    path, file = pdf
    assert str(file.Root.Lang) == path.stem[-2:]
    assert len(str(file.docinfo["/Title"])) > 10
    assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
    assert bool(file.Root.MarkInfo.Marked)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in file.Root.Metadata.read_bytes()


def test_every_picture_has_a_text_and_headings_skip_no_level(pdf: tuple[Path, pikepdf.Pdf]) -> None:
    _, file = pdf
    found = list(elements(file.Root.StructTreeRoot))
    pictures = [e for e in found if e["/S"] == "/Figure"]
    assert pictures
    assert [e for e in pictures if len(str(e.get("/Alt", ""))) < 30] == []
    levels = [int(str(e["/S"])[2:]) for e in found if str(e["/S"]) in ("/H1", "/H2", "/H3", "/H4")]
    assert levels
    assert all(b <= a + 1 for a, b in zip([0, *levels], levels, strict=False))


def test_every_row_of_a_table_has_a_head_and_every_head_says_what_it_is_the_head_of(
    pdf: tuple[Path, pikepdf.Pdf],
) -> None:
    _, file = pdf
    tables = [e for e in elements(file.Root.StructTreeRoot) if e["/S"] == "/Table"]
    assert tables
    for table in tables:
        rows = [e for e in elements(table) if e["/S"] == "/TR"]
        assert all(str(next(elements(row))["/S"]) == "/TH" for row in rows)
        heads = [e for e in elements(table) if e["/S"] == "/TH"]
        said = [a.get("/Scope") for head in heads for a in attributes(head) if "/Scope" in a]
        assert len(said) == len(heads)
        assert {"/Row", "/Column"} <= {str(scope) for scope in said}


def attributes(element: Any) -> list[Any]:
    found = element.get("/A")
    return [a for a in (list(found) if isinstance(found, pikepdf.Array) else [found]) if a is not None]
