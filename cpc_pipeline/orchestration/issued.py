"""Issued editions and what is made of them. Issuing is a person's act: a form asks for year, edition and name.

Nothing here has a condition under which it would run by itself.
"""

import dagster as dg

from cpc_pipeline import agreements
from cpc_pipeline.desk import exporting, meeting, packing, publishing, reasons
from cpc_pipeline.disclosure.policy import EDITIONS, INTERNAL
from cpc_pipeline.disclosure.register import RegisterBroken
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.common import described, key
from cpc_pipeline.orchestration.files import link
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.metadata import markdown
from cpc_pipeline.project import Project

PUBLIC = "public"


def issued_editions(project: Project) -> dg.AssetSpec:
    """What was issued, by edition and year. It has no button of its own: the job `publish` asks who presses."""
    return dg.AssetSpec(
        key(project, "issued_editions"),
        deps=[key(project, "performance_tables"), key(project, "performance_figures")],
        partitions_def=partitions.editions_by_year(project.catalogue, EDITIONS),
        description="Editions that a person issued with the job publish, or with cpc publish.",
        **described(project, "publication", "pdf", "csv"),
    )


def issued_assets(project: Project) -> list[dg.AssetsDefinition]:
    """What is made of them on request, one partition per year of the compact."""
    by_year = partitions.years(project.catalogue)

    @dg.asset(
        key=key(project, "open_data"),
        partitions_def=by_year,
        deps=[key(project, "issued_editions")],
        pool=POOL,
        description="The issued public edition as Data Package, SDMX, IATI results, workbook and database.",
        **described(project, "publication", "csv", "parquet"),
    )
    def open_data(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        try:
            done = exporting.export_all(project, int(context.partition_key), PUBLIC)
        except exporting.NotExportable as why:
            raise _refused(project, [_exporting(project, why)]) from None
        files = sum(len(one.files) for one in done)
        where = dg.MetadataValue.path(done[0].folder.parent)
        return dg.MaterializeResult(metadata={"files": files, "path": where})

    @dg.asset(
        key=key(project, "dialogue_pack"),
        partitions_def=by_year,
        deps=[key(project, "performance_tables")],
        pool=POOL,
        description="Slides, a page per objective and next year's target sheet for the annual dialogue (internal).",
        **described(project, "publication", "powerpoint", "pdf"),
    )
    def dialogue_pack(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        folder = packing.pack(project, int(context.partition_key))
        return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(folder)})

    return [open_data, dialogue_pack]


def publish_job(project: Project) -> dg.JobDefinition:
    """The launch form, and the act."""
    years = project.catalogue.years
    form = {
        "year": dg.Field(int, description=f"the year that is reported on, {years[0]} to {years[-1]}"),
        "edition": dg.Field(
            dg.Enum("edition", [dg.EnumValue(e) for e in EDITIONS]), description="for whom: " + ", ".join(EDITIONS)
        ),
        "who": dg.Field(str, description="who issues it, for the audit log: a name or an office"),
        "final": dg.Field(
            bool, default_value=False, description="refuse it unless it is agreed and nothing is open or in doubt"
        ),
        "seconds": dg.Field(
            float, default_value=publishing.SECONDS, description="seconds to look for the best pattern"
        ),
    }

    @dg.op(
        name="issue",
        config_schema=form,
        out=dg.Out(dg.Nothing),
        pool=POOL,
        description="Issues one edition of a year, or says every reason why it may not go out.",
    )
    def issue(context: dg.OpExecutionContext) -> None:
        said = context.op_config
        year, edition, who = int(said["year"]), str(said["edition"]), " ".join(str(said["who"]).split())
        if not who or year not in years:
            raise dg.Failure(f"the form needs a name, and a year from {years[0]} to {years[-1]}", allow_retries=False)
        with agreements.acting(who):
            _issue(project, context, year, edition, bool(said["final"]), float(said["seconds"]))
            _for_the_meeting(project, context, year, edition)

    @dg.job(
        name="publish",
        description="A person issues an edition: fill in year, edition and who; it goes out, or you read every reason.",
    )
    def publish() -> None:
        issue()

    return publish


def _issue(
    project: Project, context: dg.OpExecutionContext, year: int, edition: str, final: bool, seconds: float
) -> None:
    language = project.catalogue.languages[0]
    try:
        done = publishing.issue(project, year, edition, context.log.info, seconds, final)
    except publishing.NotReleasable as refused:
        raise _refused(project, [reasons.sentence(w, p, project, language) for w, p in refused.reasons]) from None
    except RegisterBroken as broken:
        told = project.catalogue.wording.text("cli.publish.register_broken", language, name=broken.name)
        raise _refused(project, [told]) from None
    report = done.folder / "report" / f"report_{language}.html"
    doubts = [[reasons.sentence(what, params, project, language)] for what, params in done.doubts]
    metadata: dict[str, dg.MetadataValue | int | bool] = {
        "path": dg.MetadataValue.path(done.folder),
        "hidden": done.hidden,
        "unchanged": done.unchanged,
    }
    if report.exists():
        metadata["report"] = dg.MetadataValue.url(link(project.folders, report))
    if doubts:
        metadata["what keeps it from being final"] = markdown(["doubt"], doubts)
    partition = partitions.edition_key(edition, year)
    context.log_event(dg.AssetMaterialization(key(project, "issued_editions"), partition=partition, metadata=metadata))


def _for_the_meeting(project: Project, context: dg.OpExecutionContext, year: int, edition: str) -> None:
    """Pack and open data of the edition, told of at their assets where these are of that edition."""
    try:
        made = meeting.for_the_meeting(project, year, edition)
    except exporting.NotExportable as why:
        raise _refused(project, [_exporting(project, why)]) from None
    paths = {"open_data": (PUBLIC, made.exports), "dialogue_pack": (INTERNAL, made.pack)}
    for name, (of, path) in paths.items():
        if path is not None and edition == of:
            where = {"path": dg.MetadataValue.path(path)}
            context.log_event(dg.AssetMaterialization(key(project, name), partition=str(year), metadata=where))


def _exporting(project: Project, why: exporting.NotExportable) -> str:
    return project.catalogue.wording.text(f"cli.export.{why.code}", project.catalogue.languages[0], **why.params)


def _refused(project: Project, told: list[str]) -> dg.Failure:
    """The one way in which a run may say something in words: Dagster hides the texts of all other errors."""
    table = markdown(["reason"], [[one] for one in told])
    return dg.Failure(
        f"{project.catalogue.id}: may not go out, {len(told)} reason(s); nothing was issued",
        metadata={"reasons": table},
        allow_retries=False,
    )
