"""Hostile files: each is read or refused within seconds and under 1 GiB, and stops no other."""

from __future__ import annotations

import os
import random
import signal
import time
import zipfile
from pathlib import Path

import pytest
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake.cells import Refused
from cpc_pipeline.intake.reading import read, workers

from tests.hostile.build import parts, sheet, strings, styles, xlsx, zipped
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


# --- the fuzzer ------------------------------------------------------------------------------------------

ROWS = "".join(
    f'<row r="{r}"><c r="A{r}" t="s"><v>{r % 3}</v></c><c r="B{r}" s="1"><v>{5000 + r}</v></c>'
    f'<c r="C{r}"><f>B{r}*2</f><v>{r}</v></c><c r="D{r}" t="inlineStr"><is><t>x{r}</t></is></c></row>'
    for r in range(1, 20)
)
BOOK = parts(
    sheet(ROWS, after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'),
    styles=styles("00000"),
    shared=strings("uno", "dos", "tres"),
)
SPITE = [
    *("-1", "99999999999", "1e999", "NaN", "XFD1048576", "A0", "AAAA1", "ZZZZZZZZ99999999999999", "&#0;", "&lol;"),
    *("<c>", "</c>", "<v/>", "<!--", "]]>", "\x00", "\ud7ff", "s", "e", "str", "d", "true", "1904"),
]


def mutant(chance: random.Random) -> bytes:
    """A workbook changed at one level: the bytes of the zip, the XML of a part, one value of a cell, the parts."""
    level = chance.randrange(4)
    made = {name: data.encode() if isinstance(data, str) else data for name, data in BOOK.items()}
    name = chance.choice(sorted(made))
    if level == 0:
        content = bytearray(zipped(BOOK, chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])))
        for _ in range(chance.randint(1, 20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        return bytes(content[: chance.randint(1, len(content))] if chance.random() < 0.2 else content)
    if level == 1:
        data = bytearray(made[name])
        at, length = chance.randrange(len(data)), chance.randint(0, 40)
        data[at : at + length] = chance.choice([b"", bytes(chance.randrange(256) for _ in range(9)), data[:60]])
        made[name] = bytes(data)
    elif level == 2:
        xml = made["xl/worksheets/sheet1.xml"].decode()
        old = chance.choice(["A1", "B7", "5003", "s", "1", "str", "inlineStr", "<f>", "</row>", "<v>", "C19", 'r="3"'])
        made["xl/worksheets/sheet1.xml"] = xml.replace(old, chance.choice(SPITE), chance.choice([1, 1, -1])).encode(
            "utf-8", "replace"
        )
    elif chance.random() < 0.5:
        del made[name]
    else:
        made[name] = made[chance.choice(sorted(made))]
    return zipped(made)  # type: ignore[arg-type]


def hunt(count: int, seed: int) -> dict[str, int]:
    """Verdicts of so many mutants; a verdict is a code, never an exception of another kind."""
    chance = random.Random(seed)
    seen: dict[str, int] = {}
    for _ in range(count):
        content = mutant(chance)
        started = time.monotonic()
        said = verdict(content)
        assert time.monotonic() - started < SECONDS
        seen[said] = seen.get(said, 0) + 1
    return seen


def test_mutants_of_a_workbook_are_read_or_refused() -> None:
    seen = hunt(150, seed=1)
    assert seen.get(READ, 0) > 10 and len(seen) > 2


@pytest.mark.long
def test_thousands_of_mutants_are_read_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    seen = hunt(2_500, seed=20240229)
    with capsys.disabled():
        print(f"\n2,500 mutants in {time.monotonic() - started:.0f} s: {dict(sorted(seen.items()))}")
    assert seen.get("reader_memory", 0) == seen.get("reader_time", 0) == 0


def test_the_same_bytes_get_the_same_verdict() -> None:
    chance = random.Random(7)
    for _ in range(30):
        content = mutant(chance)
        assert verdict(content) == verdict(content)
