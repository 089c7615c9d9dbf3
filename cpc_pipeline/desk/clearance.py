"""Everything that speaks against an edition: no certificate, something in a file that must not be there, open points.

Each reason is a wording key with its params, never the value of a cell. What does not belong here: making the edition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from cpc_pipeline import agreements, artefacts
from cpc_pipeline.artefacts import parity
from cpc_pipeline.artefacts.parity import Difference
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.desk import linting, open_points
from cpc_pipeline.disclosure.auditing import Audit
from cpc_pipeline.disclosure.policy import INTERNAL, Policy
from cpc_pipeline.export.tables import key_columns
from cpc_pipeline.ledger import Standing
from cpc_pipeline.narratives import Doubt
from cpc_pipeline.project import Project
from cpc_pipeline.publication import performance_table
from cpc_pipeline.publication.numbers import rounded
from cpc_pipeline.publication.report import documents, labels_of, numbers_of
from cpc_pipeline.publication.tables import printable

Reason = tuple[str, dict[str, object]]
OTHER_TABLES = ("progress.csv", "quality.csv", "quality")
"""Files of the internal edition alone whose rows name an indicator and are not rows of the performance table."""
FURTHER_PAGES = 4  # of a pack, beside one per objective; lines to be filled in are numbered too
_BEFORE = 10


def not_final(project: Project, year: int) -> Iterator[Reason]:
    """Why an edition of a year cannot be called final: its open points, and the signatures that it lacks."""
    named = ("indicator", "organisation", "objective", "section", "language")
    for point in open_points.now(project, year).iter_rows(named=True):
        yield f"open_{point['code']}", {name: point[name] for name in named if point[name] is not None}
    standing = agreements.agreed(project, year).table.standing
    if standing != Standing.AGREED:
        yield "unsigned", {"year": year, "standing": str(standing)}


def doubtful_numbers(
    release: Release, inside: pl.DataFrame, catalogue: Catalogue, year: int, policy: Policy | None
) -> list[Doubt]:
    """Numbers in the texts of an edition that are wrong, differ between languages, or disclose."""
    if release.narrative is None or release.narrative.is_empty():
        return []
    rows = linting.printed_rows(release, catalogue)
    return linting.doubts(release.narrative, rows, inside, catalogue, year, policy)


def said(doubt: Doubt) -> Reason:
    """A doubt as a reason: where it is, and what is right."""
    names = ("objective", "section", "language", "paragraph", "sentence", "indicator", "found", "right")
    return f"number_{doubt.what}", {n: v for n in names if (v := getattr(doubt, n)) is not None}


def differing(project: Project, folder: Path) -> list[Difference]:
    """Where the formats and languages of an edition's report, and its data, do not say the same."""
    catalogue = project.catalogue
    return parity.differences(folder, catalogue.header.number_format, own_numbers(catalogue))


def told(difference: Difference) -> Reason:
    """A difference as a reason: both files, where, and what each of them has."""
    return f"differs_{difference.what}", {n: v for n, v in vars(difference).items() if n != "what"}


def own_numbers(catalogue: Catalogue) -> dict[str, frozenset[float]]:
    """Numbers that the fixed words of one language have and those of another have not: of a law, in a name."""
    found: dict[str, set[float]] = {x: set() for x in catalogue.languages}
    read = {x: parity.Numbers(*catalogue.header.number_format[x]) for x in catalogue.languages}
    for said in _translated(catalogue):
        numbers = {x: Counter(read[x].of(said.get(x, ""))) for x in catalogue.languages}
        for language, own in numbers.items():
            found[language] |= {n for other in numbers.values() for n in own - other}
    return {language: frozenset(numbers) for language, numbers in found.items()}


def _translated(catalogue: Catalogue) -> Iterator[Mapping[str, str]]:
    """Every text that the compact has in each language."""
    keys = set(catalogue.languages)
    waiting: list[object] = [catalogue.model_dump(include={"header", "indicators", "organisations", "objectives"})]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict) and keys <= set(value) and all(isinstance(value[x], str) for x in keys):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
    for codes in (catalogue.places, *catalogue.codelists.values()):
        yield from (code.labels for code in codes.codes.values())
    texts = catalogue.wording.texts
    yield from ({x: texts[x][key] for x in texts} for key in texts[catalogue.languages[0]])


def audit_says(found: Audit) -> Iterator[Reason]:
    """Why there is no certificate. Which cells it is about is for the raw side, and not in the message."""
    if found.passed:
        return
    for what in ("exact", "narrow", "unproved"):
        if getattr(found, what):
            yield f"audit_{what}", {"count": len(getattr(found, what))}
    if found.contradiction:
        yield "audit_contradiction", {"count": 1}
    if not (found.exact or found.narrow or found.unproved or found.contradiction):
        yield "audit_unconfirmed", {"count": 1}


def leaks(
    release: Release,
    catalogue: Catalogue,
    year: int,
    folder: Path,
    paths: Sequence[Path],
    before: pl.DataFrame | None = None,
    points: pl.DataFrame | None = None,
) -> Iterator[Reason]:
    """Numbers and parts in the rendered files that must not be there.

    before: the table of the edition before this one, as it was printed: what changed is told with both numbers. points:
    what is open, which the pack of the internal edition counts.
    """
    names = [path.relative_to(folder).as_posix() for path in paths]
    rows = linting.printed_rows(release, catalogue)
    allowed = allowed_numbers(catalogue, release, rows) | ahead(catalogue, year)
    allowed |= _numbers(() if before is None else _cells(before))
    if release.edition == INTERNAL:
        allowed |= _inside(paths, points)
    own = {**counted(catalogue, names), **dict(_own_numbers(release, catalogue, year, folder, names))}
    for leak in artefacts.audit_files(folder, names, allowed, rows, _shown(release, catalogue, year), own):
        if leak.what != "row" or Path(leak.file).name.split("_")[0] not in OTHER_TABLES:
            yield f"leak_{leak.what}", {"file": leak.file, "where": leak.where}


def _inside(paths: Sequence[Path], points: pl.DataFrame | None) -> frozenset[float]:
    """What the internal edition may hold: whatever its tables of data hold, also rounded, and counts of open points."""
    tables = [pl.read_csv(path, infer_schema=False) for path in paths if path.suffix == ".csv"]
    held = _numbers(cell for table in tables for cell in _cells(table))
    shorter = {rounded(number, digits) for number in held for digits in (0, 1)}
    open_ = [] if points is None else points.group_by("code").len()["len"].to_list()
    return held | frozenset(n for n in (*shorter, *map(float, open_)) if n is not None)


def ahead(catalogue: Catalogue, year: int) -> frozenset[float]:
    """Numbers of the compact that stand in the pack and the open data: its years, the next one, and its targets."""
    following = catalogue.targets.filter(pl.col("year") == year + 1)
    return _numbers([*map(str, (*catalogue.years, year + 1)), *_cells(following)])


def counted(catalogue: Catalogue, names: Iterable[str]) -> dict[str, frozenset[float]]:
    """File of the pack or of the open data -> numbers that count its own pages and parts, and no child.

    Pages of the pack; places of the components in the structure of SDMX, which holds no number of the edition.
    """
    pages = range(1, len(catalogue.objectives) + FURTHER_PAGES + 1)
    places = range(1, len(key_columns(catalogue)) + 1)
    return {n: _whole(pages) for n in names if n.endswith(".pdf")} | {
        n: _whole(places) for n in names if n.endswith("structure.xml")
    }


def _whole(numbers: Iterable[int]) -> frozenset[float]:
    return frozenset(map(float, numbers))


def _own_numbers(
    release: Release, catalogue: Catalogue, year: int, folder: Path, names: Sequence[str]
) -> Iterator[tuple[str, frozenset[float]]]:
    """File of the report -> numbers that it may have besides the table's: of its parts, its pages, things counted."""
    for language, document in documents(release, catalogue, year, folder / "figures").items():
        said = [*labels_of(document), *(n.text for n in numbers_of(document) if not n.column)]
        numbers = _numbers(said)
        for name in (n for n in names if n.startswith("report/") and f"_{language}." in n):
            pages = artefacts.pages_of(folder / name) if name.endswith(".pdf") else 0
            yield name, numbers | {float(page) for page in range(1, pages + 1)}


def allowed_numbers(catalogue: Catalogue, release: Release, rows: pl.DataFrame) -> frozenset[float]:
    """Numbers that may stand in a text of the edition: of its masked rows, of the compact's words and codes, of dates,
    and of the texts that a person answers for, which the lint has read before.

    rows: the printed table as text.
    """
    years = range(catalogue.years[0] - _BEFORE, catalogue.years[-1] + 2)  # the axis of a figure begins earlier
    return _numbers([*_words(catalogue), *_values(release, rows), " ".join(map(str, years))])


def _numbers(texts: Iterable[str]) -> frozenset[float]:
    return frozenset(n for text in texts for readings in artefacts.numbers_in(text) for n in readings)


def _cells(table: pl.DataFrame) -> Iterator[str]:
    for column in table.columns:
        yield from table[column].cast(pl.String).drop_nulls()


def _words(catalogue: Catalogue) -> Iterator[str]:
    """Everything that the compact says of itself, without any submission."""
    yield catalogue.model_dump_json(include={"header", "indicators", "organisations", "objectives", "decisions"})
    for texts in catalogue.wording.texts.values():
        yield from texts.values()
    for codes in (catalogue.places, *catalogue.codelists.values()):
        for code in codes.codes.values():
            yield " ".join([code.code, *code.labels.values()])


def _values(release: Release, rows: pl.DataFrame) -> Iterator[str]:
    """Cell by cell, as an edition may print them."""
    sources = release.observations.select("reporting_year", "source_title", "source_url")
    further = [frame for frame in (release.contributed, release.narrative) if frame is not None]
    for frame in (rows, release.measures, release.context, sources, *further):
        yield from _cells(frame)


def _shown(release: Release, catalogue: Catalogue, year: int) -> dict[str, artefacts.Shown]:
    """What the sheets per objective of each language's workbook show, and in which order."""
    table = printable(performance_table(release, catalogue, year), catalogue)
    order = [row for o in catalogue.objectives for row in table.filter(objective=o.id).iter_rows(named=True)]
    shown = {"baseline": ("baseline", "baseline_year"), "target": ("target",), "actual": ("actual", "lower", "upper")}
    found = {}
    for x in catalogue.languages:
        heads = {catalogue.wording.text(f"publication.col.{n}", x, year=year): c for n, c in shown.items()}
        found[f"tables/performance_{x}.xlsx"] = artefacts.Shown(heads, order)
    return found
