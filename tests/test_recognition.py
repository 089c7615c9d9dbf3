"""Tables of others, end to end: the published shape of a police list and of a UN table, running totals, what a person
confirmed, the page that shows a reading, and the account of every cell. All numbers are invented."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import cli, intake, pipeline, validation
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.intake.tidying import Intake
from cpc_pipeline.project import Project

from tests.messy.books import Rows, text, xlsx
from tests.messy.kinds import CASES

EXPECTED = Path(__file__).parent / "messy" / "expected"
TEN = {
    "title_rows": "three rows of titles",
    "two_level_merged_headings": "two rows of headings, merged",
    "hidden_columns": "hidden column is counted",
    "totals": "total that differs",
    "text_numbers": "spaces between thousands",
    "points_and_commas": "points and a comma show it",
    "moved_columns": "the table begins at C9",
    "extra_sheets": "pivot first, data behind",
    "old_excel": "old Excel",
    "broken_styles": "styles that are not there",
    "marks": "nine kinds of missing and partial",
}


def taken(content: bytes, catalogue: Catalogue, organisation: str, year: int = 2023) -> Intake:
    return intake.take_in(
        content, name="t.xlsx", submission_id="s", organisation=organisation, year=year, catalogue=catalogue
    )


def params_of(read: Intake, code: str) -> list[dict[str, Any]]:
    import json

    return [json.loads(p) for p in read.findings.filter(pl.col("code") == code)["params"]]


@pytest.mark.parametrize("name", TEN)
def test_ten_messy_files_give_the_shipped_numbers(name: str, arcadia: Catalogue) -> None:
    case = next(c for c in CASES if c.name == TEN[name])
    read = taken(case.make(), arcadia, case.organisation, case.year)
    columns = (
        "cell",
        "series",
        "place",
        "period_start",
        "period_end",
        "sex",
        "age",
        "value",
        "lower",
        "upper",
        "status",
    )
    rows = read.observations.select(columns).with_columns(pl.all().cast(pl.String).fill_null(""))
    expected = pl.read_csv(EXPECTED / f"{name}.csv", infer_schema=False).with_columns(pl.all().fill_null(""))
    assert rows.to_dicts() == expected.to_dicts()


POLICE = ["FECHA HECHO", "COD_DEPTO", "DEPARTAMENTO", "COD_MUNI", "MUNICIPIO", "DESCRIPCION CONDUCTA", "CANTIDAD"]
ARTICLES = {
    "ARTICULO 188 A.- TRATA DE PERSONAS": 175,
    "ARTICULO 188 B.- CIRCUNSTANCIAS DE AGRAVACION PUNITIVA.": 3,
    "ARTICULO 188. TRAFICO DE MIGRANTES": 34,
}
"""One in ten of the published proportions; who counts smuggling as trafficking reports a sixth too much."""


def police_rows() -> list[list[object]]:
    towns = [("05", "ANTIOQUIA", "05001000", "MEDELLÍN (CT)"), ("11", "BOGOTA D.C.", "11001000", "BOGOTÁ, D.C. (CT)")]
    towns.append(("54", "N. de Santander", "54001000", "CÚCUTA"))
    rows, number = [], 0
    for article, count in ARTICLES.items():
        left = count
        while left:
            town = towns[number % 3]
            quantity = min(left, 1 + number % 4)
            day = "12/24/2023 12:00:00 AM" if number % 2 else "08/24/2022 12:00:00 AM"
            rows.append([day, *town, article, quantity])
            left -= quantity
            number += 1
    return rows


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_smuggling_of_migrants_is_reported_apart_and_never_counted_as_trafficking(
    form: str, colombia: Catalogue
) -> None:
    rows = [POLICE, *police_rows()]
    content = xlsx([["POLICÍA NACIONAL (INVENTADO)"], [], *rows]) if form == "xlsx" else text(rows)
    read = taken(content, colombia, "policia")
    assert read.observations["value"].sum() == 178 != sum(ARTICLES.values()) != len(rows) - 1
    assert [p["sum"] for p in params_of(read, "rows_apart")] == ["34"]
    assert set(read.observations["series"]) == {"pros_police_complaints"}
    assert set(read.observations["place"]) == {"05001", "11001", "54001"}
    assert {d.year for d in read.observations["period_start"]} == {2022, 2023}
    assert set(read.observations["sex"]) == set(read.observations["age"]) == {"all"}
    assert "reject" not in set(read.findings["severity"])


def test_each_event_stays_with_its_sum_as_a_list_of_cells(colombia: Catalogue) -> None:
    rows = police_rows()
    read = taken(xlsx([POLICE, *rows]), colombia, "policia")
    cells: list[str] = []
    for said, value in read.observations.select("cell", "value").iter_rows():
        own = []
        for part in said.split(","):
            first, _, last = part.partition(":")
            own += [f"G{n}" for n in range(int(first[1:]), int((last or first)[1:]) + 1)]
        assert value == sum(rows[int(cell[1:]) - 2][6] for cell in own)
        cells += own
    assert len(cells) == len(set(cells)) == sum(row[5] != list(ARTICLES)[2] for row in rows)
    assert read.observations["observation_id"].n_unique() == read.observations.height


def test_a_long_list_of_cells_is_cut_in_a_sentence_and_kept_in_the_finding(arcadia: Catalogue) -> None:
    cells = ",".join(f"G{n}" for n in range(2, 400, 2))
    read = taken(xlsx([["Región", 2022], ["Northmoor", "x"]]), arcadia, "schools")
    found = read.findings.with_columns(cell=pl.lit(cells))
    words = validation.render(found, arcadia, "en")
    assert words["cell"][0] == cells and len(words["where"][0]) < 100 and words["where"][0].endswith("…")


def test_columns_that_could_be_about_anything_need_a_title_that_says_what_was_counted(colombia: Catalogue) -> None:
    table: Rows = [["Departamento", 2022, 2023], ["Antioquia", 12, 15], ["N. de Santander", 7, 0]]
    silent = taken(xlsx(table), colombia, "mininterior")
    assert silent.observations.is_empty() and "title_missing" in set(silent.findings["code"])
    other = taken(xlsx([["Llamadas a la línea nacional"], *table]), colombia, "mininterior")
    assert other.observations.is_empty()
    told = taken(xlsx([["Tabla 2. NNA víctimas de trata, por departamento"], *table]), colombia, "mininterior")
    assert told.observations.select("series", "age", "place", "value").rows() == [
        ("PROT-1", "child", "05", 12),
        ("PROT-1", "child", "05", 15),
        ("PROT-1", "child", "54", 7),
        ("PROT-1", "child", "54", 0),
    ]


UN = [
    *("Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category", "Sex", "Age", "Year"),
    *("Unit of measurement", "txtVALUE", "Source"),
]


def un(value: object, **other: object) -> list[object]:
    row = dict(
        zip(
            UN,
            [
                "COL",
                "Colombia",
                "Americas",
                "LAC",
                "Detected trafficking victims",
                "Total",
                "Total",
                "Total",
                "Total",
                2021,
                "Counts",
                value,
                "CTS",
            ],
            strict=True,
        )
    )
    return list((row | {k.replace("_", " ") if k != "Iso3_code" else k: v for k, v in other.items()}).values())


def test_the_united_nations_table_keeps_small_counts_apart_and_other_countries_out(colombia: Catalogue) -> None:
    titles: Rows = [["Contact: someone@example.org"], ["2024-05-06"]]
    rows = [
        un(124),
        un("<5", Age="0 to 17 years"),
        un(100, Sex="Female"),
        un(9, Iso3_code="PER"),
        un(7, Dimension="by citizenship", Category="Foreign"),
        un(18, Dimension="by form of exploitation", Category="Forced labour"),
        un(19, Dimension="by form of exploitation", Category="Sexual exploitation", Year=2020),
        un(21, Dimension="by form of exploitation", Category="Sexual exploitation", Year=2020),
        un(3, Indicator="Persons convicted", Year=2005),
    ]
    read = taken(xlsx([*titles[1:], *titles[1:], UN, *rows]), colombia, "unodc")
    said = {(r["age"], r["sex"], r["form"]): (r["status"], r["value"]) for r in read.observations.iter_rows(named=True)}
    assert said == {
        ("all", "all", "all"): ("reported", 124.0),
        ("child", "all", "all"): ("suppressed_by_source", None),
        ("all", "female", "all"): ("reported", 100.0),
        ("all", "all", "forced_labor"): ("reported", 18.0),
    }
    assert sorted(p["sum"] for p in params_of(read, "rows_apart")) == ["7", "9"]
    assert {"key_conflict", "years_outside"} <= set(read.findings["code"])


def test_a_year_of_a_running_total_is_the_difference_and_a_total_that_falls_is_a_finding(arcadia: Catalogue) -> None:
    rows: Rows = [
        ["Acumulado desde 2019"],
        ["Lugar", 2021, 2022, 2023],
        ["Northmoor", 60, 75, 80],
        ["Eastvale", 10, 9, 12],
    ]
    read = taken(xlsx(rows), arcadia, "guards")
    said = {
        (r["place"], r["period_start"].year, r["cell"]): r["value"] for r in read.observations.iter_rows(named=True)
    }
    assert said == {("01", 2022, "B3,C3"): 15, ("01", 2023, "C3,D3"): 5, ("02", 2023, "C4,D4"): 3}
    assert {"running_total_fell", "running_total_first"} <= set(read.findings["code"])


def test_a_share_shown_as_a_percentage_is_one_and_a_bare_share_is_asked_about(arcadia: Catalogue) -> None:
    rows: Rows = [["ZONA", "PERIODO", "PORCENTAJE"], ["Northmoor", 2023, 0.62], ["Eastvale", "2.023", 0.5]]
    shown = taken(xlsx(rows, formats={"C2": "0%", "C3": "0%"}), arcadia, "care")
    assert shown.observations["value"].to_list() == [62, 50]
    bare = taken(xlsx(rows), arcadia, "care")
    assert bare.observations.is_empty() and "percent_or_share" in set(bare.findings["code"])


def arcadia_project(folder: Path) -> tuple[Path, Path]:
    """A copy of Arcadia's data and a project folder."""
    source = Path(__file__).parent / "compacts" / "arcadia"
    shutil.copytree(source, folder / "compacts" / "arcadia")
    return folder / "compacts", folder / "project"


def test_what_a_person_confirmed_is_remembered_for_the_organisation_and_for_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compacts, home = arcadia_project(tmp_path)
    monkeypatch.setenv("CPC_COMPACTS", str(compacts))
    monkeypatch.setenv("CPC_HOME", str(home))
    path = tmp_path / "tabla.xlsx"
    path.write_bytes(xlsx([["Rgión", 2022, 2023], ["Northmoor", 12, 15]]))
    common = ["--compact", "arcadia", "--lang", "es"]
    check = ["check", str(path), "--organisation", "schools", "--year", "2023", *common]
    assert cli.main(check) == 1
    assert '--heading "Rgión=place"' in capsys.readouterr().out
    confirm = ["mapping", "confirm", str(path), "--organisation", "schools", "--by", "Mesa técnica", *common]
    assert cli.main([*confirm, "--heading", "Nada=place"]) == 2
    assert cli.main([*confirm, "--heading", "Rgión=nothing"]) == 2
    assert not (compacts / "arcadia" / "mappings").exists()
    assert cli.main([*confirm, "--heading", "Rgión=place"]) == 0
    written = (compacts / "arcadia" / "mappings" / "schools.yaml").read_text(encoding="utf-8")
    assert "confirmed_by: Mesa técnica" in written and "confirmed_on: 20" in written
    assert cli.main(check) == 0
    assert "Confirmado por Mesa técnica" in capsys.readouterr().out
    other = [x if x != "schools" else "council" for x in check]
    assert cli.main(other) == 1


def test_the_page_shows_every_part_by_a_letter_and_needs_nothing_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compacts, home = arcadia_project(tmp_path)
    monkeypatch.setenv("CPC_COMPACTS", str(compacts))
    monkeypatch.setenv("CPC_HOME", str(home))
    rows: Rows = [["Tabla <b>1</b>"], ["Región", 2022, "2.023"], ["Northmoor", 12, "x"], ["Total general", 12, 0]]
    path, page = tmp_path / "t.xlsx", tmp_path / "t.html"
    path.write_bytes(xlsx(rows))
    explain = ["check", str(path), "--explain", "-o", str(page), "--compact", "arcadia", "--year", "2023"]
    assert cli.main(explain) == 0
    html = page.read_text(encoding="utf-8")
    assert "We read 1 values like this" in html and "Leímos 1 valores así" in html
    for part in (
        'class="heading"',
        'class="value number"',
        'class="place"',
        'class="period',
        'class="total',
        'class="refused"',
    ):
        assert part in html
    assert "Tabla &lt;b&gt;1" in html and "<script" not in html and "http" not in html and "src=" not in html
    path.write_bytes(xlsx([*rows[1:3], [], ["Tabla 2"], *rows[1:3]]))
    assert cli.main(explain) == 1
    assert "We did not read this file" in page.read_text(encoding="utf-8")
    page.write_text("mine", encoding="utf-8")
    assert cli.main(explain) == 2
    assert page.read_text(encoding="utf-8") == "mine"


def test_the_page_draws_merged_headings_as_the_sheet_does_and_names_whole_years(arcadia: Catalogue) -> None:
    rows: Rows = [
        *(["Región", 2022, None, None], [None, "Niñas", "Niños", "Total"]),
        *(["Northmoor", 1, "ND", 3], ["Eastvale", 4, 5, 9]),
    ]
    read = taken(xlsx(rows, merged=["A1:A2", "B1:D1"]), arcadia, "schools")
    said = {x: validation.render(read.findings, arcadia, x) for x in arcadia.languages}
    html = intake.reading_page("t.xlsx", read, said, arcadia)
    assert 'rowspan="2" colspan="1"' in html and 'rowspan="1" colspan="3"' in html
    assert html.count('class="blank"') == 0  # no cell is drawn below a merged one
    assert "B3: 1 " in html and "2022-01-01" not in html and "C3: ND (" in html


def again(project: Project, *lying: tuple[str, int]) -> dict[tuple[str, int], set[str]]:
    """The same three regions and ages, lying in several folders: what is said of each."""
    for organisation, year in lying:
        path = project.folders.raw / str(year) / organisation / f"t{year}.xlsx"
        path.parent.mkdir(parents=True)
        ages = [
            ["Región", "De 0 a 11 años", "De 12 a 17 años"],
            *([r, n, n + 7] for n, r in enumerate(["Northmoor", "Eastvale", "Southsea"], start=20)),
        ]
        path.write_bytes(xlsx([[f"Año {year}"], *ages]))
    taken_in = pipeline.take_in(project, pipeline.todo(project, years=()).submissions)
    return {(t.organisation, t.year): set(t.findings["code"]) for t in taken_in}


def test_a_table_that_was_sent_again_for_another_year_is_a_finding(tmp_path: Path, arcadia: Catalogue) -> None:
    said = again(Project(Folders(tmp_path, "arcadia"), arcadia), ("care", 2022), ("care", 2023))
    assert "same_content" in said["care", 2022] | said["care", 2023]


def test_a_table_that_another_organisation_has_sent_is_a_finding(tmp_path: Path, arcadia: Catalogue) -> None:
    project = Project(Folders(tmp_path, "arcadia"), arcadia)
    assert "same_content" not in again(project, ("care", 2022))["care", 2022]
    assert "same_content" in again(project, ("courts", 2022))["courts", 2022]
