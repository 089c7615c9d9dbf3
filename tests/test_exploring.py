"""An analyst opens an edition or the warehouse in one line, and gets tidy frames that say what a number is worth."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cpc_pipeline as cpc
import duckdb
import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.desk import exporting
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import SENT
from tests.conftest import COMPACTS, write_submission

YEAR = 2024


@pytest.fixture(autouse=True)
def _invented_countries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Path:
    """Two indicators of Arcadia of two organisations: enough for an internal edition and a warehouse for readers."""
    project = Project(Folders(tmp_path_factory.mktemp("an analyst"), "arcadia"), arcadia)
    for organisation in ("schools", "care"):
        rows = [row for row in SENT[organisation, YEAR] if row["indicator"] in ("PRE-1", "PRO-1")]
        write_submission(project, organisation, YEAR, rows)
    write_submission(project, "schools", 2023, SENT["schools", 2023])
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    pipeline.publish_year(project, YEAR)
    return project.folders.root


@pytest.fixture
def edition(root: Path) -> cpc.Edition:
    return cpc.open_edition("arcadia", YEAR, "internal", root=root)


@pytest.fixture
def memory(root: Path) -> Iterator[cpc.Memory]:
    with cpc.open_warehouse("arcadia", root=root) as opened:
        yield opened


def test_importing_the_package_imports_none_of_what_an_analyst_needs() -> None:
    heavy = "import sys, cpc_pipeline; print(sorted({'polars', 'duckdb', 'pydantic', 'yaml'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
    assert set(cpc.__all__) <= set(dir(cpc))
    assert all(getattr(cpc, name).__doc__ for name in cpc.__all__)
    with pytest.raises(AttributeError):
        _ = cpc.open_editions  # type: ignore[attr-defined]


def test_one_line_gives_a_tidy_table_with_names_beside_codes_and_flags(edition: cpc.Edition) -> None:
    rows = edition.measures("PRE-1", by=["sex"])
    assert rows.select("year", "sex", "sex_name", "actual", "partial").rows() == [
        (2024, "female", "Girls and women", 640.0, False),
        (2024, "male", "Boys and men", 560.0, False),
        (2024, "unknown", "Not reported", None, False),
    ]
    assert rows["provisional"].all() and not rows["suppressed"].any()
    national = edition.measures("PRE-1", years=[2023, 2024])
    assert national.select("year", "actual", "partial").rows() == [(2023, 810.0, True), (2024, 1220.0, False)]


def test_by_nothing_means_the_country_and_the_group_that_the_indicator_is_about(edition: cpc.Edition) -> None:
    rows = edition.measures()
    assert set(rows["place"]) == {"00"}
    about = rows.filter(pl.col("indicator") == "PRO-1").select("age", "sex", "form").unique()
    assert about.rows() == [("child", "all", "all")]


def test_what_is_withheld_by_the_source_is_flagged_and_is_no_number(edition: cpc.Edition) -> None:
    row = edition.measures("PRO-1", place="01").row(0, named=True)
    assert (row["actual"], row["status"], row["suppressed"]) == (None, "suppressed_by_source", True)
    zero = edition.measures("PRO-1", place="04").row(0, named=True)
    assert (zero["actual"], zero["suppressed"]) == (0.0, False)


def test_labels_and_notes_are_in_the_language_that_was_asked_for(edition: cpc.Edition, arcadia: Catalogue) -> None:
    for language in arcadia.languages:
        named = edition.measures("PRE-1", language=language)
        assert named["indicator_name"][0] == arcadia.indicators["PRE-1"].name[language]
        assert named["note"][0]
    assert edition.measures(language="en").columns == edition.measures(language="es").columns


def test_every_column_of_a_frame_is_in_the_codebook_in_every_language(edition: cpc.Edition, arcadia: Catalogue) -> None:
    for language in arcadia.languages:
        told = edition.codebook(language)
        assert set(told["column"]) >= {*edition.performance().columns, *edition.measures().columns}
        assert told["meaning"].str.len_chars().min()  # type: ignore[truthy-bool]


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda e: e.measures("PRE1"), "PRE-1"),
        (lambda e: e.measures("Talks in scools"), "PRE-1"),
        (lambda e: e.measures(by="sexo biologico"), "sex"),
        (lambda e: e.measures(organisation="school"), "schools"),
        (lambda e: e.measures(calendar="calender"), "calendar"),
        (lambda e: e.figure("trend", "preventio"), "trend.prevention"),
    ],
)
def test_what_is_not_there_is_answered_with_near_names_in_both_languages(
    edition: cpc.Edition, ask: object, near: str
) -> None:
    with pytest.raises(cpc.CannotExplore) as refused:
        ask(edition)  # type: ignore[operator]
    english, spanish = str(refused.value).split("\n")
    assert near in english and near in spanish and english != spanish


def test_an_edition_that_hides_nothing_must_be_asked_for_by_name(root: Path) -> None:
    with pytest.raises(cpc.CannotExplore, match='edition="internal"'):
        cpc.open_edition("arcadia", YEAR, root=root)
    with pytest.raises(cpc.CannotExplore, match="arcadia"):
        cpc.open_edition("arkadia", YEAR, "internal", root=root)
    assert cpc.list_editions("arcadia", root=root).rows() == [(YEAR, "internal")]


def test_an_edition_with_a_changed_file_is_not_opened(root: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(root, tmp_path / "copy"))
    table = next(copy.rglob("internal/tables/performance.csv"))
    table.write_text(table.read_text().replace("1220", "1221"))
    with pytest.raises(cpc.CannotExplore, match="no longer as issued"):
        cpc.open_edition("arcadia", YEAR, "internal", root=copy)


def test_a_figure_is_the_one_that_the_edition_printed_with_its_words(edition: cpc.Edition, root: Path) -> None:
    picture = edition.figure("trend", "prevention", language="es")
    printed = next(root.rglob("internal/figures/trend.prevention_es.png"))
    assert picture.png == printed.read_bytes()
    shown = picture._repr_mimebundle_()
    assert picture.alt == shown["text/plain"] and "data:image/png;base64," in shown["text/html"]
    assert "1220" in picture.data["actual"].to_list()


def test_a_number_leads_to_its_cells(edition: cpc.Edition) -> None:
    name = edition.measures("PRE-1", years=2024)["trace"][0]
    traced = edition.trace(name)
    assert traced.cells["value"].to_list() == [300.0, 290.0, 310.0, 320.0]
    assert set(traced.cells["file"]) == {"2024/schools/annual.xlsx"}
    assert edition.trace("PRE-1", 2024, sex="female").cells["value"].to_list() == [640.0]
    with pytest.raises(cpc.CannotExplore, match="There are: PRO-1/2024"):
        edition.trace("PRO-1", 2024, organisation="schools")


def test_observations_and_findings_have_addresses_and_words(edition: cpc.Edition) -> None:
    rows = edition.observations("PRO-1")
    assert {"sheet", "cell", "organisation_name", "status_name"} <= set(rows.columns)
    found = edition.findings("es")
    assert found["title"].null_count() == 0 and "cell" in found.columns


def test_sql_and_polars_give_the_same_totals(edition: cpc.Edition) -> None:
    asked = edition.sql(
        "SELECT sum(actual) AS total FROM performance_en WHERE indicator = 'PRE-1' AND sex <> 'all' AND year = 2024"
    )
    assert asked["total"][0] == edition.measures("PRE-1", by="sex", years=2024)["actual"].sum() == 1200


def test_the_warehouse_shows_no_small_count_and_nothing_typed_unless_it_is_asked_to(
    memory: cpc.Memory, root: Path
) -> None:
    discreet = memory.observations()
    small = discreet.filter(pl.col("unit").is_in(["people"]) & pl.col("value").is_between(1, 4))
    assert small.is_empty()
    assert not {"raw", "note"} & set(discreet.columns)
    for name in ("replies", "narratives", "contributions"):
        with pytest.raises(cpc.CannotExplore, match="restricted=True"):
            memory.table(name)
    for ask in (lambda: memory.trace("PRE-1", YEAR), lambda: memory.figure("trend", "prevention", year=YEAR)):
        with pytest.raises(cpc.CannotExplore, match="restricted=True"):
            ask()
    with cpc.open_warehouse("arcadia", restricted=True, root=root) as opened:
        assert "raw" in opened.observations().columns
        assert opened.table("narratives").columns
        drawn = opened.figure("trend", "prevention", year=YEAR)
        assert drawn.png == next(root.rglob("internal/figures/trend.prevention_en.png")).read_bytes()


def test_an_open_notebook_is_in_no_runs_way_and_sees_one_state(root: Path, tmp_path: Path, arcadia: Catalogue) -> None:
    copy = Path(shutil.copytree(root, tmp_path / "copy"))
    project = Project(Folders(copy, "arcadia"), arcadia)
    with cpc.open_warehouse("arcadia", root=copy) as memory:
        before = memory.observations().height
        write_submission(project, "guards", YEAR, SENT["guards", YEAR])
        pipeline.take_in(project, pipeline.todo(project).submissions)
        pipeline.compute_measures(project)
        assert memory.observations().height == before
    with cpc.open_warehouse("arcadia", root=copy) as memory:
        assert memory.observations().height > before
    with cpc.open_warehouse("arcadia", as_of="2020-01-01", root=copy) as memory:
        assert memory.observations().is_empty()
    with pytest.raises(cpc.CannotExplore, match="2024-12-31"):
        cpc.open_warehouse("arcadia", as_of="last year", root=copy)


def test_before_the_first_run_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(cpc.CannotExplore, match="make run"):
        cpc.open_warehouse("arcadia", root=tmp_path)
    with pytest.raises(cpc.CannotExplore, match="make run"):
        cpc.open_edition("arcadia", YEAR, root=tmp_path)


def test_summaries_say_which_edition_it_is_and_what_it_hides(edition: cpc.Edition, memory: cpc.Memory) -> None:
    assert "not for distribution" in repr(edition) and "not for distribution" in edition._repr_html_()
    assert "Do not pass anything of it on" in repr(memory)


# --- test 22 of the wants, on editions that were issued ---


@pytest.mark.slow
@pytest.mark.parametrize("name", ["internal", "public"])
def test_notebook_flat_workbook_parquet_and_duckdb_have_the_totals_of_the_report(
    issued_arcadia: Project, name: str, tmp_path: Path
) -> None:
    root = issued_arcadia.folders.root
    edition = cpc.open_edition("arcadia", YEAR, name, root=root)
    report = pl.read_csv(issued_arcadia.folders.edition(YEAR, name) / "tables" / "performance.csv", infer_schema=False)
    expected = totals(report.with_columns(pl.col("actual").cast(pl.Float64), pl.col("year").cast(pl.Int32)))
    assert totals(edition.performance()) == expected and expected
    made = {to: exporting.export(issued_arcadia, YEAR, name, to, tmp_path / to).folder for to in FORMATS}
    flat = pl.read_excel(made["xlsx"] / "all_years_en.xlsx", sheet_id=1, infer_schema_length=None)
    assert not [c for c in flat.columns if c.startswith("__UNNAMED")]
    renamed = flat.rename({"Indicator (code)": "indicator", "Year": "year", "Value": "actual"})
    assert totals(renamed) == expected
    assert totals(pl.read_parquet(made["parquet"] / "performance.parquet")) == expected
    with duckdb.connect(str(made["duckdb"] / f"arcadia_{YEAR}.duckdb"), read_only=True) as connection:
        assert totals(pl.DataFrame(connection.sql("FROM performance").to_arrow_table())) == expected


FORMATS = ("xlsx", "parquet", "duckdb")


def totals(rows: pl.DataFrame) -> dict[str, float]:
    """What a pivot of one year's values by indicator shows."""
    known = rows.filter((pl.col("year") == YEAR) & pl.col("actual").is_not_null())
    summed = known.group_by("indicator").agg(pl.col("actual").cast(pl.Float64).sum().round(6)).sort("indicator")
    return dict(summed.iter_rows())


@pytest.mark.slow
def test_the_public_edition_leads_to_no_submission_and_shows_no_hidden_number(issued_arcadia: Project) -> None:
    edition = cpc.open_edition("arcadia", YEAR, root=issued_arcadia.folders.root)
    hidden = edition.performance().filter(pl.col("status") == "hidden")
    assert hidden["suppressed"].all() and hidden["actual"].null_count() == hidden.height > 0
    for ask in (edition.observations, lambda: edition.trace("PRE-1")):
        with pytest.raises(cpc.CannotExplore, match="internal"):
            ask()
