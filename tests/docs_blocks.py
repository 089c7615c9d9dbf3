"""The code blocks of README and docs, and why some of them are not run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

NOT_RUN = re.compile(r"^(?:#|>|<!--)\s*(?:Not run in the tests|No se ejecuta en las pruebas): (.+?)(?:\s*-->)?$", re.M)
"""A line of a block, or of the page before it: then of every block that follows on the page."""
FENCE = re.compile(r"^```([a-z]*)\n(.*?)^```", re.M | re.S)
INDENTED = re.compile(r"(?:^|\n\n)((?: {4}(?![-*\d ]).*\n)+)")


@dataclass(frozen=True)
class Block:
    """kind: sh, python, yaml, text. reason: why it is not run; empty where it is."""

    page: str
    line: int
    kind: str
    text: str
    reason: str = ""

    @property
    def commands(self) -> list[str]:
        """Its commands, without what is said of them."""
        lines = (re.sub(r"(^|\s+)#.*$", "", line).rstrip() for line in self.text.splitlines())
        return [line for line in lines if line]


def pages() -> list[Path]:
    return [
        *(ROOT / n for n in ("README.md", "README.es.md", "CONTRIBUTING.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
    ]


def blocks() -> list[Block]:
    return [block for page in pages() for block in sorted(_blocks(page), key=lambda b: b.line)]


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    name = page.relative_to(ROOT).as_posix()
    fenced = [(m.start(), m.end(), m[1] or "text", m[2]) for m in FENCE.finditer(text)]
    inside = [(start, end) for start, end, _, _ in fenced]
    found = [(start, kind, body) for start, _, kind, body in fenced]
    for match in INDENTED.finditer(text):
        if not any(start <= match.start(1) < end for start, end in inside):
            found.append((match.start(1), "sh", re.sub(r"^ {4}", "", match[1], flags=re.M)))
    spoken = [(m.start(), m[1]) for m in NOT_RUN.finditer(text) if not any(s <= m.start() < e for s, e in inside)]
    for start, kind, body in found:
        own = NOT_RUN.search(body)
        before = [reason for at, reason in spoken if at < start]
        reason = own[1] if own else before[-1] if before else ""
        yield Block(name, text[:start].count("\n") + 1, kind, body, reason)
