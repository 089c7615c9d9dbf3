"""What stands around a number, or how a cell shows it, changes what it says: then it is refused or asked about.

Tables as Colombian offices send them; in each, the bare numbers alone would be read as something they are not.
"""

from __future__ import annotations

import pytest
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake.reading.formats import matters, percent, shown_otherwise

from tests.messy.books import Rows, ods, text, xlsx
from tests.test_ministries import TITLE, codes, numbers, taken, wide

ROWS: Rows = [["Antioquia", 3, 4], ["Meta", 1, 0]]
WHOLE = {("05", 2022, "all"): 3, ("05", 2023, "all"): 4, ("50", 2022, "all"): 1, ("50", 2023, "all"): 0}


def titled(title: str, name: str = "Hoja1") -> bytes:
    return xlsx({name: [[title], [], ["Departamento", 2022, 2023], *ROWS]})


@pytest.mark.parametrize(
    ("beside", "code"),
    [
        ("(miles)", "title_scale"),
        ("(x 1.000)", "title_scale"),
        ("(%)", "title_scale"),
        (": distribución porcentual", "title_scale"),
        ("(estimado)", "title_scale"),
        ("(hasta junio de 2023)", "title_partial"),
        (", a junio 30 de 2023", "title_partial"),
        (", ene-sep 2023", "title_partial"),
        (", nueve primeros meses", "title_partial"),
        (" - sexo femenino", "title_subset"),
        (" con fines de explotación sexual", "title_subset"),
        (" (trata externa)", "title_subset"),
        (" de 14 a 17 años", "title_subset"),
    ],
)
def test_a_title_that_names_a_scale_a_part_of_a_year_or_a_part_of_all_returns_the_table(
    beside: str, code: str, colombia: Catalogue
) -> None:
    read = taken(titled(TITLE + beside), colombia)
    assert numbers(read) == {} and code in {found for found, _ in codes(read)}


@pytest.mark.parametrize(
    "beside",
    [
        ". Enero a diciembre de 2022 y 2023",
        ". Corte a 31 de diciembre de 2023",
        ", actualizado a marzo de 2024",
        ": niñas y niños",
        ". Consejería Presidencial para la Equidad",
    ],
)
def test_a_title_that_names_the_whole_is_no_hazard(beside: str, colombia: Catalogue) -> None:
    read = taken(titled(TITLE + beside), colombia)
    assert numbers(read) == WHOLE and codes(read) == []


def test_a_sheet_called_after_a_part_is_not_read_as_all_and_an_office_called_after_women_is_no_part(
    colombia: Catalogue,
) -> None:
    assert "title_subset" in {code for code, _ in codes(taken(titled(TITLE, "Niñas"), colombia))}
    assert numbers(taken(titled(TITLE + " de 0 a 17 años"), colombia)) == WHOLE
    rows = [["Secretaría de la Mujer"], ["Bogotá D.C., 4 de marzo de 2024"], *wide(*ROWS)]
    assert numbers(taken(xlsx(rows), colombia)) == WHOLE


def test_a_note_of_a_part_of_a_year_is_asked_about_and_one_of_thousands_far_below_or_beside_returns(
    colombia: Catalogue,
) -> None:
    asked = taken(xlsx(wide(*ROWS, [], ["Nota: 2023 a corte de junio"])), colombia)
    assert numbers(asked) == WHOLE and ("note_partial", "A7") in codes(asked)
    far = taken(xlsx(wide(*ROWS, *[[f"nota {i}"] for i in range(20)], ["Cifras en miles"])), colombia)
    beside = taken(xlsx(wide(["Antioquia", 3, 4, None, "en miles"], ROWS[1])), colombia)
    assert numbers(far) == numbers(beside) == {}


def test_numbers_without_a_heading_beside_years_return_the_table(colombia: Catalogue) -> None:
    rows = [[TITLE], [], ["Departamento", 2023, None], [None, "0-11", "12-17"], ["Antioquia", 3, 5]]
    read = taken(xlsx(rows), colombia)
    assert numbers(read) == {} and ("values_without_heading", "C4") in codes(read)


@pytest.mark.parametrize("heading", ["Sexo", "Trimestre"])
def test_a_column_that_divides_the_numbers_and_is_not_known_returns_the_table(
    heading: str, colombia: Catalogue
) -> None:
    rows = wide(["Antioquia", "A", 3, 4], ["Antioquia", "B", 3, 4], head=("Departamento", heading, 2022, 2023))
    read = taken(xlsx(rows), colombia)
    assert numbers(read) == {} and ("heading_finer", "B3") in codes(read)
    totals = wide(["Antioquia", "Total", 3, 4], head=("Departamento", heading, 2022, 2023))
    assert len(numbers(taken(xlsx(totals), colombia))) == 2


def test_equal_numbers_of_one_key_are_two_parts_where_an_unknown_column_tells_them_apart(colombia: Catalogue) -> None:
    rows = wide(["Meta", "A", 3, 4], ["Meta", "B", 3, 4], head=("Departamento", "Oficina", 2022, 2023))
    read = taken(xlsx(rows), colombia)
    assert numbers(read) == {} and "key_conflict" in {code for code, _ in codes(read)}


@pytest.mark.parametrize("name", ["Antioquia (sin Medellín)", "Antioquia (Urabá)", "Antioquia (excluye 2 municipios)"])
def test_a_place_of_which_brackets_leave_something_out_is_not_that_place(name: str, colombia: Catalogue) -> None:
    read = taken(xlsx(wide([name, 3, 4], ["Meta", 1, 0])), colombia)
    assert set(numbers(read)) == {("50", 2022, "all"), ("50", 2023, "all")}
    assert codes(read) == [("unknown_place", "A4")]
    assert len(numbers(taken(xlsx(wide(["Bogotá D.C. (Distrito Capital)", 3, 4])), colombia))) == 2


def test_a_total_above_its_parts_is_held_against_them(colombia: Catalogue) -> None:
    assert codes(taken(xlsx(wide(["Colombia", 4, 4], *ROWS)), colombia)) == []
    wrong = taken(xlsx(wide(["Colombia", 9, 4], *ROWS)), colombia)
    assert numbers(wrong) == WHOLE and codes(wrong) == [("total_differs", "B4")]


def test_signs_that_nobody_sees_do_not_keep_a_number_or_a_name_from_being_read(colombia: Catalogue) -> None:
    rows = wide(["\u200bAntio\u00adquia", "\u200e3", "4\u200b"], ["Meta\u2060", "\ufeff1", "\u202d0\u202c"])
    read = taken(xlsx(rows), colombia)
    assert numbers(read) == WHOLE and codes(read) == []


@pytest.mark.parametrize(
    ("code", "number", "asked"),
    [
        *(('"5"', 3, True), ('0"0"', 3, True), ("0\\0", 3, True), ('"<"0', 3, True), ('[<5]"<5";0', 3, True)),
        *(
            ('[<5]"<5";0', 7, False),
            ('0;0;"ND"', 0, True),
            ('0;0;"ND"', 3, False),
            ('0"*"', 3, True),
            ("0;-0;;@", 0, True),
        ),
        *(('0" mil"', 3, True), ("-0", 3, True), ('0"%"', 3, True), ("General", 3, False), ("#,##0.00", 3, False)),
        *(("#,##0.00", -3, False), ("@", -3, False), ("0;", -3, True)),  # an empty part hides, no part does not
        *(('_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', 0, False), ('_-"$"* #,##0_-', 3, False), ("00000", 3, False)),
        *(
            ("[$COP] #,##0;[Red]-#,##0", -3, False),
            ("0.00E+00", 3, False),
            ("0%", 3, False),
            ("#,##0_);(#,##0)", -3, False),
        ),
    ],
)
def test_a_format_is_asked_about_where_it_shows_another_number_than_the_cell_holds(
    code: str, number: float, asked: bool
) -> None:
    assert shown_otherwise(code, number) is asked
    assert matters(code) or not asked  # the reader keeps what is asked about
    assert percent(code) is (code == "0%")  # a percent sign in quotes multiplies nothing


def test_an_opendocument_cell_that_shows_another_number_than_it_holds_is_asked_about(colombia: Catalogue) -> None:
    import odf.text

    kept = odf.text.P
    try:  # the writer of the tests shows each number as it is; a sheet with a format shows other words
        odf.text.P = lambda text: kept(text={"3": "<5", "4": "4,0"}.get(text, text))  # type: ignore[assignment]
        content = ods(wide(*ROWS))
    finally:
        odf.text.P = kept
    read = taken(content, colombia)
    assert numbers(read) == WHOLE and codes(read) == [("shown_otherwise", "B4")]


def test_a_long_table_reads_every_dimension_of_the_workbook(colombia: Catalogue) -> None:
    head = ["Indicador", "Departamento", "Año", "Sexo", "Edad", "Etnia", "Valor"]
    read = taken(xlsx([head, ["PROT-1", "Antioquia", 2022, "F", "0-17", "Indígena", 3]]), colombia)
    assert read.observations["ethnicity"].to_list() == ["indigena"]


def test_dots_in_marks_and_the_names_of_bogota_are_known(colombia: Catalogue) -> None:
    read = taken(text(wide(["Antioquia", "n.d.", "S.D."]), separator=";", encoding="cp1252"), colombia)
    assert read.observations["status"].to_list() == ["not_available", "not_available"]


def test_a_table_of_running_totals_says_so_or_is_returned(colombia: Catalogue) -> None:
    rows = [["Grupo armado", 2021, 2022, 2023], ["FARC-EP", 100, 150, 210]]
    silent = taken(xlsx([["NNA desvinculados por año"], *rows]), colombia)
    assert silent.observations.is_empty() and codes(silent) == [("title_not_cumulative", "A2")]
    said = taken(xlsx([["NNA desvinculados, acumulado desde 1999"], *rows]), colombia)
    assert said.observations["value"].to_list() == [50, 60]


def test_a_year_in_two_columns_returns_the_table_though_the_numbers_are_equal(colombia: Catalogue) -> None:
    rows = [[TITLE], [None, "A", None, "B"], ["Departamento", 2022, None, 2022], ["Antioquia", 3, None, 3]]
    read = taken(xlsx(rows), colombia)
    assert numbers(read) == {} and codes(read) == [("duplicate_heading", "D3")]


def test_a_year_that_its_format_shows_as_provisional_is_asked_about(colombia: Catalogue) -> None:
    read = taken(xlsx(wide(*ROWS), formats={"C3": '0"p"'}), colombia)
    assert codes(read) == [("shown_otherwise", "C3")]


@pytest.mark.parametrize("way", ["spaces", "alignment", "other names"])
def test_a_town_that_is_called_like_a_region_is_not_that_region(way: str, colombia: Catalogue) -> None:
    import io

    import openpyxl
    from openpyxl.styles import Alignment

    name = "   Sucre" if way == "spaces" else "Sucre"
    book = openpyxl.Workbook()
    for row in wide(["Santander", 9, 9], [name, 2, 3], ["Bello" if way == "other names" else "Meta", 1, 0]):
        book.active.append(row)
    if way == "alignment":
        book.active["A5"].alignment = Alignment(indent=2)
    stream = io.BytesIO()
    book.save(stream)
    read = taken(stream.getvalue(), colombia)
    assert ("place_level", "A5") in codes(read) and "70" not in {place for place, _, _ in numbers(read)}
    assert numbers(read)["68", 2022, "all"] == 9
    assert len(numbers(taken(xlsx(wide(["Sucre", 2, 3], ["Bogotá, D.C.", 1, 1])), colombia))) == 4
