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
from cpc_pipeline.desk import exporting, open_points, packing
from cpc_pipeline.pipeline import INTERNAL, Frames, frames_of, publish_frames, released
from cpc_pipeline.project import Project
from cpc_pipeline.publication.pack import NoKeyIndicators


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


def _day(recorded: datetime, time_zone: str) -> date:
    """The day on which a moment of recorded time fell, where the compact is."""
    return recorded.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).date()


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
        return past, replace(frames, until=_day(as_of, past.catalogue.header.time_zone))


def rebuild(
    project: Project, as_of: str, years: Sequence[int] | None = None, edition: str = INTERNAL
) -> dict[int, list[Path]]:
    """Write the editions as known at a moment (see `moment`) into a folder of that moment; their paths by year.

    Years that are named are written whole, with report (from the texts that had been reviewed by then), open data and
    the pack of the dialogue.
    """
    past, frames = as_known(project, moment(as_of, project.catalogue.header.time_zone))
    label = as_of.replace(":", "")
    made = {}
    for year in years or past.catalogue.years:
        folder = project.folders.edition(year, edition, as_of=label)
        made[year] = publish_frames(past, frames, year, edition, folder, report=years is not None)
        if years is not None:
            paths = exporting.write_data(folder, exporting.open_data(export.read(folder), past.catalogue))
            paths += _pack(past, frames, year, edition, folder)
            editions.add(folder, paths)
            made[year] += paths
    return made


def _pack(past: Project, frames: Frames, year: int, edition: str, folder: Path) -> list[Path]:
    """The pack of the dialogue, as it would have been made then; none where no indicator was chosen for it."""
    release = released(past, frames, year, edition)
    points = open_points.known(past, frames, year, frames.until or date.max)
    try:
        return packing.write_pack(folder, packing.slides_and_pages(release, past, year, points))
    except NoKeyIndicators:
        return []
