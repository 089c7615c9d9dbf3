"""The audit of a compact, its decisions and acknowledgements, and what becomes of older codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import cpc_pipeline
import polars as pl
import pytest
import yaml
from cpc_pipeline import cli, contracts
from cpc_pipeline.catalogue import Catalogue, CatalogueFaults, audit, load, restate
from cpc_pipeline.intake.template.layout import layout

from tests.conftest import COMPACTS

Edited = Callable[..., Catalogue]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """Arcadia with a list of one of its YAML files changed."""

    def run(name: str, change: Callable[[list[dict[str, Any]]], object]) -> Catalogue:
        folder = tmp_path / "edited"
        if not folder.exists():
            shutil.copytree(COMPACTS / "arcadia", folder)
        items = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        change(items)
        (folder / name).write_text(yaml.safe_dump(items, allow_unicode=True), encoding="utf-8")
        return load("edited", extra=[tmp_path])

    return run


def codes(catalogue: Catalogue) -> set[str]:
    return {remark.code for remark in audit(catalogue) if remark.acknowledged is None}


def test_an_acknowledged_error_stays_on_the_record_and_comes_back_when_its_time_is_over(colombia: Catalogue) -> None:
    before, after = (audit(colombia, day) for day in (date(2026, 12, 1), date(2027, 5, 1)))
    assert {r.code for r in before} == {"no_target", "no_baseline"}
    assert all(r.acknowledged for r in before)
    assert len(after) == len(before) and not any(r.acknowledged for r in after)


def test_an_acknowledgement_of_one_year_leaves_the_others(edited: Edited) -> None:
    catalogue = edited("acknowledgements.yaml", lambda items: items[0].update(indicators=["JUS-1"], years=[2021, 2022]))
    told = [
        (r.years, bool(r.acknowledged)) for r in audit(catalogue) if (r.code, r.indicator) == ("no_target", "JUS-1")
    ]
    assert sorted(told) == [((2021, 2022), True), ((2023, 2025), False)]


def test_an_unacknowledged_error_ends_the_check_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    assert cli.main(["catalogue", "check", "--compact", "utopia", "--lang", "pt"]) == 1
    assert "targets.csv: U-1: sem meta para 2023, 2024, 2025" in capsys.readouterr().out
    assert cli.main(["catalogue", "check", "--compact", "arcadia", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["acknowledged"]["who"] == "Arcadian Council"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agreed_by": ["council"]}, "not_mutual"),
        ({"document": None}, "not_in_writing"),
        ({"kind": "extension", "new_end": "2027-12-31"}, "years_too_short"),
        ({"kind": "contact", "notice": "2024-03-02", "effective": "2024-03-31"}, "notice_before"),
        ({"kind": "contact", "notice": None}, "notice_missing"),
    ],
)
def test_what_changes_the_compact_is_mutual_in_writing_and_in_time(
    edited: Edited, change: dict[str, Any], code: str
) -> None:
    assert not codes(edited("decisions.yaml", lambda items: None))
    assert code in codes(edited("decisions.yaml", lambda items: items[1].update(change)))


def test_the_notice_may_be_told_a_day_late_where_the_text_counts_from_the_change(edited: Edited) -> None:
    def within(header: Any) -> None:
        header["notice"] = {"days": 30, "when": "within"}

    edited("compact.yaml", within)
    assert not codes(edited("decisions.yaml", lambda items: items[2].update(notice="2024-05-15")))
    assert codes(edited("decisions.yaml", lambda items: items[2].update(notice="2024-05-16"))) == {"notice_within"}


def test_an_extension_in_writing_moves_the_term(edited: Edited) -> None:
    longer = {"kind": "extension", "new_end": "2025-12-31"}

    def shorten(header: Any) -> None:
        header["end"] = date(2024, 6, 30)

    assert edited("compact.yaml", shorten).years_in_force[-1] == 2024
    assert edited("decisions.yaml", lambda items: items[1].update(longer)).years_in_force[-1] == 2025


def told(catalogue: Catalogue, *forms: str) -> pl.DataFrame:
    columns = contracts.polars_schema(contracts.observations_frame(catalogue.dimension_ids))
    rows = [{"form": form, "sex": "all", "age": "all", "place": "00", "value": 4.0} for form in forms]
    return pl.DataFrame(rows, schema=columns)


def test_older_codes_are_said_again_where_the_walk_is_exact_and_named_where_it_is_not(arcadia: Catalogue) -> None:
    found = restate(told(arcadia, "labour", "servitude", "begging"), arcadia, date(2024, 12, 31))
    assert dict(found.select("form", "restated").iter_rows()) == {
        "labour": "as_is",
        "domestic": "exact",
        "begging": "partial",
    }
    before = restate(told(arcadia, "servitude"), arcadia, date(2023, 12, 31))
    assert before.select("form", "restated").row(0) == ("servitude", "as_is")
    assert found["value"].sum() == 12


def test_a_code_that_goes_to_two_is_not_exact(tmp_path: Path) -> None:
    folder = tmp_path / "edited"
    shutil.copytree(COMPACTS / "arcadia", folder)
    path = folder / "crosswalks" / "form_2024.csv"
    path.write_text(path.read_text().replace("partial", "exact").replace("domestic", "domestik"), encoding="utf-8")
    with pytest.raises(CatalogueFaults) as caught:
        load("edited", extra=[tmp_path])
    assert "crosswalks/form_2024.csv:3: 'begging' goes to several codes" in str(caught.value)
    assert "crosswalks/form_2024.csv:2: to_code: there is no 'domestik' (did you mean 'domestic'?)" in str(caught.value)


def test_the_template_asks_for_the_categories_of_the_version_of_its_year(edited: Edited) -> None:
    def asks(items: list[dict[str, Any]]) -> None:
        items[0]["disaggregations"] = {"required": ["form"], "optional": []}
        items[0]["versions"][1]["categories"] = {"form": ["labour", "domestic"]}

    catalogue = edited("indicators/justice.yaml", asks)
    nothing = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    asked = {
        year: {e.dimensions["form"] for e in layout(catalogue, "courts", year, "en", nothing).entries
               if e.indicator.id == "JUS-1"}
        for year in (2023, 2024)
    }  # fmt: skip
    assert asked[2023] == {"all", "labour", "sexual", "begging", "servitude"}
    assert asked[2024] == {"all", "labour", "domestic"}


def test_every_error_names_the_file_and_line_to_mend_or_of_what_it_is_about(colombia: Catalogue) -> None:
    remarks = audit(colombia)
    (one,) = (r for r in remarks if (r.code, r.indicator) == ("no_target", "PROT-1"))
    assert one.place == "targets.csv" and one.defined is not None
    file, _, line = one.defined.partition(":")
    lines = (
        (Path(cpc_pipeline.__file__).parent / "compacts" / "colombia" / file).read_text(encoding="utf-8").split("\n")
    )
    assert "PROT-1" in lines[int(line) - 1]
    assert all(r.defined or r.line for r in remarks)


def test_a_country_with_two_names_is_told_where(arcadia: Catalogue) -> None:
    nation = arcadia.header.nation.model_copy(update={"name": {"en": "Arkadia", "es": "Arcadia"}})
    other = arcadia.model_copy(update={"header": arcadia.header.model_copy(update={"nation": nation})})
    (said,) = (r for r in audit(other) if r.code == "nation_named_twice")
    assert said.place.startswith("compact.yaml:") and "Arkadia" in said.words(other, "en")
    assert "nation_named_twice" not in {r.code for r in audit(arcadia)}
