"""`cpc quality` and `cpc dqa`: how good the data are, what would help, and the assessment sheets."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    import polars as pl

    from cpc_pipeline.catalogue import Wording
    from cpc_pipeline.project import Project


def register(command: Command) -> None:
    """Add the commands."""
    made = command("quality", quality, "how good the data are, by five standards / calidad de los datos")
    made.add_argument("year", type=int, nargs="?", metavar="YEAR")
    sheets = command("dqa", dqa, "data quality assessment sheets, one per indicator / hojas de evaluación de calidad")
    sheets.add_argument("year", type=int, metavar="YEAR")
    sheets.add_argument("-o", "--output", type=Path, metavar="DIR", required=True)
    sheets.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", required=True, help="day of it / fecha")
    sheets.add_argument("--indicator", action="append", metavar="ID", help="only this one / solo este")


def quality(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import questions

    scores, trends = questions.data_quality(project)
    if arguments.year is not None:
        import polars as pl

        scores = scores.filter(pl.col("year") == arguments.year)
        trends = trends.filter(pl.col("year") <= arguments.year)
    if arguments.json:
        print(json.dumps({"scores": scores.to_dicts(), "trend": trends.to_dicts()}, ensure_ascii=False))
        return FINE
    if scores.is_empty():
        say("quality.nothing")
        return FINE
    limit = project.catalogue.header.quality.weak
    if arguments.year is not None:
        say("quality.title", year=arguments.year, limit=limit)
        _scores(scores, project, say.language, limit)
    _trends(trends, project, say, limit)
    return FINE


def _scores(scores: pl.DataFrame, project: Project, language: str, limit: float) -> None:
    width = max(len(s) for s in scores["submission_id"])
    names = list(dict.fromkeys(scores["standard"]))
    labels = [project.catalogue.wording.text(f"dqa.standard.{n}", language) for n in names]
    print(" " * (width + 13) + "  ".join(f"{label:>13}" for label in labels))
    for (submission, indicator), own in scores.group_by("submission_id", "indicator", maintain_order=True):
        by = dict(own.select("standard", "score").iter_rows())
        told = "  ".join(f"{_short(by[n], limit):>13}" for n in names)
        print(f"{submission!s:<{width}}  {indicator!s:<9}  {told}")


def _short(score: float | None, limit: float) -> str:
    return "–" if score is None else f"{score:.2f}{'*' if score < limit else ' '}"


def _trends(trends: pl.DataFrame, project: Project, say: Speaker, limit: float) -> None:
    print()
    say("quality.trend")
    words = project.catalogue.wording
    for (organisation,), own in trends.group_by("organisation", maintain_order=True):
        print(f"\n{project.catalogue.organisations[str(organisation)].name[say.language]}")
        for (year,), rows in own.group_by("year", maintain_order=True):
            told = []
            for row in rows.iter_rows(named=True):
                name = words.text(f"dqa.standard.{row['standard']}", say.language)
                told.append(f"{name} {_short(row['score'], limit).strip()}{_way(row)}")
            print(f"  {year}  " + "  ".join(told))
        _help(own, say, words)


def _way(row: dict[str, float | None]) -> str:
    """Better or worse than the year before; nothing where there is nothing to compare."""
    now, before = row["score"], row["before"]
    if now is None or before is None:
        return ""
    return "↑" if now > before + 0.005 else "↓" if now < before - 0.005 else "="


def _help(own: pl.DataFrame, say: Speaker, words: Wording) -> None:
    import polars as pl

    year = own["year"].max()
    last = own.filter((pl.col("year") == year) & pl.col("help").is_not_null())
    if last.is_empty():
        return
    print("  " + say.text("quality.help", year=year))
    for row in last.sort("score").iter_rows(named=True):
        text = words.text(f"dqa.help.{row['help']}", say.language)
        standard = words.text(f"dqa.standard.{row['standard']}", say.language)
        print(f"    {standard}: {text} ({', '.join(row['indicators'])})")


def dqa(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import questions

    for name in arguments.indicator or ():
        if name not in project.catalogue.indicators:
            say("dqa.no_indicator", indicator=name)
            return UNUSABLE
    sheets = questions.dqa_sheets(project, arguments.year, arguments.on, arguments.indicator)
    arguments.output.mkdir(parents=True, exist_ok=True)
    kept = []
    for name, content in sheets.items():
        path = arguments.output / name
        # Somebody may have written in it.
        if path.exists() and path.read_bytes() != content:
            kept.append(name)
            continue
        path.write_bytes(content)
    if arguments.json:
        print(json.dumps({"written": sorted(sheets.keys() - set(kept)), "kept": kept}))
        return FINDINGS if kept else FINE
    say("dqa.written", count=len(sheets) - len(kept), path=arguments.output)
    if kept:
        say("dqa.exists", count=len(kept))
        return FINDINGS
    return FINE
