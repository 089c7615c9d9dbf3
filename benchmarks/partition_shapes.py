"""What it costs in Dagster to show 40 organisations x 10 years, by the shape of the assets (docs/decisions/0001).

    python benchmarks/partition_shapes.py

The body of every asset is the same small report (the verdict, a table of findings, a check), because the work on a
workbook does not depend on the shape. Prints a Markdown table: seconds to load the definitions, seconds for 400
organisation-years, events and bytes of history. One process, sqlite history, as `cpc refresh` runs it.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from os import cpu_count
from pathlib import Path
from typing import Any

import dagster as dg

warnings.filterwarnings("ignore")

ORGANISATIONS = [f"organisation_{n:02}" for n in range(40)]
YEARS = [str(year) for year in range(2016, 2026)]
FINDINGS = "| where | what |\n|---|---|\n" + "| sheet, cell | words |\n" * 10
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
QUIET_HISTORY = {"telemetry": {"enabled": False}}


def report() -> dict[str, Any]:
    return {"verdict": "accepted", "what was found": dg.MetadataValue.md(FINDINGS)}


def two_dimensions() -> dg.Definitions:
    """A: one asset, organisation x year."""
    both = dg.MultiPartitionsDefinition(
        {"organisation": dg.StaticPartitionsDefinition(ORGANISATIONS), "year": dg.StaticPartitionsDefinition(YEARS)}
    )
    check = dg.AssetCheckSpec("verdict", asset="submissions", partitions_def=both)

    @dg.asset(partitions_def=both, check_specs=[check], backfill_policy=dg.BackfillPolicy.single_run())
    def submissions() -> Iterator[Any]:
        yield dg.Output(None, metadata=report())
        yield dg.AssetCheckResult(passed=True, metadata=report())

    return dg.Definitions(assets=[submissions], executor=dg.in_process_executor)


def asset_each() -> dg.Definitions:
    """B: one asset per organisation, partitioned by year."""
    years = dg.StaticPartitionsDefinition(YEARS)

    def one(name: str) -> dg.AssetsDefinition:
        check = dg.AssetCheckSpec("verdict", asset=name, partitions_def=years)

        @dg.asset(name=name, partitions_def=years, check_specs=[check], group_name="intake")
        def submission() -> Iterator[Any]:
            yield dg.Output(None, metadata=report())
            yield dg.AssetCheckResult(passed=True, metadata=report())

        return submission

    return dg.Definitions(assets=[one(name) for name in ORGANISATIONS], executor=dg.in_process_executor)


def run(defs: dg.Definitions, instance: dg.DagsterInstance, **how: Any) -> None:
    job = defs.get_repository_def().get_implicit_global_asset_job_def()
    job.execute_in_process(instance=instance, run_config=QUIET, **how)


def a_run_each(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    for organisation in ORGANISATIONS:
        for year in YEARS:
            key = dg.MultiPartitionKey({"organisation": organisation, "year": year})
            run(defs, instance, partition_key=key)


def b_run_each(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    for organisation in ORGANISATIONS:
        for year in YEARS:
            run(defs, instance, partition_key=year, asset_selection=[dg.AssetKey(organisation)])


def b_run_per_year(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    for year in YEARS:
        run(defs, instance, partition_key=year)


SHAPES: list[tuple[str, Callable[[], dg.Definitions], Callable[[dg.Definitions, dg.DagsterInstance], None]]] = [
    ("A  one asset, two dimensions; a run per organisation and year", two_dimensions, a_run_each),
    ("B  an asset per organisation; a run per organisation and year", asset_each, b_run_each),
    ("B  an asset per organisation; a run per year, 40 steps", asset_each, b_run_per_year),
]


def measure(make: Callable[[], dg.Definitions], work: Callable[..., None]) -> tuple[float, float, int, float]:
    """Seconds to load, seconds to work, events, megabytes."""
    started = time.perf_counter()
    defs = make()
    defs.resolve_asset_graph()
    defs.get_repository_def()
    loaded = time.perf_counter() - started
    with (
        tempfile.TemporaryDirectory() as folder,
        dg.DagsterInstance.local_temp(folder, overrides=QUIET_HISTORY) as instance,
    ):
        started = time.perf_counter()
        work(defs, instance)
        worked = time.perf_counter() - started
        events = sum(len(instance.all_logs(r.run_id)) for r in instance.get_runs())
        size = sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file()) / 2**20
    return loaded, worked, events, size


def main() -> None:
    print(f"Python {sys.version.split()[0]}, dagster {dg.__version__}, {cpu_count()} cores\n")
    print("| shape | load, s | 400 workbooks, s | events | history, MB |\n|---|---|---|---|---|")
    for name, make, work in SHAPES:
        loaded, worked, events, size = measure(make, work)
        print(f"| {name} | {loaded:.2f} | {worked:.1f} | {events} | {size:.1f} |", flush=True)


if __name__ == "__main__":
    main()
