"""A definition changes: old values stay, the series shows its break, what can be said again stands beside it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from cpc_pipeline import contracts, intake, pipeline
from cpc_pipeline.catalogue import Catalogue, breaks, load
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.publication.figures.style import DARK, SOFT, Page
from cpc_pipeline.publication.pack import keys, picture
from openpyxl import load_workbook

from tests.conftest import COMPACTS, write_submission

FORMS: dict[int, dict[str, int]] = {
    2023: {"servitude": 4, "begging": 7, "labour": 5},
    2024: {"domestic": 6, "labour": 8},
}


def told(project: Project) -> None:
    """Invented cases by form, by the list of each year."""
    for year, forms in FORMS.items():
        rows: list[dict[str, Any]] = [{"indicator": "JUS-1", "value": sum(forms.values())}]
        rows += [{"indicator": "JUS-1", "form": form, "value": value} for form, value in forms.items()]
        rows.append({"indicator": "JUS-2", "value": 3})
        write_submission(project, "courts", year, rows)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    for year in FORMS:
        pipeline.publish_year(project, year)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    made = Project(Folders(tmp_path_factory.mktemp("breaks"), "arcadia"), arcadia)
    told(made)
    return made


def table(project: Project, year: int, name: str = "performance") -> pl.DataFrame:
    path = project.folders.edition(year, "internal") / "tables" / f"{name}.csv"
    return pl.read_csv(path, infer_schema=False)


def row(project: Project, year: int, indicator: str) -> dict[str, Any]:
    chosen = {"series": "record", "calendar": "calendar", "place": "00", "sex": "all", "age": "all", "form": "all"}
    return table(project, year).filter(indicator=indicator, **chosen).row(0, named=True)


def test_the_year_of_a_new_definition_has_a_mark_and_a_note_in_each_language_and_the_year_before_has_none(
    project: Project,
) -> None:
    before, after = row(project, 2023, "JUS-1"), row(project, 2024, "JUS-1")
    assert (before["actual"], before["break_from"]) == ("16", None)
    assert (after["actual"], after["break_from"]) == ("14", "2024-01-01")
    assert "‖ Break in the series: from 2024-01-01 on, JUS-1" in after["note_en"] and "forms-2" in after["note_en"]
    assert "‖ Ruptura de la serie" in after["note_es"] and "‖" not in before["note_en"]


def test_a_line_does_not_run_across_a_break_and_the_figure_says_so_in_each_language(project: Project) -> None:
    told = project.folders.edition(2024, "internal") / "figures"
    english, spanish = ((told / f"trend.justice_{x}.txt").read_text(encoding="utf-8") for x in ("en", "es"))
    assert "2023: 16; ‖ 2024: 14" in english and "Double line" in english
    assert "2023: 16; ‖ 2024: 14" in spanish and "Línea doble" in spanish
    assert "‖" not in (told.parent.parent.parent / "2023" / "internal" / "figures" / "trend.justice_en.txt").read_text()


def test_the_chart_of_the_dialogue_draws_no_line_across_a_break_and_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = project.catalogue
    rows = keys.headline(pipeline.release_for(project, 2024).measures, "JUS-1", catalogue).to_dicts()
    lines: list[tuple[list[float], str]] = []
    monkeypatch.setattr(Page, "line", lambda page, xs, ys, colour, width, dash="-": lines.append((list(xs), colour)))
    _, svg, alt = picture.draw(rows, "JUS-1", (2021, 2024, 2024), None, catalogue, "en", "provisional")
    double = [xs[0] for xs, colour in lines if colour == SOFT and xs[0] == xs[1]]
    assert len(double) == 2 and "2023: 16; ‖ 2024: 14" in alt and "Double line" in svg.decode()
    assert not any(xs[0] < double[0] < xs[-1] for xs, colour in lines if colour == DARK)


def test_a_ratio_breaks_with_what_it_is_made_of_and_says_of_which(project: Project) -> None:
    assert "JUS-1 has another definition" in row(project, 2024, "JUS-3")["note_en"]
    assert row(project, 2024, "JUS-2")["break_from"] is None


def test_old_values_are_the_same_with_and_without_the_new_definition(tmp_path: Path, project: Project) -> None:
    folder = tmp_path / "compacts" / "edited"
    shutil.copytree(COMPACTS / "arcadia", folder)
    path = folder / "indicators" / "justice.yaml"
    items = yaml.safe_load(path.read_text(encoding="utf-8"))
    del items[0]["versions"]
    path.write_text(yaml.safe_dump(items, allow_unicode=True), encoding="utf-8")
    other = Project(Folders(tmp_path / "project", "arcadia"), load("edited", extra=[folder.parent]))
    told(other)
    assert table(other, 2023).equals(table(project, 2023))
    numbers = ["indicator", "form", "place", "calendar", "organisation", "actual", "baseline", "target", "status"]
    assert table(other, 2024).select(numbers).equals(table(project, 2024).select(numbers))
    assert not breaks(other.catalogue)


def test_what_can_be_said_again_stands_beside_and_what_cannot_keeps_its_code(project: Project) -> None:
    found = table(project, 2024, "restated_series").filter(indicator="JUS-1", calendar="calendar", place="00")
    said = found.select("year", "form", "reported_form", "actual", "restated").rows()
    assert ("2023", "domestic", "servitude", "4", "exact") in said
    assert ("2024", "domestic", "domestic", "6", "as_is") in said
    assert ("2023", "begging", "begging", "7", "partial") in said
    assert not any("labour" in r for r in said)
    assert row(project, 2024, "JUS-1")["actual"] == "14"
    assert not (project.folders.edition(2023, "internal") / "tables" / "restated_series.csv").exists()


def test_the_workbook_shows_the_mark_its_meaning_and_the_restated_series(project: Project) -> None:
    book = load_workbook(project.folders.edition(2024, "internal") / "tables" / "performance_en.xlsx")
    justice = next(sheet for sheet in book if sheet.title.startswith("3 "))
    values = {r[0].value: r[7].value for r in justice.iter_rows(min_row=5) if r[1].value == "–"}
    assert values["JUS-1 Cases opened"] == "‖ 14"
    notes = [[c.value for c in r] for r in book["Marks"].iter_rows()]
    assert any(r[0] == "‖" and "another definition" in str(r[1]) for r in notes)
    sheet = book["Restated series"]
    assert any("restated" in [c.value for c in r] for r in sheet.iter_rows())


def test_a_wider_edition_has_no_restated_series(arcadia: Catalogue, project: Project) -> None:
    from dataclasses import replace

    from cpc_pipeline.publication.restated import restated_series

    release = pipeline.release_for(project, 2024)
    assert not restated_series(release, arcadia, 2024).is_empty()
    assert restated_series(replace(release, edition="public"), arcadia, 2024).is_empty()


def test_the_template_of_the_new_year_asks_the_new_bands_and_that_of_the_old_year_the_old_ones(tmp_path: Path) -> None:
    folder = tmp_path / "edited"
    shutil.copytree(COMPACTS / "arcadia", folder)
    path = folder / "indicators" / "justice.yaml"
    items = yaml.safe_load(path.read_text(encoding="utf-8"))
    items[0]["disaggregations"] = {"required": ["form"], "optional": []}
    path.write_text(yaml.safe_dump(items, allow_unicode=True), encoding="utf-8")
    catalogue = load("edited", extra=[tmp_path])
    nothing = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    asked = {}
    for year in (2023, 2024):
        sent = intake.template_bytes(catalogue, "courts", year, "en", nothing)
        name = {"name": "x", "submission_id": "x"}
        read = intake.take_in(sent, **name, organisation="courts", year=year, catalogue=catalogue)
        asked[year] = set(read.observations.filter(series="JUS-1")["form"])
    assert "begging_street" in asked[2024] and "begging" not in asked[2024]
    assert "begging" in asked[2023] and "begging_street" not in asked[2023]
