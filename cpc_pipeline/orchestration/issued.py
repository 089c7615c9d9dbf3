"""What is made of an issued edition, on request: the open data, and the pack of the annual dialogue.

Both are made when somebody presses Materialize: issuing an edition, and what follows from it, is a person's act.
"""

import dagster as dg

from cpc_pipeline.desk import exporting, packing
from cpc_pipeline.orchestration import partitions
from cpc_pipeline.orchestration.home import OWNERS, POOL
from cpc_pipeline.project import Project

PUBLIC = "public"


def issued_assets(project: Project) -> list[dg.AssetsDefinition]:
    """One partition per year of the compact."""
    by_year = partitions.years(project.catalogue)

    @dg.asset(
        partitions_def=by_year,
        deps=["performance_tables"],
        group_name="publication",
        owners=OWNERS,
        kinds={"csv", "parquet"},
        pool=POOL,
        description="The issued public edition as Data Package, SDMX, IATI results, workbook and database.",
    )
    def open_data(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        done = exporting.export_all(project, int(context.partition_key), PUBLIC)
        files = sum(len(one.files) for one in done)
        where = dg.MetadataValue.path(done[0].folder.parent)
        return dg.MaterializeResult(metadata={"files": files, "path": where})

    @dg.asset(
        partitions_def=by_year,
        deps=["performance_tables"],
        group_name="publication",
        owners=OWNERS,
        kinds={"powerpoint", "pdf"},
        pool=POOL,
        description="Slides, a page per objective and next year's target sheet for the annual dialogue (internal).",
    )
    def dialogue_pack(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        folder = packing.pack(project, int(context.partition_key))
        return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(folder)})

    return [open_data, dialogue_pack]
