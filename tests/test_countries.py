"""Another country is data: two invented ones go through the whole pipeline, and editing data changes one."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import polars as pl
import pytest
import yaml
from cpc_pipeline import contracts, pipeline
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.desk import checking, questions
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import TOLD, send_all
from tests.conftest import COMPACTS, write_submission


def published(project: Project, year: int) -> Path:
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    pipeline.publish_year(project, year)
    return project.folders.edition(year, "internal")


def rows_of(edition: Path) -> pl.DataFrame:
    return pl.read_csv(edition / "tables" / "performance.csv", infer_schema=False)


def test_arcadia_has_figures_and_tables_of_four_objectives_in_its_two_languages(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    project = Project(Folders(tmp_path, "arcadia"), arcadia)
    send_all(project)
    edition = published(project, 2024)
    assert len(list((edition / "figures").glob("trend.*.png"))) == 8
    assert "Niñas y niños que oyeron" in (edition / "figures" / "trend.prevention_es.txt").read_text(encoding="utf-8")


def test_twelve_organisations_of_arcadia_report_in_five_years_and_one_fills_in_the_template(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    project = Project(Folders(tmp_path, "arcadia"), arcadia)
    send_all(project)
    with project.open_warehouse() as warehouse:
        sent, told, given = warehouse.submissions(), warehouse.narratives(), warehouse.contributions()
    reporting = {o.id for o in arcadia.organisations.values() if o.reports}
    assert len(reporting) == 12
    assert set(sent.filter(year=2025)["organisation"]) == reporting
    assert set(sent["year"]) == set(range(2021, 2026))
    assert told.filter(pl.col("objective").is_not_null())["text"].to_list() == list(TOLD.values())
    assert given.select("organisation", "objective", "amount", "currency").rows() == [
        ("lantern", "prevention", 42000.0, "ARC")
    ]
    targeted = set(arcadia.targets["indicator"]) & set(arcadia.baselines["indicator"])
    assert len(targeted) > len(arcadia.indicators) / 2
    tiles = [
        arcadia.places.codes[p].extra for p in arcadia.places.codes if len(p) == 2 and p != arcadia.header.nation.code
    ]
    assert len({(t["tile_row"], t["tile_col"]) for t in tiles}) == 6


def test_utopia_counts_in_fiscal_years_and_speaks_french_and_portuguese(tmp_path: Path, utopia: Catalogue) -> None:
    project = Project(Folders(tmp_path, "utopia"), utopia)
    sent = [
        {"indicator": "U-1", "age": "child", "value": 1234},
        {"indicator": "U-2", "value": 9},
        {"indicator": "U-2", "value": "S.O.", "place": 2},
    ]
    path = write_submission(project, "moon", 2024, sent)
    found, verdict, values = checking.check_file(project, path)
    assert (verdict, values) == ("accepted", 3)
    assert found["code"].to_list() == []
    edition = published(project, 2024)
    table = rows_of(edition)
    first = table.filter(indicator="U-1", series="record").to_dicts()[0]
    assert (first["actual"], first["calendar"], first["period_start"]) == ("1234", "fiscal", "2023-07-01")
    assert table.filter(indicator="U-2", place="2")["status"].to_list() == ["not_applicable"]
    assert first["note_fr"] == "Aucune cible fixée." and first["note_pt"] == "Nenhuma meta definida."
    assert table.filter(indicator="U-2", place="00", series="record")["achievement_pct"][0] == "75.0"
    assert "1\u202f234" in (edition / "figures" / "trend.prevent_fr.txt").read_text(encoding="utf-8")
    assert "1.234" in (edition / "figures" / "trend.prevent_pt.txt").read_text(encoding="utf-8")


def test_what_is_wrong_is_said_in_the_languages_of_the_country(tmp_path: Path, utopia: Catalogue) -> None:
    project = Project(Folders(tmp_path, "utopia"), utopia)
    path = write_submission(project, "sun", 2024, [{"indicator": "U-3", "value": "beaucoup"}])
    found, _, _ = checking.check_file(project, path)
    said = {language: questions.in_words(found, project, language).to_dicts()[0] for language in ("fr", "pt")}
    assert said["fr"]["message"] == "« beaucoup » n'est pas un nombre."
    assert said["pt"]["where"].startswith("planilha «Indicateurs - Indicadores», célula")


def add_row(path: Path, **values: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        heads = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow([values.get(head, "") for head in heads])


def add_language(folder: Path, new: str, like: str) -> None:
    """Copy every text of one language as another: what a translator then overwrites."""

    def grown(node: object) -> object:
        if isinstance(node, dict):
            whole = {key: grown(value) for key, value in node.items()}
            return whole | {new: whole[like]} if like in whole else whole
        return [grown(item) for item in node] if isinstance(node, list) else node

    for path in [p for sub in ("", "indicators/", "layouts/") for p in folder.glob(f"{sub}*.yaml")]:
        data = grown(yaml.safe_load(path.read_text(encoding="utf-8")))
        if path.name == "compact.yaml" and isinstance(data, dict):
            data["languages"].append(new)
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    for path in [*folder.glob("*.csv"), *folder.glob("codelists/*.csv")]:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
            if not rows or f"label_{like}" not in rows[0]:
                continue
        for row in rows:
            row[f"label_{new}"] = row[f"label_{like}"]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    shutil.copytree(folder / "wording" / like, folder / "wording" / new)


def test_an_indicator_an_organisation_a_year_an_age_band_and_a_language_need_no_python(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "compacts" / "utopia"
    shutil.copytree(COMPACTS / "utopia", folder)
    indicators = yaml.safe_load((folder / "indicators" / "all.yaml").read_text(encoding="utf-8"))
    named = {"id": "U-6", "slug": "u_6", "name": {"fr": "Jeunes", "pt": "Jovens"}, "headline": {"age": "youth"}}
    indicators.append(indicators[0] | named | {"record": "comet", "reporters": ["comet"]})
    (folder / "indicators" / "all.yaml").write_text(yaml.safe_dump(indicators, allow_unicode=True), encoding="utf-8")
    organisations = yaml.safe_load((folder / "organisations.yaml").read_text(encoding="utf-8"))
    organisations.append(organisations[0] | {"id": "comet"})
    (folder / "organisations.yaml").write_text(yaml.safe_dump(organisations, allow_unicode=True), encoding="utf-8")
    header = yaml.safe_load((folder / "compact.yaml").read_text(encoding="utf-8"))
    header["years"]["last"] = 2026
    header["number_format"]["it"] = [",", "."]
    (folder / "compact.yaml").write_text(yaml.safe_dump(header, allow_unicode=True), encoding="utf-8")
    youth = {"code": "youth", "label_fr": "15 à 24 ans", "label_pt": "15 a 24 anos", "parent": "all"}
    add_row(folder / "codelists" / "age.csv", **youth)
    add_language(folder, "it", "fr")
    catalogue = load_copy(folder)
    project = Project(Folders(tmp_path / "project", "utopia"), catalogue)
    write_submission(project, "comet", 2026, [{"indicator": "U-6", "age": "15 à 24 ans", "value": 31}])
    edition = published(project, 2026)
    row = rows_of(edition).filter(indicator="U-6", series="record", year="2026").to_dicts()[0]
    assert (row["actual"], row["age"], row["note_it"]) == ("31", "youth", "Aucune cible fixée.")
    assert (edition / "figures" / "trend.prevent_it.png").exists()


def load_copy(folder: Path) -> Catalogue:
    """The edited copy, whatever else has the same name."""
    renamed = folder.with_name("edited")
    folder.rename(renamed)
    return load("edited", extra=[renamed.parent])


def test_a_compact_without_a_total_a_nation_or_a_form_for_numbers_is_refused(tmp_path: Path) -> None:
    from cpc_pipeline.catalogue import CatalogueFaults

    folder = tmp_path / "edited"
    shutil.copytree(COMPACTS / "utopia", folder)
    for name in ("codelists/sex.csv", "places.csv"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith(("all,", "00,"))]
        (folder / name).write_text("\n".join(kept).replace(",all,", ",,").replace(",00,", ",,"), encoding="utf-8")
    with pytest.raises(CatalogueFaults) as caught:
        load("edited", extra=[tmp_path])
    assert "the whole country must have the code" in str(caught.value)
    assert "the total must be there" in str(caught.value)


@pytest.mark.parametrize("country", ["arcadia", "utopia"])
def test_every_organisation_of_an_invented_country_gets_the_template_of_its_year(country: str) -> None:
    from cpc_pipeline import intake

    catalogue = load(country, extra=[COMPACTS])
    nothing = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    due = [o for o in catalogue.organisations if intake.indicators_of(catalogue, o, 2024)]
    assert len(due) >= 2
    for organisation in due:
        sent = intake.template_bytes(catalogue, organisation, 2024, catalogue.languages[0], nothing)
        read = intake.take_in(
            sent, name="x", submission_id="x", organisation=organisation, year=2024, catalogue=catalogue
        )
        assert {"empty_submission", "not_signed_off"} <= set(read.findings["code"])
        assert read.observations["value"].is_null().all()
