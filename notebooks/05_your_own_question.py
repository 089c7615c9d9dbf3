# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Your own question
#
# The same question in SQL (DuckDB) and in Python (polars), side by side, with the same answer. Copy a cell and change
# it. Nothing you do here can change the data or stand in the way of a run.
#
# *Resumen en español: la misma pregunta en SQL (DuckDB) y en Python (polars), con la misma respuesta. Copie una celda
# y cámbiela: nada de lo que haga aquí cambia los datos.*

# %%
import charts
import cpc_pipeline as cpc
import polars as pl

edition = cpc.open_edition("colombia", 2025, "internal")
edition.codebook().filter(pl.col("column").is_in(["indicator", "actual", "status", "series", "partial", "suppressed"]))

# %% [markdown]
# ## Question 1: in which years does each objective have a figure of the system of record?
#
# Tables: `performance`, `context`, and lists such as `indicators`; `performance_en` and `performance_es` have names
# beside the codes.

# %%
by_sql = edition.sql("""
    SELECT objective_name, count(DISTINCT year) AS years, min(year) AS first, max(year) AS last
    FROM performance_en
    WHERE series = 'record' AND actual IS NOT NULL
    GROUP BY objective_name
    ORDER BY objective_name
""")
by_sql

# %%
by_polars = (
    edition.performance(years=range(2012, 2026))
    .filter((pl.col("series") == "record") & pl.col("actual").is_not_null())
    .group_by("objective_name")
    .agg(
        pl.col("year").n_unique().alias("years"),
        pl.col("year").min().alias("first"),
        pl.col("year").max().alias("last"),
    )
    .sort("objective_name")
)
assert by_polars.rows() == by_sql.rows()
by_polars

# %% [markdown]
# ## Question 2: how many children for each labour inspector's year?
#
# A trap. Two columns can always be divided; whether the quotient means anything is another matter. A ratio belongs
# into the catalogue as a *derived indicator*, with a definition that both governments sign. Then it gets its own row,
# trace and protection.
#
# ## Question 3: which figures may I use without a second look?
#
# Official source, whole year, an exact number.

# %%
sound = edition.measures().filter(
    (pl.col("series") == "record") & ~pl.col("partial") & ~pl.col("suppressed") & pl.col("actual").is_not_null()
)
counts = sound.group_by("indicator_name").len().sort("len", "indicator_name", descending=[True, False]).head(10)
charts.bars(
    counts["indicator_name"].to_list(),
    counts["len"].to_list(),
    "Years with an exact figure of the system of record",
    "The ten indicators with most. Of the others there are fewer, or none.",
)

# %%
edition.sql("""
    SELECT indicator_name, count(*) AS years
    FROM performance_en
    WHERE series = 'record' AND place = '00' AND calendar = 'calendar' AND actual IS NOT NULL AND status = 'reported'
    GROUP BY ALL ORDER BY years DESC, indicator_name LIMIT 10
""")

# %% [markdown]
# The two lists differ a little: the query counts every breakdown as well, `measures()` only the group that the
# indicator is about. Ask yourself each time which rows you add; `note` and `series` say what they are.
#
# ## Take it with you
#
# `cpc export 2025 --edition internal --to duckdb` (or `parquet`, `xlsx`, `csv`) writes the same tables as files, with
# the meaning of each column. Pass on the **public** edition only: it is the one that was proved to lead to no child.
