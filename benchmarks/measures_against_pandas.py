"""One million invented observations to all measures: this project's columns against the same, naively, in pandas.

    .venv/bin/python benchmarks/measures_against_pandas.py [observations]

Prints seconds of each, their ratio and the peak memory of the columns, which are computed a few indicators at a time
as the pipeline does, and written as Parquet. The naive way is what one writes first: for each
series and year, take the highest revision, then sum the periods; no completeness, places, targets or notes. It is timed
on a part of the groups and its time is scaled up, so that the benchmark ends.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent.parent))

from cpc_pipeline import contracts, measures
from cpc_pipeline.catalogue import Catalogue, load

AT_ONCE = 100_000  # observations, as in the pipeline
SHARE = 50  # of the groups, one in so many is timed in pandas


def invented(number: int, catalogue: Catalogue) -> pl.DataFrame:
    """Quarters of counted indicators by place, sex and age, in ten years; one in fifty is a revision or no number."""
    chance = np.random.default_rng(7)
    indicators = [i for i in catalogue.indicators.values() if i.kind == "count" and i.record]
    quarters = [
        (date(y, m, 1), date(y, m + 2, 31 if m in (1, 10) else 30)) for y in range(2012, 2022) for m in (1, 4, 7, 10)
    ]
    places, dims = list(catalogue.places.codes), catalogue.dimension_ids
    codes = {d: list(catalogue.codelist_of(d).codes)[:8] for d in dims[:3]}
    cells = number // len(quarters) + 1
    pick = {
        "series": chance.integers(0, len(indicators), cells),
        "place": chance.integers(0, len(places), cells),
        **{d: chance.integers(0, len(c), cells) for d, c in codes.items()},
    }
    base = pl.DataFrame(
        {
            "series": [indicators[i].id for i in pick["series"]],
            "organisation": [indicators[i].record for i in pick["series"]],
            "unit": [indicators[i].unit for i in pick["series"]],
            "place": [places[i] for i in pick["place"]],
            **{d: [codes[d][i] for i in pick[d]] for d in codes},
        }
    )
    periods = pl.DataFrame(quarters, schema=["period_start", "period_end"], orient="row")
    frame = base.join(periods, how="cross").head(number).with_row_index("n")
    lacking = pl.col("n") % 50 == 7
    frame = frame.with_columns(
        observation_id=pl.format("s!{}", pl.col("n").cast(pl.String).str.zfill(8)),
        submission_id=pl.lit("s"),
        series_kind=pl.lit("indicator"),
        value=pl.when(~lacking).then((pl.col("n") * 7919 % 400).cast(pl.Float64)),
        status=pl.when(lacking).then(pl.lit("not_available")).otherwise(pl.lit("reported")),
        revision=pl.lit(0),
        reporting_year=pl.col("period_end").dt.year(),
    )
    schema = contracts.polars_schema(contracts.observations_frame(dims))
    rest = [pl.lit("all").alias(c) if c in dims else pl.lit(None).alias(c) for c in schema if c not in frame.columns]
    return frame.with_columns(rest).select(list(schema)).cast(schema)  # type: ignore[arg-type]


def naive(observations: pl.DataFrame, catalogue: Catalogue) -> tuple[float, int]:
    """Seconds that the naive way would take for all groups, and how many there are."""
    frame = observations.to_pandas()
    frame["year"] = [d.year for d in frame["period_end"]]
    started = time.perf_counter()
    keys = ["series", "place", *catalogue.dimension_ids, "organisation", "unit", "year"]
    groups = frame.groupby(keys, dropna=False, sort=False)
    grouping = time.perf_counter() - started
    results = []
    started = time.perf_counter()
    timed = 0
    for position, (key, members) in enumerate(groups):
        if position % SHARE:
            continue
        timed += 1
        last = members[members["revision"] == members["revision"].max()]
        value = last["value"].dropna().sum()
        whole = len(last["period_start"].unique()) == 4
        results.append((*key, value, "reported" if whole else "partial"))
    return grouping + (time.perf_counter() - started) * groups.ngroups / max(timed, 1), groups.ngroups


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    catalogue = load("colombia")
    observations = invented(number, catalogue)
    counts = {(i, o): n for i, o, n in observations.group_by("series", "organisation").len().iter_rows()}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = cpu()
    started = time.perf_counter()
    made = 0
    with tempfile.TemporaryDirectory() as folder:
        for group in measures.divided(counts, catalogue, AT_ONCE):
            frame = measures.frame_of(group.observations).rename({"indicator": "series"})
            needed = observations.join(frame, on=["series", "organisation"], how="semi")
            computed = measures.compute_affected(needed, group.measures, catalogue)
            computed.measures.write_parquet(Path(folder) / f"measures{made}.parquet")
            computed.lineage.write_parquet(Path(folder) / f"lineage{made}.parquet")
            made += computed.measures.height
    columns = time.perf_counter() - started
    processor = cpu() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, groups = naive(observations, catalogue)
    print(f"{number} observations, {groups} groups, {made} measures")
    print(f"columns {columns:.1f} s ({processor:.1f} s CPU), peak {peak:.0f} MiB (of it {before / 1024:.0f} before)")
    print(f"naive pandas {seconds:.1f} s; ratio {seconds / columns:.1f}")


if __name__ == "__main__":
    main()
