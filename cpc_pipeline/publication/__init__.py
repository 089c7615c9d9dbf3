"""Tables, figures and report of one edition, from a Release and from nothing else.

What does not belong here: computing a value, deciding what may leave.
"""

from __future__ import annotations

from pathlib import Path

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Release
from cpc_pipeline.publication.all_years import write_all_years, write_identity
from cpc_pipeline.publication.dqa_sheet import dqa_sheet
from cpc_pipeline.publication.figures import Drawn, draw, write_figures
from cpc_pipeline.publication.report import write_report
from cpc_pipeline.publication.tables import performance_table, write_tables
from cpc_pipeline.publication.target_sheet import target_sheet
from cpc_pipeline.publication.workbook import write_workbooks
from cpc_pipeline.publication.writing import write_bytes

__all__ = ["Drawn", "dqa_sheet", "draw", "performance_table", "publish", "target_sheet", "write_report"]


def publish(release: Release, catalogue: Catalogue, year: int, folder: Path, *, report: bool = False) -> list[Path]:
    """Write the tables and figures of one year below `folder`, and its report where it is asked for.

    The same release gives the same bytes.

    Raises TypeError for anything that is not a Release: protection is a type, not a memory.
    """
    if not isinstance(release, Release):
        raise TypeError("publication takes a Release: frames that passed disclosure control")
    tables = write_tables(release, catalogue, year, folder / "tables")
    books = write_workbooks(release, catalogue, year, folder / "tables")
    everything = [
        write_all_years(release, catalogue, year, folder / "tables" / "all_years.csv"),
        write_identity(release, year, folder / "edition.json"),
    ]
    figures = write_figures(draw(release, catalogue, year), folder / "figures")
    told = write_report(release, catalogue, year, folder) if report else []
    return [*tables, *books, *everything, *figures, *told, *_about(release, catalogue, folder)]


def _about(release: Release, catalogue: Catalogue, folder: Path) -> list[Path]:
    """What a wider edition holds and what it does not, in a text per language that travels with its files."""
    key = f"publication.about.{release.edition}"
    told = [x for x in catalogue.languages if catalogue.wording.has(key, x)]
    return [write_bytes(folder / f"about_{x}.txt", f"{catalogue.wording.text(key, x)}\n".encode()) for x in told]
