"""Bytes to cells: every format, every thing that a reader of values drops, and every file that is none."""

from __future__ import annotations

import io
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from cpc_pipeline import intake
from cpc_pipeline.intake.blocks import Workbook
from cpc_pipeline.intake.cells import Area, Cell, Refused
from cpc_pipeline.intake.preflight import receive, shown
from cpc_pipeline.intake.reading import read

from tests.hostile.build import parts, sheet, strings, styles, xlsb, xlsb_cell, xlsx, zipped
from tests.hostile.files import ods


def refusal(content: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read(content)
    return refused.value


def texts(book: Workbook, name: str = "Datos") -> dict[str, tuple[str, str]]:
    """Address -> (kind, text)."""
    return {cell.address: (cell.kind, cell.text) for cell in book[name]}


# --- what is kept ----------------------------------------------------------------------------------------


def test_leading_blank_rows_and_columns_do_not_move_an_address() -> None:
    book = read(xlsx('<row r="6"><c r="C6" t="inlineStr"><is><t>Año</t></is></c></row>'))
    assert book["Datos"] == [Cell(6, 3, "text", "Año")]


def test_numbers_are_exact_and_whole_numbers_that_no_float_holds_stay_text() -> None:
    typed = ["0.1", "0.333333333333333", "1E-10", "99.99999999999", "-7", "9007199254740993", "12345678901234567890"]
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{text}</v></c></row>' for n, text in enumerate(typed, 1))
    cells = read(xlsx(rows))["Datos"]
    assert [cell.number for cell in cells] == [0.1, 0.333333333333333, 1e-10, 99.99999999999, -7.0, None, None]
    assert [cell.text for cell in cells[4:]] == ["-7", "9007199254740993", "12345678901234567890"]
    assert [cell.kind for cell in cells[5:]] == ["text", "text"]


def test_error_cells_and_formulas_without_result_are_cells_and_an_empty_result_is_a_blank() -> None:
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>1+1</f><v></v></c><c r="C2"><f>1+1</f><v/></c></row>'
        '<row r="3"><c r="A3"><f>1+1</f><v>2</v></c><c r="B3" t="str"><f>""</f><v></v></c></row>'
    )
    book = read(xlsx(rows))
    assert texts(book) == {
        "A1": ("error", "#REF!"),
        "B1": ("error", "#DIV/0!"),
        "A2": ("formula", "="),
        "B2": ("formula", "="),
        "C2": ("formula", "="),
        "A3": ("number", "2"),
    }
    assert (book.about["Datos"].formulas, book.about["Datos"].uncalculated) == (6, 3)


def test_the_zeros_of_a_program_that_did_not_calculate_are_not_numbers() -> None:
    rows = '<row r="1"><c r="A1"><v>7</v></c><c r="B1"><f>A1*2</f><v>0</v></c></row>'
    plain = read(xlsx(rows))
    assert texts(plain)["B1"] == ("number", "0")
    stream = io.BytesIO()
    written = xlsxwriter.Workbook(stream)
    page = written.add_worksheet("Datos")
    page.write_number(0, 0, 7)
    page.write_formula(0, 1, "=A1*2")
    written.close()
    assert texts(read(stream.getvalue()))["B1"] == ("formula", "=")


def test_codes_formatted_with_zeros_are_read_as_the_submitter_sees_them() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>5001</v></c><c r="B1" s="2"><v>0.125</v></c><c r="C1"><v>5001</v></c></row>'
    book = read(xlsx(rows, styles=styles("00000", "0.0%")))
    assert [cell.text for cell in book["Datos"]] == ["05001", "0.125", "5001"]
    assert book["Datos"][0].number == 5001
    assert book.about["Datos"].formats == {(1, 1): "00000", (1, 2): "0.0%"}


def test_merges_hidden_rows_columns_and_sheets_comments_and_pivots_are_known() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Datos"
    page["B2"] = "Total"
    page.merge_cells("B2:D3")
    page["A5"], page["F1"] = 1, 2
    page.row_dimensions[5].hidden = True
    page.column_dimensions["F"].hidden = True
    page["A5"].comment = openpyxl.comments.Comment("?", "x")
    for name, state in (("oculta", "hidden"), ("muy oculta", "veryHidden")):
        book.create_sheet(name).sheet_state = state
    stream = io.BytesIO()
    book.save(stream)
    about = read(stream.getvalue()).about
    facts = about["Datos"]
    assert facts.merged == (Area(2, 2, 3, 4),)
    assert (facts.hidden_rows, facts.hidden_columns, facts.comments) == (frozenset({5}), frozenset({6}), 1)
    assert [about[name].visibility for name in about] == ["visible", "hidden", "very_hidden"]


DAY = datetime.fromisoformat("2024-02-29")


@pytest.mark.parametrize("epoch", [False, True])
def test_a_date_is_the_same_day_whatever_day_the_workbook_counts_from(epoch: bool) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"date_1904": epoch})
    page = book.add_worksheet("Datos")
    page.write_datetime(0, 0, DAY, book.add_format({"num_format": "dd/mm/yyyy"}))
    page.write_datetime(
        1, 0, DAY + timedelta(hours=14, minutes=30), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    )
    book.close()
    read_back = read(stream.getvalue())
    assert texts(read_back) == {"A1": ("date", "2024-02-29"), "A2": ("date", "2024-02-29 14:30:00")}
    assert read_back.file.date1904 is epoch


@pytest.mark.parametrize(
    "xml",
    [
        "<x:worksheet xmlns:x='{ns}'><x:sheetData><x:row><x:c t='inlineStr'><x:is><x:t>a</x:t></x:is></x:c>"
        "<x:c><x:f>1</x:f></x:c><x:c t='e'><x:v>#N/A</x:v></x:c></x:row></x:sheetData></x:worksheet>",
        '<worksheet xmlns="{ns}"><!-- <c r="Z9"><v>1</v></c> --><sheetData><row r="1"><c t="inlineStr" r="A1"><is><r>'
        '<t>a</t></r></is></c><c r="B1"><f>1</f></c><c\nr="C1" t="e"><v><![CDATA[#N/A]]></v></c></row></sheetData>'
        "</worksheet>",
    ],
)
def test_xml_written_in_an_odd_way_says_the_same(xml: str) -> None:
    content = zipped(parts(xml.replace("{ns}", "http://schemas.openxmlformats.org/spreadsheetml/2006/main")))
    assert texts(read(content)) == {"A1": ("text", "a"), "B1": ("formula", "="), "C1": ("error", "#N/A")}


def test_a_wide_encoding_a_rich_text_and_marks_of_control_signs_are_text() -> None:
    made = parts(sheet('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'), shared="")
    said = strings("Nariño", "@").replace(
        "<t>@</t>", "<r><t>Va</t></r><r><t>lle</t></r><rPh sb='0' eb='1'><t>x</t></rPh>"
    )
    made["xl/sharedStrings.xml"] = f'<?xml version="1.0" encoding="UTF-16"?>{said}'.encode("utf-16")
    assert texts(read(zipped(made))) == {"A1": ("text", "Nariño"), "B1": ("text", "Valle")}


def test_an_xls_keeps_errors_formulas_formats_and_what_is_hidden() -> None:
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet("Datos")
    page.write(2, 2, 5001, xlwt.easyxf(num_format_str="00000"))
    page.row(3).set_cell_error(2, "#REF!")
    page.write(4, 2, xlwt.Formula("1+1"))
    page.write_merge(6, 7, 0, 1, "junto")
    page.row(8).hidden = True
    page.write(8, 0, 0.5)
    book.add_sheet("oculta").visibility = 1
    stream = io.BytesIO()
    book.save(stream)
    found = read(stream.getvalue())
    assert texts(found) == {
        "C3": ("number", "05001"),
        "C4": ("error", "#REF!"),
        "C5": ("formula", "="),
        "A7": ("text", "junto"),
        "A9": ("number", "0.5"),
    }
    facts = found.about["Datos"]
    assert (facts.merged, facts.hidden_rows, found.about["oculta"].visibility) == (
        (Area(7, 1, 8, 2),),
        frozenset({9}),
        "hidden",
    )
    assert found.file.format == "xls"


def test_an_xlsb_keeps_errors_formats_and_what_is_hidden() -> None:
    import struct

    rows = {
        2: [xlsb_cell(5, 1, struct.pack("<d", 5001), style=1), xlsb_cell(3, 2, b"\x17")],
        4: [xlsb_cell(6, 0, struct.pack("<I", 3) + "uno".encode("utf-16-le"))],
    }
    found = read(xlsb(rows, hidden=(4,)))
    assert texts(found) == {"B3": ("number", "05001"), "C3": ("error", "#REF!"), "A5": ("text", "uno")}
    assert (found.about["Datos"].hidden_rows, found.file.format) == (frozenset({5}), "xlsb")


def test_an_ods_keeps_errors_formulas_percent_and_what_is_hidden() -> None:
    rows = (
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:visibility="collapse"><table:table-cell/>'
        '<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1+1"/>'
        '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p>'
        "</table:table-cell>"
        "</table:table-row>"
    )
    found = read(ods(rows))
    assert texts(found) == {"B4": ("number", "0.5"), "C4": ("formula", "="), "D4": ("error", "#REF!")}
    assert found.about["Datos"].formats == {(4, 2): "0%"}
    assert found.about["Datos"].hidden_rows == frozenset({4})


# --- what is none ----------------------------------------------------------------------------------------

EXCEL_2003 = b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable_file"),
        (bytes(5_000), "unreadable_file"),
        (b"PK\x03\x04 cut", "unreadable_file"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web_page_file"),
        (b"\xef\xbb\xbf \r\n<!DOCTYPE HTML><body>", "web_page_file"),
        (EXCEL_2003, "xml_2003_file"),
        (b"<?xml version='1.0'?><office:document xmlns:office='x'/>", "old_format_file"),
        (b"%PDF-1.7", "pdf_file"),
        (b"\x89PNG\r\n\x1a\n", "picture_file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "pointer_file"),
        (b"\x05maria" + b" " * 49 + b"\x05\x00" + b"m\x00a\x00r\x00i\x00a\x00" + b" \x00" * 49, "lock_file"),
        (b",maria,pc,24.11.2026 10:00,file:///home/maria;", "lock_file"),
        (b"[InternetShortcut]\r\nURL=https://example.org/\r\n", "shortcut_file"),
        (b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', "shortcut_file"),
        (b"\x09\x00\x04\x00\x00\x00\x10\x00", "old_format_file"),
        (zipped({"word/document.xml": "<a/>", "[Content_Types].xml": "<a/>"}), "other_document_file"),
        (zipped({"informe.xlsx": xlsx("")}), "archive_file"),
        (zipped({"Index/Document.iwa": b"x"}), "old_format_file"),
        (zipped(parts("<chartsheet/>", kind="chartsheet")), "no_cells_file"),
        (b'{"a": [1, 2]}', "unsupported_file"),
    ],
)
def test_what_is_no_table_is_refused_for_what_it_is(content: bytes, code: str) -> None:
    refused = refusal(content)
    assert refused.code == code
    assert refused.params["size"] == len(content)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_password_is_named(kind: str, tmp_path: Path) -> None:

    if kind == "xlsx":
        from msoffcrypto.format.ooxml import OOXMLFile

        stream = io.BytesIO()
        OOXMLFile(io.BytesIO(openpyxl_bytes())).encrypt("secreta", stream)
        content = stream.getvalue()
    else:
        import xlwt

        book = xlwt.Workbook()
        book.add_sheet("Datos").write(0, 0, 1)
        stream = io.BytesIO()
        book.save(stream)
        # Excel marks an encrypted workbook by a record after the first; here it takes the place of WRITEACCESS.
        content = stream.getvalue().replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00", 1)
    assert refusal(content).code == "encrypted_file"


def openpyxl_bytes() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_an_excel_5_workbook_is_refused_as_old() -> None:
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("Datos").write(0, 0, 1)
    stream = io.BytesIO()
    book.save(stream)
    content = stream.getvalue().replace(b"\x09\x08\x10\x00\x00\x06", b"\x09\x08\x10\x00\x00\x05")
    assert refusal(content).code == "old_format_file"


def test_a_file_is_what_its_content_is_whatever_its_name(project: Any) -> None:
    path = project.folders.raw / "2023" / "icbf" / "informe.xls"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"<html></html>")
    taken = intake.take_in_arrival(intake.arrivals(project.folders.raw)[0], project.catalogue)
    assert taken.findings["code"].to_list() == ["web_page_file"]


# --- names and things that are no files ------------------------------------------------------------------


def test_links_pipes_and_folders_are_named_and_never_opened(project: Any, send: Any, tmp_path: Path) -> None:
    good = send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    os.mkfifo(good.with_name("tuberia.xlsx"))
    good.with_name("enlace.xlsx").symlink_to(good)
    (good.parent.parent / "otra").symlink_to(good.parent)
    raw = project.folders.raw
    assert [a.name for a in intake.arrivals(raw)] == [good.name]
    assert sorted(intake.irregular(raw)) == ["2023/icbf/enlace.xlsx", "2023/icbf/tuberia.xlsx", "2023/otra"]
    for path in (good.with_name("tuberia.xlsx"), good.with_name("enlace.xlsx"), good.parent):
        with pytest.raises(Refused, match="not_a_file"):
            receive(path)


def test_odd_names_are_refused_for_their_name_and_never_used_as_a_pattern_or_a_path(project: Any, send: Any) -> None:
    good = send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}], name="a.xlsx")
    odd = ["*.csv", "[x]*.xlsx", "dos\nlineas.xlsx", "al\u202erev\u202c.xlsx", "x" * 240 + ".xlsx"]
    plain = ["[final] (2).xlsx", "ñ" * 100 + ".xlsx", "دفتر.xlsx", "con\u00a0espacio.xlsx"]
    for name in (*odd, *plain):
        good.with_name(name).write_bytes(good.read_bytes())
    Path(os.fsdecode(os.fsencode(good.parent) + b"/mal\xff.xlsx")).write_bytes(good.read_bytes())
    found = intake.arrivals(project.folders.raw)
    assert {a.name for a in found} == {"a.xlsx", "mal\\xff.xlsx", *odd, *plain}
    for arrival in found:
        taken = intake.take_in_arrival(arrival, project.catalogue)
        if arrival.name in odd:
            assert taken.findings["code"].to_list() == ["odd_file_name"] and taken.observations.is_empty()
            assert "\u202e" not in taken.findings["found"][0] and "\n" not in taken.findings["found"][0]
        else:
            assert taken.observations["value"].to_list() == [30]
    assert shown("dos\nlineas.xlsx") == "dos\\u000alineas.xlsx"
    assert "\u202e" not in shown("al\u202erev.xlsx")
    assert len(shown("x" * 240)) == 120


def test_a_file_that_changed_after_it_arrived_is_not_read_under_the_old_hash(project: Any, send: Any) -> None:
    path = send("icbf", 2023, [{"indicator": "PROT-11", "value": 30}])
    arrival = intake.arrivals(project.folders.raw)[0]
    path.write_bytes(b"otra cosa")
    assert intake.take_in_arrival(arrival, project.catalogue).findings["code"].to_list() == ["changed_file"]


def test_of_cells_formatted_as_days_only_those_are_marked_that_hold_none() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        day, sheet = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_worksheet("a")
        for row, value in enumerate((44_197, 0.5, -5, 99_999_999, "12")):
            sheet.write(row, 0, value, day)
        sheet.write(5, 0, 7, book.add_format({"num_format": "@"}))
    marked = read(stream.getvalue()).about["a"].formats
    assert marked == {(row, 1): "yyyy-mm-dd" for row in (3, 4, 5)}
