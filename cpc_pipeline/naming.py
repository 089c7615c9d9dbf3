"""The name of a printed number: what `cpc trace` takes, and what stands beside the number in tables.

INDICATOR/YEAR[/PLACE][/dimension=category …][/organisation=…][/calendar=…][/unit=…]: whatever is not said is what
stands for the indicator: the whole country, the group of its headline, the system of record, the compact's first
calendar, the indicator's unit. No character of it needs quoting in a shell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import NATION, TOTAL

RECORD = "record"
OTHERS = ("organisation", "calendar", "unit")


class BadReference(Exception):
    """What was typed names no number. `code` is the key of the sentence that says why, `params` what it needs."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Reference:
    """One number of one year. where: dimension -> category; the rest as in the module's first lines."""

    indicator: str
    year: int
    place: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    organisation: str | None = None
    calendar: str | None = None
    unit: str | None = None


def reference(row: Mapping[str, Any], catalogue: Catalogue) -> str:
    """The name of a measure, as short as it can be."""
    indicator = catalogue.indicators[row["indicator"]]
    usual = dict.fromkeys(catalogue.dimension_ids, TOTAL) | indicator.headline
    parts = [row["indicator"], str(row["year"])]
    if row["place"] != NATION:
        parts.append(row["place"])
    parts += [f"{d}={row[d]}" for d in catalogue.dimension_ids if row[d] != usual[d]]
    if row["series"] != RECORD:
        parts.append(f"organisation={row['organisation']}")
    if row["calendar"] != catalogue.default_calendar:
        parts.append(f"calendar={row['calendar']}")
    if row["unit"] != indicator.unit:
        parts.append(f"unit={row['unit']}")
    return "/".join(parts)


def parse(text: str) -> Reference:
    """Read a name; raises BadReference."""
    head, _, rest = text.strip().partition("/")
    year, _, rest = rest.partition("/")
    if not head or not year.isdecimal():
        raise BadReference("not_a_reference", found=text)
    place: str | None = None
    said: dict[str, str] = {}
    for part in (p for p in rest.split("/") if p):
        name, equals, value = part.partition("=")
        if not equals and place is None:
            place = part
        elif equals and name and value and name not in said:
            said[name] = value
        else:
            raise BadReference("not_a_reference", found=text)
    others = {name: said.pop(name, None) for name in OTHERS}
    return Reference(head, int(year), place, said, **others)


def chosen(measures: pl.DataFrame, wanted: Reference, catalogue: Catalogue) -> dict[str, Any]:
    """The measure that a reference names; raises BadReference where it names none.

    The indicator may be given by id, slug or name, the place and categories by code, label or alias.
    """
    indicator = catalogue.find_series(wanted.indicator, "indicator")
    if indicator is None:
        raise BadReference("no_such_indicator", found=wanted.indicator, near=_near(wanted.indicator, catalogue))
    known = catalogue.indicators[indicator]
    groups = dict.fromkeys(catalogue.dimension_ids, TOTAL) | known.headline | _groups(wanted, catalogue)
    place = catalogue.places.find(wanted.place) if wanted.place else NATION
    if place is None:
        raise BadReference("no_such_place", found=wanted.place)
    own = measures.filter(
        pl.col("indicator") == indicator,
        pl.col("year") == wanted.year,
        pl.col("calendar") == (wanted.calendar or catalogue.default_calendar),
        pl.col("place") == place,
        *(pl.col(d) == code for d, code in groups.items()),
    )
    by = pl.col("series") == RECORD if wanted.organisation is None else pl.col("organisation") == wanted.organisation
    found = own.filter(by)
    if wanted.unit is not None:
        found = found.filter(pl.col("unit") == wanted.unit)
    elif found.height > 1:
        found = found.filter(pl.col("unit") == known.unit)
    if found.height != 1:
        others = ", ".join(sorted({reference(row, catalogue) for row in own.iter_rows(named=True)})) or "–"
        raise BadReference("no_such_number", indicator=indicator, year=wanted.year, others=others)
    return found.row(0, named=True)


def _groups(wanted: Reference, catalogue: Catalogue) -> dict[str, str]:
    groups = {}
    for dimension, category in wanted.where.items():
        if dimension not in catalogue.dimension_ids:
            raise BadReference("no_such_dimension", found=dimension, known=", ".join(catalogue.dimension_ids))
        code = catalogue.codelist_of(dimension).find(category)
        if code is None:
            known = ", ".join(catalogue.codelist_of(dimension).codes)
            raise BadReference("no_such_category", found=category, dimension=dimension, known=known)
        groups[dimension] = code
    return groups


def _near(text: str, catalogue: Catalogue) -> str:
    from rapidfuzz import process

    found = process.extract(text.upper(), list(catalogue.indicators), limit=3, score_cutoff=50)
    return ", ".join(name for name, _, _ in found) or "–"


def named(text: str, codes: str, catalogue: Catalogue, language: str) -> str:
    """Codes as names of the language with the code to type beside them: people know the name, not the code."""
    if codes == "headings":
        headings = catalogue.headings
        return ", ".join(headings[t].labels[language] if t in headings else t for t in text.split(", "))
    if codes == "layouts":
        layouts = catalogue.layouts
        return ", ".join(layouts[t].name[language] if t in layouts else t for t in text.split(", "))
    if codes == "indicators":
        named = catalogue.indicators
        return "; ".join(f"{t} {named[t].name[language]}" if t in named else t for t in text.split(", "))
    if codes == "units":
        return catalogue.units[text].labels[language] if text in catalogue.units else text
    known = catalogue.places if codes == catalogue.places.id else catalogue.codelists.get(codes)
    if known is None:
        return text
    parts = [part.strip() for part in text.split(",")]
    return ", ".join(f"{known.label(p, language)} ({p})" if p in known.codes else p for p in parts)


def column(name: str, what: str, language: str, catalogue: Catalogue) -> str:
    """The title or the meaning (`what`) of a column; a dimension of the compact brings its own name."""
    dimension = next((d for d in catalogue.dimensions if d.id == name), None)
    if dimension is not None:
        return catalogue.wording.text(f"export.{what}.dimension", language, name=dimension.name[language])
    stem, _, ending = name.rpartition("_")
    if stem and ending in catalogue.languages:
        return catalogue.wording.text(f"export.{what}.{stem}", language) + f" ({ending})"
    return catalogue.wording.text(f"export.{what}.{name}", language)
