"""Sound files, changed at one level: the package, the XML, one cell; records of binary workbooks; lines of text.

A change of raw bytes hardly ever gets past the first check (a checksum), so that most changes are made inside a file
that stays sound around them: those reach the readers, the guard and the recognition.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable

from tests.hostile.build import parts, sheet, strings, styles, wide, xlsb, xlsb_cell, zipped
from tests.messy.books import ods, text, xls, xlsx
from tests.messy.cases import LIST, WIDE

ROWS = "".join(
    f'<row r="{r}"><c r="A{r}" t="s"><v>{r % 3}</v></c><c r="B{r}" s="1"><v>{5000 + r}</v></c>'
    f'<c r="C{r}"><f>B{r}*2</f><v>{r}</v></c><c r="D{r}" t="inlineStr"><is><t>x{r}</t></is></c></row>'
    for r in range(1, 20)
)
BOOK = zipped(
    parts(
        sheet(ROWS, after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'),
        styles=styles("00000"),
        shared=strings("uno", "dos", "tres"),
    )
)
BINARY = xlsb(
    {
        row: [xlsb_cell(6, 0, wide(f"texto {row}")), xlsb_cell(5, 1, struct.pack("<d", 5000 + row), style=1)]
        for row in range(12)
    }
)
PACKAGES = {
    "xlsx": [BOOK, xlsx([["Título"], *LIST]), xlsx({"Hoja1": WIDE, "Hoja2": LIST}, hidden_sheets=["Hoja2"])],
    "ods": [ods(LIST), ods(WIDE)],
    "xlsb": [BINARY],
}
OLD = [xls(LIST), xls(WIDE)]
TEXT = [text(LIST), text(WIDE, separator=";"), text([["Título; de tabla"], *LIST], encoding="cp1252")]
SPITE = [
    *("-1", "99999999999", "1e999", "NaN", "1.7976931348623157e308", "0000", "12.0000000000000001", "٣", "½"),
    *("XFD1048576", "A0", "AAAA1", "ZZZZZZZZ99999999999999", "A1:XFD1048576", "1048577", "0"),
    *(
        "&#0;",
        "&lol;",
        "&#x10FFFF;",
        "<c>",
        "</c>",
        "<v/>",
        "<!--",
        "]]>",
        "\x00",
        "\u202e",
        "a\u0301" * 9,
        "x" * 40_000,
    ),
    "x" * 40_000,
    *("s", "e", "str", "d", "true", "1904", "=1+1", "@SUM(A1)", "<5", "SIN DATO", "1.234", "31/02/2024", "05001"),
]
CELLS = ("12", "15", "7", "5001", "5003", "Northmoor", "NORTHMOOR", "Región", "CANTIDAD", "08/24/2022", "2022", "uno")
MARKS = ("A1", "B7", "C19", 'r="3"', "str", "inlineStr", "<f>", "</row>", "<v>", "float", "string", "table:", "1")
LEVELS = ("bytes", "package", "xml", "cell", "cell", "record", "text")


def mutant(chance: random.Random) -> tuple[str, bytes]:
    """One changed file, and which kind and level it is of."""
    level = chance.choice(LEVELS)
    if level == "text":
        return f"text {level}", _lines(chance.choice(TEXT), chance)
    if level == "record":
        kind = chance.choice(["xls", "xlsb"])
        return f"{kind} record", _old(chance.choice(OLD), chance) if kind == "xls" else _binary(BINARY, chance)
    kind = chance.choice(["xlsx", "xlsx", "xlsx", "ods", "ods", "xlsb"])
    content = chance.choice(PACKAGES[kind])
    if level == "bytes":
        return f"{kind} bytes", _bytes(content, chance, chance.random() < 0.2)
    change: Callable[[dict[str, bytes], random.Random], None] = {"package": _package, "xml": _xml, "cell": _cell}[level]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        made = {name: archive.read(name) for name in archive.namelist()}
    change(made, chance)
    method = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    packed = zipped(dict(made), method)
    if level == "package" and chance.random() < 0.4:
        packed = chance.choice([packed + bytes(chance.randrange(64)), b"x" * chance.randrange(64) + packed])
    return f"{kind} {level}", packed


def _bytes(content: bytes, chance: random.Random, cut: bool) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randint(1, len(changed))] if cut else changed)


def _package(made: dict[str, bytes], chance: random.Random) -> None:
    """Parts that go, come twice, change places, have other names; and parts that nobody asked for."""
    name, other = chance.choice(sorted(made)), chance.choice(sorted(made))
    done = chance.randrange(6)
    if done == 0:
        del made[name]
    elif done == 1:
        made[name] = made[other]
    elif done == 2:
        made[name.upper()] = made.pop(name)
    elif done == 3:
        made[f"/{name}" if chance.random() < 0.5 else name.replace("/", "\\")] = made.pop(name)
    elif done == 4:
        extra = (
            "xl/vbaProject.bin",
            "xl/comments1.xml",
            "xl/media/a.png",
            "xl/externalLinks/externalLink1.xml",
            "../x",
        )
        made[chance.choice(extra)] = made[other]
    else:
        items = list(made.items())
        chance.shuffle(items)
        made.clear()
        made.update(items)


def _xml(made: dict[str, bytes], chance: random.Random) -> None:
    """A piece of a part taken away, put in twice, or put from another place; tags stay sound about half the time."""
    name = chance.choice([n for n in sorted(made) if made[n]])
    data = made[name]
    if chance.random() < 0.5:
        tags = data.split(b"<")
        at = chance.randrange(len(tags))
        piece = chance.choice(tags)
        tags[at : at + chance.randint(0, 1)] = [piece] * chance.randint(0, 2)
        made[name] = b"<".join(tags)
        return
    at, length = chance.randrange(len(data)), chance.randint(0, 40)
    new = chance.choice([b"", bytes(chance.randrange(256) for _ in range(9)), data[:60], chance.choice(SPITE).encode()])
    made[name] = data[:at] + new + data[at + length :]


def _cell(made: dict[str, bytes], chance: random.Random) -> None:
    """A value, an address or an attribute of cells made into something that no sound program writes."""
    names = [n for n in sorted(made) if n.endswith(("sheet1.xml", "sharedStrings.xml", "content.xml", "sheet1.bin"))]
    name = chance.choice(names)
    found = [word.encode() for word in (*CELLS, *MARKS) if word.encode() in made[name]] or [made[name][:3]]
    spite = chance.choice(SPITE).encode("utf-8", "replace")
    made[name] = made[name].replace(chance.choice(found), spite, chance.choice([1, 1, 3, -1]))


def _old(content: bytes, chance: random.Random) -> bytes:
    """A record of an .xls: its kind, its length or its data."""
    changed = bytearray(content)
    at, starts = 512, []  # xlwt writes the stream of the workbook behind the head
    while at + 4 < len(changed):
        starts.append(at)
        kind, length = struct.unpack_from("<HH", changed, at)
        if not kind:
            break
        at += 4 + length
    for _ in range(chance.randint(1, 3)):
        start = chance.choice(starts)
        length = struct.unpack_from("<H", changed, start + 2)[0]
        done = chance.randrange(4)
        if done == 0:
            struct.pack_into("<H", changed, start, chance.choice([3, 6, 10, 253, 517, 638, 659, 2057, 60, 65_535]))
        elif done == 1:
            struct.pack_into("<H", changed, start + 2, chance.choice([0, 1, length + 1, 8224, 65_535]))
        else:
            for _ in range(chance.randint(1, 6)):
                where = start + 4 + chance.randrange(max(length, 1))
                changed[min(where, len(changed) - 1)] = chance.choice([0, 1, 127, 128, 255, chance.randrange(256)])
    return bytes(changed)


def _binary(content: bytes, chance: random.Random) -> bytes:
    """Bytes inside a part of an .xlsb, in a sound package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        made = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([n for n in made if n.endswith(".bin")])
    made[name] = _bytes(made[name], chance, chance.random() < 0.1)
    return zipped(dict(made))


def _lines(content: bytes, chance: random.Random) -> bytes:
    """Signs that decide how a text file is read, put anywhere."""
    changed = bytearray(content)
    signs = (
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\x00",
        b"\xff",
        b"\xc3",
        b"\xef\xbf\xbd",
        b"\x1a",
        b"'",
        b"=",
    )
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        changed[at : at + chance.randint(0, 3)] = chance.choice([*signs, chance.choice(SPITE).encode()])
    return bytes(changed)
