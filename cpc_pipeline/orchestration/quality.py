"""The warehouse rules as asset checks: passed, failed, or broken, which is never shown as failed."""

# Dagster reads the annotations of a decorated function: they cannot be postponed here.
from collections.abc import Iterator
from typing import Any

import dagster as dg

from cpc_pipeline import pipeline
from cpc_pipeline.contracts import Severity
from cpc_pipeline.orchestration.automation import when_inputs_change
from cpc_pipeline.orchestration.common import described, key
from cpc_pipeline.orchestration.files import link
from cpc_pipeline.orchestration.home import POOL
from cpc_pipeline.orchestration.metadata import list_schema, markdown
from cpc_pipeline.orchestration.retries import if_busy_again
from cpc_pipeline.orchestration.words import Words
from cpc_pipeline.project import Project
from cpc_pipeline.quality import Outcome

GRAVE = (Severity.RETURN, Severity.REJECT)
ASSET, EVALUATED = "warehouse_quality", "every_rule_was_evaluated"


def warehouse_quality(project: Project, words: Words) -> dg.AssetsDefinition:
    """One asset with a check per rule. Great Expectations runs in a process of its own (see cpc_pipeline.quality).

    A rule that could not be evaluated gets no result: Dagster shows its check as skipped, never as failed. That it was
    not evaluated is a check of its own, because it is our fault and must not be quiet.
    """
    rules = [rule for rule in project.catalogue.rules if rule.scope == "warehouse"]
    checks = {_name(rule.id): words.of("quality", f"rule.{rule.code}") for rule in rules}
    checks[EVALUATED] = words.of("quality", "evaluated")
    own = key(project, ASSET)

    @dg.multi_asset(
        name=ASSET,
        specs=[
            dg.AssetSpec(
                own,
                deps=[key(project, "measures")],
                automation_condition=when_inputs_change(words),
                description=words(f"asset.{ASSET}"),
                metadata={"dagster/column_schema": list_schema(words, ASSET)},
                **described(project, "quality", "greatexpectations"),
            )
        ],
        check_specs=[dg.AssetCheckSpec(name, asset=own, description=said) for name, said in checks.items()],
        can_subset=True,  # so that a check may stay without a result
        pool=POOL,
    )
    def quality(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with if_busy_again(context):
            checked = pipeline.check_quality(project)
        if context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=own, metadata=_metadata(checked.outcomes, project, words))
        # A person can ask for one check alone; all are looked at, and only those asked for are answered.
        asked = {key.name for key in context.selected_asset_check_keys}
        for outcome in checked.outcomes:
            if outcome.outcome != "broken" and _name(outcome.rule) in asked:
                yield _result(outcome, project, words)
        if EVALUATED in asked:
            yield _evaluated(checked.outcomes, project, words)

    return quality


def _name(rule: str) -> str:
    """Dagster takes letters, digits and underscores."""
    return rule.replace("-", "_")


def _result(outcome: Outcome, project: Project, words: Words) -> dg.AssetCheckResult:
    grave = outcome.severity in GRAVE
    return dg.AssetCheckResult(
        asset_key=key(project, ASSET),
        check_name=_name(outcome.rule),
        passed=outcome.outcome == "passed",
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        description=_said(outcome, words),
        metadata={words.label(n): getattr(outcome, n) for n in ("table", "checked", "unexpected")},
    )


def _evaluated(outcomes: tuple[Outcome, ...], project: Project, words: Words) -> dg.AssetCheckResult:
    """Whether each rule could be evaluated, and which could not."""
    broken = ", ".join(o.rule for o in outcomes if o.outcome == "broken")
    return dg.AssetCheckResult(
        asset_key=key(project, ASSET),
        check_name=EVALUATED,
        passed=not broken,
        severity=dg.AssetCheckSeverity.ERROR,
        description=words.of("quality", "not_evaluated" if broken else "evaluated", rules=broken),
    )


def _said(outcome: Outcome, words: Words) -> str:
    """The rule, and how many rows are not as it says."""
    rule = words.of("quality", f"rule.{outcome.code}")
    if outcome.outcome == "passed":
        return rule
    key = "said" if outcome.checked else "said_table"
    counts = {"unexpected": outcome.unexpected, "checked": outcome.checked}
    return f"{rule} {words.of('quality', key, **counts)}"


def _metadata(outcomes: tuple[Outcome, ...], project: Project, words: Words) -> dict[str, Any]:
    rows = [
        (
            words.of("quality", f"outcome.{o.outcome}"),
            words.of("quality", f"rule.{o.code}"),
            f"{o.unexpected} / {o.checked}",
        )
        for o in sorted(outcomes, key=lambda o: o.outcome)
    ]
    heads = [words.of("quality", f"col.{c}") for c in ("outcome", "rule", "unexpected")]
    page = project.folders.quality / "index.html"
    return {
        words.label("rules"): markdown(heads, rows, words),
        words.label("data_docs"): dg.MetadataValue.url(link(project.folders, page)),
        words.label("data_docs_file"): dg.MetadataValue.path(page),
    }
