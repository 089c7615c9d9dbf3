"""Cells are looked for by a few signs first: what the few signs leave out, the whole pattern would not have found."""

from __future__ import annotations

import re

from cpc_pipeline.intake.reading import styled
from cpc_pipeline.intake.reading.canonical import addresses
from cpc_pipeline.intake.reading.signs import Signs
from hypothesis import given
from hypothesis import strategies as st

ATTRIBUTES = ['s="5"', 's="7"', 't="s"', 't="str"', 't="inlineStr"', 't="n"', 't="b"', 'cm="1"', 'ph="1"']
CONTENTS = st.one_of(
    st.integers(-9, 10**8).map(lambda n: f"<v>{n}</v>"),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda n: f"<v>{n!r}</v>"),
    st.sampled_from(["", " <v>4</v>", "<f>A1</f><v>-2</v>", "<f/><v>1E9</v>", "<is><t>s</t></is>", "<v>45000</v>"]),
)
CELLS = st.builds(
    lambda attributes, content: f'<c r="B2" {" ".join(attributes)}' + (f">{content}</c>" if content else "/>"),
    st.lists(st.sampled_from(ATTRIBUTES), max_size=4, unique_by=lambda a: a[0]),
    CONTENTS,
)


@given(st.lists(CELLS, max_size=4))
def test_a_cell_formatted_as_a_day_that_holds_none_is_found_whatever_the_order_of_what_it_says(
    cells: list[str],
) -> None:
    xml = "".join(cells).encode()
    whole = [(m[1], int(m[2])) for m in re.finditer(styled._NO_DAY % b"5", xml)]
    assert list(styled.formatted(xml, {5: "yyyy-mm-dd"})) == whole


WORDS = ["<f", "</f>", 't="e"', "hidden=", "Header>", "vertAlign", "<mergeCell "]
PIECES = [
    *WORDS,
    "<sheetData>",
    "</sheetData>",
    "<",
    "f",
    "hid",
    "den=",
    '<c r="A1"',
    "</",
    "<mergeCells>",
    "sheetData",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from(WORDS))
def test_a_rare_word_is_found_in_a_sheet_exactly_where_there_is_one(pieces: list[str], word: str) -> None:
    xml = "".join(pieces).encode()
    assert Signs(xml).hold(word.encode()) == (word.encode() in xml)


STARTS = [
    '<c r="A1"',
    '<c r="ABC9999999"',
    '<c r="A0"',
    '<c r="a1"',
    '<c  r="B1"',
    '<c s="1" r="B2"',
    "<c>",
    "<c/>",
    "<c\n",
]
OTHERS = ["<col ", "<cols>", ' r="C3"', "<v>1</v>", "<c", " ", ">"]


@given(st.lists(st.sampled_from(STARTS + OTHERS), max_size=8))
def test_every_cell_has_its_address_or_none_in_its_place(pieces: list[str]) -> None:
    xml = "".join(pieces).encode()
    stated = addresses(xml)
    assert [a for a in stated if a] == re.findall(rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"', xml)
    assert len(stated) == xml.count(b"<c ") + len(re.findall(rb"<c[>/\n\t\r]", xml))
