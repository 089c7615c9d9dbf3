"""Money beside its nominal amount: in another currency, and in the prices of another year; both marked as derived."""

from __future__ import annotations

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.contracts import Status
from cpc_pipeline.measures.notes import as_text, plain, written


def converted(rows: pl.DataFrame, catalogue: Catalogue, start: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A row in another unit for each amount for whose unit and year the compact has an exchange rate (whole, part).

    start: the first key that is free.
    """
    rates = catalogue.exchange_rates.rename({"from_unit": "unit"})
    own = rows.filter((pl.col("calendar") == catalogue.default_calendar) & pl.col("actual").is_not_null())
    made = own.join(rates, on=["unit", "year"], how="inner", maintain_order="left")
    notes = [
        r["notes"]
        + as_text([written("converted", {"unit": r["unit"], "rate": plain(r["rate"]), "source": r["source"]})])
        for r in made.iter_rows(named=True)
    ]
    made = made.rename({"key": "part"}).with_row_index("key", offset=start)
    made = made.with_columns(
        pl.col("actual") * pl.col("rate"),
        unit=pl.col("to_unit"),
        basis=pl.lit("converted"),
        series=pl.lit("parallel"),
        notes=pl.Series(notes, dtype=pl.String),
        numerator=pl.lit(None, pl.Float64),
        denominator=pl.lit(None, pl.Float64),
    )
    return made.select(rows.columns).cast(rows.schema), made.select(whole="key", part="part")


def in_constant_prices(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Beside each amount with a deflator, a note of what it is in the prices of the base year."""
    if catalogue.deflators.is_empty():
        return rows
    joined = rows.join(catalogue.deflators, on=["unit", "year"], how="left", maintain_order="left")
    notes = []
    for r in joined.iter_rows(named=True):
        more = []
        if r["index"] and r["actual"] is not None and r["status"] in (str(Status.REPORTED), str(Status.PARTIAL)):
            value = plain(round(r["actual"] / r["index"] * 100, 6))
            more = [written("constant_prices", {"base_year": r["base_year"], "source": r["source"], "value": value})]
        notes.append(r["notes"] + as_text(more))
    return rows.with_columns(notes=pl.Series(notes, dtype=pl.String))
