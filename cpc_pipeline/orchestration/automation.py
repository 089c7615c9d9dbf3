"""When an asset is made again by itself: as soon as what it is made from has changed and is at rest.

Three traps were found by running this version of Dagster, and each has a test:
- `eager()` waits for every partition of what it depends on: an organisation that never sends would stall the rest.
  So nothing is asked about missing inputs; that somebody has not sent is a status in the data.
- time-window partitions request the latest window only: an old year that is sent again would be left as it was.
  So years are static partitions.
- a returned workbook must not hold back the others: so no condition waits for checks.
"""

from typing import Any

import dagster as dg

from cpc_pipeline.orchestration.words import Words


def when_inputs_change(words: Words) -> dg.AutomationCondition[Any]:
    """What it is made from has changed and is at rest."""
    return (
        dg.AutomationCondition.any_deps_updated().since_last_handled()
        & ~dg.AutomationCondition.any_deps_in_progress()
        & ~dg.AutomationCondition.in_progress()
    ).with_label(words("runs.when_inputs_change"))


def automation_sensor(words: Words) -> dg.AutomationConditionSensorDefinition:
    """Looks at the conditions every half minute, from the start: nobody has to switch it on."""
    return dg.AutomationConditionSensorDefinition(
        "made_again",
        target=dg.AssetSelection.all(),
        description=words("runs.made_again"),
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
