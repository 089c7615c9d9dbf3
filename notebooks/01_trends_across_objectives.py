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
# # Trends across the four objectives
#
# Prevention, protection, prosecution and partnership side by side, as the annual performance tables show them.
#
# Before reading on:
#
# - The figures were **transcribed from public documents**; the institutions did not send them.
# - **No target is public**, so nothing here says whether a result is good.
# - More victims identified may mean that detection works better, not that more children are trafficked.
#
# *Resumen en español: los cuatro objetivos lado a lado, con lo que se puede y no se puede concluir. La versión
# completa es `01_tendencias_por_objetivo`.*

# %%
import charts
import cpc_pipeline as cpc
import matplotlib.pyplot as plt
import polars as pl

edition = cpc.open_edition("colombia", 2025, "internal")
edition

# %% [markdown]
# ## What there is, and what there is not
#
# How many indicators of each objective have a number, of how many there are (in brackets). **Empty is not zero**: no
# figure was found in public.

# %%
indicators = edition.indicators()

years = range(2012, edition.year + 1)
something = pl.any_horizontal(pl.col("actual", "lower", "upper").is_not_null())
everything = edition.performance(years=years).filter(something)
table = pl.DataFrame({"objective_name": indicators["objective_name"].unique(maintain_order=True)})
for year in years:
    counted = (
        everything.filter(pl.col("year") == year)
        .group_by("objective_name")
        .agg(pl.col("indicator").n_unique().alias(str(year)))
    )
    table = table.join(counted, on="objective_name", how="left", maintain_order="left")
charts.grid(
    table,
    dict(indicators.group_by("objective_name").len().iter_rows()),
    "Indicators with a figure of any kind, by objective and year",
    "Official source or another institution; parts of a year and bounds included. – : no figure was found.",
)

# %% [markdown]
# ## Four objectives, one page
#
# For each objective, the indicator with the most years. Dark is the system of record; grey are other institutions:
# **they are never added**. Hollow points cover a part of the year, triangles are bounds (at least, at most), a gap is
# a year without a figure.

# %%
known = edition.measures().filter(something)
ranked = known.group_by("objective", "indicator").agg(
    (pl.col("series") == "record").sum().alias("record"), pl.col("year").n_unique().alias("years")
)
longest = ranked.sort("record", "years", "indicator", descending=[True, True, False]).unique("objective", keep="first")
chosen = dict(longest.select("objective", "indicator").iter_rows())
names = dict(indicators.select("indicator", "name").iter_rows())

figure, axes = plt.subplots(4, 1, figsize=(10, 11), sharex=True, layout="constrained")
for axis, (objective, name) in zip(
    axes, indicators.select("objective", "objective_name").unique(maintain_order=True).iter_rows(), strict=True
):
    charts.series(axis, known.filter(pl.col("indicator") == chosen[objective]), f"{name}: {names[chosen[objective]]}")
figure.suptitle("One indicator of each objective, whole country", x=0.01, ha="left", fontweight="bold")
plt.show()

# %% [markdown]
# ## The same, as the report prints it
#
# Every figure of the report can be shown here, in each language, with its words for who cannot see it and its numbers
# (`edition.figure(...).alt`, `.data`).

# %%
edition.figure("trend", "protection")

# %% [markdown]
# ## Where there is no single number
#
# An institution that gives two values for one year and group, or "more than 400", has given no number. The table does
# not choose: it shows the bounds, and says so.

# %%
open_ended = known.filter(pl.col("actual").is_null())
open_ended.select("year", "indicator_name", "organisation_name", "status_name", "lower", "upper").sort(
    "year", "indicator_name"
)

# %% [markdown]
# ## What can be concluded
#
# - **Labour inspectors in post** is the one long series without a gap: 684 in 2013, 1,165 in 2022. It counts
#   capacity, not results.
# - **Children who left armed groups and entered the programme of the ICBF** are counted each year from 2012 to 2020,
#   in three of them as "more than". After 2020 no figure was found; that is a gap of publication, not an end of
#   recruitment.
# - From 2023 on most indicators have no public figure at all. The partnership began in 2022: **its own years are the
#   least documented ones**, until the institutions send their workbooks.
#
# ## What cannot be concluded
#
# - How many children are trafficked. These tables measure detection, not magnitude.
# - Whether a result is good. Without targets that both governments agreed nothing can be rated.
# - A total over institutions. Registers overlap: a sum would count the same child twice (notebook 04).
