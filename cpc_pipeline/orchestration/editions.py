"""Step 4 in Dagster: the tables and figures of each year, for those who may see everything: they refresh."""

# Dagster reads the annotations of `context` when it decorates: they cannot be postponed here.
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from cpc_pipeline import editions, pipeline
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.automation import when_inputs_change
from cpc_pipeline.orchestration.common import described, key, made_in_time
from cpc_pipeline.orchestration.files import link
from cpc_pipeline.orchestration.healing import TAG
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.lineage import of_table
from cpc_pipeline.orchestration.metadata import (
    column_lineage,
    documents,
    file_schema,
    list_schema,
    markdown,
    performance_schema,
    picture,
)
from cpc_pipeline.orchestration.retries import if_busy_again
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import tables

PICTURES = 6  # of a year that the log of a run shows: it keeps each of them for ever
CONTENT = "content"
BY_ITSELF = {"dagster/sensor_name", TAG}
SHOWN = ("indicator", "place", "organisation", "series", "unit", "actual", "target", "status", "trace")
ASSETS = (
    ("performance_tables", "excel"),
    ("performance_figures", "matplotlib"),
)


def internal_edition(project: Project, words: Words) -> dg.AssetsDefinition:
    """Tables and figures of each year, all years in one run."""
    by_year = partitions.years(project.catalogue)
    schemas = {"performance_tables": performance_schema(words), "performance_figures": list_schema(words, "pictures")}

    @dg.multi_asset(
        name="internal_edition",
        specs=[
            dg.AssetSpec(
                key(project, name),
                deps=[key(project, "measures")],
                description=words(f"asset.{name}"),
                metadata={"dagster/column_schema": schemas[name]},
                partitions_def=by_year,
                automation_condition=when_inputs_change(words),
                freshness_policy=made_in_time(project.catalogue.header),
                skippable=True,  # each year is logged with its own figures; no bare event may cover that up
                **described(project, "publication", kind),
            )
            for name, kind in ASSETS
        ],
        partitions_def=by_year,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=POOL,
    )
    def edition(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
        for year in context.partition_keys:
            with if_busy_again(context):
                paths = pipeline.publish_year(project, int(year))
            if _asked_by_nobody(context) and _is_told(project, context.instance, year):
                continue
            for name, metadata in (
                ("performance_tables", of_tables(project, paths, words) | {CONTENT: _content(project, year)}),
                ("performance_figures", of_figures(paths, words)),
            ):
                context.log_event(dg.AssetMaterialization(key(project, name), partition=year, metadata=metadata))
            context.log.info(f"{year}: {len(paths)} files")
        yield from ()

    return edition


def _asked_by_nobody(context: dg.AssetExecutionContext) -> bool:
    """Whether the run was started because something else changed, not by a person or the yearly schedule."""
    return bool(BY_ITSELF & set(context.run.tags))


def _is_told(project: Project, instance: dg.DagsterInstance, year: str) -> bool:
    """Whether the last event of this year is about the very edition that lies there: an old year stays as it was."""
    own = dg.AssetRecordsFilter(key(project, "performance_tables"), asset_partitions=[year])
    records = instance.fetch_materializations(own, limit=1).records
    made = records[0].asset_materialization if records else None
    said = made.metadata.get(CONTENT) if made else None
    return said is not None and said.value == _content(project, year)


def _content(project: Project, year: str) -> str:
    return editions.content_of(project.folders.edition(int(year), pipeline.INTERNAL))


def of_tables(project: Project, paths: list[Path], words: Words) -> dict[str, Any]:
    """What an analyst sees beside the tables of a year."""
    csv = next(p for p in paths if p.name == "performance.csv")
    book = csv.with_name(f"performance_{words.language}.xlsx")
    rows = pl.read_csv(csv, infer_schema=False)
    measured = tables(project.catalogue.dimension_ids)["measures"]
    made = of_table(rows.columns, measured.columns)
    return {
        "dagster/row_count": rows.height,
        "dagster/column_schema": file_schema(rows.columns, words, made=made),
        "dagster/column_lineage": column_lineage(made, project.catalogue.id),
        words.label("trace"): words("says.trace"),
        words.label("workbook"): dg.MetadataValue.url(link(project.folders, book)),
        words.label("path"): dg.MetadataValue.path(book),
        words.label("preview"): preview(rows, words),
    }


def preview(rows: pl.DataFrame, words: Words) -> dg.MarkdownMetadataValue:
    """The first rows of a performance table in words, under the names that exports give to its columns."""
    there = [c for c in SHOWN if c in rows.columns]
    own, say = words.catalogue, words.language
    named = {
        "place": {code.code: code.labels[say] for code in own.places.codes.values()},
        "organisation": {o.id: o.short[say] for o in own.organisations.values()},
        "unit": {unit.id: unit.labels[say] for unit in own.units.values()},
        "status": {str(s): words.of("status", str(s)) for s in set(rows["status"])},
        "series": {s: words.of("export", f"series.{s}") for s in set(rows["series"])},
    }
    told = [[named.get(c, {}).get(v, v) for c, v in zip(there, row, strict=True)] for row in rows.select(there).rows()]
    return markdown([words.of("export", f"column.{c}") for c in there], told, words)


def of_figures(paths: list[Path], words: Words) -> dict[str, Any]:
    """The first figures of a year themselves, and the list of all of its files."""
    drawn = [p for p in paths if p.suffix == ".png" and p.parent.name == "figures"]
    shown = [p for p in drawn if p.stem.endswith(f"_{words.language}")][:PICTURES]
    where: dict[str, Any] = {words.label("path"): dg.MetadataValue.path(drawn[0].parent)} if drawn else {}
    own = [p for p in paths if p.parent.name == "figures"]
    return where | {p.stem: picture(p) for p in shown} | {words.label("files"): documents(own, words)}
