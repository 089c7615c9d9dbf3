"""What compact.yaml says of the compact as a whole: term, calendars, languages, dimensions, sheets of the workbook."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from cpc_pipeline.catalogue.base import Model, Text
from cpc_pipeline.catalogue.exchange import Exchange

__all__ = [
    "Calendar",
    "ContributionColumn",
    "Dimension",
    "Header",
    "Model",
    "Nation",
    "Notice",
    "Party",
    "Progress",
    "Quality",
    "Refresh",
    "Section",
    "Sheet",
    "Text",
    "YearRange",
]


class Calendar(Model):
    """A year that begins on `starts` (MM-DD) and is named after its first (start) or last (end) day."""

    name: Text
    starts: str = Field(pattern=r"^\d\d-\d\d$")
    labelled_by: Literal["start", "end"]
    # Label of the year that people call number one, where the years have numbers (compact year 1).
    first_year: int | None = None
    # How people name a year of this calendar in the names of files and sheets, before its number: FY 2025.
    marks: list[str] = []

    def number(self, label: int) -> int | None:
        """What people call the year with this label, where years are numbered."""
        return None if self.first_year is None else label - self.first_year + 1

    def year(self, label: int) -> tuple[date, date]:
        """First and last day of the year with this label."""
        month, day = (int(part) for part in self.starts.split("-"))
        first = date(label, month, day)
        if self.labelled_by == "end" and (month, day) != (1, 1):
            first = first.replace(year=label - 1)
        return first, date.fromordinal(first.replace(year=first.year + 1).toordinal() - 1)

    def periods(self, label: int, months: int) -> list[tuple[date, date]]:
        """First and last day of each part of that many months of the year with this label."""
        first, last = self.year(label)
        starts = [first]
        for step in range(months, 12, months):
            years, month = divmod(first.month - 1 + step, 12)
            starts.append(first.replace(year=first.year + years, month=month + 1))
        return list(zip(starts, [*(date.fromordinal(s.toordinal() - 1) for s in starts[1:]), last], strict=True))


class Dimension(Model):
    id: str
    name: Text
    codelist: str


class Sheet(Model):
    """A sheet of the workbook; missing: what its absence does to a submission of the versions that have it (nothing: it
    is ours, not theirs).

    since, until: first and last format version (of the cover) with this sheet. Order in the file: order of the tabs.
    """

    name: str
    missing: Literal["nothing", "note", "query", "reject", "return"] = "return"
    since: int = 1
    until: int | None = None

    def belongs_to(self, version: int) -> bool:
        return self.since <= version and (self.until is None or version <= self.until)


class Section(Model):
    """A part of the narrative, asked for each objective, or of the report as a whole; limit: most characters.

    dialogue: whether it is printed in the dialogue pack too.
    """

    id: str
    name: Text
    help: Text
    limit: int = 1500
    dialogue: bool = False


class ContributionColumn(Model):
    """A column of the contributions sheet: a field of the CONTRIBUTIONS frame, and how it is typed."""

    field: Literal[
        "contribution_kind", "objective", "description", "amount", "currency", "valuation", "in_force", "evidence"
    ]
    type: Literal["text", "number", "choice", "objective"] = "text"
    codelist: str | None = None
    width: int = 20


class Refresh(Model):
    """When the results of all years are made again: minute, hour, day and month of every year."""

    cron: str = Field(pattern=r"^\d{1,2} \d{1,2} \d{1,2} \d{1,2} \*$")

    @field_validator("cron")
    @classmethod
    def _is_a_day_of_every_year(cls, text: str) -> str:
        _, _, day, month, _ = text.split()
        date(2023, int(month), int(day))
        return text

    def day(self, year: int) -> date:
        """The day of a year on which it happens."""
        _, _, day, month, _ = self.cron.split()
        return date(year, int(month), int(day))


class YearRange(Model):
    first: int
    last: int


class Notice(Model):
    """When a change of contact is told to the others: at least `days` before it, or no later than `days` from it."""

    days: int
    when: Literal["before", "within"]


class Progress(Model):
    """Least ratio of the rate of change to the rate that the target needs; the defaults are Eurostat's."""

    significant: float = 0.95
    moderate: float = 0.60


class Quality(Model):
    """weak: a score below it is marked beside the number. late_days: so many days late leave nothing of on_time."""

    weak: float = Field(default=0.6, ge=0, le=1)
    late_days: int = Field(default=90, gt=0)


class Nation(Model):
    code: str
    name: Text


class Party(Model):
    """Somebody whose signature the annual table needs: a government office, an implementing partner."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    name: Text


class Header(Model):
    """compact.yaml."""

    id: str
    name: Text
    languages: list[str]
    number_format: dict[str, tuple[str, str]]  # separators of thousands and of decimals, by language
    start: date
    end: date
    years: YearRange
    calendars: dict[str, Calendar]
    time_zone: str
    annual_refresh: Refresh
    nation: Nation
    dimensions: list[Dimension]
    sheets: dict[str, Sheet]
    notice: Notice | None = None
    sections: list[Section] = []
    report_sections: list[Section] = []  # texts about the whole report, which its editors write and nobody submits
    progress: Progress = Progress()
    quality: Quality = Quality()
    # MM-DD of the year after the reporting year by which a submission is due; without it nothing is late.
    deadline: str | None = Field(default=None, pattern=r"^\d\d-\d\d$")
    # Days from the closing day on which whoever has not sent is reminded: before it with a minus, after it without.
    reminders: list[int] = [-14, 0, 7, 21]
    contributions: list[ContributionColumn] = []
    sign_off: dict[str, Text] = {}  # line of the sign-off sheet -> its label
    exchange: Exchange | None = None  # what other systems must be told; without it no IATI file is made
    parties: list[Party] = []  # who must sign the annual table before it is agreed; without any it stays provisional

    @field_validator("deadline")
    @classmethod
    def _is_a_day_of_every_year(cls, text: str | None) -> str | None:
        if text is not None:
            date.fromisoformat(f"2023-{text}")
        return text

    def due(self, year: int) -> date | None:
        """The last day on which a submission of a reporting year is in time, where the compact says so."""
        return None if self.deadline is None else date.fromisoformat(f"{year + 1}-{self.deadline}")

    def closing(self, year: int) -> date:
        """The day by which a submission is needed: the last one in time, else that of the yearly tables."""
        return self.due(year) or self.annual_refresh.day(year + 1)
