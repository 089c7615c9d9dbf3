"""What each command does: get what is asked for from the pipeline, print it, choose the exit code."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.printing import (
    in_order,
    print_faults,
    print_findings,
    print_matrix,
    print_receipts,
    print_unplaced,
    print_where,
)
from cpc_pipeline.cli.quarantine import print_held
from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker

if TYPE_CHECKING:
    from cpc_pipeline.project import Project


def refresh(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    if arguments.as_of:
        from cpc_pipeline.cli.receiving import as_known

        return as_known(project, say, arguments)
    from cpc_pipeline.pipeline import todo

    started = time.monotonic()
    plan = todo(project, arguments.year)
    if plan.nothing:
        say("nothing_to_do", submissions=_loaded(project), years=len(project.catalogue.years))
        print_where(project, say)
        print_unplaced(project, say)
        print_held(project, say)
        return FINE
    say("to_do", submissions=len(plan.submissions), years=len(plan.years))
    import warnings

    # Dagster warns that parts of it are still in beta; that is for us, and the lock file holds its version.
    warnings.filterwarnings("ignore", message=".*currently in (beta|preview).*")
    warnings.filterwarnings("ignore", module="dagster")
    from cpc_pipeline.orchestration.refresh import AlreadyRunning, refresh

    try:
        done = refresh(project, years=arguments.year, progress=lambda step, **about: say(f"step.{step}", **about))
    except AlreadyRunning:
        say("busy")
        return UNUSABLE
    say("done_in", seconds=round(time.monotonic() - started))
    print_receipts(project, done.receipts, say)
    print_where(project, say)
    print_unplaced(project, say)
    print_held(project, say)
    told = {"returned": done.returned, "quality_asked": done.asked, "quality_wrong": done.wrong}
    for key, count in told.items():
        if count:
            say(key, count=count)
    if done.broken:
        say("quality_broken")
    return FINDINGS if done.returned or done.wrong or done.broken else FINE


def check(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.contracts import Severity
    from cpc_pipeline.desk import checking, questions

    folder: Path | None = arguments.feedback
    if folder is not None and folder.exists() and not folder.is_dir():
        say("not_a_folder", path=folder)
        return UNUSABLE
    code = FINE
    written: list[Path] = []
    for path in arguments.files:
        if not path.is_file():
            say("no_such_file", file=path)
            code = UNUSABLE
            continue
        whose = {"organisation": arguments.organisation, "year": arguments.year}
        found, verdict, observations = checking.check_file(project, path, **whose)
        words = in_order(questions.in_words(found, project, say.language), project)
        if folder is not None:
            from cpc_pipeline.feedback import write_feedback

            annotated = checking.annotate(project, path, found, say.language)
            written.append(write_feedback(folder, path.name, annotated, taken=written))
        if arguments.json:
            findings = [_with_link(row, say.language) for row in words.iter_rows(named=True)]
            said = {"file": str(path), "verdict": verdict, "findings": findings}
            print(json.dumps(said | ({"feedback": str(written[-1])} if folder else {}), ensure_ascii=False))
        else:
            print_findings(path, words, verdict, observations, say)
            if folder is not None:
                print()
                say("feedback_clean" if words.is_empty() else "feedback_written", path=written[-1])
            elif not words.is_empty():
                print()
                say("feedback_how")
        if arguments.explain:
            code = max(code, _explain(project, say, arguments, path))
        if questions.worst(found) == Severity.RETURN:
            code = max(code, FINDINGS)
    return code


def _with_link(row: dict[str, object], language: str) -> dict[str, object]:
    """A finding with the place in the codebook (`cpc catalogue docs`) where its indicator is defined."""
    return row | {"codebook": f"codebook_{language}.html#indicator-{row['indicator']}" if row["indicator"] else ""}


def _explain(project: Project, say: Speaker, arguments: argparse.Namespace, path: Path) -> int:
    """Write the page that shows how a file was read; never over a file that is no such page."""
    from cpc_pipeline.desk import checking

    target = arguments.output or path.with_name(f"{path.name}.html")
    if len(arguments.files) > 1 and arguments.output is not None:
        target = arguments.output.with_name(f"{path.name}.html")
    if target.exists() and (not target.is_file() or not target.read_bytes().startswith(b"<!DOCTYPE html><html lang=")):
        say("explain_where", path=target)
        return UNUSABLE
    page = checking.explain(project, path, organisation=arguments.organisation, year=arguments.year)
    target.write_text(page, encoding="utf-8")
    if not arguments.json:
        say("explain_written", path=target)
    return FINE


def template(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.catalogue import CatalogueFaults
    from cpc_pipeline.desk import questions

    years = project.catalogue.years
    if arguments.year not in years:
        say("template.unknown_year", year=arguments.year, first=years[0], last=years[-1])
        return UNUSABLE
    reporting = questions.reporting(project, arguments.year)
    known = ", ".join(reporting)
    if arguments.organisation is None and not arguments.all:
        say("template.say_which", known=known)
        return UNUSABLE
    if not arguments.all and arguments.organisation not in reporting:
        _no_template(project, arguments.organisation, arguments.year, known, say)
        return UNUSABLE
    if arguments.older is not None and not arguments.older.is_file():
        say("no_such_file", file=arguments.older)
        return UNUSABLE
    folder = arguments.output or project.folders.root / "data" / "templates" / project.catalogue.id
    code = FINE
    for organisation in reporting if arguments.all else [arguments.organisation]:
        language = arguments.lang or project.catalogue.organisations[organisation].language or say.language
        if language not in project.catalogue.languages:
            language = say.language
        path = folder / f"{organisation}_{arguments.year}.xlsx"
        if arguments.older is not None:
            return migrate(project, say, arguments, path, language)
        try:
            content = questions.template(project, organisation, arguments.year, language)
        except CatalogueFaults as faults:
            say("template.not_declared")
            return print_faults(faults, arguments)
        code = max(code, _keep(path, content, say))
    return code


def migrate(project: Project, say: Speaker, arguments: argparse.Namespace, path: Path, language: str) -> int:
    """The template of today with what was typed into an older one, and a line for each cell that has no place in it."""
    from cpc_pipeline.desk import questions
    from cpc_pipeline.intake import Refused

    try:
        content, lost = questions.template_from(
            project, arguments.organisation, arguments.year, language, arguments.older
        )
    except Refused:
        say("template.not_this", file=arguments.older, organisation=arguments.organisation, year=arguments.year)
        return UNUSABLE
    if path.exists() and path.resolve() == arguments.older.resolve():
        path = path.with_name(f"{path.stem}_new.xlsx")
    code = _keep(path, content, say)
    if arguments.json:
        print(json.dumps([{"sheet": s, "cell": c, "reason": r} for s, c, r in lost], ensure_ascii=False))
        return code
    say("template.all_carried" if not lost else "template.not_carried", count=len(lost))
    for sheet, cell, reason in lost:
        print(f"  {sheet}!{cell}  {reason}")
    return code


def _no_template(project: Project, organisation: str, year: int, known: str, say: Speaker) -> None:
    """Say why there is no template: nobody of that name, or somebody who reports nothing in that year."""
    import difflib

    organisations = project.catalogue.organisations
    if organisation in organisations:
        say("template.no_indicators", organisation=organisations[organisation].name[say.language], year=year)
        return
    names = {n.casefold(): o.id for o in organisations.values() for n in (o.id, *o.short.values(), *o.name.values())}
    near = dict.fromkeys(names[n] for n in difflib.get_close_matches(organisation.casefold(), names, cutoff=0.5))
    hint = say.text("template.did_you_mean", near=", ".join(near)) if near else ""
    hint += say.text("template.known_organisations", known=known)
    say("template.unknown_organisation", organisation=organisation, hint=hint)


def _keep(path: Path, content: bytes, say: Speaker) -> int:
    """Write a template where none is: one that is there and differs may have been filled in."""
    if path.exists():
        same = path.read_bytes() == content
        say("template.same" if same else "template.kept", path=path)
        return FINE if same else UNUSABLE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    say("template.written", path=path)
    return FINE


def status(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    import polars as pl

    from cpc_pipeline.desk.questions import status

    rows = status(project)
    if arguments.year is not None:
        rows = rows.filter(pl.col("year") == arguments.year)
    if arguments.json:
        print(rows.write_json())
        return FINE
    say("status_title")
    print_matrix(project, rows, say)
    if arguments.year is not None:
        from cpc_pipeline.desk.notifying import reminders

        count = len(reminders(project, arguments.year))
        if count:
            say("status_remind", count=count, year=arguments.year)
    print_unplaced(project, say)
    print_held(project, say)
    return FINE


def rules_try(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.catalogue import CatalogueFaults, read_rules
    from cpc_pipeline.contracts import Severity
    from cpc_pipeline.desk import questions

    try:
        rules = read_rules(arguments.file, project.catalogue)
    except CatalogueFaults as faults:
        return print_faults(faults, arguments)
    found = questions.try_rules(project, rules)
    words = questions.in_words(found, project, say.language).with_columns(found["rule"])
    if arguments.json:
        print(words.write_json())
        return FINE
    on_record = questions.on_record(project)
    for rule in rules:
        own = words.filter(rule=rule.id)
        stopped = own.filter(own["severity"].is_in([Severity.REJECT, Severity.RETURN])).height
        counts = {"count": own.height, "submissions": own["submission_id"].n_unique(), "all": on_record}
        say("tried", rule=rule.id, stopped=stopped, **counts)
        for row in own.iter_rows(named=True):
            print(f"    {row['submission_id']}  {row['where']}: {row['message']}")
    return FINE


def ui(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.orchestration.ui import serve

    return serve(project, port=arguments.port)


def _loaded(project: Project) -> int:
    """How many organisation-years have sent something."""
    from cpc_pipeline.desk.questions import status

    verdicts = status(project)["verdict"]
    return len(verdicts) - int(verdicts.is_in(["missing", "not_due"]).sum())
