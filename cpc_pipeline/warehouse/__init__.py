"""The memory: submissions, observations, findings, measures and lineage in DuckDB. The only place that knows it.

What does not belong here: arithmetic of indicators, and words.
"""

from cpc_pipeline.warehouse.store import Warehouse, WarehouseBusy

__all__ = ["Warehouse", "WarehouseBusy"]
