"""Kinds 15 to 17 and 21 to 28: codes, signs in numbers, marks, errors, dates, categories, equal rows."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from tests.messy.books import Rows, xlsx
from tests.messy.cases import HEAD, LAST, REPAIRED, WIDE, WIDE_VALUES, add, event
from tests.messy.tables import TWO

# 15-17: codes
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
add(
    17,
    "the country among codes of towns",
    lambda: xlsx([HEAD, event("0", "Nacional"), LAST]),
    {("01001", 2023): 1},
    "unknown_place",
)
add(
    16,
    "a name with the mark of a note",
    lambda: xlsx([HEAD, event(name="NORTHMOOR BRIDGE*"), LAST]),
    REPAIRED,
    "code_note_mark",
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
add(
    21,
    "signs that no number has",
    lambda: xlsx([WIDE[0], ["Northmoor", "1.2.3", 1], ["Eastvale", "12 5", "1.234,5"]]),
    {("01", 2023): 1, ("02", 2023): 1234.5},
    "ambiguous_number",
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
add(
    22,
    "marks in lower case, with spaces and points",
    lambda: xlsx([WIDE[0], ["Northmoor", " s/d ", "no reporta"], ["Eastvale", "no aplica", 0]]),
    {
        **{("01", 2022): "not_available", ("01", 2023): "not_available"},
        **{("02", 2022): "not_applicable", ("02", 2023): 0},
    },
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
