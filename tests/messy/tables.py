"""Kinds 7 to 14: several sheets, where the headings are, labels of blocks, notes, totals, two tables."""

from __future__ import annotations

from tests.messy.books import Rows, xls, xlsx
from tests.messy.cases import HEAD, LAST, LIST, LIST_VALUES, WIDE, WIDE_VALUES, Values, add, event

# 7: several sheets
PIVOT: Rows = [
    ["Suma de CANTIDAD", "Etiquetas de columna"],
    ["Etiquetas de fila", 2022, 2023, "Total general"],
    ["NORTHMOOR", 4, 1, 5],
    ["Total general", 4, 1, 5],
]
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
add(7, "no sheet that we know", lambda: xlsx({"A": [["x", "y"], [1, 2]], "B": [["z"]]}), None, "layout_incomplete")
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
add(
    10,
    "blank labels, in an old workbook",
    lambda: xls(BLOCK),
    {("01001", 2023): 3, ("02003", 2023): 5},
    "unknown_place",
)
# 11, 12: notes and totals
NOTES: Rows = [*WIDE, [], ["Fuente: sistema inventado"], ["Elaborado por: oficina"]]
add(11, "source and author below", lambda: xlsx(NOTES), WIDE_VALUES, "rows_below")
add(
    11,
    "a note with a number in a column of numbers",
    lambda: xlsx([*WIDE, [], ["Nota: casos sin lugar", 4, 2]]),
    WIDE_VALUES,
    "unknown_place",
)
add(
    11,
    "what offices write below every list",
    lambda: xlsx([*WIDE, ["Información sujeta a variación"]]),
    WIDE_VALUES,
    "rows_below",
)
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
