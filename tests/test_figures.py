"""Figures of an edition: which there are, and that picture, words and data are the same numbers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue, CatalogueFaults
from cpc_pipeline.catalogue.loading import COMMON, load_folder
from cpc_pipeline.contracts import Release
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.publication import Drawn, draw
from cpc_pipeline.publication.figures import (
    breakdown,
    choropleth,
    overlap,
    progress,
    quality,
    status,
    style,
    tile,
    trend,
    write_figures,
)
from cpc_pipeline.publication.figures.chart import Chart
from cpc_pipeline.publication.figures.style import Page
from cpc_pipeline.publication.numbers import written
from matplotlib.patches import Rectangle

from tests.arcadia_data import send_all
from tests.conftest import COMPACTS

pytestmark = pytest.mark.slow

YEAR = 2024


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Release:
    project = Project(Folders(tmp_path_factory.mktemp("figures"), "arcadia"), arcadia)
    send_all(project)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    return pipeline.release_for(project, YEAR)


@pytest.fixture(scope="module")
def drawn(release: Release, arcadia: Catalogue) -> list[Drawn]:
    return list(draw(release, arcadia, YEAR))


def test_every_figure_has_the_same_id_and_data_in_every_language(drawn: list[Drawn], arcadia: Catalogue) -> None:
    by_language = {x: {d.id: d for d in drawn if d.language == x} for x in arcadia.languages}
    first, *others = by_language.values()
    assert len(first) * len(by_language) == len(drawn)
    for other in others:
        assert other.keys() == first.keys()
        assert all(other[name].data.equals(first[name].data) for name in first)


def test_each_figure_is_written_as_two_pictures_a_text_and_its_data(drawn: list[Drawn], tmp_path: Path) -> None:
    paths = write_figures(drawn, tmp_path)
    assert {p.name for p in paths} == {f"{d.stem}.{kind}" for d in drawn for kind in ("png", "svg", "txt", "csv")}
    for one in drawn:
        assert (tmp_path / f"{one.stem}.txt").read_text(encoding="utf-8") == one.alt
        assert pl.read_csv(tmp_path / f"{one.stem}.csv", infer_schema=False).height == one.data.height > 0


def test_an_objective_of_which_nothing_is_known_is_not_drawn(release: Release, arcadia: Catalogue) -> None:
    silent = arcadia.objectives[0].id
    less = Release(**{**vars(release), "measures": release.measures.filter(pl.col("objective") != silent)})
    ids = {d.id for d in trend.draw(less, arcadia, YEAR)}
    assert f"trend.{silent}" not in ids
    assert f"trend.{arcadia.objectives[1].id}" in ids


def test_what_one_trend_has_no_room_for_stands_on_the_next_and_no_indicator_is_left_out(
    release: Release, arcadia: Catalogue, drawn: list[Drawn], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {d.id: d for d in drawn if d.language == "en" and d.id.startswith("trend.")}
    monkeypatch.setattr(trend, "MOST", 3)
    parted = [d for d in trend.draw(release, arcadia, YEAR) if d.language == "en"]
    known = {name for d in whole.values() for name in d.data["indicator"]}
    assert len(parted) > len(whole)
    assert whole.keys() < {d.id for d in parted}
    assert {name for d in parted for name in d.data["indicator"]} == known
    assert sum(d.data["indicator"].n_unique() for d in parted) == len(known)


def test_an_indicator_that_is_alone_on_a_trend_has_the_whole_width(
    release: Release, arcadia: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths: list[float] = []
    monkeypatch.setattr(Chart, "draw", lambda chart, rows, indicator, years, at, width: widths.append(width))
    for kept in (["PRO-1"], ["PRO-1", "PRO-2"]):
        few = replace(release, measures=release.measures.filter(pl.col("indicator").is_in(kept)))
        assert list(trend.draw(few, arcadia, YEAR))
    alone, beside = widths[0], widths[-1]
    assert alone == style.WIDTH - 2 * style.MARGIN
    assert beside < alone / 2


def test_a_wide_country_leaves_room_for_its_legend() -> None:
    ring = ((0.0, 0.0), (30.0, 0.0), (30.0, 2.0), (0.0, 2.0))
    project, width, height = choropleth._projection([ring], 10, 20, 300, 200)
    assert width == pytest.approx(300)
    assert height < 200
    assert project((30.0, 2.0)) == pytest.approx((310, 20))


def with_rows(release: Release, *rows: dict[str, Any], drop: pl.Expr | None = None) -> Release:
    """The release with further measures, each a change of an existing national row of PRO-1."""
    kept = release.measures.filter(~drop) if drop is not None else release.measures
    pattern = release.measures.filter(indicator="PRO-1", year=YEAR, place="00", series="record", age="child").row(
        0, named=True
    )
    nothing = dict.fromkeys(("actual", "lower", "upper", "baseline", "target"), None)
    made = pl.DataFrame([pattern | nothing | row for row in rows], schema=kept.schema)
    return replace(release, measures=pl.concat([kept, made]))


PLACES = pl.col("place") != "00"
ON_THE_MAP = (
    {"place": "01", "actual": 24.0, "status": "reported"},
    {"place": "02", "actual": 0.0, "status": "reported"},
    {"place": "03", "status": "hidden"},
    {"place": "04", "status": "not_available"},
    {"place": "05", "lower": 31.0, "status": "lower_bound"},
)


@pytest.fixture(scope="module")
def mapped(release: Release, arcadia: Catalogue) -> dict[str, Drawn]:
    changed = with_rows(release, *ON_THE_MAP, drop=PLACES)
    made = [*tile.draw(changed, arcadia, YEAR), *choropleth.draw(changed, arcadia, YEAR)]
    return {d.id: d for d in made if d.language == "en"}


@pytest.mark.parametrize("kind", ["map.PRO-1", "choropleth.PRO-1"])
def test_a_map_has_every_place_and_tells_zero_hidden_unknown_and_missing_apart(
    mapped: dict[str, Drawn], arcadia: Catalogue, kind: str
) -> None:
    said = {}
    for line in mapped[kind].alt.splitlines():
        for place in ("01", "02", "03", "04", "05", "06"):
            if f", {arcadia.places.label(place, 'en')}: " in line:
                said[place] = line.rpartition(f"{YEAR}: ")[2]
    assert said == {
        "01": "24.",
        "02": "0.",
        "03": "withheld.",
        "04": "not available.",
        "05": "31 (lower bound).",
        "06": "not received.",
    }


@pytest.mark.parametrize("look", [tile.look, choropleth.look])
def test_places_without_a_shade_look_different_by_why_they_have_none(look: Any) -> None:
    row = {"actual": None, "lower": None, "upper": None, "status": "reported"}
    zero = look(row | {"actual": 0.0}, None)
    hidden = look(row | {"status": "hidden"}, None)
    missing = look(row | {"status": "not_received"}, None)
    bound = look(row | {"lower": 4.0, "status": "lower_bound"}, None)
    assert len({zero[:3], hidden[:3], missing[:3], bound[:3]}) == 4


def test_shapes_are_drawn_only_where_the_compact_has_them(release: Release, arcadia: Catalogue) -> None:
    without = arcadia.model_copy(update={"shapes": None})
    assert not list(choropleth.draw(with_rows(release, *ON_THE_MAP, drop=PLACES), without, YEAR))


def test_a_stub_for_a_hidden_value_is_the_same_wherever_it_stands() -> None:
    page = Page()
    for x, bottom in ((50, 100), (90, 40)):
        page.withheld(x, bottom)
    sizes = {
        (p.get_width(), p.get_height(), p.get_hatch(), p.get_linewidth())
        for p in page._figure.artists
        if isinstance(p, Rectangle)
    }
    assert len(sizes) == 1


def test_the_words_of_a_figure_have_every_number_that_is_drawn_and_none_that_is_hidden(
    release: Release, arcadia: Catalogue
) -> None:
    group = {"year": 2023, "form": "labour"}
    rows = ({"actual": 4711.0, "status": "reported", "form": "sexual"}, {"status": "hidden", "form": "labour"})
    changed = with_rows(release, *rows, *({**r, **group, "form": r["form"]} for r in rows))
    by_form = {}
    for one in (*breakdown.draw(changed, arcadia, YEAR), *progress.draw(changed, arcadia, YEAR)):
        by_form |= {one.language: one} if one.id == "breakdown.PRO-1.form" else {}
        for row in one.data.iter_rows(named=True):
            if row["actual"] is not None:
                assert written(float(row["actual"]), row["unit"], one.language, arcadia) in one.alt, one.id
    line = next(x for x in by_form["en"].alt.splitlines() if "Forced labour" in x)
    assert line.endswith("2023: withheld; 2024: withheld.")
    assert by_form["es"].data.filter(form="labour")["actual"].to_list() == [None, None]


def test_categories_stand_as_the_list_has_them_and_not_by_size(release: Release, arcadia: Catalogue) -> None:
    for one, other in ((900.0, 5.0), (5.0, 900.0)):
        rows = [{"form": f, "actual": v, "status": "reported"} for f, v in (("sexual", one), ("labour", other))]
        changed = with_rows(release, *rows, drop=pl.col("indicator") != "PRO-1")
        drawn = next(d for d in breakdown.draw(changed, arcadia, YEAR) if d.id == "breakdown.PRO-1.form")
        assert drawn.data["form"].to_list() == ["labour", "sexual"]


def test_progress_calls_nothing_without_a_direction_or_a_target_good_or_bad(drawn: list[Drawn]) -> None:
    overview = next(d for d in drawn if d.id == "progress" and d.language == "en")
    ratings = dict(overview.data.select("indicator", "rating").iter_rows())
    assert {"on_target", "off_target", "no_target"} <= set(ratings.values())
    for indicator, rating in ratings.items():
        line = next(x for x in overview.alt.splitlines() if x.startswith(f"{indicator} "))
        told = "on target" in line or "off target" in line
        assert told == (rating in ("on_target", "off_target")), line
        assert ("no target set" in line) == (rating == "no_target"), line


def test_no_progress_is_drawn_where_no_target_is_set(release: Release, arcadia: Catalogue) -> None:
    none = replace(release, measures=release.measures.with_columns(pl.lit(None, pl.Float64).alias("target")))
    assert not list(progress.draw(none, arcadia, YEAR))


def test_bounds_of_several_organisations_are_drawn_beside_their_counts_and_never_a_sum(
    release: Release, arcadia: Catalogue
) -> None:
    rows = (
        {"organisation": "care", "actual": 75.0, "status": "reported"},
        {"organisation": "guards", "series": "parallel", "actual": 58.0, "status": "reported"},
        {"organisation": "care+guards", "series": "together", "lower": 75.0, "upper": 133.0, "status": "range"},
    )
    changed = with_rows(release, *rows, drop=pl.col("indicator") == "PRO-1")
    one = next(d for d in overlap.draw(changed, arcadia, YEAR) if d.language == "en")
    assert one.data["series"].to_list() == ["record", "parallel", "together"]
    assert "75–133 (range)" in one.alt


def test_submissions_and_quality_are_not_drawn_where_the_edition_does_not_tell_of_them(
    release: Release, arcadia: Catalogue, drawn: list[Drawn]
) -> None:
    assert {"status", "quality"} <= {d.id for d in drawn}
    public = replace(release, submissions=release.submissions.clear(), quality=None, edition="public")
    assert not [*status.draw(public, arcadia, YEAR), *quality.draw(public, arcadia, YEAR)]


def test_the_quality_of_indicators_stands_in_the_order_of_the_objectives(
    drawn: list[Drawn], arcadia: Catalogue
) -> None:
    matrix = next(d for d in drawn if d.id == "quality")
    listed = [arcadia.indicators[i].objective for i in matrix.data["indicator"]]
    order = [o.id for o in arcadia.objectives]
    assert listed == sorted(listed, key=order.index) and len(set(listed)) > 2


def test_the_same_release_draws_the_same_bytes(release: Release, arcadia: Catalogue, drawn: list[Drawn]) -> None:
    made = {d.stem: d for kind in (progress, breakdown, status) for d in kind.draw(release, arcadia, YEAR)}
    again = [d for d in drawn if d.stem in made]
    assert len(again) == len(made) > 4
    for one in again:
        twin = made[one.stem]
        assert (one.png, one.svg, one.alt) == (twin.png, twin.svg, twin.alt), one.id


def test_pictures_tell_nothing_of_when_and_where_they_were_made(drawn: list[Drawn]) -> None:
    for one in drawn:
        assert b"dc:date" not in one.svg and b"tEXt" not in one.png
        assert one.title.encode() in one.svg.replace(b"&amp;", b"&")


def test_a_shape_of_a_place_that_nobody_knows_is_a_fault_of_the_compact(tmp_path: Path) -> None:
    folder = tmp_path / "arcadia"
    shutil.copytree(COMPACTS / "arcadia", folder)
    path = folder / "shapes.geojson"
    path.write_text(path.read_text().replace('"code": "06"', '"code": "99"').replace('"code":"06"', '"code":"99"'))
    with pytest.raises(CatalogueFaults) as raised:
        load_folder(folder, COMMON, {})
    assert "no place '99'" in str(raised.value.faults)


def lightness(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_inks_that_stand_for_different_things_differ_in_grey() -> None:
    for inks in (style.RAMP, (style.DARK, style.LIGHT), (style.DARK, style.ACCENT), (style.LIGHT, style.ACCENT)):
        grey = sorted(lightness(ink) for ink in inks)
        assert min(b - a for a, b in pairwise(grey)) > 0.1, inks


def test_categories_that_find_no_room_are_named(
    release: Release, arcadia: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakdown, "MOST", 1)
    rows = [{"form": f, "actual": 8.0, "status": "reported"} for f in ("sexual", "labour")]
    changed = with_rows(release, *rows, drop=pl.col("indicator") != "PRO-1")
    drawn = next(d for d in breakdown.draw(changed, arcadia, YEAR) if d.id == "breakdown.PRO-1.form")
    assert drawn.data["form"].to_list() == ["labour"]
    assert "in the table only: Sexual exploitation." in drawn.alt
