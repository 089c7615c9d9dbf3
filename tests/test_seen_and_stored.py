"""What a cell shows and what it holds are two things: files of real writers, read as their writers saw them, or not."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter
import xlwt
from cpc_pipeline import intake
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake.reading import read
from cpc_pipeline.intake.workbook import Cover, workbook_bytes
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.hostile.build import record, xlsb, xlsb_cell, zipped
from tests.hostile.build import wide as xlsb_text

WIDE: list[list[Any]] = [["Región", 2022, 2023], ["Northmoor", 12, 15], ["Eastvale", 7, 0]]
Prepare = Callable[[Any, Any], object]


def wide(prepare: Prepare = lambda book, sheet: None, title: str = "", name: str = "Hoja1") -> bytes:
    """Children reached by region and year, from row 3 on, as xlsxwriter writes it; prepare: what is done to it then."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(name)
    sheet.write(0, 0, title)
    for number, row in enumerate(WIDE, start=2):
        sheet.write_row(number, 0, row)
    prepare(book, sheet)
    book.close()
    return stream.getvalue()


def taken(content: bytes, catalogue: Catalogue, organisation: str = "guards") -> intake.Intake:
    return intake.take_in(
        content, name="t.xlsx", submission_id="s", organisation=organisation, year=2023, catalogue=catalogue
    )


def numbers(read: intake.Intake) -> dict[tuple[str, int], float]:
    counted = read.observations.filter(pl.col("value").is_not_null())
    return {(r["place"], r["period_end"].year): r["value"] for r in counted.iter_rows(named=True)}


def refused(read: intake.Intake) -> set[tuple[str, str]]:
    return {(r["code"], r["cell"]) for r in read.findings.iter_rows(named=True) if r["severity"] != "note"}


REST = {("01", 2023): 15, ("02", 2022): 7, ("02", 2023): 0}
FOOTNOTE = "12 and a raised 1: a note, and not 121"


def raised(book: Any, sheet: Any) -> None:
    sheet.write_rich_string("B4", "12", book.add_format({"font_script": 1}), "1")


def old(value: Any, *more: str) -> bytes:
    """The same as an .xls by xlwt; value: of B2, or a text of which the second half is raised."""
    book, stream = xlwt.Workbook(), io.BytesIO()
    sheet, up = book.add_sheet("Hoja1"), xlwt.Font()
    up.escapement = xlwt.Font.ESCAPEMENT_SUPERSCRIPT
    for number, row in enumerate(WIDE):
        for column, own in enumerate(row):
            if (number, column) != (1, 1):
                sheet.write(number, column, own)
    for number, text in enumerate(more, start=5):
        sheet.write(number, 0, text)
    sheet.write_rich_text(1, 1, ((value[0], xlwt.Font()), (value[1], up)))
    book.save(stream)
    return stream.getvalue()


def test_a_raised_figure_that_names_a_note_is_no_digit_of_the_number(arcadia: Catalogue) -> None:
    read = taken(wide(raised), arcadia)
    assert numbers(read) == REST, FOOTNOTE
    assert ("text_in_number_cell", "B4") in refused(read)


def test_nor_in_an_old_workbook_however_its_list_of_texts_is_cut_over_records(arcadia: Catalogue) -> None:
    read_rightly = taken(old(("12", "1")), arcadia)
    assert numbers(read_rightly) == REST, FOOTNOTE
    assert ("text_in_number_cell", "B2") in refused(read_rightly)
    long = [f"{number} " + ("ñ" if number % 2 else "ł") * 45 for number in range(400)]
    cells = {cell.address: cell.text for cell in read(old(("Fuente", "ł1"), *long))["Hoja1"]}
    assert cells["B2"] == "Fuente^ł1" and cells["A405"] == long[399]


def test_nor_in_an_xlsb_whether_the_text_is_listed_or_stands_in_the_cell() -> None:
    plain = struct.pack("<HHHH", 200, 0, 400, 0)
    fonts = record(611, struct.pack("<I", 2)) + record(43, plain) + record(43, plain[:6] + struct.pack("<H", 1))
    rich = b"\1" + xlsb_text("121") + struct.pack("<IHHHH", 2, 0, 0, 2, 1)
    content = xlsb({0: [xlsb_cell(7, 0, struct.pack("<I", 0)), xlsb_cell(62, 1, rich)]})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        made = {name: archive.read(name) for name in archive.namelist()}
    made["xl/styles.bin"] = made["xl/styles.bin"].replace(record(278), record(278) + fonts + record(612), 1)
    made["xl/sharedStrings.bin"] = record(159, struct.pack("<II", 1, 1)) + record(19, rich) + record(160)
    made["xl/_rels/workbook.bin.rels"] = made["xl/_rels/workbook.bin.rels"].replace(b"Strings.xml", b"Strings.bin")
    assert [cell.text for cell in read(zipped(made))["Datos"]] == ["12^1", "12^1"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_nor_in_a_file_of_libreoffice(kind: str, arcadia: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(wide(raised))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    asked = ["soffice", home, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(tmp_path / "t.xlsx")]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    read = taken((tmp_path / f"t.{kind}").read_bytes(), arcadia)
    assert numbers(read) == REST, FOOTNOTE


def test_a_number_over_merged_cells_is_counted_in_none_of_them(arcadia: Catalogue) -> None:
    down = taken(wide(lambda book, sheet: sheet.merge_range("B4:B5", 12)), arcadia)
    assert numbers(down) == {("01", 2023): 15, ("02", 2023): 0}
    assert ("merged_value", "B4") in refused(down)
    across = taken(wide(lambda book, sheet: sheet.merge_range("B4:C4", 12)), arcadia)
    assert numbers(across) == {("02", 2022): 7, ("02", 2023): 0}


@pytest.mark.parametrize("shown", ["0,", ";;;", '0.0,,"M"'])
def test_a_number_that_its_format_shows_as_another_is_read_and_asked_about(shown: str, arcadia: Catalogue) -> None:
    def format_it(book: Any, sheet: Any) -> None:
        sheet.write("B4", 12000, book.add_format({"num_format": shown}))

    read = taken(wide(format_it), arcadia)
    assert numbers(read) == {**REST, ("01", 2022): 12000}
    assert ("shown_otherwise", "B4") in refused(read)


@pytest.mark.parametrize(
    "title",
    [
        "Tasa de niñas, niños y adolescentes por 100.000 habitantes",
        "Variación anual",
        "Promedio mensual",
        "Average per month",
        "Proyecciones 2022-2023",
    ],
)
def test_a_title_that_says_rates_averages_changes_or_projections_returns_the_table(
    title: str, arcadia: Catalogue
) -> None:
    assert numbers(taken(wide(title=title), arcadia)) == {}
    assert numbers(taken(wide(name=title[:31]), arcadia)) == {}


# --- our own workbook ---

ROWS = [
    {"indicator": "JUS-1", "value": 5.0},
    {"indicator": "JUS-2", "value": 3.0},
    {"indicator": "PRO-2", "value": 1.0},
]


def own(change: Callable[[Any, int], object], catalogue: Catalogue) -> intake.Intake:
    """Three numbers from row 5 on, changed by openpyxl; change: gets the sheet and the column of the values."""
    cover = Cover("courts", 2023, "annual")
    content = workbook_bytes(catalogue, cover, pl.DataFrame(ROWS), pl.DataFrame(schema={"indicator": pl.String}))
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[catalogue.header.sheets["indicators"].name]
    column = next(c.column for c in sheet[4] if c.value and "Value" in str(c.value).split(" / "))
    change(sheet, column)
    stream = io.BytesIO()
    book.save(stream)
    return taken(stream.getvalue(), catalogue, "courts")


def cell(row: int, value: Any, number_format: str = "General") -> Callable[[Any, int], object]:
    def change(sheet: Any, column: int) -> None:
        sheet.cell(row, column).value = value
        sheet.cell(row, column).number_format = number_format

    return change


def test_a_percentage_is_the_number_that_is_seen_and_no_count(arcadia: Catalogue) -> None:
    share = own(cell(7, 0.25, "0%"), arcadia)
    assert share.observations["value"].to_list() == [5, 3, 25]
    count = own(cell(5, 2, "0%"), arcadia)  # 200 % of a count
    assert count.observations["value"].to_list() == [None, 3, 1]
    assert "percent_in_count" in {code for code, _ in refused(count)}


def test_what_our_own_workbook_shows_otherwise_is_asked_about(arcadia: Catalogue) -> None:
    read = own(cell(5, 12000, "0,"), arcadia)
    assert read.observations["value"].to_list() == [12000, 3, 1]
    assert "shown_otherwise" in {code for code, _ in refused(read)}


def test_a_number_over_merged_rows_of_our_own_workbook_is_counted_in_none(arcadia: Catalogue) -> None:
    def merge(sheet: Any, column: int) -> None:
        sheet.merge_cells(start_row=5, end_row=6, start_column=column, end_column=column)

    assert own(merge, arcadia).observations["value"].to_list() == [None, None, 1]


def test_a_note_of_our_own_workbook_is_no_digit(arcadia: Catalogue) -> None:
    note = CellRichText("12", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    assert own(cell(5, note), arcadia).observations["value"].to_list() == [None, 3, 1]
