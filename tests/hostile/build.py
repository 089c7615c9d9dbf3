"""Small workbooks from their parts, so that a test can say exactly what is in the file."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def sheet(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{NS}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(
    xml: str | bytes,
    *,
    styles: str | None = None,
    shared: str | None = None,
    book: str = "",
    kind: str = "worksheet",
) -> dict[str, bytes | str]:
    """The parts of a workbook of one sheet, Datos; book: what else its workbook.xml says."""
    made: dict[str, bytes | str] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{PKG}"><Relationship Id="r1" Type="{REL}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{NS}" xmlns:r="{REL}">{book}<sheets>'
        '<sheet name="Datos" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PKG}"><Relationship Id="rId1" Type="{REL}/{kind}" '
        f'Target="{kind}s/sheet1.xml"/><Relationship Id="rId2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        f"xl/{kind}s/sheet1.xml": xml,
    }
    if styles is not None:
        made["xl/styles.xml"] = styles
    if shared is not None:
        made["xl/sharedStrings.xml"] = shared
    return made


def xlsx(rows: str, **kwargs: Any) -> bytes:
    """A workbook whose sheet Datos has these rows (XML)."""
    return zipped(parts(sheet(rows), **kwargs))


def styles(*codes: str) -> str:
    """Cell style n+1 has the nth number format; style 0 is General."""
    formats = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(codes))
    used = "".join(f'<xf numFmtId="{164 + n}" applyNumberFormat="1"/>' for n in range(len(codes)))
    return (
        f'<styleSheet xmlns="{NS}"><numFmts count="{len(codes)}">{formats}</numFmts>'
        f'<cellXfs count="{len(codes) + 1}"><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )


def strings(*texts: str, count: int | None = None) -> str:
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'<sst xmlns="{NS}" count="{count or len(texts)}" uniqueCount="{count or len(texts)}">{items}</sst>'


# --- xlsb: no program of ours writes it, so its records are written here ([MS-XLSB] 2.1.4) ------------------


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(data), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb_cell(kind: int, column: int, data: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, style) + data)


def xlsb(cells: dict[int, list[bytes]], hidden: tuple[int, ...] = ()) -> bytes:
    """A workbook of one sheet, Datos: row (from 0) -> its cells. Style 1 is 00000."""
    rows = b""
    for row, content in cells.items():
        flags = 0x10 if row in hidden else 0
        rows += record(0, struct.pack("<IIHBBB", row, 0, 300, 0, flags, 0) + struct.pack("<I", 0)) + b"".join(content)
    extent = struct.pack("<4I", 0, max(cells), 0, 10)
    body = record(129) + record(148, extent) + record(145) + rows + record(146) + record(130)
    book = record(131) + record(153, struct.pack("<III", 0, 0, 0))
    book += (
        record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Datos")) + record(144) + record(132)
    )
    formats = record(615, struct.pack("<I", 1)) + record(44, struct.pack("<H", 164) + wide("00000")) + record(616)
    xfs = b"".join(record(47, struct.pack("<HH", 0, n) + bytes(12)) for n in (0, 164))
    look = record(278) + formats + record(617, struct.pack("<I", 2)) + xfs + record(618) + record(279)
    made = parts("", kind="worksheet")
    links = (
        str(made["xl/_rels/workbook.xml.rels"]).replace("sheet1.xml", "sheet1.bin").replace("styles.xml", "styles.bin")
    )
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": str(made["_rels/.rels"]).replace("workbook.xml", "workbook.bin"),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": links,
            "xl/worksheets/sheet1.bin": body,
            "xl/styles.bin": look,
        }
    )
