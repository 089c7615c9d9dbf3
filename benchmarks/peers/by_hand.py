"""pandas + openpyxl + checks written by hand, each a mask over the columns of one workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agreed import AMBIGUOUS, AS_TEXT, BLANK, TEXT, Agreed, Fault, keep, prepared, read, run


def start(agreed: Agreed) -> Callable[[Path, str], list[Fault]]:
    indicators = list(agreed.indicators)

    def check(path: Path, name: str) -> list[Fault]:
        frame = prepared(read(path, agreed), agreed)
        number, pair = frame["number"], frame["numerator"].notna() != frame["denominator"].notna()
        known = frame["indicator"].isin(indicators)
        reversed_ = frame["days"] < 0
        masks = {
            ("unknown_indicator", "indicator"): ~known,
            ("unknown_code", "place"): frame["place_code"].isna(),
            ("bad_date", "period_start"): frame["period_start_on"].isna(),
            ("bad_date", "period_end"): frame["period_end_on"].isna(),
            ("period_reversed", "period_start"): reversed_,
            ("longer_than_a_year", "value"): frame["days"] > 366,
            ("blank_value", "value"): frame["typed"] == BLANK,
            ("text_in_number_cell", "value"): frame["typed"] == TEXT,
            ("number_as_text", "value"): frame["typed"] == AS_TEXT,
            ("ambiguous_number", "value"): frame["typed"] == AMBIGUOUS,
            ("out_of_range", "value"): (number < frame["least"]) | (number > frame["most"]),
            ("not_whole", "value"): frame["whole"] & number.notna() & (number % 1 != 0),
            ("unit_differs", "value"): known & (frame["given_unit"] != frame["due_unit"]),
            ("fields_apart", "value"): pair,
            ("parts_do_not_add", "value"): (frame["gap"].abs() > 1e-9) | (frame["over"] > 1e-9),
        }
        keep(frame, name)
        return [
            (name, agreed.cell(int(row), field), code)
            for (code, field), mask in masks.items()
            for row in frame.loc[mask, "row"]
        ]

    return check


if __name__ == "__main__":
    run(start)
