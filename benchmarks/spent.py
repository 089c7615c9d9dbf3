"""What the benchmarks of the whole pipeline share: a synthetic country, and CPU seconds with those of the readers.

CPU and not clock: other work on the machine makes the clock longer, and CPU seconds hardly. Only ratios travel.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cpc_pipeline.catalogue import load
from cpc_pipeline.folders import Folders
from cpc_pipeline.intake.reading.workers import POOL
from cpc_pipeline.project import Project
from cpc_pipeline.sample import COMPACT, Request, write_sample

YEARS = tuple(range(2021, 2026))


def cpu() -> float:
    """CPU seconds of this process and its ended children; the readers are ended first, so that they count."""
    POOL.close()
    own, ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


@contextmanager
def counted(into: dict[str, float], name: str) -> Iterator[None]:
    before = cpu()
    yield
    into[name] = into.get(name, 0.0) + cpu() - before
    print(f"  {name}: {into[name]:.1f} s CPU", flush=True)


def synthetic(folder: Path, workbooks: int, rows: int) -> Project:
    """A clean synthetic country with that many workbooks, five years of each organisation."""
    write_sample(folder, Request(workbooks // len(YEARS), YEARS, rows))
    return Project(Folders(folder, COMPACT), load(COMPACT, extra=[folder / "compacts"]))


def conditions() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
