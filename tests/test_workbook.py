"""The workbooks of an edition: one per language for people, one flat for programs, and the same rows as Parquet."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.artefacts.books import misplaced_in_crossed, sheets_of
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.publication.tables import performance_table, printable, write_tables
from cpc_pipeline.publication.workbook import write_workbooks

from tests.arcadia_data import send_all

YEAR = 2024


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Release:
    project = Project(Folders(tmp_path_factory.mktemp("books"), "arcadia"), arcadia)
    send_all(project)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    return pipeline.release_for(project, YEAR)


@pytest.fixture(scope="module")
def folder(release: Release, arcadia: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workbooks and tables of one edition."""
    made = tmp_path_factory.mktemp("tables")
    write_workbooks(release, arcadia, YEAR, made)
    write_tables(release, arcadia, YEAR, made)
    return made


@pytest.fixture(scope="module")
def books(folder: Path, arcadia: Catalogue) -> dict[str, Any]:
    return {x: openpyxl.load_workbook(folder / f"performance_{x}.xlsx") for x in arcadia.languages}


def test_a_workbook_says_its_title_and_language(books: dict[str, Any]) -> None:
    for language, book in books.items():
        assert book.properties.language == language
        assert str(YEAR) in book.properties.title
    assert books["en"].properties.title != books["es"].properties.title


def test_every_sheet_can_be_read_on_a_screen_on_paper_and_aloud(books: dict[str, Any]) -> None:
    for book in books.values():
        for sheet in book.worksheets:
            assert not sheet.merged_cells.ranges, sheet.title
            assert sheet.freeze_panes, sheet.title
            assert sheet.print_title_rows, sheet.title
            assert sheet.print_area, sheet.title
            assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
            assert sheet.page_setup.orientation == "landscape"
            for table in sheet.tables.values():
                assert table.headerRowCount in (None, 1)
                first = sheet[table.ref][0]
                assert [c.value for c in first] == [c.name for c in table.tableColumns]
                assert len({c.value for c in first}) == len(first)
            assert sheet.tables, sheet.title


def test_a_sheet_with_nothing_to_list_says_so_in_words(books: dict[str, Any]) -> None:
    said = {"Waivers": "No finding of this year was allowed", "Sources": "No submission of this year names"}
    for title, sentence in said.items():
        (table,) = books["en"][title].tables.values()
        head, *rows = books["en"][title][table.ref]
        assert len(head) == 1 and [str(c.value).startswith(sentence) for (c,) in rows] == [True]


def test_numbers_stand_at_the_right_of_their_column_and_words_at_its_left(books: dict[str, Any]) -> None:
    sheet = books["es"]["Calidad de los datos"]
    (table,) = sheet.tables.values()
    row = sheet[table.ref][1]
    assert [c.alignment.horizontal for c in row[3:6]] == ["right"] * 3 and row[3].value[1] == ","
    assert {c.alignment.horizontal for c in (*row[:3], row[-1])} == {None}


def test_an_edition_without_findings_says_where_they_are_and_not_that_there_were_none(
    release: Release, arcadia: Catalogue, tmp_path: Path
) -> None:
    write_workbooks(replace(release, edition="public", findings=release.findings.clear()), arcadia, YEAR, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "performance_en.xlsx")["Findings"]
    assert sheet["A5"].value == "Findings stand in the internal edition only."


def test_what_stands_for_an_indicator_is_named_for_the_trace_on_every_sheet_that_says_more_of_it(
    books: dict[str, Any],
) -> None:
    for title, before in (("Completeness", ""), ("Progress", "progress:")):
        (table,) = books["en"][title].tables.values()
        heads, *rows = books["en"][title][table.ref]
        assert heads[-1].value == "Reference (cpc trace)"
        assert all(r[-1].value == f"{before}{r[0].value.split(' ')[0]}/{YEAR}" for r in rows)


def test_no_row_is_lower_than_the_lines_of_its_longest_cell(books: dict[str, Any]) -> None:
    for sheet in books["es"].worksheets:
        spans = sheet.column_dimensions.values()
        widths = {number: d.width for d in spans for number in range(d.min, d.max + 1)}
        for table in sheet.tables.values():
            for row in list(sheet[table.ref])[1:]:
                needed = max(len(str(c.value or "")) / (widths[c.column] * 1.3) for c in row)
                assert sheet.row_dimensions[row[0].row].height >= min(409, 11 * needed), (sheet.title, row[0].row)


def test_both_languages_have_the_same_number_at_the_same_address(books: dict[str, Any]) -> None:
    english, spanish = (books[x].worksheets for x in ("en", "es"))
    assert len(english) == len(spanish)
    for one, other in zip(english, spanish, strict=True):
        assert one.dimensions == other.dimensions, one.title
    objectives = [pair for pair in zip(english, spanish, strict=True) if pair[0].title[0].isdigit()]
    assert len(objectives) == 4
    for one, other in objectives:
        for here, there in zip(one.iter_rows(min_row=5), other.iter_rows(min_row=5), strict=True):
            assert here[11].value == there[11].value
            digits = [[c for c in str(r[7].value) if c.isdigit()] for r in (here, there)]
            assert digits[0] == digits[1]


def test_no_cell_for_people_holds_both_languages(books: dict[str, Any]) -> None:
    texts = [str(c.value) for s in books["en"].worksheets for r in s.iter_rows() for c in r if c.value]
    assert "NO TARGET SET" in texts
    assert not [t for t in texts if "SIN META" in t or "Niñas" in t]


def test_every_number_carries_the_name_that_trace_takes(
    books: dict[str, Any], release: Release, arcadia: Catalogue
) -> None:
    known = set(performance_table(release, arcadia, YEAR)["trace"])
    shown = {r[11].value for s in books["es"].worksheets if s.title[0].isdigit() for r in s.iter_rows(min_row=5)}
    assert shown == known


def test_the_flat_sheet_pivots_as_it_is(folder: Path, release: Release, arcadia: Catalogue) -> None:
    book = openpyxl.load_workbook(folder / "performance.xlsx")
    data = book.worksheets[0]
    rows = list(data.iter_rows(values_only=True))
    table = printable(performance_table(release, arcadia, YEAR), arcadia)
    assert list(rows[0]) == table.columns
    assert len(rows) - 1 == table.height
    actual = table.columns.index("actual")
    assert {type(r[actual]) for r in rows[1:]} <= {int, float, type(None)}
    place = table.columns.index("place")
    assert all(isinstance(r[place], str) for r in rows[1:])
    meanings = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in meanings] == table.columns
    assert all(len(row) == 1 + len(arcadia.languages) and all(row) for row in meanings)


def crossing(release: Release) -> Release:
    """With numbers in two places and two forms, one of them hidden."""
    row = release.measures.filter(indicator="PRO-1", year=YEAR, place="00", series="record", age="child").row(
        0, named=True
    )
    nothing = dict.fromkeys(("actual", "lower", "upper"), None)
    rows = [
        row | nothing | {"place": "01", "actual": 24.0, "status": "reported"},
        row | nothing | {"place": "02", "status": "hidden"},
        row | nothing | {"form": "labour", "actual": 31.0, "status": "reported"},
        row | nothing | {"form": "sexual", "status": "hidden"},
        row
        | nothing
        | {"indicator": "PRO-3", "unit": "beds", "age": "all", "place": "01", "actual": 7.0, "status": "reported"},
        row | nothing | {"indicator": "PRE-1", "form": "labour", "actual": 9.0, "status": "reported"},
    ]
    kept = release.measures.filter(pl.col("place") == "00")
    return replace(release, measures=pl.concat([kept, pl.DataFrame(rows, schema=kept.schema)]))


def test_tables_of_two_ways_show_rows_of_the_table_and_no_sums(
    release: Release, arcadia: Catalogue, tmp_path: Path
) -> None:
    changed = crossing(release)
    write_workbooks(changed, arcadia, YEAR, tmp_path)
    path = tmp_path / "performance_en.xlsx"
    book = openpyxl.load_workbook(path)
    assert {"By organisation", "By place", "By form"} <= set(book.sheetnames)
    rows = {r[1]: r for r in book["By place"].iter_rows(min_row=5, values_only=True)}
    codes = list(rows["place × indicator"])
    protection = codes.index(f"PRO-1/{YEAR}")
    assert rows["01"][protection] == "24" and rows["02"][protection] == "c"
    sheets, table = sheets_of(path), printable(performance_table(changed, arcadia, YEAR), arcadia)
    assert list(misplaced_in_crossed(sheets, table)) == []
    at = next(i for i, r in enumerate(sheets["By place"]) if "02" in r)
    sheets["By place"][at][protection] = "24"
    assert list(misplaced_in_crossed(sheets, table)) == [("By place", f"line {at + 1}")]


def test_the_parquet_file_is_the_table_as_printed_and_tells_nothing_more(folder: Path) -> None:
    import pyarrow.parquet as pq

    numbers = ("baseline", "target", "actual", "numerator", "denominator", "lower", "upper")
    numbers += ("achievement_pct", "deviation_pct")
    frame = pl.read_parquet(folder / "performance.parquet")
    printed = pl.read_csv(folder / "performance.csv", infer_schema=False)
    assert frame.columns == printed.columns
    assert all(frame.schema[c] == pl.Float64 for c in numbers)
    for name in frame.columns:
        here = frame[name] if name in numbers else frame[name].cast(pl.String)
        there = printed[name].cast(pl.Float64) if name in numbers else printed[name]
        assert (
            here.fill_null("" if name not in numbers else -1).to_list()
            == there.fill_null("" if name not in numbers else -1).to_list()
        ), name
    metadata = pq.read_metadata(folder / "performance.parquet")
    groups = [metadata.row_group(g) for g in range(metadata.num_row_groups)]
    assert not [c for g in groups for c in range(g.num_columns) if g.column(c).is_stats_set]


def test_the_same_release_writes_the_same_workbooks(
    folder: Path, release: Release, arcadia: Catalogue, tmp_path: Path
) -> None:
    for path in write_workbooks(release, arcadia, YEAR, tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_an_objective_without_rows_has_a_sheet_that_opens(release: Release, arcadia: Catalogue, tmp_path: Path) -> None:
    silent = replace(release, measures=release.measures.filter(pl.col("objective") != arcadia.objectives[0].id))
    write_workbooks(silent, arcadia, YEAR, tmp_path)
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "performance_en.xlsx").read_bytes()))
    sheet = next(s for s in book.worksheets if s.title.startswith("1 "))
    assert sheet["A5"].value == "–"
