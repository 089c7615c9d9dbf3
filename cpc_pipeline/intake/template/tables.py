"""The sheets of numbers: the pre-filled rows, and the rows that the focal point adds for further breakdowns."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from cpc_pipeline.contracts import TOTAL
from cpc_pipeline.intake.template.book import Book
from cpc_pipeline.intake.template.layout import ASKED, Entry, applies
from cpc_pipeline.intake.template.migrating import rows_of

HEAD = 3  # row (from 0) of the headings; the field names follow, then the data
FIRST = HEAD + 2
ADDED = 120  # rows that are there for breakdowns
PRINTED = 24  # of them on paper
_WIDTHS = {"indicator": 9, "indicator_name": 40, "place": 13, "period_start": 11, "period_end": 11, "unit": 13}
_WIDTHS |= {"last_value": 13, "target_shown": 12, "value": 13, "numerator": 12, "denominator": 12, "note": 28}
_WIDTHS |= {"row_key": 12, ASKED: 34}
_DIMENSION = 17


def write_indicators(book: Book) -> None:
    layout = book.layout
    columns = layout.entry_columns
    at = {field: position for position, field in enumerate(columns)}
    last = FIRST + len(layout.entries) - 1
    book.top("indicators", book.words("sheet.indicators"))
    book.columns("indicators", [_WIDTHS.get(field, _DIMENSION) for field in columns])
    book.table_head("indicators", HEAD, columns)
    before = None
    for row, entry in enumerate(layout.entries, start=FIRST):
        _entry(book, row, entry, at, again=before == entry.indicator.id)
        before = entry.indicator.id
    book.name("entry_values", "indicators", (FIRST, at["value"]), (last, at["value"]))
    for field, position in at.items():
        book.name(f"indicators_{field}", "indicators", (FIRST, position), (last, position))
    sheet = book.sheets["indicators"]
    sheet.freeze_panes(FIRST, 2)
    sheet.print_area(0, 0, last, at["note"])
    book.finish("indicators", landscape=True, repeat=HEAD, tab="#f2b705")


def _entry(book: Book, row: int, entry: Entry, at: dict[str, int], *, again: bool) -> None:
    catalogue, indicator, sheet = book.catalogue, entry.indicator, book.sheets["indicators"]
    plain = "again" if again else "fixed"
    sheet.write_string(row, at["indicator"], indicator.id, book.looks[plain])
    book.shown("indicators", row, at["indicator_name"], indicator.name, plain)
    book.shown("indicators", row, at["place"], catalogue.header.nation.name, plain)
    for field, day in (("period_start", entry.start), ("period_end", entry.end)):
        sheet.write_datetime(row, at[field], midnight(day), book.looks["fixed_date"])
    for dimension in book.layout.entry_dimensions:
        code = entry.dimensions[dimension]
        if code == TOTAL and dimension not in applies(indicator):
            sheet.write_blank(row, at[dimension], None, book.looks["grey"])
        else:
            labels = catalogue.codelist_of(dimension).codes[code].labels
            book.shown("indicators", row, at[dimension], labels, plain)
    book.shown("indicators", row, at["unit"], catalogue.units[indicator.unit].labels, plain)
    _known(book, row, at["last_value"], entry.last, "no_last_value")
    _known(book, row, at["target_shown"], entry.target, "no_target")
    asked = _asked(book, row, entry, at)
    _fields(book, row, entry, at)
    sheet.write_string(row, at["row_key"], entry.key, book.looks["row_key"])
    book.height("indicators", row, (indicator.name, _WIDTHS["indicator_name"]), (asked, _WIDTHS[ASKED]), least=28)


def _asked(book: Book, row: int, entry: Entry, at: dict[str, int]) -> dict[str, str]:
    """What was asked a year before about the same number, a line for each question; nothing where nothing was."""
    texts = {x: "\n".join(said[x] for said in entry.asked) for x in book.languages}
    if ASKED in at and entry.asked:
        book.shown("indicators", row, at[ASKED], texts, "fixed")
    elif ASKED in at:
        book.sheets["indicators"].write_blank(row, at[ASKED], None, book.looks["fixed"])
    return texts


def _known(book: Book, row: int, column: int, value: str | float | None, words: str) -> None:
    if value is None:
        book.shown("indicators", row, column, book.words(words), "again")
    elif isinstance(value, str):
        book.sheets["indicators"].write_string(row, column, value, book.looks["fixed"])
    else:
        look = "fixed_whole" if float(value).is_integer() else "fixed_number"
        book.sheets["indicators"].write_number(row, column, value, book.looks[look])


def _fields(book: Book, row: int, entry: Entry, at: dict[str, int]) -> None:
    """The cells to fill in: value, its parts where the indicator has any, and a note."""
    sheet, indicator = book.sheets["indicators"], entry.indicator
    whole = book.catalogue.units[indicator.unit].decimals == 0
    book.entry("indicators", row, at["value"], (entry.key, "value"), "entry_whole" if whole else "entry_number")
    sheet.data_validation(row, at["value"], row, at["value"], _bounded(book, row, at["value"], entry))
    if "numerator" in at:
        parts = indicator.kind == "ratio" or indicator.numerator is not None
        for field in ("numerator", "denominator"):
            if not parts:
                sheet.write_blank(row, at[field], None, book.looks["grey"])
            else:
                book.entry("indicators", row, at[field], (entry.key, field), "entry_number")
                sheet.data_validation(row, at[field], row, at[field], not_negative(book))
    book.entry("indicators", row, at["note"], (entry.key, "note"), "entry_text")


def _bounded(book: Book, row: int, column: int, entry: Entry) -> dict[str, Any]:
    """A number within the indicator's limits, whole for counts; or a mark of the list, or a protected value (<5)."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell, indicator = xl_rowcol_to_cell(row, column), entry.indicator
    tests = [f"ISNUMBER({cell})"]
    if indicator.minimum is not None:
        tests.append(f"{cell}>={indicator.minimum:g}")
    if indicator.maximum is not None:
        tests.append(f"{cell}<={indicator.maximum:g}")
    if indicator.kind == "count":
        tests.append(f"{cell}=INT({cell})")
    number = f"IF(ISNUMBER({cell}),AND({','.join(tests)}),FALSE)"
    formula = f'=OR({number},ISNUMBER(MATCH({cell},missing_marks,0)),LEFT({cell},1)="<")'
    return {"validate": "custom", "value": formula, **book.error("value")}


def not_negative(book: Book) -> dict[str, Any]:
    return {"validate": "decimal", "criteria": ">=", "value": 0, **book.error("number")}


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def write_breakdowns(book: Book) -> None:
    layout = book.layout
    columns, rows = layout.breakdown_columns, (FIRST, FIRST + max(ADDED, 2 * rows_of(book.typed, "breakdowns")) - 1)
    sheet = book.sheets["breakdowns"]
    book.top("breakdowns", book.words("sheet.breakdowns"))
    widths = _WIDTHS | {"indicator": 44, "place": 24}
    book.columns("breakdowns", [widths.get(field, _DIMENSION) for field in columns])
    book.table_head("breakdowns", HEAD, columns)
    for position, field in enumerate(columns):
        numeric = field in ("value", "numerator", "denominator")
        look = "entry_number" if numeric else "entry_date" if field.startswith("period") else "entry_text"
        for row in range(rows[0], rows[1] + 1):
            book.entry("breakdowns", row, position, (str(row - FIRST), field), look)
        _typed(book, field, rows, position)
        book.name(f"breakdowns_{field}", "breakdowns", (rows[0], position), (rows[1], position))
    for row in range(rows[0], rows[1] + 1):
        sheet.set_row(row, 28)  # two lines: the longest names of indicators and places
    sheet.freeze_panes(FIRST, 1)
    # A page to write on by hand; all the rows would be page after page of empty lines.
    sheet.print_area(0, 0, FIRST + max(PRINTED, rows_of(book.typed, "breakdowns")) - 1, len(columns) - 1)
    book.finish("breakdowns", landscape=True, repeat=HEAD, tab="#f2b705")


def _typed(book: Book, field: str, rows: tuple[int, int], column: int) -> None:
    """What a column of the breakdowns takes: a value of its list, a date of the year, or a number."""
    sheet, layout = book.sheets["breakdowns"], book.layout
    if field in ("indicator", "place", *layout.dimensions):
        book.choice("breakdowns", rows, column, f"list_{field}")
    elif field.startswith("period"):
        first, last = book.catalogue.calendars[book.catalogue.default_calendar].year(layout.year)
        within = {"criteria": "between", "minimum": midnight(first), "maximum": midnight(last)}
        sheet.data_validation(rows[0], column, rows[1], column, {"validate": "date", **within, **book.error("date")})
    elif field == "value":
        from xlsxwriter.utility import xl_rowcol_to_cell

        cell = xl_rowcol_to_cell(rows[0], column)
        marks = f'ISNUMBER(MATCH({cell},missing_marks,0)),LEFT({cell},1)="<"'
        formula = f"=OR(IF(ISNUMBER({cell}),{cell}>=0,FALSE),{marks})"
        check = {"validate": "custom", "value": formula, **book.error("value")}
        sheet.data_validation(rows[0], column, rows[1], column, check)
    elif field != "note":
        sheet.data_validation(rows[0], column, rows[1], column, not_negative(book))
