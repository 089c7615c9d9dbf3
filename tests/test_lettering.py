"""Words of figures: measured room is enough room, and lines break well."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from cpc_pipeline.publication.figures.lettering import _outlines
from cpc_pipeline.publication.figures.style import FONT, Page, balanced, styled, width_of, wrapped
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties, findfont

WORDS = st.lists(st.text(alphabet="abcdefgñÍ ", min_size=1, max_size=9), min_size=1, max_size=12).map(
    lambda parts: " ".join(" ".join(parts).split())
)


@settings(deadline=None)
@given(WORDS)
def test_wrapped_lines_fit_and_lose_no_word(text: str) -> None:
    lines = wrapped(text, 60, 7)
    assert " ".join(lines) == text
    assert all(width_of(line, 7) <= 60 or " " not in line for line in lines)


@settings(deadline=None)
@given(WORDS)
def test_balanced_lines_are_as_many_and_lose_no_word(text: str) -> None:
    lines = balanced(text, 60, 7)
    assert " ".join(lines) == text
    assert len(lines) == len(wrapped(text, 60, 7))


def test_a_last_word_does_not_stand_alone_where_lines_can_share() -> None:
    text = "Girls and boys who heard the talks of the lantern"
    width = width_of(text, 7) - 1
    assert wrapped(text, width, 7)[-1] == "lantern"
    assert len(balanced(text, width, 7)[-1].split()) > 2


@pytest.mark.parametrize("weight", ["normal", "bold"])
@settings(deadline=None)
@given(text=st.text(alphabet="ABVWTo1.0,5%ñÍ–≥()/ ", min_size=1, max_size=30).filter(str.strip))
def test_what_is_drawn_is_no_wider_than_what_was_measured(weight: str, text: str) -> None:
    file = findfont(FontProperties(family=FONT, weight=weight))
    left, right = (_outlines(text, file).get_extents().x0, _outlines(text, file).get_extents().x1)
    assert right - min(left, 0) <= width_of(text, 100, weight == "bold") + 12


def test_letters_of_a_line_stand_side_by_side_in_a_drawing() -> None:
    with styled():
        page = Page()
        page.text(20, 20, "a drawn line")
        svg = page.saved("a")[1].decode()
    assert "<!-- a drawn line -->" in svg
    at = [float(x) for x in re.findall(r"<use [^>]*translate\((-?[\d.]+)", svg.split("<!-- a drawn line -->")[1])]
    assert len(at) >= 10 and all(b > a for a, b in pairwise(at))
