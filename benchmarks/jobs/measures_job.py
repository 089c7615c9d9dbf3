"""Invented observations: into a warehouse, from there to all measures; and the same by pandas.

python jobs/measures_job.py fill FOLDER NUMBER   writes the warehouse (not part of what is compared)
python jobs/measures_job.py measures FOLDER      all measures with their lineage, from and to the warehouse
python jobs/measures_job.py pandas FOLDER        what one writes first: group by group (one in 50 timed, scaled up)
python jobs/measures_job.py columns FOLDER       pandas at its best: masks and one groupby, no group in Python

The pandas ways give one number per series, year and group: the highest revision, its sum over the periods and whether
all are there. No calendars, places, ratios, overlaps, targets, notes or lineage: that is less than the warehouse gives.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent.parent))

from cpc_pipeline import contracts, pipeline
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.folders import Folders
from cpc_pipeline.pipeline.computing import record_definitions
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import Load
from spent import cpu, tell

COMPACT = "colombia"
SHARE = 50
AT_ONCE = 250_000
ENDS = {1: (3, 31), 4: (6, 30), 7: (9, 30), 10: (12, 31)}
QUARTERS = [(date(y, m, 1), date(y, *end)) for y in range(2012, 2022) for m, end in ENDS.items()]


def invented(number: int, catalogue: Catalogue) -> Iterator[pl.DataFrame]:
    """Quarters of counted indicators by place, sex and age, in ten years; one in fifty has no number."""
    chance = np.random.default_rng(7)
    indicators = [i for i in catalogue.indicators.values() if i.kind == "count" and i.record]
    places, dims = list(catalogue.places.codes), catalogue.dimension_ids
    codes = {d: list(catalogue.codelist_of(d).codes)[:8] for d in dims[:3]}
    periods = pl.DataFrame(QUARTERS, schema=["period_start", "period_end"], orient="row")
    schema = contracts.polars_schema(contracts.observations_frame(dims))
    for part, begin in enumerate(range(0, number, AT_ONCE)):
        rows = min(AT_ONCE, number - begin)
        cells = rows // len(QUARTERS) + 1
        pick = [indicators[i] for i in chance.integers(0, len(indicators), cells)]
        base = pl.DataFrame(
            {
                "series": [i.id for i in pick],
                "organisation": [i.record for i in pick],
                "unit": [i.unit for i in pick],
                "place": [places[i] for i in chance.integers(0, len(places), cells)],
                **{d: [c[i] for i in chance.integers(0, len(c), cells)] for d, c in codes.items()},
            }
        )
        frame = base.join(periods, how="cross").head(rows).with_row_index("n")
        lacking = pl.col("n") % 50 == 7
        frame = frame.with_columns(
            observation_id=pl.format("s{}!{}", pl.lit(part), pl.col("n").cast(pl.String).str.zfill(8)),
            submission_id=pl.lit(f"s{part}"),
            series_kind=pl.lit("indicator"),
            value=pl.when(~lacking).then((pl.col("n") * 7919 % 400).cast(pl.Float64)),
            status=pl.when(lacking).then(pl.lit("not_available")).otherwise(pl.lit("reported")),
            revision=pl.lit(0),
            reporting_year=pl.col("period_end").dt.year(),
        )
        rest = [pl.lit("all" if c in dims else None).alias(c) for c in schema if c not in frame.columns]
        yield frame.with_columns(rest).select(list(schema)).cast(schema)  # type: ignore[arg-type]


def fill(folder: Path, number: int) -> None:
    catalogue = load(COMPACT)
    project = Project(Folders(folder, COMPACT), catalogue)
    with project.open_warehouse() as warehouse:
        record_definitions(project, warehouse)
        for part, frame in enumerate(invented(number, catalogue)):
            submission = {
                "submission_id": f"s{part}",
                "organisation": next(iter(catalogue.organisations)),
                "year": 2021,
                "path": f"2021/invented/{part}.xlsx",
                "sha256": f"{part:064}",
                "catalogue_version": project.version,
                "kind": "annual",
                "verdict": "accepted",
                "observations": frame.height,
                "findings": 0,
                "size": 0,
                "signed": None,
                "texts": 0,
            }
            warehouse.replace_submission(Load(submission, frame))
    (folder / "filled").touch()
    tell(observations=number)


def of(folder: Path) -> Project:
    return Project(Folders(folder, COMPACT), load(COMPACT))


def measured(folder: Path) -> None:
    project = of(folder)
    with project.open_warehouse() as warehouse:
        warehouse.remember("measures_by", "nothing yet")
        warehouse.remember("measures_input", "nothing yet")
    ready = cpu()
    tell(measures=pipeline.compute_measures(project).rows, ready=ready)


def _frame(folder: Path) -> tuple[object, list[str]]:
    project = of(folder)
    with project.open_warehouse() as warehouse:
        frame = warehouse.counting().to_pandas()
    frame["year"] = frame["period_end"].astype("datetime64[s]").dt.year
    return frame, ["series", "place", *project.catalogue.dimension_ids, "organisation", "unit", "year"]


def naive(folder: Path) -> None:
    frame, keys = _frame(folder)
    ready = cpu()
    groups = frame.groupby(keys, dropna=False, sort=False)
    grouping = cpu() - ready
    results = []
    for position, (key, members) in enumerate(groups):
        if position % SHARE:
            continue
        last = members[members["revision"] == members["revision"].max()]
        value = last["value"].dropna().sum()
        results.append((*key, value, "reported" if len(last["period_start"].unique()) == 4 else "partial"))
    timed = cpu() - ready - grouping
    tell(ready=ready, groups=groups.ngroups, scaled=grouping + timed * groups.ngroups / max(len(results), 1))


def columns(folder: Path) -> None:
    frame, keys = _frame(folder)
    ready = cpu()
    highest = frame.groupby(keys, dropna=False, sort=False)["revision"].transform("max")
    last = frame[frame["revision"] == highest]
    made = last.groupby(keys, dropna=False, sort=False).agg(
        value=("value", "sum"), periods=("period_start", "nunique"), known=("value", "count")
    )
    made["status"] = np.where(made["periods"] == 4, "reported", "partial")
    made.reset_index().to_parquet(folder / "pandas.parquet")
    tell(ready=ready, groups=len(made))


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    if what == "fill":
        fill(where, int(sys.argv[3]))
    else:
        {"measures": measured, "pandas": naive, "columns": columns}[what](where)
