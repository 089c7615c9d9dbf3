"""`cpc disclosure` as a person with two files meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cpc_pipeline import cli

CELLS = """sex,age,value
all,all,40
all,a,12
all,b,28
f,all,25
f,a,3
f,b,22
m,all,15
m,a,9
m,b,6
"""
RELATIONS = '{"sex": [["all", ["f", "m"]]], "age": [["all", ["a", "b"]]]}'


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    cells, relations = tmp_path / "cells.csv", tmp_path / "relations.json"
    cells.write_text(CELLS, encoding="utf-8")
    relations.write_text(RELATIONS, encoding="utf-8")
    return cells, relations


def run(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, object], str]:
    code = cli.main(["disclosure", *map(str, arguments)])
    said = capfd.readouterr()
    return code, json.loads(said.out) if said.out else {}, said.err


def test_protect_writes_the_cells_and_audit_accepts_them(
    files: tuple[Path, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, verdict, _ = run(capfd, "protect", *files, "-o", tmp_path / "out.csv")
    assert code == 0
    assert (verdict["primary"], verdict["secondary"], verdict["optimal"], verdict["exact"], verdict["narrow"]) == (
        1,
        3,
        True,
        0,
        0,
    )
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        rows = {(r["sex"], r["age"]): r for r in csv.DictReader(file)}
    assert rows["f", "a"]["status"] == "primary"
    assert (rows["f", "a"]["lower"], rows["f", "a"]["upper"]) == ("0", "12")
    assert rows["all", "all"]["status"] == "published"
    assert run(capfd, "audit", tmp_path / "out.csv", files[1])[0] == 0


def test_what_may_be_handed_on_holds_no_hidden_value_and_one_marker(
    files: tuple[Path, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(capfd, "protect", *files, "-o", tmp_path / "out.csv", "--masked")[0] == 0
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["status"] for row in rows} == {"published", "hidden"}
    assert all((row["value"] == "") is (row["status"] == "hidden") for row in rows)


def test_a_small_cell_hidden_alone_is_disclosed(files: tuple[Path, Path], capfd: pytest.CaptureFixture[str]) -> None:
    lines = CELLS.splitlines()
    files[0].write_text("\n".join([lines[0] + ",suppressed", *(f"{x},{int(x == 'f,a,3')}" for x in lines[1:])]))
    code, verdict, _ = run(capfd, "audit", *files)
    assert (code, verdict["exact"], verdict["exact_cells"]) == (1, 1, ["f | a"])


def test_hidden_values_may_be_left_out_of_an_audit(files: tuple[Path, Path], capfd: pytest.CaptureFixture[str]) -> None:
    lines = CELLS.replace("f,a,3", "f,a,").splitlines()
    files[0].write_text("\n".join([lines[0] + ",suppressed", *(f"{x},{int(x == 'f,a,')}" for x in lines[1:])]))
    code, verdict, _ = run(capfd, "audit", *files)
    assert (code, verdict["attacker_view"], verdict["exact"]) == (1, True, 1)


@pytest.mark.parametrize(
    ("change", "to", "words"),
    [
        ("value", "count", "«value»"),
        ("f,a,3", "f,a,3.5", "Fila 6"),
        ("f,a,3", "f,a,-3", "Fila 6"),
        ("f,a,3", "f,a,4", "sex: all = f + m (age=a)"),
        ("f,a,3", "x,a,3", "«x»"),
        ("m,b,6", "m,a,9", "Fila".replace("F", "f")),
    ],
)
def test_a_file_that_cannot_be_used_is_explained_and_never_protected(
    files: tuple[Path, Path], capfd: pytest.CaptureFixture[str], change: str, to: str, words: str
) -> None:
    files[0].write_text(CELLS.replace(change, to, 1), encoding="utf-8")
    code, verdict, told = run(capfd, "protect", *files, "--lang", "es")
    assert (code, verdict) == (2, {})
    assert words in told


@pytest.mark.parametrize(
    "relations",
    ["{", "[]", '{"sex": [["all", ["f"], 3]]}', '{"place": [["all", ["a"]]]}',
     '{"sex": [["all", ["f", "m"]], ["f", ["all"]]]}', '{"sex": [["all", ["f", "m", "x"]]]}'],
)  # fmt: skip
def test_relations_that_cannot_be_used_are_refused(
    files: tuple[Path, Path], capfd: pytest.CaptureFixture[str], relations: str
) -> None:
    files[1].write_text(relations, encoding="utf-8")
    code, _, told = run(capfd, "protect", *files, "--lang", "en")
    assert code == 2
    assert told.strip()
