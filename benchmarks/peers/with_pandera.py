"""pandas + openpyxl, and one pandera schema for every workbook, validated lazily."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from agreed import AMBIGUOUS, AS_TEXT, BLANK, TEXT, Agreed, Fault, keep, prepared, read, run

FIELD = {"unknown_indicator": "indicator", "unknown_code": "place", "period_reversed": "period_start"}
"""The cell that a check of several columns points at; the value where none is named."""


def schema_of(agreed: Agreed) -> pa.DataFrameSchema:
    def typed(kind: str, code: str) -> pa.Check:
        return pa.Check(lambda column: column != kind, error=code)

    def frame(code: str, holds: Callable[[pd.DataFrame], pd.Series]) -> pa.Check:
        return pa.Check(holds, error=code, ignore_na=False)

    date = pa.Column("datetime64[us]", nullable=False, coerce=False)
    return pa.DataFrameSchema(
        {
            "indicator": pa.Column(object, pa.Check.isin(list(agreed.indicators), error="unknown_indicator")),
            "place_code": pa.Column(object, nullable=False),
            "period_start_on": date,
            "period_end_on": date,
            "days": pa.Column(
                float,
                [pa.Check.ge(0, error="period_reversed"), pa.Check.le(366, error="longer_than_a_year")],
                nullable=True,
                coerce=True,
            ),
            "typed": pa.Column(
                object,
                [
                    typed(BLANK, "blank_value"),
                    typed(TEXT, "text_in_number_cell"),
                    typed(AS_TEXT, "number_as_text"),
                    typed(AMBIGUOUS, "ambiguous_number"),
                ],
            ),
        },
        checks=[
            frame("out_of_range", lambda f: ~((f["number"] < f["least"]) | (f["number"] > f["most"]))),
            frame("not_whole", lambda f: ~(f["whole"] & f["number"].notna() & (f["number"] % 1 != 0))),
            frame("unit_differs", lambda f: f["due_unit"].isna() | (f["given_unit"] == f["due_unit"])),
            frame("fields_apart", lambda f: f["numerator"].notna() == f["denominator"].notna()),
            frame("parts_do_not_add", lambda f: (f["gap"].abs() <= 1e-9) & (f["over"] <= 1e-9)),
        ],
    )


NULL = {
    "place_code": ("unknown_code", "place"),
    "period_start_on": ("bad_date", "period_start"),
    "period_end_on": ("bad_date", "period_end"),
}


def start(agreed: Agreed) -> Callable[[Path, str], list[Fault]]:
    schema = schema_of(agreed)

    def check(path: Path, name: str) -> list[Fault]:
        frame = prepared(read(path, agreed), agreed)
        for column in ("indicator", "place_code", "typed"):
            frame[column] = frame[column].astype(object)
        for column in ("period_start_on", "period_end_on"):
            frame[column] = frame[column].astype("datetime64[us]")
        keep(frame, name)
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            failed = errors.failure_cases[["column", "check", "index"]].drop_duplicates(["check", "index", "column"])
        else:
            return []
        found = set()
        for column, code, row in failed.itertuples(index=False):
            if code == "not_nullable":
                code, field = NULL[column]  # noqa: PLW2901
            else:
                field = FIELD.get(code, "value")
            found.add((name, agreed.cell(int(row), field), code))
        return sorted(found)

    return check


if __name__ == "__main__":
    run(start)
