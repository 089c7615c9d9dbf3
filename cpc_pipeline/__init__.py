"""From ministries' spreadsheets to the annual report of a Child Protection Compact Partnership.

For analysts, in a notebook:

    import cpc_pipeline as cpc
    edition = cpc.open_edition("colombia", 2023, "internal")
    edition.measures(by=["place"])

Read `pipeline/` for the story in order; each folder is one stage of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cpc_pipeline.exploring import (
        CannotExplore,
        Edition,
        Memory,
        Picture,
        Traced,
        list_editions,
        open_edition,
        open_warehouse,
    )

__all__ = [
    "CannotExplore",
    "Edition",
    "Memory",
    "Picture",
    "Traced",
    "list_editions",
    "open_edition",
    "open_warehouse",
]


def __getattr__(name: str) -> Any:
    """The names of `exploring`, imported when one is first asked for: the command line starts without them."""
    if name not in __all__:
        raise AttributeError(f"module 'cpc_pipeline' has no attribute {name!r}")
    from cpc_pipeline import exploring

    return getattr(exploring, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
