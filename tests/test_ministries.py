"""Tables as Colombian offices send them, with all their habits at once: the numbers that are meant, and no others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import intake
from cpc_pipeline.catalogue import Catalogue

from tests.messy.books import Rows, ods, text, xls, xlsx

TITLE = "Niñas, niños y adolescentes víctimas de trata identificados, por departamento"
Numbers = dict[tuple[str, int, str], float]


def taken(content: bytes, catalogue: Catalogue, organisation: str = "icbf") -> intake.Intake:
    return intake.take_in(
        content, name="t.xlsx", submission_id="s", organisation=organisation, year=2023, catalogue=catalogue
    )


def numbers(read: intake.Intake) -> Numbers:
    rows = read.observations.filter(pl.col("value").is_not_null()).iter_rows(named=True)
    return {(r["place"], r["period_start"].year, r["sex"]): r["value"] for r in rows}


def codes(read: intake.Intake, *severities: str) -> list[tuple[str, str]]:
    rows = read.findings.iter_rows(named=True)
    return sorted(
        (r["code"], r["cell"]) for r in rows if r["severity"] in (severities or ("query", "reject", "return"))
    )


def wide(*rows: list[Any], head: tuple[Any, ...] = ("Departamento", 2022, 2023)) -> Rows:
    return [[TITLE], [], list(head), *rows]


POLICE = ["DEPARTAMENTO", "MUNICIPIO", "CODIGO DANE", "ARMAS MEDIOS", "FECHA HECHO", "GENERO", "*AGRUPA EDAD PERSONA*"]


def siedco() -> Rows:
    """A list of the police: titles, codes that lost their zero, (CT), Bogotá in Cundinamarca, total, source."""
    told = [
        ("ANTIOQUIA", "MEDELLÍN (CT)", 5001000, date(2023, 1, 13), "FEMENINO", 1),
        ("ANTIOQUIA", "BELLO", 5088000, date(2023, 2, 3), "FEMENINO", 2),
        ("CUNDINAMARCA", "BOGOTÁ D.C. (CT)", 11001000, date(2023, 12, 31), "NO REPORTA", 1),
    ]
    events = [
        [*row[:3], "NO REPORTA", *row[3:5], "ADULTOS", "ARTICULO 188 A.- TRATA DE PERSONAS", row[5]] for row in told
    ]
    return [
        *(["POLICÍA NACIONAL"], ["DIRECCIÓN DE INVESTIGACIÓN CRIMINAL E INTERPOL"], ["TRATA DE PERSONAS 2023"], [], []),
        [*POLICE, "DESCRIPCION CONDUCTA", "CANTIDAD"],
        *events,
        ["TOTAL", *[None] * 7, 4],
        *([], ["Fuente: SIEDCO Plus. Información preliminar sujeta a variación"], ["Elaboró: Grupo de Información"]),
    ]


def test_a_police_list_is_read_with_bogota_where_its_code_says(colombia: Catalogue) -> None:
    read = taken(xlsx(siedco()), colombia, "policia")
    assert numbers(read) == {
        ("05001", 2023, "female"): 1,
        ("05088", 2023, "female"): 2,
        ("11001", 2023, "no_informa"): 1,
    }
    assert codes(read) == [] and ("total_agrees", "I10") in codes(read, "note")


def test_a_town_of_another_department_is_still_a_contradiction(colombia: Catalogue) -> None:
    rows = [list(row) for row in siedco()]
    rows[8][0] = "NARIÑO"
    read = taken(xlsx(rows), colombia, "policia")
    assert ("11001", 2023, "no_informa") not in numbers(read) and ("code_contradicted", "C9") in codes(read)


@pytest.mark.parametrize("make", [xlsx, ods, xls])
def test_years_above_sexes_are_read_with_their_totals_from_every_type_of_file(
    make: Callable[[Rows], bytes], colombia: Catalogue
) -> None:
    rows: Rows = [
        *([TITLE], [], ["Departamento", 2022, None, None, 2023, None, None], [None, *["Niñas", "Niños", "Total"] * 2]),
        *(["Antioquia", 3, 1, 4, 5, 2, 7], ["N. de Santander", 2, 0, 2, 1, 1, 2], ["Total general", 5, 1, 6, 6, 3, 9]),
    ]
    read = taken(make(rows), colombia)
    wanted = {"05": (3, 1, 4, 5, 2, 7), "54": (2, 0, 2, 1, 1, 2)}
    keys = [(year, sex) for year in (2022, 2023) for sex in ("female", "male", "all")]
    assert numbers(read) == {(p, *key): n for p, own in wanted.items() for key, n in zip(keys, own, strict=True)}
    assert codes(read) == []


def test_a_mark_of_a_note_beside_a_name_is_asked_about_and_one_inside_the_number_refused(colombia: Catalogue) -> None:
    read = taken(xlsx(wide(["Chocó (1)", 1, 2], ["Nariño*", 1, 3], ["Cauca", "4*", 5], ["Meta ¹", 1, 1])), colombia)
    assert numbers(read) == {
        **{("27", 2022, "all"): 1, ("27", 2023, "all"): 2, ("52", 2022, "all"): 1, ("52", 2023, "all"): 3},
        ("19", 2023, "all"): 5,
    }
    assert codes(read) == [("code_note_mark", "A4"), ("text_in_number_cell", "B6"), ("unknown_place", "A7")]


@pytest.mark.parametrize("year", ["2023p", "2023*", "2023 (ene-sep)", "Acumulado 2022-2023", "Var. %"])
def test_a_column_that_may_be_no_year_is_named_and_not_read(year: str, colombia: Catalogue) -> None:
    read = taken(xlsx(wide(["Antioquia", 3, 4], head=("Departamento", 2022, year))), colombia)
    assert numbers(read) == {("05", 2022, "all"): 3} and codes(read) == [("unknown_heading", "C3")]


def test_a_title_with_commas_in_a_text_file_is_no_line_that_a_program_put_in_quotes(colombia: Catalogue) -> None:
    rows = [[*row, *[None] * 3][:3] for row in wide(["Antioquia", 3, "SIN DATO"], ["Meta", 1, 0])]
    read = taken(text(rows, encoding="cp1252"), colombia)
    assert numbers(read) == {("05", 2022, "all"): 3, ("50", 2022, "all"): 1, ("50", 2023, "all"): 0}
    assert codes(read) == []


def test_regions_among_departments_are_refused_and_the_total_that_then_differs_is_asked_about(
    colombia: Catalogue,
) -> None:
    rows = wide(
        ["Región Pacífica", 6, 7], ["Chocó", 1, 2], ["Nariño", 5, 5], ["Sin información", 1, 1], ["Total", 7, 8]
    )
    read = taken(xlsx(rows), colombia)
    assert set(numbers(read)) == {(place, year, "all") for place in ("27", "52") for year in (2022, 2023)}
    assert {code for code, _ in codes(read)} == {"unknown_place", "total_differs"}


@pytest.mark.parametrize(
    "cell", ["12 casos", "1 NNA", "(3)", "1/2", "aprox. 7", "12¹", "12 *", "3 y 4", "12–15–18", "uno", "1.2.3", "12 5"]
)
def test_a_number_with_anything_else_in_its_cell_is_refused_with_its_cell(cell: str, colombia: Catalogue) -> None:
    read = taken(xlsx(wide(["Antioquia", cell, 4])), colombia)
    assert numbers(read) == {("05", 2023, "all"): 4}
    assert [at for _, at in codes(read)] == ["B4"]


def test_what_a_table_lacks_is_told_in_words(colombia: Catalogue) -> None:
    read = taken(xlsx(wide(["Antioquia", 1, 1], head=("Departamento", "I trim", "II trim"))), colombia)
    (expected,) = read.findings.filter(pl.col("code") == "layout_incomplete")["expected"]
    assert expected == "Year / Año"
