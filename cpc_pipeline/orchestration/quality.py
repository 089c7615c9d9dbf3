"""The warehouse rules as asset checks: passed, failed, or broken, which is never shown as failed."""

# Dagster reads the annotations of a decorated function: they cannot be postponed here.
from collections.abc import Iterator
from typing import Any

import dagster as dg

from cpc_pipeline import pipeline
from cpc_pipeline.contracts import Severity
from cpc_pipeline.orchestration.automation import WHEN_INPUTS_CHANGE
from cpc_pipeline.orchestration.files import link
from cpc_pipeline.orchestration.home import OWNERS, POOL
from cpc_pipeline.orchestration.metadata import markdown
from cpc_pipeline.project import Project
from cpc_pipeline.quality import Outcome

GRAVE = (Severity.RETURN, Severity.REJECT)


def warehouse_quality(project: Project) -> dg.AssetsDefinition:
    """One asset with a check per rule. Great Expectations runs in a process of its own (see cpc_pipeline.quality).

    A rule that could not be evaluated gets no result and fails the step after all others are reported: the UI then
    shows that check as *execution failed*, which is another thing than *failed*.
    """
    language = project.catalogue.languages[0]
    rules = [rule for rule in project.catalogue.rules if rule.scope == "warehouse"]

    @dg.asset(
        name="warehouse_quality",
        deps=["measures"],
        group_name="quality",
        owners=OWNERS,
        kinds={"greatexpectations"},
        pool=POOL,
        automation_condition=WHEN_INPUTS_CHANGE,
        description="What lies in the warehouse, held to the compact's rules; Data Docs for analysts and auditors.",
        check_specs=[
            dg.AssetCheckSpec(
                _name(rule.id),
                asset="warehouse_quality",
                description=project.catalogue.wording.text(f"quality.rule.{rule.code}", language),
            )
            for rule in rules
        ],
    )
    def quality() -> Iterator[dg.Output[None] | dg.AssetCheckResult]:
        checked = pipeline.check_quality(project)
        yield dg.Output(None, metadata=_metadata(checked.outcomes, project))
        broken = [outcome.rule for outcome in checked.outcomes if outcome.outcome == "broken"]
        for outcome in checked.outcomes:
            if outcome.rule not in broken:
                yield _result(outcome, project)
        if broken:
            raise dg.Failure(f"could not be evaluated, which says nothing about the data: {', '.join(broken)}")

    return quality


def _name(rule: str) -> str:
    """Dagster takes letters, digits and underscores."""
    return rule.replace("-", "_")


def _result(outcome: Outcome, project: Project) -> dg.AssetCheckResult:
    grave = outcome.severity in GRAVE
    return dg.AssetCheckResult(
        check_name=_name(outcome.rule),
        passed=outcome.outcome == "passed",
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        description=_said(outcome, project),
        metadata={"table": outcome.table, "checked": outcome.checked, "unexpected": outcome.unexpected},
    )


def _said(outcome: Outcome, project: Project) -> str:
    """The rule, and how many rows are not as it says, in the first language."""
    wording, language = project.catalogue.wording, project.catalogue.languages[0]
    rule = wording.text(f"quality.rule.{outcome.code}", language)
    if outcome.outcome == "passed":
        return rule
    key = "said" if outcome.checked else "said_table"
    counts = {"unexpected": outcome.unexpected, "checked": outcome.checked}
    return f"{rule} {wording.text(f'quality.{key}', language, **counts)}"


def _metadata(outcomes: tuple[Outcome, ...], project: Project) -> dict[str, Any]:
    wording, language = project.catalogue.wording, project.catalogue.languages[0]
    rows = [
        (
            wording.text(f"quality.outcome.{o.outcome}", language),
            wording.text(f"quality.rule.{o.code}", language),
            f"{o.unexpected} / {o.checked}",
        )
        for o in sorted(outcomes, key=lambda o: o.outcome)
    ]
    heads = [wording.text(f"quality.col.{c}", language) for c in ("outcome", "rule", "unexpected")]
    page = project.folders.quality / "index.html"
    return {
        "rules": markdown(heads, rows),
        "Data Docs": dg.MetadataValue.url(link(project.folders, page)),
        "Data Docs file": dg.MetadataValue.path(page),
    }
