"""After a change only the measures that it can touch are computed again, and they are what computing all would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline import measures, pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.pipeline import computing, issuing
from cpc_pipeline.project import Project
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.arcadia_data import SENT, send_all
from tests.conftest import COMPACTS, load, write_submission
from tests.observed import like, observed

ARCADIA: Catalogue = like(
    load("arcadia", extra=[COMPACTS]), "PRO-1", overlap="possible", reporters=["care", "guards", "health"]
)
RATIOS = [i for i in ARCADIA.indicators.values() if i.derived not in (None, "pipeline")]
REPORTED = ("PRE-1", "PRO-1", "JUS-1", "JUS-2", *(i.id for i in RATIOS))
KEEPER = {name: ARCADIA.indicators[name].record or "courts" for name in REPORTED}
PERIODS = ("2023", "2024", "2024Q1", "2024Q2", "2024Q3", "2024Q4", "2023-10-01/2023-12-31", "2024-01-01/2024-11-30")

reports = st.lists(
    st.builds(
        lambda period, place, said, sex, indicator, org: (
            f"{period}@{place}={said} sex={sex} indicator={indicator} org={org or KEEPER[indicator]}"
        ),
        st.sampled_from(PERIODS),
        st.sampled_from(["00", "01", "02", "01001"]),
        st.one_of(st.integers(0, 99).map(str), st.sampled_from(["not_available", "blank", ">40", "10..20"])),
        st.sampled_from(["all", "female", "male"]),
        st.sampled_from(REPORTED),
        st.sampled_from(["", "guards", "health"]),
    ),
    max_size=6,
)
"""What one workbook says; an empty one was withdrawn."""


def everything(books: Sequence[Sequence[str]]) -> pl.DataFrame:
    """Every row of every book, each named after its book and its line, as a submission would."""
    frames = [
        observed(list(lines), ARCADIA, "PRE-1").with_columns(
            submission_id=pl.lit(f"s{n}"), observation_id=pl.concat_str(pl.lit(f"s{n}/"), "observation_id")
        )
        for n, lines in enumerate(books)
    ]
    return pl.concat(frames)


def parts(rows: pl.DataFrame) -> set[tuple[str, str]]:
    return set(rows.select("series", "organisation").unique().iter_rows())


def changed(before: pl.DataFrame, after: pl.DataFrame) -> set[tuple[str, str]]:
    went = before.join(after, on=before.columns, how="anti", nulls_equal=True)
    came = after.join(before, on=before.columns, how="anti", nulls_equal=True)
    return parts(went) | parts(came)


def replaced(old: pl.DataFrame, new: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
    kept = old.join(touched, on=["indicator", "organisation"], how="anti")
    return pl.concat([kept, new]).sort(pl.all(), nulls_last=True)


def of_measure(lineage: pl.DataFrame) -> pl.DataFrame:
    named = pl.col("measure_id").str.split("|")
    return lineage.with_columns(indicator=named.list.get(0), organisation=named.list.get(-2))


some_books = st.lists(reports, min_size=3, max_size=3)
some_changes = st.lists(st.tuples(st.integers(0, 2), reports), min_size=1, max_size=4)


@settings(max_examples=12, deadline=None, derandomize=True)
@example([["2024Q4@02=10..20 sex=all indicator=JUS-2 org=courts"], [], []], [(0, [])])
@given(some_books, some_changes)
def test_what_is_computed_again_after_any_changes_is_what_computing_everything_gives(
    books: list[list[str]], changes: list[tuple[int, list[str]]]
) -> None:
    again_is_everything(books, changes)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(some_books, some_changes)
def test_what_is_computed_again_is_what_computing_everything_gives_three_hundred_times(
    books: list[list[str]], changes: list[tuple[int, list[str]]]
) -> None:
    again_is_everything(books, changes)


def again_is_everything(books: list[list[str]], changes: list[tuple[int, list[str]]]) -> None:
    now = everything(books)
    known = measures.compute(now, ARCADIA)
    rows, lineage = known.measures, of_measure(known.lineage)
    for number, lines in changes:
        books[number] = lines
        before, now = now, everything(books)
        some = measures.affected(changed(before, now), parts(now), ARCADIA)
        frame, touched = measures.frame_of(some.observations), measures.frame_of(some.measures)
        needed = now.join(frame, left_on=["series", "organisation"], right_on=["indicator", "organisation"], how="semi")
        made = measures.compute(needed, ARCADIA, measures.frame_of(some.measures))
        rows = replaced(rows, made.measures, touched)
        lineage = replaced(lineage, of_measure(made.lineage), touched)
        whole = measures.compute(now, ARCADIA)
        assert rows.equals(whole.measures.sort(pl.all(), nulls_last=True))
        assert lineage.equals(of_measure(whole.lineage).sort(pl.all(), nulls_last=True))


def some_years_at_a_time(now: pl.DataFrame, piece: measures.Affected, most: int) -> Iterator[measures.Computed]:
    """As the pipeline does it: of each span only the observations that have a day in it are read."""
    parts_of = ["series", "organisation"]
    needed = now.join(
        measures.frame_of(piece.observations), left_on=parts_of, right_on=["indicator", "organisation"], how="semi"
    )
    counts = dict(needed.drop_nulls("period_end").group_by(pl.col("period_end").dt.year()).len().iter_rows())
    before = None
    for span in measures.spans(counts, needed["series"].unique(), ARCADIA, most):
        first, last = measures.days_of(span, ARCADIA)
        own = needed.filter(
            pl.lit(value=True) if first is None else pl.col("period_end") >= first,
            pl.lit(value=True) if last is None else pl.col("period_start") <= last,
        )
        computed = measures.compute(own, ARCADIA, measures.frame_of(piece.measures), span, before)
        before = computed.earliest
        yield computed


@pytest.mark.parametrize("most", [1, 4, 1000])
@settings(max_examples=6, deadline=None, derandomize=True)
@given(books=some_books)
def test_in_however_many_pieces_everything_is_computed_it_is_the_same(most: int, books: list[list[str]]) -> None:
    now = everything(books)
    there = {(i, o): now.filter((pl.col("series") == i) & (pl.col("organisation") == o)).height for i, o in parts(now)}
    pieces = list(measures.divided(there, ARCADIA, most))
    assert len(pieces) >= (len(there) if most == 1 else 1)
    assert sum(len(piece.measures) for piece in pieces) == len(set[object]().union(*(p.measures for p in pieces)))
    made = [computed for piece in pieces for computed in some_years_at_a_time(now, piece, most)]
    whole = measures.compute(now, ARCADIA)
    assert (
        pl.concat([m.measures for m in made])
        .sort(pl.all(), nulls_last=True)
        .equals(whole.measures.sort(pl.all(), nulls_last=True))
    )
    assert pl.concat([m.lineage for m in made]).sort(pl.all()).equals(whole.lineage.sort(pl.all()))


def test_a_ratio_is_made_again_with_its_parts_and_people_met_by_several_with_all_who_met_them() -> None:
    ratio = RATIOS[0]
    assert ratio.derived is not None
    assert ratio.derived != "pipeline"
    top = ARCADIA.indicators[ratio.derived.numerator]
    bottom = ARCADIA.indicators[ratio.derived.denominator]
    some = measures.affected([(top.id, str(top.record))], [], ARCADIA)
    assert (ratio.id, ratio.record or "") in some.measures
    assert (bottom.id, str(bottom.record)) in some.observations - some.measures
    met = next(i for i in ARCADIA.indicators.values() if i.overlap == "possible")
    some = measures.affected([(met.id, "guards")], [(met.id, "health"), ("PRE-1", "health")], ARCADIA)
    assert (met.id, "") in some.measures
    assert (met.id, "health") in some.observations
    assert ("PRE-1", "health") not in some.observations


def test_what_was_not_received_comes_from_no_cell() -> None:
    """A part of a fiscal year that is not offered had left its number to the row of a year in which nothing came."""
    frame = everything([["2024Q4@02=10..20 indicator=JUS-2 org=courts", "2024Q2@00=1 indicator=JUS-1 org=courts"]])
    made = measures.compute(frame, ARCADIA)
    silent = made.measures.filter(status="not_received")
    assert silent.height > 20
    ids = [measures.measure_id(row, ARCADIA) for row in silent.iter_rows(named=True)]
    assert made.lineage.filter(pl.col("measure_id").is_in(ids)).is_empty()


def test_arrivals_corrections_returns_and_withdrawals_are_followed_without_computing_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(Folders(tmp_path / "a project", "arcadia"), load("arcadia", extra=[COMPACTS]))
    send_all(project)

    def everything_again(*_: object) -> None:
        raise AssertionError("everything was computed again")

    rows = [dict(row) for row in SENT["courts", 2024]]
    corrected, refused = [dict(row) for row in rows], [dict(row) for row in rows]
    corrected[0]["value"] = 56
    refused[0]["value"] = -5
    path = project.folders.raw / "2024" / "courts" / "annual.xlsx"
    with monkeypatch.context() as patched:
        patched.setattr(measures, "divided", everything_again)
        patched.setattr(computing, "AT_ONCE", 3)  # so that years are computed one after the other
        for said in (corrected, refused, None):
            if said is None:
                path.unlink()
            else:
                write_submission(project, "courts", 2024, said)
            pipeline.take_in(project, pipeline.todo(project).submissions)
            pipeline.compute_measures(project)
            with project.open_warehouse() as warehouse:
                counting, rows_now, lineage = warehouse.counting(), warehouse.measures(), warehouse.lineage()
            made = measures.compute(counting, project.catalogue)
            assert rows_now.equals(made.measures.sort(pl.all(), nulls_last=True).select(rows_now.columns))
            assert lineage.sort(pl.all()).equals(made.lineage.sort(pl.all()))


def test_what_an_edition_is_made_of_is_not_computed_again_while_nothing_it_depends_on_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(Folders(tmp_path / "a project", "arcadia"), load("arcadia", extra=[COMPACTS]))
    send_all(project)
    pipeline.publish_year(project, 2024)
    asked: list[int] = []
    really = issuing.released
    monkeypatch.setattr(issuing, "released", lambda *given: asked.append(given[2]) or really(*given))
    years = [2023, 2024]
    assert pipeline.todo(project, years).years == (2023,)
    assert asked == years
    assert pipeline.todo(project, years).years == (2023,)
    assert asked == years
    next(project.folders.edition(2024, "internal").rglob("performance.csv")).unlink()
    assert pipeline.todo(project, years).years == (2023, 2024)
    assert asked == years
    folder = project.folders.agreements / "2024"  # what people sign is looked at too
    folder.mkdir(parents=True)
    (folder / "note.yaml").write_text("[]", encoding="utf-8")
    pipeline.todo(project, years)
    assert asked == years * 2
