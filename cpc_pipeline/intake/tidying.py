"""Cells to observations: every row becomes a number with an address, or says why it is none."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, CodeList
from cpc_pipeline.contracts import NATION, TOTAL, Status
from cpc_pipeline.intake import personal
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.foreign import SheetReading, grids_of, own_reading, read_foreign
from cpc_pipeline.intake.numbers import read_value
from cpc_pipeline.intake.preflight import Refused, address
from cpc_pipeline.intake.reading import Cell, Workbook, read
from cpc_pipeline.intake.recognition import Table, find_sheets, find_table, is_ours, read_cover
from cpc_pipeline.intake.replies import list_about, replies_of
from cpc_pipeline.intake.template.layout import KEY
from cpc_pipeline.intake.template.reading import Statements

QUALIFIERS = ("exact", "at_least", "more_than", "up_to", "about", "range")
SERIES = {"indicators": "indicator", "breakdowns": "indicator", "context": "context"}
"""Role of a sheet of numbers -> kind of what it holds."""
FEW = 5
_HARMLESS = re.compile(r"[\d.,<>%\-– ]{1,12}|\S{1,4}")


@dataclass(frozen=True)
class Intake:
    """What a workbook holds: frames per contracts, and its kind.

    personal: the hits that refuse the whole file for personal data; nothing else of it is here then.
    about: of a list of findings that came back alone, the name of the file that it is about.
    """

    observations: pl.DataFrame
    findings: pl.DataFrame
    kind: str
    narratives: pl.DataFrame = dataclasses.field(default_factory=lambda: contracts.empty(contracts.NARRATIVES))
    contributions: pl.DataFrame = dataclasses.field(default_factory=lambda: contracts.empty(contracts.CONTRIBUTIONS))
    replies: pl.DataFrame = dataclasses.field(default_factory=lambda: contracts.empty(contracts.REPLIES))
    readings: tuple[SheetReading, ...] = ()
    """What each cell of each sheet was taken for."""
    personal: tuple[personal.Hit, ...] = ()
    about: str = ""


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
        sheets = read(content)
    except Refused as refused:
        # A finding without a sheet means the file as a whole: nobody opens it again, to mark it or for anything else.
        params = {"on": refused.sheet or "-"} | refused.params
        found.add(refused.code, "return", "", refused.cell, found=name, params=params)
        personal.say(named, found, released)
        return Intake(empty, found.frame(), "unknown", personal=() if released else named)
    hits = (*named, *personal.guard(content, sheets, catalogue))
    personal.say(hits, found, released)
    if not released and any(hit.blocks for hit in hits):
        return Intake(empty, found.frame(), "unknown", personal=hits)
    for remark in sheets.remarks:
        found.add(remark.code, remark.severity, remark.sheet, remark.cell, found=remark.found, params=remark.params)
    if (about := list_about(sheets, catalogue)) is not None:
        replies = replies_of(next(cells for cells in sheets.values() if cells), catalogue, found)
        return Intake(empty, found.frame(), contracts.REPLIES_KIND, replies=replies, about=about)
    if not is_ours(sheets, catalogue):
        return _take_in_foreign(sheets, found, year, catalogue)
    roles = find_sheets(sheets, catalogue, found)
    kind = "annual"
    if "cover" in roles:
        kind = _check_cover(roles["cover"], sheets[roles["cover"]], catalogue, found)
    rows: list[dict[str, object]] = []
    readings: list[SheetReading] = []
    for role, series_kind in SERIES.items():
        table = find_table(roles[role], sheets[roles[role]], catalogue, found) if role in roles else None
        if table is not None:
            read_rows = [_Row(table, r, cells, series_kind, catalogue, found) for r, cells in table.rows]
            rows += [row.observation() for row in read_rows]
            _say_blanks(read_rows, found)
            rejected = {row.row for row in read_rows if row.rejected}
            readings.append(own_reading(table.sheet, sheets[table.sheet], table.rows, rejected))
    said = any(row["status"] != str(Status.BLANK) for row in rows)
    awaited = any(cell.text == KEY for cell in sheets.get(roles.get("indicators", ""), []))
    if "indicators" in roles and (not rows or (awaited and not said)):
        found.add("empty_submission", "return", roles["indicators"], "A1")
    told = Statements(sheets, roles, catalogue, found)
    _check_sender(organisation, year, catalogue, found)
    schema = contracts.polars_schema(contracts.observations_frame(catalogue.dimension_ids))
    observations = pl.DataFrame(rows, schema=schema)
    replies = replies_of(sheets.get(roles.get("feedback", ""), []), catalogue, found)
    return Intake(observations, found.frame(), kind, told.narratives, told.contributions, replies, tuple(readings))


def _take_in_foreign(sheets: Workbook, found: Found, year: int | None, catalogue: Catalogue) -> Intake:
    """A file that is not our workbook: read by a layout of the compact, or returned with the reason."""
    rows, readings = read_foreign(grids_of(sheets), catalogue, found)
    _check_sender(found.organisation or None, year, catalogue, found)
    schema = contracts.polars_schema(contracts.observations_frame(catalogue.dimension_ids))
    return Intake(pl.DataFrame(rows, schema=schema), found.frame(), "annual", readings=tuple(readings))


def _check_sender(organisation: str | None, year: int | None, catalogue: Catalogue, found: Found) -> None:
    if organisation is not None and organisation not in catalogue.organisations:
        found.add("unknown_organisation", "return", "", "A1", found=organisation)
    if year is not None and year not in catalogue.years:
        found.add("unknown_year", "return", "", "A1", found=str(year), expected=_span(catalogue))


def _say_blanks(rows: list[_Row], found: Found) -> None:
    """Pre-filled rows that came back without a value, which means that nothing was sent for them.

    A few holes in a workbook that is otherwise filled in were forgotten: each is asked for. Many are one remark.
    """
    awaited = [row for row in rows if row.prefilled]
    blank = [row for row in awaited if "value" not in row.cells]
    if len(blank) <= FEW and len(blank) * 2 < len(awaited):
        for row in blank:
            found.add("blank_value", "query", row.table.sheet, row.address, observation_id=row.id)
    elif blank:
        by_indicator = Counter(row.cells["indicator"].text for row in blank)
        params = {
            "count": len(blank),
            "rows": len(awaited),
            "indicators": ", ".join(f"{indicator} ({count})" for indicator, count in by_indicator.items()),
        }
        found.add("blank_values", "note", blank[0].table.sheet, blank[0].address, params=params)


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


class _Row:
    """One row of a data sheet on its way to being an observation."""

    def __init__(
        self, table: Table, row: int, cells: dict[str, Cell], kind: str, catalogue: Catalogue, found: Found
    ) -> None:
        self.table, self.row, self.cells, self.kind = table, row, cells, kind
        self.catalogue, self.found = catalogue, found
        self.address = address(row, table.columns["value"])
        self.id = f"{found.submission_id}!{table.sheet}!{self.address}"
        self.rejected = False
        self.prefilled = KEY in cells

    def observation(self) -> dict[str, object]:
        series = self._series()
        qualifier = self._choice("qualifier", QUALIFIERS)
        value = read_value(self.cells.get("value"), qualifier, self.catalogue)
        if value.problem and not (self.prefilled and value.status == Status.BLANK):
            severity = "reject" if value.status == Status.REJECTED else "note"
            self._add(value.problem, severity, "value")
            self.rejected |= value.status == Status.REJECTED
        start, end = self._period()
        dims = {d.id: self._code(d.id, self.catalogue.codelists[d.codelist], TOTAL) for d in self.catalogue.dimensions}
        row: dict[str, object] = {
            "observation_id": self.id,
            "submission_id": self.found.submission_id,
            "sheet": self.table.sheet,
            "cell": self.address,
            "row": self.row,
            "organisation": self.found.organisation,
            "reporting_year": self.found.year,
            "series": series,
            "series_kind": self.kind,
            "period_start": start,
            "period_end": end,
            "place": self._code("place", self.catalogue.places, NATION),
            **dims,
            "unit": self._unit(series),
            "numerator": self._number("numerator"),
            "denominator": self._number("denominator"),
            "qualifier": qualifier,
            "raw": self._raw(),
            "revision": int(self._number("revision") or 0),
            **{f: self._text(f) or None for f in ("source_key", "source_title", "source_url", "institution", "note")},
        }
        row |= {"value": value.value, "lower": value.lower, "upper": value.upper, "status": str(value.status)}
        if self.rejected:
            row |= {"value": None, "lower": None, "upper": None, "status": str(Status.REJECTED)}
        return row

    def _add(self, code: str, severity: str, field: str, expected: str = "", codes: str = "") -> None:
        """codes: the list that the expected codes are of, so that the message can name them in its language."""
        cell = self.cells.get(field)
        where = cell.address if cell else address(self.row, self.table.columns.get(field, 1))
        self.rejected |= severity == "reject"
        self.found.add(
            code,
            severity,
            self.table.sheet,
            where,
            found=cell.text if cell else "",
            expected=expected,
            observation_id=self.id,
            params={"field": field, "codes": codes},
        )

    def _text(self, field: str) -> str:
        cell = self.cells.get(field)
        return cell.text.strip() if cell else ""

    def _series(self) -> str:
        series = self.catalogue.find_series(self._text("indicator"), self.kind)
        if series is None:
            self._add("unknown_indicator", "reject", "indicator")
        return series or ""

    def _choice(self, field: str, choices: tuple[str, ...]) -> str:
        text = self._text(field) or choices[0]
        if text not in choices:
            self._add("unknown_code", "reject", field, expected=", ".join(choices))
            return choices[0]
        return text

    def _code(self, field: str, codes: CodeList, default: str) -> str:
        """A code, label or alias of the list; a number that lost its zero is read and said; blank is the total."""
        cell = self.cells.get(field)
        if cell is None or not cell.text.strip():
            return default
        code = codes.find(cell.text)
        if code is None and cell.kind == "number":
            code = _with_its_zeros(cell.text, codes)
            if code is not None:
                self._add("code_not_text", "note", field, expected=code)
        if code is None:
            near = codes.suggest(cell.text) or list(codes.codes)[:8]
            self._add("unknown_code", "reject", field, expected=", ".join(near), codes=codes.id)
        return code or default

    def _unit(self, series: str) -> str:
        text = self._text("unit")
        unit = self.catalogue.find_unit(text) if text else self.catalogue.unit_of(series)
        if unit is None:
            self._add("unknown_code", "reject", "unit")
        return unit or ""

    def _number(self, field: str) -> float | None:
        cell = self.cells.get(field)
        if cell is None or cell.number is not None:
            return cell.number if cell else None
        self._add("text_in_number_cell", "reject", field)
        return None

    def _period(self) -> tuple[date | None, date | None]:
        """Both dates, or the reporting year of the first calendar where neither is given."""
        if "period_start" not in self.cells and "period_end" not in self.cells:
            if not self.found.year:
                return None, None
            return self.catalogue.calendars[self.catalogue.default_calendar].year(self.found.year)
        dates = [self._date(field) for field in ("period_start", "period_end")]
        if dates[0] and dates[1] and dates[0] > dates[1]:
            self._add("period_reversed", "reject", "period_start")
        return dates[0], dates[1]

    def _date(self, field: str) -> date | None:
        try:
            return date.fromisoformat(self._text(field))
        except ValueError:
            self._add("bad_date", "reject", field)
            return None

    def _raw(self) -> str | None:
        """The value as typed. Long text in a number cell may be a name: it is not kept, the file has it."""
        cell = self.cells.get("value")
        if cell is None:
            return None
        known = self.catalogue.missing_marks.get(cell.text.casefold().strip())
        return cell.text if cell.kind == "number" or known or _HARMLESS.fullmatch(cell.text.strip()) else None


def _with_its_zeros(digits: str, codes: CodeList) -> str | None:
    """The code that these digits are once the zeros are back that Excel takes from a number."""
    lengths = sorted({len(code) for code in codes.codes if len(code) > len(digits)})
    return next((digits.zfill(n) for n in lengths if digits.zfill(n) in codes.codes), None)


def _span(catalogue: Catalogue) -> str:
    return f"{catalogue.years[0]}-{catalogue.years[-1]}"
