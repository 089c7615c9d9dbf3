"""Where a number comes from, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from cpc_pipeline.exploring import showing
from cpc_pipeline.exploring.speaking import Speaker
from cpc_pipeline.trace import Trace, as_dict, page, tell


@dataclass(frozen=True, repr=False)
class Traced:
    """A number with its rule, the cells it came from, their findings and signatures. print() tells it in words."""

    trace: Trace
    speaker: Speaker

    @property
    def text(self) -> str:
        return "\n".join(tell(self.trace, self.speaker.catalogue, self.speaker.language))

    @property
    def cells(self) -> pl.DataFrame:
        """One row per cell: role, value, file, sheet, cell, organisation, when received, revision, hash of the file."""
        return pl.DataFrame(list(_cells(self.trace)), schema=_CELLS, orient="row")

    def as_dict(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return as_dict(self.trace)

    def page(self) -> str:
        """Everything, as a page of HTML with the sheet around each cell."""
        return page(self.trace, self.speaker.catalogue, self.speaker.language)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return showing.verbatim(self.text)


_CELLS: dict[str, type[pl.DataType] | pl.DataType] = {
    "reference": pl.String,
    "role": pl.String,
    "value": pl.Float64,
    "status": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "cell": pl.String,
    "organisation": pl.String,
    "received_at": pl.Datetime("us"),
    "revision": pl.Int64,
    "sha256": pl.String,
    "source_title": pl.String,
    "source_url": pl.String,
}


def _cells(trace: Trace) -> Iterator[tuple[Any, ...]]:
    for source in trace.sources:
        row, workbook = source.observation, source.submission
        yield (
            *(trace.reference, source.role, row["value"], row["status"]),
            *(workbook.get("path"), row["sheet"], row["cell"], row["organisation"]),
            *(workbook.get("received_at"), workbook.get("revision"), workbook.get("sha256")),
            *(row.get("source_title"), row.get("source_url")),
        )
    for part in trace.parts:
        yield from _cells(part)
