"""The figures of an edition as the report takes them: from the files beside it, so that nothing is drawn twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cpc_pipeline.catalogue import Catalogue


@dataclass(frozen=True)
class Drawing:
    """A figure: id, title, words for those who cannot see it, PNG and SVG."""

    id: str
    title: str
    alt: str
    png: bytes
    svg: bytes


def drawings(folder: Path, language: str, catalogue: Catalogue) -> list[Drawing]:
    """Every figure of one language in a folder, in the order of the compact; none where there is no folder."""
    end = f"_{language}.txt"
    found = [_read(path, path.name.removesuffix(end)) for path in sorted(folder.glob(f"*{end}"))]
    order = {name: place for place, name in enumerate((*(o.id for o in catalogue.objectives), *catalogue.indicators))}
    return sorted(found, key=lambda d: (order.get(d.id.partition(".")[2].split(".")[0], -1), d.id))


def _read(words: Path, name: str) -> Drawing:
    """The first line of the words is the title."""
    alt = words.read_text(encoding="utf-8").strip()
    title = alt.splitlines()[0].removesuffix(".") if alt else name
    return Drawing(name, title, alt, words.with_suffix(".png").read_bytes(), words.with_suffix(".svg").read_bytes())
