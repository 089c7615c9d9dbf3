"""Every report of an edition, in all its formats and languages, against each other and the data of the edition."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from cpc_pipeline.artefacts.parity.comparing import Difference, compare, compare_languages, compare_with_data
from cpc_pipeline.artefacts.parity.page import read_page
from cpc_pipeline.artefacts.parity.pdf import Untagged, read_pdf
from cpc_pipeline.artefacts.parity.reading import Numbers, Reading, flat
from cpc_pipeline.artefacts.parity.word import read_word

TABLE = "tables/performance.csv"
NARRATIVE = "tables/narrative.csv"
REPORT = "report/report_{language}.{kind}"
READERS = {"html": read_page, "docx": read_word, "pdf": read_pdf}


def differences(
    folder: Path, marks: Mapping[str, tuple[str, str]], own: Mapping[str, Collection[float]]
) -> list[Difference]:
    """Every difference between the reports of an edition; none where it has no report.

    marks: language -> what parts thousands and decimals. own: numbers in the fixed words of one language alone. A
    language or format that the others have and it has not is a difference.
    """
    pages: dict[str, Reading] = {}
    found: list[Difference] = []
    there = sorted((folder / "report").glob("report_*.*")) if (folder / "report").is_dir() else []
    if not there:
        return []
    data = {row["trace"] or "": row for row in _rows(folder / TABLE)}
    for language, (thousands, point) in marks.items():
        numbers = Numbers(thousands, point)
        read = _readings(folder, language, found)
        if "html" in read:
            pages[language] = read["html"]
            name = REPORT.format(language=language, kind="html")
            found += compare_with_data(read["html"], numbers, data, (name, TABLE))
            for kind in ("docx", "pdf"):
                if kind in read:
                    names = (REPORT.format(language=language, kind=kind), name)
                    found += compare(read[kind], read["html"], numbers, names)
    return [*found, *_between(folder, pages, marks, own)]


def _readings(folder: Path, language: str, found: list[Difference]) -> dict[str, Reading]:
    """What each format of a language says; what is not there or cannot be read is a difference."""
    read = {}
    for kind, reader in READERS.items():
        name = REPORT.format(language=language, kind=kind)
        if not (folder / name).is_file():
            found.append(Difference(name, "", "", "", "file"))
            continue
        try:
            read[kind] = reader((folder / name).read_bytes())
        except Untagged:
            found.append(Difference(name, "", "", "", "tags"))
    return read


def _between(
    folder: Path,
    pages: Mapping[str, Reading],
    marks: Mapping[str, tuple[str, str]],
    own: Mapping[str, Collection[float]],
) -> list[Difference]:
    """Each language against the first."""
    if not pages:
        return []
    told: dict[str, list[str]] = {language: [] for language in marks}
    for row in _rows(folder / NARRATIVE):
        told.setdefault(row["language"] or "", []).append(flat(re.sub(r"(?m)^[-–•*] ", "", row["text"] or "")))
    first, *others = pages
    found: list[Difference] = []
    for language in others:
        names = tuple(REPORT.format(language=x, kind="html") for x in (language, first))
        read = (Numbers(*marks[language]), Numbers(*marks[first]))
        fixed = (own.get(language, ()), own.get(first, ()))
        people = (told[language], told[first])
        found += compare_languages(pages[language], pages[first], read, (names[0], names[1]), fixed, people)
    return found


def _rows(path: Path) -> list[dict[str, str | None]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]
