"""The only clock: it dates receipts, never results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of this machine, UTC without a zone: how the warehouse keeps time."""
    return datetime.now(UTC).replace(tzinfo=None)
