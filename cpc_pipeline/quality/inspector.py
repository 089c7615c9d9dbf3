"""The child process: tables and expectations from a folder, outcomes and Data Docs back into it.

Run as `python -m cpc_pipeline.quality.inspector FOLDER`; FOLDER holds suites.json and a Parquet file per table. It
writes outcomes.json and docs/<table>.html. Nothing is printed: libraries print the values they choke on.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PASSED, FAILED, BROKEN = "passed", "failed", "broken"
LISTED = 12  # values of a list that a page shows


def main(folder: Path) -> None:
    """Evaluate every suite of the folder."""
    import great_expectations as gx

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_pandas("warehouse")
    (folder / "docs").mkdir()
    outcomes = []
    for table, expectations in json.loads((folder / "suites.json").read_text()).items():
        result = _evaluate(context, source, table, expectations, folder / f"{table}.parquet")
        outcomes += [_outcome(table, single) for single in result.results]
        _make_readable(result)
        (folder / "docs" / f"{table}.html").write_text(_page(result), encoding="utf-8")
    (folder / "outcomes.json").write_text(json.dumps(outcomes))


def _evaluate(context: Any, source: Any, table: str, expectations: list[dict[str, Any]], path: Path) -> Any:
    import great_expectations as gx
    import pandas as pd

    batch = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("all rows")
    suite = context.suites.add(gx.ExpectationSuite(name=table))
    for entry in expectations:
        suite.add_expectation(_expectation(entry, path.parent))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=table, data=batch, suite=suite))
    # BASIC with no examples: counts are enough for a finding, and an example could be a child's row.
    counts = {"result_format": "BASIC", "partial_unexpected_count": 0}
    return definition.run(batch_parameters={"dataframe": pd.read_parquet(path)}, result_format=counts)


def _expectation(entry: dict[str, Any], folder: Path) -> Any:
    import pandas as pd
    from great_expectations.expectations.registry import get_expectation_impl

    arguments = dict(entry["arguments"])
    for name, value in arguments.items():
        if isinstance(value, dict):
            table, column = value["$column"]
            arguments[name] = sorted(set(pd.read_parquet(folder / f"{table}.parquet", columns=[column])[column]))
    return get_expectation_impl(entry["type"])(**arguments, meta={"rule": entry["rule"]})


def _outcome(table: str, single: Any) -> dict[str, Any]:
    """Great Expectations says success: False of a check that raised, too; only exception_info tells them apart."""
    raised = is_broken(single.exception_info)
    outcome = BROKEN if raised else PASSED if single.success else FAILED
    result = single.result or {}
    return {
        "rule": single.expectation_config.meta["rule"],
        "table": table,
        "outcome": outcome,
        "checked": int(result.get("element_count") or 0),
        "unexpected": int(result.get("unexpected_count") or 0),
    }


def is_broken(info: dict[str, Any] | None) -> bool:
    """exception_info of one result: flat for a check that ran, keyed by metric for one that raised."""
    if not info:
        return False
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(isinstance(part, dict) and part.get("raised_exception") for part in info.values())


def _make_readable(result: Any) -> None:
    """For the page: no traceback (it can hold values and paths), and of a long list its first values and its length."""
    for single in result.results:
        if is_broken(single.exception_info):
            words = "could not be evaluated"
            single.exception_info = {"raised_exception": True, "exception_message": words, "exception_traceback": ""}
        listed = single.expectation_config.kwargs.get("value_set")
        if listed is not None and len(listed) > LISTED:
            shown = [*listed[:LISTED], f"… ({len(listed)})"]
            single.expectation_config.kwargs["value_set"] = shown


def _page(result: Any) -> str:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view.view import DefaultJinjaPageView

    view: Any = DefaultJinjaPageView()
    return str(view.render(ValidationResultsPageRenderer().render(result)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
