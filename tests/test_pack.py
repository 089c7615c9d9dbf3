"""The dialogue pack: eight indicators chosen in advance become slides and pages, and targets go out and come back."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import polars as pl
import pypdfium2
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.artefacts.opening import strange_parts
from cpc_pipeline.catalogue import load
from cpc_pipeline.cli import main
from cpc_pipeline.contracts import Status
from cpc_pipeline.desk import packing
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.publication.pack import NoKeyIndicators, NoLayout, dialogue_pack, template
from pptx import Presentation
from pptx.util import Emu

from tests.conftest import COMPACTS

pytestmark = pytest.mark.slow

YEAR = 2024
EIGHT = ("PRE-1", "PRE-3", "PRO-1", "PRO-2", "PRO-3", "JUS-1", "JUS-4", "PAR-1")


@pytest.fixture(scope="module")
def compacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Arcadia's data with eight key indicators marked in them: the only thing that is changed."""
    root = tmp_path_factory.mktemp("compacts")
    shutil.copytree(COMPACTS / "arcadia", root / "arcadia")
    for path in (root / "arcadia" / "indicators").glob("*.yaml"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "key_indicator" not in line]
        marked = (f"{line}\n  key_indicator: true" if line.removeprefix("- id: ") in EIGHT else line for line in lines)
        path.write_text("\n".join(marked) + "\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, issued_arcadia: Project, compacts: Path) -> Project:
    root = tmp_path_factory.mktemp("pack") / "project"
    shutil.copytree(issued_arcadia.folders.root, root)
    return Project(Folders(root, "arcadia"), load("arcadia", extra=[compacts]))


@pytest.fixture(scope="module")
def packed(project: Project) -> Path:
    return packing.pack(project, YEAR)


def texts(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        if shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def deck(folder: Path, language: str) -> list[Any]:
    return list(Presentation(str(folder / f"slides_{language}.pptx")).slides)


def words_of(slides: list[Any]) -> str:
    return "\n".join(text for slide in slides for text in texts(slide))


def pages_of(folder: Path, language: str) -> list[str]:
    document = pypdfium2.PdfDocument(folder / f"pages_{language}.pdf")
    try:
        found = []
        for page in document:
            text = page.get_textpage()
            found.append(text.get_text_range().replace("\r\n", "\n"))
            text.close()
            page.close()
        return found
    finally:
        document.close()


# --- what is in it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_key_indicator_has_a_slide_with_its_data_against_targets_and_no_other_has(
    packed: Path, project: Project, language: str
) -> None:
    slides = deck(packed, language)
    titles = [slide.shapes.title.text for slide in slides]
    for indicator in project.catalogue.indicators.values():
        own = [t for t in titles if t.startswith(f"{indicator.id} ")]
        assert len(own) == (indicator.id in EIGHT), indicator.id
        assert not own or indicator.name[language] in own[0]
    (table,) = [s.table for s in slides[titles.index(next(t for t in titles if "PRE-1 " in t))].shapes if s.has_table]
    last = [cell.text for cell in table.rows[len(table.rows) - 1].cells]
    assert last == (
        ["2024", "1,200", "1,220", "+1.7\u00a0%"] if language == "en" else ["2024", "1.200", "1.220", "+1,7\u00a0%"]
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_slide_has_a_title_every_picture_and_table_words_and_nothing_is_embedded(
    packed: Path, language: str
) -> None:
    slides = deck(packed, language)
    assert all(slide.shapes.title is not None and slide.shapes.title.text for slide in slides)
    described = [
        node.get("descr")
        for slide in slides
        for node in slide.element.iter("{http://schemas.openxmlformats.org/presentationml/2006/main}cNvPr")
        if node.getparent().tag.endswith(("nvPicPr", "nvGraphicFramePr"))
    ]
    assert len(described) > len(EIGHT)
    assert all(described)
    path = packed / f"slides_{language}.pptx"
    assert strange_parts(path) == []
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "embed" in name or "chart" in name]
    made = Presentation(str(path))
    assert made.slide_width * 9 == pytest.approx(made.slide_height * 16, rel=0.001)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_of_a_slide_lies_outside_it(packed: Path, language: str) -> None:
    made = Presentation(str(packed / f"slides_{language}.pptx"))
    for slide in made.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= made.slide_width + Emu(1000), slide.shapes.title.text
            assert shape.top + shape.height <= made.slide_height + Emu(1000), slide.shapes.title.text


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_objective_has_one_page_and_contributions_targets_and_decisions_follow(
    packed: Path, project: Project, language: str
) -> None:
    pages = pages_of(packed, language)
    objectives = project.catalogue.objectives
    assert len(pages) == len(objectives) + 3
    for objective, page in zip(objectives, pages, strict=False):
        assert f"{objective.number}. {objective.name[language]}" in page
        own = [i for i in EIGHT if project.catalogue.indicators[i].objective == objective.id]
        assert all(project.catalogue.indicators[i].name[language] in page.replace("\n", " ") for i in own)
    assert "1,220" in pages[0] if language == "en" else "1.220" in pages[0]


def test_the_pages_are_tagged_and_have_title_and_language(packed: Path) -> None:
    for language in ("en", "es"):
        with pikepdf.open(packed / f"pages_{language}.pdf") as document:
            assert document.Root.MarkInfo.Marked
            assert document.Root.Lang == language
            with document.open_metadata() as metadata:
                assert str(YEAR) in metadata["dc:title"]
                assert metadata["pdfuaid:part"] == "1"
            figures = [e for e in document.objects if isinstance(e, pikepdf.Dictionary) and e.get("/S") == "/Figure"]
            assert len(figures) == len(EIGHT)
            assert all("/Alt" in figure for figure in figures)


def test_a_deviation_shows_its_explanation_or_that_it_is_lacking(packed: Path, project: Project) -> None:
    said = words_of(deck(packed, "en"))
    assert "EXPLANATION LACKING: Agency of Care" in said
    release = pipeline.release_for(project, YEAR)
    row = release.measures.filter(indicator="PRO-2", year=YEAR, series="record", place="00", calendar="calendar")
    told = pl.DataFrame(
        {
            "indicator": ["PRO-2"],
            "year": [YEAR],
            "organisation": [row["organisation"][0]],
            "text": ["The road was closed."],
            "observation_id": ["-"],
        },
        schema_overrides={"year": pl.Int32},
    )
    nothing = packing.measures.headlines(release.measures, project.catalogue)
    points = packing.open_points.now(project, YEAR).clear()
    files = dialogue_pack(
        release.__class__(**{**vars(release), "explanations": told}), project.catalogue, YEAR, points, nothing
    )
    slides = list(Presentation(io.BytesIO(files["slides_en.pptx"])).slides)
    assert "The road was closed." in words_of(slides)
    assert "EXPLANATION LACKING: Agency of Care" not in words_of(slides)


def test_what_is_not_there_is_listed_as_missing(packed: Path, project: Project) -> None:
    said, page = words_of(deck(packed, "es")), " ".join("\n".join(pages_of(packed, "es")).split())
    for text in (said, page):
        assert "FALTA: nada reportado por" in text
        assert "FALTA: no hay texto revisado sobre «Sostenibilidad»" in text
    assert "por acordar en esta reunión" in said
    with pytest.raises(NoKeyIndicators):
        none = {n: i.model_copy(update={"key_indicator": False}) for n, i in project.catalogue.indicators.items()}
        packing.pack(Project(project.folders, project.catalogue.model_copy(update={"indicators": none})), YEAR)


def test_the_same_edition_gives_the_same_bytes(packed: Path, project: Project) -> None:
    before = {path.name: path.read_bytes() for path in packed.iterdir()}
    packing.pack(project, YEAR)
    assert {path.name: path.read_bytes() for path in packed.iterdir()} == before
    assert set(before) == {"slides_en.pptx", "slides_es.pptx", "pages_en.pdf", "pages_es.pdf", "targets_2025.xlsx"}


# --- a wider edition ----------------------------------------------------------------------------------------------


def test_the_pack_of_a_wider_edition_says_what_its_masked_rows_show(project: Project) -> None:
    folder = packing.pack(project, YEAR, "public", template())  # the issued one is of the indicators of its own day
    said = words_of(deck(folder, "en"))
    assert "Public edition" in said
    assert "Contributions are not part of this edition." in said
    assert "stands in the internal edition only" in said
    assert "has not explained" not in said
    assert "on its better side: beyond the tolerance" in said  # PAR-1: more than its target, and to be explained


def test_a_hidden_value_has_no_deviation_and_no_open_question(project: Project) -> None:
    edition = packing.exporting.issued(project, YEAR, "public")
    release = packing.exporting.masked(edition, project.catalogue)
    hidden = release.measures.with_columns(
        pl.when(pl.col("indicator") == "PRO-2").then(pl.lit(str(Status.HIDDEN))).otherwise("status").alias("status")
    )
    telling = ("actual", "lower", "upper", "numerator", "denominator", "achievement_pct", "deviation_pct", "rating")
    own = pl.col("indicator") == "PRO-2"
    clear = [pl.when(own).then(None).otherwise(pl.col(c)).alias(c) for c in (*telling, "explanation_required")]
    release = release.__class__(**{**vars(release), "measures": hidden.with_columns(clear)})
    points = packing._points(release, project, YEAR)
    assert "PRO-2" not in points["indicator"].to_list()
    heads = packing.measures.headlines(release.measures, project.catalogue)
    files = dialogue_pack(release, project.catalogue, YEAR, points, heads)
    slides = list(Presentation(io.BytesIO(files["slides_en.pptx"])).slides)
    (own,) = [s for s in slides if s.shapes.title.text.startswith("PRO-2 ")]
    said = "\n".join(texts(own))
    assert "The value is withheld" in said
    (row,) = [[c.text for c in t.table.rows[len(t.table.rows) - 1].cells] for t in own.shapes if t.has_table]
    assert row == ["2024", "80", "c", "–"]


# --- the look of the slides ---------------------------------------------------------------------------------------


def test_officials_may_restyle_the_template_as_long_as_its_layouts_keep_their_names(project: Project) -> None:
    look = Presentation(io.BytesIO(template()))
    look.slide_layouts[1].placeholders[0].top = Emu(111111)
    stream = io.BytesIO()
    look.save(stream)
    folder = packing.pack(project, YEAR, "public", stream.getvalue())
    (slide, *_) = [s for s in deck(folder, "en") if s.slide_layout.name == "Content"]
    assert slide.shapes.title.top == 111111
    look.slide_layouts[1].name = "Something else"
    look.save(stream := io.BytesIO())
    with pytest.raises(NoLayout):
        packing.pack(project, YEAR, "public", stream.getvalue())


# --- test 11 of wants.md: targets go out and come back ------------------------------------------------------------


def test_targets_filled_in_at_the_meeting_come_back_as_agreed_on_that_day(
    project: Project,
    compacts: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(compacts / "arcadia", tmp_path / "arcadia")
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(tmp_path))
    typed = ["--compact", "arcadia", "--lang", "en"]
    assert main(["pack", str(YEAR), *typed]) == 0
    folder = project.folders.edition(YEAR, "internal") / "pack"
    assert str(folder) in capsys.readouterr().out
    sheet = tmp_path / "back.xlsx"
    book = openpyxl.load_workbook(folder / "targets_2025.xlsx")
    (page,) = book.worksheets
    column = next(cell.column for cell in page[5] if cell.value == "Target / Meta")
    for row in page.iter_rows(min_row=6):
        if row[0].value in ("PRO-1", "JUS-1"):
            page.cell(row[0].row, column).value = {"PRO-1": 90, "JUS-1": 60}[row[0].value]
    book.save(sheet)
    said = ["--agreed-on", "2024-09-18", "--by", "both participants"]
    assert main(["targets", "read", str(sheet), *said, *typed]) == 0
    assert main(["pack", str(YEAR), *typed]) == 0
    english, spanish = words_of(deck(folder, "en")), words_of(deck(folder, "es"))
    assert "90, agreed on 18 September 2024 by both participants" in english
    assert "60, acordada el 18 de septiembre de 2024 por both participants" in spanish
    pages = " ".join("\n".join(pages_of(folder, "en")).split())
    assert "90, agreed on 18 September 2024 by both participants" in pages
