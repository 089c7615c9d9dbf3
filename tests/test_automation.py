"""What Dagster does by itself, tried against the traps of its conditions."""

from __future__ import annotations

import dagster as dg
import pytest
from cpc_pipeline.orchestration.assets import build
from cpc_pipeline.orchestration.partitions import partition_key
from cpc_pipeline.project import Project

pytestmark = [
    pytest.mark.filterwarnings("ignore::dagster.BetaWarning"),
    pytest.mark.filterwarnings("ignore::dagster.PreviewWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def named(name: str) -> dg.AssetKey:
    return dg.AssetKey(["colombia", name])


SUBMISSIONS, MEASURES = named("submissions"), named("measures")


def arrived(instance: dg.DagsterInstance, organisation: str, year: int) -> None:
    event = dg.AssetMaterialization(SUBMISSIONS, partition=partition_key(organisation, year))
    instance.report_runless_asset_event(event)


def test_one_workbook_is_enough_whoever_is_late_and_whatever_year_it_is_of(project: Project) -> None:
    defs = build(project)
    with dg.DagsterInstance.ephemeral() as instance:
        first = dg.evaluate_automation_conditions(defs=defs, instance=instance)
        assert first.total_requested == 0, "an empty project asks for nothing"
        arrived(instance, project.catalogue.indicators["PROT-1"].record or "", project.catalogue.years[0])
        second = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=first.cursor)
        assert second.get_num_requested(MEASURES) == 1, "an old year counts, and nobody waits for the others"
        third = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=second.cursor)
        assert third.get_num_requested(MEASURES) == 0, "once"


def test_a_returned_workbook_holds_nobody_back(project: Project) -> None:
    defs = build(project)
    with dg.DagsterInstance.ephemeral() as instance:
        first = dg.evaluate_automation_conditions(defs=defs, instance=instance)
        organisation = project.catalogue.indicators["PROT-1"].record or ""
        arrived(instance, organisation, 2023)
        instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                asset_key=SUBMISSIONS,
                check_name="submission_verdict",
                passed=False,
                partition=str(partition_key(organisation, 2023)),
                metadata={},
            )
        )
        second = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=first.cursor)
        assert second.get_num_requested(MEASURES) == 1


def test_new_measures_ask_for_every_years_tables_and_for_the_quality_of_the_warehouse(project: Project) -> None:
    defs = build(project)
    with dg.DagsterInstance.ephemeral() as instance:
        first = dg.evaluate_automation_conditions(defs=defs, instance=instance)
        instance.report_runless_asset_event(dg.AssetMaterialization(MEASURES))
        second = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=first.cursor)
        years = {str(year) for year in project.catalogue.years}
        for name in ("performance_tables", "performance_figures"):
            assert second.get_requested_partitions(named(name)) == years
        assert second.get_num_requested(named("warehouse_quality")) == 1


def test_the_yearly_schedule_makes_the_results_of_all_years_in_one_run_at_the_hour_of_the_country(
    project: Project,
) -> None:
    repository = build(project).get_repository_def()
    schedule = repository.get_schedule_def("annual_refresh")
    assert schedule.execution_timezone == project.catalogue.header.time_zone
    with dg.build_schedule_context(repository_def=repository) as context:
        requests = schedule.evaluate_tick(context).run_requests
    assert requests is not None and len(requests) == 1
    years = [str(year) for year in project.catalogue.years]
    assert [v for k, v in sorted(requests[0].tags.items()) if "range" in k] == [years[-1], years[0]]
    assert schedule.job_name == "results"
