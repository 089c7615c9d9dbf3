"""A year in which everything is signed, explained and told goes out as final; whatever is taken away is named.

Arcadia with targets for everything, and only the council owing contributions: the smallest country that can be final.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import yaml
from cpc_pipeline import agreements, contracts, intake, measures, narrating, narratives, pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.cli import publishing as publish_command
from cpc_pipeline.cli.speaker import Speaker
from cpc_pipeline.desk import publishing, verifying
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import GIVEN, SENT
from tests.conftest import COMPACTS, write_submission

YEAR, WHEN = 2025, date(2026, 3, 1)
WHY = "Invented: the bridge was closed for a season."
TEXT = {
    "en": "The year went as it was planned.\n\nCases closed with a judgment: {closed}.",
    "es": "El año transcurrió como estaba previsto.\n\nCasos cerrados con sentencia: {closed}.",
}

pytestmark = pytest.mark.long


def send(project: Project) -> None:
    """Everything of the year, the courts with an explanation, the council with a contribution and what it owes."""
    for (organisation, year), rows in SENT.items():
        if year == YEAR and organisation != "council":
            told = [row | ({"note": WHY} if row["indicator"] == "JUS-4" else {}) for row in rows]
            write_submission(project, organisation, year, told)
    nothing = contracts.empty(contracts.observations_frame(project.catalogue.dimension_ids))
    book = openpyxl.load_workbook(io.BytesIO(intake.template_bytes(project.catalogue, "council", YEAR, "en", nothing)))
    sheets = {role: book[s.name] for role, s in project.catalogue.header.sheets.items() if s.name in book.sheetnames}
    columns = {role: {cell.value: cell.column for cell in sheet[5]} for role, sheet in sheets.items()}
    own, at = sheets["indicators"], columns["indicators"]
    for row in range(6, own.max_row + 1):
        sent = {"PRE-4": (4, WHY), "PAR-1": (112000, None), "PAR-3": (9, None)}.get(own.cell(row, 1).value)
        if sent:
            own.cell(row, at["value"]).value, own.cell(row, at["note"]).value = sent
    for field, value in GIVEN.items():
        sheets["contributions"].cell(6, columns["contributions"][field]).value = value
    path = project.folders.raw / str(YEAR) / "council" / "annual.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)


def agreed(project: Project) -> Catalogue:
    """The compact with a target for each indicator that has none, as high as what was reached."""
    with project.open_warehouse() as warehouse:
        rows = measures.headlines(warehouse.measures(), project.catalogue).filter(year=YEAR)
    lacking = rows.filter(pl.col("target").is_null())
    known = project.catalogue.targets
    named = lacking.select(
        "indicator",
        "year",
        "place",
        *project.catalogue.dimension_ids,
        pl.coalesce("actual", "upper", "lower", pl.lit(100.0)).alias("value"),
    )
    more = named.select(c for c in known.columns if c in named.columns)
    targets = pl.concat([known, more.cast({c: known.schema[c] for c in more.columns})], how="diagonal")
    return project.catalogue.model_copy(update={"targets": targets, "version": "agreed"})


def write_texts(project: Project) -> None:
    closed = next(row["value"] for row in SENT["courts", YEAR] if row["indicator"] == "JUS-2")
    narrating.draft(project, YEAR)
    names = []
    for slot in narratives.slots(project.catalogue):
        path = narratives.path_of(project.folders.narratives / str(YEAR), slot)
        content = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump(content | {"text": TEXT[slot.language].format(closed=closed)}))
        names.append(path.name)
    narrating.review(project, YEAR, names, "Invented office, editor", WHEN)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    """A project in which nothing is open, and nothing has been issued."""
    owing = {
        n: o if n == "council" else o.model_copy(update={"kind": "partner"}) for n, o in arcadia.organisations.items()
    }
    indicators = {n: i for n, i in arcadia.indicators.items() if n != "PAR-2"}  # counts submissions of a whole country
    catalogue = arcadia.model_copy(update={"organisations": owing, "indicators": indicators, "version": "owing"})
    project = Project(Folders(tmp_path_factory.mktemp("final"), "arcadia"), catalogue)
    send(project)
    project = Project(project.folders, agreed(project))
    pipeline.compute_measures(project)
    write_texts(project)
    for party in project.catalogue.header.parties:
        agreements.sign(project, YEAR, party.id, "Invented office, head", WHEN)
    return project


@pytest.fixture
def copy(ready: Project, tmp_path: Path) -> Project:
    """The same as before anything was issued, with the same secret, to take something away from."""
    shutil.copytree(ready.folders.root, tmp_path / "copy")
    folders = Folders(tmp_path / "copy", "arcadia")
    shutil.rmtree(folders.published, ignore_errors=True)
    for path in folders.printed.rglob("*") if folders.printed.exists() else ():
        if path.is_file() and path.name != "release.key":
            path.unlink()
    return Project(folders, ready.catalogue)


@pytest.fixture(scope="module")
def final(ready: Project) -> Iterator[Path]:
    yield publishing.issue(ready, YEAR, "public", seconds=5, final=True).folder


def reasons(project: Project, edition: str = "internal") -> list[tuple[str, dict[str, object]]]:
    with pytest.raises(publishing.NotReleasable) as raised:
        publishing.issue(project, YEAR, edition, seconds=5, final=True)
    return raised.value.reasons


def edit_word(folder: Path, old: str, new: str) -> None:
    """Change one number in the Spanish Word file."""
    path = folder / "report" / "report_es.docx"
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    changed = parts["word/document.xml"].replace(f">{old}<".encode(), f">{new}<".encode(), 1)
    assert changed != parts["word/document.xml"]
    with zipfile.ZipFile(path, "w") as after:
        for name, content in parts.items():
            after.writestr(name, changed if name == "word/document.xml" else content)


def test_an_edition_with_nothing_open_goes_out_as_final(final: Path, ready: Project) -> None:
    assert (final / "report" / "report_es.pdf").is_file()
    assert verifying.verify(ready, final) == []
    texts = pl.read_csv(final / "tables" / "narrative.csv")
    assert texts.height == len(list(narratives.slots(ready.catalogue)))


def test_one_explanation_less_is_named(copy: Project) -> None:
    rows = SENT["courts", YEAR]
    write_submission(copy, "courts", YEAR, rows)
    pipeline.take_in(copy, pipeline.todo(copy).submissions)
    pipeline.compute_measures(copy)
    said = reasons(copy)
    assert [(what, p["indicator"]) for what, p in said if what.startswith("open_")] == [
        ("open_explanation_required", "JUS-4")
    ]


def test_one_signature_less_is_named(copy: Project) -> None:
    (last,) = sorted((copy.folders.agreements / str(YEAR)).glob("003_*.yaml"))
    last.unlink()
    assert reasons(copy) == [("unsigned", {"year": YEAR, "standing": "under_review"})]


def test_one_language_less_of_one_text_is_named(copy: Project) -> None:
    folder = copy.folders.narratives / str(YEAR)
    (folder / "justice.progress.es.yaml").unlink()
    where = {"objective": "justice", "section": "progress", "language": "es"}
    assert reasons(copy) == [("open_narrative_missing", where)]
    (what, params) = reasons(copy)[0]
    said = publish_command.sentence(what, params, copy, Speaker(copy, "es"))
    assert said == "Justicia, Avances (es): sin escribir."


def test_one_wrong_number_in_one_text_is_named_with_the_right_one(copy: Project) -> None:
    folder = copy.folders.narratives / str(YEAR)
    for name in ("justice.progress.es.yaml", "justice.progress.en.yaml"):
        content = yaml.safe_load((folder / name).read_text())
        (folder / name).write_text(yaml.safe_dump(content | {"text": content["text"].replace(": 24", ": 25000")}))
    narrating.review(copy, YEAR, [f"justice.progress.{x}.yaml" for x in ("es", "en")], "Invented office, editor", WHEN)
    said = [(what, p["language"], p["found"], p["right"]) for what, p in reasons(copy)]
    assert said == [("number_wrong", x, "25000", "24") for x in ("en", "es")]


def test_one_number_edited_in_the_spanish_word_file_keeps_a_final_edition_in(
    copy: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = publishing.publish

    def careless(*given: Any, **named: Any) -> list[Path]:
        paths: list[Path] = publish(*given, **named)
        edit_word(given[3], "24", "25")
        return paths

    monkeypatch.setattr(publishing, "publish", careless)
    said = reasons(copy, "public")
    assert {(what, p["file"], p["found"], p["expected"]) for what, p in said} == {
        ("differs_cell", "report/report_es.docx", "25", "24")
    }
    assert not copy.folders.edition(YEAR, "public").exists()


@pytest.mark.parametrize("where", [lambda final: [str(final)], lambda _: []], ids=["the edition", "everything"])
def test_verify_names_the_number_that_somebody_edited_in_the_spanish_word_file(
    final: Path,
    ready: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    where: Callable[[Path], list[str]],
) -> None:
    path = final / "report" / "report_es.docx"
    content = path.read_bytes()
    edit_word(final, "24", "42")
    monkeypatch.setenv("CPC_HOME", str(ready.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    try:
        assert main(["verify", *where(final), "--compact", "arcadia", "--lang", "es"]) == 1
        said = capsys.readouterr().out
    finally:
        path.write_bytes(content)
    [line] = [line for line in said.splitlines() if "donde" in line]
    assert "report_es.docx" in line
    assert "«42»" in line
    assert "«24»" in line
    assert "JUS-2" in line


def test_the_same_inputs_give_the_same_bytes_in_every_format(final: Path, copy: Project) -> None:
    again = publishing.issue(copy, YEAR, "public", seconds=5, final=True).folder
    one = {p.relative_to(final): p.read_bytes() for p in final.rglob("*") if p.is_file()}
    two = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert [str(name) for name in one | two if one.get(name) != two.get(name)] == []
    assert {p.suffix for p in one} >= {".csv", ".xlsx", ".pdf", ".docx", ".html", ".svg", ".png", ".txt", ".json"}
