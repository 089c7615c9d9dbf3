"""pandas + openpyxl, and one suite of Great Expectations for every workbook, each a batch of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
import great_expectations.expectations as gxe
from agreed import AMBIGUOUS, AS_TEXT, BLANK, TEXT, Agreed, Fault, keep, prepared, read, run

WANTED = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"], "include_unexpected_rows": False}


def suite_of(agreed: Agreed) -> gx.ExpectationSuite:
    """Each expectation tells in `meta` which finding it is and which cell it points at."""

    def about(code: str, field: str = "value") -> dict[str, str]:
        return {"code": code, "field": field}

    def never(column: str, values: list[object], code: str) -> gxe.ExpectColumnValuesToNotBeInSet:
        return gxe.ExpectColumnValuesToNotBeInSet(column=column, value_set=values, meta=about(code))

    return gx.ExpectationSuite(
        name="workbook",
        expectations=[
            gxe.ExpectColumnValuesToBeInSet(
                column="indicator", value_set=list(agreed.indicators), meta=about("unknown_indicator", "indicator")
            ),
            gxe.ExpectColumnValuesToNotBeNull(column="place_code", meta=about("unknown_code", "place")),
            gxe.ExpectColumnValuesToNotBeNull(column="period_start_on", meta=about("bad_date", "period_start")),
            gxe.ExpectColumnValuesToNotBeNull(column="period_end_on", meta=about("bad_date", "period_end")),
            gxe.ExpectColumnValuesToBeBetween(
                column="days", min_value=0, meta=about("period_reversed", "period_start")
            ),
            gxe.ExpectColumnValuesToBeBetween(column="days", max_value=366, meta=about("longer_than_a_year")),
            never("typed", [BLANK], "blank_value"),
            never("typed", [TEXT], "text_in_number_cell"),
            never("typed", [AS_TEXT], "number_as_text"),
            never("typed", [AMBIGUOUS], "ambiguous_number"),
            never("outside", [True], "out_of_range"),
            never("broken", [True], "not_whole"),
            never("foreign", [True], "unit_differs"),
            never("torn", [True], "fields_apart"),
            gxe.ExpectColumnValuesToBeBetween(column="apart", max_value=1e-9, meta=about("parts_do_not_add")),
        ],
    )


def start(agreed: Agreed) -> Callable[[Path, str], list[Fault]]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batches = (
        context.data_sources.add_pandas("workbooks")
        .add_dataframe_asset("rows")
        .add_batch_definition_whole_dataframe("all")
    )
    suite = context.suites.add(suite_of(agreed))

    def check(path: Path, name: str) -> list[Fault]:
        frame = prepared(read(path, agreed), agreed)
        number = frame["number"]
        frame["outside"] = (number < frame["least"]) | (number > frame["most"])
        frame["broken"] = frame["whole"] & number.notna() & (number % 1 != 0)
        frame["foreign"] = frame["due_unit"].notna() & (frame["given_unit"] != frame["due_unit"])
        frame["torn"] = frame["numerator"].notna() != frame["denominator"].notna()
        frame["apart"] = frame["gap"].abs().combine(frame["over"], max)
        keep(frame, name)
        result = batches.get_batch({"dataframe": frame}).validate(suite, result_format=WANTED)
        found = []
        for one in result.results:
            if any(e["raised_exception"] for e in _raised(one.exception_info)):
                raise RuntimeError(f"an expectation could not be evaluated: {one.exception_info}")
            meta = one.expectation_config.meta
            if not one.success:
                found += [
                    (name, agreed.cell(int(where["row"]), meta["field"]), meta["code"])
                    for where in one.result["unexpected_index_list"]
                ]
        return found

    return check


def _raised(info: dict) -> list[dict]:
    return [info] if "raised_exception" in info else list(info.values())


if __name__ == "__main__":
    run(start)
