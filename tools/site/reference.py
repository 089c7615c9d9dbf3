"""The pages of the reference, from the code and the catalogue: they cannot say anything else.

What does not belong here: sentences. Those of the catalogue, of `--help` and of docstrings are used as they are.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Iterator

import cpc_pipeline as cpc
from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.cli.door import _parser
from cpc_pipeline.codebook.content import sections
from cpc_pipeline.codebook.parts import Section, Table
from cpc_pipeline.folders import default_compact

CLI_TITLE = {"en": "The cpc command", "es": "El comando cpc"}
API_TITLE = {"en": "The Python interface", "es": "La interfaz de Python"}
FINDINGS_TITLE = {"en": "Findings: what they say", "es": "Observaciones: qué dicen"}
HEADS = {
    "en": ("code", "what", "found", "expected", "what to do"),
    "es": ("código", "qué", "encontrado", "se espera", "qué hacer"),
}


def pages() -> dict[str, str]:
    """Path below the site's sources -> page. Spanish pages stand below es/."""
    catalogue = load(default_compact())
    made: dict[str, str] = {}
    for language in catalogue.languages:
        folder = "reference" if language == "en" else f"{language}/reference"
        for section in sections(catalogue, {}, language):
            made[f"{folder}/{section.anchor}.md"] = _section(section)
        made[f"{folder}/findings.md"] = _findings(catalogue, language)
        made[f"{folder}/cli.md"] = "\n".join(_commands(CLI_TITLE[language]))
        made[f"{folder}/python.md"] = "\n".join(_api(API_TITLE[language]))
    return made


def _section(section: Section) -> str:
    lines = [f"# {section.title}", "", section.note, ""]
    for sheet in section.sheets:
        lines += [f"## {_flat(sheet.title)} {{ #{sheet.anchor} }}", ""]
        lines += _table(("", ""), sheet.lines)
    for table in section.tables:
        lines += _of(table)
    return "\n".join(lines)


def _of(table: Table) -> list[str]:
    return [*([f"## {_flat(table.title)}", ""] if table.title else []), *_table(table.heads, table.rows)]


def _table(heads: tuple[str, ...], rows: object) -> list[str]:
    made = [_row(heads), _row(("---",) * len(heads))]
    return [*made, *(_row(row) for row in rows), ""]  # type: ignore[attr-defined]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_flat(cell) for cell in cells) + " |"


def _flat(text: str) -> str:
    """One line that no mark of Markdown can break."""
    said = " ".join(str(text).split())
    for mark in ("|", "<", ">", "*", "_", "[", "]"):
        said = said.replace(mark, f"&#{ord(mark)};")
    return said


def _findings(catalogue: Catalogue, language: str) -> str:
    texts = catalogue.wording.texts[language]
    codes = sorted({key.split(".")[1] for key in texts if key.startswith("findings.") and key.endswith(".title")})
    parts = ("title", "message", "expected", "action")
    rows = [(code, *(texts.get(f"findings.{code}.{part}", "") for part in parts)) for code in codes]
    return "\n".join([f"# {FINDINGS_TITLE[language]}", "", *_table(HEADS[language], rows)])


def _commands(title: str) -> Iterator[str]:
    parser = _parser()
    choices = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    words = {a.dest: a.help for a in choices._choices_actions}
    yield from (f"# {title}", "", str(parser.description), "")
    for name, command in choices.choices.items():
        yield from (f"## cpc {name}", "", _flat(words.get(name) or ""), "", "```text")
        yield command.format_usage().removeprefix("usage: ").strip()
        yield from ("```", "")
        shown = [a for a in command._actions if a.help and not isinstance(a, argparse._HelpAction)]
        yield from _table(("", ""), [(_name(a), a.help) for a in shown])


def _name(action: argparse.Action) -> str:
    name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
    return f"{name} {action.metavar}" if action.option_strings and action.metavar else name


def _api(title: str) -> Iterator[str]:
    yield from (f"# {title}", "", "`import cpc_pipeline as cpc`", "")
    for name in cpc.__all__:
        thing = getattr(cpc, name)
        yield from (f"## cpc.{name}", "", *_told(name, thing))
        if not inspect.isclass(thing) or issubclass(thing, Exception):
            continue
        for method, member in vars(thing).items():
            if method.startswith("_"):
                continue
            call = member.fget if isinstance(member, property) else member
            if call is not None and (inspect.isfunction(call) and inspect.getdoc(call)):
                yield from (f"### {name}.{method}", "", *_told(method, call, prop=isinstance(member, property)))


def _told(name: str, thing: object, *, prop: bool = False) -> Iterator[str]:
    if callable(thing) and not inspect.isclass(thing) and not prop:
        said = str(inspect.signature(thing)).replace("self, ", "").replace("(self)", "()")
        yield from ("```python", f"{name}{said}", "```", "")
    yield from (inspect.getdoc(thing) or "").splitlines()
    yield ""
