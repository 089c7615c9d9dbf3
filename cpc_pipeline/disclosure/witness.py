"""The proof of an edition on disk: the tables that nobody can tell from the truth, beside what they were held against.

Written once when an edition leaves, for its owner only; checked again at any time without a solver. The tables are no
truth, but the demands tell how small the hidden counts are: a witness is as restricted as the warehouse.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import astuple
from io import BytesIO
from pathlib import Path

import numpy as np

from cpc_pipeline.disclosure.auditing.checking import Certificate, confirmed
from cpc_pipeline.disclosure.problem import Demand, Floor, Publication, Relation, Sense

SUFFIX = ".witness.npz"


class WitnessBroken(Exception):
    """A witness that cannot be read. `name` is its file."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def path_of(record: Path) -> Path:
    """The witness that belongs to a record of the register."""
    return record.with_name(f"{record.stem}{SUFFIX}")


def write(path: Path, certificate: Certificate, publication: Publication, demands: Sequence[Demand]) -> Path:
    """Write the witness of one edition."""
    told = {
        "keys": certificate.keys,
        "printed": publication.printed,
        "unknown": {key: astuple(floor) for key, floor in publication.unknown.items()},
        "relations": [[r.name, r.terms, str(r.sense), r.bound] for r in publication.relations],
        "demands": [astuple(demand) for demand in demands],
    }
    buffer = BytesIO()
    np.savez_compressed(buffer, tables=certificate.tables, told=np.frombuffer(json.dumps(told).encode(), np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(buffer.getvalue())
    return path


def read(path: Path) -> tuple[Certificate, Publication, list[Demand]]:
    """What `write` wrote; raises WitnessBroken."""
    try:
        with np.load(path, allow_pickle=False) as found:
            told, tables = json.loads(found["told"].tobytes()), found["tables"]
        relations = tuple(
            Relation(name, tuple((key, int(factor)) for key, factor in terms), Sense(sense), int(bound))
            for name, terms, sense, bound in told["relations"]
        )
        unknown = {key: Floor(*floor) for key, floor in told["unknown"].items()}
        demands = [Demand(*demand) for demand in told["demands"]]
        return Certificate(tuple(told["keys"]), tables), Publication(told["printed"], unknown, relations), demands
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        raise WitnessBroken(path.name) from None


def holds(path: Path, printed: dict[str, int]) -> bool:
    """Whether the witness proves its edition as it is printed now: numbers alone, no solver.

    printed: key -> number, read from the files of the edition; a number that the witness takes for hidden breaks it.
    Raises WitnessBroken.
    """
    certificate, publication, demands = read(path)
    same = all(publication.printed.get(key) == number for key, number in printed.items())
    return same and confirmed(certificate, publication, demands)
