"""What is hidden is in no byte of an export, and nothing is exported but an issued edition."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import polars as pl
import pypdfium2
import pytest
from cpc_pipeline import editions
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.desk import exporting, packing, publishing
from cpc_pipeline.export import FORMATS, read
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import write_submission
from tests.exported import YEAR, files

pytestmark = pytest.mark.slow

CANARY = {"value": 7193.5, "numerator": 14387, "denominator": 2}


@pytest.fixture(scope="module")
def with_canary(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    project = Project(Folders(tmp_path_factory.mktemp("canary"), "arcadia"), arcadia)
    from cpc_pipeline import pipeline

    write_submission(project, "care", YEAR, [{"indicator": "PRO-4", **CANARY}])
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    for edition in ("internal", "public"):
        publishing.issue(project, YEAR, edition, seconds=5)
    return project


def everything(made: dict[str, bytes]) -> bytes:
    """Every byte of the files, and of what is packed in them."""
    found = []
    for name, content in made.items():
        found.append(content)
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found += [archive.read(part) for part in archive.namelist()]
        if name.endswith(".parquet"):
            found.append(pl.read_parquet(io.BytesIO(content)).write_csv().encode())
    return b"".join(found)


@pytest.mark.parametrize("to", sorted(FORMATS))
def test_a_hidden_number_is_in_no_byte_of_any_format(with_canary: Project, to: str) -> None:
    forms = [b"7193.5", b"14387", struct.pack("<d", 7193.5), struct.pack("<d", 14387.0)]
    inside, outside = (everything(files(with_canary, to, e)) for e in ("internal", "public"))
    assert any(form in inside for form in forms)  # so that the search can find it
    assert not [form for form in forms if form in outside]


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_a_hidden_number_is_in_no_slide_page_or_target_sheet(with_canary: Project, edition: str) -> None:
    chosen = with_canary.catalogue.indicators["PRO-4"].model_copy(update={"key_indicator": True})
    indicators = with_canary.catalogue.indicators | {"PRO-4": chosen}
    project = Project(with_canary.folders, with_canary.catalogue.model_copy(update={"indicators": indicators}))
    folder = packing.pack(project, YEAR, edition)
    found = []
    for path in folder.iterdir():
        if path.suffix == ".pdf":
            document = pypdfium2.PdfDocument(path)
            found += [page.get_textpage().get_text_range().encode() for page in document]
        else:
            with zipfile.ZipFile(path) as archive:
                found += [archive.read(part) for part in archive.namelist() if part.endswith((".xml", ".rels"))]
    forms = [b"7193", b"7,193", b"7.193", b"14387", b"14,387"]
    inside = any(form in content for form in forms for content in found)
    assert inside == (edition == "internal")  # so that the search can find it


def test_what_is_exported_is_looked_through_for_numbers_that_the_edition_does_not_print(with_canary: Project) -> None:
    said = read(with_canary.folders.edition(YEAR, "public"))
    inside = FORMATS["csv"](read(with_canary.folders.edition(YEAR, "internal")), with_canary.catalogue)
    with pytest.raises(exporting.NotExportable) as why:
        exporting.audited(said, with_canary.catalogue, inside)
    assert why.value.code == "leak"
    assert why.value.params["file"] == "performance.csv"
    for to in FORMATS:
        exporting.audited(said, with_canary.catalogue, FORMATS[to](said, with_canary.catalogue))


def test_nothing_is_exported_that_was_not_issued_or_is_no_longer_as_issued(
    with_canary: Project, tmp_path: Path
) -> None:
    with pytest.raises(exporting.NotExportable) as why:
        exporting.export(with_canary, YEAR, "partners", "csv", tmp_path / "a")
    assert why.value.code == "none"
    table = with_canary.folders.edition(YEAR, "public") / "tables" / "all_years.csv"
    kept = table.read_bytes()
    table.write_bytes(kept + b"\n")
    with pytest.raises(exporting.NotExportable) as why:
        exporting.export(with_canary, YEAR, "public", "csv", tmp_path / "a")
    assert why.value.code == "changed"
    table.write_bytes(kept)
    assert editions.changed(with_canary.folders.edition(YEAR, "public")) == []


def test_a_folder_with_files_of_somebody_else_is_left_alone(with_canary: Project, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(exporting.NotExportable) as why:
        exporting.export(with_canary, YEAR, "public", "csv", tmp_path)
    assert why.value.code == "not_empty"
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_says_where_in_the_edition_a_format_lies_for_its_owner_only(
    with_canary: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(with_canary.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(Path(__file__).parent / "compacts"))
    typed = ["export", str(YEAR), "--compact", "arcadia", "--lang", "es", "--to", "csv"]
    assert main([*typed, "--edition", "internal"]) == 0
    assert "conteos pequeños" in capsys.readouterr().out
    where = with_canary.folders.edition(YEAR, "internal") / "data" / "csv"
    assert (where / "performance.csv").stat().st_mode & 0o077 == 0
    assert main([*typed, "--edition", "partners"]) == 1
    assert "cpc publish 2024 --edition partners" in capsys.readouterr().out
