"""What the tests share: the compact, small workbooks in temporary projects, and one whole published project."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.folders import Folders
from cpc_pipeline.intake import Cover, write_workbook
from cpc_pipeline.intake.workbook import fields
from cpc_pipeline.project import Project

ROOT = Path(__file__).parent.parent
COMPACTS = Path(__file__).parent / "compacts"


@pytest.fixture(scope="session")
def colombia() -> Catalogue:
    return load("colombia")


@pytest.fixture(scope="session")
def arcadia() -> Catalogue:
    """An invented country with everything a compact can have; tests/compacts/arcadia."""
    return load("arcadia", extra=[COMPACTS])


@pytest.fixture(scope="session")
def utopia() -> Catalogue:
    """An invented country with little: two organisations, other languages, fiscal years; tests/compacts/utopia."""
    return load("utopia", extra=[COMPACTS])


@pytest.fixture
def project(tmp_path: Path, colombia: Catalogue) -> Project:
    """An empty project whose path holds a space, as people's folders do."""
    return Project(Folders(tmp_path / "a project", "colombia"), colombia)


Send = Callable[..., Path]


def write_submission(
    project: Project, organisation: str, year: int, rows: list[dict[str, Any]], name: str = "annual.xlsx"
) -> Path:
    """Put a workbook of invented rows where the submissions of an organisation and year arrive."""
    path = project.folders.raw / str(year) / organisation / name
    columns = fields(project.catalogue)
    frames = []
    for context in (False, True):
        own = [r for r in rows if (r["indicator"] in project.catalogue.context_series) == context]
        frames.append(pl.DataFrame({c: pl.Series(c, [r.get(c) for r in own], dtype=pl.Object) for c in columns}))
    write_workbook(path, project.catalogue, Cover(organisation, year, "annual"), *frames)
    return path


@pytest.fixture
def send(project: Project) -> Send:
    """send(organisation, year, rows) for the project of the test."""
    return partial(write_submission, project)


@pytest.fixture(scope="session")
def published_colombia(tmp_path_factory: pytest.TempPathFactory, colombia: Catalogue) -> Path:
    """The published figures, taken through the whole pipeline once: the root of that project."""
    # The workers of pytest-xdist share this folder; whoever comes first makes the project, the others wait for it.
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    root = shared / "published colombia"
    with (shared / "published.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "made").exists():
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(ROOT / "data" / "raw", root / "data" / "raw")
            project = Project(Folders(root, "colombia"), colombia)
            pipeline.take_in(project, pipeline.todo(project).submissions)
            pipeline.compute_measures(project)
            for year in colombia.years:
                pipeline.publish_year(project, year)
            (root / "made").touch()
    return root


def quarter(year: int, number: int) -> dict[str, date]:
    """First and last day of a calendar quarter, as columns of a workbook."""
    first = date(year, 3 * number - 2, 1)
    following = date(year + (number == 4), 1 if number == 4 else 3 * number + 1, 1)
    return {"period_start": first, "period_end": date.fromordinal(following.toordinal() - 1)}


@pytest.fixture(scope="session")
def issued_arcadia(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    """Arcadia with its internal, partners' and public edition of 2024, made once for whoever reads issued editions."""
    from cpc_pipeline.desk import publishing

    from tests.arcadia_data import send_all

    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    root = shared / "issued arcadia"
    project = Project(Folders(root, "arcadia"), arcadia)
    with (shared / "issued.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "made").exists():
            shutil.rmtree(root, ignore_errors=True)
            send_all(project)
            for edition in ("internal", "partners", "public"):
                publishing.issue(project, 2024, edition, seconds=5)
            (root / "made").touch()
    return project
