"""What people read: short sentences of short words, names instead of numbers, and one word for each thing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import cpc_pipeline
import polars as pl
import pytest
import yaml
from cpc_pipeline import contracts, validation
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.catalogue.wording import Wording

from tests.reading_ease import ease, sentences, syllables

COMMON = Path(cpc_pipeline.__file__).parent / "compacts" / "common"
LANGUAGES = ("en", "es")
TO_A_PERSON = ("findings.", "feedback.", "template.instructions.", "settling.", "validation.")
"""What a focal point reads, who has ten minutes for it."""
PLAIN = 70
LONGEST = 30
"""Words of one sentence. Most have far fewer; a list of what may be typed is one sentence too."""


def texts(language: str, catalogue: Catalogue, beginning: tuple[str, ...] = ("",)) -> dict[str, str]:
    return {k: v for k, v in catalogue.wording.texts[language].items() if k.startswith(beginning)}


def spoken(text: str) -> str:
    """Without what stands for something else: parameters, quoted words, commands."""
    return re.sub(r"\{[^}]*\}|«[^»]*»|“[^”]*”|cpc [a-z]+( [a-z]+)?", "X", text)


def test_each_language_has_its_own_marks_of_quotation(colombia: Catalogue) -> None:
    strange = {"en": "[«»]", "es": "[“”]"}
    for language, marks in strange.items():
        assert [k for k, text in texts(language, colombia).items() if re.search(marks, text)] == []


def test_syllables_are_counted_nearly_as_people_do() -> None:
    spanish = {"celda": 2, "número": 3, "organización": 5, "vacío": 3, "envíe": 3, "cuenta": 2, "leer": 2, "año": 2}
    assert {word: syllables(word, "es") for word in spanish} == spanish
    english = {"cell": 1, "number": 2, "write": 1, "table": 2, "organisation": 5}
    assert {word: syllables(word, "en") for word in english} == english
    assert ease(["El gato come pan."], "es") > ease(["La desagregación interinstitucional fue obstaculizada."], "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_focal_point_reads_is_plain(colombia: Catalogue, language: str) -> None:
    own = [spoken(text) for text in texts(language, colombia, TO_A_PERSON).values()]
    assert ease(own, language) >= PLAIN


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_that_a_focal_point_reads_is_long(colombia: Catalogue, language: str) -> None:
    own = texts(language, colombia, TO_A_PERSON)
    long = {k: n for k, text in own.items() if (n := max(map(len, sentences(spoken(text))), default=0)) > LONGEST}
    assert long == {}


def test_a_finding_says_what_was_found_what_is_expected_and_what_to_do(colombia: Catalogue, utopia: Catalogue) -> None:
    for catalogue in (colombia, utopia):
        for language in catalogue.languages:
            known = texts(language, catalogue, ("findings.",))
            codes = {key.split(".")[1] for key in known}
            for code in codes:
                for part in ("title", "message", "expected", "action"):
                    text = known[f"findings.{code}.{part}"]
                    assert text.strip() and text[0] == text[0].upper(), (language, code, part)
                assert len(known[f"findings.{code}.title"]) <= 70, (language, code)


def test_one_word_stands_for_each_thing_in_every_text(colombia: Catalogue) -> None:
    used = []
    for entry in yaml.safe_load((COMMON / "glossary.yaml").read_text(encoding="utf-8")):
        assert set(entry["term"]) == set(entry["never"]) == set(LANGUAGES)
        elsewhere = tuple(entry["but_in"])
        for language in LANGUAGES:
            own = texts(language, colombia)
            never = re.compile(rf"\b({'|'.join(map(re.escape, entry['never'][language]))})\b", re.IGNORECASE)
            others = {key: never.search(re.sub(r"\{[^}]*\}", "", text)) for key, text in own.items()}
            used += [f"{language} {k}: {o[0]}" for k, o in others.items() if o and not k.startswith(elsewhere)]
            assert any(entry["term"][language] in text.casefold() for text in own.values())
        assert all(any(key.startswith(e) for key in texts("en", colombia)) for e in elsewhere)
    assert used == []


def finding(code: str, **params: Any) -> pl.DataFrame:
    row = dict.fromkeys(contracts.FINDINGS, "")
    row |= {"code": code, "severity": "query", "reporting_year": 2024, "sheet": "s", "cell": "B2", "found": "9"}
    row |= {"params": json.dumps(params), **({"expected": params["expected"]} if "expected" in params else {})}
    return pl.DataFrame([row], schema=contracts.polars_schema(contracts.FINDINGS))


@pytest.mark.parametrize("country", ["arcadia", "colombia"])
def test_indicators_are_called_by_their_names(country: str, arcadia: Catalogue, colombia: Catalogue) -> None:
    catalogue = {"arcadia": arcadia, "colombia": colombia}[country]
    part, whole = list(catalogue.indicators)[:2]
    for language in LANGUAGES:
        names = [catalogue.indicators[i].name[language] for i in (part, whole)]
        larger = finding("part_exceeds_whole", part=part, whole=whole)
        (row,) = validation.render(larger, catalogue, language).to_dicts()
        assert all(name in row["message"] + row["expected"] for name in names)
        missing = finding("indicators_missing", expected=f"{part}, {whole}", codes="indicators")
        (row,) = validation.render(missing, catalogue, language).to_dicts()
        assert all(name in row["message"] for name in names)


def test_every_country_says_everything_in_each_of_its_languages() -> None:
    for country in ("arcadia", "utopia", "colombia"):
        words = load(country, extra=[Path(__file__).parent / "compacts"]).wording.texts
        first, second = (set(known) for known in words.values())
        assert first == second and not any(not text.strip() for known in words.values() for text in known.values())


def test_words_agree_with_the_number_that_stands_before_them() -> None:
    texts = {
        "en": {"k": "{n:# file was|# files were} refused", "report.singular": "1"},
        "fr": {"k": "{n:# fichier refusé|# fichiers refusés}", "report.singular": "0 1"},
    }
    said = Wording(texts)
    assert [said.text("k", "en", n=n) for n in (0, 1, 2)] == [
        "0 files were refused",
        "1 file was refused",
        "2 files were refused",
    ]
    assert [said.text("k", "fr", n=str(n)) for n in (0, 2)] == ["0 fichier refusé", "2 fichiers refusés"]
    assert said.text("k", "en") == "{n} files were refused"
