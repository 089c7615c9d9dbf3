"""The warehouse rules as asset checks: passed, failed, or broken, which is never shown as failed."""

# Dagster reads the annotations of a decorated function: they cannot be postponed here.
from collections.abc import Iterator
from typing import Any

import dagster as dg

from cpc_pipeline import pipeline
from cpc_pipeline.contracts import Severity
from cpc_pipeline.orchestration.automation import WHEN_INPUTS_CHANGE
from cpc_pipeline.orchestration.common import described, key
from cpc_pipeline.orchestration.files import link
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.metadata import markdown
from cpc_pipeline.project import Project
from cpc_pipeline.quality import Outcome

GRAVE = (Severity.RETURN, Severity.REJECT)
ASSET, EVALUATED = "warehouse_quality", "every_rule_was_evaluated"


def warehouse_quality(project: Project) -> dg.AssetsDefinition:
    """One asset with a check per rule. Great Expectations runs in a process of its own (see cpc_pipeline.quality).

    A rule that could not be evaluated gets no result: Dagster shows its check as skipped, never as failed. That it was
    not evaluated is a check of its own, because it is our fault and must not be quiet.
    """
    wording, language = project.catalogue.wording, project.catalogue.languages[0]
    rules = [rule for rule in project.catalogue.rules if rule.scope == "warehouse"]
    checks = {_name(rule.id): wording.text(f"quality.rule.{rule.code}", language) for rule in rules}
    checks[EVALUATED] = wording.text("quality.evaluated", language)
    own = key(project, ASSET)
    about = "What lies in the warehouse, held to the compact's rules; Data Docs for analysts and auditors."

    @dg.multi_asset(
        name=ASSET,
        specs=[
            dg.AssetSpec(
                own,
                deps=[key(project, "measures")],
                automation_condition=WHEN_INPUTS_CHANGE,
                description=about,
                **described(project, "quality", "greatexpectations"),
            )
        ],
        check_specs=[dg.AssetCheckSpec(name, asset=own, description=words) for name, words in checks.items()],
        can_subset=True,  # so that a check may stay without a result
        pool=POOL,
    )
    def quality(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        checked = pipeline.check_quality(project)
        if context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=own, metadata=_metadata(checked.outcomes, project))
        # A person can ask for one check alone; all are looked at, and only those asked for are answered.
        asked = {key.name for key in context.selected_asset_check_keys}
        for outcome in checked.outcomes:
            if outcome.outcome != "broken" and _name(outcome.rule) in asked:
                yield _result(outcome, project)
        if EVALUATED in asked:
            yield _evaluated(checked.outcomes, project)

    return quality


def _name(rule: str) -> str:
    """Dagster takes letters, digits and underscores."""
    return rule.replace("-", "_")


def _result(outcome: Outcome, project: Project) -> dg.AssetCheckResult:
    grave = outcome.severity in GRAVE
    return dg.AssetCheckResult(
        asset_key=key(project, ASSET),
        check_name=_name(outcome.rule),
        passed=outcome.outcome == "passed",
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        description=_said(outcome, project),
        metadata={"table": outcome.table, "checked": outcome.checked, "unexpected": outcome.unexpected},
    )


def _evaluated(outcomes: tuple[Outcome, ...], project: Project) -> dg.AssetCheckResult:
    """Whether each rule could be evaluated, and which could not."""
    wording, language = project.catalogue.wording, project.catalogue.languages[0]
    broken = ", ".join(o.rule for o in outcomes if o.outcome == "broken")
    return dg.AssetCheckResult(
        asset_key=key(project, ASSET),
        check_name=EVALUATED,
        passed=not broken,
        severity=dg.AssetCheckSeverity.ERROR,
        description=wording.text("quality.not_evaluated" if broken else "quality.evaluated", language, rules=broken),
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
