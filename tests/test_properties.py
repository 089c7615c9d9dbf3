"""Laws, on generated submissions of an invented country."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
from cpc_pipeline import intake, measures, pipeline, validation
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.folders import Folders
from cpc_pipeline.intake.workbook import TITLE_ROWS
from cpc_pipeline.measures.combining import Point, over_the_year
from cpc_pipeline.measures.periods import place_period
from cpc_pipeline.project import Project
from cpc_pipeline.publication.numbers import written
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import COMPACTS, load, quarter, write_submission

ARCADIA: Catalogue = load("arcadia", extra=[COMPACTS])
YEAR = (date(2024, 1, 1), date(2024, 12, 31))
QUICK = settings(max_examples=25, deadline=None, derandomize=True)
SLOW = settings(max_examples=8, deadline=None, derandomize=True)

counts = st.integers(min_value=0, max_value=10**9)
cells = st.one_of(counts, st.sampled_from(["ND", "N/A", "NO RECOLECTADO", "<5", "10-20"]))


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of one submission: any indicator that counts people or things, any place, group and period of 2024."""
    counted = [i.id for i in ARCADIA.indicators.values() if i.kind == "count"]
    made = []
    for _ in range(draw(st.integers(min_value=1, max_value=8))):
        row: dict[str, Any] = {
            "indicator": draw(st.sampled_from(counted)),
            "value": draw(cells),
            "place": draw(st.sampled_from(list(ARCADIA.places.codes))),
        }
        row |= {d: draw(st.sampled_from(list(ARCADIA.codelist_of(d).codes))) for d in ARCADIA.dimension_ids}
        if draw(st.booleans()):
            row |= quarter(2024, draw(st.integers(min_value=1, max_value=4)))
        made.append(row)
    return made


@contextmanager
def country() -> Iterator[Project]:
    folder = Path(tempfile.mkdtemp(prefix="arcadia "))
    try:
        yield Project(Folders(folder, "arcadia"), ARCADIA)
    finally:
        shutil.rmtree(folder)


def read(project: Project, path: Path) -> intake.Intake:
    return intake.take_in(
        path.read_bytes(),
        name=path.name,
        submission_id="s",
        organisation="care",
        year=2024,
        catalogue=project.catalogue,
    )


@QUICK
@given(rows())
def test_what_was_written_is_what_is_read(sent: list[dict[str, Any]]) -> None:
    with country() as project:
        found = read(project, write_submission(project, "care", 2024, sent)).observations.to_dicts()
    assert len(found) == len(sent)
    for row, told in zip(found, sent, strict=True):
        assert [row[c] for c in ("series", "place", *ARCADIA.dimension_ids)] == [
            told[c] for c in ("indicator", "place", *ARCADIA.dimension_ids)
        ]
        assert row["period_start"] == told.get("period_start", YEAR[0])
        assert row["raw"] == str(told["value"])
        if isinstance(told["value"], int):
            assert (row["value"], row["status"]) == (told["value"], Status.REPORTED)
        else:
            assert row["value"] is None and row["status"] not in (Status.REPORTED, Status.BLANK)


@QUICK
@given(rows())
def test_every_observation_is_used_kept_aside_with_a_reason_or_context(sent: list[dict[str, Any]]) -> None:
    with country() as project:
        observations = read(project, write_submission(project, "care", 2024, sent)).observations
    computed = measures.compute(observations, ARCADIA)
    assert set(computed.lineage["observation_id"]) | set(computed.left_out["observation_id"]) == set(
        observations["observation_id"]
    )
    assert not set(computed.lineage["observation_id"]) & set(computed.left_out["observation_id"])


@QUICK
@given(rows(), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_arrive_changes_no_measure(sent: list[dict[str, Any]], chance: random.Random) -> None:
    with country() as project:
        observations = read(project, write_submission(project, "care", 2024, sent)).observations
    order = list(range(observations.height))
    chance.shuffle(order)
    assert measures.compute(observations, ARCADIA).measures.equals(
        measures.compute(observations[order], ARCADIA).measures
    )


@SLOW
@given(rows(), rows())
def test_running_again_changes_nothing_and_another_organisation_changes_only_its_own(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    with country() as project:
        write_submission(project, "care", 2024, first)
        one = run(project)
        assert run(project).equals(one)
        write_submission(project, "harbour", 2024, second)  # a system of record of nothing
        both = run(project)
    assert both.filter(pl.col("organisation") != "harbour").equals(one)


def run(project: Project) -> pl.DataFrame:
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    return pipeline.release_for(project, 2025).measures


@QUICK
@given(st.lists(counts, min_size=4, max_size=4), st.integers(min_value=1, max_value=4))
def test_a_missing_quarter_that_turns_out_zero_changes_the_completeness_and_not_the_sum(
    values: list[int], missing: int
) -> None:
    points = [point(quarter(2024, n), 0 if n == missing else v) for n, v in enumerate(values, start=1)]
    without = over_the_year([p for n, p in enumerate(points, start=1) if n != missing], "sum", YEAR)
    whole = over_the_year(points, "sum", YEAR)
    assert (without.value, without.status) == (whole.value, Status.PARTIAL)
    assert whole.status == Status.REPORTED


def point(period: dict[str, date], value: float) -> Point:
    return Point(period["period_start"], period["period_end"], Status.REPORTED, value)


@QUICK
@given(st.lists(st.integers(min_value=1, max_value=365), unique=True, max_size=11), st.data())
def test_any_division_of_the_year_into_periods_that_touch_adds_up_to_the_year(
    cuts: list[int], data: st.DataObject
) -> None:
    starts = [YEAR[0], *(YEAR[0] + timedelta(days=c) for c in sorted(cuts))]
    ends = [*(s - timedelta(days=1) for s in starts[1:]), YEAR[1]]
    values = data.draw(st.lists(counts, min_size=len(starts), max_size=len(starts)))
    periods = [{"period_start": s, "period_end": e} for s, e in zip(starts, ends, strict=True)]
    total = over_the_year([point(p, v) for p, v in zip(periods, values, strict=True)], "sum", YEAR)
    assert (total.value, total.status) == (sum(values), Status.REPORTED)


@QUICK
@given(st.lists(counts, min_size=2, max_size=4), st.integers(min_value=0, max_value=10**6))
def test_the_bounds_of_people_counted_by_period_hold_the_truth_however_much_they_overlap(
    values: list[int], overlap: int
) -> None:
    points = [point(quarter(2024, n), v) for n, v in enumerate(values, start=1)]
    bound = over_the_year(points, "unduplicated", YEAR)
    truth = max(*values, sum(values) - overlap)  # some number between no overlap and whole overlap
    assert bound.value is None and bound.lower is not None and bound.upper is not None
    assert bound.lower <= truth <= bound.upper


@QUICK
@given(st.dates(date(2019, 1, 1), date(2027, 1, 1)), st.integers(min_value=0, max_value=800))
def test_a_period_is_in_one_year_at_most_and_lies_within_it(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    placed = place_period(start, end, ARCADIA)
    if placed is not None:
        first, last = ARCADIA.calendars[placed.calendar].year(placed.year)
        assert first <= start <= end <= last
    else:
        calendar = ARCADIA.calendars[ARCADIA.default_calendar]
        assert not any(calendar.year(y)[0] <= start and end <= calendar.year(y)[1] for y in range(2018, 2029))


@QUICK
@given(rows(), st.text(st.characters(categories=["L", "Nd", "Zs"]), min_size=1, max_size=30))
def test_cells_with_content_are_observations_findings_or_the_format(sent: list[dict[str, Any]], stray: str) -> None:
    with country() as project:
        path = write_submission(project, "care", 2024, sent)
        book = openpyxl.load_workbook(path)
        sheet = book[ARCADIA.header.sheets["indicators"].name]
        below = TITLE_ROWS + 1 + len(sent) + 3
        sheet.cell(row=below, column=2).value = f"x{stray}"
        book.save(path)
        taken = read(project, path)
    read_rows = set(taken.observations["row"])
    named = {(f["sheet"], f["cell"]) for f in taken.findings.to_dicts()}
    for row in sheet.iter_rows(min_row=TITLE_ROWS + 2):
        for cell in row:
            if cell.value is not None:
                assert cell.row in read_rows or (sheet.title, cell.coordinate) in named, cell.coordinate


@QUICK
@given(st.text(st.characters(categories=["L"]), min_size=4, max_size=12), st.sampled_from(["value", "place", "sex"]))
def test_a_word_typed_into_any_cell_is_masked_before_it_is_kept(word: str, column: str) -> None:
    typed = f"Qx{word} Zw{word}"
    with country() as project:
        path = write_submission(project, "care", 2024, [{"indicator": "PRO-1", "value": 1} | {column: typed}])
        taken = read(project, path)
        kept = validation.mask(taken.findings, ARCADIA)
    assert taken.findings.height == 1
    assert typed not in str(kept.to_dicts()) + str(taken.observations.to_dicts())


@QUICK
@given(st.integers(min_value=-(10**12), max_value=10**12), st.sampled_from(["en", "es"]))
def test_a_number_in_print_is_the_number(number: int, language: str) -> None:
    thousands, point = ARCADIA.header.number_format[language]
    text = written(float(number), "people", language, ARCADIA)
    assert int(text.replace(thousands, "").replace(point, ".")) == number
