"""One file, as received, to what it says: recognised, guarded, read by its kind; or why it is none of that."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.intake import personal
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign import SheetReading, grids_of, own_reading, read_foreign
from cpc_pipeline.intake.observing import Rows
from cpc_pipeline.intake.preflight import LONGEST_NAME, Refused, is_odd, shown
from cpc_pipeline.intake.reading import Block, Cell, Workbook, read
from cpc_pipeline.intake.recognition import Table, find_sheets, find_table, is_ours, read_cover
from cpc_pipeline.intake.replies import list_about, replies_of
from cpc_pipeline.intake.template.layout import KEY
from cpc_pipeline.intake.template.reading import Statements

SERIES = {"indicators": "indicator", "breakdowns": "indicator", "context": "context"}
"""Role of a sheet of numbers -> kind of what it holds."""


@dataclass(frozen=True)
class Intake:
    """What a workbook holds: frames per contracts, and its kind.

    personal: the hits that refuse the whole file for personal data; nothing else of it is here then. by_layout: whether
    a layout of the compact fits a sheet of it. about: of a list of findings that came back alone, the name of the file
    that it is about.
    """

    observations: pl.DataFrame
    findings: pl.DataFrame
    kind: str
    narratives: pl.DataFrame = dataclasses.field(default_factory=lambda: contracts.empty(contracts.NARRATIVES))
    contributions: pl.DataFrame = dataclasses.field(default_factory=lambda: contracts.empty(contracts.CONTRIBUTIONS))
    replies: pl.DataFrame = dataclasses.field(default_factory=lambda: contracts.empty(contracts.REPLIES))
    read_as: Callable[[], tuple[SheetReading, ...]] = tuple
    personal: tuple[personal.Hit, ...] = ()
    by_layout: bool = False
    about: str = ""

    @cached_property
    def readings(self) -> tuple[SheetReading, ...]:
        """What each cell of each sheet was taken for: made when somebody asks, because only pictures need it."""
        return self.read_as()

    def without_cells(self) -> Intake:
        """The same without what its pictures are made from, so that thousands of workbooks can be held at once."""
        return dataclasses.replace(self, read_as=tuple)


def take_in(
    content: bytes | Refused,
    *,
    name: str,
    submission_id: str,
    organisation: str | None,
    year: int | None,
    catalogue: Catalogue,
    released: bool = False,
) -> Intake:
    """Read one workbook. organisation and year come from its folder; where None, its cover says them.

    content is its bytes, or why they were not read (preflight.received): both end in findings.
    released: two people found that this content holds no personal data, whatever the guard says.
    """
    found = Found(submission_id, organisation or "", year or 0)
    empty = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    named = tuple(personal.of_file(name, catalogue))
    try:
        if isinstance(content, Refused):
            raise content
        if is_odd(name):
            raise Refused("odd_file_name", most=LONGEST_NAME)
        sheets = read(content)
    except Refused as refused:
        # A finding without a sheet means the file as a whole: nobody opens it again, to mark it or for anything else.
        params = {"on": refused.sheet or "-"} | refused.params
        found.add(refused.code, "return", "", refused.cell, found="" if named else shown(name), params=params)
        personal.say(named, found, released)
        return Intake(empty, found.frame(), "unknown", personal=() if released else named)
    hits = (*named, *personal.guard(sheets, catalogue))
    personal.say(hits, found, released)
    if not released and any(hit.blocks for hit in hits):
        return Intake(empty, found.frame(), "unknown", personal=hits)
    for remark in sheets.remarks:
        found.add(remark.code, remark.severity, remark.sheet, remark.cell, found=remark.found, params=remark.params)
    if hits and not released:
        found.hides = partial(personal.hides, catalogue=catalogue)
    if (about := list_about(sheets, catalogue)) is not None:
        replies = replies_of(next(cells for cells in sheets.values() if cells), catalogue, found)
        return Intake(empty, found.frame(), contracts.REPLIES_KIND, replies=replies, about=about)
    if not is_ours(sheets, catalogue):
        return _take_in_foreign(sheets, found, year, catalogue)
    roles = find_sheets(sheets, catalogue, found)
    kind = "annual"
    if "cover" in roles:
        kind = _check_cover(roles["cover"], sheets[roles["cover"]], catalogue, found)
    read_as: list[Callable[[], SheetReading]] = []
    told: list[pl.DataFrame] = []
    for role, series_kind in SERIES.items():
        table = find_table(roles[role], sheets.blocks[roles[role]], catalogue, found) if role in roles else None
        if table is not None:
            rows = Rows(table, series_kind, sheets.about[table.sheet], catalogue, found)
            told += [rows.observations()] if table.numbers else []
            read_as.append(partial(_own_reading, sheets, table, rows))
    observations = pl.concat(told) if told else empty
    if "indicators" in roles and _says_nothing(observations, sheets.blocks[roles["indicators"]]):
        found.add("empty_submission", "return", roles["indicators"], "A1")
    statements = Statements(sheets, roles, catalogue, found)
    _check_sender(organisation, year, catalogue, found)
    replies = replies_of(sheets.get(roles.get("feedback", ""), []), catalogue, found)
    return Intake(
        *(observations, found.frame(), kind, statements.narratives, statements.contributions, replies),
        read_as=lambda: tuple(made() for made in read_as),
    )


def _own_reading(sheets: Workbook, table: Table, rows: Rows) -> SheetReading:
    return own_reading(table.sheet, sheets[table.sheet], table.rows, rows.refused)


def _says_nothing(observations: pl.DataFrame, block: Block) -> bool:
    """No row at all, or the template with nothing filled in."""
    if observations.is_empty():
        return True
    return block.holds(KEY) and (observations["status"] == str(Status.BLANK)).all()


def _take_in_foreign(sheets: Workbook, found: Found, year: int | None, catalogue: Catalogue) -> Intake:
    """A file that is not our workbook: read by a layout of the compact, or returned with the reason."""
    rows, readings = read_foreign(grids_of(sheets), catalogue, found)
    _check_sender(found.organisation or None, year, catalogue, found)
    schema = contracts.polars_schema(contracts.observations_frame(catalogue.dimension_ids))
    matched = any(reading.match for reading in readings)
    made = pl.DataFrame(rows, schema=schema)
    return Intake(made, found.frame(), "annual", read_as=lambda: tuple(readings), by_layout=matched)


def _check_sender(organisation: str | None, year: int | None, catalogue: Catalogue, found: Found) -> None:
    if organisation is not None and organisation not in catalogue.organisations:
        found.add("unknown_organisation", "return", "", "A1", found=organisation)
    if year is not None and year not in catalogue.years:
        found.add("unknown_year", "return", "", "A1", found=str(year), expected=_span(catalogue))


def _check_cover(sheet: str, cells: list[Cell], catalogue: Catalogue, found: Found) -> str:
    """Fill in what the folder did not say, and return the workbook where folder and cover disagree."""
    lines = read_cover(cells, catalogue)
    said = {field: cell.text.strip() for field, cell in lines.items()}
    for field, known in (
        ("compact", catalogue.id),
        ("organisation", found.organisation),
        ("year", str(found.year or "")),
    ):
        if field not in said:
            found.add("missing_cover_line", "return", sheet, "A1", expected=field)
        elif known and said[field] != known:
            found.add("cover_mismatch", "return", sheet, lines[field].address, found=said[field], expected=known)
    found.organisation = found.organisation or said.get("organisation", "")
    if not found.year and said.get("year", "").isdigit():
        found.year = int(said["year"])
    return said.get("kind", "annual")


def _span(catalogue: Catalogue) -> str:
    return f"{catalogue.years[0]}-{catalogue.years[-1]}"
