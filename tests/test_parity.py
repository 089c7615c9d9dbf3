"""The report in every format and language says the same numbers, and one that was edited is named with its place."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from cpc_pipeline.artefacts.parity import (
    Cell,
    Difference,
    Numbers,
    Reading,
    compare,
    compare_languages,
    differences,
    read_page,
    read_pdf,
    read_word,
)
from cpc_pipeline.artefacts.parity.pdf import Untagged
from hypothesis import given
from hypothesis import strategies as st

MARKS = {"en": (",", "."), "es": (".", ",")}
ROWS = {
    "en": [("Indicator", "Value 2024"), ("JUS-1 Cases opened", "61"), ("PRE-1 Children who heard", "1,305.5")],
    "es": [("Indicador", "Valor 2024"), ("JUS-1 Casos abiertos", "61"), ("PRE-1 Niñas y niños", "1.305,5")],
}
TEXTS = {
    "en": "Of 40 places, 12 % answered by 31 May 2024.",
    "es": "De 40 lugares, el 12 % respondió al 31 de mayo de 2024.",
}
DATA = "indicator,trace,actual\nJUS-1,JUS-1/2024,61\nPRE-1,PRE-1/2024,1305.5\n"


def a_page(language: str) -> bytes:
    head, *rows = ROWS[language]
    cells = "".join(
        f'<tr><th>{name}</th><td data-trace="{name[:5]}/2024" data-column="actual">{value}<sup>a</sup></td></tr>'
        for name, value in rows
    )
    return (
        f"<html><body><nav>1 2 3</nav><h1>2.1 Report</h1><p>{TEXTS[language]}</p>"
        f"<table><tr><th>{head[0]}</th><th>{head[1]}</th></tr>{cells}</table></body></html>"
    ).encode()


def a_word(language: str) -> bytes:
    import docx

    document = docx.Document()
    document.add_paragraph("2.1 Report")
    document.add_paragraph(TEXTS[language])
    table = document.add_table(0, 2)
    for line, (name, value) in enumerate(ROWS[language]):
        cells = table.add_row().cells
        cells[0].text = name
        run = cells[1].paragraphs[0].add_run(value[:1])
        cells[1].paragraphs[0].add_run(value[1:])  # as an editor splits a number over runs
        if line:
            cells[1].paragraphs[0].add_run("a").font.superscript = True
        assert run.text == value[:1]
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def a_pdf(language: str, tagged: bool = True) -> bytes:
    import typst

    def plain(text: str) -> str:
        return f"#{chr(34)}{text}{chr(34)}"

    head, *rows = ROWS[language]
    cells = "".join(f"[{plain(n)}],[{plain(v)}#super[a]]," for n, v in rows)
    source = (
        f'#set document(title: "Report")\n#set text(lang: "{language}")\n'
        f'#set page(numbering: "1", header: [Report 7])\n'
        f"{plain('2.1 Report')}\n\n{plain(TEXTS[language])}\n\n"
        f"#table(columns: 2, table.header([{plain(head[0])}],[{plain(head[1])}]), {cells})"
    )
    made: bytes = typst.compile(source.encode(), timestamp=0, **({"pdf_standards": ["ua-1"]} if tagged else {}))
    if tagged:
        return made
    with pikepdf.open(io.BytesIO(made)) as file:
        del file.Root.StructTreeRoot
        out = io.BytesIO()
        file.save(out)
    return out.getvalue()


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    (tmp_path / "report").mkdir()
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "performance.csv").write_text(DATA)
    for language in MARKS:
        for kind, made in (("html", a_page), ("docx", a_word), ("pdf", a_pdf)):
            (tmp_path / "report" / f"report_{language}.{kind}").write_bytes(made(language))
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Change the first such text in a file, as a person does in an editor."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as before:
            parts = {name: before.read(name) for name in before.namelist()}
        changed = parts["word/document.xml"].replace(old.encode(), new.encode(), 1)
        assert changed != parts["word/document.xml"]
        with zipfile.ZipFile(path, "w") as after:
            for name, content in parts.items():
                after.writestr(name, changed if name == "word/document.xml" else content)
    else:
        content = path.read_bytes()
        assert old.encode() in content
        path.write_bytes(content.replace(old.encode(), new.encode(), 1))


def found(edition: Path) -> list[Difference]:
    return differences(edition, MARKS, {})


def test_formats_and_languages_of_one_report_do_not_differ(edition: Path) -> None:
    assert found(edition) == []


@pytest.mark.parametrize(
    "reader", [(read_page, a_page), (read_word, a_word), (read_pdf, a_pdf)], ids=["html", "docx", "pdf"]
)
def test_every_format_is_read_as_the_same_tables_and_sentences(reader: tuple) -> None:  # type: ignore[type-arg]
    read, made = reader
    seen = read(made("es"))
    numbers = Numbers(*MARKS["es"])
    assert [[numbers.of(c.text) for c in row] for row in seen.tables[0]] == [[[], [2024]], [[], [61]], [[], [1305.5]]]
    assert [numbers.of(text) for text in seen.texts][-1] == [40, 12, 31, 2024]
    assert len(seen.tables) == 1


def test_one_number_edited_in_the_spanish_word_file_is_named_with_its_place(edition: Path) -> None:
    edit(edition / "report" / "report_es.docx", "305,5", "306,5")
    [difference] = found(edition)
    assert difference == Difference(
        "report/report_es.docx",
        "report/report_es.html",
        "1.306,5 a",
        "1.305,5 a",
        "cell",
        1,
        3,
        2,
        "PRE-1 Niñas y niños",
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("report_es.docx", "De 40", "De 41", {("report/report_es.docx", "text")}),
        ("report_es.docx", "12 %", "21 %", {("report/report_es.docx", "text")}),
        ("report_en.html", ">61<", ">62<", {("report/report_en.html", "cell")}),
        ("report_es.html", ">61<", ">-61<", {("report/report_es.html", "cell")}),
        ("report_en.html", "Of 40", "Of 400", {("report/report_en.html", "text"), ("report/report_es.html", "text")}),
        ("report_en.html", "Value 2024", "Value 2023", {("report/report_es.html", "cell")}),
    ],
)
def test_an_edit_anywhere_in_any_file_is_found(
    edition: Path, name: str, old: str, new: str, expected: set[tuple[str, str]]
) -> None:
    edit(edition / "report" / name, old, new)
    named = {(d.file, d.what) for d in found(edition)}
    files = [f"report_{name[7:9]}.docx", f"report_{name[7:9]}.pdf", "report_en.html", "report_es.html"]
    others = {(f"report/{file}", what) for file in files for _, what in expected}
    assert named & expected
    assert named <= expected | others


def test_two_values_that_changed_places_in_a_table_are_found_whether_their_numbers_have_names_or_not() -> None:
    numbers = Numbers(*MARKS["es"])
    names = ("report_es.docx", "report_es.html")
    for trace in ("", "A/2024"):
        table = [[Cell("a"), Cell("2", trace)], [Cell("b"), Cell("7")]]
        swapped = [[Cell("a"), Cell("7")], [Cell("b"), Cell("2")]]
        told = compare(Reading(tables=[swapped]), Reading(tables=[table]), numbers, names)
        assert [(d.row, d.column, d.found, d.expected) for d in told] == [(1, 2, "7", "2"), (2, 2, "2", "7")]


def test_a_number_that_the_data_do_not_have_is_found_even_where_all_reports_agree(edition: Path) -> None:
    path = edition / "tables" / "performance.csv"
    path.write_text(DATA.replace(",61", ",60"))
    assert {(d.file, d.other, d.found, d.expected) for d in found(edition)} == {
        (f"report/report_{x}.html", "tables/performance.csv", "61 a", "60") for x in MARKS
    }


def test_a_hidden_number_that_a_report_shows_is_found(edition: Path) -> None:
    path = edition / "tables" / "performance.csv"
    path.write_text(DATA.replace(",61", ","))
    assert {d.found for d in found(edition)} == {"61 a"}


def test_a_missing_file_and_a_pdf_without_tags_are_named(edition: Path) -> None:
    (edition / "report" / "report_es.docx").unlink()
    (edition / "report" / "report_en.pdf").write_bytes(a_pdf("en", tagged=False))
    assert {(d.file, d.what) for d in found(edition)} == {
        ("report/report_es.docx", "file"),
        ("report/report_en.pdf", "tags"),
    }
    with pytest.raises(Untagged):
        read_pdf(a_pdf("en", tagged=False))


def test_an_edition_without_a_report_has_nothing_to_compare(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_a_number_of_a_law_in_one_language_is_no_difference_and_a_text_of_people_is_held_elsewhere() -> None:
    spanish = Reading(texts=["Casos (art. 188)", "Escrito por alguien: 99 casos."])
    english = Reading(texts=["Cases"])
    numbers = (Numbers(*MARKS["es"]), Numbers(*MARKS["en"]))
    told = (["Escrito por alguien: 99 casos."], [])
    assert compare_languages(spanish, english, numbers, ("es", "en"), ({188.0}, ()), told) == []
    [difference] = compare_languages(spanish, english, numbers, ("es", "en"), ((), ()), told)
    assert (difference.found, difference.around) == ("188", "Casos (art. 188)")


def test_a_glossary_in_the_order_of_its_language_is_no_difference_but_a_swapped_value_is() -> None:
    numbers = (Numbers(*MARKS["es"]), Numbers(*MARKS["en"]))
    words = [[Cell("a"), Cell("2/4")], [Cell("b"), Cell("7")]]
    one, other = Reading(tables=[words]), Reading(tables=[words[::-1]])
    assert compare_languages(one, other, numbers, ("es", "en"), ((), ()), ((), ())) == []
    named = [[Cell("a"), Cell("2", "A/2024", "actual")], [Cell("b"), Cell("7", "B/2024", "actual")]]
    one, other = Reading(tables=[named]), Reading(tables=[named[::-1]])
    assert len(compare_languages(one, other, numbers, ("es", "en"), ((), ()), ((), ()))) == 2


@given(value=st.integers(0, 10**9), decimals=st.integers(0, 3), language=st.sampled_from(sorted(MARKS)))
def test_a_number_means_the_same_however_its_language_writes_it(value: int, decimals: int, language: str) -> None:
    number = value / 10**decimals
    thousands, point = MARKS[language]
    written = f"{number:,.{decimals}f}".replace(",", "\0").replace(".", point).replace("\0", thousands)
    assert Numbers(thousands, point).of(f"({written} %) -{written}; {written}.") == [number, -number, number]
