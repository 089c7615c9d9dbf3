"""The memory of what was ever printed: one record per edition that left, kept for its owner only.

What was once printed is known for ever, and what was hidden stays hidden: the record holds the printed numbers, the
true values behind the markers, and the relations, so that later editions are protected together with it. It is as
restricted as the warehouse. Records are written once and never changed.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cpc_pipeline.disclosure.assembling import Assembled
from cpc_pipeline.disclosure.earlier import Change, Edition
from cpc_pipeline.disclosure.printed import EARLIER
from cpc_pipeline.disclosure.problem import Fate, Relation, Sense

KEY = "release.key"


class RegisterBroken(Exception):
    """A record of what was printed cannot be read. Nothing may be published until it can. `name` is its name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def release_key(folder: Path) -> bytes:
    """The secret behind the choice among patterns of the same cost; made once, 32 random bytes, for its owner only."""
    path = folder / KEY
    if not path.exists():
        _write(path, secrets.token_bytes(32))
    return path.read_bytes()


def editions(folder: Path) -> list[Edition]:
    """Every edition that ever left, in the order in which they did; raises RegisterBroken."""
    return [edition for edition, _ in entries(folder)]


def paths(folder: Path) -> list[Path]:
    """The records, in the order in which their editions left."""
    return sorted(folder.glob("*.json"))


def entries(folder: Path) -> list[tuple[Edition, str]]:
    """Every edition that ever left, with the hash of the content it was made from; raises RegisterBroken."""
    found = []
    for path in paths(folder):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            found.append(
                (
                    Edition(
                        data["name"],
                        data["printed"],
                        data["hidden"],
                        frozenset(data["sensitive"]),
                        tuple(_relation(item) for item in data["relations"]),
                        Change.CORRECTIONS,
                        k=data["k"],
                    ),
                    str(data["content"]),
                )
            )
        except (ValueError, KeyError, TypeError, OSError):
            raise RegisterBroken(path.name) from None
    return found


def enter(folder: Path, name: str, content: str, assembled: Assembled, hidden: Iterable[str], k: int) -> Path:
    """Record an edition that is about to leave: before the files are in their place, never after.

    content: the hash in its manifest, by which the files and the record are known to belong together.
    """
    gone = frozenset(hidden)
    own = [c for c in assembled.problem.cells if EARLIER not in c.key and c.fate is not Fate.LATENT]
    keys = {cell.key for cell in own}
    data = {
        "name": name,
        "content": content,
        "k": k,
        "printed": {c.key: c.value for c in own if c.key not in gone},
        "hidden": {c.key: c.value for c in own if c.key in gone},
        "sensitive": sorted(c.key for c in own if c.sensitive and c.key in gone and c.fate is not Fate.KNOWN),
        "relations": [_plain(r) for r in assembled.problem.relations if all(key in keys for key, _ in r.terms)],
    }
    number = len(list(folder.glob("*.json"))) + 1
    return _write(folder / f"{number:04d}.json", json.dumps(data, ensure_ascii=False).encode())


def _plain(relation: Relation) -> list[object]:
    return [relation.name, list(relation.terms), str(relation.sense), relation.bound]


def _relation(item: list[Any]) -> Relation:
    name, terms, sense, bound = item
    return Relation(str(name), tuple((str(key), int(factor)) for key, factor in terms), Sense(sense), int(bound))


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path
