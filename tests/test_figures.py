"""Figures of an edition: which there are, and that picture, words and data are the same numbers."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from cpc_pipeline.publication import Drawn, draw
from cpc_pipeline.publication.figures import write_figures

from tests.arcadia_data import send_all

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
    ids = {d.id for d in draw(less, arcadia, YEAR)}
    assert f"trend.{silent}" not in ids
    assert f"trend.{arcadia.objectives[1].id}" in ids
