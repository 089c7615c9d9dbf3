"""Rows of our own sheets to observations: each row becomes a number with an address, or says why it is none.

Column by column: the same few texts stand in hundreds of rows, and each is judged once for its column.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, CodeList
from cpc_pipeline.contracts import NATION, TOTAL, Status
from cpc_pipeline.intake.cells import Cell, SheetFacts, address
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.judged import Judged, Remark, column, number_of, text_of, whole_of, with_its_zeros, words_of
from cpc_pipeline.intake.numbers import Value, read_value
from cpc_pipeline.intake.prefilled import typed_over
from cpc_pipeline.intake.reading.formats import percent as percent_format
from cpc_pipeline.intake.reading.formats import shown_otherwise
from cpc_pipeline.intake.recognition import Table
from cpc_pipeline.intake.template.layout import KEY

QUALIFIERS = ("exact", "at_least", "more_than", "up_to", "about", "range")
TEXTS = ("source_key", "source_title", "source_url", "institution", "note")
FEW = 5
REJECTED = Value(Status.REJECTED)
NAME_CELLS = ("percent_in_count", "merged_value")
_HARMLESS = re.compile(r"[\d.,<>%\-– ]{1,12}|\S{1,4}")
_ORDER = ("indicator", "qualifier", "value", "period_start", "period_end", "reversed")
"""In which a row's remarks are told; then its categories, and what comes after them in the row."""


class Rows:
    """The rows of one data sheet; `observations` reads them and adds what is wrong to the findings."""

    def __init__(self, table: Table, kind: str, facts: SheetFacts, catalogue: Catalogue, found: Found) -> None:
        self.table, self.kind, self.facts, self.catalogue, self.found = table, kind, facts, catalogue, found
        self.numbers, self.fields = table.numbers, table.fields
        self.none = array("B", bytes(len(self.numbers)))
        letters, within = address(1, table.columns["value"])[:-1], f"{found.submission_id}!{table.sheet}!"
        self.addresses = [f"{letters}{number}" for number in self.numbers]
        self.ids = [within + where for where in self.addresses]
        self.remarks: list[tuple[int, int, str, Remark]] = []
        self.rejected: set[int] = set()
        order = (*_ORDER, *catalogue.dimension_ids, "place", "unit", "numerator", "denominator", "revision")
        self.order = {field: number for number, field in enumerate(order)}

    @property
    def refused(self) -> set[int]:
        """Numbers of the rows whose value does not count; known once they have been read."""
        return {self.numbers[at] for at in self.rejected}

    def observations(self) -> pl.DataFrame:
        """Rows of contracts.observations_frame, in the order of the sheet."""
        catalogue, found = self.catalogue, self.found
        series = self._each("indicator", self._series)
        qualifier = self._each("qualifier", self._qualifier)
        units = self._units(series)
        values: list[Value] = self._values(qualifier, units)
        self._say_merged()
        starts, ends = self._periods()
        lists = {d.id: (catalogue.codelists[d.codelist], TOTAL) for d in catalogue.dimensions}
        lists["place"] = (catalogue.places, NATION)
        codes = {name: self._each(name, self._coding(known, whole)) for name, (known, whole) in lists.items()}
        columns: dict[str, list[Any]] = {
            "observation_id": self.ids,
            "cell": self.addresses,
            "row": self.numbers,
            "series": series,
            "period_start": starts,
            "period_end": ends,
            **codes,
            "unit": units,
            "numerator": self._each("numerator", number_of),
            "denominator": self._each("denominator", number_of),
            "qualifier": qualifier,
            "raw": self._each("value", self._raw),
            "revision": self._each("revision", whole_of),
            **{field: self._each(field, words_of) for field in TEXTS if field in self.fields},
        }
        self._say_typed_over(columns)
        self._say()
        for at in self.rejected:
            values[at] = REJECTED
        columns |= {end: list(map(attrgetter(end), values)) for end in ("value", "lower", "upper")}
        columns["status"] = [str(value.status) for value in values]
        self._say_blanks()
        same = {
            "submission_id": found.submission_id,
            "sheet": self.table.sheet,
            "organisation": found.organisation,
            "reporting_year": found.year,
            "series_kind": self.kind,
        }
        schema = contracts.polars_schema(contracts.observations_frame(catalogue.dimension_ids))
        told = (column(n, columns.get(n) or [same.get(n)], dtype, len(self.numbers)) for n, dtype in schema.items())
        return pl.DataFrame(list(told))

    # --- one column ---

    def _each(self, field: str, judge: Callable[..., Judged], *beside: Sequence[Any]) -> list[Any]:
        """The value of each row's cell, each content judged once; remarks are kept for later.

        beside: what else of its row decides what a cell says. Whatever is the same in all rows tells none apart.
        """
        places = self._places(field)
        same = [told[0] for told in beside]
        varying = [at for at, told in enumerate(beside) if told.count(same[at]) != len(told)]
        if not varying:
            return self._told(field, places, {p: judge(self._content(field, p), *same) for p in set(places)})
        keys = list(zip(places, *(beside[at] for at in varying), strict=True))
        known = {}
        for key in set(keys):
            for at, said in zip(varying, key[1:], strict=True):
                same[at] = said
            known[key] = judge(self._content(field, key[0]), *same)
        return self._told(field, keys, known)

    def _told(self, field: str, keys: Sequence[Any], known: dict[Any, Judged]) -> list[Any]:
        if len(known) == 1 and (only := next(iter(known.values())))[1] is None:
            return [only[0]] * len(keys)
        remarks = {key: judged[1] for key, judged in known.items() if judged[1] is not None}
        for at, key in enumerate(keys) if remarks else ():
            if key in remarks:
                self.remarks.append((at, self.order[field], field, remarks[key]))
        values = {key: judged[0] for key, judged in known.items()}
        return [values[key] for key in keys]

    def _places(self, field: str) -> array[int]:
        """For each row the number of its content in the column, 0 where it is blank."""
        return self.fields[field].places if field in self.fields else self.none

    def _content(self, field: str, place: int) -> Cell | None:
        """What stands there, as a cell; where it stands decides nothing."""
        return tuple.__new__(Cell, (0, 0, *self.fields[field].contents[place - 1])) if place else None

    def _say(self) -> None:
        """The remarks as findings, row by row."""
        for at, _, field, remark in sorted(self.remarks, key=lambda told: told[:2]):
            field = "period_start" if field == "reversed" else field  # noqa: PLW2901
            cell = self.table.cell(field, at)
            if remark.severity == "reject":
                self.rejected.add(at)
            self.found.add(
                remark.code,
                remark.severity,
                self.table.sheet,
                cell.address if cell else address(self.numbers[at], self.table.columns.get(field, 1)),
                found=cell.text if cell else "",
                expected=remark.expected,
                observation_id=self.ids[at],
                params={"field": field, "codes": remark.codes} | self._named(remark.code, at, field),
            )

    def _named(self, code: str, at: int, field: str) -> dict[str, object]:
        """What the words of a few remarks need, which are said of many cells at once in a table of others."""
        where = address(self.numbers[at], self.table.columns[field]) if code in NAME_CELLS else ""
        return {"count": 1, "cells": where} if where else {}

    # --- what stands in a cell of each ---

    def _series(self, cell: Cell | None) -> Judged:
        series = self.catalogue.find_series(text_of(cell), self.kind)
        return (series, None) if series is not None else ("", Remark("unknown_indicator", "reject"))

    def _qualifier(self, cell: Cell | None) -> Judged:
        text = text_of(cell) or QUALIFIERS[0]
        if text not in QUALIFIERS:
            return QUALIFIERS[0], Remark("unknown_code", "reject", ", ".join(QUALIFIERS))
        return text, None

    def _values(self, qualifiers: list[str], units: list[str]) -> list[Value]:
        percents = {unit.id for unit in self.catalogue.units.values() if unit.family == "percent"}

        def judge(cell: Cell | None, qualifier: str, prefilled: bool, shown: str, percent: bool) -> Judged:
            if cell is not None and cell.number is not None and percent_format(shown):
                if not percent:
                    return Value(Status.REJECTED), Remark("percent_in_count", "reject")
                cell = cell._replace(number=round(cell.number * 100, 10))  # what is seen: 25 % is stored as 0.25
            elif cell is not None and cell.number is not None and shown_otherwise(shown, cell.number, share=percent):
                return read_value(cell, qualifier, self.catalogue), Remark("shown_otherwise", "query")
            value = read_value(cell, qualifier, self.catalogue)
            if not value.problem or (prefilled and value.status == Status.BLANK):
                return value, None
            return value, Remark(value.problem, "reject" if value.status == Status.REJECTED else "note")

        awaited, column, formats = [*map(bool, self._places(KEY))], self.table.columns["value"], self.facts.formats
        shown = [formats.get((row, column), "") for row in self.numbers] if formats else [""] * len(self.numbers)
        percent = [format_ != "" and unit in percents for format_, unit in zip(shown, units, strict=True)]
        return self._each("value", judge, qualifiers, awaited, shown, percent)

    def _say_merged(self) -> None:
        """One number over several rows is nobody's: it is refused in each of them."""
        column = self.table.columns["value"]
        for area in self.facts.merged:
            rows = [at for at, number in enumerate(self.numbers) if area.holds(number, column)]
            for at in rows if len(rows) > 1 else ():
                self.remarks.append((at, self.order["value"], "value", Remark("merged_value", "reject")))

    def _say_typed_over(self, columns: dict[str, list[Any]]) -> None:
        """A row that was prepared for one number and now says that it is another: read as typed, and asked about."""
        if KEY not in self.fields:
            return
        keys = zip(self._places("value"), self._places(KEY), strict=True)
        prepared = [text_of(self._content(KEY, key)) if value and key else "" for value, key in keys]
        if any(prepared):
            for at, field, expected in typed_over(prepared, columns, self.catalogue.dimension_ids):
                self.remarks.append((at, self.order[field], field, Remark("typed_over", "query", expected)))

    def _coding(self, codes: CodeList, whole: str) -> Callable[[Cell | None], Judged]:
        """A code, label or alias of the list; a number that lost its zero is read and said; blank is the total."""

        def judge(cell: Cell | None) -> Judged:
            if cell is None or not cell.text.strip():
                return whole, None
            code = codes.find(cell.text)
            if code is not None:
                return code, None
            padded = with_its_zeros(cell.text, codes) if cell.kind == "number" else None
            if padded is not None:
                return padded, Remark("code_not_text", "note", padded)
            near = codes.suggest(cell.text) or list(codes.codes)[:8]
            return whole, Remark("unknown_code", "reject", ", ".join(near), codes.id)

        return judge

    def _units(self, series: list[str]) -> list[str]:
        def judge(cell: Cell | None, of: str) -> Judged:
            text = text_of(cell)
            unit = self.catalogue.find_unit(text) if text else self.catalogue.unit_of(of)
            return (unit, None) if unit is not None else ("", Remark("unknown_code", "reject"))

        return self._each("unit", judge, series)

    def _periods(self) -> tuple[list[date | None], list[date | None]]:
        """Both dates, or the reporting year of the first calendar where neither is given."""
        catalogue = self.catalogue
        given = zip(self._places("period_start"), self._places("period_end"), strict=True)
        blank = [not start and not end for start, end in given]
        whole: tuple[date | None, date | None] = (None, None)
        if self.found.year:
            whole = catalogue.calendars[catalogue.default_calendar].year(self.found.year)

        def judge(end: int) -> Callable[[Cell | None, bool], Judged]:
            def day(cell: Cell | None, absent: bool) -> Judged:
                if absent:
                    return whole[end], None
                try:
                    return date.fromisoformat(text_of(cell)), None
                except ValueError:
                    return None, Remark("bad_date", "reject")

            return day

        first = self._each("period_start", judge(0), blank)
        last = self._each("period_end", judge(1), blank)
        turned = {key for key in set(zip(first, last, strict=True)) if None not in key and key[0] > key[1]}
        for at, key in enumerate(zip(first, last, strict=True)) if turned else ():
            if key in turned and not blank[at]:
                self.remarks.append((at, self.order["reversed"], "reversed", Remark("period_reversed", "reject")))
        return first, last

    def _raw(self, cell: Cell | None) -> Judged:
        """The value as typed. Long text in a number cell may be a name: it is not kept, the file has it."""
        if cell is None:
            return None, None
        if cell.kind == "number":
            return cell.text, None
        known = self.catalogue.missing_marks.get(cell.text.casefold().strip())
        return (cell.text if known or _HARMLESS.fullmatch(cell.text.strip()) else None), None

    def _say_blanks(self) -> None:
        """Pre-filled rows that came back without a value, which means that nothing was sent for them.

        A few holes in a workbook that is otherwise filled in were forgotten: each is asked for. Many are one remark.
        """
        awaited = [at for at, place in enumerate(self._places(KEY)) if place]
        values = self._places("value")
        blank = [at for at in awaited if not values[at]]
        sheet = self.table.sheet
        if len(blank) <= FEW and len(blank) * 2 < len(awaited):
            for at in blank:
                self.found.add("blank_value", "query", sheet, self.addresses[at], observation_id=self.ids[at])
        elif blank:
            by_indicator = Counter(text_of(self.table.cell("indicator", at)) for at in blank)
            params = {
                "count": len(blank),
                "rows": len(awaited),
                "indicators": ", ".join(f"{indicator} ({count})" for indicator, count in by_indicator.items()),
            }
            self.found.add("blank_values", "note", sheet, self.addresses[blank[0]], params=params)
