"""The `cpc` command: a thin door on pipeline.py for people at a terminal.

Exit codes: 0 fine; 1 findings that return a submission, or an edition that may not go out; 2 a usage error, an
unreadable file or faults in the compact's data. A traceback is never shown (set CPC_DEBUG=1 to see one).
Heavy imports stay inside the commands: `cpc --help` answers in well under a second.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from cpc_pipeline.project import Project

FINE, FINDINGS, UNUSABLE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, run one command, and turn what can go wrong into a sentence and an exit code."""
    # Frames, logs and the warehouse hold data about children: nobody but the owner reads what we write.
    os.umask(0o077)
    arguments = _parser().parse_args(argv)
    if arguments.command is None:
        _parser().print_help()
        return UNUSABLE
    from cpc_pipeline.catalogue import CatalogueFaults

    try:
        from cpc_pipeline.project import open_project

        project = open_project(arguments.compact)
    except CatalogueFaults as faults:
        return _print_faults(faults, arguments)
    say = _Speaker(project, arguments.lang)
    try:
        run: Callable[[Project, _Speaker, argparse.Namespace], int] = arguments.run
        return run(project, say, arguments)
    except KeyboardInterrupt:
        return UNUSABLE
    except Exception as error:  # the last resort: a sentence instead of a traceback that could print data
        return _explain(error, say)


class _Speaker:
    """Says the compact's wording in the chosen language."""

    def __init__(self, project: Project, language: str | None) -> None:
        languages = project.catalogue.languages
        system = os.environ.get("CPC_LANG") or os.environ.get("LANG", "")[:2]
        self.language = next((x for x in (language, system) if x in languages), languages[0])
        self._wording = project.catalogue.wording

    def text(self, key: str, **params: object) -> str:
        return self._wording.text(f"cli.{key}", self.language, **params)

    def __call__(self, key: str, **params: object) -> None:
        print(self.text(key, **params), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cpc",
        description="Child Protection Compact pipeline / Alianza CPC: de los libros al informe anual",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", help="language of what is printed / idioma (en, es)")
    common.add_argument("--compact", help="which compact (default: colombia) / cuál alianza")
    common.add_argument("--json", action="store_true", help="for machines / para programas")
    commands = parser.add_subparsers(dest="command")

    def command(name: str, run: Callable[..., int], words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, parents=[common])
        made.set_defaults(run=run)
        return made

    refresh = command(
        "refresh", _refresh, "everything new under data/raw, to tables and figures / procesar todo lo nuevo"
    )
    refresh.add_argument("--year", type=int, action="append", help="publish only this year / solo este año")
    check = command("check", _check, "check workbooks before sending them / revisar libros antes de enviarlos")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    words = "write the annotated workbook there / escribir allí el libro anotado"
    check.add_argument("--feedback", type=Path, metavar="DIR", help=words)
    template = command("template", _template, "the workbook that an organisation fills in / el libro por llenar")
    template.add_argument("organisation", nargs="?", help="its id / su identificador")
    template.add_argument("year", type=int, help="reporting year / año")
    template.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder to write to / carpeta")
    template.add_argument("--all", action="store_true", help="every organisation that reports / todas")
    status = command("status", _status, "who has sent what / quién ha enviado qué")
    status.add_argument("year", nargs="?", type=int)
    catalogue = command("catalogue", _catalogue, "audit the compact's data / revisar los datos de la alianza")
    catalogue.add_argument("action", choices=["check"])
    rules = command("rules", _rules, "try a rule on everything on record / probar una regla con todo lo registrado")
    rules.add_argument("action", choices=["try"])
    rules.add_argument("file", type=Path, metavar="RULES.yaml")
    ui = command("ui", _ui, "open Dagster on this machine / abrir Dagster en este equipo")
    ui.add_argument("--port", type=int, default=3000)
    return parser


# --- commands --------------------------------------------------------------------------------------------


def _refresh(project: Project, say: _Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.pipeline import todo

    started = time.monotonic()
    plan = todo(project, arguments.year)
    if plan.nothing:
        say("nothing_to_do", submissions=_loaded(project), years=len(project.catalogue.years))
        _where(project, say)
        _print_unplaced(project, say)
        return FINE
    say("to_do", submissions=len(plan.submissions), years=len(plan.years))
    import warnings

    # Dagster warns that parts of it are still in beta; that is for us, and the lock file holds its version.
    warnings.filterwarnings("ignore", message=".*currently in (beta|preview).*")
    warnings.filterwarnings("ignore", module="dagster")
    from cpc_pipeline.orchestration.refresh import AlreadyRunning, refresh

    try:
        done = refresh(project, years=arguments.year, progress=lambda line: print(f"  {line}", flush=True))
    except AlreadyRunning:
        say("busy")
        return UNUSABLE
    say("done_in", seconds=round(time.monotonic() - started))
    _where(project, say)
    _print_unplaced(project, say)
    told = {"returned": done.returned, "quality_asked": done.asked, "quality_wrong": done.wrong}
    for key, count in told.items():
        if count:
            say(key, count=count)
    if done.broken:
        say("quality_broken")
    return FINDINGS if done.returned or done.wrong or done.broken else FINE


def _check(project: Project, say: _Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import questions
    from cpc_pipeline.contracts import Severity
    from cpc_pipeline.feedback import write_feedback

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
        found, verdict, observations = questions.check_file(project, path)
        words = questions.in_words(found, project, say.language)
        if folder is not None:
            annotated = questions.annotate(project, path, found, say.language)
            written.append(write_feedback(folder, path.name, annotated, taken=written))
        if arguments.json:
            said = {"file": str(path), "verdict": verdict, "findings": words.to_dicts()}
            print(json.dumps(said | ({"feedback": str(written[-1])} if folder else {}), ensure_ascii=False))
        else:
            _print_findings(path, words, verdict, observations, say)
            if folder is not None:
                print()
                say("feedback_clean" if words.is_empty() else "feedback_written", path=written[-1])
        if questions.worst(found) == Severity.RETURN:
            code = max(code, FINDINGS)
    return code


def _template(project: Project, say: _Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline import questions
    from cpc_pipeline.catalogue import CatalogueFaults

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
    folder = arguments.output or project.folders.root / "data" / "templates" / project.catalogue.id
    code = FINE
    for organisation in reporting if arguments.all else [arguments.organisation]:
        language = arguments.lang or project.catalogue.organisations[organisation].language or say.language
        if language not in project.catalogue.languages:
            language = say.language
        try:
            content = questions.template(project, organisation, arguments.year, language)
        except CatalogueFaults as faults:
            say("template.not_declared")
            return _print_faults(faults, arguments)
        code = max(code, _keep(folder / f"{organisation}_{arguments.year}.xlsx", content, say))
    return code


def _no_template(project: Project, organisation: str, year: int, known: str, say: _Speaker) -> None:
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


def _keep(path: Path, content: bytes, say: _Speaker) -> int:
    """Write a template where none is: one that is there and differs may have been filled in."""
    if path.exists():
        same = path.read_bytes() == content
        say("template.same" if same else "template.kept", path=path)
        return FINE if same else UNUSABLE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    say("template.written", path=path)
    return FINE


def _status(project: Project, say: _Speaker, arguments: argparse.Namespace) -> int:
    import polars as pl

    from cpc_pipeline.questions import status

    rows = status(project)
    if arguments.year is not None:
        rows = rows.filter(pl.col("year") == arguments.year)
    if arguments.json:
        print(rows.write_json())
        return FINE
    say("status_title")
    _print_matrix(project, rows, say)
    _print_unplaced(project, say)
    return FINE


def _catalogue(project: Project, say: _Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.catalogue import audit

    catalogue = project.catalogue
    say(
        "catalogue_sound",
        compact=catalogue.id,
        indicators=len(catalogue.indicators),
        organisations=len(catalogue.organisations),
        places=len(catalogue.places.codes),
    )
    remarks = audit(catalogue)
    if remarks:
        say("catalogue_acknowledge")
        for remark in remarks:
            print(f"  {remark}")
    return FINE


def _rules(project: Project, say: _Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.catalogue import CatalogueFaults, read_rules
    from cpc_pipeline.questions import in_words, try_rules

    try:
        rules = read_rules(arguments.file, project.catalogue)
    except CatalogueFaults as faults:
        return _print_faults(faults, arguments)
    found = try_rules(project, rules)
    words = in_words(found, project, say.language).with_columns(found["rule"])
    if arguments.json:
        print(words.write_json())
        return FINE
    for rule in rules:
        own = words.filter(rule=rule.id)
        say("tried", rule=rule.id, count=own.height, submissions=own["submission_id"].n_unique())
        for row in own.iter_rows(named=True):
            print(f"    {row['submission_id']}  {row['where']}: {row['message']}")
    return FINE


def _ui(project: Project, say: _Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.orchestration.ui import serve

    return serve(project, port=arguments.port)


# --- what they print -------------------------------------------------------------------------------------


def _where(project: Project, say: _Speaker) -> None:
    say("where_tables", path=project.folders.published)
    say("where_warehouse", path=project.folders.warehouse)
    say("where_quality", path=project.folders.quality / "index.html")
    say("how_ui")


def _loaded(project: Project) -> int:
    from cpc_pipeline.questions import status

    return status(project).filter(~_not_sent()).height


def _not_sent() -> pl.Expr:
    import polars as pl

    return pl.col("verdict").is_in(["missing", "not_due"])


def _print_findings(path: Path, words: pl.DataFrame, verdict: str, observations: int, say: _Speaker) -> None:
    if words.is_empty():
        say("check_none", file=path.name, observations=observations)
        return
    say(
        "check_some",
        file=path.name,
        count=words.height,
        observations=observations,
        verdict=say.text(f"verdict.{verdict}"),
    )
    for row in words.iter_rows(named=True):
        print(f"\n  {row['where']}  [{say.text('severity.' + row['severity'])}]")
        print(f"    {row['message']}")
        print(f"    {say.text('expected')}{row['expected']}")
        print(f"    {say.text('action')}{row['action']}")


def _print_matrix(project: Project, rows: pl.DataFrame, say: _Speaker) -> None:
    years = sorted(set(rows["year"]))
    organisations = [o for o in project.catalogue.organisations if o in set(rows["organisation"])]
    width = max(len(o) for o in organisations)
    cells = {(r["organisation"], r["year"]): r for r in rows.iter_rows(named=True)}
    print(" " * width, *(str(y) for y in years))
    for organisation in organisations:
        marks = [_mark(cells.get((organisation, year)), say) for year in years]
        if any(m.strip(" .") for m in marks):
            print(organisation.ljust(width), *(m.center(4) for m in marks))
    print(f"\n{say.text('legend')}:")
    for verdict in (
        "accepted",
        "accepted_with_queries",
        "partly_accepted",
        "returned",
        "withdrawn",
        "missing",
        "not_due",
    ):
        print(f"  {say.text('mark.' + verdict)}  {say.text('verdict.' + verdict)}")
    print(f"  *  {say.text('verdict.published')}")


def _print_unplaced(project: Project, say: _Speaker) -> None:
    from cpc_pipeline.questions import unplaced

    found = unplaced(project)
    if not found.is_empty():
        print()
        say("unplaced", count=found.height)
    for path, reason in found.iter_rows():
        print(f"  {path}  {project.catalogue.wording.text('intake.unplaced.' + reason, say.language)}")


def _mark(row: dict[str, object] | None, say: _Speaker) -> str:
    if row is None:
        return say.text("mark.not_due")
    star = "*" if row.get("kind") == "published_figures" else ""
    return say.text(f"mark.{row['verdict']}") + star


def _print_faults(faults: Exception, arguments: argparse.Namespace) -> int:
    # The catalogue could not be loaded, so its wording is not to be had: the loader's own words must do.
    print(faults, file=sys.stderr)
    return UNUSABLE


def _explain(error: Exception, say: _Speaker) -> int:
    if os.environ.get("CPC_DEBUG"):
        raise error
    from cpc_pipeline.disclosure import NotProtectedError
    from cpc_pipeline.warehouse import WarehouseBusy

    if isinstance(error, NotProtectedError):
        say("not_protected", edition=error.edition)
        return FINDINGS
    if isinstance(error, WarehouseBusy):
        say("busy")
        return UNUSABLE
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    # Never the text of the error: libraries print the values they choke on.
    say("our_fault", kind=type(error).__name__, where=where)
    return UNUSABLE


if __name__ == "__main__":
    raise SystemExit(main())
