"""Counts: of indicators, organisations, texts, findings and values, each with what was counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from cpc_pipeline import counted
from cpc_pipeline.desk.counting.year import Counting, Texts, Year, finding
from cpc_pipeline.publication.report.indicators import rows_left
from cpc_pipeline.publication.report.opening import still_open
from cpc_pipeline.publication.tables import covered
from cpc_pipeline.trace import Account, Item


def count(known: Counting, wanted: counted.Counted) -> Account | None:
    """The account of count:YEAR/EDITION/WHAT…; None where it counts nothing that is known."""
    year, edition, what, *of = wanted.parts
    about = Year(known, int(year), edition)
    if what == "overview":
        names = ("indicators", "with_value", "parallel_only", "without_target")
        parts = [count(known, counted.Counted("count", (year, edition, n, *of))) for n in names]
        title = {"objective": _objective(about, of[0])}
        return Account(wanted.text, "overview", title, parts=tuple(p for p in parts if p is not None))
    if what == "narratives" and not of:  # what is missing in one language may be there in another
        each = [count(known, counted.Counted("count", (*wanted.parts, x))) for x in about.catalogue.languages]
        return Account(wanted.text, "texts", {"year": year}, parts=tuple(p for p in each if p is not None))
    items = COUNTS[what](about, what, of)
    if items is None:
        return None
    params = {
        "year": year,
        "edition": about.word(f"report.edition.{edition}"),
        "what": about.word(f"trace.counts.{what}"),
    }
    return Account(wanted.text, "count", params, sum(i.params.get("count", 1) for i in items), tuple(items))


def _objective(about: Year, objective: str) -> Texts:
    return next(o.name for o in about.catalogue.objectives if o.id == objective)


def _indicators(about: Year, what: str, of: Sequence[str]) -> list[Item] | None:
    """Indicators of an objective, or of all, each with the name of the number that stands for it."""
    content = about.content(about.catalogue.languages[0])
    found = covered(content.rows, about.catalogue)[of[0]][what] if of else still_open(content)[what]
    status = {r["indicator"]: r["status"] for r in content.rows if content.stands_for(r)}
    return [
        Item(
            "indicator",
            {"indicator": i, "name": about.name(i), "status": about.word(f"status.{status.get(i, 'not_received')}")},
            f"{i}/{about.year}" if i in status else "",
        )
        for i in found
    ]


def _rows_left(about: Year, what: str, of: Sequence[str]) -> list[Item]:
    content = about.content(about.catalogue.languages[0])
    objective = next((o for o in about.catalogue.objectives if o.id == of[0]), None)
    return [
        Item("row", {"indicator": r["indicator"], "name": about.name(r["indicator"])}, r["trace"])
        for r in rows_left(content, objective)
    ]


def _silent(about: Year, what: str, of: Sequence[str]) -> list[Item]:
    found = still_open(about.content(about.catalogue.languages[0]))[what]
    return [Item("organisation", {"organisation": about.organisation(name)}) for name in found]


def _untold(about: Year, what: str, of: Sequence[str]) -> list[Item]:
    """Texts that are due in the language of the report that prints the number."""
    known = {s.id: s.name for s in (*about.catalogue.header.sections, *about.catalogue.header.report_sections)}
    whole = about.word("trace.item.whole")
    items = []
    for objective, section in still_open(about.content(of[0]))[what]:
        name = _objective(about, objective) if objective else whole
        items.append(Item("text", {"objective": name, "section": known[section], "language": of[0]}))
    return items


def _findings(about: Year, what: str, of: Sequence[str]) -> list[Item]:
    organisation, code, severity = of
    own = about.release.findings.filter(
        reporting_year=about.year, organisation=organisation, code=code, severity=severity
    )
    return [finding(about, row) for row in own.iter_rows(named=True)]


def _waived(about: Year, what: str, of: Sequence[str]) -> list[Item]:
    own = about.release.findings.filter(reporting_year=about.year).iter_rows(named=True)
    return [finding(about, row) for row in own if json.loads(row["params"]).get("waiver") == of[0]]


def _values(about: Year, what: str, of: Sequence[str]) -> list[Item] | None:
    """Rows read from a workbook, by sheet and indicator, with the first and the last cell."""
    submission = "/".join(of)
    own = about.release.observations.filter(submission_id=submission)
    if about.release.submissions.filter(submission_id=submission).is_empty():
        return None
    items = []
    for (sheet, series), rows in own.group_by("sheet", "series", maintain_order=True):
        there = sorted(set(rows["cell"]), key=lambda cell: (len(cell), cell))
        cells = f"{there[0]}–{there[-1]}" if len(there) > 1 else there[0]
        where = {"file": about.file(submission), "sheet": str(sheet), "cell": cells}
        items.append(Item("values", {"count": rows.height, "indicator": series}, **where))
    return items


COUNTS: Mapping[str, Callable[[Year, str, Sequence[str]], list[Item] | None]] = {
    **dict.fromkeys(("indicators", "with_value", "parallel_only", "without_target"), _indicators),
    **dict.fromkeys(("no_value", "no_target", "off_target"), _indicators),
    "rows_left": _rows_left,
    "contributions": _silent,
    "narratives": _untold,
    "findings": _findings,
    "waived": _waived,
    "values": _values,
}
