"""The hostile files by name: each is refused or read within seconds and under 1 GiB."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.hostile.build import TYPES, parts, sheet, strings, xlsx, zipped

MANIFEST = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {}
"""Name -> (how it is made, the codes that are right; READ where it may be read)."""
READ = "read"


def hostile(name: str, *codes: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        HOSTILE[name] = (make, set(codes))
        return make

    return register


@hostile("a value in the last cell there is, XFD1048576", "file_too_large")
def last_cell() -> bytes:
    return xlsx(CELL + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


@hostile("a space in XFD20000", "file_too_large")
def far_space() -> bytes:
    return xlsx(CELL + '<row r="20000"><c r="XFD20000" t="inlineStr"><is><t> </t></is></c></row>')


@hostile("a formatted blank cell in XFD1048576", READ)
def far_blank() -> bytes:
    return xlsx(CELL + '<row r="1048576"><c r="XFD1048576" s="0"/></row>')


@hostile("a reference that makes the reader panic", "bad_addresses")
def panic() -> bytes:
    return xlsx('<row r="1"><c r="ZZZZZZZZ99999999999999"><v>1</v></c></row>')


@hostile("the same with a single-quoted address and a prefix", "bad_addresses")
def hidden_panic() -> bytes:
    rows = "<x:row r='1'><x:c r='ZZZZZZZZ99999999999999'><x:v>1</x:v></x:c></x:row>"
    xml = sheet("").replace("<sheetData></sheetData>", f"<x:sheetData>{rows}</x:sheetData>")
    return zipped(parts(xml.replace("xmlns=", "xmlns:x=").replace("worksheet", "x:worksheet")))


@hostile("a far cell behind a prefix and single quotes", "file_too_large")
def hidden_far() -> bytes:
    rows = "<x:row r='1048576'><x:c r='XFD1048576'><x:v>1</x:v></x:c></x:row>"
    xml = sheet("").replace("<sheetData></sheetData>", f"<x:sheetData>{rows}</x:sheetData>")
    return zipped(parts(xml.replace("xmlns=", "xmlns:x=").replace("worksheet", "x:worksheet")))


@hostile("two cells at the same address", "bad_addresses")
def twice() -> bytes:
    return xlsx('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')


@hostile("1 GB of blanks in a zip of 1 MB", "unpacked_too_large")
def blanks() -> bytes:
    return _large(b" " * 2**20, 1024)


@hostile("300 MB of cells", "unpacked_too_large")
def many_cells() -> bytes:
    return _large(b'<row><c t="inlineStr"><is><t>abcdefgh</t></is></c></row>' * 18_000, 300)


@hostile("one text of 190 MB", "too_much_text", "reader_memory", "reader_time", "unreadable_file")
def one_text() -> bytes:
    return _large(b"a" * 2**20, 190, b'<row r="1"><c r="A1" t="inlineStr"><is><t>', b"</t></is></c></row>")


@hostile("a part whose stated size is a lie", READ, "unreadable_file", "unpacked_too_large")
def lying_size() -> bytes:
    content = bytearray(_large(b" " * 2**20, 300))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", content, at + 24, 10)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


@hostile("the same part listed a hundred times", "unreadable_file", "unpacked_too_large")
def overlapping() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts(sheet(CELL)).items():
            archive.writestr(name, data)
        archive.writestr("xl/worksheets/sheet9.xml", b" " * 2**24)
        entry = archive.infolist()[-1]
        for number in range(100):
            copy = zipfile.ZipInfo(f"xl/worksheets/s{number}.xml")
            for field in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(copy, field, getattr(entry, field))
            archive.filelist.append(copy)
    return stream.getvalue()


@hostile("a million entries in the directory", "unpacked_too_large", "unreadable_file")
def many_members() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts(sheet(CELL)).items():
            archive.writestr(name, data)
        for number in range(6_000):
            archive.writestr(f"xl/media/{number}", b"")
    return stream.getvalue()


@hostile("entities that grow a billionfold", "unreadable_file")
def entities() -> bytes:
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE x [<!ENTITY l0 "lol">{names}]>'
    return zipped(parts(head + sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>')))


@hostile("the same entities in UTF-16, in the list of texts", "unreadable_file")
def wide_entities() -> bytes:
    head = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>'
    made = parts(sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), shared="")
    made["xl/sharedStrings.xml"] = (head + strings("&b;")).encode("utf-16")
    return zipped(made)


@hostile("a file of this machine named as an entity", "unreadable_file")
def external_entity() -> bytes:
    head = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return zipped(parts(head + sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>')))


@hostile("a list of texts that says it has four billion", READ, "unreadable_file")
def lying_count() -> bytes:
    text = strings("uno", count=4_294_967_295)
    return xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', shared=text)


@hostile("a text that is not in the list", "unreadable_file", "reader_stopped")
def beyond_list() -> bytes:
    return xlsx('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>', shared=strings("uno"))


@hostile("elements a hundred thousand deep", READ, "unreadable_file", "reader_stopped", "bad_addresses")
def deep() -> bytes:
    return xlsx("<x:a>" * 100_000 + "</x:a>" * 100_000)


@hostile("a zip inside a zip inside a zip", "archive_file")
def nested() -> bytes:
    content = b"PK"
    for level in range(5):
        content = zipped({f"{level}.zip": content * 3})
    return content


@hostile("a workbook without its sheet", "unreadable_file")
def no_sheet() -> bytes:
    made = parts(sheet(CELL))
    del made["xl/worksheets/sheet1.xml"]
    return zipped(made)


@hostile("a workbook without its relations", "unreadable_file")
def no_relations() -> bytes:
    made = parts(sheet(CELL))
    del made["xl/_rels/workbook.xml.rels"]
    return zipped(made)


@hostile("a workbook without its list of texts", "unreadable_file", "reader_stopped")
def no_texts() -> bytes:
    return xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')


@hostile("only the content types", "unreadable_file")
def only_types() -> bytes:
    return zipped({"[Content_Types].xml": TYPES})


@hostile("XML cut in the middle", "unreadable_file")
def cut() -> bytes:
    return zipped(parts(sheet(CELL)[:-40]))


@hostile("a workbook cut in the middle", "unreadable_file")
def cut_zip() -> bytes:
    content = xlsx(CELL * 1)
    return content[: len(content) // 2]


@hostile("a part whose bytes were flipped", "unreadable_file")
def flipped() -> bytes:
    content = bytearray(xlsx(CELL))
    at = content.find(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml") + 4
    content[at] ^= 0xFF
    return bytes(content)


@hostile("two gigabytes of repeated cells in an ods", "file_too_large", "reader_memory", "unreadable_file")
def ods_repeated() -> bytes:
    rows = (
        '<table:table-row table:number-rows-repeated="100000"><table:table-cell office:value-type="float" '
        'office:value="1" table:number-columns-repeated="10000"/></table:table-row>'
    )
    return ods(rows)


@hostile("an old container that goes round in circles", "unreadable_file")
def ole_circle() -> bytes:
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<III", head, 44, 1, 1, 0)
    struct.pack_into("<IIIII", head, 56, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<I", head, 76, 0)
    return bytes(head) + struct.pack("<128I", 0xFFFFFFFD, *([1] * 127)) + bytes(512)


@hostile("a text file of one line without end", READ, "csv_unclosed_quote", "file_too_large", "too_much_text")
def long_line() -> bytes:
    return b"a,b\n" + b"x" * 50_000_000


@hostile("a million quotes", READ, "csv_unclosed_quote", "csv_bad_quote", "csv_ragged")
def quotes() -> bytes:
    return b'a,b\n"' + b'""' * 1_000_000 + b"\n"


@hostile("ten million separators", "file_too_large", "csv_ragged", "reader_memory")
def separators() -> bytes:
    return b"a,b\n" + b"," * 10_000_000


@hostile("random bytes", "unsupported_file", "csv_encoding", "csv_nul", "unreadable_file")
def noise() -> bytes:
    return zlib.compress(bytes(range(256)) * 4_000, 9)[2:]


def ods(rows: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for n in ("office", "table", "text", "number", "style")
    )
    spaces += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    body = f'<office:body><office:spreadsheet><table:table table:name="Datos">{rows}</table:table></office:spreadsheet>'
    content = f'<office:document-content {spaces} office:version="1.2">{body}</office:body></office:document-content>'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": MANIFEST,
        }
    )


def _large(piece: bytes, times: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A workbook whose sheet holds a piece many times, written without ever being whole in memory."""
    whole = sheet("@").encode()
    at = whole.index(b"@")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts("").items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, data)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(whole[:at] + before)
            for _ in range(times):
                part.write(piece)
            part.write(after + whole[at + 1 :])
    return stream.getvalue()
