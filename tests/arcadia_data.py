"""What Arcadia, an invented country, sent: every number is synthetic, chosen so that each status occurs."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
from cpc_pipeline import contracts, intake, pipeline
from cpc_pipeline.project import Project

from tests.conftest import quarter, write_submission

Rows = list[dict[str, Any]]
CHILD = {"age": "child"}


def talks(year: int, *values: int) -> Rows:
    """PRE-1 by quarter."""
    return [{"indicator": "PRE-1", **CHILD, **quarter(year, n), "value": v} for n, v in enumerate(values, start=1)]


SENT: dict[tuple[str, int], Rows] = {
    ("schools", 2021): talks(2021, 200, 210, 190, 200),
    ("schools", 2022): talks(2022, 240, 250, 260, 250),
    # The last quarter of 2023 never came: 810 is a part of the year.
    ("schools", 2023): talks(2023, 270, 280, 260),
    ("schools", 2024): [
        *talks(2024, 300, 290, 310, 320),
        {"indicator": "PRE-1", **CHILD, "sex": "female", "value": 640},
        {"indicator": "PRE-1", **CHILD, "sex": "male", "value": 560},
        {"indicator": "PRE-1", **CHILD, "sex": "unknown", "value": "ND"},
        *({"indicator": "PRE-2", **quarter(2024, n), "value": v} for n, v in ((1, 3), (2, 7), (3, 5), (4, 2))),
        *({"indicator": "PRE-3", **quarter(2024, n), "value": v} for n, v in ((1, 61.5), (2, 70.0))),
        {"indicator": "ctx_rain", "value": 141},
        {"indicator": "ctx_crowds", "value": "4000-4500", "place": "03"},
    ],
    ("council", 2024): [
        {"indicator": "PRE-4", "value": 3},
        {"indicator": "PAR-1", "value": 125000.5},
        {"indicator": "PAR-1", "value": 4000, "qualifier": "more_than", "place": "02"},
    ],
    ("care", 2024): [
        *({"indicator": "PRO-1", **CHILD, **quarter(2024, n), "value": v} for n, v in ((1, 40), (2, 35))),
        {"indicator": "PRO-1", **CHILD, "place": "01", "value": "<5"},
        {"indicator": "PRO-1", **CHILD, "place": "02", "value": "N/A"},
        {"indicator": "PRO-1", **CHILD, "place": "03", "value": "NO RECOLECTADO"},
        {"indicator": "PRO-1", **CHILD, "place": "04", "value": 0},
        {"indicator": "PRO-1", **CHILD, "place": "05", "value": "eleven"},
        {"indicator": "PRO-1", **CHILD, "place": "06", "form": "labour"},
        {"indicator": "PRO-1", **CHILD, "place": "06", "sex": "female", "value": "DNA"},
        # 30 of 40, then 15 of 35: 45 of 75 is 60 %, and never the mean of 75 % and 42.9 %.
        {"indicator": "PRO-2", **quarter(2024, 1), "value": 75, "numerator": 30, "denominator": 40},
        {"indicator": "PRO-2", **quarter(2024, 2), "value": 42.857, "numerator": 15, "denominator": 35},
        *({"indicator": "PRO-3", **quarter(2024, n), "value": v} for n, v in ((1, 30), (2, 34), (3, 38), (4, 36))),
        {"indicator": "PRO-4", **quarter(2024, 1), "value": 12, "numerator": 480, "denominator": 40},
        {"indicator": "PRO-4", **quarter(2024, 2), "value": 8, "numerator": 280, "denominator": 35},
    ],
    ("guards", 2024): [{"indicator": "PRO-1", **CHILD, "value": 58}, {"indicator": "JUS-1", "value": 61}],
    ("harbour", 2024): [{"indicator": "PRO-1", **CHILD, "value": 20, "unit": "cases"}],
    ("courts", 2024): [
        {"indicator": "JUS-1", "value": 55},
        {"indicator": "JUS-2", "value": 20},
        {"indicator": "JUS-2", "value": 22, "revision": 1},
        {"indicator": "JUS-4", "value": 25},
        {"indicator": "JUS-4", "value": 27},
    ],
    # A running total of four years is not the value of a year.
    ("gazette", 2024): [
        {"indicator": "JUS-2", "period_start": date(2021, 1, 1), "period_end": date(2024, 12, 31), "value": 90},
        {"indicator": "PRE-1", "value": 1000, "qualifier": "up_to", **CHILD},
    ],
    # The courts told of every year; 2024 stands above.
    **{
        ("courts", year): [
            {"indicator": "JUS-1", "value": opened},
            {"indicator": "JUS-2", "value": closed},
            {"indicator": "JUS-4", "value": old},
        ]
        for year, opened, closed, old in ((2021, 30, 8, 60), (2022, 38, 12, 48), (2023, 47, 17, 36), (2025, 61, 24, 18))
    },
    # In 2025 all twelve send, the foundation (below) in the template.
    ("schools", 2025): [
        *talks(2025, 310, 330, 320, 345),
        {"indicator": "PRE-1", **CHILD, "sex": "female", "value": 690},
        {"indicator": "PRE-1", **CHILD, "sex": "male", "value": 615},
        {"indicator": "PRE-1", **CHILD, "sex": "unknown", "value": 0},
        *({"indicator": "PRE-2", **quarter(2025, n), "value": v} for n, v in enumerate((4, 6, 8, 3), start=1)),
        *({"indicator": "PRE-3", **quarter(2025, n), "value": v} for n, v in enumerate((66, 71.5, 74, 76), start=1)),
    ],
    ("council", 2025): [{"indicator": "PRE-4", "value": 4}, {"indicator": "PAR-1", "value": 112000}],
    ("care", 2025): [
        *({"indicator": "PRO-1", **CHILD, **quarter(2025, n), "value": v} for n, v in enumerate((31, 44, 28, 39), 1)),
        *({"indicator": "PRO-2", **quarter(2025, n), "value": 80, "numerator": 32, "denominator": 40} for n in (1, 2)),
        *({"indicator": "PRO-3", **quarter(2025, n), "value": v} for n, v in enumerate((38, 40, 42, 46), start=1)),
        *({"indicator": "PRO-4", **quarter(2025, n), "value": 9, "numerator": 360, "denominator": 40} for n in (1, 2)),
    ],
    ("guards", 2025): [{"indicator": "PRO-1", **CHILD, "value": 52}, {"indicator": "JUS-1", "value": 66}],
    ("harbour", 2025): [{"indicator": "PRO-1", **CHILD, **quarter(2025, n), "value": 10 + n} for n in range(1, 5)],
    ("works", 2025): [{"indicator": "ctx_rain", "value": 137}],
    ("health", 2025): [{"indicator": "PRO-3", "value": 40}],
    ("borders", 2025): [{"indicator": "JUS-1", "value": 7}],
    ("counts", 2025): [{"indicator": "ctx_crowds", "value": 4300, "place": "03"}],
    ("records", 2025): [{"indicator": "JUS-2", "value": 23}],
}
TOLD = {"progress": "Invented: four talks in every region.", "challenges": "Inventado: un puente cerrado."}
GIVEN = {
    "contribution_kind": "Human talent",
    "objective": "Prevention",
    "description": "Invented: three people for a year",
    "amount": 42000,
    "currency": "ARC",
    "valuation": "Estimate",
    "in_force": "Yes",
}


def send_template(project: Project) -> None:
    """The foundation fills in the template of 2025: numbers, a narrative, a contribution, the sign-off."""
    catalogue = project.catalogue
    nothing = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    content = intake.template_bytes(catalogue, "lantern", 2025, "en", nothing)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = {role: book[s.name] for role, s in catalogue.header.sheets.items() if s.name in book.sheetnames}
    # The row of field names stands below the headings.
    columns = {role: {cell.value: cell.column for cell in sheet[5]} for role, sheet in sheets.items()}
    for row in range(6, sheets["indicators"].max_row + 1):
        sheets["indicators"].cell(row, columns["indicators"]["value"]).value = 60 + row
    for row, text in enumerate(TOLD.values(), start=6):
        sheets["narrative"].cell(row, columns["narrative"]["text"]).value = text
    for field, value in GIVEN.items():
        sheets["contributions"].cell(6, columns["contributions"][field]).value = value
    path = project.folders.raw / "2025" / "lantern" / "annual.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)


def send_all(project: Project) -> None:
    """Write every workbook of Arcadia and take it through to measures."""
    for (organisation, year), rows in SENT.items():
        write_submission(project, organisation, year, rows)
    send_template(project)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
