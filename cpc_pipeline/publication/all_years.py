"""What an edition says of every year up to its own, and which edition it is: what exports and the dialogue pack read.

Whoever makes something of an issued edition reads these two files and never the warehouse: what disclosure control
hid once is hidden in everything that follows.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.tables import NUMBERS, PERCENTAGES, performance_table, printable
from cpc_pipeline.publication.writing import write_bytes, write_csv

FURTHER = ("basis", "notes")
"""What a Release has and the performance table has not: with them the measures can be read back from the file."""


def write_all_years(release: Release, catalogue: Catalogue, year: int, path: Path) -> Path:
    """One row per measure of every year, as performance.csv has it, with `basis` and the codes of its notes (JSON)."""
    years = release.measures["year"].unique().sort().to_list() or [year]
    rows = pl.concat([printable(performance_table(release, catalogue, y, FURTHER), catalogue) for y in years])
    return write_csv(path, rows, (*NUMBERS, *PERCENTAGES))


def write_identity(release: Release, year: int, path: Path) -> Path:
    """Which compact, edition and year this is, and how far its table is agreed."""
    told = {"compact": release.compact, "edition": release.edition, "year": year, "standing": release.standing}
    return write_bytes(path, (json.dumps(told, indent=1) + "\n").encode())
