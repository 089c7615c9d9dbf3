"""Frames that say what other frames mean: columns, indicators, findings in words."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.exploring.flags import FLAGS
from cpc_pipeline.exploring.speaking import Speaker, near
from cpc_pipeline.export import words


def calendar(given: str | None, speaker: Speaker) -> str:
    """Id of a calendar; the first of the compact where none is named."""
    known = speaker.catalogue.calendars
    chosen = given or speaker.catalogue.default_calendar
    if chosen not in known:
        raise speaker.cannot("no_such_calendar", found=chosen, near=", ".join(near(chosen, known)))
    return chosen


def indicators(speaker: Speaker) -> pl.DataFrame:
    """A row per indicator of the catalogue, in its order."""
    catalogue, language = speaker.catalogue, speaker.language
    objectives = {o.id: o.name[language] for o in catalogue.objectives}
    rows = [
        {
            "indicator": i.id,
            "name": i.name[language],
            "objective": i.objective,
            "objective_name": objectives[i.objective],
            "definition": i.definition[language],
            "unit": i.unit,
            "unit_name": catalogue.units[i.unit].labels[language],
            "direction": i.direction,
            "headline": ", ".join(catalogue.codelist_of(d).label(c, language) for d, c in i.headline.items()),
            "valid_from": i.valid_from,
            "valid_to": i.valid_to,
        }
        for i in catalogue.indicators.values()
    ]
    return pl.DataFrame(rows, schema_overrides={"valid_from": pl.Date, "valid_to": pl.Date})


def codebook(columns: Iterable[str], speaker: Speaker) -> pl.DataFrame:
    """A row per column: its name in the frame, its title, what it holds."""
    rows = [(name, *_told(name, speaker)) for name in columns]
    return pl.DataFrame(rows, schema=["column", "title", "meaning"], orient="row")


def _told(name: str, speaker: Speaker) -> tuple[str, str]:
    if name in FLAGS:
        return speaker.say(f"flag.{name}.title"), speaker.say(f"flag.{name}.meaning")
    code = name.removesuffix("_name")
    title = words.column(code, "column", speaker.language, speaker.catalogue)
    if code != name:
        return title, speaker.say("name_of", title=title)
    return title, words.column(name, "meaning", speaker.language, speaker.catalogue)


def findings(found: pl.DataFrame, speaker: Speaker) -> pl.DataFrame:
    """Findings by address with their title and gravity in words; nothing of what was typed."""
    if found.is_empty():
        return found
    text, language = speaker.catalogue.wording.text, speaker.language
    return found.with_columns(
        found["severity"].map_elements(lambda s: text(f"cli.severity.{s}", language), pl.String).alias("severity_name"),
        found["code"].map_elements(lambda c: text(f"findings.{c}.title", language), pl.String).alias("title"),
        _organisations(found["organisation"], speaker.catalogue, language),
    )


def labelled(rows: pl.DataFrame, speaker: Speaker) -> pl.DataFrame:
    """With a column `<code>_name` behind each column of codes of the compact."""
    catalogue, language = speaker.catalogue, speaker.language
    series = {i.id: i.name[language] for i in catalogue.indicators.values()}
    series |= {c.id: c.name[language] for c in catalogue.context_series.values()}
    names: dict[str, dict[str, str]] = {
        "indicator": series,
        "objective": {o.id: o.name[language] for o in catalogue.objectives},
        "organisation": {k: v.name[language] for k, v in catalogue.organisations.items()},
        "place": {k: c.labels[language] for k, c in catalogue.places.codes.items()},
        "unit": {k: u.labels[language] for k, u in catalogue.units.items()},
        "status": {str(s): catalogue.wording.text(f"status.{s}", language) for s in Status},
    }
    if "indicator" not in rows.columns:  # of observations: which indicator, or which series of context
        names["series"] = series
    names |= {
        d: {k: c.labels[language] for k, c in catalogue.codelist_of(d).codes.items()} for d in catalogue.dimension_ids
    }
    made: list[pl.Expr] = []
    for column in rows.columns:
        made.append(pl.col(column))
        if column in names:
            said = pl.col(column).replace_strict(names[column], default=pl.col(column), return_dtype=pl.String)
            made.append(said.alias(f"{column}_name"))
    return rows.select(made)


def _organisations(codes: pl.Series, catalogue: Catalogue, language: str) -> pl.Series:
    known = catalogue.organisations
    names = [known[c].name[language] if c in known else c for c in codes]
    return pl.Series("organisation_name", names, dtype=pl.String)
