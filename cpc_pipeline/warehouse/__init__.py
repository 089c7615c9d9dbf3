"""The memory: receipts, submissions, observations, findings, measures, definitions. The only place that knows DuckDB.

What does not belong here: arithmetic of indicators, and words.
"""

from cpc_pipeline.warehouse.checking import faults
from cpc_pipeline.warehouse.connection import WarehouseOutdated
from cpc_pipeline.warehouse.loads import Load, Row
from cpc_pipeline.warehouse.migrations import TooNew
from cpc_pipeline.warehouse.opening import WarehouseBusy, WarehouseFull, WarehouseUnwritable
from cpc_pipeline.warehouse.originals import changed, find, keep
from cpc_pipeline.warehouse.specification import Table, tables
from cpc_pipeline.warehouse.store import IDENTICAL, MeasuresOf, Warehouse

__all__ = [
    "IDENTICAL",
    "Load",
    "MeasuresOf",
    "Row",
    "Table",
    "TooNew",
    "Warehouse",
    "WarehouseBusy",
    "WarehouseFull",
    "WarehouseOutdated",
    "WarehouseUnwritable",
    "changed",
    "faults",
    "find",
    "keep",
    "tables",
]
