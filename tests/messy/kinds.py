"""The 33 kinds of mess, each with files and what must come of them: the numbers, or a refusal with its reason.

In the tables of this file `WIDE` is children reached by region and year, `LIST` a police list of events, in Arcadia, an
invented country. Where a file is refused today only because its type is not read, the numbers are the rule once it is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tests.messy.books import Rows, ods, text, xls, xlsx

Values = dict[tuple[str, int], float | str]
"""Place and year -> number, or the status of what is no number."""

WIDE: Rows = [["Región", 2022, 2023], ["Northmoor", 12, 15], ["Eastvale", 7, 0]]
WIDE_VALUES: Values = {("01", 2022): 12, ("01", 2023): 15, ("02", 2022): 7, ("02", 2023): 0}
HEAD = ["FECHA HECHO", "COD_DEPTO", "DEPARTAMENTO", "COD_MUNI", "MUNICIPIO", "DESCRIPCION CONDUCTA", "CANTIDAD"]
A = "ARTICLE 7 A.- TRAFFICKING"


def event(
    code: object = "01001", name: str = "NORTHMOOR BRIDGE", count: object = 2, day: object = "08/24/2022"
) -> list[object]:
    region = {"01": "NORTHMOOR", "02": "EASTVALE"}.get(str(code).strip("'").zfill(5)[:2], "NORTHMOOR")
    return [day, {"NORTHMOOR": "01", "EASTVALE": "02"}[region], region, code, name, A, count]


LAST = event(day="12/24/2023", count=1)
"""An event at the end of the last year, so that the year is whole."""


@dataclass(frozen=True)
class Case:
    """values: what must be read (None: nothing may be). codes: findings that must be there. unless: a file whose type
    may be refused instead. year: for which it was sent."""

    kind: int
    name: str
    make: Callable[[], bytes]
    values: Values | None
    codes: tuple[str, ...] = ()
    may_refuse: bool = False
    year: int = 2023
    organisation: str = "guards"


CASES: list[Case] = []


def case(
    kind: int, name: str, values: Values | None, *codes: str, may_refuse: bool = False, year: int = 2023
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def keep(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES.append(Case(kind, name, make, values, codes, may_refuse, year))
        return make

    return keep


def add(kind: int, name: str, content: Callable[[], bytes], values: Values | None, *codes: str, **more: object) -> None:
    case(kind, name, values, *codes, **more)(content)  # type: ignore[arg-type]


def _stray() -> bytes:
    source, stream = xlsx(WIDE), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            data = old.read(item)
            if item.endswith("sheet1.xml"):
                stray = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", stray)
            new.writestr(item, data)
    return stream.getvalue()


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/workbook.xml", b"<workbook/>")
        new.writestr("xl/worksheets/sheet1.xml", bytes(201 * 2**20))
    return stream.getvalue()


# 1-6: what is no workbook, or cannot be opened. The reader's own tests go deeper.
add(1, "old encrypted container", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), None)
add(
    1,
    "container with an encrypted package",
    lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") * 40,
    None,
)
add(2, "cut in the middle", lambda: xlsx(WIDE)[:2000], None)
add(2, "nothing in it", lambda: b"", None)
add(3, "a web page", lambda: b"<html><table><tr><td>1</td></tr></table></html>", None)
add(3, "a PDF", lambda: b"%PDF-1.7\n1 0 obj\n", None)
add(
    4,
    "pointer of a version system",
    lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n",
    None,
)
add(4, "lock file of Excel", lambda: b"\x05Autora" + bytes(158), None)
add(5, "old binary sheet", lambda: b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(100), None)
add(5, "flat XML document", lambda: b'<?xml version="1.0"?><office:document xmlns:office="x"/>', None)
add(6, "stray cell at the end of the sheet", _stray, None)
add(6, "a zip that unpacks to too much", _bomb, None)


# 7: several sheets
PIVOT: Rows = [
    ["Suma de CANTIDAD", "Etiquetas de columna"],
    ["Etiquetas de fila", 2022, 2023, "Total general"],
    ["NORTHMOOR", 4, 1, 5],
    ["Total general", 4, 1, 5],
]
LIST: Rows = [HEAD, event(), event(), LAST]
LIST_VALUES: Values = {("01001", 2022): 4, ("01001", 2023): 1}
add(7, "pivot first, data behind", lambda: xlsx({"Hoja1": PIVOT, "Hoja2": LIST}), LIST_VALUES, "pivot_not_read")
add(
    7,
    "hidden sheet with another table",
    lambda: xlsx({"A": WIDE, "B": WIDE}, hidden_sheets=["B"]),
    WIDE_VALUES,
    "hidden_sheet",
)
add(7, "two sheets that could both be meant", lambda: xlsx({"A": WIDE, "B": LIST}), None, "several_tables")
add(7, "a pivot table alone", lambda: xlsx(PIVOT), {("01", 2022): 4, ("01", 2023): 1}, "total_agrees")
add(7, "no sheet that we know", lambda: xlsx({"A": [["x", "y"], [1, 2]], "B": [["z"]]}), None)
# 8: the heading is not in row 1
TITLES: Rows = [["MINISTERIO INVENTADO"], [None, "Tabla 3. Niñas y niños"], []]
add(8, "three rows of titles", lambda: xlsx([*TITLES, *WIDE]), WIDE_VALUES, "rows_above")
add(8, "the table begins at C9", lambda: xlsx(WIDE, at=(8, 2)), WIDE_VALUES)
add(8, "titles that name another meaning", lambda: xlsx([["Acumulado desde 2019"], *WIDE]), None, "title_cumulative")
add(8, "a title with a part of a year", lambda: xlsx([["Enero a octubre de 2023"], *WIDE]), None, "title_partial")
add(8, "a title in thousands", lambda: xlsx([["Cifras en miles"], *WIDE]), None, "title_scale")
# 9: years, sexes and ages in columns, two rows of headings
TWO: Rows = [
    ["Región", 2022, None, None, 2023, None, None],
    [None, "Niñas", "Niños", "Total", "Niñas", "Niños", "Total"],
    ["Northmoor", 1, 2, 3, 4, 5, 9],
]
add(
    9,
    "two rows of headings, merged",
    lambda: xlsx(TWO, merged=["A1:A2", "B1:D1", "E1:G1"]),
    {("01", 2022): 3, ("01", 2023): 9},
)
add(9, "two rows of headings, not merged", lambda: xlsx(TWO), {("01", 2022): 3, ("01", 2023): 9})
AGES: Rows = [["Región", "De 0 a 11 años", "De 12 a 17 años"], ["Northmoor", 3, 4]]
add(9, "age groups in columns", lambda: xlsx(AGES), {("01", 2023): 7})
add(9, "age groups of another year", lambda: xlsx([["Año 2019"], *AGES]), None, "title_year")
# 10: labels once per block
BLOCK: Rows = [
    ["DEPARTAMENTO", "MUNICIPIO", "AÑO", "CASOS"],
    ["NORTHMOOR", "Northmoor Bridge", 2023, 3],
    [None, "Northmoor Mill", 2023, 4],
    ["EASTVALE", "Eastvale Port", 2023, 5],
]
BLOCK_VALUES: Values = {("01001", 2023): 3, ("01002", 2023): 4, ("02003", 2023): 5}
add(10, "merged labels", lambda: xlsx(BLOCK, merged=["A2:A3"]), BLOCK_VALUES, "filled_down")
add(10, "blank labels, not merged", lambda: xlsx(BLOCK), {("01001", 2023): 3, ("02003", 2023): 5}, "unknown_place")
# 11, 12: notes and totals
NOTES: Rows = [*WIDE, [], ["Fuente: sistema inventado"], ["Elaborado por: oficina"]]
add(11, "source and author below", lambda: xlsx(NOTES), WIDE_VALUES, "rows_below")
add(11, "a note that says thousands", lambda: xlsx([*WIDE, ["Nota: cifras en miles"]]), None, "title_scale")
add(12, "total that agrees", lambda: xlsx([*WIDE, ["Total general", 19, 15]]), WIDE_VALUES, "total_agrees")
add(12, "total that differs", lambda: xlsx([*WIDE, ["TOTAL", 19, 99]]), WIDE_VALUES, "total_differs")
add(12, "the country among its regions", lambda: xlsx([*WIDE, ["Arcadia", 19, 15]]), WIDE_VALUES, "total_agrees")
add(
    12,
    "a column of totals",
    lambda: xlsx([[*r, t] for r, t in zip(WIDE, ["Total", 27, 7], strict=True)]),
    WIDE_VALUES,
    "total_column",
)
# 13: two tables, blank rows
add(13, "a second table below", lambda: xlsx([*WIDE, [], ["Tabla 2"], *WIDE]), None, "second_table")
add(13, "blank rows inside", lambda: xlsx([WIDE[0], WIDE[1], [], [], WIDE[2]]), WIDE_VALUES)
add(13, "a title between rows", lambda: xlsx([*WIDE, ["NIÑOS"], ["Southsea", 1, 1]]), None, "second_table")
REPEATED: Rows = [["REGION DE HECHO", "VIGENCIA", "SENTENCIAS"], ["Northmoor", 2023, 3]]
add(
    13,
    "blocks that the layout knows",
    lambda: xlsx([*REPEATED, [], ["Segunda parte"], REPEATED[0], ["Eastvale", 2023, 5]]),
    {("01", 2023): 3, ("02", 2023): 5},
    "headings_repeated",
)
# 14: headings
NFD = [["Regio\u0301n ", " 2022\u00a0", "Año\n2023"], *WIDE[1:]]
add(14, "NFD, spaces, line breaks", lambda: xlsx(NFD), WIDE_VALUES)
add(14, "a heading twice", lambda: xlsx([[*HEAD, "CANTIDAD"], [*event(), 3]]), None, "duplicate_heading")
add(
    14,
    "a heading that nobody knows",
    lambda: xlsx([[*HEAD, "ARMA USADA"], [*event(), "x"], [*LAST, "y"]]),
    {("01001", 2022): 2, ("01001", 2023): 1},
    "unknown_heading",
)
add(14, "a heading with a slip", lambda: xlsx([["Regin", 2022, 2023], *WIDE[1:]]), None, "layout_incomplete")
# 15-17: codes
REPAIRED = {("01001", 2022): 2, ("01001", 2023): 1}
add(15, "leading zeros lost", lambda: xlsx([HEAD, event(1001), LAST]), REPAIRED, "code_zeros")
add(15, "codes as decimals in text", lambda: xlsx([HEAD, event("1001.0"), LAST]), REPAIRED, "code_decimals")
add(15, "apostrophe", lambda: xlsx([HEAD, event("'01001"), LAST]), REPAIRED, "code_apostrophe")
add(15, "exponents", lambda: xlsx([HEAD, event("1.00E+03"), LAST]), {("01001", 2023): 1}, "code_exponent")
add(16, "8 digits", lambda: xlsx([HEAD, event("01001000"), LAST]), REPAIRED, "code_suffix")
add(16, "8 digits, zero lost, as number", lambda: xlsx([HEAD, event(1001000.0), LAST]), REPAIRED, "code_suffix")
add(
    16,
    "(CT) behind the name",
    lambda: xlsx([HEAD, event(name="NORTHMOOR BRIDGE (CT)"), LAST]),
    REPAIRED,
    "code_brackets",
)
add(
    16,
    "name of another place",
    lambda: xlsx([HEAD, event(name="NORTHMOOR MILL"), LAST]),
    {("01001", 2023): 1},
    "code_contradicted",
)
add(17, "code not in the list", lambda: xlsx([HEAD, event("NA056"), LAST]), {("01001", 2023): 1}, "unknown_place")
add(17, "code of no municipality", lambda: xlsx([HEAD, event("01000"), LAST]), {("01001", 2023): 1}, "unknown_place")
# 18-20: text files
add(
    18,
    "Latin-1 and semicolons",
    lambda: text([["Región", "2022", "2023"], *WIDE[1:]], separator=";", encoding="cp1252"),
    WIDE_VALUES,
    may_refuse=True,
)
add(
    18,
    "UTF-16 and tabs",
    lambda: text([["Región", "2022", "2023"], *WIDE[1:]], separator="\t", encoding="utf-16"),
    WIDE_VALUES,
    may_refuse=True,
)
add(
    18,
    "byte order mark",
    lambda: text([["Región", "2022", "2023"], *WIDE[1:]], encoding="utf-8-sig"),
    WIDE_VALUES,
    may_refuse=True,
)
add(19, "text encoded twice", lambda: xlsx([["RegiÃ³n", 2022], ["Northmoor", 1]]), None)
add(19, "lost letters", lambda: text([HEAD, event(name="NORTHMOOR BRIDG\ufffd"), LAST]), REPAIRED, may_refuse=True)
QUOTED = b'Regi\xc3\xb3n,2022,2023\r\n"Northmoor,12,15"\r\nEastvale,7,0\r\n'
add(20, "a line wholly in quotes", lambda: QUOTED, WIDE_VALUES, may_refuse=True)
add(
    20,
    "a comma that no quotes protect",
    lambda: b"Regi\xc3\xb3n,2022,2023\r\nNorthmoor,12,15\r\nEastvale, D.C.,7,0\r\n",
    {("01", 2022): 12, ("01", 2023): 15},
    "ragged_row",
    may_refuse=True,
)
# 21: signs in numbers
add(
    21,
    "points and a comma show it",
    lambda: xlsx([WIDE[0], ["Northmoor", "1.234,5", 1], ["Eastvale", "12.408", 2]]),
    {("01", 2022): 1234.5, ("02", 2022): 12408, ("01", 2023): 1, ("02", 2023): 2},
    "numbers_decided",
)
add(
    21,
    "undecidable",
    lambda: xlsx([WIDE[0], ["Northmoor", "1.234", 1], ["Eastvale", "2.500", 2]]),
    {("01", 2023): 1, ("02", 2023): 2},
    "numbers_undecided",
)
add(
    21,
    "both ways in a column",
    lambda: xlsx([WIDE[0], ["Northmoor", "1.234,5", 1], ["Eastvale", "1,234.5", 2]]),
    {("01", 2023): 1, ("02", 2023): 2},
    "numbers_torn",
)
add(
    21,
    "spaces between thousands",
    lambda: xlsx([WIDE[0], ["Northmoor", "12 408", 1]]),
    {("01", 2022): 12408, ("01", 2023): 1},
)
# 22: marks
MARKS: Rows = [
    ["Región", 2022, 2023],
    ["Northmoor", "<5", "ND"],
    ["Eastvale", "N/A", 0],
    ["Southsea", "85-95", "más de 40"],
    ["Westwood", "DNA", None],
]
add(
    22,
    "nine kinds of missing and partial",
    lambda: xlsx(MARKS),
    {
        ("01", 2022): "suppressed_by_source",
        ("01", 2023): "not_available",
        ("02", 2022): "not_applicable",
        ("02", 2023): 0,
        ("03", 2022): "range",
        ("03", 2023): "lower_bound",
        ("04", 2022): "disaggregate_not_available",
        ("04", 2023): "blank",
    },
)
add(
    22,
    "marks that nobody declared",
    lambda: xlsx([WIDE[0], ["Northmoor", "*", "-"], ["Eastvale", 1, 2]]),
    {("02", 2022): 1, ("02", 2023): 2},
    "text_in_number_cell",
)
# 23, 24: errors and formulas
add(
    23,
    "error cell",
    lambda: _with_cell(b'<c r="B2" t="e"><v>#REF!</v></c>'),
    {k: v for k, v in WIDE_VALUES.items() if k != ("01", 2022)},
    "error_cell",
)
add(
    23,
    "error cell in a code",
    lambda: _with_cell(b'<c r="A2" t="e"><v>#N/A</v></c>', b'<c r="A2"'),
    {("02", 2022): 7, ("02", 2023): 0},
)
add(
    24,
    "formula without result",
    lambda: _with_cell(b'<c r="B2"><f>6+6</f></c>'),
    {k: v for k, v in WIDE_VALUES.items() if k != ("01", 2022)},
    "formula_without_result",
    may_refuse=True,
)
add(24, "formula with its result", lambda: _with_cell(b'<c r="B2"><f>6+6</f><v>12</v></c>'), WIDE_VALUES)


def _with_cell(new: bytes, start: bytes = b'<c r="B2"') -> bytes:
    """WIDE with the XML of one cell replaced."""
    source, stream = xlsx(WIDE), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for item in old.namelist():
            data = old.read(item)
            if item.endswith("sheet1.xml"):
                begin = data.index(start)
                data = data[:begin] + new + data[data.index(b"</c>", begin) + 4 :]
            made.writestr(item, data)
    return stream.getvalue()


# 25: dates. The layout of LIST has the month first; the one of SEXES does not say.
SEXES = ["CODIGO DANE", "MUNICIPIO", "FECHA", "SEXO", "*AGRUPA EDAD PERSONA*"]
add(
    25,
    "the column shows the day first",
    lambda: xlsx(
        [
            SEXES,
            ["01001", None, "24/08/2022", "F", "0-17"],
            ["01001", None, "03/04/2022", "M", "0-17"],
            ["01001", None, "24/12/2023", "M", "0-17"],
        ]
    ),
    None,  # a row for each person, with sex, age group, day and place: refused as personal data, whatever its dates
    "personal_rows",
)
add(
    25,
    "no date shows it",
    lambda: xlsx([SEXES, ["01001", None, "03/04/2022", "F", "0-17"], ["01001", None, "2023-12-24", "F", "0-17"]]),
    {("01001", 2023): 1},
    "dates_undecided",
)
add(
    25,
    "both orders",
    lambda: xlsx(
        [
            SEXES,
            ["01001", None, "24/08/2022", "F", "0-17"],
            ["01001", None, "08/24/2022", "F", "0-17"],
            ["01001", None, "2023-12-24", "F", "0-17"],
        ]
    ),
    None,
    "personal_rows",
)
add(
    25,
    "against the order of the layout",
    lambda: xlsx([HEAD, event(day="24/08/2022"), event(day="2023-12-30")]),
    {("01001", 2023): 2},
    "dates_torn",
)
add(25, "31 February", lambda: xlsx([HEAD, event(day="02/31/2022"), LAST]), {("01001", 2023): 1}, "date_unreadable")
add(25, "dates of Excel", lambda: xlsx([HEAD, event(day=date(2022, 3, 4)), LAST]), REPAIRED)
add(25, "serial numbers", lambda: xlsx([HEAD, event(day=44927), LAST]), {("01001", 2023): 1}, "date_unreadable")
add(25, "whole numbers like 20220131", lambda: xlsx([HEAD, event(day=20220131), LAST]), REPAIRED)
# 26: categories outside the list
add(
    26,
    "MENORES and NNA",
    lambda: xlsx(
        [
            SEXES,
            ["01001", None, "24/08/2022", "F", "MENORES"],
            ["01001", None, "24/08/2022", "F", "NNA"],
            ["01001", None, "24/12/2023", "F", "0-17"],
        ]
    ),
    None,
    "personal_rows",
)
add(
    26,
    "a band of other limits",
    lambda: xlsx(
        [SEXES, ["01001", None, "24/08/2022", "F", "entre 29 y 60"], ["01001", None, "24/12/2023", "niñas", "0-17"]]
    ),
    {("01001", 2023): 1},
    "value_not_in_list",
)
add(
    26,
    "a sex outside the list, in a heading",
    lambda: xlsx([TWO[0], [None, "Niñas", "Varones", "Total", "Niñas", "Niños", "Total"], TWO[2]]),
    {("01", 2022): 3, ("01", 2023): 9},
    "value_not_in_list",
)
# 27: equal rows
add(
    27,
    "equal rows of events are events",
    lambda: xlsx([HEAD, event(), event(), event(), LAST]),
    {("01001", 2022): 6, ("01001", 2023): 1},
)
add(
    27,
    "one key, two values",
    lambda: xlsx([*WIDE, ["Northmoor", 12, 16]]),
    {("01", 2022): 12, ("02", 2022): 7, ("02", 2023): 0},
    "key_conflict",
    "key_repeated",
)
# 28: impossible counts; plausibility of single values is the rules' business
add(
    28,
    "a fraction of an event",
    lambda: xlsx([HEAD, event(count=1.234), event(count=2.766), LAST]),
    {("01001", 2023): 1},
    "not_a_count",
)
add(28, "less than no event", lambda: xlsx([HEAD, event(count=-2), LAST]), {("01001", 2023): 1}, "not_a_count")
add(
    28,
    "parts and total",
    lambda: xlsx([*TWO[:2], ["Northmoor", 1, 2, 4, 4, 5, 9]]),
    {("01", 2022): 4, ("01", 2023): 9},
    "total_column_differs",
)
# 29: cut at an export limit
add(
    29,
    "exactly 10,000 rows",
    lambda: xlsx([HEAD, *([event()] * 9999), LAST]),
    {("01001", 2022): 19998, ("01001", 2023): 1},
    "export_limit",
)
add(
    29,
    "exactly 10,000 lines with the heading",
    lambda: text([HEAD, *([event()] * 9998), LAST]),
    {("01001", 2022): 19996, ("01001", 2023): 1},
    "export_limit",
    may_refuse=True,
)
add(
    30,
    "formula as a name of a place",
    lambda: xlsx([WIDE[0], ["=HYPERLINK(1)", 1, 2], ["Eastvale", 7, 0]]),
    {("02", 2022): 7, ("02", 2023): 0},
    "unknown_place",
)
add(30, "formula as a title", lambda: xlsx([["@SUM(A1)"], *WIDE]), WIDE_VALUES, "rows_above")
# 31: odd names are the door's business; here the name of a sheet
add(31, "sheet name from right to left", lambda: xlsx({"\u202eHoja": WIDE}), WIDE_VALUES)
add(31, "sheet name in brackets", lambda: xlsx({"(x)ñ 'y": WIDE}), WIDE_VALUES)
# 32: hidden rows
add(32, "hidden row is counted", lambda: xlsx(WIDE, hidden_rows=[3]), WIDE_VALUES, "hidden_rows")
add(32, "hidden row of events is counted", lambda: xlsx(LIST, hidden_rows=[2]), LIST_VALUES, "hidden_rows")
# 33: empty
add(33, "headings alone", lambda: xlsx([HEAD]), None, "empty_table")
add(
    33,
    "1,000 numbered rows without content",
    lambda: xlsx([["Región", 2022, 2023], *([n] for n in range(1, 1001))]),
    None,
)
add(33, "an empty sheet", lambda: xlsx([]), None)
# More types
add(3, "old Excel", lambda: xls(WIDE), WIDE_VALUES, may_refuse=True)
add(3, "OpenDocument", lambda: ods(WIDE), WIDE_VALUES, may_refuse=True)
