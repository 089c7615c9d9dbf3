"""Which format a workbook is of: 1 is the plain workbook of numbers, 2 the template; the cover says it."""

from __future__ import annotations

from collections.abc import Iterable

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.reading import Cell

PLAIN = 1
TEMPLATE = 2


def version_of(line: Cell | None, sheet: str, found: Found) -> int:
    """The version on the cover (the plain one where it says none); a newer or unreadable one is returned."""
    if line is None:
        return PLAIN
    text = line.text.strip()
    if not text.isdecimal():
        found.add("bad_format", "return", sheet, line.address, found=text, expected=str(TEMPLATE))
        return PLAIN
    if int(text) > TEMPLATE:
        found.add("newer_format", "return", sheet, line.address, found=text, expected=str(TEMPLATE))
    return int(text)


def say_if_old(version: int, line: Cell | None, roles: Iterable[str], catalogue: Catalogue, found: Found) -> None:
    """An older template is read, and what it has no sheet for is named. A plain workbook is no old template."""
    sheets = catalogue.header.sheets
    present = set(roles)
    is_template = version > PLAIN or any(sheets[role].since > PLAIN for role in present)
    if line is None or version >= TEMPLATE or not is_template:
        return
    later = [s.name for r, s in sheets.items() if s.since > version and r not in present and s.missing != "nothing"]
    found.add(
        "older_format",
        "note",
        sheets["cover"].name,
        line.address,
        found=str(version),
        expected=str(TEMPLATE),
        params={"sheets": ", ".join(later) or "-"},
    )
