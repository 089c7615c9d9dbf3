"""What may pass is tried again; what may not is not: a refusal is still one after a minute.

Only one thing passes by itself: that another program has the warehouse open (a refresh in a terminal, a backup). A
step that finds it so is run again after a while. Whatever else stops a step is a fault or an answer, and both wait for
a person. That a process was killed is Dagster's to notice, which begins that run again, once (dagster.yaml).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from cpc_pipeline.orchestration.healing import REFRESH, TAG
from cpc_pipeline.warehouse import WarehouseBusy

TIMES, SECONDS = 5, 60


@contextmanager
def if_busy_again(context: Any) -> Iterator[None]:
    """Around what opens the warehouse. A person at a terminal is told at once instead, and can ask again."""
    try:
        yield
    except WarehouseBusy:
        if context.run.tags.get(TAG) == REFRESH:
            raise
        raise dg.RetryRequested(max_retries=TIMES, seconds_to_wait=SECONDS) from None
