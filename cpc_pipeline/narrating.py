"""The texts of one project's report: drafting, reviewing, and what of them may be printed.

What does not belong here: the form of the files (narratives/), the words of commands
(cli/), the lint (desk/linting.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cpc_pipeline import agreements, intake, narratives
from cpc_pipeline.contracts import Verdict
from cpc_pipeline.narratives import FileBroken, Looked, Slot, Source, Text
from cpc_pipeline.project import Project

Sources = Mapping[tuple[str, str], Sequence[Source]]


class Unreviewable(Exception):
    """A text that cannot be reviewed: `code` is the key of the sentence, `name` the file, `rules` of the guard."""

    def __init__(self, code: str, name: str, rules: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code, self.name, self.rules = code, name, tuple(rules)


@dataclass(frozen=True)
class Drafted:
    """What drafting did: files written or brought up to date, of all texts that the report has."""

    folder: Path
    written: tuple[Path, ...]
    texts: int


def draft(project: Project, year: int) -> Drafted:
    """Write the text files of a year that are not there yet, and renew the sources in those that are.

    Nothing that a person wrote is touched. Raises FileBroken for a file that cannot be read.
    """
    folder, sources = _folder(project, year), _sources(project, year)
    written = []
    for slot in narratives.slots(project.catalogue):
        made = narratives.draft(slot, narratives.read(folder, slot), sources)
        if made is not None:
            written.append(narratives.write(folder, made, _head(project, year, slot)))
    if written:
        agreements.record(project, "drafted narrative", f"{len(written)} texts of {year}")
    return Drafted(folder, tuple(written), sum(1 for _ in narratives.slots(project.catalogue)))


def review(project: Project, year: int, names: Sequence[str], by: str, on: date, looked: bool = False) -> list[Path]:
    """Put a person's word under texts, by the names of their files; all of them, or none.

    looked: the reviewer has looked at what the guard asks about and answers that no child can be known by it. Raises
    Unreviewable: no such text, empty, too long, refused by the guard, or asked about and not looked at.
    """
    folder = _folder(project, year)
    signed = [_signed(project, folder, name, by, on, looked) for name in names]
    written = [narratives.write(folder, text, _head(project, year, text.slot)) for text in signed]
    agreements.record(project, "reviewed narrative", *(f"{year}/{path.name} for {by}" for path in written))
    return written


def standings(project: Project, year: int) -> list[tuple[Slot, str]]:
    """How far each text of a year is: missing, unreadable, unreviewed, personal, sources_changed or reviewed."""
    with project.open_warehouse() as warehouse:
        return list(_standings(project, year, _counting(warehouse.narratives(), warehouse.submissions())))


def open_points(
    project: Project, year: int, told: pl.DataFrame, submissions: pl.DataFrame, until: date | None = None
) -> pl.DataFrame:
    """OPEN_POINTS of the texts of a year. told, submissions: NARRATIVES and SUBMISSIONS of the warehouse.

    until: the last day whose reviews count.
    """
    return narratives.points(_standings(project, year, _counting(told, submissions), until), year)


def reviewed(
    project: Project, year: int, told: pl.DataFrame, submissions: pl.DataFrame, until: date | None = None
) -> pl.DataFrame:
    """REVIEWED_TEXTS of a year. told, submissions: NARRATIVES and SUBMISSIONS of the warehouse.

    until: the last day whose reviews count; a text that was reviewed again afterwards has no earlier wording.
    """
    sources = narratives.gather(_counting(told, submissions), year)
    found = narratives.reviewed(_texts(project, year), sources, guard(project))
    return found if until is None else found.filter(pl.col("reviewed_on") <= until)


def texts(project: Project, year: int) -> list[Text]:
    """Every text of a year that has a file which can be read."""
    return [text for _, text in _texts(project, year) if text is not None]


def guard(project: Project) -> narratives.Guard:
    """What the guard for personal data says of one text."""

    def look(text: str) -> Looked:
        hits = intake.personal.in_text(text, project.catalogue)
        return Looked(tuple(h.rule for h in hits if h.blocks), tuple(h.rule for h in hits if not h.blocks))

    return look


def _signed(project: Project, folder: Path, name: str, by: str, on: date, looked: bool) -> Text:
    known = {narratives.path_of(folder, slot).name: slot for slot in narratives.slots(project.catalogue)}
    slot = known.get(name)
    text = narratives.read(folder, slot) if slot is not None else None
    if slot is None or text is None:
        raise Unreviewable("no_such_text", name)
    if not text.text:
        raise Unreviewable("empty", name)
    if len(text.text) > _limit(project, slot):
        raise Unreviewable("too_long", name)
    found = guard(project)(text.text)
    if found.refuses:
        raise Unreviewable("personal", name, found.refuses)
    if found.asks and not looked:
        raise Unreviewable("look", name, found.asks)
    return text.signed(by, on, found.asks)


def _limit(project: Project, slot: Slot) -> int:
    """An objective's text stands for what several organisations sent, each within the limit of its section."""
    header = project.catalogue.header
    sections = header.sections if slot.objective else header.report_sections
    return 4 * next(s.limit for s in sections if s.id == slot.section)


def _standings(
    project: Project, year: int, told: pl.DataFrame, until: date | None = None
) -> Iterator[tuple[Slot, narratives.Standing]]:
    sources, look = narratives.gather(told, year), guard(project)
    for slot in narratives.slots(project.catalogue):
        try:
            text = narratives.read(_folder(project, year), slot)
        except FileBroken:
            yield slot, "unreadable"
            continue
        if text is not None and text.review is not None and until is not None and text.review.on > until:
            yield slot, "unreviewed"
            continue
        yield slot, narratives.standing_of(text, sources.get(narratives.key_of(slot), ()), look)


def _texts(project: Project, year: int) -> Iterator[tuple[Slot, Text | None]]:
    for slot in narratives.slots(project.catalogue):
        try:
            yield slot, narratives.read(_folder(project, year), slot)
        except FileBroken:
            yield slot, None


def _sources(project: Project, year: int) -> Sources:
    with project.open_warehouse() as warehouse:
        return narratives.gather(_counting(warehouse.narratives(), warehouse.submissions()), year)


def _counting(told: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    out = pl.col("verdict").is_in([str(Verdict.RETURNED), str(Verdict.WITHDRAWN)])
    return told.join(submissions.filter(~out), on="submission_id", how="semi", maintain_order="left")


def _folder(project: Project, year: int) -> Path:
    return project.folders.narratives / str(year)


def _head(project: Project, year: int, slot: Slot) -> str:
    """What stands above the text for its editor, in its language."""
    catalogue, language = project.catalogue, slot.language
    header = catalogue.header
    section = next(s for s in (header.sections if slot.objective else header.report_sections) if s.id == slot.section)
    names = {o.id: o.name[language] for o in catalogue.objectives}
    whole = catalogue.wording.text("narrative.whole", language)
    told = {"section": section.name[language], "help": section.help[language], "year": year}
    return catalogue.wording.text("narrative.head", language, objective=names.get(slot.objective, whole), **told)
