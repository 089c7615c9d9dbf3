"""Hostile files: each is read or refused within seconds and under 1 GiB, and stops no other."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake.cells import Refused
from cpc_pipeline.intake.reading import read, workers

from tests.hostile.build import strings, xlsx
from tests.hostile.files import HOSTILE, READ

SECONDS = 20  # for a file under 5 MB
SLOW = {
    "one text of 190 MB",
    "a text file of one line without end",
    "1 GB of blanks in a zip of 1 MB",
    "300 MB of cells",
}
GOOD = xlsx('<row r="1"><c r="A1"><v>1</v></c></row>')


def verdict(content: bytes) -> str:
    try:
        read(content)
    except Refused as refused:
        return refused.code
    return READ


def trial(name: str) -> None:
    make, right = HOSTILE[name]
    content = make()
    started = time.monotonic()
    assert verdict(content) in right
    assert time.monotonic() - started < SECONDS
    for worker in workers.POOL.idle:
        peak = Path(f"/proc/{worker.process.pid}/status")
        if peak.exists():  # Linux tells the highest it ever was
            line = next(x for x in peak.read_text().splitlines() if x.startswith("VmHWM"))
            assert int(line.split()[1]) < 2**20
    assert verdict(GOOD) == READ


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in SLOW])
def test_a_hostile_file_is_read_or_refused_in_seconds_and_stops_no_other(name: str) -> None:
    trial(name)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(SLOW))
def test_a_large_hostile_file_is_read_or_refused_in_seconds_and_stops_no_other(name: str) -> None:
    trial(name)


def test_a_list_of_texts_that_lies_about_its_length_is_read_all_the_same() -> None:
    content = xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', shared=strings("uno", count=4_294_967_295))
    assert read(content)["Datos"][0].text == "uno"


def test_a_process_that_ends_in_the_middle_costs_its_file_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    read(GOOD)
    worker = workers.POOL.idle[-1]
    os.kill(worker.process.pid, signal.SIGKILL)
    assert verdict(GOOD) == READ
    monkeypatch.setattr(workers.Worker, "ask", _die)
    with pytest.raises(Refused, match="reader_stopped"):
        workers.Pool().ask(GOOD)


def _die(worker: workers.Worker, content: bytes) -> bytes:
    raise workers._Died


def test_a_file_that_takes_too_long_or_too_much_is_named_and_its_process_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = workers.Pool()
    monkeypatch.setattr(workers, "seconds", lambda size: 0.0)
    monkeypatch.setattr(workers, "_LOOK_EVERY", 0.0)
    with pytest.raises(Refused, match="reader_time"):
        pool.ask(GOOD)
    monkeypatch.setattr(workers, "seconds", lambda size: 20.0)
    monkeypatch.setattr(workers, "MAX_RESIDENT", 1)
    with pytest.raises(Refused, match="reader_memory"):
        pool.ask(GOOD)
    assert pool.idle == []


def test_the_process_that_opens_files_knows_no_secret_and_loads_nothing_heavy() -> None:
    read(GOOD)
    pid = workers.POOL.idle[-1].process.pid
    environment = Path(f"/proc/{pid}/environ")
    if not environment.exists():
        pytest.skip("only Linux shows the environment of a process")
    assert b"PATH" not in environment.read_bytes() and b"HOME" not in environment.read_bytes()
    loaded = Path(f"/proc/{pid}/maps").read_text()
    assert not [name for name in ("polars", "duckdb", "pandas", "pyarrow", "pydantic_core") if name in loaded]


def test_every_refusal_has_its_words(colombia: Catalogue) -> None:
    codes = {code for _, right in HOSTILE.values() for code in right} - {READ}
    for language in colombia.languages:
        for code in codes:
            words = colombia.wording.finding(code, language, {})
            assert words.title and words.message and words.expected and words.action


DOC = Path(__file__).parent.parent / "docs" / "hostile-files.md"
MARK = "<!-- table: tests/test_reading_hostile.py -->\n"


def documented(catalogue: Catalogue) -> str:
    """The table of the docs: each file, and what its sender is told."""
    lines = ["| file | verdict | what its sender is told | lo que lee quien lo envió |", "|---|---|---|---|"]
    for name, (_, right) in HOSTILE.items():
        codes = sorted(right - {READ})
        said = ["; ".join(catalogue.wording.finding(c, x, {}).title for c in codes) or "–" for x in ("en", "es")]
        lines.append(f"| {name} | {', '.join(([READ] if READ in right else []) + codes)} | {said[0]} | {said[1]} |")
    return "\n".join(lines) + "\n"


def test_the_docs_name_every_hostile_file_and_what_happens_to_it(colombia: Catalogue) -> None:
    head, _, rest = DOC.read_text(encoding="utf-8").partition(MARK)
    table = documented(colombia)
    if os.environ.get("CPC_RENEW_GOLDEN"):
        DOC.write_text(head + MARK + table + "\n" + rest[rest.index("## At the door") :], encoding="utf-8")
        return
    assert rest.startswith(table)
