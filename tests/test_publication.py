"""What comes out: the year's table shows what was published, in both languages, byte for byte the same each time."""

from __future__ import annotations

import csv
import hashlib
import sys
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.disclosure import NotProtectedError
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.publication import publish

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
COLUMNS = [
    "indicator",
    "objective",
    "year",
    "calendar",
    "period_start",
    "period_end",
    "place",
    "unit",
    "baseline",
    "target",
    "actual",
    "numerator",
    "denominator",
    "lower",
    "upper",
    "status",
    "achievement_pct",
    "deviation_pct",
    "rating",
    "completeness",
    "explanation_required",
    "note_en",
    "note_es",
]


def table(root: Path, year: int) -> pl.DataFrame:
    path = root / "data" / "published" / "colombia" / str(year) / "internal" / "tables" / "performance.csv"
    return pl.read_csv(path, infer_schema=False)


def test_every_figure_is_in_exactly_one_workbook_unaltered() -> None:
    with (ROOT / "tools" / "published_figures" / "published_figures.csv").open(encoding="utf-8") as file:
        published = {
            f"published_figures.csv:{n} {r['slug']}": r["value"] for n, r in enumerate(csv.DictReader(file), 2)
        }
    seen: dict[str, str] = {}
    for path in sorted((ROOT / "data" / "raw" / "colombia").glob("*/*/published_figures.xlsx")):
        book = openpyxl.load_workbook(path, read_only=True)
        for name in book.sheetnames[1:]:
            rows = book[name].iter_rows(min_row=4, values_only=True)
            heads = list(next(rows))
            value, key = heads.index("Valor / Value"), heads.index("Clave de la fuente / Source key")
            for row in rows:
                if row[key]:
                    assert row[key] not in seen
                    seen[str(row[key])] = str(row[value])
    assert seen.keys() == published.keys()
    for key, value in published.items():
        assert seen[key] == value or float(seen[key]) == float(value), key


@pytest.mark.slow
def test_the_years_table_shows_each_national_figure_that_has_one_value_or_the_document_says_why_not(
    published_colombia: Path, colombia: Catalogue
) -> None:
    import account_for_published_figures as account

    by_year = account.tables(published_colombia / "data" / "published" / "colombia", colombia)
    wanted = account.due(colombia)
    left = [figure for figure in wanted if not account.is_shown(figure, by_year, colombia)]
    assert [figure["line"] for figure in left if not account.reason(figure)] == []
    assert len(wanted) - len(left) > 100
    text = account.DOCUMENT.read_text(encoding="utf-8")
    said = text.partition(account.BEGIN)[2].partition(account.END)[0].strip()
    assert said == account.listing(published_colombia / "data" / "published" / "colombia", colombia)


@pytest.mark.slow
def test_the_table_has_the_agreed_columns_and_a_status_wherever_there_is_no_number(published_colombia: Path) -> None:
    for year in (2012, 2019, 2026):
        rows = table(published_colombia, year)
        assert [c for c in rows.columns if c in COLUMNS] == COLUMNS
        assert rows.filter(pl.col("actual").is_null() & pl.col("status").is_in(["reported", "partial"])).is_empty()
        assert rows.filter(pl.col("series") == "record")["indicator"].n_unique() == 45
        assert set(rows["rating"]) == {"no_target"}


@pytest.mark.slow
def test_the_workbook_has_a_sheet_per_objective_with_headings_that_stay_in_sight(published_colombia: Path) -> None:
    folder = published_colombia / "data" / "published" / "colombia" / "2019" / "internal" / "tables"
    book = openpyxl.load_workbook(folder / "performance_es.xlsx")
    objectives = [s for s in book.worksheets if s.title[0].isdigit()]
    assert len(objectives) == 4
    for sheet in objectives:
        assert sheet.freeze_panes == "B5"
        assert not sheet.merged_cells.ranges
    assert any(cell.value == "SIN META" for row in objectives[1].iter_rows() for cell in row)


@pytest.mark.slow
def test_both_languages_draw_the_same_numbers(published_colombia: Path, colombia: Catalogue) -> None:
    for path in (published_colombia / "data" / "published" / "colombia").glob("*/internal/figures/*_en.csv"):
        other = path.with_name(path.name.replace("_en", "_es"))
        assert path.read_bytes() == other.read_bytes()
        for figure in (path, other):
            assert figure.with_suffix(".txt").read_text(encoding="utf-8").strip()
            assert figure.with_suffix(".svg").exists()
            assert figure.with_suffix(".png").exists()


@pytest.mark.slow
def test_the_same_release_gives_the_same_bytes(published_colombia: Path, colombia: Catalogue, tmp_path: Path) -> None:
    project = Project(Folders(published_colombia, "colombia"), colombia)
    again = publish(pipeline.release_for(project, 2019), colombia, 2019, tmp_path)
    first = project.folders.edition(2019, "internal")
    for path in again:
        twin = first / path.relative_to(tmp_path)
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(twin.read_bytes()).digest(), path.name


def test_a_wider_edition_is_refused_until_it_can_be_protected(project: Project, send: Any) -> None:
    send("icbf", 2023, [{"indicator": "PROT-1", "age": "child", "value": 3}])
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    assert pipeline.release_for(project, 2023).measures.filter(pl.col("actual") == 3)["sensitive"].to_list() == [True]
    for edition in ("public", "partners"):
        with pytest.raises(NotProtectedError):
            pipeline.publish_year(project, 2023, edition)


def test_publication_takes_nothing_but_a_release(colombia: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        publish(pl.DataFrame(), colombia, 2023, tmp_path)  # type: ignore[arg-type]
