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
# # Data quality and completeness
#
# How much there is, who has sent what, what was found in it, and what would help most. A table with gaps is useful as
# long as it says where they are.
#
# *Resumen en español: cuánto hay, quién envió qué, qué se observó y qué ayudaría más. Un cuadro con vacíos sirve si
# dice dónde están.*

# %%
import charts
import cpc_pipeline as cpc
import polars as pl

edition = cpc.open_edition("colombia", 2025, "internal")
edition

# %% [markdown]
# ## Why there is no number
#
# Of the rows that are due in a year, how many have a number, and why the others have none.

# %%
measures = edition.measures().filter((pl.col("series") == "record") & (pl.col("year") >= 2013))
reasons = (
    measures.group_by("year", "status_name")
    .len()
    .sort("year")
    .pivot(on="status_name", index="year", values="len")
    .fill_null(0)
)
reasons

# %%
charts.stacked(
    reasons,
    "Rows of the systems of record by status",
    "One row per indicator and year of the whole country; most of what is due was never published.",
)

# %% [markdown]
# ## Who has sent what
#
# Here a "submission" is a workbook of figures transcribed from public documents. When the institutions send their
# own, the same picture shows which are missing, late or returned.

# %%
with cpc.open_warehouse("colombia") as memory:
    submissions = memory.submissions()
sent = submissions.group_by("organisation", "year").agg(pl.col("observations").sum()).sort("year")
table = sent.pivot(on="year", index="organisation", values="observations").sort("organisation")
most = (
    submissions.group_by("organisation")
    .agg(pl.col("observations").sum().alias("n"))
    .sort("n", descending=True)
    .head(12)
)
table = table.join(most, on="organisation", how="semi")
charts.grid(
    table,
    dict.fromkeys(table["organisation"], int(sent["observations"].max())),
    "Figures read per institution and year (the twelve with most)",
    "In brackets the most that any institution has in a year. – : no figure was found in public.",
)

# %% [markdown]
# ## What was found in it
#
# The checks answer to whoever sends: a *note* needs nothing, a *question* wants an answer, what is *refused* is not
# counted.

# %%
with cpc.open_warehouse("colombia") as memory:
    found = memory.findings()
counts = found.group_by("severity_name", "title").len().sort("len", descending=True).head(12)
charts.bars(
    [f"{title} ({severity})" for severity, title in counts.select("severity_name", "title").iter_rows()],
    counts["len"].to_list(),
    f"What {found.height} findings are about",
    "Findings of all years; the twelve most frequent kinds.",
)

# %% [markdown]
# ## Quality by five standards
#
# Validity, integrity, precision, reliability, timeliness: as the report shows them. `cpc dqa YEAR` writes the
# assessment sheets.

# %%
edition.figure("quality")

# %%
edition.figure("status")

# %% [markdown]
# ## What would help most
#
# 1. **Numbers for the years of the compact.** Most rows since 2022 are "not received". No method repairs that; a
#    workbook does.
# 2. **One document per number.** Values read in speeches and press notes cannot be traced further than the note.
# 3. **Whole years.** Figures "from January to August" stay marked as partial and are never stretched to a year.
