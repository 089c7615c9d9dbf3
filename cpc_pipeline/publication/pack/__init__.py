"""The pack of the annual dialogue: slides, pages per objective and next year's target sheet, in every language.

From a Release and from nothing else; the indicators were chosen in advance (`key_indicator` in the catalogue).
"""

from __future__ import annotations

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.pack.content import pack
from cpc_pipeline.publication.pack.pages import pages
from cpc_pipeline.publication.pack.slides import slides
from cpc_pipeline.publication.pack.template import NoLayout, template
from cpc_pipeline.publication.target_sheet import target_sheet

__all__ = ["NoKeyIndicators", "NoLayout", "dialogue_pack", "template"]


class NoKeyIndicators(Exception):
    """No indicator was chosen for the dialogue."""


def dialogue_pack(
    release: Release,
    catalogue: Catalogue,
    year: int,
    points: pl.DataFrame,
    headlines: pl.DataFrame,
    template_: bytes | None = None,
) -> dict[str, bytes]:
    """slides_<language>.pptx, pages_<language>.pdf, and targets_<next year>.xlsx while the compact is in force.

    points: what is open (contracts.OPEN_POINTS), as the edition may tell it. headlines: the rows of the release that
    stand for their indicators. template_: slides in another look (template.LAYOUTS). Raises NoKeyIndicators, NoLayout.
    """
    if not isinstance(release, Release):
        raise TypeError("publication takes a Release: frames that passed disclosure control")
    if not any(indicator.key_indicator for indicator in catalogue.indicators.values()):
        raise NoKeyIndicators
    files: dict[str, bytes] = {}
    for language in catalogue.languages:
        made = pack(release, catalogue, year, points, language)
        files[f"slides_{language}.pptx"] = slides(made, template_)
        files[f"pages_{language}.pdf"] = pages(made)
    if year + 1 <= catalogue.end.year:
        files[f"targets_{year + 1}.xlsx"] = target_sheet(headlines, catalogue, year + 1)
    return files
