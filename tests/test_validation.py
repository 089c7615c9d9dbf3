"""Rules, their words, and what is kept from being said."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import pipeline, validation
from cpc_pipeline.desk import checking, questions
from cpc_pipeline.project import Project
from cpc_pipeline.validation import schema

from tests.observed import observed


def by_sex(project: Project, send: Any, total: int) -> list[str]:
    rows = [
        {"indicator": "PROT-1", "age": "child", "sex": s, "value": v}
        for s, v in (("female", 20), ("male", 15), ("no_informa", 3), (None, total))
    ]
    path = send("mininterior", 2023, rows)
    found, _, _ = checking.check_file(project, path)
    return list(questions.in_words(found, project, "en")["message"])


def test_girls_boys_and_not_stated_add_up_to_the_total(project: Project, send: Any) -> None:
    assert by_sex(project, send, 38) == []


def test_parts_that_do_not_add_up_give_one_message_with_both_numbers(project: Project, send: Any) -> None:
    (message,) = by_sex(project, send, 40)
    assert "38" in message and "40" in message


def test_a_negative_count_is_refused_and_the_rest_counts(project: Project, send: Any) -> None:
    path = send("mininterior", 2023, [{"indicator": "PREV-7", "value": -3}, {"indicator": "PREV-8", "value": 2}])
    found, verdict, _ = checking.check_file(project, path)
    assert found["code"].to_list() == ["out_of_range"]
    assert verdict == "partly_accepted"


def test_a_name_typed_into_a_number_cell_is_not_kept_anywhere(project: Project, send: Any) -> None:
    send("mininterior", 2023, [{"indicator": "PREV-7", "value": "Canario Prueba Siete"}])
    taken = pipeline.take_in(project, pipeline.todo(project).submissions)
    kept = str(taken[0].findings.to_dicts()) + str(questions.findings(project, "es").to_dicts())
    assert "text_in_number_cell" in kept
    assert "anario" not in kept.lower().replace("canarios", "")
    assert b"Canario" not in project.folders.warehouse.read_bytes()


def test_a_lazy_frame_is_refused_because_it_would_pass_unseen(project: Project) -> None:
    with pytest.raises(TypeError):
        validation.validate(pl.LazyFrame(), project.catalogue)  # type: ignore[arg-type]


def test_a_frame_that_is_not_what_intake_promises_is_refused_before_anything_is_loaded(project: Project) -> None:
    sound = observed(["2023@00=5", "2023@05=7"], project.catalogue, "PROT-1")
    validation.hold_to_contract(sound, project.catalogue)
    broken = {
        "column_in_dataframe": sound.drop("note"),
        "row: dtype": sound.with_columns(pl.col("row").cast(pl.String)),
        "column_ordered": sound.select(sound.columns[::-1]),
        "place: place in its list": sound.with_columns(place=pl.lit("atlantis")),
        "sex: not_nullable": sound.with_columns(sex=pl.lit(None, pl.String)),
        "submission_id: not_nullable": sound.with_columns(submission_id=pl.lit(None, pl.String)),
        "observation_id: field_uniqueness": pl.concat([sound, sound.head(1)]),
        "value is null exactly where the status says so": sound.with_columns(value=pl.lit(None, pl.Float64)),
    }
    for said, frame in broken.items():
        with pytest.raises(schema.BrokenContract, match=said):
            validation.hold_to_contract(frame, project.catalogue)


def test_every_finding_has_words_in_every_language(project: Project) -> None:
    wording = project.catalogue.wording
    for language, texts in wording.texts.items():
        for code in {key.split(".")[1] for key in texts if key.startswith("findings.")}:
            words = wording.finding(code, language, {})
            assert words.title and words.message and words.expected and words.action


def test_a_message_names_places_and_units_in_the_language_of_the_reader(project: Project, send: Any) -> None:
    path = send(
        "mininterior",
        2023,
        [
            {"indicator": "PREV-7", "place": "Antioqia", "value": 1},
            {"indicator": "PROT-1", "value": 2, "unit": "cases"},
        ],
    )
    found, _, _ = checking.check_file(project, path)
    said = questions.in_words(found, project, "es")
    assert "Antioquia (05)" in said.filter(code="unknown_code")["expected"][0]
    assert "«casos»" in said.filter(code="unit_differs")["message"][0]
    assert "«personas»" in said.filter(code="unit_differs")["expected"][0]


WITHOUT_PANDAS = """
import sys
from cpc_pipeline import contracts, validation
from cpc_pipeline.catalogue import load
from cpc_pipeline.validation.schema import BrokenContract
catalogue = load("colombia")
frame = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
validation.hold_to_contract(frame, catalogue)
try:
    validation.hold_to_contract(frame.drop("value"), catalogue)
except BrokenContract:
    found = {"pandera", "pandas", "hypothesis"} & set(sys.modules)
    assert found == {"pandera"}, found
    import pandas
    assert pandas.DataFrame
else:
    raise AssertionError("a frame without its values was let through")
"""


def test_pandera_brings_no_pandas_which_whoever_wants_it_imports_afterwards() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT_PANDAS], check=True)
