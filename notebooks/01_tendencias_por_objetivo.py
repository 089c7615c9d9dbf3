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
# # Tendencias de los cuatro objetivos
#
# Prevención, protección, judicialización y articulación lado a lado, tal como aparecen en los cuadros anuales.
#
# Antes de seguir:
#
# - Las cifras fueron **transcritas de documentos públicos**; las instituciones no las enviaron.
# - **No hay metas públicas**: nada aquí dice si un resultado es bueno.
# - Más víctimas identificadas puede significar que la detección funciona mejor, no que haya más trata.
#
# *Summary in English: the Spanish version of `01_trends_across_objectives`.*

# %%
import charts
import cpc_pipeline as cpc
import matplotlib.pyplot as plt
import polars as pl

edition = cpc.open_edition("colombia", 2025, "internal", language="es")
edition

# %% [markdown]
# ## Qué hay y qué falta
#
# Cuántos indicadores de cada objetivo tienen un número, de cuántos hay (entre paréntesis). **Vacío no es cero**: no
# se encontró cifra pública.

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
    "Indicadores con alguna cifra, por objetivo y año",
    "Fuente oficial u otra institución; se incluyen partes del año y límites. – : no se encontró cifra.",
)

# %% [markdown]
# ## Cuatro objetivos, una página
#
# De cada objetivo, el indicador con más años. Lo oscuro es la fuente oficial; lo gris, otras instituciones: **nunca
# se suman**. Los puntos huecos cubren parte del año, los triángulos son límites (al menos, a lo sumo) y un vacío es
# un año sin cifra.

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
figure.suptitle("Un indicador de cada objetivo, todo el país", x=0.01, ha="left", fontweight="bold")
plt.show()

# %% [markdown]
# ## Lo mismo, como lo imprime el informe
#
# Aquí se puede ver cualquier figura del informe, en cada idioma, con su texto para quien no puede verla y sus números
# (`edition.figure(...).alt`, `.data`).

# %%
edition.figure("trend", "protection")

# %% [markdown]
# ## Donde no hay un solo número
#
# Una institución que da dos valores para el mismo año y grupo, o «más de 400», no ha dado un número. El cuadro no
# elige: muestra los límites y lo dice.

# %%
open_ended = known.filter(pl.col("actual").is_null())
open_ended.select("year", "indicator_name", "organisation_name", "status_name", "lower", "upper").sort(
    "year", "indicator_name"
)

# %% [markdown]
# ## Qué se puede concluir
#
# - Los **inspectores de trabajo en ejercicio** son la única serie larga sin vacíos: 684 en 2013 y 1.165 en 2022. Mide
#   capacidad, no resultados.
# - Las **niñas, niños y adolescentes que dejaron grupos armados y entraron al programa del ICBF** se cuentan cada año
#   de 2012 a 2020, en tres de ellos como «más de». Después de 2020 no se encontró cifra: es un vacío de publicación,
#   no el fin del reclutamiento.
# - Desde 2023 la mayoría de los indicadores no tiene ninguna cifra pública. La Alianza empezó en 2022: **sus propios
#   años son los menos documentados**, hasta que las instituciones envíen sus libros.
#
# ## Qué no se puede concluir
#
# - Cuántas niñas, niños y adolescentes son víctimas. Los cuadros miden la detección, no la magnitud.
# - Si un resultado es bueno. Sin metas acordadas por ambos Gobiernos nada se puede calificar.
# - Un total entre instituciones. Los registros se superponen: sumarlos contaría dos veces a la misma persona
#   (cuaderno 04).
