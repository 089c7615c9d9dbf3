"""Each kind of rule, on the smallest submission that shows it, and the laboratory that tries a new one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from cpc_pipeline import cli, pipeline
from cpc_pipeline.catalogue import Catalogue, CatalogueFaults, Code, CodeList, read_rules
from cpc_pipeline.catalogue.models import RuleKind
from cpc_pipeline.desk import checking, questions
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.validation.parts import _disjoint
from cpc_pipeline.validation.rules import KINDS

from tests.conftest import COMPACTS, write_submission

Found = Callable[..., list[str]]
CHILD = {"age": "child"}


@pytest.fixture
def country(tmp_path: Path, arcadia: Catalogue) -> Project:
    return Project(Folders(tmp_path / "a project", "arcadia"), arcadia)


@pytest.fixture
def messages(country: Project) -> Found:
    """Messages of one code about the last of several years' submissions of one organisation."""

    def run(code: str, organisation: str, *years: tuple[int, list[dict[str, Any]]]) -> list[str]:
        for year, rows in years:
            path = write_submission(country, organisation, year, rows)
            found, _, _ = checking.check_file(country, path)
            pipeline.take_in(country, [(organisation, year)])
        return questions.in_words(found.filter(code=code), country, "en")["message"].to_list()

    return run


def talks(value: Any, **more: Any) -> dict[str, Any]:
    return {"indicator": "PRE-1", **CHILD, "value": value, **more}


def test_every_kind_in_the_rule_book_has_a_function_and_the_other_way_round() -> None:
    assert set(get_args(RuleKind)) - {"expectation", "small_count"} == set(KINDS)


def test_a_value_ten_times_last_years_is_asked_about_with_the_last_years_in_words(messages: Found) -> None:
    said = messages("jump", "schools", (2022, [talks(100)]), (2023, [talks(110)]), (2024, [talks(1100)]))
    assert said == ["1100 is far from 110 in 2023. Earlier: 2022: 100, 2023: 110."]
    assert messages("jump", "schools", (2025, [talks(1150)])) == []


def test_a_drop_is_a_jump_too_and_small_numbers_jump_by_nature(messages: Found) -> None:
    assert len(messages("jump", "schools", (2023, [talks(300)]), (2024, [talks(40)]))) == 1
    assert messages("jump", "care", (2023, [talks(2)]), (2024, [talks(14)])) == []


def test_an_unusual_value_is_told_from_the_spread_of_the_earlier_ones(messages: Found) -> None:
    years = [(year, [talks(value)]) for year, value in ((2021, 60), (2022, 62), (2023, 61), (2024, 63))]
    assert messages("outlier", "schools", *years, (2025, [talks(64)])) == []
    assert len(messages("outlier", "schools", *years, (2025, [talks(90)]))) == 1


def test_what_arrives_late_for_an_earlier_year_is_held_against_the_later_ones(
    messages: Found, country: Project
) -> None:
    assert messages("jump", "schools", (2024, [talks(1100)])) == []
    write_submission(country, "schools", 2023, [talks(100)])
    due = pipeline.todo(country, years=()).submissions
    assert due == (("schools", 2023), ("schools", 2024))
    taken = pipeline.take_in(country, due)
    assert "jump" in taken[1].findings["code"].to_list()


def test_a_copied_value_is_noted(messages: Found) -> None:
    assert messages("unchanged", "schools", (2023, [talks(110)]), (2024, [talks(110)])) == [
        "110 is just what was reported for 2023."
    ]


def test_parts_may_be_missing_but_never_exceed_their_total(messages: Found) -> None:
    bands = [talks(30, age="child_0_11"), talks(40, age="child_12_17")]
    assert messages("parts_do_not_add", "schools", (2024, [talks(100), *bands])) == []
    (said,) = messages("parts_do_not_add", "schools", (2024, [talks(60), *bands]))
    assert "70" in said and "60" in said


def test_regions_never_exceed_the_country_and_municipalities_never_their_region(messages: Found) -> None:
    places = [talks(40, place="01"), talks(50, place="02"), talks(30, place="01001"), talks(20, place="01002")]
    said = messages("parts_do_not_add", "schools", (2024, [talks(80), *places]))
    assert said == ["The parts add up to 90; the total says 80.", "The parts add up to 50; the total says 40."]


def test_a_numerator_without_a_denominator_is_asked_about(messages: Found) -> None:
    row = {"indicator": "PRO-2", "value": 50, "numerator": 5}
    assert messages("fields_apart", "care", (2024, [row])) == [
        "One of numerator and denominator is there without the other."
    ]


def test_a_ratio_must_be_what_its_parts_give(messages: Found) -> None:
    row = {"indicator": "PRO-2", "value": 60, "numerator": 30, "denominator": 40}
    (said,) = messages("ratio_differs", "care", (2024, [row]))
    assert "60" in said and "75" in said


def test_a_part_is_not_larger_than_the_whole(messages: Found) -> None:
    rows = [{"indicator": "PRO-1", **CHILD, "value": 40}, {"indicator": "PRO-3", **CHILD, "value": 51}]
    (said,) = messages("part_exceeds_whole", "care", (2024, rows))
    assert "“Beds in safe houses” says 51" in said and "40" in said


def test_an_annual_workbook_without_an_indicator_of_its_own_is_asked_for_it(messages: Found) -> None:
    (said,) = messages("indicators_missing", "courts", (2024, [{"indicator": "JUS-1", "value": 5}]))
    assert said.startswith("2 indicators have no row") and "JUS-2 Cases closed with a judgment; JUS-4" in said


def test_a_total_without_its_required_parts_is_asked_for_them(messages: Found) -> None:
    (said,) = messages("parts_missing", "schools", (2024, [talks(60)]))
    assert said == "The total 60 is not broken down by: Sex."
    assert messages("parts_missing", "schools", (2024, [talks(60), talks("DNA", sex="female")])) == []


def test_a_workbook_filled_in_every_cell_that_its_template_asks_for_is_not_asked_for_more(messages: Found) -> None:
    parts = [{"sex": "female"}, {"sex": "male"}, {"age": "child_0_11"}, {"age": "child_12_17"}]
    values = [40, 23, 17, 16, 24]
    rows = [{"indicator": "PRO-1", **CHILD, **part, "value": v} for part, v in zip([{}, *parts], values, strict=True)]
    assert messages("parts_missing", "care", (2024, rows)) == []
    assert messages("parts_missing", "care", (2024, rows[:3])) == ["The total 40 is not broken down by: Age group."]


RULE = """
- id: tried
  kind: jump
  scope: submission
  severity: return
  code: jump
  params: {factor: 1.5, least: 1}
"""


def test_a_new_rule_is_tried_on_everything_on_record_and_nothing_is_kept(
    country: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for year, value in ((2022, 10), (2023, 16), (2024, 17)):
        write_submission(country, "schools", year, [talks(value)])
    pipeline.take_in(country, pipeline.todo(country).submissions)
    before = questions.findings(country, "en")
    path = tmp_path / "rule.yaml"
    path.write_text(RULE)
    monkeypatch.setenv("CPC_HOME", str(country.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    assert cli.main(["rules", "try", str(path), "--compact", "arcadia", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "Rule tried: 1 finding in 1 of 3 submissions; values that it would have stopped: 1." in said
    assert "16 is far from 10 in 2022" in said
    assert questions.findings(country, "en").equals(before)


def test_a_rule_that_cannot_be_tried_says_where_and_why(arcadia: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text(RULE.replace("jump\n  scope", "jmup\n  scope").replace("severity", "severty"))
    with pytest.raises(CatalogueFaults) as caught:
        read_rules(path, arcadia)
    assert "rule.yaml:3" in str(caught.value) and "did you mean 'severity'" in str(caught.value)


def test_an_unknown_category_is_a_part_and_makes_the_parts_whole(messages: Found) -> None:
    parts = [talks(20, sex="female"), talks(15, sex="male"), talks(3, sex="unknown")]
    assert messages("parts_do_not_add", "schools", (2024, [talks(38), *parts])) == []
    assert messages("parts_do_not_add", "schools", (2024, [talks(40), *parts])) == [
        "The parts add up to 38; the total says 40."
    ]


def test_totals_alone_pass_with_a_mark_of_completeness(messages: Found, country: Project) -> None:
    rows = [{"indicator": "PRO-1", **CHILD, "value": 38}, {"indicator": "PRO-1", **CHILD, "value": 9, "place": "01"}]
    (said,) = messages("totals_only", "care", (2024, rows))
    assert said == "38 came without a breakdown."
    assert messages("totals_only", "care", (2024, [*rows, {**rows[0], "sex": "female", "value": 20}])) == []


def test_bands_that_overlap_are_not_added(country: Project, arcadia: Catalogue) -> None:
    bands = {"a": (0, 11), "b": (12, 17), "wide": (5, 14), "child": (0, 17)}
    codes = {k: Code(code=k, labels={}, lower=low, upper=high) for k, (low, high) in bands.items()}
    known = CodeList(id="age", codes=codes)
    assert _disjoint(["a", "b"], known) == ["a", "b"]
    assert _disjoint(["a", "b", "child"], known) == ["child"]
    assert _disjoint(["a", "wide"], known) == []


def test_a_part_of_a_ratio_is_not_larger_than_its_whole(messages: Found) -> None:
    row = {"indicator": "PRO-2", "value": 150, "numerator": 60, "denominator": 40}
    (said,) = messages("ratio_out_of_bounds", "care", (2024, [row]))
    assert said == "The numerator is 60 and the denominator 40."


def test_a_category_is_asked_about_before_and_after_its_time(messages: Found) -> None:
    old, new = ({"indicator": "JUS-1", "value": 4, "form": form} for form in ("begging", "begging_street"))
    assert messages("code_not_valid", "courts", (2023, [old])) == []
    (said,) = messages("code_not_valid", "courts", (2023, [new]))
    assert said == "“Begging in the street (begging_street)” was not on the list on 2023-12-31."
    assert len(messages("code_not_valid", "courts", (2025, [old]))) == 1


def test_two_organisations_that_differ_are_both_named_and_neither_is_decided(country: Project) -> None:
    rows = [{"indicator": "PRO-1", **CHILD, "value": 58}]
    write_submission(country, "guards", 2024, rows)
    write_submission(country, "care", 2024, [rows[0] | {"value": 75}])
    pipeline.take_in(country, pipeline.todo(country).submissions)
    said = questions.differences(country, "en")
    assert said["message"].to_list() == [
        "Agency of Care says 75; Corps of Guards says 58 for the same thing (cell I5 of its workbook).",
        "Corps of Guards says 58; Agency of Care says 75 for the same thing (cell I5 of its workbook).",
    ]
    assert questions.differences(country, "en", year=2023).is_empty()
