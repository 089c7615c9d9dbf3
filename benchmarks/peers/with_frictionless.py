"""frictionless: its own reading of the workbook, a schema with constraints, and checks of rows written for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import attrs
import pandas as pd
from agreed import AMBIGUOUS, AS_TEXT, BLANK, MARK, SOUND, TEXT, Agreed, Fault, keep, kind_of, prepared, run
from frictionless import Check, Checklist, Dialect, Resource, Row, Schema, errors, fields
from frictionless.formats import ExcelControl

TYPED = {
    BLANK: "blank_value",
    TEXT: "text_in_number_cell",
    AS_TEXT: "number_as_text",
    AMBIGUOUS: "ambiguous_number",
}


class Wrong(errors.CellError):
    type = "wrong"
    title = "Wrong"
    description = "A cell breaks a rule of the compact"
    template = "{note}"


@attrs.define(kw_only=True, repr=False)
class Rules(Check):
    """Everything that no constraint of one column says."""

    type = "rules"
    Errors = [Wrong]  # noqa: RUF012
    agreed: Agreed
    rows: list[dict[str, Any]] = attrs.field(factory=list)

    def validate_row(self, row: Row) -> Iterator[Wrong]:  # noqa: PLR0912
        about = self.agreed.indicators.get(row["indicator"])
        typed = kind_of(row["value"], self.agreed.marks)
        start, end = _day(row["period_start"]), _day(row["period_end"])
        self.rows.append(row.to_dict())
        if row["place"] is not None and str(row["place"]) not in self.agreed.places:
            yield self._wrong(row, "unknown_code", "place")
        for name, day in (("period_start", start), ("period_end", end)):
            if day is None:
                yield self._wrong(row, "bad_date", name)
        if start and end:
            days = (end - start).days
            if days < 0:
                yield self._wrong(row, "period_reversed", "period_start")
            if days > 366:
                yield self._wrong(row, "longer_than_a_year", "value")
        if typed in TYPED:
            yield self._wrong(row, TYPED[typed], "value")
        if (row["numerator"] is None) != (row["denominator"] is None):
            yield self._wrong(row, "fields_apart", "value")
        if about is None:
            return
        if row["unit"] is not None and row["unit"] != about["unit"]:
            yield self._wrong(row, "unit_differs", "value")
        if typed in (SOUND, AS_TEXT):
            number = float(row["value"])
            below = about["least"] is not None and number < about["least"]
            if below or (about["most"] is not None and number > about["most"]):
                yield self._wrong(row, "out_of_range", "value")
            if about["whole"] and number % 1:
                yield self._wrong(row, "not_whole", "value")

    def _wrong(self, row: Row, code: str, field: str) -> Wrong:
        return Wrong.from_row(row, note=code, field_name=field)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def start(agreed: Agreed) -> Callable[[Path, str], list[Fault]]:
    made = []
    for name in agreed.fields:
        field = fields.AnyField(name=name)
        if name == "indicator":
            field.constraints = {"required": True, "enum": list(agreed.indicators)}
        made.append(field)
    schema = Schema(fields=made)
    control = ExcelControl(sheet=agreed.sheet)
    dialect = Dialect(header_rows=[agreed.header_row], controls=[control])

    def check(path: Path, name: str) -> list[Fault]:
        rules = Rules(agreed=agreed)
        resource = Resource(
            path=path.name, basepath=str(path.parent), format="xlsx", dialect=dialect.to_copy(), schema=schema.to_copy()
        )
        report = resource.validate(Checklist(checks=[rules], skip_errors=["incorrect-label"]), limit_errors=10**6)
        if report.errors or report.tasks[0].warnings:
            raise RuntimeError(f"could not be validated: {report.errors} {report.tasks[0].warnings}")
        found = []
        for error in report.tasks[0].errors:
            code, row = error.type, error.row_number - agreed.header_row - 1
            if code == "wrong":
                found.append((name, agreed.cell(row, error.field_name), error.note))
            elif code == "constraint-error":
                found.append((name, agreed.cell(row, "indicator"), "unknown_indicator"))
            else:
                raise RuntimeError(f"unexpected: {error.type} {error.message}")
        # Totals against their parts need the whole table, which frictionless hands out row by row.
        frame = prepared(pd.DataFrame(rules.rows, columns=agreed.fields).astype(object), agreed)
        keep(frame, name)
        odd = frame[(frame["gap"].abs() > 1e-9) | (frame["over"] > 1e-9)]
        return found + [(name, agreed.cell(int(row), "value"), "parts_do_not_add") for row in odd["row"]]

    return check


assert MARK not in TYPED

if __name__ == "__main__":
    run(start)
