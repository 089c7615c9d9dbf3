"""The compact's data: sound, complete in both languages, and every fault of an edit named at once."""

from __future__ import annotations

import ast
import shutil
from datetime import date
from pathlib import Path

import cpc_pipeline
import pytest
from cpc_pipeline.catalogue import Catalogue, CatalogueFaults, Indicator, audit, fold, load

from tests.conftest import COMPACTS

PACKAGE = Path(cpc_pipeline.__file__).parent


def test_all_45_indicators_have_names_and_definitions_in_both_languages(colombia: Catalogue) -> None:
    assert len(colombia.indicators) == 45
    for indicator in colombia.indicators.values():
        for text in (indicator.name, indicator.definition):
            assert all(text[language].strip() for language in ("en", "es")), indicator.id


def test_every_indicator_without_a_target_is_named_by_the_audit(colombia: Catalogue) -> None:
    named = {remark.indicator for remark in audit(colombia) if remark.code == "no_target"}
    assert named == set(colombia.indicators)


def test_every_fault_is_listed_at_once_with_file_and_line(tmp_path: Path) -> None:
    copy = tmp_path / "edited"
    shutil.copytree(PACKAGE / "compacts" / "colombia", copy)
    prevention = copy / "indicators" / "prevention.yaml"
    lines = prevention.read_text().splitlines()
    frequency = next(n for n, line in enumerate(lines) if line.startswith("  frequency:"))
    lines[frequency] = lines[frequency].replace("frequency", "freqency")
    prevention.write_text("\n".join(lines))
    objectives = copy / "objectives.yaml"
    objectives.write_text(
        objectives.read_text().replace("name: {en: Protection, es: Protección}", "name: {en: Protection}")
    )
    with pytest.raises(CatalogueFaults) as caught:
        load("edited", extra=[tmp_path])
    words = str(caught.value)
    assert (
        f"edited/indicators/prevention.yaml:{frequency + 1}: unknown key 'freqency' (did you mean 'frequency'?)"
        in words
    )
    assert "name: no text in 'es'" in words


def test_a_reference_to_nothing_is_a_fault_with_a_near_name(tmp_path: Path) -> None:
    copy = tmp_path / "edited"
    shutil.copytree(PACKAGE / "compacts" / "colombia", copy)
    path = copy / "indicators" / "prosecution.yaml"
    path.write_text(path.read_text().replace("record: policia", "record: polcia").replace("- policia\n", "- polcia\n"))
    with pytest.raises(CatalogueFaults, match=r"there is no 'polcia'.*did you mean 'policia'"):
        load("edited", extra=[tmp_path])


def test_a_target_of_an_indicator_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    shutil.copytree(COMPACTS / "arcadia", tmp_path / "edited")
    path = tmp_path / "edited" / "targets.csv"
    rows = path.read_text(encoding="utf-8").replace("PRE-1,2022", "PRE1,2022")
    path.write_text(rows, encoding="utf-8")
    line = next(n for n, row in enumerate(rows.splitlines(), start=1) if row.startswith("PRE1,"))
    with pytest.raises(CatalogueFaults, match=rf"edited/targets.csv:{line}: .*'PRE1'.*did you mean 'PRE-1'"):
        load("edited", extra=[tmp_path])


def test_codes_are_found_by_code_label_or_alias_and_never_by_likeness(colombia: Catalogue) -> None:
    assert colombia.places.find("05") == colombia.places.find("ANTIOQUIA") == "05"
    assert colombia.codelists["sex"].find(" Niñas ") == "female"
    assert colombia.places.find("Antioqia") is None
    assert "05" in colombia.places.suggest("Antioqia")


IN_PYTHON_TOO = {
    "all": "the category that means the whole: every list has it (contracts.TOTAL)",
    "total": "what people call the whole, which a table of theirs may say",
    "unknown": "the kind of a file that could not be read",
    "none": "nothing of what is asked for",
    "yes": "an answer, of a definition that stays comparable",
    "internal": "an edition",
    "external": "a link in a workbook that leads out of it",
    "child": "the protected unit of an indicator, whatever its bands of age are",
    "upper_bound": "an end of a range",
    "other": "another one",
    "protect": "a command",
    "bounds": "the ends between which a value lies",
    "borders": "a part of a workbook's table of formats",
    "meta": "an element of a web page",
    "counts": "a verb, in the table of what adds up over periods",
    "events": "a layout of tables of dated rows",
    "reasons": "why an edition may not go out",
    "colombia": "the default of the command line, stated in the interface",
}
"""Words that stand alone in Python as in a country's data, and what they mean there."""


def words_of(catalogue: Catalogue) -> set[str]:
    """Ids, names, labels and aliases of what a country agreed. Headings and units are words of the program as well."""
    c = catalogue
    words = {*c.indicators, *c.organisations, *c.context_series, *(r.id for r in c.rules), *(d.id for d in c.decisions)}
    words |= {x for i in c.indicators.values() for x in (i.slug, *i.name.values())}
    words |= {x for o in c.organisations.values() for x in (*o.name.values(), *o.short.values())}
    words |= {x for o in c.objectives for x in (o.id, *o.name.values())}
    words |= {x for s in c.context_series.values() for x in s.name.values()}
    words |= {x for code in c.places.codes.values() for x in (*code.labels.values(), *code.aliases)}
    codes = [code for known in c.codelists.values() for code in known.codes.values()]
    words |= {x for code in codes for x in (code.code, *code.labels.values(), *code.aliases)}
    words |= {sheet.name for sheet in c.header.sheets.values()}
    return {fold(word) for word in words if len(fold(word)) > 2}


@pytest.mark.parametrize("country", ["colombia", "arcadia", "utopia"])
def test_no_id_name_label_or_alias_of_a_country_stands_in_the_code(country: str) -> None:
    words = words_of(load(country, extra=[COMPACTS])) - {fold(word) for word in IN_PYTHON_TOO}
    found = []
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "sample":  # it makes an invented country: its lists are its own
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        texts = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        found += [f"{path.name}:{n.lineno} {n.value}" for n in texts if id(n) not in told and fold(n.value) in words]
    assert found == []


def test_a_compact_may_not_be_silent_where_the_common_words_speak(tmp_path: Path) -> None:
    folder = tmp_path / "edited"
    shutil.copytree(COMPACTS / "utopia", folder)
    (folder / "wording" / "fr" / "template.yaml").unlink()
    (folder / "wording" / "pt" / "template.yaml").unlink()
    with pytest.raises(CatalogueFaults) as caught:
        load("edited", extra=[tmp_path])
    assert "edited/wording/pt: no text for 'template.title'" in str(caught.value)


def test_every_indicator_of_colombia_carries_what_a_reference_sheet_asks_for(colombia: Catalogue) -> None:
    for indicator in colombia.indicators.values():
        for text in (indicator.rationale, indicator.system_of_record, indicator.quality_method):
            assert text is not None, indicator.id
            assert text["en"] != text["es"] or text["en"].startswith("S"), indicator.id
        if indicator.kind in ("ratio", "average"):
            assert indicator.numerator and indicator.denominator, indicator.id


def changed(**more: object) -> Indicator:
    """PRE-1 with a second version of its definition from 2024."""
    base = load("arcadia", extra=[COMPACTS]).indicators["PRE-1"].model_dump()
    first = {"number": 1, "valid_from": "2021-01-01", "valid_to": "2023-12-31", "decision": "invented-1"}
    second = {"number": 2, "valid_from": "2024-01-01", "decision": "invented-1", "headline": {"age": "all"}}
    return Indicator.model_validate(base | {"valid_from": "2021-01-01", "versions": [first, second | more]})


def test_a_value_keeps_the_definition_of_its_period() -> None:
    indicator = changed()
    numbers = [v.number if (v := indicator.version_on(date(y, 12, 31))) else None for y in (2020, 2021, 2023, 2024)]
    assert numbers == [None, 1, 1, 2]
    assert indicator.on(date(2023, 12, 31)).headline == {"age": "child"}
    assert indicator.on(date(2024, 12, 31)).headline == {"age": "all"}


def test_a_new_definition_breaks_the_series_unless_it_is_said_to_be_comparable() -> None:
    assert changed().breaks == (date(2024, 1, 1),)
    assert changed(comparable="yes").breaks == ()


def test_versions_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="begins before"):
        changed(valid_from="2023-06-01")
