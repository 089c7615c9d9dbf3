"""Issued editions and what is made of them. Issuing is a person's act: a form asks for year, edition and name.

Nothing here has a condition under which it would run by itself.
"""

from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from cpc_pipeline import agreements
from cpc_pipeline.desk import exporting, meeting, packing, publishing, reasons
from cpc_pipeline.disclosure.policy import EDITIONS, INTERNAL
from cpc_pipeline.disclosure.register import RegisterBroken
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.common import described, key, tagged
from cpc_pipeline.orchestration.files import link
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.lineage import of_edition
from cpc_pipeline.orchestration.metadata import (
    column_lineage,
    documents,
    file_schema,
    list_schema,
    markdown,
    performance_schema,
)
from cpc_pipeline.orchestration.retries import if_busy_again
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project

PUBLIC = "public"


def issued_editions(project: Project, words: Words) -> dg.AssetSpec:
    """What was issued, by edition and year. It has no button of its own: the job `publish` asks who presses."""
    return dg.AssetSpec(
        key(project, "issued_editions"),
        deps=[key(project, "performance_tables"), key(project, "performance_figures")],
        partitions_def=partitions.editions_by_year(project.catalogue, EDITIONS),
        description=words("asset.issued_editions"),
        metadata={"dagster/column_schema": performance_schema(words)},
        **described(project, "publication", "pdf", "csv"),
    )


def issued_assets(project: Project, words: Words) -> list[dg.AssetsDefinition]:
    """What is made of them on request, one partition per year of the compact."""
    by_year = partitions.years(project.catalogue)

    @dg.asset(
        key=key(project, "open_data"),
        partitions_def=by_year,
        deps=[key(project, "issued_editions")],
        pool=POOL,
        description=words("asset.open_data"),
        metadata={"dagster/column_schema": performance_schema(words)},
        **described(project, "publication", "csv", "parquet"),
    )
    def open_data(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        try:
            with if_busy_again(context):
                done = exporting.export_all(project, year, PUBLIC)
        except exporting.NotExportable as why:
            raise _refused(project, [_exporting(why, words)], words) from None
        return dg.MaterializeResult(metadata=_of_open_data(project, year, done[0].folder.parent, words))

    @dg.asset(
        key=key(project, "dialogue_pack"),
        partitions_def=by_year,
        deps=[key(project, "performance_tables")],
        pool=POOL,
        description=words("asset.dialogue_pack"),
        metadata={"dagster/column_schema": list_schema(words, "documents")},
        **described(project, "publication", "powerpoint", "pdf"),
    )
    def dialogue_pack(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        with if_busy_again(context):
            folder = packing.pack(project, int(context.partition_key))
        return dg.MaterializeResult(metadata=_of_pack(folder, words))

    return [open_data, dialogue_pack]


def publish_job(project: Project, words: Words) -> dg.JobDefinition:
    """The launch form, and the act."""
    years = project.catalogue.years
    form = {
        "year": dg.Field(int, description=words("form.year", first=years[0], last=years[-1])),
        "edition": dg.Field(
            dg.Enum("edition", [dg.EnumValue(e) for e in EDITIONS]),
            description=words("form.edition", editions=", ".join(EDITIONS)),
        ),
        "who": dg.Field(str, description=words("form.who")),
        "final": dg.Field(bool, default_value=False, description=words("form.final")),
        "seconds": dg.Field(float, default_value=publishing.SECONDS, description=words("form.seconds")),
    }

    @dg.op(
        name="issue",
        config_schema=form,
        out=dg.Out(dg.Nothing),
        pool=POOL,
        description=words("step.issue"),
    )
    def issue(context: dg.OpExecutionContext) -> None:
        said = context.op_config
        year, edition, who = int(said["year"]), str(said["edition"]), " ".join(str(said["who"]).split())
        if not who or year not in years:
            incomplete = words("form.incomplete", first=years[0], last=years[-1])
            raise dg.Failure(incomplete, allow_retries=False)
        with agreements.acting(who), if_busy_again(context):
            _issue(project, words, context, year, edition, bool(said["final"]), float(said["seconds"]))
            _for_the_meeting(project, words, context, year, edition)

    @dg.job(name="publish", tags=tagged(project), description=words("job.publish"))
    def publish() -> None:
        issue()

    return publish


def _issue(
    project: Project,
    words: Words,
    context: dg.OpExecutionContext,
    year: int,
    edition: str,
    final: bool,
    seconds: float,
) -> None:
    language = words.language
    try:
        done = publishing.issue(project, year, edition, context.log.info, seconds, final)
    except publishing.NotReleasable as refused:
        raise _refused(
            project, [reasons.sentence(w, p, project, language) for w, p in refused.reasons], words
        ) from None
    except RegisterBroken as broken:
        raise _refused(project, [words.of("cli", "publish.register_broken", name=broken.name)], words) from None
    report = done.folder / "report" / f"report_{language}.html"
    doubts = [[reasons.sentence(what, params, project, language)] for what, params in done.doubts]
    metadata: dict[str, Any] = _of_table(project, year, edition, "performance_tables", words) | {
        words.label("path"): dg.MetadataValue.path(done.folder),
        words.label("hidden"): done.hidden,
        words.label("unchanged"): done.unchanged,
    }
    if report.exists():
        metadata[words.label("report")] = dg.MetadataValue.url(link(project.folders, report))
    if doubts:
        metadata[words.label("doubts")] = markdown(words.heads("reason"), doubts, words)
    partition = partitions.edition_key(edition, year)
    context.log_event(dg.AssetMaterialization(key(project, "issued_editions"), partition=partition, metadata=metadata))


def _for_the_meeting(project: Project, words: Words, context: dg.OpExecutionContext, year: int, edition: str) -> None:
    """Pack and open data of the edition, told of at their assets where these are of that edition."""
    try:
        made = meeting.for_the_meeting(project, year, edition)
    except exporting.NotExportable as why:
        raise _refused(project, [_exporting(why, words)], words) from None
    if edition == PUBLIC:
        metadata = _of_open_data(project, year, made.exports, words)
        context.log_event(dg.AssetMaterialization(key(project, "open_data"), partition=str(year), metadata=metadata))
    if edition == INTERNAL and made.pack is not None:
        own = key(project, "dialogue_pack")
        context.log_event(dg.AssetMaterialization(own, partition=str(year), metadata=_of_pack(made.pack, words)))


def _of_table(project: Project, year: int, edition: str, source: str, words: Words) -> dict[str, Any]:
    """The columns of the performance table of an issued edition, and the asset whose columns they are."""
    table = project.folders.edition(year, edition) / "tables" / "performance.csv"
    rows = pl.read_csv(table, infer_schema=False)
    made = of_edition(rows.columns, source)
    return {
        "dagster/row_count": rows.height,
        "dagster/column_schema": file_schema(rows.columns, words, made=made),
        "dagster/column_lineage": column_lineage(made, project.catalogue.id),
    }


def _of_open_data(project: Project, year: int, folder: Path, words: Words) -> dict[str, Any]:
    """Of the performance table, which every format holds, and the files of all of them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return _of_table(project, year, PUBLIC, "issued_editions", words) | {
        words.label("files"): documents(files, words),
        words.label("path"): dg.MetadataValue.path(folder),
    }


def _of_pack(folder: Path, words: Words) -> dict[str, Any]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {words.label("files"): documents(files, words), words.label("path"): dg.MetadataValue.path(folder)}


def _exporting(why: exporting.NotExportable, words: Words) -> str:
    return words.of("cli", f"export.{why.code}", **why.params)


def _refused(project: Project, told: list[str], words: Words) -> dg.Failure:
    """The one way in which a run may say something in words: Dagster hides the texts of all other errors."""
    return dg.Failure(
        words("says.refused", compact=project.catalogue.id, count=len(told)),
        metadata={words.label("reasons"): markdown(words.heads("reason"), [[one] for one in told], words)},
        allow_retries=False,
    )
