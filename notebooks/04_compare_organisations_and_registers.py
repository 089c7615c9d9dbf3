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
# # Compare organisations and registers
#
# Several institutions count children in the same situation, each in its own register. This notebook puts them side by
# side, says what the true total can be at least and at most, and never adds.
#
# *Resumen en español: varias instituciones cuentan a las mismas personas en registros propios. Aquí se comparan, se
# dice cuánto puede ser el total como mínimo y como máximo, y nunca se suman.*

# %%
import charts
import cpc_pipeline as cpc
import matplotlib.pyplot as plt
import polars as pl

edition = cpc.open_edition("colombia", 2025, "internal")
edition.indicators().filter(pl.col("indicator") == "PROT-1").select("name", "definition", "unit_name")

# %% [markdown]
# ## Side by side
#
# Victims of trafficking of every age that institutions reported, and those under 18. Dark is the system of record of
# the indicator.

# %%
reported = edition.performance(years=range(2013, edition.year + 1)).filter(
    (pl.col("indicator") == "PROT-1") & (pl.col("place") == "00") & (pl.col("calendar") == "calendar"),
    pl.col("unit") == "people",
    pl.any_horizontal(pl.col("actual", "lower", "upper").is_not_null()),
    *(pl.col(d) == "all" for d in ("sex", "form", "modality", "armed_group", "ethnicity", "service", "area", "detail")),
)
figure, axes = plt.subplots(2, 1, figsize=(10, 7), sharex=True, layout="constrained")
for axis, (age, title) in zip(axes, (("all", "People of every age"), ("child", "Children under 18")), strict=True):
    charts.series(axis, reported.filter(pl.col("age") == age), title)
figure.suptitle("Victims of trafficking reported, whole country", x=0.01, ha="left", fontweight="bold")
plt.show()

# %% [markdown]
# ## The same year, many answers
#
# 2019 is the year with most registers. None of these numbers is wrong because another differs: each counts what its
# institution met.

# %%
one = reported.filter((pl.col("year") == 2019) & pl.col("age").is_in(["all", "child"])).sort("age", "series", "actual")
charts.bars(
    [f"{o}, {a.lower()}" for o, a in one.select("organisation_name", "age_name").iter_rows()],
    one["actual"].to_list(),
    "2019: what each register counted",
    "Registers overlap; the bars must not be added.",
)

# %% [markdown]
# ## What the total can be
#
# Two registers counted 14 and 315 children. Nobody compared the lists, so:
#
# - **at least** as many as the larger register has, if every child of the smaller one is in it too;
# - **at most** the sum, if no child is in both.
#
# These bounds (Fréchet's) are all that two totals can tell. The pipeline prints such a pair as a row of series
# *together* where the catalogue says that the organisations may have met the same people, and one exact number where
# they compared their lists.

# %%
counted = reported.filter(pl.col("age").is_in(["all", "child"]) & pl.col("actual").is_not_null() & ~pl.col("partial"))
bounds = (
    counted.group_by("year", "age_name", "organisation")
    .agg(pl.col("actual").max())
    .group_by("year", "age_name")
    .agg(pl.col("actual").max().alias("least"), pl.col("actual").sum().alias("most"), pl.len().alias("registers"))
    .filter(pl.col("registers") > 1)
    .sort("age_name", "year")
)
charts.spans(
    [(f"{year}, {age}: {n} registers", low, high) for year, age, low, high, n in bounds.iter_rows()],
    "The least and the most that the total can be",
    "Bounds from the totals of the registers alone. A comparison of lists, done by the institutions, would close them.",
)

# %%
bounds

# %% [markdown]
# For children in 2019 the answer is "between 315 and 329"; in every other year only one register has a number for
# them. Comparing lists closes the gap. The lists stay where they are: the catalogue takes the count of people in
# both, and who compared.
#
# ## Where they contradict each other
#
# `cpc differences 2019` names every pair of organisations that say something different of the same thing, for the
# table of the annual dialogue. Here is the share of the rows with more than one voice:

# %%
voices = (
    edition.measures()
    .filter(pl.col("actual").is_not_null())
    .group_by("indicator", "indicator_name", "year", "unit")
    .agg(
        pl.col("organisation").n_unique().alias("voices"),
        pl.col("actual").min().alias("least"),
        pl.col("actual").max().alias("most"),
    )
)
print(f"{voices.filter(pl.col('voices') > 1).height} of {voices.height} national values have more than one voice")
voices.filter(pl.col("voices") > 1).sort("indicator", "year")
