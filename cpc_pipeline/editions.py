"""The manifest of a published edition: what it was made from, and the hash of every file of it.

It answers two questions without recomputing anything: is this edition the one these inputs give, and has a
file of it been changed or lost since.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from cpc_pipeline.contracts import Release

MANIFEST = "manifest.json"


def content_hash(release: Release, version: str) -> str:
    """Hash of everything an edition is made from: its frames, the compact's data and the code."""
    digest = hashlib.sha256(f"{version} {release.compact} {release.edition} {release.standing}".encode())
    optional = (
        release.restated,
        release.quality,
        release.explanations,
        release.contributions,
        release.progress,
        release.contributed,
        release.narrative,
    )
    there = [frame for frame in optional if frame is not None]
    for frame in (release.measures, release.observations, release.findings, release.submissions, *there):
        digest.update(_bytes(frame))
    return digest.hexdigest()


def _bytes(frame: pl.DataFrame) -> bytes:
    """The frame as text in an order of its own, so that the order of loading does not matter."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    flat = frame.with_columns(pl.col(name).map_elements(repr, return_dtype=pl.String) for name in nested)
    return flat.sort(flat.columns, nulls_last=True).write_csv().encode()


def input_hash(submissions: pl.DataFrame) -> str:
    """Hash over the workbooks that an edition was made from: their names, their content, what became of them."""
    named = [c for c in ("submission_id", "sha256", "verdict") if c in submissions.columns]
    return hashlib.sha256(_bytes(submissions.select(named))).hexdigest()


def lock_hash() -> str | None:
    """Hash of the locked versions of all libraries; None where this is no checkout with a lock."""
    lock = Path(__file__).resolve().parent.parent / "requirements.lock"
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else None


def write_manifest(
    folder: Path, paths: Sequence[Path], content: str, made_from: Mapping[str, object] | None = None
) -> Path:
    """Written last and in one move: an edition without a manifest is an unfinished one.

    made_from: what else a reader may know of how it was made: catalogue, code, libraries, inputs, verdict.
    """
    files = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    # Only what this program wrote and no longer writes is removed; a person's own file in the folder stays.
    for name in _read(folder).get("files", {}).keys() - files.keys():
        (folder / name).unlink(missing_ok=True)
    return _write(folder, {"content": content, "files": files, **({"made_from": dict(made_from)} if made_from else {})})


def add(folder: Path, paths: Sequence[Path]) -> None:
    """Enter further files of an edition into its manifest. One that was issued takes none: it is never changed."""
    said = _read(folder)
    if issued(folder):
        raise FileExistsError(folder)
    more = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    _write(folder, said | {"files": said.get("files", {}) | more})


def _write(folder: Path, said: Mapping[str, object]) -> Path:
    target = folder / MANIFEST
    part = folder / f".{MANIFEST}.part"
    part.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n")
    os.replace(part, target)  # noqa: PTH105  (one atomic move; Path.replace is the same call)
    return target


def issued(folder: Path) -> bool:
    """True if a person issued the edition in this folder: such a one has a verdict, and is never changed."""
    return "verdict" in made_from(folder)


def made_from(folder: Path) -> dict[str, object]:
    """What the edition in this folder says of how it was made; empty where there is none."""
    said = _read(folder).get("made_from", {})
    return said if isinstance(said, dict) else {}


def set_aside(folder: Path) -> Path:
    """The edition in this folder makes room for another one, and stays beside it as it was; returns where."""
    number = 1 + len(list(folder.parent.glob(f"{folder.name}.*")))
    aside = folder.with_name(f"{folder.name}.{number}")
    os.replace(folder, aside)  # noqa: PTH105  (one atomic move)
    return aside


def take_place(made: Path, folder: Path) -> None:
    """An edition that is made takes its place. What was there stays beside it if somebody issued it, or if it holds a
    file that is not the program's.
    """
    aside = set_aside(folder) if folder.exists() else None
    os.replace(made, folder)  # noqa: PTH105
    if aside is not None and not issued(aside):
        own = {*listed(aside), aside / MANIFEST}
        if not any(path.is_file() and path not in own for path in aside.rglob("*")):
            shutil.rmtree(aside)


def is_current(folder: Path, content: str) -> bool:
    """True if the edition in this folder was made from this content and every file of it is still as made."""
    return _read(folder).get("content") == content and not changed(folder)


def content_of(folder: Path) -> str:
    """The hash of what the edition in this folder was made from; empty where there is none."""
    return str(_read(folder).get("content", ""))


def changed(folder: Path) -> list[str]:
    """Files of the edition that are gone or are no longer as made."""
    return [
        str(folder / name)
        for name, digest in _read(folder).get("files", {}).items()
        if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]


def listed(folder: Path) -> list[Path]:
    """The files of the edition, as its manifest lists them."""
    return [folder / name for name in _read(folder).get("files", {})]


def _read(folder: Path) -> dict:  # type: ignore[type-arg]
    try:
        read = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
