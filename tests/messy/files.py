"""Kinds 1 to 6, 18 to 20 and 29 to 33: what cannot be opened, text files, cut exports, odd names, what is hidden."""

from __future__ import annotations

import io
import re
import zipfile

from tests.messy.books import ods, text, xls, xlsx
from tests.messy.cases import HEAD, LAST, LIST, LIST_VALUES, WIDE, WIDE_VALUES, add, event


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


def _broken_styles() -> bytes:
    """Cells of styles that are not there, as programs leave them behind; other readers refuse such a workbook."""
    source, stream = xlsx(WIDE), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            data = old.read(item)
            if item.endswith("sheet1.xml"):
                data = re.sub(rb'<c r="([A-Z]\d)"', rb'<c r="\1" s="77"', data)
            if item.endswith("styles.xml"):
                one = b'<cellXfs count="9"><xf numFmtId="999" fontId="88" fillId="99"/></cellXfs>'
                data = re.sub(rb"<fonts.*</cellXfs>", one, data, flags=re.DOTALL)
            new.writestr(item, data)
    return stream.getvalue()


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/workbook.xml", b"<workbook/>")
        new.writestr("xl/worksheets/sheet1.xml", bytes(201 * 2**20))
    return stream.getvalue()


def _encrypted_package() -> bytes:
    """The container of an .xls with the stream named as Excel names the package that it encrypted."""
    content = bytearray(xls(WIDE))
    at = content.index("Workbook\0".encode("utf-16-le"))
    name = "EncryptedPackage\0".encode("utf-16-le")
    content[at : at + 66] = name.ljust(64, b"\0") + len(name).to_bytes(2, "little")
    return bytes(content)


def _encrypted_ods() -> bytes:
    source, stream = ods(WIDE), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            data = old.read(item)
            if item == "META-INF/manifest.xml":
                data = data.replace(b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>")
            new.writestr(item, data)
    return stream.getvalue()


# 1-6: what is no workbook, or cannot be opened. The reader's own tests go deeper.
add(
    1,
    "old workbook with a password",
    lambda: xls(WIDE).replace(b"\x5c\0\x70\0", b"\x2f\0\x70\0", 1),
    None,
    "encrypted_file",
)
add(1, "workbook with a password, in the container that Excel makes", _encrypted_package, None, "encrypted_file")
add(1, "OpenDocument with a password", _encrypted_ods, None, "encrypted_file")
add(2, "cut in the middle", lambda: xlsx(WIDE)[:2000], None, "unreadable_file")
add(2, "nothing in it", lambda: b"", None, "unreadable_file")
add(3, "a web page", lambda: b"<html><table><tr><td>1</td></tr></table></html>", None, "web_page_file")
add(3, "a PDF", lambda: b"%PDF-1.7\n1 0 obj\n", None, "pdf_file")
add(
    4,
    "pointer of a version system",
    lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n",
    None,
    "pointer_file",
)
add(4, "lock file of Excel", lambda: b"\x06Autora".ljust(55) + b"\x06\0" + bytes(108), None, "lock_file")
add(5, "sheet of Excel 4", lambda: b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(100), None, "old_format_file")
add(
    5,
    "workbook of Excel 5",
    lambda: xls(WIDE).replace(b"\x10\0\0\6\5\0", b"\x10\0\0\5\5\0", 1),
    None,
    "old_format_file",
)
add(
    5, "flat XML document", lambda: b'<?xml version="1.0"?><office:document xmlns:office="x"/>', None, "old_format_file"
)
add(6, "stray cell at the end of the sheet", _stray, None, "file_too_large")
add(6, "a zip that unpacks to too much", _bomb, None, "unpacked_too_large")


add(4, "styles that are not there", _broken_styles, WIDE_VALUES)
# 18-20: text files
add(
    18,
    "Latin-1 and semicolons",
    lambda: text([["Región", "2022", "2023"], *WIDE[1:]], separator=";", encoding="cp1252"),
    WIDE_VALUES,
)
add(
    18,
    "UTF-16 and tabs",
    lambda: text([["Región", "2022", "2023"], *WIDE[1:]], separator="\t", encoding="utf-16"),
    WIDE_VALUES,
)
add(18, "byte order mark", lambda: text([["Región", "2022", "2023"], *WIDE[1:]], encoding="utf-8-sig"), WIDE_VALUES)
add(19, "text encoded twice", lambda: xlsx([["RegiÃ³n", 2022], ["Northmoor", 1]]), None, "layout_incomplete")
add(19, "lost letters", lambda: text([HEAD, event(name="NORTHMOOR BRIDG\ufffd"), LAST]), None, "csv_lost_characters")
QUOTED = b'Regi\xc3\xb3n,2022,2023\r\n"Northmoor,12,15"\r\nEastvale,7,0\r\n'
add(20, "a line wholly in quotes", lambda: QUOTED, WIDE_VALUES)
add(
    20,
    "a comma that no quotes protect",
    lambda: b"Regi\xc3\xb3n,2022,2023\r\nNorthmoor,12,15\r\nEastvale, D.C.,7,0\r\n",
    {("01", 2022): 12, ("01", 2023): 15},
    "ragged_row",
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
add(32, "hidden column is counted", lambda: xlsx(WIDE, hidden_columns=[3]), WIDE_VALUES, "personal_unread")
# 33: empty
add(33, "headings alone", lambda: xlsx([HEAD]), None, "empty_table")
add(
    33,
    "1,000 numbered rows without content",
    lambda: xlsx([["Región", 2022, 2023], *([n] for n in range(1, 1001))]),
    None,
    "empty_table",
)
add(33, "an empty sheet", lambda: xlsx([]), None, "empty_file")
# More of the kinds that a file of text has
LATIN = text([["Región", 2022, 2023], *WIDE[1:]], encoding="cp1252")
add(19, "two encodings in one file", lambda: LATIN + "Región\r\n".encode(), None, "csv_mixed_encoding")
add(
    19,
    "a text file encoded twice",
    lambda: text([["Región", 2022, 2023], *WIDE[1:]]).decode("cp1252").encode(),
    WIDE_VALUES,
    "csv_mended_lines",
)
add(
    20,
    "a quote that is never closed",
    lambda: b'Regi\xc3\xb3n,2022\r\n"Northmoor,12\r\nEastvale,7\r\n',
    None,
    "csv_unclosed_quote",
)
add(20, "zero bytes", lambda: b"Regi\xc3\xb3n,2022\r\nNorth\x00moor,12\r\n", None, "csv_nul")
# More types
add(3, "old Excel", lambda: xls(WIDE), WIDE_VALUES)
add(3, "OpenDocument", lambda: ods(WIDE), WIDE_VALUES)
