"""Text files: encoding and separator by evidence, every line accounted for, repaired with a count or refused."""

from __future__ import annotations

import csv
import io

import pytest
from cpc_pipeline.intake.blocks import Workbook
from cpc_pipeline.intake.cells import Refused
from cpc_pipeline.intake.reading import read
from hypothesis import given, settings
from hypothesis import strategies as st

TABLE = [["Año", "Municipio", "Víctimas"], ["2023", "Ibagué", "3"], ["2024", "Bogotá, D.C.", "1,5"]]


def written(rows: list[list[str]], separator: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return stream.getvalue()


def grid(book: Workbook) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in book["CSV"]:
        rows.setdefault(cell.row, []).append(cell.text)
    return [rows[row] for row in sorted(rows)]


def refusal(content: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read(content)
    return refused.value


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_same_table_is_read_whatever_wrote_it(separator: str, end: str, encoding: str) -> None:
    book = read(written(TABLE, separator, end).encode(encoding))
    assert grid(book) == TABLE
    assert book.file.separator == separator
    assert [remark.code for remark in book.remarks] == (["csv_assumed"] if encoding in ("cp1252", "utf-16-le") else [])


def test_a_decimal_comma_does_not_win_over_the_semicolon() -> None:
    rows = [["año", "valor"], *[[str(2000 + n), f"{n},5"] for n in range(20)]]
    assert grid(read(written(rows, ";", quoting=csv.QUOTE_NONE).encode())) == rows


def test_a_line_that_names_the_separator_is_obeyed_and_counts_as_a_line() -> None:
    book = read(b"sep=|\na|b\n1,2|3\n")
    assert grid(book) == [["a", "b"], ["1,2", "3"]]
    assert book.about["CSV"].lines == {1: 2, 2: 3}


def test_lines_that_are_quoted_as_a_whole_are_taken_apart_and_counted() -> None:
    heading = "FECHA,DEPARTAMENTO,MUNICIPIO,CANTIDAD"
    plain = "01/17/2024,TOLIMA,IBAGUE,2"
    whole = '"01/17/2024,CUNDINAMARCA,""BOGOTA, D.C."",1"'
    book = read("\n".join([heading, plain, whole, plain, whole, ""]).encode())
    assert grid(book)[2] == ["01/17/2024", "CUNDINAMARCA", "BOGOTA, D.C.", "1"]
    assert len(grid(book)) == 5
    (remark,) = book.remarks
    assert (remark.code, remark.cell, remark.params) == ("csv_quoted_lines", "A3", {"count": 2, "lines": "3, 5"})


def test_a_file_of_which_every_line_is_quoted_as_a_whole_is_a_table_too() -> None:
    book = read(b'"a,b,c"\n"1,""x, y"",3"\n')
    assert grid(book) == [["a", "b", "c"], ["1", "x, y", "3"]]
    assert book.remarks[0].params["count"] == 2


def test_titles_above_and_notes_below_are_cells_and_blank_lines_keep_their_place() -> None:
    book = read(b"Informe 2024\n\na,b,c\n1,2,3\n4,5,6\n\nFuente: ICBF\n")
    assert (book["CSV"][0].address, book["CSV"][0].text) == ("A1", "Informe 2024")
    assert book["CSV"][-1].address == "A7"


def test_the_line_of_a_record_is_known_where_a_cell_holds_a_line_break() -> None:
    book = read(b'a,b\n1,"dos\nlineas"\n3,4\n')
    assert book["CSV"][-1].address == "B3"
    assert book.about["CSV"].lines == {3: 4}


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"a,b,c\n1,2,3\n4,5\n6,7,8\n", "csv_ragged", 3),
        (b"a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n", "csv_ragged", 3),
        (b'a,b\n1,2\n3,"4\n5,6\n', "csv_unclosed_quote", 3),
        (b'a,b\n1,2\n"3"x,4\n5,6\n', "csv_bad_quote", 3),
        (b"a,b\n1,2\n3,\x004\n", "csv_nul", 3),
        ("a,b\nIbagué,2\n".encode() + "Nariño,4\n".encode("cp1252"), "csv_mixed_encoding", 2),
        ("a,b\n1,2\nNari\ufffdo,4\n".encode(), "csv_lost_characters", 3),
        ("a,b\n1,2\nNariño,4\n".encode("cp850"), "csv_encoding", 3),
        ("a,b\n1,2\nVinculaciÃ³n é,4\n".encode(), "csv_mojibake", 3),
    ],
)
def test_what_cannot_be_read_with_certainty_is_refused_with_its_line(content: bytes, code: str, line: int) -> None:
    refused = refusal(content)
    assert (refused.code, refused.params["line"]) == (code, line)


@pytest.mark.parametrize("times", [1, 2])
def test_text_that_was_encoded_twice_is_turned_back_and_counted(times: int) -> None:
    line = "Vinculación,Nariño,Bogotá"
    for _ in range(times):
        line = line.encode().decode("cp1252")
    book = read(f"a,b,c\n{line}\nx,y,z\n".encode())
    assert grid(book)[1] == ["Vinculación", "Nariño", "Bogotá"]
    assert [(r.code, r.params["count"]) for r in book.remarks] == [("csv_mended_lines", 1)]


def test_formulas_in_a_text_file_are_text() -> None:
    assert grid(read(b'a,b\n"=HYPERLINK(""http://x"")",@x\n'))[1] == ['=HYPERLINK("http://x")', "@x"]


FIELD = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd\ufeff"), max_size=8
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(FIELD, min_size=3, max_size=3), min_size=1, max_size=6), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_fully_quoted_is_read_or_refused_and_never_read_otherwise(
    rows: list[list[str]], separator: str
) -> None:
    rows = [["uno", "dos", "tres"], *rows]
    try:
        book = read(written(rows, separator, quoting=csv.QUOTE_ALL).encode())
    except Refused as refused:
        assert refused.code == "csv_mojibake"
        return
    assert grid(book) == [[field for field in row if field] for row in rows if any(row)]


@pytest.mark.parametrize(("letters", "verdict"), [(100_000, "read"), (100_001, "too_much_text")])
def test_a_cell_with_more_text_than_any_program_shows_is_refused(letters: int, verdict: str) -> None:
    """All rules look at every text, without a limit of time: there is one of letters."""
    content = f"Lugar;Nota\r\nPasto;{'a ' * (letters // 2)}{'b' * (letters % 2)}\r\n".encode()
    try:
        read(content)
        said = "read"
    except Refused as refused:
        said = refused.code
    assert said == verdict
