"""Everything that is measured, in one run, in turns: `make bench`, or

    python benchmarks/bench.py [--sizes 20,200] [--peers-up-to 200] [--rounds 3] [--only NAME ...] [--work DIR]

docs/performance.md names the command of each line, and about how many minutes it takes.

Jobs of one size take turns, and each round begins with another one, so that what else the machine does falls on all of
them. Each is a process of its own (spent.py). A way of doing the whole job counts only if it finds exactly the faults
that were planted. Writes RESULTS.json and RESULTS.md beside this file; the parts that were not asked for stay as they
were. Needs the peers' environment (`make bench` makes it).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from country import AGREED, fresh, planted, raw, sample
from rendering import NAMES, median, read, write
from spent import LIMITS, JobFailed, Spent, machine, measure

HERE = Path(__file__).parent
OURS, PEERS = sys.executable, HERE / ".venv" / "bin" / "python"
PEER_NAMES = ("by_hand", "with_pandera", "with_great_expectations", "with_frictionless")
CEILING = "personal_ceiling"
"""Totals of a country of hundreds of organisations are above 100,000: rightly asked about, and not planted."""
MANY = 1_000_000
"""Observations up to which all rounds of large sizes are run."""
SMALL = 200
"""Up to here every round is run; of larger sizes as many as --rounds-of-large says."""


class Bench:
    """What was asked for, and what was found until now."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.results = read(asked.to)
        self.work = Path(asked.work or tempfile.mkdtemp(prefix="bench-"))

    def folder(self, workbooks: int) -> Path:
        return sample(self.work / f"s{workbooks}", workbooks)

    def rounds(self, workbooks: int) -> int:
        return int(self.asked.rounds if workbooks <= SMALL else self.asked.rounds_of_large)

    def keep(self, part: str, found: Any) -> None:
        self.results[part] = found
        self.results["machine"] = machine("dagster", "polars", "duckdb", "pandas", "openpyxl", "fastexcel")
        write(self.results, self.asked.to)


def in_turns(jobs: dict[str, Callable[[], Spent]], rounds: int) -> dict[str, list[Spent]]:
    """Every job once a round, each round beginning with another one; a job that fails is left out, and said."""
    spent: dict[str, list[Spent]] = {name: [] for name in jobs}
    for turn in range(rounds):
        order = list(jobs)
        for name in order[turn % len(order) :] + order[: turn % len(order)]:
            try:
                spent[name].append(jobs[name]())
            except JobFailed as failed:
                print(f"  {name}: {failed}", flush=True)
                continue
            last = spent[name][-1]
            print(f"  {name}: {last.cpu:.2f} s CPU, {last.wall:.1f} s, {last.peak:.0f} MiB", flush=True)
    return {name: runs for name, runs in spent.items() if runs}


def told(runs: Sequence[Spent]) -> dict[str, Any]:
    """Medians of several runs of one job, and what the last one said."""
    said = {k: v for k, v in runs[-1].said.items() if k not in ("faults", "ready", "ended")}
    return {name: median([getattr(run, name) for run in runs]) for name in ("cpu", "work", "wall", "peak")} | {
        "runs": len(runs),
        "load": round(os.getloadavg()[0], 1),
        "said": said,
    }


def whole_job(bench: Bench) -> None:
    """Bare reading, this project by both doors, and the peers, on each size."""
    found: dict[str, Any] = bench.results.get("whole job", {})
    for size in bench.asked.sizes:
        folder = bench.folder(size)
        print(f"whole job, {size} workbooks")
        jobs: dict[str, Callable[[], Spent]] = {
            "bare": lambda f=folder: measure([OURS, "jobs/bare.py", f]),
            "pipeline": lambda f=folder: measure([OURS, "jobs/pipeline_job.py", f]),
        }
        if size <= bench.asked.dagster_up_to:
            for executor in ("in_process", "multiprocess"):
                jobs[f"dagster {executor}"] = lambda f=folder, e=executor: measure([OURS, "jobs/dagster_job.py", f, e])
        if size <= bench.asked.peers_up_to:
            for name in PEER_NAMES:
                jobs[name] = lambda f=folder, n=name: measure(
                    [PEERS, f"peers/{n}.py", raw(f), f / AGREED, bench.work / "peer"]
                )
        if bench.asked.ways:
            jobs = {name: job for name, job in jobs.items() if name in ("bare", *bench.asked.ways)}
        spent = in_turns(jobs, bench.rounds(size))
        want = planted(folder)
        for name, runs in spent.items():
            if name != "bare":
                _tell_difference(name, _without_ceiling(runs[-1]), want)
        floor = median([run.work for run in spent["bare"]])  # ratios are those of one run, also where others are added
        lines = {
            name: told(runs)
            | {"floor": floor, "same faults": name == "bare" or all(_without_ceiling(run) == want for run in runs)}
            for name, runs in spent.items()
        }
        before = found.get(str(size), {}) if bench.asked.ways else {}
        found[str(size)] = {"planted": len(want)} | {name: (before | lines)[name] for name in _order(before | lines)}
        bench.keep("whole job", found)


def _order(lines: Iterable[str]) -> list[str]:
    return sorted(set(lines) & set(NAMES), key=list(NAMES).index)


def _without_ceiling(run: Spent) -> list[list[str]]:
    return [fault for fault in run.said["faults"] if fault[2] != CEILING]


def _tell_difference(name: str, found: list[list[str]], want: list[list[str]]) -> None:
    """Why a way does not count."""
    more = [fault for fault in found if fault not in want]
    less = [fault for fault in want if fault not in found]
    if more or less:
        print(f"  {name}: {len(more)} more {more[:5]}, {len(less)} fewer {less[:5]}", flush=True)


def one_change(bench: Bench) -> None:
    """Nothing changed, one workbook, one definition; of the largest size that was asked for."""
    found: dict[str, Any] = bench.results.get("one change", {})
    for size in bench.asked.change_sizes:
        folder = bench.folder(size)
        print(f"one change of {size}")
        less = [] if size <= SMALL or bench.asked.definition else ["without-definition"]
        job = {"change": lambda f=folder, x=less: measure([OURS, "jobs/change_job.py", f, *x])}
        runs = [run.said["runs"] for run in in_turns(job, bench.rounds(size)).get("change", [])]
        if runs:
            found[str(size)] = {k: {n: median([run[k][n] for run in runs]) for n in runs[0][k]} for k in runs[0]}
            bench.keep("one change", found)


def history(bench: Bench) -> None:
    """What Dagster adds where workbooks are small and many are told of: 40 organisations, ten years."""
    folder = sample(bench.work / "forty", 400, tuple(range(2016, 2026)), 100)
    print("40 organisations, 10 years")
    jobs = {
        "pipeline": lambda: measure([OURS, "jobs/pipeline_job.py", folder]),
        "dagster in_process": lambda: measure([OURS, "jobs/dagster_job.py", folder, "in_process"]),
        "dagster multiprocess": lambda: measure([OURS, "jobs/dagster_job.py", folder, "multiprocess"]),
    }
    spent = in_turns(jobs, bench.asked.rounds)
    bench.keep("history", {name: told(runs) for name, runs in spent.items()})


def profile(bench: Bench) -> None:
    """Where the whole job spends its time, kept as text beside the results."""
    folder = bench.folder(bench.asked.sizes[-1] if bench.asked.sizes[-1] <= SMALL else SMALL)
    measure([OURS, "jobs/pipeline_job.py", folder, "--profile", bench.asked.to / "profile.txt"], says=False)


def publishing(bench: Bench) -> None:
    """Disclosure control, tables and figures, the report."""
    size = min(SMALL, max(bench.asked.sizes))
    folder = bench.folder(size)
    print(f"publishing, {size} workbooks")
    job = {"publish": lambda: measure([OURS, "jobs/publish_job.py", folder])}
    if runs := in_turns(job, bench.asked.rounds_of_large).get("publish"):
        stages = {name: median([run.said["stages"][name] for run in runs]) for name in runs[0].said["stages"]}
        bench.keep(
            "publishing", {str(size): runs[-1].said | {"stages": stages, "peak": median([r.peak for r in runs])}}
        )


def measures(bench: Bench) -> None:
    """Observations in the warehouse to all measures, and pandas."""
    found: dict[str, Any] = bench.results.get("measures", {})
    for number in bench.asked.observations:
        print(f"{number} observations to measures")
        home = bench.work / f"m{number}"
        if not (home / "filled").exists():
            try:
                measure([OURS, "jobs/measures_job.py", "fill", home, str(number)])
            except JobFailed as failed:
                print(f"  {failed}", flush=True)
                continue
        jobs: dict[str, Callable[[], Spent]] = {
            "warehouse": lambda h=home: measure([OURS, "jobs/measures_job.py", "measures", h])
        }
        if number <= bench.asked.pandas_up_to:
            jobs["pandas"] = lambda h=home: measure([OURS, "jobs/measures_job.py", "pandas", h])
            jobs["pandas in columns"] = lambda h=home: measure([OURS, "jobs/measures_job.py", "columns", h])
        rounds = bench.asked.rounds_of_large if number <= MANY else 1
        if lines := {name: told(runs) for name, runs in in_turns(jobs, rounds).items()}:
            found[str(number)] = lines
            bench.keep("measures", found)
        if number > MANY:
            shutil.rmtree(home)  # gigabytes, and quickly made again


def starting(bench: Bench) -> None:
    """What a person waits for before anything happens."""
    print("starting")
    folder = bench.folder(20)
    fresh(folder)
    book = next(iter(sorted(raw(folder).rglob("*.xlsx"))))
    home = {"CPC_HOME": str(folder), "CPC_COMPACTS": str(folder / "compacts")}
    template = bench.work / "informe.xlsx"
    measure([OURS, "jobs/template_job.py", template])
    cpc = [OURS, "-m", "cpc_pipeline.cli"]
    jobs: dict[str, Callable[[], Spent]] = {
        "python": lambda: measure([OURS, "-c", "pass"], says=False),
        "cpc --help": lambda: measure([*cpc, "--help"], says=False),
        "cpc check": lambda: measure([*cpc, "check", book, "--compact", "fabula"], home, says=False),
        "cpc check of a template": lambda: measure([*cpc, "check", template], home | {"CPC_COMPACTS": ""}, says=False),
    }
    found = {name: told(runs) for name, runs in in_turns(jobs, bench.asked.rounds + 2).items()}
    measure([OURS, "jobs/publish_job.py", folder])
    opened = {"first table of an edition": lambda: measure([OURS, "jobs/edition_job.py", folder], home, says=False)}
    found |= {name: told(runs) for name, runs in in_turns(opened, bench.asked.rounds).items()}
    found["cpc ui"] = told(in_turns({"ui": lambda: measure([OURS, "jobs/start_job.py", folder], home)}, 1)["ui"])
    bench.keep("starting", found)


PARTS: dict[str, Callable[[Bench], None]] = {
    "whole": whole_job,
    "change": one_change,
    "history": history,
    "publishing": publishing,
    "measures": measures,
    "starting": starting,
    "profile": profile,
}


def _numbers(text: str) -> list[int]:
    return [int(part.replace("_", "")) for part in text.split(",") if part]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=_numbers, default=[20, 200], help="workbooks of the whole job")
    parser.add_argument("--peers-up-to", type=int, default=SMALL, help="the largest size that the peers are given")
    parser.add_argument(
        "--ways", nargs="*", help="only these ways of the whole job, beside bare reading: they replace their own lines"
    )
    parser.add_argument("--dagster-up-to", type=int, default=2000)
    parser.add_argument("--change-sizes", type=_numbers, default=[SMALL])
    parser.add_argument("--observations", type=_numbers, default=[1_000_000])
    parser.add_argument("--pandas-up-to", type=int, default=1_000_000)
    parser.add_argument("--definition", action="store_true", help="change a definition of large sizes too: all again")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rounds-of-large", type=int, default=1)
    parser.add_argument("--most-minutes", type=float, default=LIMITS.minutes, help="of one job; then it is ended")
    parser.add_argument("--most-gib", type=float, default=LIMITS.mib / 1000, help="of one job; then it is ended")
    parser.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--to", type=Path, default=HERE, help="where RESULTS.json and RESULTS.md are written")
    parser.add_argument("--work", help="a folder where samples are kept for the next time")
    bench = Bench(parser.parse_args())
    LIMITS.minutes, LIMITS.mib = bench.asked.most_minutes, 1000 * bench.asked.most_gib
    for name in bench.asked.only:
        PARTS[name](bench)


if __name__ == "__main__":
    main()
