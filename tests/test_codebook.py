"""The codebook says all that was agreed, in every language, as a page and a workbook, the same bytes each time."""

from __future__ import annotations

import io
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
import yaml
from cpc_pipeline import cli, measures
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.codebook import Example, page, workbook
from cpc_pipeline.desk.codebooks import invented, worked_examples, write_codebook
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from openpyxl import load_workbook

from tests.conftest import COMPACTS


class Outline(HTMLParser):
    """Ids, links within the page, and everything that would fetch or run something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.others: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.ids += [said["id"] or ""] if "id" in said else []
        self.links += [said["href"] or ""] if "href" in said else []
        self.others += [tag] if tag in ("script", "link", "img", "iframe") or "src" in said else []


@pytest.mark.parametrize("country", ["colombia", "arcadia", "utopia"])
def test_every_indicator_has_its_sheet_on_the_page_and_every_link_leads_somewhere(country: str) -> None:
    catalogue = load(country, extra=[COMPACTS])
    for language in catalogue.languages:
        text = page(catalogue, {}, language)
        outline = Outline(text)
        assert {f"indicator-{i}" for i in catalogue.indicators} <= set(outline.ids)
        assert len(outline.ids) == len(set(outline.ids))
        assert not outline.others
        assert all(link.removeprefix("#") in outline.ids for link in outline.links)
        assert f'<html lang="{language}">' in text and "{" not in re.sub(r"<style>.*?</style>", "", text, flags=re.S)


def sheet_of(text: str, indicator: str) -> str:
    return text[text.index(f'<h3 id="indicator-{indicator}"') :].split("<h3", 2)[1]


def test_a_sheet_tells_versions_decisions_and_the_break_between_them(arcadia: Catalogue) -> None:
    told = sheet_of(page(arcadia, {}, "en"), "JUS-1")
    assert "Version 1, from 2021-01-01 to 2023-12-31" in told and "Version 2, since 2024-01-01" in told
    assert "‖ Break" in told and "forms-2: Newer list of forms" in told and "Begging in the street" in told
    assert "Versión 2" in sheet_of(page(arcadia, {}, "es"), "JUS-1")


def test_what_nobody_has_said_is_said_to_be_missing(arcadia: Catalogue) -> None:
    assert "not said yet" in sheet_of(page(arcadia, {}, "en"), "JUS-2")


def test_texts_of_the_compact_cannot_become_markup(tmp_path: Path) -> None:
    folder = tmp_path / "edited"
    shutil.copytree(COMPACTS / "utopia", folder)
    path = folder / "indicators" / "all.yaml"
    items = yaml.safe_load(path.read_text(encoding="utf-8"))
    items[0]["definition"] = dict.fromkeys(("fr", "pt"), "=1+1 <script>alert(1)</script> & \"'")
    path.write_text(yaml.safe_dump(items, allow_unicode=True), encoding="utf-8")
    catalogue = load("edited", extra=[tmp_path])
    assert "script" not in Outline(page(catalogue, {}, "fr")).others
    assert "&lt;script&gt;" in page(catalogue, {}, "fr")
    book = load_workbook(io.BytesIO(workbook(catalogue, {}, "fr")))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert any(str(c.value).startswith("=1+1") and c.data_type == "s" for c in cells)
    assert all(c.data_type != "f" for c in cells)


def test_the_workbook_has_a_sheet_per_section_and_the_same_sheets_as_the_page(arcadia: Catalogue) -> None:
    book = load_workbook(io.BytesIO(workbook(arcadia, {}, "es")))
    assert book.sheetnames[:3] == ["Contenido", "Indicadores en resumen", "Fichas técnicas"]
    cards = [row[0].value for row in book["Fichas técnicas"].iter_rows()]
    assert all(f"{i.id} · {i.name['es']}" in cards for i in arcadia.indicators.values())
    overview = book["Indicadores en resumen"]
    for row in range(5, 5 + len(arcadia.indicators)):
        target = overview.cell(row, 1).hyperlink.location.split("!A")[1]
        assert str(cards[int(target) - 1]).startswith(f"{overview.cell(row, 1).value} · ")


def test_the_example_of_each_indicator_is_what_the_tables_would_compute(arcadia: Catalogue) -> None:
    compared = 0
    for indicator in arcadia.indicators.values():
        made = worked_examples(indicator, arcadia)
        rows = invented(indicator, arcadia)
        organisations = {i.id: i.record or i.reporters[0] for i in arcadia.indicators.values()}
        sent = rows.drop("role").with_columns(
            pl.col("series").replace_strict(organisations).alias("organisation"),
            pl.lit("indicator").alias("series_kind"),
            pl.lit(0, pl.Int32).alias("revision"),
            pl.lit(arcadia.years[-1], pl.Int32).alias("reporting_year"),
        )
        computed = measures.headlines(measures.compute(sent, arcadia).measures, arcadia)
        row = computed.filter(indicator=indicator.id, year=arcadia.years[-1], series="record").to_dicts()
        if not row or row[0]["actual"] is None:
            continue
        said = made[0].formula.rsplit("= ", 1)[-1]
        assert float(said) == pytest.approx(row[0]["actual"], abs=1e-5), indicator.id
        compared += 1
    assert compared > 8


def test_an_example_is_named_as_invented_in_each_language(utopia: Catalogue) -> None:
    examples = {"U-1": [Example("year", "1 + 2 = 3", ())]}
    for language, word in (("fr", "nombres inventés"), ("pt", "números inventados")):
        told = sheet_of(page(utopia, examples, language), "U-1")
        assert word in told and "1 + 2 = 3" in told


def test_the_same_catalogue_gives_the_same_bytes(tmp_path: Path, utopia: Catalogue) -> None:
    project = Project(Folders(tmp_path, "utopia"), utopia)
    first = [path.read_bytes() for path in write_codebook(project, tmp_path / "one")]
    assert [path.read_bytes() for path in write_codebook(project, tmp_path / "two")] == first
    assert {p.name for p in (tmp_path / "one").iterdir()} == {
        f"codebook_{x}.{ending}" for x in ("fr", "pt") for ending in ("html", "xlsx")
    }


def test_the_command_writes_where_it_is_told_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    assert cli.main(["catalogue", "docs", "--compact", "utopia", "--lang", "pt", "-o", str(tmp_path / "out")]) == 0
    assert "codebook_pt.html foi escrito." in capsys.readouterr().out
    (tmp_path / "file").write_text("x")
    assert cli.main(["catalogue", "docs", "--compact", "utopia", "-o", str(tmp_path / "file")]) == 2
