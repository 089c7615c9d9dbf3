"""Nothing hides in a file of an edition: a planted value is found wherever it is put, in every kind of file."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pikepdf
import polars as pl
import pytest
from cpc_pipeline.artefacts import UnknownFile, audit_files, texts_of
from cpc_pipeline.artefacts.opening import strange_parts
from cpc_pipeline.desk import exporting
from cpc_pipeline.export import FORMATS
from cpc_pipeline.project import Project

pytestmark = pytest.mark.slow

CANARY = "7919"
"""A number that no edition has."""


def a_png(chunk: bytes = b"", after: bytes = b"") -> bytes:
    def part(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = part(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
    said = part(b"tEXt", b"Comment\0" + chunk) if chunk else b""
    return b"\x89PNG\r\n\x1a\n" + head + said + part(b"IDAT", zlib.compress(b"\0\0")) + part(b"IEND", b"") + after


def an_svg(inside: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg"><g>{inside}</g></svg>'.encode()


def a_page(body: str) -> bytes:
    return f"<!doctype html><html><head><title>Report</title></head><body>{body}</body></html>".encode()


def in_page(kind: str, content: bytes) -> bytes:
    return a_page(f'<img alt="x" src="data:{kind};base64,{base64.b64encode(content).decode()}">')


def a_package(name: str, parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in {f"{name}/document.xml": "<a/>", **parts}.items():
            archive.writestr(part, content)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def a_workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active["B7"] = int(CANARY)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_pdf(change: Callable[[pikepdf.Pdf], None] = lambda _: None, words: str = "Report") -> bytes:
    import typst

    made = typst.compile(f"#set document(date: none)\n= Report\n{words}".encode(), timestamp=0)
    with pikepdf.open(io.BytesIO(made)) as file:
        change(file)
        out = io.BytesIO()
        file.save(out, deterministic_id=True)
    return out.getvalue()


def a_parquet(frame: pl.DataFrame, **more: object) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, **more)  # type: ignore[arg-type]
    return out.getvalue()


def a_database(*statements: str) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE plain AS SELECT 1 AS one")
            for statement in statements:
                connection.execute(statement)
                connection.execute("CHECKPOINT")
        return path.read_bytes()


def set_alt(file: pikepdf.Pdf) -> None:
    entry = pikepdf.Dictionary(S=pikepdf.Name.Figure, Alt=f"{CANARY} children")
    file.Root.Extra = file.make_indirect(entry)


def set_title(file: pikepdf.Pdf) -> None:
    file.docinfo["/Subject"] = f"of {CANARY}"


def set_xmp(file: pikepdf.Pdf) -> None:
    with file.open_metadata() as metadata:
        metadata["dc:description"] = f"of {CANARY}"


SAID: dict[str, tuple[str, bytes]] = {
    "a line of text": ("a.txt", f"there were {CANARY}".encode()),
    "a cell of a table": ("a.csv", f"a,b\n1,{CANARY}\n".encode()),
    "a value of JSON": ("a.json", json.dumps({"a": [{"b": 7919}]}).encode()),
    "a key of JSON": ("a.json", json.dumps({CANARY: None}).encode()),
    "the words of a drawing": ("a.svg", an_svg(f"<text>{CANARY}</text>")),
    "words drawn as outlines": ("a.svg", an_svg(f"<!-- {CANARY} --><path/>")),
    "an attribute of a drawing": ("a.svg", an_svg(f'<path data-value="{CANARY}"/>')),
    "metadata of a picture": ("a.png", a_png(CANARY.encode())),
    "the text of a page": ("a.html", a_page(f"<p>{CANARY}</p>")),
    "data in an attribute": ("a.html", a_page(f'<p data-x="{CANARY}">a</p>')),
    "a tip": ("a.html", a_page(f'<p title="{CANARY}">a</p>')),
    "a script": ("a.html", a_page(f"<script>x = {CANARY};</script>")),
    "a hidden element": ("a.html", a_page(f"<p hidden>{CANARY}</p>")),
    "a drawing in a page": ("a.html", in_page("image/svg+xml", an_svg(f"<text>{CANARY}</text>"))),
    "a picture in a page": ("a.html", in_page("image/png", a_png(CANARY.encode()))),
    "a run of a document": ("a.docx", a_package("word", {"word/document.xml": f"<w:t {W}>{CANARY}</w:t>"})),
    "an alternative text": ("a.docx", a_package("word", {"word/document.xml": f'<docPr descr="{CANARY}"/>'})),
    "a field code": ("a.docx", a_package("word", {"word/document.xml": f"<w:instrText {W}>{CANARY}</w:instrText>"})),
    "a property of a document": (
        "a.docx",
        a_package("word", {"docProps/core.xml": f"<a><subject>{CANARY}</subject></a>"}),
    ),
    "a picture in a document": ("a.docx", a_package("word", {"word/media/i.png": a_png(CANARY.encode())})),
    "a slide": ("a.pptx", a_package("ppt", {"ppt/slides/slide1.xml": f"<a:t {A}>{CANARY}</a:t>"})),
    "the cache of a chart": ("a.pptx", a_package("ppt", {"ppt/charts/chart1.xml": f"<c><v>{CANARY}</v></c>"})),
    "speaker notes": ("a.pptx", a_package("ppt", {"ppt/notesSlides/n.xml": f"<a:t {A}>{CANARY}</a:t>"})),
    "a cell of a workbook": ("a.xlsx", a_workbook()),
    "a value of XML": ("a.xml", f'<a><actual value="{CANARY}"/></a>'.encode()),
    "a text of XML": ("a.xml", f"<a>{CANARY}</a>".encode()),
    "a row of Parquet": ("a.parquet", a_parquet(pl.DataFrame({"a": [1, 7919]}))),
    "a category without a row": (
        "a.parquet",
        a_parquet(pl.DataFrame({"a": pl.Series(["1"], dtype=pl.Enum(["1", CANARY]))})),
    ),
    "a note in Parquet": ("a.parquet", a_parquet(pl.DataFrame({"a": [1]}), metadata={"note": CANARY})),
    "a table of a database": ("a.duckdb", a_database(f"CREATE TABLE t AS SELECT {CANARY} AS x")),
    "a view of a database": ("a.duckdb", a_database(f"CREATE VIEW v AS SELECT {CANARY} AS x")),
    "another schema": ("a.duckdb", a_database("CREATE SCHEMA s", f"CREATE TABLE s.t AS SELECT {CANARY} AS x")),
    "a comment on a column": ("a.duckdb", a_database(f"COMMENT ON COLUMN plain.one IS 'of {CANARY}'")),
    "the text of a PDF": ("a.pdf", a_pdf(words=f"Children: {CANARY}")),
    "white text of a PDF": ("a.pdf", a_pdf(words=f"#text(fill: white)[{CANARY}]")),
    "an alternative text of a PDF": ("a.pdf", a_pdf(set_alt)),
    "what a PDF says of itself": ("a.pdf", a_pdf(set_title)),
    "the metadata of a PDF": ("a.pdf", a_pdf(set_xmp)),
}


@pytest.mark.parametrize("where", SAID)
def test_a_planted_value_is_found_wherever_a_reader_may_come_upon_it(tmp_path: Path, where: str) -> None:
    name, content = SAID[where]
    (tmp_path / name).write_bytes(content)
    allowed = {float(n) for n in range(2200)}
    leaks = audit_files(tmp_path, [name], allowed, pl.DataFrame(schema={"indicator": pl.String}))
    assert "number" in {leak.what for leak in leaks}
    assert CANARY not in str(leaks)


def attach(file: pikepdf.Pdf) -> None:
    file.attachments["x.txt"] = pikepdf.AttachedFileSpec(file, CANARY.encode())


def annotate(file: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents=CANARY)
    file.pages[0].Annots = pikepdf.Array([note])


def hide(file: pikepdf.Pdf) -> None:
    file.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([]))


def script(file: pikepdf.Pdf) -> None:
    file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")


def paint_nothing(file: pikepdf.Pdf) -> None:
    page = file.pages[0]
    font = next(iter(page.Resources.Font.keys()))
    page.contents_add(f"BT {font} 12 Tf 3 Tr 50 500 Td <00100011> Tj ET".encode())


def author(file: pikepdf.Pdf) -> None:
    file.docinfo["/Author"] = "somebody"


def revised(content: bytes) -> bytes:
    """With an earlier version below it, as editors append."""
    return content + content[content.rindex(b"trailer") if b"trailer" in content else -400 :]


STRANGE: dict[str, tuple[str, bytes]] = {
    "an attached file": ("a.pdf", a_pdf(attach)),
    "a note in a PDF": ("a.pdf", a_pdf(annotate)),
    "a hidden layer": ("a.pdf", a_pdf(hide)),
    "a script in a PDF": ("a.pdf", a_pdf(script)),
    "text that is not drawn": ("a.pdf", a_pdf(paint_nothing)),
    "an author": ("a.pdf", a_pdf(author)),
    "an earlier version": ("a.pdf", revised(a_pdf())),
    "bytes after a PDF": ("a.pdf", a_pdf() + CANARY.encode()),
    "bytes after a picture": ("a.png", a_png(after=CANARY.encode())),
    "a comment in a page": ("a.html", a_page("<!-- a -->")),
    "something fetched": ("a.html", a_page('<img alt="" src="https://example.org/x.png">')),
    "a frame": ("a.html", a_page("<iframe></iframe>")),
    "a handler": ("a.html", a_page('<p onclick="x()">a</p>')),
    "a picture nobody can look through": ("a.html", in_page("image/webp", b"x")),
    "words in a style": ("a.html", a_page(f'<style>p::after{{content:"{CANARY}"}}</style>')),
    "a comment in a document": ("a.docx", a_package("word", {"word/comments.xml": "<a/>"})),
    "tracked changes": ("a.docx", a_package("word", {"word/document.xml": f"<w:p {W}><w:ins/></w:p>"})),
    "hidden text": ("a.docx", a_package("word", {"word/document.xml": f"<w:p {W}><w:vanish/></w:p>"})),
    "an embedded workbook": ("a.docx", a_package("word", {"word/embeddings/b.xlsx": b"x"})),
    "own properties": ("a.docx", a_package("word", {"docProps/custom.xml": "<a/>"})),
    "data behind a document": ("a.docx", a_package("word", {"customXml/item1.xml": "<a/>"})),
    "a template elsewhere": (
        "a.docx",
        a_package(
            "word",
            {
                "word/_rels/settings.xml.rels": '<R><r Type="x/attachedTemplate" Target="C:/me.dotx" '
                'TargetMode="External"/></R>'
            },
        ),
    ),
    "a workbook behind a chart": ("a.pptx", a_package("ppt", {"ppt/embeddings/b.xlsx": b"x"})),
    "notes below a slide": ("a.pptx", a_package("ppt", {"ppt/notesSlides/n.xml": "<a/>"})),
    "a hidden slide": ("a.pptx", a_package("ppt", {"ppt/slides/slide1.xml": '<p:sld xmlns:p="p" show="0"/>'})),
    "a hidden sheet": ("a.xlsx", a_package("xl", {"xl/workbook.xml": '<w><sheet state="hidden"/></w>'})),
    "a picture of another kind": ("a.docx", a_package("word", {"word/media/i.emf": b"x"})),
    "a comment in XML": ("a.xml", b"<a><!-- x --></a>"),
    "a definition in XML": ("a.xml", b"<!DOCTYPE a><a/>"),
    "a script in a drawing": ("a.svg", an_svg("<script/>")),
    "a macro of a database": ("a.duckdb", a_database("CREATE MACRO m(a) AS a + 1")),
    "room of deleted rows": (
        "a.duckdb",
        a_database("CREATE TABLE t AS SELECT range AS x, md5(range::VARCHAR) AS y FROM range(300000)", "DROP TABLE t"),
    ),
}


@pytest.mark.parametrize("what", STRANGE)
def test_a_part_that_no_edition_may_have_is_named(tmp_path: Path, what: str) -> None:
    name, content = STRANGE[what]
    (tmp_path / name).write_bytes(content)
    assert strange_parts(tmp_path / name) != []


PLAIN = {
    "a.pdf": a_pdf(),
    "a.png": a_png(),
    "a.svg": an_svg("<!-- 0 --><!-- 2,000 --><!-- 4,000 --><!-- 6,000 --><text>a</text>"),
    "a.html": a_page('<style>p{content:"\\2003"}</style>' + f"<p>{1}</p>"),
    "a.docx": a_package("word", {"word/media/i.png": a_png()}),
    "a.xml": b'<?xml version="1.0"?>\n<a version="9999">1</a>',
    "a.parquet": a_parquet(pl.DataFrame({"a": [1]})),
    "a.duckdb": a_database(),
    "a.json": json.dumps({"bytes": 7919, "hash": "7919", "a": 1}).encode(),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_file_raises_no_alarm(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PLAIN[name])
    assert audit_files(tmp_path, [name], {1.0}, pl.DataFrame(schema={"indicator": pl.String})) == []


def test_numbers_that_are_no_scale_are_data(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_bytes(an_svg("<!-- 0 --><!-- 2,000 --><!-- 4,001 -->"))
    assert [text for _, text in texts_of(tmp_path / "a.svg")] == ["0", "2,000", "4,001"]


@pytest.mark.parametrize("name", ["a.zip", "a.ods", "a.ipynb", "a.doc", "a"])
def test_a_kind_of_file_that_nobody_can_look_through_does_not_leave(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UnknownFile):
        texts_of(tmp_path / name)
    leaks = audit_files(tmp_path, [name], set(), pl.DataFrame(schema={"indicator": pl.String}))
    assert [leak.what for leak in leaks] == ["unknown_file"]


@pytest.mark.parametrize("kind", ["parquet", "duckdb"])
def test_a_row_of_data_that_the_masked_table_does_not_have_is_found(tmp_path: Path, kind: str) -> None:
    """3 may stand in the edition: only its own row can tell that it must not stand there."""
    rows = pl.DataFrame({"indicator": ["A", "B"], "year": "2024", "actual": ["3", None], "lower": None, "upper": None})
    leaky = pl.DataFrame({"indicator": ["A", "B"], "actual": [3.0, 3.0]})
    if kind == "parquet":
        content = a_parquet(leaky)
    else:
        content = a_database("CREATE TABLE t AS SELECT * FROM (VALUES ('A', 3.0), ('B', 3.0)) AS t(indicator, actual)")
    (tmp_path / f"a.{kind}").write_bytes(content)
    assert "row" in {leak.what for leak in audit_files(tmp_path, [f"a.{kind}"], {1.0, 3.0}, rows)}


def test_every_format_of_export_can_be_looked_through_and_hides_nothing(issued_arcadia: Project) -> None:
    for to in FORMATS:
        done = exporting.export(issued_arcadia, 2024, "public", to)
        for name in done.files:
            assert texts_of(done.folder / name), name
            assert strange_parts(done.folder / name) == [], name
