"""What must hold in the warehouse and is no constraint of DuckDB: asked of every row that was ever recorded."""

from __future__ import annotations

from cpc_pipeline.warehouse.connection import Connection
from cpc_pipeline.warehouse.specification import OF_A_SUBMISSION, Table


def faults(warehouse: Connection) -> list[str]:
    """One line for each law that is broken, with the number of rows; none where the warehouse is sound."""
    laws = dict[str, str]()
    for table in warehouse.tables.values():
        if table.history and table.unique:
            laws[f"{table.name}: two rows of one {', '.join(table.unique)} were known at one moment"] = _overlap(table)
    for name in OF_A_SUBMISSION:
        laws[f"{name}: a row without its revision of a submission"] = (
            f"SELECT count(*) FROM {name} o WHERE NOT EXISTS (SELECT 1 FROM submissions s "
            "WHERE s.submission_id = o.submission_id AND s.revision = o.submission_revision)"
        )
    laws["lineage: an observation that is not on record"] = (
        "SELECT count(*) FROM lineage l WHERE l.observation_id NOT IN (SELECT observation_id FROM observations)"
    )
    laws["submissions: a revision without its receipt"] = (
        "SELECT count(*) FROM submissions s "
        "WHERE NOT EXISTS (SELECT 1 FROM receipts r WHERE r.receipt_id = s.receipt_id)"
    )
    laws["receipts: the order of arrival and the order of time differ"] = (
        "SELECT count(*) FROM (SELECT received_at <= lag(received_at) OVER "
        "(PARTITION BY organisation, year ORDER BY length(receipt_id), receipt_id) AS back FROM receipts) WHERE back"
    )
    counted = {law: warehouse.count(sql) for law, sql in laws.items()}
    return [f"{law} ({count})" for law, count in counted.items() if count]


def _overlap(table: Table) -> str:
    """Rows of one key of which an earlier one ends after a later one begins, or never ends."""
    key = ", ".join(f'"{name}"' for name in table.unique)
    window = f"OVER (PARTITION BY {key} ORDER BY recorded_from)"
    return (
        f"SELECT count(*) FROM (SELECT recorded_from, "
        f"lag(coalesce(recorded_to, 'infinity'::TIMESTAMP)) {window} AS ended, "
        f"row_number() {window} AS n FROM {table.name}) WHERE n > 1 AND ended > recorded_from"
    )
