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
# # One indicator in depth
#
# From the definition to the cell: children who left armed groups and entered the special programme of the ICBF. What
# it counts, how it ran, what stands beside it, what was revised, where, and where each number comes from.
#
# *Resumen en español: un indicador de principio a fin: qué cuenta, cómo evolucionó, qué dicen otras fuentes, qué se
# corrigió, dónde ocurrió y de qué celda salió cada número. Para otro indicador cambie el código de la primera celda.*

# %%
import charts
import cpc_pipeline as cpc
import matplotlib.pyplot as plt
import polars as pl

INDICATOR = "PROT-3"
edition = cpc.open_edition("colombia", 2025, "internal")
about = edition.indicators().filter(pl.col("indicator") == INDICATOR).row(0, named=True)
pl.DataFrame({"what": about.keys(), "": [str(value) for value in about.values()]})

# %% [markdown]
# ## How it ran
#
# Triangles are "at least": in those years the source printed "more than 229", and so did we. Nobody may add such a
# year up.

# %%
values = edition.measures(INDICATOR)
known = values.filter(pl.any_horizontal(pl.col("actual", "lower", "upper").is_not_null()))
figure, axis = plt.subplots(figsize=(9, 4), layout="constrained")
charts.series(axis, known, f"{about['name']}, whole country")

# %%
known.select(
    "year", "organisation_name", "series", "actual", "lower", "upper", "status_name", "partial", "break_from", "note"
)

# %% [markdown]
# `series` says what a row is worth: *record* is the system of record, *parallel* stands beside it. The two sources of
# 2020 differ more than threefold (144 and "more than 495"): one counts children who **entered a programme** in the
# year, the other those **recovered by the forces**. Both may be right; their sum is nothing.
#
# `break_from` is empty: the definition has not changed since the first year. After a change it holds the day from
# which values follow the new one, and the figure of the report marks the break.
#
# ## What was revised
#
# The same year told twice by the source, or once by a later document: the newest counts, the older stays on record.

# %%
observations = edition.observations(INDICATOR)
revised = observations.filter(pl.col("revision") > 0)
print(f"{observations.height} values were reported, {revised.height} of them replaced an earlier one")
observations.group_by("reporting_year", "organisation_name").agg(
    pl.len().alias("values"), pl.col("revision").max()
).sort("reporting_year", "organisation_name")

# %% [markdown]
# ## Whom it counts
#
# The year with the fullest breakdown is 2018, and even there the parts do not make the whole: the rest is not known,
# not zero.

# %%
breakdown = edition.measures(INDICATOR, by="armed_group", years=2018).filter(pl.col("actual").is_not_null())
whole = known.filter((pl.col("year") == 2018) & (pl.col("series") == "record"))["actual"][0]
rest = whole - breakdown["actual"].sum()
charts.bars(
    [*breakdown["armed_group_name"], "not told"],
    [*breakdown["actual"], rest],
    f"2018: {whole:.0f} children, by armed group",
    "The parts were published for a part of the year; what they leave is not told.",
)

# %%
cpc.open_edition("colombia", 2018, "internal").figure("breakdown", INDICATOR, "armed_group")

# %% [markdown]
# ## Where
#
# No map: not one figure of this indicator was published below the whole country, and a map of 33 empty departments
# would say "nothing happened there". With departments in the workbooks `edition.figure("map", INDICATOR)` shows it.

# %%
places = edition.performance()["place"].n_unique()
own = edition.measures(INDICATOR, by="place").height
print(
    f"{places} places occur in the performance table of the year; {own} figures of this indicator are below the country"
)

# %% [markdown]
# ## From the number to the cell
#
# Who sent it, in which file, sheet and cell, what was found in it, and in which document it was read.

# %%
name = known.filter((pl.col("year") == 2019) & (pl.col("series") == "record"))["trace"][0]
traced = edition.trace(name)
traced

# %%
traced.cells.select("value", "file", "sheet", "cell", "source_title")

# %% [markdown]
# ## What can and cannot be said
#
# - Between 140 and 342 children a year entered the programme from 2012 to 2020, as far as the source counted.
# - It does **not** follow how many were recruited: a child that never left, or left and was not received, is in no
#   row.
# - After 2020 there is no public figure. That is the first question for the next annual dialogue.
