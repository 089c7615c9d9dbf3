"""Step 2 in Dagster: the measures, and the matrix of who has sent what."""

import dagster as dg

from cpc_pipeline import pipeline
from cpc_pipeline.desk import notifying, questions
from cpc_pipeline.orchestration import sending
from cpc_pipeline.orchestration.automation import when_inputs_change
from cpc_pipeline.orchestration.common import described, key, made_in_time
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.lineage import of_measures
from cpc_pipeline.orchestration.metadata import column_lineage, column_schema, matrix
from cpc_pipeline.orchestration.retries import if_busy_again
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import tables


def measures(project: Project, words: Words) -> dg.AssetsDefinition:
    """One value per indicator, year, place, group and organisation."""

    @dg.asset(
        key=key(project, "measures"),
        deps=[key(project, "submissions")],
        pool=POOL,
        automation_condition=when_inputs_change(words),
        freshness_policy=made_in_time(project.catalogue.header),
        description=words("asset.measures"),
        metadata={
            "dagster/column_schema": column_schema(
                tables(project.catalogue.dimension_ids)["measures"],
                words,
                "measures",
                of_measures(project.catalogue.dimension_ids),
            )
        },
        **described(project, "measures", "polars", "duckdb"),
    )
    def compute(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        with if_busy_again(context):
            done = pipeline.compute_measures(project)
        sending.tell(project, words, context)
        made_of = of_measures(project.catalogue.dimension_ids)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": done.rows,
                "dagster/column_lineage": column_lineage(made_of, project.catalogue.id),
                words.label("unchanged"): done.unchanged,
                words.label("sent"): matrix(questions.status(project), words, notifying.today(project)),
            }
        )

    return compute
