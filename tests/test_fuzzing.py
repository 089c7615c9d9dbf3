"""Changed files, thousands of them: each is read or refused, by the whole of the intake, and none stops it."""

from __future__ import annotations

import random
import resource
from collections import Counter
from pathlib import Path

import pytest
from cpc_pipeline import intake
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.intake.reading import workers
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile.mutants import TEXT, mutant

SECONDS = 20  # of work, for a file under 5 MB; by the clock it depends on what else the machine does
FIRST = {
    *("unreadable_file", "other_document_file", "archive_file", "unsupported_file", "old_format_file", "web_page_file"),
    *("encrypted_file", "pointer_file", "xml_2003_file"),
}
"""Refusals of the first look; a mutant that got past it reached the readers."""
ACCIDENTS = {"reader_stopped", "reader_time", "reader_memory"}


def verdict(content: bytes, catalogue: Catalogue) -> str:
    """What the whole intake says: the code of the refusal, or `read`. An exception of any kind is a failure."""
    read = intake.take_in(
        content, name="t.xlsx", submission_id="s", organisation="guards", year=2023, catalogue=catalogue
    )
    for reading in read.readings:
        assert set(reading.account.fates) == set(reading.grid.cells)
    whole = read.findings.filter((read.findings["severity"] == "return") & (read.findings["sheet"] == ""))
    return str(whole["code"][0]) if whole.height and read.kind == "unknown" else "read"


def work() -> float:
    """Seconds of the processor that this process and those that read had, those that ended among them."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    alive = sum(workers.working(worker.process.pid) or 0 for worker in workers.POOL.idle)
    return sum(x.ru_utime + x.ru_stime for x in used) + alive


def hunt(count: int, seed: int, catalogue: Catalogue) -> dict[str, Counter[str]]:
    """Verdicts of so many mutants, by kind and level."""
    chance = random.Random(seed)
    seen: dict[str, Counter[str]] = {}
    for _ in range(count):
        level, content = mutant(chance)
        before = work()
        said = verdict(content, catalogue)
        assert work() - before < SECONDS
        seen.setdefault(level, Counter())[said] += 1
    return seen


def past_the_first_look(seen: dict[str, Counter[str]]) -> float:
    every = sum(seen.values(), Counter())
    return 1 - sum(every[code] for code in FIRST) / every.total()


def test_mutants_of_every_kind_and_level_are_read_or_refused(arcadia: Catalogue) -> None:
    seen = hunt(250, 1, arcadia)
    kinds = {level.split()[0] for level in seen}
    assert kinds == {"xlsx", "ods", "xlsb", "xls", "text"}
    assert {level.split()[1] for level in seen} == {"bytes", "package", "xml", "cell", "record", "text"}
    assert past_the_first_look(seen) > 0.4
    assert not ACCIDENTS & sum(seen.values(), Counter()).keys()


@pytest.mark.long
def test_thousands_of_mutants_are_read_or_refused(arcadia: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    seen = hunt(4_000, 20240229, arcadia)
    every = sum(seen.values(), Counter())
    peak = max((_peak(worker.process.pid) for worker in workers.POOL.idle), default=0)
    with capsys.disabled():
        print(f"\n4,000 mutants: {past_the_first_look(seen):.0%} got past the first look, {every['read']} were read")
        print(f"processes that stopped: {sum(every[code] for code in ACCIDENTS)}; peak of a reader {peak >> 10} MiB")
        for level, verdicts in sorted(seen.items()):
            print(f"  {level}: {verdicts.total()}, {dict(verdicts.most_common(4))}")
    assert past_the_first_look(seen) > 0.4
    assert not {"reader_time", "reader_memory"} & every.keys()
    assert peak < 2**20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2**20


def _peak(pid: int) -> int:
    """KiB that a process ever had resident, where the system tells it."""
    told = Path(f"/proc/{pid}/status")
    lines = told.read_text().splitlines() if told.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


ARCADIA = load("arcadia", extra=[Path(__file__).parent / "compacts"])
signs = st.sampled_from([*TEXT, b'"', b",", b";", b"\r\n", b"\x00", b"\xff\xfe"])
pieces = st.lists(st.one_of(signs, st.binary(max_size=12)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(pieces)
def test_any_bytes_that_may_be_text_are_read_or_refused(drawn: list[bytes]) -> None:
    verdict(b"".join(drawn), ARCADIA)


def test_the_same_bytes_get_the_same_verdict(arcadia: Catalogue) -> None:
    chance = random.Random(7)
    for _ in range(20):
        _, content = mutant(chance)
        assert verdict(content, arcadia) == verdict(content, arcadia)
