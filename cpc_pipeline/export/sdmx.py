"""SDMX-CSV 2.0 with its structure in SDMX-ML 3.0: one dataflow, annual, one row per measure.

Every kind of missing keeps its own code in STATUS; OBS_STATUS says the same in the words of the cross-domain code list
CL_OBS_STATUS, which has fewer of them. A hidden value has an empty OBS_VALUE and CONF_STATUS C, never A or D: whether
it is small itself or protects another is what nobody may know. Sources: SDMX-CSV 2.0 field guide; SDMX 3.0, section 3A;
cross-domain code lists CL_OBS_STATUS and CL_CONF_STATUS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.export.edition import Edition
from cpc_pipeline.export.sdmx_structure import Structure, structure, to_xml

Row = Mapping[str, Any]
INTERNAL = "internal"
OBS_STATUS = {
    Status.REPORTED: "A",
    Status.PARTIAL: "P",
    Status.NOT_COLLECTED: "L",
    Status.NOT_APPLICABLE: "M",
    Status.NOT_ADDITIVE: "M",
    Status.SUPPRESSED_BY_SOURCE: "Q",
    Status.HIDDEN: "Q",
}
"""Every other status is O, a missing value: bounds and ranges are in attributes of their own."""
CONFIDENTIAL = (Status.HIDDEN, Status.SUPPRESSED_BY_SOURCE)
FREE, SECRET, INSIDE = "F", "C", "N"


def sdmx_csv(edition: Edition, catalogue: Catalogue) -> dict[str, bytes]:
    """data.csv and structure.xml."""
    described = structure(edition, catalogue)
    return {"data.csv": _csv(edition, described, catalogue), "structure.xml": to_xml(described, catalogue)}


def _csv(edition: Edition, described: Structure, catalogue: Catalogue) -> bytes:
    """Columns STRUCTURE, STRUCTURE_ID, ACTION, then the components of the structure in its order."""
    filled = _values(edition, catalogue)
    columns: dict[str, list[str | None]] = {name: [] for name in described.components}
    for row in edition.rows.iter_rows(named=True):
        for name, column in columns.items():
            column.append(filled[name](row))
    height = edition.rows.height
    head = {"STRUCTURE": ["dataflow"] * height, "STRUCTURE_ID": [described.flow] * height, "ACTION": ["I"] * height}
    frame = pl.DataFrame({**head, **columns}, schema=dict.fromkeys([*head, *columns], pl.String))
    return frame.sort(described.dimensions, nulls_last=True).write_csv().encode()


def _values(edition: Edition, catalogue: Catalogue) -> dict[str, Callable[[Row], str | None]]:
    """How each component is found in a row."""
    plain = {
        "TARGET": "target",
        "BASELINE": "baseline",
        "BASELINE_YEAR": "baseline_year",
        "LOWER": "lower",
        "UPPER": "upper",
        "NUMERATOR": "numerator",
        "DENOMINATOR": "denominator",
        "ACHIEVEMENT": "achievement_pct",
        "DEVIATION": "deviation_pct",
        "COMPLETENESS": "completeness",
        "BREAK_FROM": "break_from",
        "SERIES": "series",
        "STATUS": "status",
        "INDICATOR": "indicator",
        "CALENDAR": "calendar",
        "REF_AREA": "place",
        "UNIT_MEASURE": "unit",
        "OBS_VALUE": "actual",
        **{f"NOTE_{x.upper()}": f"note_{x}" for x in catalogue.languages},
        **{d.upper(): d for d in catalogue.dimension_ids},
    }

    def column(name: str) -> Callable[[Row], str | None]:
        return lambda row: row[name]

    def period(row: Row) -> str:
        """A year that begins in January by its number, any other by its first day and its length."""
        first, _ = catalogue.calendars[row["calendar"]].year(int(row["year"]))
        return row["year"] if (first.month, first.day) == (1, 1) else f"{first.isoformat()}/P1Y"

    def confidential(row: Row) -> str:
        if row["status"] in CONFIDENTIAL:
            return SECRET
        return INSIDE if edition.edition == INTERNAL else FREE

    return {
        **{name: column(source) for name, source in plain.items()},
        "FREQ": lambda _: "A",
        "REPORTER": lambda row: row["organisation"] or "_Z",
        "TIME_PERIOD": period,
        "OBS_STATUS": lambda row: OBS_STATUS.get(row["status"], "O"),
        "CONF_STATUS": confidential,
    }
