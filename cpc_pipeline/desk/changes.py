"""Which printed numbers an edition changes against the one before it of the same year and kind, in words.

Only printed tables are compared: what was hidden in one of them is told as hidden. The tables that were issued are kept
beside the register, so that the answer does not depend on what lies in the published folders.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import TOTAL
from cpc_pipeline.publication.figures import words

KEPT = "issued"
LOG = "CHANGELOG.md"
_COLUMNS = ("actual", "lower", "upper", "target", "baseline")


@dataclass(frozen=True)
class Change:
    """One printed number that is not what it was. old, new: as printed; None: nothing was printed there.

    gone, added: the row itself is in one of the two editions only.
    """

    row: dict[str, str | None]
    column: str
    old: str | None
    new: str | None
    gone: bool = False
    added: bool = False


def changes(before: pl.DataFrame, now: pl.DataFrame) -> list[Change]:
    """Every number of two printed performance tables that differs, in the order of the new one, then what is gone."""
    old = {row["trace"]: row for row in before.iter_rows(named=True)}
    new = {row["trace"]: row for row in now.iter_rows(named=True)}
    found = [c for name, row in new.items() for c in _row(old.get(name), row)]
    gone = [row for name, row in old.items() if name not in new]
    return found + [Change(row, c, row[c], None, gone=True) for row in gone for c in _COLUMNS if row.get(c)]


def _row(old: dict[str, str | None] | None, new: dict[str, str | None]) -> Iterator[Change]:
    for column in _COLUMNS:
        before = old.get(column) if old else None
        if before != new.get(column):
            yield Change(new, column, before, new.get(column), added=old is None)


def in_words(found: Sequence[Change], language: str, catalogue: Catalogue) -> list[str]:
    """One sentence per change."""
    return [_sentence(change, language, catalogue) for change in found]


def report(
    before: pl.DataFrame | None, found: Sequence[Change], year: int, edition: str, language: str, catalogue: Catalogue
) -> str:
    """The text that travels with the edition."""
    say = catalogue.wording.text
    told = {"year": year, "edition": say(f"publication.about_name.{edition}", language)}
    head = say("changes.head", language, **told)
    head = head[:1].upper() + head[1:]
    if before is None:
        return f"{head}\n\n{say('changes.first', language)}\n"
    if not found:
        return f"{head}\n\n{say('changes.none', language)}\n"
    lines = "".join(f"- {line}\n" for line in in_words(found, language, catalogue))
    return f"{head}\n\n{say('changes.some', language)}\n\n{lines}"


def _sentence(change: Change, language: str, catalogue: Catalogue) -> str:
    row, say = change.row, catalogue.wording.text
    indicator = catalogue.indicators[str(row["indicator"])]
    groups = [
        catalogue.codelists[d.codelist].codes[str(row[d.id])].labels[language]
        for d in catalogue.dimensions
        if row[d.id] not in (TOTAL, indicator.headline.get(d.id, TOTAL))
    ]
    place = catalogue.places.codes[str(row["place"])].labels[language]
    whose = words.owner(str(row["organisation"]), indicator.id, catalogue, language)
    series = [] if row["series"] == "record" else [whose]
    what = ", ".join([place, *groups, *series, say(f"changes.column.{change.column}", language)])
    key = "added" if change.added else "gone" if change.gone else "changed"
    nothing = say("changes.nothing", language)
    told = {
        "old": _number(change.old, language, catalogue) or nothing,
        "new": _number(change.new, language, catalogue) or nothing,
    }
    name = f"{indicator.id} {indicator.name[language]} ({row['year']})"
    return say(f"changes.{key}", language, what=f"{name}, {what}", **told)


def _number(text: str | None, language: str, catalogue: Catalogue) -> str:
    """As the language writes it."""
    if not text:
        return ""
    whole, _, rest = text.partition(".")
    thousands, point = catalogue.header.number_format[language]
    return f"{int(whole):,}".replace(",", thousands) + (f"{point}{rest}" if rest else "")


# --- what was issued, and the log ------------------------------------------------------------------------------------


def last(folder: Path, year: int, edition: str, content: str) -> pl.DataFrame | None:
    """The table of the edition before the one of this content; None for the first of its year and kind."""
    kept = _kept(folder, year, edition)
    names = [path.name.split(".")[3] for path in kept]
    before = kept[: names.index(content[:16])] if content[:16] in names else kept
    return pl.read_csv(before[-1], infer_schema=False) if before else None


def keep(folder: Path, year: int, edition: str, content: str, table: Path) -> bool:
    """Keep the table of an edition that leaves, for the owner only; False where it is kept already."""
    kept = _kept(folder, year, edition)
    if any(path.name.split(".")[3] == content[:16] for path in kept):
        return False
    place = folder / KEPT
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = place / f"{year}.{edition}.{len(kept) + 1:04d}.{content[:16]}.csv"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(table.read_bytes())
    return True


def _kept(folder: Path, year: int, edition: str) -> list[Path]:
    return sorted((folder / KEPT).glob(f"{year}.{edition}.*.csv"))


def log(path: Path, found: Sequence[Change], year: int, edition: str, on: date, catalogue: Catalogue) -> None:
    """Add to the changelog of the data what an edition changed: the newest last, each language complete."""
    say, languages = catalogue.wording.text, catalogue.languages
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# " + " / ".join(say("changes.log", x) for x in languages) + "\n", encoding="utf-8")
    names = " / ".join(dict.fromkeys(say(f"publication.about_name.{edition}", x) for x in languages))
    entry = f"\n## {on.isoformat()}: {year}, {names}\n"
    for language in languages:
        lines = in_words(found, language, catalogue) or [say("changes.none", language)]
        entry += f"\n### {say('changes.title', language)}\n\n" + "".join(f"- {line}\n" for line in lines)
    with path.open("a", encoding="utf-8") as file:
        file.write(entry)
    path.chmod(0o600)
