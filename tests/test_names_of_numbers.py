"""Every number of an edition carries a name, and the name leads to what the number was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lxml.html
import polars as pl
import pytest
from cpc_pipeline import cli, counted, trace
from cpc_pipeline.artefacts.books import sheets_of
from cpc_pipeline.contracts import CONTRIBUTIONS, Status, polars_schema
from cpc_pipeline.desk.counting import Counting, account
from cpc_pipeline.measures import contributions_by_year
from cpc_pipeline.project import Project
from cpc_pipeline.publication.restated import restated_name

from tests.conftest import COMPACTS

pytestmark = pytest.mark.slow

YEAR = 2024
EDITIONS = ("internal", "partners", "public")
NUMBER = re.compile(r"[^\W\d_]{0,2}[≤≥‖+\-−\s\u202f]*\d[\d.,\s\u2009\u202f]*(\s*%|\s*\(\d{4}\)|[–-]\d[\d.,]*)?")
REFERENCE = "(cpc trace)"


@pytest.fixture(scope="module")
def known(issued_arcadia: Project) -> Counting:
    return Counting(issued_arcadia)


@pytest.fixture(scope="module")
def measures(issued_arcadia: Project) -> frozenset[str]:
    with issued_arcadia.read_warehouse() as warehouse:
        rows = warehouse.measures().iter_rows(named=True)
        return frozenset(trace.reference(row, issued_arcadia.catalogue) for row in rows)


def leads(name: str, known: Counting, measures: frozenset[str]) -> bool:
    """Whether a name leads to something: to a measure, or to an account of what was counted."""
    other = counted.read(name)
    if other is None:
        return name in measures
    found = account(other, known)
    return bool(found.items or found.parts or found.value == 0)


def numbers_of_page(path: Path) -> Iterator[tuple[str, str]]:
    """Each number of a table or of a counted sentence, with its name."""
    root = lxml.html.document_fromstring(path.read_bytes())
    for cell in root.xpath("//td"):
        text = cell.text_content().strip()
        if NUMBER.match(text) and "code" not in (cell.get("class") or "").split():
            yield text, cell.get("data-trace") or ""
    for item in root.xpath("//section//li[not(ancestor::ul[@class='notes'])]"):
        if re.match(r"[A-Z]+-\d", item.text_content()):
            continue  # an indicator and the day of its break
        spans = {s.text: s.get("data-trace") for s in item.xpath("./span[@data-trace]")}
        for number in re.findall(r"\d[\d.,\u202f]*\d|\d", item.text_content()):
            yield number, spans.get(number) or ""


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_number_of_the_page_has_a_name_that_leads_to_what_it_was_made_of(
    issued_arcadia: Project, known: Counting, measures: frozenset[str], edition: str, language: str
) -> None:
    path = issued_arcadia.folders.edition(YEAR, edition) / "report" / f"report_{language}.html"
    found = list(numbers_of_page(path))
    assert [text for text, name in found if not name] == []
    assert [name for name in dict.fromkeys(n for _, n in found) if not leads(name, known, measures)] == []
    kinds = {getattr(counted.read(name), "kind", "measure") for _, name in found}
    assert {"measure", "count"} <= kinds and ("quality" in kinds) == (edition == "internal")


def names_of_sheet(rows: list[list[str]], project: Project) -> Iterator[tuple[str, str]]:
    """Each numeric cell of a sheet with its name: beside it, or made of the codes beside and above it."""
    top = next((i for i, row in enumerate(rows) if any(c.endswith(REFERENCE) for c in row)), None)
    if top is not None:
        at = next(i for i, c in enumerate(rows[top]) if c.endswith(REFERENCE))
        for row in rows[top + 1 :]:
            yield from ((text, row[at]) for i, text in enumerate(row) if i != at and NUMBER.fullmatch(text))
        return
    top = next((i for i, row in enumerate(rows) if len(row) > 1 and " × " in row[1]), None)
    if top is None:
        for row in rows:
            yield from ((text, "") for text in row if NUMBER.fullmatch(text))
        return
    for row in rows[top + 1 :]:
        for code, text in zip(rows[top][2:], row[2:], strict=False):
            parts = sorted((row[1], code), key=lambda part: part.split("/")[0] not in project.catalogue.indicators)
            if NUMBER.fullmatch(text):
                yield text, "/".join(parts)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_number_of_the_workbook_has_a_name_that_leads_to_what_it_was_made_of(
    issued_arcadia: Project, known: Counting, measures: frozenset[str], edition: str, language: str
) -> None:
    catalogue = issued_arcadia.catalogue
    path = issued_arcadia.folders.edition(YEAR, edition) / "tables" / f"performance_{language}.xlsx"
    with issued_arcadia.read_warehouse() as warehouse:
        frame = warehouse.measures()
    walked = 0
    for sheet, rows in sheets_of(path).items():
        for text, name in names_of_sheet(rows, issued_arcadia):
            assert name, (sheet, text)
            if counted.read(name) is None and name not in measures:
                trace.chosen(frame, trace.parse(name), catalogue)  # said with more words than it needs
            else:
                assert leads(name, known, measures), (sheet, name)
            walked += 1
    assert walked > 50


def test_a_count_has_as_many_things_as_it_says(issued_arcadia: Project, known: Counting) -> None:
    path = issued_arcadia.folders.edition(YEAR, "internal") / "report" / "report_en.html"
    counts = [(t, n) for t, n in numbers_of_page(path) if n.startswith("count:") and not n.endswith("/narratives")]
    assert len(counts) > 20
    for text, name in counts:
        found = account(counted.Counted("count", tuple(name.removeprefix("count:").split("/"))), known)
        assert found.value == int(text.replace(",", "")), name


def test_a_score_leads_to_its_facts_and_to_the_cells_that_were_judged(known: Counting) -> None:
    scores = known.release(YEAR).quality
    assert scores is not None
    row = next(r for r in scores.iter_rows(named=True) if r["score"] is not None and len(r["facts"]) > 1)
    wanted = counted.Counted("quality", (row["submission_id"], row["indicator"], row["standard"]))
    found = account(counted.read(wanted.text) or wanted, known)
    facts = [i.params for i in found.items if i.says == "fact"]
    mean = sum(float(f["score"]) * float(f["weight"]) for f in facts) / sum(float(f["weight"]) for f in facts)
    assert found.value == row["score"] == pytest.approx(mean, abs=1e-3)
    assert all(i.file and i.sheet and i.cell for i in found.items if i.says == "value")
    assert any(i.says == "value" for i in found.items)


def with_frames(known: Counting, **frames: pl.DataFrame) -> Counting:
    """The same project whose edition of the year has other frames."""
    other = Counting(known.project)
    other._releases[YEAR] = replace(known.release(YEAR), **frames)
    return other


def test_a_contribution_leads_to_the_cells_of_its_entries(known: Counting) -> None:
    row = dict.fromkeys(polars_schema(CONTRIBUTIONS)) | {"reporting_year": YEAR, "organisation": "care"}
    row |= {
        "contribution_kind": "staff",
        "currency": "crown",
        "sheet": "Given",
        "submission_id": "care/2024/annual.xlsx",
    }
    given = [
        row | {"amount": 5.0, "cell": "A4"},
        row | {"amount": 7.5, "cell": "A5"},
        row | {"currency": "peso", "cell": "A6"},
    ]
    frame = pl.DataFrame(given, schema=polars_schema(CONTRIBUTIONS))
    summary = contributions_by_year(frame, known.project.catalogue)
    there = with_frames(known, contributions=frame, contributed=summary)
    line = summary.filter(currency="crown").row(0, named=True)
    found = account(counted.read(counted.contribution(line)), there)  # type: ignore[arg-type]
    assert (line["entries"], line["amount"], found.value) == (2, 12.5, 12.5)
    assert [(i.file, i.sheet, i.cell) for i in found.items] == [
        ("2024/care/annual.xlsx", "Given", "A4"),
        ("2024/care/annual.xlsx", "Given", "A5"),
    ]


def test_a_restatement_leads_to_both_values_the_reason_and_the_measure(known: Counting) -> None:
    release, catalogue = known.release(YEAR), known.project.catalogue
    measure = release.measures.filter(year=YEAR, series="record").row(0, named=True)
    keys = ("indicator", "calendar", "place", *catalogue.dimension_ids, "organisation", "unit")
    told = {"year": str(YEAR), "column": "actual", "old": "41", "new": "44", "reason": "late cases", "by": "council"}
    there = with_frames(known, restated=pl.DataFrame([{k: measure[k] for k in keys} | told]))
    name = restated_name({k: measure[k] for k in keys} | told, release, catalogue)
    found = account(counted.read(name), there)  # type: ignore[arg-type]
    said = " ".join(trace.tell_account(found, catalogue, "en"))
    assert "41 → 44" in said and "late cases" in said and "council" in said
    assert [i.reference for i in found.items] == [trace.reference(measure, catalogue)]


def test_the_command_follows_the_name_of_a_count_and_says_when_there_is_none(
    issued_arcadia: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    monkeypatch.setenv("CPC_HOME", str(issued_arcadia.folders.root))
    words = issued_arcadia.catalogue.wording.text(f"status.{Status.NOT_RECEIVED}", "en")
    assert cli.main(["trace", f"count:{YEAR}/internal/no_value", "--compact", "arcadia", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert f"/{YEAR}]" in said and words in said
    page = tmp_path / "count.html"
    name = f"count:{YEAR}/internal/no_value"
    assert cli.main(["trace", name, "--compact", "arcadia", "--html", str(page)]) == 0
    assert f"/{YEAR}]" in page.read_text(encoding="utf-8")
    for wrong in ("count:1999/internal/no_value", f"count:{YEAR}/internal/nothing", "quality:nobody/2024/x.xlsx/PRE-1"):
        assert cli.main(["trace", wrong, "--compact", "arcadia", "--lang", "en"]) == 2
        assert wrong in capsys.readouterr().out
