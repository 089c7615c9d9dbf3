"""Everything that goes to the meeting lies in the edition: made with it, looked through with it, and the same again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cpc_pipeline import editions, export, pipeline
from cpc_pipeline.cli import main
from cpc_pipeline.desk import exporting, open_points, packing, publishing
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import COMPACTS, write_submission

pytestmark = pytest.mark.slow

YEAR = 2024


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def twin(project: Project, root: Path) -> Project:
    """The same project elsewhere, before anything was issued; the key with which editions are rounded is kept."""
    shutil.copytree(project.folders.root, root)
    copy = Project(Folders(root, project.folders.compact), project.catalogue)
    shutil.rmtree(copy.folders.published)
    for path in copy.folders.printed.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.suffix in (".json", ".npz"):
            path.unlink()
    return copy


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_pack_and_open_data_are_files_of_the_edition(issued_arcadia: Project, edition: str) -> None:
    folder = issued_arcadia.folders.edition(YEAR, edition)
    listed = {path.relative_to(folder).as_posix() for path in editions.listed(folder)}
    wanted = {"pack/slides_es.pptx", "pack/pages_en.pdf", "pack/targets_2025.xlsx", "report/report_en.pdf"}
    wanted |= {"data/sdmx-csv/structure.xml", "data/iati/iati-results.xml", "data/duckdb/arcadia_2024.duckdb"}
    wanted |= {"data/datapackage/datapackage.json", "data/parquet/performance.parquet", "data/xlsx/all_years_es.xlsx"}
    assert wanted <= listed
    assert listed | {"manifest.json"} == set(files(folder))
    assert editions.changed(folder) == []


def test_an_edition_made_again_elsewhere_has_the_same_bytes_and_stays_when_the_results_change(
    issued_arcadia: Project, tmp_path: Path
) -> None:
    copy = twin(issued_arcadia, tmp_path / "elsewhere")
    for edition in ("internal", "partners"):
        again = publishing.issue(copy, YEAR, edition, seconds=5).folder
        made, there = files(again), files(issued_arcadia.folders.edition(YEAR, edition))
        assert sorted(made) == sorted(there)
        assert [name for name in made if made[name] != there[name]] == []
    folder = copy.folders.edition(YEAR, "internal")
    before = files(folder)
    write_submission(copy, "guards", YEAR, [{"indicator": "JUS-1", "value": 62}])
    pipeline.take_in(copy, pipeline.todo(copy, years=()).submissions)
    pipeline.compute_measures(copy)
    pipeline.publish_year(copy, YEAR)
    assert files(folder) != before
    assert files(folder.with_name("internal.1")) == before
    assert not editions.issued(folder)


def test_what_is_hidden_is_found_in_every_kind_of_file_before_the_edition_leaves(
    issued_arcadia: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open data and pack of the internal edition, slipped into the public one."""
    copy = twin(issued_arcadia, tmp_path / "careless")
    inside = export.read(issued_arcadia.folders.edition(YEAR, "internal"))
    release, points = pipeline.release_for(copy, YEAR), open_points.now(copy, YEAR)
    leaky = exporting.open_data(inside, copy.catalogue)
    monkeypatch.setattr(exporting, "open_data", lambda *_: leaky)
    monkeypatch.setattr(packing, "told", lambda *_: (release, points))
    with pytest.raises(publishing.NotReleasable) as raised:
        publishing.issue(copy, YEAR, "public", seconds=5)
    named = {str(params["file"]) for what, params in raised.value.reasons if what.startswith("leak_")}
    kinds = {Path(name).suffix for name in named}
    assert {".duckdb", ".xml", ".parquet", ".csv", ".xlsx", ".pptx", ".pdf"} <= kinds
    assert all(name.startswith(("pack/", "data/")) for name in named)
    assert not copy.folders.edition(YEAR, "public").exists()


def test_one_command_makes_everything_and_says_so_once(
    issued_arcadia: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(issued_arcadia.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    said: list[Any] = ["--compact", "arcadia", "--lang", "en", "--json"]
    folder = issued_arcadia.folders.edition(YEAR, "public")
    assert main(["publish", str(YEAR), "--edition", "public", *said]) == 0
    assert json.loads(capsys.readouterr().out) == {"published": True, "unchanged": True, "folder": str(folder)}
    assert main(["pack", str(YEAR), "--edition", "public", *said]) == 0
    assert json.loads(capsys.readouterr().out)["folder"] == str(folder / "pack")
    assert main(["export", str(YEAR), "--to", "iati", *said]) == 0
    assert json.loads(capsys.readouterr().out)["folder"] == str(folder / "data" / "iati")
