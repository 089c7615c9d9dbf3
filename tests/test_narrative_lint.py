"""Numbers that people typed in the report's texts: a wrong one is named with the right one."""

from __future__ import annotations

from typing import Any

import pytest
from cpc_pipeline import narratives
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.desk import linting
from cpc_pipeline.narratives import Doubt, Facts, Slot, Text, lint
from cpc_pipeline.narratives.typed import numbers_of, sentences
from cpc_pipeline.project import Project
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import COMPACTS

K = 5
FACTS = [
    Facts("JUS-1", "justice", {61.0, 47.0, 14.0}, {29.8}, right={"en": "61", "es": "61"}),
    Facts("PRE-1", "prevention", {1305.0, 1220.0}, {107.0}, right={"en": "1,305", "es": "1.305"}),
    Facts("PRO-1", "protection", {142.0}, set(), {3.0, 37.0}, right={"en": "142", "es": "142"}),
    Facts("JUS-2", "justice", {17.0}, set(), {24.0}, right=None, withheld=True),
]


def say(text: str, catalogue: Catalogue, language: str = "en", aside: str = "", k: int = K) -> list[Doubt]:
    row: dict[str, Any] = {"objective": "justice", "section": "progress", "language": language, "text": text}
    return lint([row | {"other_numbers": aside}], FACTS, catalogue, k)


def typed(text: str, catalogue: Catalogue, language: str) -> list[tuple[float, bool]]:
    found = [n for _, _, s in sentences(text) for n in numbers_of(s, language, catalogue)]
    return [(n.value, n.percent) for n in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "1,305 and 12.5 and 2.75", [(1305, False), (12.5, False), (2.75, False)]),
        ("es", "1.305 y 12,5 y 1.234.567", [(1305, False), (12.5, False), (1234567, False)]),
        ("es", "12.5 no es de aquí; 1,234.5 tampoco", [(12.5, False), (1234.5, False)]),
        ("en", "12 345 people", [(12345, False)]),
        ("en", "three talks, ten rooms, one year", [(3, False), (10, False)]),
        ("es", "dos charlas y nueve salas, un año", [(2, False), (9, False)]),
        ("es", "una niña y un niño", [(1, False), (1, False)]),
        ("en", "60 % of it, 12.5 percent, five per cent", [(60, True), (12.5, True), (5, True)]),
        ("es", "el 60 % y el cinco por ciento", [(60, True), (5, True)]),
        ("es", "1,2 millones y 3 mil", [(1200000, False), (3000, False)]),
        ("en", "In 2024, and in 2021-2024, and on 3 March", []),
        ("es", "En 2024, el 3 de marzo, la línea 141, a las 10:30", []),
        ("es", "Ley 985 de 2005, artículo 188A, Decreto 1069, CONPES 3950 y art. 7", []),
        ("en", "Law 1878, articles 7 and 8, Objective 2, under 18 years", []),
        ("es", "menores de 18 años, de 12 a 17 años", []),
    ],
)
def test_numbers_are_read_as_the_language_writes_them_and_years_laws_and_ages_are_none(
    arcadia: Catalogue, language: str, text: str, expected: list[tuple[float, bool]]
) -> None:
    assert typed(text, arcadia, language) == expected


@given(value=st.integers(0, 10**9), language=st.sampled_from(["en", "es"]))
def test_every_whole_number_is_read_as_it_was_written(arcadia: Catalogue, value: int, language: str) -> None:
    thousands, _ = arcadia.header.number_format[language]
    written = f"{value:,}".replace(",", thousands)
    if not (1900 <= value < 2100):
        assert typed(f"In all {value} and {written} of them", arcadia, language) == [(value, False)] * 2


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Cases opened rose from 47 to 61."),
        ("es", "Los casos abiertos pasaron de 47 a 61, un aumento de 14 (29,8 %)."),
        ("en", "1,305 children heard the lantern talks, more than 1,300, nearly 1,400, and 107 % of the target."),
        (
            "en",
            "In 12 regions, with a hundred lamps and 40 tents, lamps were lit for the talks that 1,305 children heard.",
        ),
        ("en", "Cases opened (Law 61): 61, in three courts and two 8-hour sittings."),
        ("en", "Twelve meetings were held in 2024 under Law 61 with eight offices."),
    ],
)
def test_true_numbers_and_numbers_of_other_things_raise_no_doubt(arcadia: Catalogue, language: str, text: str) -> None:
    assert say(text, arcadia, language) == []


@pytest.mark.parametrize(
    ("language", "text", "found", "right"),
    [
        ("en", "Cases opened: 62.", "62", "61"),
        ("en", "JUS-1 stood at 62.", "62", "61"),
        ("es", "Se reportaron 62 casos abiertos.", "62", "61"),
        ("es", "Las niñas y niños que oyeron las charlas del farol fueron 1.306.", "1.306", "1.305"),
        ("en", "Cases opened grew by 40 %.", "40 %", "61"),
        ("es", "Los casos abiertos (art. 188A) pasaron de 47 a 62.", "62", "61"),
        ("en", "First things first.\n\nThen: some eighty people came.\nCases opened: 62.", "62", "61"),
    ],
)
def test_a_wrong_number_is_named_with_its_right_value(
    arcadia: Catalogue, language: str, text: str, found: str, right: str
) -> None:
    [doubt] = say(text, arcadia, language)
    assert (doubt.what, doubt.found, doubt.right) == ("wrong", found, right)


def test_a_number_beside_no_indicator_is_doubted_where_no_table_of_the_objective_has_it(arcadia: Catalogue) -> None:
    assert [(d.what, d.found) for d in say("Of all that were brought, 61 were heard.", arcadia)] == []
    assert [(d.what, d.found) for d in say("Of all that were brought, 617 were heard.", arcadia)] == [
        ("nowhere", "617")
    ]
    assert say("Of all that were brought, 617 were heard.", arcadia, aside="617 were heard") == []
    whole = {"objective": None, "section": "summary", "language": "en", "other_numbers": ""}
    assert lint([whole | {"text": "In short, 1,305 came."}], FACTS, arcadia, K) == []


def test_a_doubt_says_where_it_is(arcadia: Catalogue) -> None:
    [doubt] = say("First things first.\n\nThen people came. Cases\nopened: 62.", arcadia)
    assert (doubt.paragraph, doubt.sentence, doubt.indicator, doubt.section) == (2, 2, "JUS-1", "progress")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "In Northmoor three children were helped."),
        ("en", "A year in which 4 of the girls were found."),
        ("es", "En Northmoor se atendió a una niña."),
        ("es", "Hubo 2 víctimas."),
        ("en", "PRO-1 was 37 in Northmoor."),
        ("en", "37 children were helped in Northmoor."),
        ("en", "Cases closed with a ruling: 30."),
    ],
)
def test_a_number_that_tells_of_a_hidden_count_discloses_and_is_not_repeated(
    arcadia: Catalogue, language: str, text: str
) -> None:
    facts = [*FACTS[:3], Facts("JUS-2", "justice", set(), set(), {24.0}, right=None, withheld=True)]
    row = {"objective": "justice", "section": "progress", "language": language, "text": text, "other_numbers": ""}
    name = arcadia.indicators["JUS-2"].name["en"]
    row["text"] = text.replace("Cases closed with a ruling", name)
    [doubt] = lint([row], facts, arcadia, K)
    assert (doubt.what, doubt.found, doubt.right) == ("discloses", None, None)


def test_the_internal_edition_hides_nothing_so_that_nothing_discloses(arcadia: Catalogue) -> None:
    open_facts = [Facts("PRO-1", "protection", {142.0, 3.0}, set(), right={"en": "142"})]
    row = {"objective": None, "section": "summary", "language": "en", "text": "PRO-1: 3 children in Northmoor."}
    assert lint([row], open_facts, arcadia, 0) == []


def test_a_number_that_the_reviewer_answers_for_is_no_error_and_still_may_not_disclose(arcadia: Catalogue) -> None:
    text = "Cases opened in 9 courts: 61."
    assert [d.found for d in say(text, arcadia)] == ["9"]
    assert say(text, arcadia, aside="9 courts") == []
    assert [d.what for d in say("Of the cases opened, 3 victims.", arcadia, aside="3 victims")] == ["discloses"]


def test_a_value_that_nobody_knows_has_no_right_value(arcadia: Catalogue) -> None:
    facts = [Facts("JUS-1", "justice", set(), set())]
    row = {"objective": None, "section": "summary", "language": "en", "text": "Cases opened: 62."}
    [doubt] = lint([row], facts, arcadia, K)
    assert (doubt.what, doubt.found, doubt.right) == ("unpublished", "62", None)


def test_a_number_that_only_one_language_has_is_named_in_it(arcadia: Catalogue) -> None:
    def differing(*texts: dict[str, str]) -> list[Doubt]:
        return [doubt for doubt in lint(texts, FACTS, arcadia, K) if doubt.what == "differs"]

    same = {"objective": "justice", "section": "progress", "other_numbers": ""}
    english = same | {
        "language": "en",
        "text": "There were 61 cases opened. Three talks had 5 % of 1,305.",
    }
    spanish = same | {
        "language": "es",
        "text": "Hubo 61 casos abiertos. El 5 % de 1.305 fue a 3 reuniones en 2024.",
    }
    assert differing(english, spanish) == []
    spanish["text"] = spanish["text"].replace("3 reuniones", "4 reuniones")
    doubts = differing(english, spanish)
    assert [(d.what, d.language, d.found) for d in doubts] == [("differs", "en", "three"), ("differs", "es", "4")]


def test_the_lint_reads_the_published_table_and_else_takes_small_counts_for_hidden(
    issued_arcadia: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command, on a text that nobody has reviewed yet."""
    year = 2024
    path = narratives.path_of(issued_arcadia.folders.narratives / str(year), Slot("justice", "progress", "en"))
    narratives.write(path.parent, Text(Slot("justice", "progress", "en"), "Cases opened: 56."), "")
    monkeypatch.setenv("CPC_HOME", str(issued_arcadia.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    try:
        for edition in ("public", "internal"):
            given = ["narrative", "lint", str(year), "--edition", edition, "--compact", "arcadia", "--lang", "en"]
            assert main(given) == 1
            said = capsys.readouterr().out
            assert "Justice, Progress (en), paragraph 1, sentence 1: 56 is no value of JUS-1; right is 55." in said
        doubts = linting.lint(issued_arcadia, 2023, "public")  # no edition of that year was issued, nor text written
        assert doubts == []
    finally:
        path.unlink()
