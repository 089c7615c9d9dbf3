"""Builds the documentation as a site: `make docs`. Fetches nothing; a page that links to nothing stops it.

Sources: docs/ as it is, the pages of the reference (reference.py), the home pages beside this file, CONTRIBUTING and
CHANGELOG. A page of docs/ that the navigation does not name stands under "More", so that none is lost.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import reference
import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK, SITE = ROOT / "site" / ".sources", ROOT / "site"
SHIM = "https://unpkg.com/iframe-worker/shim"
COPIED = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
OUTSIDE = {**COPIED, "README.md": "index.md"}
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def main() -> int:
    shutil.rmtree(SITE, ignore_errors=True)
    sources = WORK / "docs"
    shutil.copytree(ROOT / "docs", sources)
    shutil.copytree(HERE / "home", sources, dirs_exist_ok=True)
    for name, target in COPIED.items():
        shutil.copy(ROOT / name, sources / target)
    for name, text in reference.pages().items():
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).write_text(text, encoding="utf-8")
    for page in sources.rglob("*.md"):
        page.write_text(_inside(page, sources), encoding="utf-8")
    (WORK / "zensical.toml").write_text(_configuration(sources), encoding="utf-8")
    tool = Path(sys.executable).with_name("zensical")
    built = subprocess.run(
        [tool, "build", "--strict", "--clean"], cwd=WORK, check=False, env={**os.environ, "NO_COLOR": "1"}
    )
    if built.returncode:
        return built.returncode
    shutil.copytree(WORK / "site", SITE, dirs_exist_ok=True)
    shutil.rmtree(WORK)
    _without_network()
    print(f"{len(list(SITE.rglob('*.html')))} pages: {SITE / 'index.html'}")
    return 0


def _inside(page: Path, sources: Path) -> str:
    """The page with its links to files outside docs/ led to their copies, or told as paths of the project."""

    def led(found: re.Match[str]) -> str:
        mark, text, target = found.groups()
        if re.match(r"[a-z]+:|#", target):
            return found[0]
        name, hash_, anchor = target.partition("#")
        home = ROOT if page.name in COPIED.values() and page.parent == sources else ROOT / "docs"
        original = (home / page.relative_to(sources).parent / name).resolve()
        if (page.parent / name).exists() and home != ROOT:
            return found[0]
        if original.is_relative_to(ROOT / "docs"):
            if home == ROOT:
                inner = os.path.relpath(sources / original.relative_to(ROOT / "docs"), page.parent)
                return f"{mark}[{text}]({inner}{hash_}{anchor})"
            return found[0]
        if not original.is_relative_to(ROOT):
            return found[0]
        path = original.relative_to(ROOT).as_posix()
        if path in OUTSIDE:
            return f"[{text}]({os.path.relpath(sources / OUTSIDE[path], page.parent)}{hash_}{anchor})"
        return f"{text} (`{path}`)" if text.strip("`") != path else f"`{path}`"

    return LINK.sub(led, page.read_text(encoding="utf-8"))


def _configuration(sources: Path) -> str:
    """The settings of the generator, with the navigation of nav.yaml."""
    nav = yaml.safe_load((HERE / "nav.yaml").read_text(encoding="utf-8"))
    named = set(_pages(nav))
    for section, beneath in (("More", ""), ("Más", "es/")):
        rest = [p.relative_to(sources).as_posix() for p in sorted(sources.rglob("*.md"))]
        own = [p for p in rest if p not in named and p.startswith("es/") == bool(beneath)]
        if own:
            nav.append({section: own})
    head = (HERE / "zensical.toml").read_text(encoding="utf-8")
    return head.replace("nav = []", f"nav = {_toml(nav)}")


def _pages(nav: object) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    values = nav.values() if isinstance(nav, dict) else nav
    return [page for value in values for page in _pages(value)]  # type: ignore[attr-defined]


def _toml(nav: object) -> str:
    if isinstance(nav, str):
        return f'"{nav}"'
    if isinstance(nav, dict):
        return "{ " + ", ".join(f'"{k}" = {_toml(v)}' for k, v in nav.items()) + " }"
    return "[" + ", ".join(_toml(v) for v in nav) + "]"  # type: ignore[attr-defined]


def _without_network() -> None:
    """The one file that a page would fetch, for the search where pages are opened as files, stands beside them."""
    shutil.copy(HERE / "iframe-worker.js", SITE / "assets" / "javascripts" / "iframe-worker.js")
    for page in SITE.rglob("*.html"):
        own = os.path.relpath(SITE / "assets" / "javascripts" / "iframe-worker.js", page.parent)
        page.write_text(page.read_text(encoding="utf-8").replace(SHIM, own), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
