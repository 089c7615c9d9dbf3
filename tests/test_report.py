"""The annual report: one document per language, the same numbers in every format, and no sentence that nobody wrote."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pikepdf
import polars as pl
import pypdfium2
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.project import Project
from cpc_pipeline.publication import report
from cpc_pipeline.publication.figures import Drawn, write_figures
from cpc_pipeline.publication.report.model import Document, Heading, Notice, Picture, Placeholder, Table
from cpc_pipeline.publication.report.page import page
from cpc_pipeline.publication.report.pdf import pdf
from cpc_pipeline.publication.report.word import word
from cpc_pipeline.publication.tables import performance_table, printable

from tests.report_data import YEAR, a_project, dot, reviewed

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TOLD = "Invented: lanterns in every school.\n\n- one\n- two"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    return a_project(tmp_path_factory.mktemp("report"), arcadia)


@pytest.fixture(scope="module")
def release(project: Project) -> Release:
    texts = reviewed(("prevention", "progress", "en", TOLD), (None, "summary", "es", "Inventado: un año bueno."))
    return replace(pipeline.release_for(project, YEAR), narrative=texts)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one figure in both languages."""
    folder = tmp_path_factory.mktemp("figures")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><rect width="10" height="5"/></svg>'
    for language, title in (("en", "A line"), ("es", "Una l\u00ednea")):
        drawn = Drawn("trend.prevention", language, title, dot(), svg, f"{title}.\nPRE-1: 1\n", pl.DataFrame())
        alone = replace(drawn, id="progress", title=f"{title} 2", alt=f"{title} 2.\n")
        write_figures([drawn, alone], folder)
    return folder


@pytest.fixture(scope="module")
def both(release: Release, arcadia: Catalogue, figures: Path) -> dict[str, Document]:
    return report.documents(release, arcadia, YEAR, figures)


def plain(text: str, catalogue: Catalogue, language: str) -> str:
    """A printed number as the table for machines has it."""
    thousands, point = catalogue.header.number_format[language]
    return text.replace(thousands, "").replace(point, ".").replace("\u2212", "-").lstrip("+")


def test_both_languages_show_the_same_numbers_in_the_same_cells(both: dict[str, Document], arcadia: Catalogue) -> None:
    shown = {x: [(n.at, n.trace, n.column) for n in report.numbers_of(d)] for x, d in both.items()}
    assert shown["en"] == shown["es"] and len(shown["en"]) > 100
    values = [[plain(n.text, arcadia, x) for n in report.numbers_of(d)] for x, d in both.items()]
    assert values[0] == values[1]


def test_every_number_with_a_name_is_what_the_table_says_of_it(
    both: dict[str, Document], release: Release, arcadia: Catalogue
) -> None:
    table = printable(performance_table(release, arcadia, YEAR), arcadia)
    rows = {row["trace"]: row for row in table.iter_rows(named=True)}
    checked = 0
    for number in report.numbers_of(both["es"]):
        if not number.column:
            continue
        row, text = rows[number.trace], plain(number.text, arcadia, "es")
        if number.column == "actual" and row["actual"] is None:
            assert (row["lower"] or row["upper"]) in text
        else:
            assert text.removeprefix("‖\u202f") == row[number.column], number
            checked += 1
    assert checked > 50


def test_a_missing_text_is_a_visible_gap_and_a_reviewed_one_is_printed_with_who_answers_for_it(
    both: dict[str, Document],
) -> None:
    english, spanish = (report.texts_of(both[x]) for x in ("en", "es"))
    assert "Invented: lanterns in every school." in english and "one" in english
    assert any("Invented desk" in t and "2 January 2026" in t for t in english)
    assert not any("lanterns" in t for t in spanish)
    gaps = {x: [b.text for b in both[x].blocks if isinstance(b, Placeholder)] for x in both}
    assert "Translation missing: Summary" in gaps["en"] and "Falta la traducción: Avances" in gaps["es"]
    # Three sections that no objective has are missed once each, with the objectives named.
    assert sum("Prevention, Protection, Justice, Partnership" in g for g in gaps["en"]) == 3


def test_provisional_is_printed_until_all_have_signed(release: Release, arcadia: Catalogue) -> None:
    for standing, loud in (("provisional", True), ("restated", True), ("agreed", False)):
        made = report.build(replace(release, standing=standing), arcadia, YEAR, "en")
        words = arcadia.wording.text(f"publication.standing.{standing}", "en")
        assert (made.standing, made.settled) == (words, not loud)
        assert next(b for b in made.blocks if isinstance(b, Notice)) == Notice(words, loud=loud)


def test_a_figure_stands_where_the_outline_says_and_one_that_is_not_there_is_left_out(
    both: dict[str, Document], release: Release, arcadia: Catalogue
) -> None:
    drawn = [b for b in both["es"].blocks if isinstance(b, Picture)]
    assert [(p.number, p.caption) for p in drawn] == [("Gráfico 1", "Una línea 2"), ("Gráfico 2", "Una línea")]
    without = report.build(release, arcadia, YEAR, "es")
    assert not any(isinstance(b, Picture) for b in without.blocks)
    assert report.numbers_of(without) == report.numbers_of(both["es"])


def heads(document: Document) -> list[tuple[str, str]]:
    return [(b.number, b.text) for b in document.blocks if isinstance(b, Heading) and b.level == 1]


def tagged(node: Any) -> list[Any]:
    """Every element of the structure of a PDF."""
    if isinstance(node, pikepdf.Array):
        return [found for item in node for found in tagged(item)]
    if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
        return []
    return [node, *tagged(node.get("/K", pikepdf.Array()))]


def test_the_pdf_is_tagged_with_title_language_and_alternative_texts(both: dict[str, Document]) -> None:
    with pikepdf.open(io.BytesIO(pdf(both["es"]))) as opened:
        assert str(opened.Root.Lang) == "es" and bool(opened.Root.MarkInfo.Marked)
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        with opened.open_metadata() as about:
            assert about["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert about["dc:title"] == "Informe anual 2025: Alianza inventada de Arcadia"
        found = tagged(opened.Root.StructTreeRoot.K)
        kinds = [str(e.S) for e in found]
        assert [str(e.Alt) for e in found if e.S == "/Figure"] == ["Una línea 2.", "Una línea.\nPRE-1: 1"]
        tables = sum(isinstance(b, Table) for b in both["es"].blocks)
        assert kinds.count("/Table") == kinds.count("/THead") == tables
        heading = [len(b.columns) + len(b.rows) for b in both["es"].blocks if isinstance(b, Table)]  # and of each row
        assert kinds.count("/TH") == sum(heading)
        assert not {"/CreationDate", "/Author"} & set(opened.trailer.Info.keys())


def test_the_word_file_has_heading_styles_heading_rows_and_alternative_texts(both: dict[str, Document]) -> None:
    document = both["en"]
    opened = docx.Document(io.BytesIO(word(document)))
    styled = [p.text for p in opened.paragraphs if p.style.name == "Heading 1"]
    assert styled == [f"{number}  {text}" for number, text in heads(document)]
    made = [b for b in document.blocks if isinstance(b, Table)]
    assert len(opened.tables) == len(made)
    for table, block in zip(opened.tables, made, strict=True):
        assert [c.text for c in table.rows[0].cells] == [c.title for c in block.columns]
        assert table._tbl.tr_lst[0].trPr.find(docx.oxml.ns.qn("w:tblHeader")) is not None
    pictures = [shape._inline.docPr.get("descr") for shape in opened.inline_shapes]
    assert pictures == ["A line 2.", "A line.\nPRE-1: 1"]
    core = opened.core_properties
    assert (core.title, core.author, core.language) == ("Annual report 2025: Invented compact of Arcadia", "", "en")
    assert any(s.orientation == docx.enum.section.WD_ORIENT.LANDSCAPE for s in opened.sections)


def test_the_page_needs_nothing_else_and_names_each_number(both: dict[str, Document]) -> None:
    text = page(both["en"]).decode()
    assert not re.findall(r'(?:src|href)="(?!data:|#)', text)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)', text)
    assert policy is not None and policy[1].startswith("default-src 'none'") and "unsafe" not in policy[1]
    named = re.findall(r'data-trace="([^"]+)" data-column="([^"]*)"', text)
    shown = [(n.trace, n.column) for n in report.numbers_of(both["en"]) if n.column]
    assert [pair for pair in named if pair in set(shown)] == shown
    assert "PRE-1/2025" in {trace for trace, _ in named}


def test_every_number_stands_in_all_three_formats(both: dict[str, Document]) -> None:
    document = both["es"]
    numbers = {n.text for n in report.numbers_of(document) if "/" not in n.text}
    opened = docx.Document(io.BytesIO(word(document)))
    cells = {r.text for t in opened.tables for row in t.rows for c in row.cells for p in c.paragraphs for r in p.runs}
    words = " ".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(pdf(document)))
    on_page = page(document).decode()
    for text in numbers:
        assert text in cells or any(text in p.text for p in opened.paragraphs), text
        assert text.replace("\u202f", "") in words.replace("\u202f", ""), text
        assert text in on_page, text


def test_the_same_report_has_the_same_bytes(
    release: Release, arcadia: Catalogue, figures: Path, tmp_path: Path
) -> None:
    made = []
    for name in ("one", "two"):
        shutil.copytree(figures, tmp_path / name / "figures")
        paths = report.write_report(release, arcadia, YEAR, tmp_path / name)
        made.append({p.name: p.read_bytes() for p in paths})
    assert made[0] == made[1] and len(made[0]) == 6
    with zipfile.ZipFile(io.BytesIO(made[0]["report_en.docx"])) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; install it with the system's packages")
def test_the_page_has_no_serious_fault_of_accessibility_and_its_tables_can_be_sorted(
    both: dict[str, Document], tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for language, document in both.items():
            path = tmp_path / f"{language}.html"
            path.write_bytes(page(document))
            shown = browser.new_page()
            shown.on("console", lambda message: said.append(message.text))
            shown.goto(path.as_uri())
            found = Axe().run(shown).response["violations"]
            assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
        heading = shown.locator("table[data-sortable]").first.locator("thead th").nth(1)
        heading.get_by_role("button").click()
        column = shown.locator("table[data-sortable]").first.locator("tbody td:nth-child(2)")
        assert column.all_inner_texts() == sorted(column.all_inner_texts(), key=int)
        assert heading.get_attribute("aria-sort") == "ascending"
        browser.close()
    assert said == []  # the policy of the page blocks nothing that the page needs
