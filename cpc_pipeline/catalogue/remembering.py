"""What a person confirmed about the headings and values of an organisation, kept as data of the compact.

It lies in `mappings/<organisation>.yaml` of the compact, not beside the submissions: it changes how numbers are read,
so it is reviewed, versioned and hashed with the rest, and every file of the organisation is read again when it changes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import yaml

from cpc_pipeline.catalogue.faults import CatalogueFaults, Fault
from cpc_pipeline.catalogue.layouts import Confirmed, layout_faults
from cpc_pipeline.catalogue.models import Catalogue
from cpc_pipeline.catalogue.text import fold


def remember(folder: Path, catalogue: Catalogue, confirmed: Sequence[Confirmed]) -> Path:
    """Add mappings of one organisation to the compact in `folder`; the last word about a heading or value counts.

    Raises CatalogueFaults, and writes nothing, where they name what does not exist.
    """
    mine = confirmed[0].organisation
    old = [m for m in catalogue.mappings.values() if m.organisation == mine]
    replaced = {_about(m) for m in confirmed}
    kept = [m for m in old if _about(m) not in replaced]
    numbered = [m.model_copy(update={"id": f"{mine}-{n}"}) for n, m in enumerate([*kept, *confirmed], start=1)]
    others = {k: m for k, m in catalogue.mappings.items() if m.organisation != mine}
    tried = catalogue.model_copy(update={"mappings": others | {m.id: m for m in numbered}})
    faults = [Fault(f"mappings/{mine}.yaml", 0, f"{name.split()[1]}: {text}") for name, text in layout_faults(tried)]
    if faults:
        raise CatalogueFaults(faults)
    path = folder / "mappings" / f"{mine}.yaml"
    path.parent.mkdir(exist_ok=True)
    items = [m.model_dump(exclude_none=True) for m in numbered]
    told = yaml.safe_dump(items, allow_unicode=True, sort_keys=False)
    part = path.with_name(f".{path.name}.part")
    part.write_text(f"# Confirmed by a person; written by cpc mapping confirm.\n{told}", encoding="utf-8")
    os.replace(part, path)  # noqa: PTH105
    return path


def _about(mapping: Confirmed) -> tuple[str, str, str]:
    """What a mapping is about: a heading, or a value of a field, in a layout."""
    what = fold(mapping.heading) if mapping.heading is not None else f"{mapping.field}:{fold(mapping.value or '')}"
    return mapping.layout, "heading" if mapping.heading is not None else "value", what
