"""README and docs say what is true: every command and block runs, every link leads somewhere, nothing is fetched."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml
from cpc_pipeline.cli.door import _parser

from tests.conftest import ROOT
from tests.docs_blocks import Block, blocks, pages

TOOLS = ROOT / "tools" / "site"
BLOCKS = blocks()
RUN = [b for b in BLOCKS if b.kind in ("sh", "python") and not b.reason]
MADE = ("make run", "make ui", "make test", "make docs", "make notebooks", "make setup", "make check", "make lock")
"""Targets that build or serve everything: that they exist is seen here, that they work is seen by .ci/run."""


IN_BOTH = {
    "start": "inicio",
    "focal-point": "guia-punto-focal",
    "analyst": "guia-analista",
    "limits": "limites",
    "concepts": "conceptos",
    "traceability": "trazabilidad",
    "tables-of-others": "tablas-ajenas",
    "personal-data": "datos-personales",
    "notices": "avisos",
    "sample": "pais-inventado",
    "exports": "exportaciones",
    "data-quality": "calidad-de-datos",
    "figures": "figuras",
    "workbook": "libros-y-cuadros",
}
"""What a focal point or an analyst reads, by its name in English and in Spanish."""


def slug(heading: str) -> str:
    """What a heading is called as an anchor, as GitHub and the site do it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_and_picture_leads_to_a_file_and_a_heading(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), target
        if anchor and path.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
            assert anchor in {slug(h) for h in headings}, target


def test_what_a_spanish_reader_needs_is_there_in_spanish() -> None:
    """With the same headings and blocks, where the two were written together."""
    for english, spanish in IN_BOTH.items():
        assert (ROOT / "docs" / f"{english}.md").exists()
        assert (ROOT / "docs" / "es" / f"{spanish}.md").exists()
    for english in ("start", "analyst", "limits", "concepts"):
        shapes = [
            re.findall(r"^(#+|```[a-z]+)", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.M)
            for name in (f"{english}.md", f"es/{IN_BOTH[english]}.md")
        ]
        assert abs(len(shapes[0]) - len(shapes[1])) <= 1, english


# --- commands ---


CALLED = r"(?:^|(?<=\s)|(?<=bin/))cpc "


def spoken() -> list[tuple[str, str]]:
    """Every `cpc` command of the docs: in a block, or whole in a sentence."""
    found = [(b.page, c) for b in BLOCKS if b.kind == "sh" for c in b.commands if re.search(CALLED, c)]
    for page in pages():
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        found += [
            (page.relative_to(ROOT).as_posix(), c) for c in re.findall(r"`((?:\.venv/bin/)?cpc [a-z][^`]*)`", text)
        ]
    return found


def test_every_cpc_command_that_is_named_exists_with_the_options_that_are_named() -> None:
    choices = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
    assert len(spoken()) > 60
    for page, command in spoken():
        words = re.split(CALLED, command, maxsplit=1)[1].split()
        assert words[0].split("|")[0] in choices, f"{page}: {command}"
        known = {o for a in choices[words[0].split("|")[0]]._actions for o in a.option_strings}
        options = set(re.findall(r"(?<!\S)\[?(--[a-z-]+)", command.split(" && ")[0]))
        assert options <= known, f"{page}: {command}"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    lines = [(b.page, command) for b in BLOCKS if b.kind == "sh" for command in b.commands]
    named = [(page, name) for page, line in lines for name in re.findall(r"(?:^|&& )make ([a-z-]+)", line)]
    for page in pages():
        named += [(page.name, n) for n in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))]
    assert [(page, name) for page, name in named if name not in targets] == []


def test_every_block_is_run_or_says_why_not() -> None:
    """Counted, so that pages cannot quietly stop being true: more blocks are run than are not."""
    kinds = Counter(b.kind for b in BLOCKS)
    assert kinds["sh"] >= 25 and kinds["python"] >= 8
    for block in BLOCKS:
        assert block.kind in ("sh", "python", "yaml", "text"), f"{block.page}:{block.line} {block.kind}"
        if block.kind == "yaml":
            yaml.safe_load(block.text.replace("...", "'...'"))
    left_out = [b for b in BLOCKS if b.kind in ("sh", "python") and b.reason]
    assert all(len(b.reason) > 10 for b in left_out)
    assert len(left_out) < len(RUN), [f"{b.page}:{b.line}" for b in left_out]


def asked(page: str) -> list[str]:
    """What the blocks of a page ask of the program, in order."""
    commands = [c for b in BLOCKS if b.page == page and b.kind == "sh" for c in b.commands]
    return [re.split(CALLED, c, maxsplit=1)[1].split()[0] for c in commands if re.search(CALLED, c)]


REPEATED = {f"docs/es/{spanish}.md": f"docs/{english}.md" for english, spanish in IN_BOTH.items()}
PAGES = sorted({b.page for b in RUN if b.page not in REPEATED or asked(b.page) != asked(REPEATED[b.page])})
"""A page that says in Spanish what its English one says is not run a second time."""


def test_a_page_in_spanish_has_the_commands_of_the_english_one() -> None:
    differing = [spanish for spanish, english in REPEATED.items() if asked(spanish) != asked(english)]
    assert differing == []


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_a_page_run_one_after_the_other(page: str, published_colombia: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(published_colombia, home)
    for fixture in ("table.xlsx", "CELLS.csv", "RELATIONS.json"):
        shutil.copy(ROOT / "tests" / "fixtures" / "docs" / fixture, tmp_path / fixture)
    tools = tmp_path / ".venv" / "bin"
    tools.mkdir(parents=True)
    (tools / "cpc").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cpc_pipeline.cli "$@"\n')
    (tools / "cpc").chmod(0o755)
    script = "\n".join(_lines(b) for b in RUN if b.page == page)
    environment = {**os.environ, "CPC_HOME": str(home), "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"PYTHONPATH": str(ROOT), "CPC_LANG": "en"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def _lines(block: Block) -> str:
    """The block as a script that stops where a command cannot be used or breaks; exit code 1, findings, is no fault."""
    if block.kind == "python":
        return f"{shlex.quote(sys.executable)} - <<'BLOCK' || exit 9\n{_joined(block)}BLOCK"
    made = []
    for command in block.commands:
        if command.startswith(MADE):
            continue
        ending = "" if command.startswith("export ") else " || [ $? = 1 ] || exit 9"
        made.append(f"echo {shlex.quote('$ ' + command)}\n{command}{ending}")
    return "\n".join(made)


def _joined(block: Block) -> str:
    """The block after the Python blocks before it on its page: a reader has typed them too."""
    before = [b.text for b in RUN if b.page == block.page and b.kind == "python" and b.line <= block.line]
    return "".join(before)


# --- the site ---


def test_the_reference_is_made_of_the_code_and_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    import reference
    from cpc_pipeline.catalogue import load

    made = reference.pages()
    catalogue = load("colombia")
    for language, folder in (("en", "reference"), ("es", "es/reference")):
        indicators = made[f"{folder}/indicators.md"]
        assert all(f"{{ #indicator-{i} }}" in indicators for i in catalogue.indicators)
        assert all(i.name[language] in indicators for i in catalogue.indicators.values())
        rules = made[f"{folder}/rules.md"]
        assert all(f"| {reference._flat(r.id)} |" in rules for r in catalogue.rules)
        assert "## cpc publish" in made[f"{folder}/cli.md"]
    assert "### Edition.measures" in made["reference/python.md"]


def test_no_page_is_lost_by_the_navigation_and_it_names_no_page_that_is_not_there() -> None:
    nav = yaml.safe_load((TOOLS / "nav.yaml").read_text(encoding="utf-8"))
    named = re.findall(r"[\w/.-]+\.md", str(nav))
    assert len(named) == len(set(named))
    for name in named:
        homes = (ROOT / "docs" / name, TOOLS / "home" / name, ROOT / name.upper().replace(".MD", ".md"))
        assert "reference/" in name or any(p.exists() for p in homes), name


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    if not Path(sys.executable).with_name("zensical").exists():
        pytest.skip("zensical is not installed: make docs does it")
    copy = tmp_path / "project"
    for name in ("docs", "tools/site"):
        shutil.copytree(ROOT / name, copy / name)
    for path in ROOT.glob("*.md"):
        shutil.copy(path, copy)
    built = subprocess.run(
        [sys.executable, "tools/site/build.py"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    assert "No issues found" in built.stdout + built.stderr
    for page in (copy / "site").rglob("*.html"):
        loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"(https?:[^\"]*)", page.read_text())
        assert loaded == [], page.name


def test_the_pictures_are_those_of_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    import pictures

    for language in pictures.WORDS:
        there = (ROOT / "docs" / "pictures" / f"river_{language}.svg").read_text(encoding="utf-8")
        assert there == pictures.river(language), "python tools/site/pictures.py"
