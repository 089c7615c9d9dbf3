"""The submitter's own workbook comes back with every finding in its cell, and nothing else in it has changed."""

from __future__ import annotations

import io
import re
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import cli, feedback
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.desk import checking
from cpc_pipeline.project import Project
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

DATA = "Indicadores - Indicators"
OURS = "Revisión - Feedback"
ROWS = [
    {"indicator": "PREV-7", "value": 15},
    {"indicator": "PROT-99", "value": 30, "place": "Antioqia"},
    {"indicator": "PREV-8", "value": None},
    {"indicator": "PREV-8", "value": "=1+1"},
    {"indicator": "PROT-1", "value": -3.5},
]
MARKED = {"A6", "B6", "O7", "O8", "O9"}
CATALOGUE: Catalogue = load("colombia")
SOFFICE = shutil.which("soffice")


def marked(project: Project, path: Path, language: str = "en") -> bytes:
    found, _, _ = checking.check_file(project, path)
    return checking.annotate(project, path, found, language)


def back(path: Path, content: bytes) -> Path:
    """What the submitter gets, beside what was sent."""
    target = path.with_name("back.xlsx")
    target.write_bytes(content)
    return target


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told(project: Project, path: Path) -> list[tuple[str, ...]]:
    found, _, _ = checking.check_file(project, path)
    return sorted(found.select("sheet", "cell", "code", "severity", "found", "expected").iter_rows())


def corrected(path: Path) -> Path:
    """Every finding of ROWS put right in this very file, as a person does."""
    book = openpyxl.load_workbook(path)
    sheet = book[DATA]
    for cell, value in {"A6": "PREV-9", "B6": "05", "O7": 1, "O8": 2, "O9": 3, "P8": None}.items():
        sheet[cell] = value
    sheet["A8"] = "PREV-6"
    book.save(path)
    return path


def picture() -> io.BytesIO:
    """A small PNG."""
    import matplotlib.image
    import numpy

    stream = io.BytesIO()
    matplotlib.image.imsave(stream, numpy.zeros((4, 4, 3)), format="png")
    stream.seek(0)
    return stream


def rich(path: Path, font: str = "Arial") -> Path:
    """The same workbook with everything that people put into one."""
    book = openpyxl.load_workbook(path)
    sheet = book[DATA]
    for row in sheet["A5:C9"]:
        for cell in row:
            cell.font, cell.fill = Font(font, bold=True), PatternFill("solid", fgColor="FFCCE5FF")
    sheet["B5"].comment = Comment("Ask Ana about this", "Ana")
    sheet["B6"].comment = Comment("Is this right?", "Ana")
    sheet.column_dimensions["A"].width, sheet.row_dimensions[6].height = 41.5, 33
    validation = DataValidation("list", formula1='"05,11"', allow_blank=True)
    validation.add("B5:B99")
    sheet.add_data_validation(validation)
    sheet.conditional_formatting.add("O5:O99", CellIsRule("lessThan", ["0"], font=Font(color="FFFF0000")))
    cover = book.worksheets[0]
    cover.merge_cells("D2:E3")
    cover["D2"], cover["D5"] = "Área", "=1+1"
    book.defined_names["somewhere"] = DefinedName("somewhere", attr_text=f"'{DATA}'!$A$1")
    cover.add_image(Image(picture()), "G2")
    sheet.print_title_rows = "4:4"
    sheet.print_area = "A1:O9"
    book.active = 1
    book.save(path)
    return path


def by_soffice(path: Path) -> Path:
    """The workbook as another program saves it."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed: what it makes of a workbook cannot be tried")
    folder = path.parent / "saved"
    profile = f"-env:UserInstallation=file://{path.parent.as_posix().replace(' ', '%20')}/profile"
    command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / path.name


SOURCES = {
    "the format as issued": lambda path: path,
    "saved by openpyxl": rich,
    "saved by LibreOffice": lambda path: by_soffice(rich(path)),
}


@pytest.fixture(params=SOURCES.values(), ids=SOURCES.keys())
def sent(request: pytest.FixtureRequest, send: Any) -> Path:
    made: Path = request.param(send("mininterior", 2023, ROWS))
    return made


def look(cell: Any) -> str:
    """Font, border and alignment; "general" and not stated are the same alignment."""
    return repr((cell.font, cell.border, cell.alignment.wrap_text, cell.alignment.vertical, cell.protection.locked))


def same_but_for_marks(before: Path, after: Path, cells: set[str]) -> None:
    """Everything that openpyxl reads of the sheets that were sent, except fill and comment of the marked cells."""
    was, now = openpyxl.load_workbook(before), openpyxl.load_workbook(after)
    assert [OURS, *was.sheetnames] == now.sheetnames
    assert {n: d.attr_text for n, d in was.defined_names.items()} == {
        n: d.attr_text for n, d in now.defined_names.items()
    }
    assert now.active.title == was.active.title
    for old in was:
        new = now[old.title]
        for row in old.iter_rows():
            for cell in row:
                other = new[cell.coordinate]
                assert (cell.value, cell.data_type, cell.number_format) == (
                    other.value,
                    other.data_type,
                    other.number_format,
                )
                if cell.has_style:  # a cell that was not there gets the look of its column
                    assert look(cell) == look(other)
                if old.title != DATA or cell.coordinate not in cells:
                    assert repr(cell.fill) == repr(other.fill)
                    assert (cell.comment and cell.comment.text) == (other.comment and other.comment.text)
        assert {k: d.width for k, d in old.column_dimensions.items()} == {
            k: d.width for k, d in new.column_dimensions.items()
        }
        assert {k: d.height for k, d in old.row_dimensions.items()} == {
            k: d.height for k, d in new.row_dimensions.items()
        }
        assert len(old._images) == len(new._images)
        assert old.merged_cells.ranges == new.merged_cells.ranges
        assert str(old.data_validations.dataValidation) == str(new.data_validations.dataValidation)
        assert [str(r.sqref) for r in old.conditional_formatting] == [str(r.sqref) for r in new.conditional_formatting]
        assert (old.print_title_rows, old.print_area) == (new.print_title_rows, new.print_area)
        assert old.auto_filter.ref == new.auto_filter.ref
        assert old.freeze_panes == new.freeze_panes


def test_only_the_marked_cells_differ_and_all_other_parts_are_the_same_bytes(project: Project, sent: Path) -> None:
    before, content = parts(sent.read_bytes()), marked(project, sent)
    after = parts(content)
    touched = {name for name in before if after.get(name) != before[name]}
    book = openpyxl.load_workbook(sent)
    data = f"xl/worksheets/sheet{1 + book.sheetnames.index(DATA)}.xml"
    allowed = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", data}
    allowed |= {n for n in before if "comments" in n or "vmlDrawing" in n or n.endswith("sheet2.xml.rels")}
    assert touched <= allowed
    same_but_for_marks(sent, back(sent, content), MARKED)


def test_each_marked_cell_has_the_fill_of_its_gravest_finding_and_a_comment_with_all_of_them(
    project: Project, sent: Path
) -> None:
    sheet = openpyxl.load_workbook(back(sent, marked(project, sent, "es")))[DATA]
    commented = {c.coordinate for row in sheet.iter_rows() for c in row if c.comment and "Qué hacer" in c.comment.text}
    assert commented == MARKED
    both = sheet["O9"].comment.text
    assert "Valor fuera de límites" in both and "No es un número entero" in both and "Se espera" in both
    assert sheet["O7"].fill.fgColor.rgb != sheet["O8"].fill.fgColor.rgb
    assert {sheet[c].fill.patternType for c in MARKED} == {"solid"}


def test_the_first_sheet_lists_every_finding_with_a_link_to_its_cell_and_room_for_a_reply(
    project: Project, sent: Path
) -> None:
    for language, reply, severity in (
        ("en", "Correct because …", "value not counted"),
        ("es", "Correcto porque …", "valor no contado"),
    ):
        content = marked(project, sent, language)
        sheet = openpyxl.load_workbook(back(sent, content)).worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
        top = next(n for n, row in enumerate(rows) if row[6] == reply)
        assert [(row[0], row[1]) for row in rows[top + 1 :]] == [
            (DATA, c) for c in ("A6", "B6", "O7", "O8", "O9", "O9")
        ]
        assert rows[top + 1][2] == severity and all(rows[top + 1][3:6]) and rows[top + 1][6] is None
        links = {c.coordinate: c.hyperlink.location for row in sheet.iter_rows() for c in row if c.hyperlink}
        assert links[f"B{top + 2}"] == f"'{DATA}'!A6"
        assert len(links) == 6
        assert "<f>" not in parts(content)["xl/worksheets/cpcFeedback.xml"].decode()
        assert sheet.column_dimensions["H"].hidden and sheet.print_title_rows == f"${top + 1}:${top + 1}"


def test_the_annotated_file_can_be_sent_back_as_it_is(project: Project, sent: Path) -> None:
    first = told(project, sent)
    assert len(first) == 6
    assert told(project, back(sent, marked(project, sent))) == first


def test_annotating_twice_gives_the_same_file_as_annotating_once(project: Project, sent: Path) -> None:
    once = marked(project, sent)
    twice = marked(project, back(sent, once))
    assert parts(twice) == {k: v.replace(sent.name.encode(), b"back.xlsx") for k, v in parts(once).items()}


def test_a_corrected_file_comes_back_clean_with_its_former_fills_and_comments(project: Project, sent: Path) -> None:
    path = corrected(back(sent, marked(project, sent)))
    assert told(project, path) == []
    clean = path.with_name("clean.xlsx")
    clean.write_bytes(marked(project, path))
    was, now = openpyxl.load_workbook(sent), openpyxl.load_workbook(clean)
    assert now.sheetnames == was.sheetnames
    for old in was:
        for row in old.iter_rows():
            for cell in row:
                other = now[old.title][cell.coordinate]
                assert (cell.fill.patternType, cell.fill.fgColor.rgb) == (
                    other.fill.patternType,
                    other.fill.fgColor.rgb,
                )
                texts = [c.comment.text.strip() if c.comment else "" for c in (cell, other)]
                assert texts[0] == texts[1]


def test_another_program_may_save_the_annotated_file_and_the_marks_still_go_away(project: Project, send: Any) -> None:
    sent = rich(send("mininterior", 2023, ROWS))
    saved = by_soffice(back(sent, marked(project, sent)))
    assert told(project, saved) == told(project, sent)
    again = openpyxl.load_workbook(back(saved, marked(project, saved)))
    assert again.sheetnames.count(OURS) == 1
    clean = saved.with_name("clean.xlsx")
    clean.write_bytes(marked(project, corrected(saved)))
    was, now = openpyxl.load_workbook(sent)[DATA], openpyxl.load_workbook(clean)
    assert OURS not in now.sheetnames
    for cell in ("A5", *MARKED):
        assert now[DATA][cell].fill.patternType == was[cell].fill.patternType
        assert now[DATA][cell].fill.fgColor.rgb == was[cell].fill.fgColor.rgb
    texts = [c.comment.text.strip() for row in now[DATA].iter_rows() for c in row if c.comment]
    assert texts == ["Ask Ana about this", "Is this right?"]


def test_a_reply_stays_with_its_finding_and_none_is_lost_when_the_finding_is_gone(project: Project, send: Any) -> None:
    path = send("mininterior", 2023, ROWS)
    again = back(path, marked(project, path))
    book = openpyxl.load_workbook(again)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        if row[1].value in {"A6", "O7"}:
            row[6].value = f"=because {row[1].value}"
            row[6].data_type = "s"
    book[DATA]["O7"] = 4
    book.save(again)
    rows = list(openpyxl.load_workbook(back(path, marked(project, again)))[OURS].iter_rows(values_only=True))
    replies = {row[1]: (row[2], row[6]) for row in rows if row[6] and str(row[6]).startswith("=because")}
    assert replies == {
        "A6": ("value not counted", "=because A6"),
        "O7": ("reply to an earlier finding", "=because O7"),
    }


def test_a_finding_about_the_whole_file_stands_only_in_the_list(project: Project, send: Any) -> None:
    path = send("mininterior", 2023, [ROWS[0]])
    book = openpyxl.load_workbook(path)
    del book["Contexto - Context"]
    book.save(path)
    after = openpyxl.load_workbook(back(path, marked(project, path)))
    assert [c for sheet in after for row in sheet.iter_rows() for c in row if c.comment] == []
    rows = [row for row in after[OURS].iter_rows(values_only=True) if str(row[7]).startswith("missing_sheet#")]
    assert len(rows) == 1 and rows[0][1] is None


def test_a_cell_inside_a_merged_block_is_marked_where_the_block_shows_it(project: Project, send: Any) -> None:
    path = send("mininterior", 2023, [ROWS[0], ROWS[2]])
    book = openpyxl.load_workbook(path)
    book[DATA].merge_cells("O5:O6")
    book.save(path)
    after = openpyxl.load_workbook(back(path, marked(project, path)))[DATA]
    assert after["O5"].comment is not None


# --- what cannot be edited -------------------------------------------------------------------------------


def rezipped(path: Path, change: Any) -> Path:
    """The same package with its parts changed."""
    content = parts(path.read_bytes())
    change(content)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def _replace(part: str, old: bytes, new: bytes) -> Any:
    def change(content: dict[str, bytes]) -> None:
        assert old in content[part]
        content[part] = content[part].replace(old, new)

    return change


BROKEN = {
    "signed": lambda content: content.__setitem__("_xmlsignatures/sig1.xml", b"<a/>"),
    "formats": _replace("xl/styles.xml", b"cellXfs", b"cellYfs"),
    "addresses": lambda content: content.__setitem__(
        "xl/worksheets/sheet2.xml", re.sub(rb'<c r="A\d+"', b"<c", content["xl/worksheets/sheet2.xml"])
    ),
    "macros": _replace("[Content_Types].xml", b"sheet.main+xml", b"template.main+xml"),
    "a sheet of its own": _replace("xl/workbook.xml", "Envío - Submission".encode(), OURS.encode()),
}


@pytest.mark.parametrize("words", BROKEN)
def test_what_cannot_be_edited_gets_the_list_that_says_why(project: Project, send: Any, words: str) -> None:
    path = rezipped(
        send("mininterior", 2023, [*ROWS, {"indicator": "PREV-7", "place": "05", "value": 1}]), BROKEN[words]
    )
    found, _, _ = checking.check_file(project, path)
    content = checking.annotate(project, path, found, "en")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == [OURS]
    cells = [str(c.value) for row in book.worksheets[0].iter_rows() for c in row if c.value]
    assert any("could not be marked" in c and words in c for c in cells)
    assert sum(c == "Antioqia" or "“Antioqia”" in c for c in cells) == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"<html></html>", b"\xd0\xcf\x11\xe0 old"])
def test_what_is_no_workbook_gets_the_list(project: Project, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    for language in ("en", "es"):
        book = openpyxl.load_workbook(io.BytesIO(marked(project, path, language)))
        assert book.sheetnames == [OURS]


def test_a_file_too_dangerous_to_read_is_not_opened_for_marking_either(project: Project, send: Any) -> None:
    path = send("mininterior", 2023, ROWS)
    book = openpyxl.load_workbook(path)
    book[DATA]["XFD1048576"] = 1
    book.save(path)
    assert openpyxl.load_workbook(io.BytesIO(marked(project, path))).sheetnames == [OURS]


@settings(max_examples=40, deadline=None)
@given(position=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_damaged_workbook_never_raises(position: int, byte: int) -> None:
    source = sorted((Path(__file__).parent.parent / "data" / "raw" / "colombia").glob("*/icbf/*.xlsx"))[0]
    content = bytearray(source.read_bytes())
    content[position % len(content)] = byte
    feedback.annotate(bytes(content), words_for(["B5"], "Indicadores - Indicators"), CATALOGUE, "en", "x.xlsx")


# --- for any workbook ------------------------------------------------------------------------------------


def words_for(cells: list[str], sheet: str) -> pl.DataFrame:
    """Findings in words about these cells."""
    severities = ("return", "reject", "query", "note")
    rows = [
        {"sheet": sheet, "cell": c, "code": "x", "severity": severities[n % 4]}
        | {k: f"{k} «{c}» & <b> _x000D_ \x01" for k in ("title", "message", "expected", "action")}
        for n, c in enumerate(cells)
    ]
    return pl.DataFrame(
        rows,
        schema=dict.fromkeys(
            ("sheet", "cell", "code", "severity", "title", "message", "expected", "action"), pl.String
        ),
    )


addresses = st.builds(lambda c, r: f"{'ABCDZ'[c]}{r}", st.integers(0, 4), st.integers(1, 12))
contents = st.dictionaries(
    addresses, st.one_of(st.integers(), st.booleans(), st.just("=1+1"), st.text("aé<&\"' 0", min_size=1))
)


@settings(max_examples=40, deadline=None)
@given(
    typed=contents,
    coloured=st.sets(addresses),
    at=st.lists(addresses, min_size=1, max_size=6),
    name=st.text("Añ'& 0", min_size=1, max_size=9),
)
def test_whatever_the_workbook_nothing_but_the_marked_cells_differs(
    typed: dict[str, Any], coloured: set[str], at: list[str], name: str
) -> None:
    name = f"S{name}s"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for cell, value in typed.items():
        sheet[cell] = value
    for cell in coloured:
        sheet[cell].fill = PatternFill("solid", fgColor=f"FF00{int(cell[1:]):02d}FF")
    stream = io.BytesIO()
    book.save(stream)
    first = feedback.annotate(stream.getvalue(), words_for(at, name), CATALOGUE, "en", "x.xlsx")
    now, was = openpyxl.load_workbook(io.BytesIO(first)), openpyxl.load_workbook(io.BytesIO(stream.getvalue()))
    assert now.sheetnames == [OURS, name]
    for row in now[name].iter_rows():
        for cell in row:
            old = was[name][cell.coordinate]
            assert repr((cell.value, cell.font, cell.number_format)) == repr((old.value, old.font, old.number_format))
            assert (cell.comment is not None) == (cell.coordinate in at)
            assert (repr(cell.fill) == repr(old.fill)) == (cell.coordinate not in at)
    assert feedback.annotate(first, words_for(at, name), CATALOGUE, "en", "x.xlsx") == first
    clean = openpyxl.load_workbook(io.BytesIO(feedback.annotate(first, words_for([], name), CATALOGUE, "en", "x")))
    assert clean.sheetnames == [name]
    for row in clean[name].iter_rows():
        for cell in row:
            assert repr(cell.fill) == repr(was[name][cell.coordinate].fill) and cell.comment is None


# --- where it is written ---------------------------------------------------------------------------------


@pytest.fixture
def _here(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))


@pytest.mark.usefixtures("_here")
def test_the_command_writes_beside_its_findings_and_never_over_work_of_others(
    send: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, folder = send("mininterior", 2023, ROWS, name="envío 2023.xlsx"), tmp_path / "new" / "folder"
    for _ in range(2):
        assert cli.main(["check", str(path), "--feedback", str(folder), "--lang", "es"]) == 0
        assert "envío 2023_feedback.xlsx" in capsys.readouterr().out
    (written,) = folder.iterdir()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    corrected(written)
    kept = written.read_bytes()
    assert cli.main(["check", str(written), "--feedback", str(folder), "--lang", "en"]) == 0
    assert written.read_bytes() == kept
    assert sorted(p.name for p in folder.iterdir()) == ["envío 2023_feedback.xlsx", "envío 2023_feedback_2.xlsx"]
    assert cli.main(["check", str(path), "--feedback", str(path)]) == 2


@pytest.mark.usefixtures("_here")
def test_two_files_of_one_name_get_two_files_of_feedback(project: Project, send: Any, tmp_path: Path) -> None:
    files = [str(send(organisation, 2023, ROWS)) for organisation in ("mininterior", "icbf")]
    cli.main(["check", *files, "--feedback", str(tmp_path / "out")])
    assert len(list((tmp_path / "out").iterdir())) == 2
