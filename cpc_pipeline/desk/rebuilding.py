"""Results as they were known at a moment, from data alone: what was on record then, by what was agreed then.

The moment is one of recorded time: what arrived or was agreed later is not in it, whatever year it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from cpc_pipeline import editions, export, measures
from cpc_pipeline.catalogue import unpack
from cpc_pipeline.desk import exporting
from cpc_pipeline.pipeline import INTERNAL, Frames, frames_of, publish_frames
from cpc_pipeline.project import Project


class NotYetRecorded(Exception):
    """What was agreed had not been recorded by that moment. since: when recording began (UTC), if it did."""

    def __init__(self, since: datetime | None) -> None:
        super().__init__("nothing was recorded by then")
        self.since = since


def moment(text: str, time_zone: str) -> datetime:
    """A day (its end) or a minute, as people of the compact say it, in recorded time; raises ValueError."""
    zone = ZoneInfo(time_zone)
    try:
        said = datetime.combine(date.fromisoformat(text), time.max)
    except ValueError:
        said = datetime.fromisoformat(text)
    aware = said if said.tzinfo else said.replace(tzinfo=zone)
    return aware.astimezone(UTC).replace(tzinfo=None)


def as_known(project: Project, as_of: datetime) -> tuple[Project, Frames]:
    """The project with the definitions in force at a moment, and what was known then; raises NotYetRecorded.

    Measures are computed again, so that they need not have been computed then. Raises CatalogueFaults where today's
    program can no longer read what was agreed.
    """
    with project.read_warehouse(as_of) as warehouse:
        archive = warehouse.catalogue_archive()
        if archive is None:
            raise NotYetRecorded(warehouse.first_recorded())
        past = replace(project, catalogue=unpack(archive, project.catalogue))
        then = warehouse.by(past.catalogue.dimension_ids)
        computed = measures.compute(then.counting(), past.catalogue)
        frames = frames_of(then, computed.measures, computed.lineage)
        return past, replace(frames, reviewed_by=as_of.date())


def rebuild(
    project: Project, as_of: str, years: Sequence[int] | None = None, edition: str = INTERNAL
) -> dict[int, list[Path]]:
    """Write the editions as known at a moment (see `moment`) into a folder of that moment; their paths by year.

    Years that are named are written whole, with report (from the texts that had been reviewed by then) and open data;
    the pack of a meeting is of its own day, and is not made again.
    """
    past, frames = as_known(project, moment(as_of, project.catalogue.header.time_zone))
    label = as_of.replace(":", "")
    made = {}
    for year in years or past.catalogue.years:
        folder = project.folders.edition(year, edition, as_of=label)
        made[year] = publish_frames(past, frames, year, edition, folder, report=years is not None)
        if years is not None:
            paths = exporting.write_data(folder, exporting.open_data(export.read(folder), past.catalogue))
            editions.add(folder, paths)
            made[year] += paths
    return made
