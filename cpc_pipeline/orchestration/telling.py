"""What was loaded and not yet told to the history: its names lie in a file for as long as that is so.

Loading and telling are two stores, so no transaction holds both. Whoever is killed between them leaves the file, and
the next run of the intake tells what it names: a workbook that was sent again is not left with its old verdict.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cpc_pipeline.folders import Folders
from cpc_pipeline.receiving import Key


@contextmanager
def untold(folders: Folders, keys: Iterable[Key]) -> Iterator[None]:
    """Around the loading and telling of these organisations and years; what is left of it stays on any error."""
    path, own = _path(folders), list(keys)
    before = [key for key in left_untold(folders) if key not in own]
    _write(path, [*before, *own])
    yield
    _write(path, before)


def left_untold(folders: Folders) -> list[Key]:
    """What an earlier run may have loaded without telling of it."""
    try:
        return [(str(organisation), int(year)) for organisation, year in json.loads(_path(folders).read_text())]
    except (OSError, ValueError):
        return []


def _path(folders: Folders) -> Path:
    """Beside the warehouse: what is in it, and not who runs it, is what must be told."""
    return folders.warehouse.with_name(f"{folders.compact}.untold.json")


def _write(path: Path, keys: list[Key]) -> None:
    if not keys:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(json.dumps(keys))
    part.chmod(0o600)
    part.replace(path)
