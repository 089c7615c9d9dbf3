"""The door for other people's tables: cells as CSV, relations as JSON, a verdict back. Knows no country and no edition.

What does not belong here: anything that decides which cells are hidden, or whether they are safe.
"""

from cpc_pipeline.disclosure.general.reading import Tables, Unusable, read_tables
from cpc_pipeline.disclosure.general.running import Answer, audit_tables, protect_tables
from cpc_pipeline.disclosure.general.writing import write_cells

__all__ = ["Answer", "Tables", "Unusable", "audit_tables", "protect_tables", "read_tables", "write_cells"]
