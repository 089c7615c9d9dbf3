"""Backups: everything comes back elsewhere as it was, for the holder of the key only, or nothing is touched."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import agreements, pipeline
from cpc_pipeline.cli.door import main
from cpc_pipeline.desk import backups, sent, verifying
from cpc_pipeline.desk.backups import BackupRefused
from cpc_pipeline.project import Project


def run_all(project: Project) -> None:
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)


@pytest.fixture
def filled(project: Project, send: Any) -> Project:
    """A project with a revision, a signature, a message that was sent, and a file in quarantine."""
    for value in (9, 8):
        send("icbf", 2023, [{"indicator": "PROT-1", "age": "child", "value": value}])
        pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    agreements.sign(project, 2023, project.catalogue.header.parties[0].id, "monitoring", date(2024, 5, 1))
    held = project.folders.root / "data" / "quarantine" / "held.xlsx"
    held.parent.mkdir(parents=True)
    held.write_bytes(b"names of children")
    with sent.page(project.folders.notices / "sent", "abc") as page:
        page.say_sent(project.clock())
    return project


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "backup.key"
    return path, backups.new_key(path)


def known(project: Project) -> list[pl.DataFrame]:
    with project.open_warehouse() as warehouse:
        return [warehouse.read(t, stored=True) for t in ("submissions", "observations", "measures", "receipts")]


def moved(project: Project, root: Path) -> Project:
    return replace(project, folders=replace(project.folders, root=root))


def everything(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def test_restore_drill(filled: Project, key: tuple[Path, str], tmp_path: Path) -> None:
    private, public = key
    file = tmp_path / "everything.age"
    count = backups.back_up(filled, file, public)
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"PROT-1" not in file.read_bytes()
    elsewhere = moved(filled, tmp_path / "another machine")
    assert backups.restore(filled, file, elsewhere.folders.root, private) == count
    for ours, theirs in zip(known(filled), known(elsewhere), strict=True):
        assert ours.equals(theirs)
    assert verifying.verify(elsewhere) == []
    assert sent.state(elsewhere.folders.notices / "sent", "abc") == "sent", "nobody is written to again"
    assert not (elsewhere.folders.root / "data" / "quarantine").exists()
    assert all(p.stat().st_mode & 0o077 == 0 for p in elsewhere.folders.root.rglob("*"))
    assert not list(elsewhere.folders.root.glob(".restoring*"))
    standing = agreements.agreed(elsewhere, 2023).table
    assert [s.by for s in standing.signed] == ["monitoring"]
    run_all(elsewhere)  # goes on where the other stopped: nothing new, nothing doubled
    assert known(elsewhere)[3].equals(known(filled)[3])


def test_without_a_key_to_encrypt_to_nothing_is_written_unless_asked(filled: Project, tmp_path: Path) -> None:
    file = tmp_path / "everything.tar"
    with pytest.raises(BackupRefused, match="no_recipient"):
        backups.back_up(filled, file)
    with pytest.raises(BackupRefused, match="bad_recipient"):
        backups.back_up(filled, file, "age1nonsense")
    assert not file.exists()
    backups.back_up(filled, file, plain=True)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupRefused, match="there"):
        backups.back_up(filled, file, plain=True)


def test_without_the_right_key_or_with_a_damaged_file_nothing_is_put_in_place(
    filled: Project, key: tuple[Path, str], tmp_path: Path
) -> None:
    private, public = key
    file, into, other = tmp_path / "everything.age", tmp_path / "into", tmp_path / "other.key"
    backups.back_up(filled, file, public)
    backups.new_key(other)
    content = file.read_bytes()
    with pytest.raises(BackupRefused, match="no_key"):
        backups.restore(filled, file, into)
    with pytest.raises(BackupRefused, match="wrong_key"):
        backups.restore(filled, file, into, other)
    for damaged in (content[:-100], content[:4000] + bytes([content[4000] ^ 1]) + content[4001:]):
        file.write_bytes(damaged)
        with pytest.raises(BackupRefused):
            backups.restore(filled, file, into, private)
    assert everything(into) == {}


def test_a_file_that_is_not_as_its_hash_says_stops_the_restore(project: Project, tmp_path: Path) -> None:
    content = b"figures"
    for name, sha256 in (("data/raw/colombia/a", "0" * 64), ("data/../../a", hashlib.sha256(content).hexdigest())):
        said = {"format": 1, "compact": "colombia", "made_at": "", "files": {name: sha256}}
        file = tmp_path / "forged.tar.gz"
        with tarfile.open(file, "w:gz") as tar:
            for member, body in ((name, content), ("backup.json", json.dumps(said).encode())):
                information = tarfile.TarInfo(member)
                information.size = len(body)
                tar.addfile(information, io.BytesIO(body))
        with pytest.raises(BackupRefused, match="broken"):
            backups.restore(project, file, tmp_path / "into")
    assert everything(tmp_path / "into") == {}


def test_a_project_that_has_something_else_is_not_overwritten(filled: Project, tmp_path: Path) -> None:
    file = tmp_path / "everything.tar"
    backups.back_up(filled, file, plain=True)
    before = everything(filled.folders.root)
    with pytest.raises(BackupRefused, match="not_empty"):
        backups.restore(filled, file, filled.folders.root)
    assert everything(filled.folders.root) == before
    into = tmp_path / "half"
    shutil.copytree(filled.folders.raw, into / "data" / "raw" / "colombia")  # as a killed restore leaves it
    backups.restore(filled, file, into)
    assert verifying.verify(moved(filled, into)) == []


def test_the_commands_say_what_to_do(
    filled: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("CPC_HOME", str(filled.folders.root))
    monkeypatch.delenv("CPC_BACKUP_RECIPIENT", raising=False)
    file, key = str(tmp_path / "b.age"), str(tmp_path / "k")
    assert main(["backup", file, "--lang", "es"]) == 2
    assert "No hay clave pública" in capsys.readouterr().out
    assert main(["backup-key", key, "--lang", "en"]) == 0
    public = capsys.readouterr().out.strip().rpartition("=")[2]
    monkeypatch.setenv("CPC_BACKUP_RECIPIENT", public)
    assert main(["backup", file, "--lang", "en"]) == 0
    assert main(["restore", file, "--lang", "en", "--into", str(tmp_path / "x")]) == 2
    assert "--key FILE" in capsys.readouterr().out
    assert main(["restore", file, "--key", key, "--into", str(tmp_path / "x"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] > 5


def test_verify_finds_a_changed_original_and_a_broken_law(filled: Project) -> None:
    assert verifying.verify(filled) == []
    original = next(filled.folders.originals.iterdir())
    original.chmod(0o600)
    original.write_bytes(b"another")
    with filled.open_warehouse() as warehouse:
        warehouse._run("DELETE FROM receipts WHERE revision = 1")
        warehouse.publish(filled.folders.copy)
    assert {p.what for p in verifying.verify(filled)} == {"original_changed", "warehouse_fault"}


def test_a_drill_restores_aside_verifies_and_leaves_nothing(
    filled: Project, key: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("CPC_HOME", str(filled.folders.root))
    before = {k: v for k, v in everything(filled.folders.root).items() if "audit" not in k}
    assert main(["drill", "--lang", "en"]) == 0
    assert "comes back whole" in capsys.readouterr().out
    file = tmp_path / "b.age"
    backups.back_up(filled, file, key[1])
    assert main(["drill", str(file), "--key", str(key[0]), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"] > 5
    assert said["rows"] > 0
    assert main(["drill", str(file), "--lang", "en"]) == 2, "without the key"
    assert {k: v for k, v in everything(filled.folders.root).items() if "audit" not in k} == before
    assert not list(filled.folders.root.glob(".drill*"))


def test_a_drill_of_a_backup_that_does_not_hold_says_so(filled: Project, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("CPC_HOME", str(filled.folders.root))
    original = next(filled.folders.originals.iterdir())
    original.chmod(0o600)
    original.write_bytes(b"another")  # as a failing disk leaves it: the backup is whole, and of something wrong
    assert main(["drill", "--lang", "en"]) == 1
    assert "does NOT hold" in capsys.readouterr().out
