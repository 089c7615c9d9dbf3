"""Another country by configuration: a folder, copied and edited as data, goes from template to roll-up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from cpc_pipeline import cli, contracts, intake, pipeline
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.desk import checking, questions
from cpc_pipeline.desk.side_by_side import side_by_side
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import COMPACTS, write_submission
from tests.test_countries import add_language

pytestmark = pytest.mark.slow

LEFT_OUT = "partnership"
REPORTS = ("pdf", "docx", "html")


def edit(path: Path, change: Any) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data = change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def without(language: str, node: Any) -> Any:
    if isinstance(node, dict):
        return {k: without(language, v) for k, v in node.items() if k != language}
    return [without(language, n) for n in node if n != language] if isinstance(node, list) else node


def borealia(below: Path) -> Path:
    """Arcadia's folder, renamed: three objectives, other places, English and Portuguese (the words are Utopia's)."""
    folder = below / "borealia"
    shutil.copytree(COMPACTS / "arcadia", folder)
    add_language(folder, "pt", "es")
    shutil.copytree(COMPACTS / "utopia" / "wording" / "pt", folder / "wording" / "pt", dirs_exist_ok=True)
    shutil.rmtree(folder / "wording" / "es")
    for path in folder.rglob("*.yaml"):
        edit(path, lambda data: without("es", data))
    edit(
        folder / "compact.yaml",
        lambda h: (
            h
            | {"id": "borealia", "number_format": {"en": [",", "."], "pt": [".", ","]}}
            | {"nation": {"code": "00", "name": {"en": "Borealia", "pt": "Boreália"}}}
        ),
    )
    edit(folder / "objectives.yaml", lambda items: [o for o in items if o["id"] != LEFT_OUT])
    (folder / "indicators" / f"{LEFT_OUT}.yaml").unlink()
    edit(folder / "context_series.yaml", lambda items: [c for c in items if c["objective"] != LEFT_OUT])
    edit(
        folder / "organisations.yaml",
        lambda items: [o | ({"language": "pt"} if o.get("language") == "es" else {}) for o in items],
    )
    for agreed in (folder / "targets.csv", folder / "baselines.csv"):
        kept = [line for line in agreed.read_text(encoding="utf-8").splitlines() if not line.startswith("PAR-")]
        agreed.write_text("\n".join(kept) + "\n", encoding="utf-8")
    places = ["code,label_en,label_pt,level,parent,aliases", "00,Borealia,Boreália,national,,"]
    places += ["10,Snowfield,Campo de Neve,region,00,SNOWFIELD", "20,Icebay,Baía do Gelo,region,00,ICEBAY"]
    (folder / "shapes.geojson").unlink(missing_ok=True)  # the outlines are those of Arcadia's places
    (folder / "places.csv").write_text("\n".join(places) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of compacts with Arcadia and her neighbour, as CPC_COMPACTS names it, and a project root."""
    below = tmp_path / "compacts"
    below.mkdir()
    shutil.copytree(COMPACTS / "arcadia", below / "arcadia")
    borealia(below)
    monkeypatch.setenv("CPC_COMPACTS", str(below))
    monkeypatch.setenv("CPC_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def project_of(country: str, root: Path) -> Project:
    return Project(Folders(root, country), load(country))


def sent(project: Project, rows: list[dict[str, Any]]) -> None:
    """Courts of an invented country send invented numbers; they go through the whole pipeline."""
    write_submission(project, "courts", 2024, rows)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    pipeline.publish_year(project, 2024)


def test_template_check_tables_figures_and_report_of_the_copy_need_no_python(both: Path) -> None:
    project = project_of("borealia", both)
    catalogue = project.catalogue
    assert catalogue.languages == ("en", "pt") and len(catalogue.objectives) == 3
    nothing = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    template = intake.template_bytes(catalogue, "courts", 2024, "pt", nothing)
    read = intake.take_in(template, name="x", submission_id="x", organisation="courts", year=2024, catalogue=catalogue)
    assert set(read.observations["series"]) == {"JUS-1", "JUS-2", "JUS-4"}
    path = write_submission(project, "courts", 2024, [{"indicator": "JUS-2", "value": -3, "place": "Baía do Gelo"}])
    found, verdict, _ = checking.check_file(project, path)
    assert verdict != "accepted" and "out_of_range" in set(found["code"])
    assert questions.in_words(found, project, "pt")["message"][0]
    sent(project, [{"indicator": "JUS-2", "value": 7, "place": "Icebay"}, {"indicator": "JUS-2", "value": 9}])
    edition = project.folders.edition(2024, "internal")
    rows = pl.read_csv(edition / "tables" / "performance.csv", infer_schema=False)
    of_courts = rows.filter(indicator="JUS-2", series="record", calendar="calendar").sort("place")
    assert of_courts["actual"].to_list() == ["9", "7"] and of_courts["place"].to_list() == ["00", "20"]
    assert "note_pt" in rows.columns and "note_es" not in rows.columns
    assert (edition / "figures" / "trend.justice_pt.png").exists()
    assert not (edition / "figures" / "trend.partnership_pt.png").exists()
    (written,) = pipeline.write_reports(project, [2024]).values()
    assert {path.name for path in written} >= {f"report_{x}.{kind}" for x in ("en", "pt") for kind in REPORTS}
    page = (edition / "report" / "report_pt.html").read_text(encoding="utf-8")
    assert "Baía do Gelo" in page and "Colombia" not in page


def test_the_roll_up_shows_both_countries_on_shared_indicators_and_adds_nothing(both: Path) -> None:
    sent(project_of("arcadia", both), [{"indicator": "JUS-2", "value": 20}])
    sent(project_of("borealia", both), [{"indicator": "JUS-2", "value": 9}])
    found = side_by_side(both, 2024, "internal", "en")
    assert set(found.compacts) >= {"arcadia", "borealia"} and not found.unreadable
    shown = found.rows.filter(shared="jus_2").select("compact", "actual", "status").rows()
    assert shown == [("arcadia", "20", "reported"), ("borealia", "9", "reported")]
    assert found.rows.filter(shared="par_1").is_empty()
    assert "29" not in found.rows.to_series(found.rows.columns.index("actual")).to_list()


def test_the_roll_up_says_which_country_has_not_published_and_which_edition_was_changed(both: Path) -> None:
    project = project_of("arcadia", both)
    sent(project, [{"indicator": "JUS-2", "value": 20}])
    states = dict(side_by_side(both, 2024, "internal", "en").rows.select("compact", "state").unique().rows())
    assert states == {"arcadia": "published", "borealia": "no_edition"}
    table = project.folders.edition(2024, "internal") / "tables" / "performance.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",20,", ",21,"), encoding="utf-8")
    found = side_by_side(both, 2024, "internal", "en").rows.filter(compact="arcadia")
    assert set(found["state"]) == {"changed"} and found["actual"].null_count() == found.height


def test_what_an_edition_hides_stays_hidden_and_the_warehouse_is_never_asked(both: Path) -> None:
    from cpc_pipeline import editions

    folder = Folders(both, "arcadia").edition(2024, "public")
    columns = ["indicator", "year", "series", "place", "calendar", "unit", "sex", "age", "form"]
    row = dict(zip(columns, ["JUS-2", "2024", "record", "00", "calendar", "cases", *["all"] * 3], strict=True))
    row |= dict.fromkeys(("period_start", "period_end", "completeness", "break_from"), "")
    row |= dict.fromkeys(("target", "actual", "numerator", "denominator", "lower", "upper"), "") | {"status": "hidden"}
    (folder / "tables").mkdir(parents=True)
    path = folder / "tables" / "performance.csv"
    pl.DataFrame([row]).write_csv(path)
    editions.write_manifest(folder, [path], content="x")
    shown = side_by_side(both, 2024, "public", "en").rows.filter(compact="arcadia", shared="jus_2").row(0, named=True)
    assert (shown["status"], shown["actual"]) == ("hidden", None)


def test_the_command_prints_writes_and_gives_its_exit_codes(
    both: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent(project_of("arcadia", both), [{"indicator": "JUS-2", "value": 20}])
    asked = ["rollup", "2024", "--edition", "internal", "--compact", "borealia"]
    assert cli.main([*asked, "--lang", "pt", "-o", str(tmp_path / "rollup.csv")]) == 0
    said = capsys.readouterr().out
    assert "nunca somados" in said and "arcadia   JUS-2 Cases closed" in said and "20 cases" in said
    assert "borealia  JUS-2" in said and "essa edição não foi publicada" in said
    assert (
        pl.read_csv(tmp_path / "rollup.csv", infer_schema=False).filter(compact="arcadia", shared="jus_2").height == 1
    )
    assert cli.main([*asked, "--json"]) == 0
    assert {r["compact"] for r in json.loads(capsys.readouterr().out)} == {"arcadia", "borealia"}


def test_the_copy_passes_the_audit_of_its_own_data(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["catalogue", "check", "--compact", "borealia", "--lang", "pt"]) in (0, 1)
    assert "borealia" in capsys.readouterr().out


def test_an_organisation_that_speaks_a_language_of_no_text_is_a_fault(both: Path, tmp_path: Path) -> None:
    from cpc_pipeline.catalogue import CatalogueFaults

    path = tmp_path / "compacts" / "borealia" / "organisations.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("language: pt", "language: es"), encoding="utf-8")
    with pytest.raises(CatalogueFaults, match=r"organisations.yaml:\d+: language: there is no 'es'"):
        load("borealia")


def test_a_country_whose_data_are_broken_is_named_and_stops_no_other(both: Path, tmp_path: Path) -> None:
    (tmp_path / "compacts" / "borealia" / "objectives.yaml").write_text("- {id: x}\n", encoding="utf-8")
    found = side_by_side(both, 2024, "internal", "en")
    assert found.unreadable == ("borealia",) and "arcadia" in found.compacts


def test_the_countries_of_this_project_share_only_what_their_data_say(arcadia: Catalogue, utopia: Catalogue) -> None:
    of = {c.id: {i.shared for i in c.indicators.values()} for c in (arcadia, utopia)}
    assert not of["arcadia"] & of["utopia"]
