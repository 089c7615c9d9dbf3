"""Step 2 in Dagster: the measures, and the matrix of who has sent what."""

import dagster as dg

from cpc_pipeline import pipeline
from cpc_pipeline.desk import questions
from cpc_pipeline.orchestration.automation import WHEN_INPUTS_CHANGE
from cpc_pipeline.orchestration.common import described, key, made_in_time
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.lineage import of_measures
from cpc_pipeline.orchestration.metadata import column_lineage, column_schema, matrix
from cpc_pipeline.project import Project
from cpc_pipeline.warehouse import tables


def measures(project: Project) -> dg.AssetsDefinition:
    """One value per indicator, year, place, group and organisation."""

    @dg.asset(
        key=key(project, "measures"),
        deps=[key(project, "submissions")],
        pool=POOL,
        automation_condition=WHEN_INPUTS_CHANGE,
        freshness_policy=made_in_time(project.catalogue.header),
        description="One value per indicator, year, place, group and organisation, from everything that counts.",
        metadata={"dagster/column_schema": column_schema(tables(project.catalogue.dimension_ids)["measures"])},
        **described(project, "measures", "polars", "duckdb"),
    )
    def compute() -> dg.MaterializeResult[None]:
        done = pipeline.compute_measures(project)
        made_of = of_measures(project.catalogue.dimension_ids)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": done.rows,
                "dagster/column_lineage": column_lineage(made_of, project.catalogue.id),
                "unchanged": done.unchanged,
                "who has sent what": matrix(questions.status(project), project.catalogue),
            }
        )

    return compute
