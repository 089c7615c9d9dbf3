"""The report within an edition: written beside its tables, gone with them, and looked through before it leaves."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline import cli, editions, pipeline
from cpc_pipeline.artefacts import audit_files
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.desk import publishing

from tests.conftest import COMPACTS, write_submission
from tests.report_data import YEAR, a_project

pytestmark = pytest.mark.slow


def test_a_report_is_written_beside_current_tables_and_goes_when_they_change(
    tmp_path: Path, arcadia: Catalogue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = a_project(tmp_path, arcadia)
    monkeypatch.setattr("cpc_pipeline.publication.draw", lambda *_: iter(()))  # no figure is needed here
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    monkeypatch.setenv("CPC_HOME", str(tmp_path))
    tables = {p: p.read_bytes() for p in pipeline.publish_year(project, YEAR)}
    with project.open_warehouse():  # whoever writes is not waited for: a sensor asks this
        assert pipeline.reports_due(project) == [YEAR]
    assert cli.main(["report", str(YEAR), "--compact", "arcadia", "--lang", "en"]) == 0
    folder = project.folders.edition(YEAR, "internal")
    assert str(folder / "report") in capsys.readouterr().out
    there = sorted(p.name for p in (folder / "report").iterdir())
    assert there == [f"report_{x}.{kind}" for x in ("en", "es") for kind in ("docx", "html", "pdf")]
    assert {p: p.read_bytes() for p in tables} == tables and not editions.changed(folder)
    assert pipeline.reports_due(project) == []
    assert "Una línea" not in (folder / "report" / "report_es.html").read_text(encoding="utf-8")
    write_submission(project, "council", YEAR, [{"indicator": "PRE-4", "value": 5}])
    pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    pipeline.compute_measures(project)
    pipeline.publish_year(project, YEAR)
    assert not list((folder / "report").iterdir())  # it told of other numbers
    assert cli.main(["report", str(YEAR), "--compact", "arcadia", "--edition", "public"]) == 2
    assert cli.main(["report", "1999", "--compact", "arcadia"]) == 2


def test_a_public_edition_has_its_report_and_a_number_that_is_not_its_rows_is_named(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    project = a_project(tmp_path, arcadia)
    issued = publishing.issue(project, YEAR, "public")
    told = issued.folder / "report" / "report_es.html"
    text = told.read_text(encoding="utf-8")
    assert "Edición pública" in text and "Observaciones por organización" not in text
    rows = pl.read_csv(issued.folder / "tables" / "performance.csv", infer_schema=False)
    known = frozenset(float(n) for n in range(2000))
    clean = audit_files(issued.folder, ["report/report_es.html"], known, rows)
    assert [leak for leak in clean if leak.what == "row"] == []
    wrong = text.replace(">1.305</td>", ">1.306</td>")
    assert wrong != text
    (project.folders.root / "wrong.html").write_text(wrong, encoding="utf-8")
    found = audit_files(project.folders.root, ["wrong.html"], known, rows)
    assert {leak.where for leak in found if leak.what == "row"} == {"PRE-1/2025"}
