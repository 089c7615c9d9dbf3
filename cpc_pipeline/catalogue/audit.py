"""What a sound catalogue still lacks: errors that the Participants can acknowledge, and that are never hidden.

A missing target or baseline for a year in force is what the US Government Accountability Office criticised in
these compacts (GAO-23-105390). Written modifications, the term and its contacts are held to the compact's own text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from cpc_pipeline.catalogue.decisions import Acknowledgement, Decision
from cpc_pipeline.catalogue.models import Catalogue

PARTICIPANTS = 2
"""How many must agree before a decision of theirs is mutual."""


@dataclass(frozen=True)
class Remark:
    """One error: its code (wording audit.<code>), where to mend it, what it is about, who acknowledged it.

    line: 0 where what is missing would be a new line. defined: file:line of what it is about, where that is elsewhere.
    """

    code: str
    file: str
    indicator: str | None = None
    years: tuple[int, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    acknowledged: Acknowledgement | None = None
    line: int = 0
    defined: str | None = None

    @property
    def place(self) -> str:
        """Where to mend it."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def words(self, catalogue: Catalogue, language: str) -> str:
        told = {"indicator": self.indicator, "years": ", ".join(str(y) for y in self.years), **self.params}
        return catalogue.wording.text(f"audit.{self.code}", language, **told)


def audit(catalogue: Catalogue, today: date | None = None) -> list[Remark]:
    """Every error, acknowledged or not; one that is acknowledged for some years only is told in two.

    today: an acknowledgement that ended before it counts no longer; without a day, each counts.
    """
    found = [*_targets(catalogue), *_sheets(catalogue), *_decisions(catalogue), *_nation(catalogue)]
    if not any(i.key_indicator for i in catalogue.indicators.values()):
        found.append(Remark("no_key_indicator", "indicators"))
    remarks = [part for remark in found for part in _parted(remark, catalogue, today or date.min)]
    used = {r.acknowledged.id for r in remarks if r.acknowledged}
    idle = [a for a in catalogue.acknowledgements if a.id not in used and not (today and a.until < today)]
    remarks += [Remark("idle_acknowledgement", "acknowledgements.yaml", params={"id": a.id}) for a in idle]
    return [_placed(remark, catalogue) for remark in remarks]


def _placed(remark: Remark, catalogue: Catalogue) -> Remark:
    """With the line of what it is about: that of the error itself, or that of the definition it belongs to."""
    told = remark.params
    if remark.indicator is not None:
        key = f"Indicator {remark.indicator}"
    elif remark.file == "compact.yaml":
        key = f"Header {told.get('field')}"
    else:
        key = f"Decision {told.get('decision')}" if "decision" in told else f"Acknowledgement {told.get('id')}"
    if key not in catalogue.lines:
        return remark
    path, line = catalogue.lines[key]
    file = path.partition("/")[2]
    if remark.file in (file, file.partition("/")[0]):
        return replace(remark, file=file, line=remark.line or line)
    return replace(remark, defined=f"{file}:{line}")


def _parted(remark: Remark, catalogue: Catalogue, day: date) -> Iterator[Remark]:
    """By who acknowledged which of its years."""
    known: dict[str, Acknowledgement] = {a.id: a for a in catalogue.acknowledgements}
    by: dict[str | None, list[int]] = {}
    for year in remark.years or (None,):
        covering = (a.id for a in known.values() if a.covers(remark.code, remark.indicator, year, day))
        by.setdefault(next(covering, None), []).extend([] if year is None else [year])
    for key, years in by.items():
        acknowledged = known[key] if key is not None else None
        yield replace(remark, years=tuple(years), acknowledged=acknowledged)


def _targets(catalogue: Catalogue) -> Iterator[Remark]:
    with_target = set(catalogue.targets.select("indicator", "year").iter_rows())
    with_baseline = set(catalogue.baselines["indicator"])
    calendar = catalogue.calendars[catalogue.default_calendar]
    for indicator in catalogue.indicators.values():
        spans = {year: calendar.year(year) for year in catalogue.years_in_force}
        due = [
            year
            for year, (first, last) in spans.items()
            if indicator.valid_from <= last and (indicator.valid_to is None or indicator.valid_to >= first)
        ]
        lacking = tuple(year for year in due if (indicator.id, year) not in with_target)
        if lacking:
            yield Remark("no_target", "targets.csv", indicator.id, lacking)
        if due and indicator.id not in with_baseline:
            yield Remark("no_baseline", "baselines.csv", indicator.id)
    for name, frame in (("targets.csv", catalogue.targets), ("baselines.csv", catalogue.baselines)):
        for line, row in enumerate(frame.iter_rows(named=True), start=2):
            if not row["agreed_by"] or not row["agreed_on"] or not row["decision"]:
                yield Remark("nobody_agreed", name, row["indicator"], (row["year"],), line=line)


def _sheets(catalogue: Catalogue) -> Iterator[Remark]:
    """What the reference sheet of an indicator asks for and does not have."""
    for indicator in catalogue.indicators.values():
        asked = ["rationale", "quality_method"]
        asked += ["system_of_record"] if indicator.record is not None else []
        asked += ["numerator", "denominator"] if indicator.kind in ("ratio", "average") else []
        lacking = [name for name in asked if getattr(indicator, name) is None]
        if lacking:
            yield Remark("sheet_incomplete", "indicators", indicator.id, params={"fields": ", ".join(lacking)})
        for version in indicator.history[1:]:
            if version.change is None:
                yield Remark("change_unsaid", "indicators", indicator.id, params={"version": version.number})


def _nation(catalogue: Catalogue) -> Iterator[Remark]:
    """The whole country is named in compact.yaml, for templates, and in the list of places, for tables."""
    nation = catalogue.header.nation
    if (listed := catalogue.places.codes[nation.code].labels) != nation.name:
        names = {"here": ", ".join(nation.name.values()), "there": ", ".join(listed.values())}
        yield Remark("nation_named_twice", "compact.yaml", params={**names, "field": "nation"})


def _decisions(catalogue: Catalogue) -> Iterator[Remark]:
    for decision in catalogue.decisions:
        told = {"decision": decision.id}
        if decision.kind in ("modification", "extension"):
            if len(set(decision.agreed_by)) < PARTICIPANTS:
                yield Remark("not_mutual", "decisions.yaml", params=told)
            if not decision.document:
                yield Remark("not_in_writing", "decisions.yaml", params=told)
        if decision.kind == "extension" and decision.new_end and decision.new_end.year > catalogue.years[-1]:
            said = {"end": decision.new_end.isoformat(), "field": "years"}
            yield Remark("years_too_short", "compact.yaml", params=told | said)
        if decision.kind == "contact":
            yield from _contact(decision, catalogue)


def _contact(decision: Decision, catalogue: Catalogue) -> Iterator[Remark]:
    """before: told that many days before the change. within: told no more than that many days from it."""
    rule, told = catalogue.header.notice, {"decision": decision.id}
    if rule is None:
        return
    if decision.notice is None or decision.effective is None:
        yield Remark("notice_missing", "decisions.yaml", params=told)
        return
    days = timedelta(days=rule.days)
    late = decision.notice > decision.effective + days
    if late if rule.when == "within" else decision.notice + days > decision.effective:
        said: dict[str, object] = {"notice": decision.notice.isoformat(), "effective": decision.effective.isoformat()}
        yield Remark(f"notice_{rule.when}", "decisions.yaml", params=told | said | {"days": rule.days})
