"""Where feedback is written, so that no work of a submitter is ever overwritten."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Collection
from pathlib import Path

from cpc_pipeline.feedback.annotating import OWN_PART

_OURS = r"_feedback(_\d+)?$"


def write_feedback(folder: Path, name: str, content: bytes, taken: Collection[Path] = ()) -> Path:
    """Write <stem>_feedback.xlsx and return its path.

    A file of that name in which somebody may have worked, or that is `taken`, is left, and a number follows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(_OURS, "", Path(name).stem)
    number = 1
    while True:
        path = folder / f"{stem}_feedback{'' if number == 1 else f'_{number}'}.xlsx"
        if path not in taken and (not path.exists() or _untouched(path) or path.read_bytes() == content):
            break
        number += 1
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)  # noqa: PTH105
    return path


def take_away(folder: Path, name: str) -> None:
    """Remove the feedback that was written for a workbook, unless somebody has worked in it."""
    path = folder / f"{re.sub(_OURS, '', Path(name).stem)}_feedback.xlsx"
    if path.exists() and _untouched(path):
        path.unlink()


def _untouched(path: Path) -> bool:
    """Whether it is as we wrote it: every program that saves a workbook renames its parts."""
    try:
        with zipfile.ZipFile(path) as archive:
            return OWN_PART in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False
