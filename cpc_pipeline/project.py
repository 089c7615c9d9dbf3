"""One project folder and one compact, opened: what every function of the pipeline is given first."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpc_pipeline.catalogue import Catalogue, load
from cpc_pipeline.clock import Clock, utc_now
from cpc_pipeline.folders import Folders, default_compact, project_root

if TYPE_CHECKING:  # who has no warehouse, as on a focal point's machine, does not wait for DuckDB
    from cpc_pipeline.warehouse import Warehouse


def _nobody(_: Any) -> None:
    """Nothing was read ahead."""


@dataclass(frozen=True)
class Project:
    """Where the data lie, what was agreed about them, and the only clock: it dates receipts, never results.

    ahead: gives the reading of an arrival where somebody has made it already (pipeline.reading_ahead), else None.
    """

    folders: Folders
    catalogue: Catalogue
    clock: Clock = utc_now
    ahead: Callable[[Any], Any] = _nobody

    @property
    def version(self) -> str:
        """What a result depends on besides the submissions: the compact's data and this code."""
        return f"{self.catalogue.version}-{code_version()}"

    def open_warehouse(self) -> Warehouse:
        """The memory of this project, to be written, for one short piece of work in a with block."""
        from cpc_pipeline.warehouse import Warehouse

        return Warehouse(self.folders.warehouse, self.catalogue.dimension_ids, clock=self.clock)

    @contextmanager
    def read_warehouse(self, as_of: datetime | None = None) -> Iterator[Warehouse]:
        """The copy for readers, as of the last whole run, or as known at a moment: never locked, never half a load.

        Before the first run has ended there is no copy, and after an upgrade it has another schema: then the memory
        itself is opened, which brings it up to date.
        """
        from cpc_pipeline.warehouse import Warehouse, WarehouseOutdated

        dimensions = self.catalogue.dimension_ids
        with ExitStack() as stack:
            try:
                if not self.folders.copy.exists():
                    raise WarehouseOutdated
                opened = stack.enter_context(Warehouse(self.folders.copy, dimensions, as_of=as_of, read_only=True))
            except WarehouseOutdated:
                opened = stack.enter_context(
                    Warehouse(self.folders.warehouse, dimensions, clock=self.clock, as_of=as_of)
                )
            yield opened


def open_project(compact: str | None = None, root: Path | None = None) -> Project:
    """Load a compact and name its folders.

    Raises CatalogueFaults, with every fault at once, when the compact's data are not sound.
    """
    chosen = compact or default_compact()
    catalogue = load(chosen)
    return Project(Folders((root or project_root()).resolve(), catalogue.id), catalogue)


def today() -> date:
    """The day, at the rim: no stage looks at a clock."""
    return datetime.now(UTC).date()


@lru_cache(maxsize=1)
def code_version() -> str:
    """Hash of the package's own source: a repaired reader must read again what it had read wrongly."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
