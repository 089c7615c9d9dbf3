"""Machine-readable editions: what an issued edition printed, in the formats that other systems read.

Everything here is a pure function from an edition's own files to files. What does not belong here: computing or
rounding a value, deciding what may leave; a value that the edition hides is not known here.
"""

from collections.abc import Callable

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.export.database import duckdb
from cpc_pipeline.export.edition import Edition, NotAnEdition, read
from cpc_pipeline.export.flat import xlsx
from cpc_pipeline.export.iati import NoActivity, iati
from cpc_pipeline.export.sdmx import sdmx_csv
from cpc_pipeline.export.tabular import csv, datapackage, parquet

__all__ = ["FORMATS", "Edition", "NoActivity", "NotAnEdition", "read"]

FORMATS: dict[str, Callable[[Edition, Catalogue], dict[str, bytes]]] = {
    "csv": csv,
    "parquet": parquet,
    "datapackage": datapackage,
    "xlsx": xlsx,
    "sdmx-csv": sdmx_csv,
    "iati": iati,
    "duckdb": duckdb,
}
"""Name of a format -> what makes its files: file name -> content."""
