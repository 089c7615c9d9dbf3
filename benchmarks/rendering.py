"""RESULTS.json as a page: tables of medians and ratios. What they mean is told in docs/performance.md, by hand."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

NAMES = {
    "bare": "bare reading: fastexcel alone, one process",
    "pipeline": "**this project, `pipeline`**",
    "dagster in_process": "**this project through Dagster, in process**",
    "dagster multiprocess": "this project through Dagster, a process for each step",
    "by_hand": "pandas + openpyxl + checks by hand",
    "with_pandera": "pandas + openpyxl + pandera",
    "with_great_expectations": "pandas + openpyxl + Great Expectations",
    "with_frictionless": "frictionless",
    "warehouse": "**this project**: from and to the warehouse, with lineage",
    "pandas": "pandas group by group (one group in 50 timed, scaled up)",
    "pandas in columns": "pandas, one groupby, far fewer answers",
}


def median(numbers: Sequence[float]) -> float:
    return round(statistics.median(numbers), 3)


def slope(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Of the straight line through the logarithms: 1 is in proportion."""
    return statistics.linear_regression([math.log(s) for s in sizes], [math.log(c) for c in seconds]).slope


def read(folder: Path) -> dict[str, Any]:
    there = folder / "RESULTS.json"
    return json.loads(there.read_text(encoding="utf-8")) if there.exists() else {}


def write(results: dict[str, Any], folder: Path) -> None:
    data = json.dumps(results, indent=1, ensure_ascii=False)
    (folder / "RESULTS.json").write_text(data + "\n", encoding="utf-8")
    (folder / "RESULTS.md").write_text("\n".join(page(results)) + "\n", encoding="utf-8")


def page(results: dict[str, Any]) -> Iterator[str]:
    yield "# What was measured"
    yield ""
    yield "Written by `make bench` (`benchmarks/bench.py`); what it means, and which aims were reached, is in"
    yield "[docs/performance.md](../docs/performance.md). CPU seconds of a process and of all it started; *work* is"
    yield "without starting Python and its libraries. Only ratios within one table travel: its lines took turns."
    yield ""
    if about := results.get("machine"):
        yield ", ".join(f"{k} {v}" for k, v in about.items()) + "."
    if note := results.get("note"):  # what a person added about this run
        yield ""
        yield note
    for name, part in PARTS.items():
        if name in results:
            yield ""
            yield from part(results[name])


def _whole(found: dict[str, Any]) -> Iterator[str]:
    yield "## The whole job"
    for size, lines in sorted(found.items(), key=lambda item: int(item[0])):
        runs = max(line["runs"] for line in lines.values() if isinstance(line, dict))
        yield ""
        yield f"### {int(size):,} workbooks of 500 rows, {lines['planted']} faults in a tenth of them (rounds: {runs})"
        yield ""
        yield "| | CPU, s | work, s | times bare | clock, s | peak, MiB | faults |"
        yield "|---|---|---|---|---|---|---|"
        for name, line in lines.items():
            if not isinstance(line, dict):
                continue
            floor = line.get("floor", lines["bare"]["work"])
            same = "–" if name == "bare" else "the same" if line["same faults"] else "**others: does not count**"
            yield (
                f"| {NAMES[name]} | {line['cpu']:.1f} | {line['work']:.1f} | {line['work'] / floor:.1f} | "
                f"{line['wall']:.0f} | {line['peak']:.0f} | {same} |"
            )
        stages = lines.get("pipeline", {}).get("said", {}).get("stages", {})
        if stages:
            yield ""
            told = ", ".join(f"{k} {100 * v / sum(stages.values()):.0f} %" for k, v in stages.items())
            yield f"Shares of `pipeline`: {told}."
    yield from _slopes(found)


def _slopes(found: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "### Growth"
    yield ""
    yield "Slope of the logarithm of the work against that of the size; 1 is in proportion."
    yield ""
    yield "| | sizes | slope | peak, MiB |"
    yield "|---|---|---|---|"
    for name, words in NAMES.items():
        sizes = [int(s) for s in sorted(found, key=int) if name in found[s]]
        if len(sizes) > 1:
            lines = [found[str(s)][name] for s in sizes]
            said = ", ".join(f"{s:,}" for s in sizes)
            peaks = ", ".join(f"{line['peak']:.0f}" for line in lines)
            yield f"| {words} | {said} | {slope(sizes, [line['work'] for line in lines]):.2f} | {peaks} |"


def _change(found: dict[str, Any]) -> Iterator[str]:
    yield "## After one change"
    for size, runs in sorted(found.items(), key=lambda item: int(item[0])):
        whole = runs["everything"]["cpu"]
        yield ""
        yield f"### of {int(size):,} workbooks"
        yield ""
        yield "| run | CPU, s | share | see | take in | measures | organisation-years looked at |"
        yield "|---|---|---|---|---|---|---|"
        for name, run in runs.items():
            parts = " | ".join(f"{run[k]:.1f}" for k in ("see", "take in", "measures"))
            share = 100 * run["cpu"] / whole
            yield f"| {name} | {run['cpu']:.1f} | {share:.1f} % | {parts} | {run['organisation-years']} |"


def _history(found: dict[str, Any]) -> Iterator[str]:
    yield "## What Dagster adds: 40 organisations, 10 years"
    yield ""
    yield "400 workbooks of 100 rows, each told of with a materialization and a check."
    yield ""
    yield "| | CPU, s | work, s | clock, s | peak, MiB |"
    yield "|---|---|---|---|---|"
    for name, line in found.items():
        yield f"| {NAMES[name]} | {line['cpu']:.1f} | {line['work']:.1f} | {line['wall']:.0f} | {line['peak']:.0f} |"


def _publishing(found: dict[str, Any]) -> Iterator[str]:
    yield "## From measures to an edition"
    for size, said in found.items():
        yield ""
        yield f"{int(size):,} workbooks, one year, {said['rows']:,} rows of the release; peak {said['peak']:.0f} MiB."
        yield ""
        yield "| step | CPU, s |"
        yield "|---|---|"
        for name, seconds in said["stages"].items():
            yield f"| {name} | {seconds:.1f} |"


def _measures(found: dict[str, Any]) -> Iterator[str]:
    yield "## Observations in the warehouse to all measures"
    yield ""
    yield "| observations | | work, s | peak, MiB | what comes out |"
    yield "|---|---|---|---|---|"
    for number, lines in sorted(found.items(), key=lambda item: int(item[0])):
        for name, line in lines.items():
            said = line["said"]
            work = said.get("scaled", line["work"])
            out = f"{said['measures']:,} measures" if "measures" in said else f"{said['groups']:,} numbers"
            yield f"| {int(number):,} | {NAMES[name]} | {work:.1f} | {line['peak']:.0f} | {out} |"


def _starting(found: dict[str, Any]) -> Iterator[str]:
    yield "## Until something happens"
    yield ""
    yield "From a new process."
    yield ""
    yield "| | CPU, s | clock, s |"
    yield "|---|---|---|"
    for name, line in found.items():
        wall = line["said"].get("seconds", line["wall"])
        yield f"| {name} | {line['cpu']:.2f} | {wall:.2f} |"


PARTS = {
    "whole job": _whole,
    "one change": _change,
    "history": _history,
    "publishing": _publishing,
    "measures": _measures,
    "starting": _starting,
}
