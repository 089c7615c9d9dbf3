"""The story, in order: what happens to a workbook between a ministry's desk and the annual table.

1. `take_in`           every new or changed workbook is read, checked and loaded, whole or not at all (taking_in)
2. `compute_measures`  what was reported becomes one value per indicator, year, place and group (computing)
3. `check_quality`     what lies in the warehouse is held to the compact's rules, for analysts and auditors (inspecting)
4. `publish_year`      the year's tables and figures are drawn from what disclosure control lets leave (issuing)
5. `write_reports`     the annual report of a year is written beside them (issuing)

`todo` says which of these have work to do (planning). Everything may be run again at any time: a step whose inputs
have not changed does nothing, and a step that was killed leaves what was there before. Dagster and the `cpc`
command are two doors on these functions; nothing is computed in either.
"""

from __future__ import annotations

from cpc_pipeline.pipeline.computing import compute_measures, settle
from cpc_pipeline.pipeline.confirming import agree_targets, confirm_mapping, reopened
from cpc_pipeline.pipeline.inspecting import check_quality
from cpc_pipeline.pipeline.issuing import (
    INTERNAL,
    REPORT,
    Frames,
    frames_now,
    frames_of,
    publish_frames,
    publish_year,
    release_for,
    released,
    reports_due,
    write_reports,
)
from cpc_pipeline.pipeline.planning import todo
from cpc_pipeline.pipeline.reading_ahead import Ahead, forget_ahead, read_ahead
from cpc_pipeline.pipeline.results import MeasuresDone, TakenIn, Todo
from cpc_pipeline.pipeline.taking_in import take_in
from cpc_pipeline.project import Project, open_project

__all__ = [
    "INTERNAL",
    "REPORT",
    "Ahead",
    "Frames",
    "MeasuresDone",
    "Project",
    "TakenIn",
    "Todo",
    "agree_targets",
    "check_quality",
    "compute_measures",
    "confirm_mapping",
    "forget_ahead",
    "frames_now",
    "frames_of",
    "open_project",
    "publish_frames",
    "publish_year",
    "read_ahead",
    "release_for",
    "released",
    "reopened",
    "reports_due",
    "settle",
    "take_in",
    "todo",
    "write_reports",
]
