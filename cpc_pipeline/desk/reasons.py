"""Why an edition may not go out, in words: the same sentences at the terminal and in Dagster."""

from __future__ import annotations

from collections.abc import Mapping

from cpc_pipeline.project import Project


def sentence(what: str, params: Mapping[str, object], project: Project, language: str) -> str:
    """A reason in words: standings, organisations and texts by the name that people know them by."""
    wording, said = project.catalogue.wording, dict(params)
    if "standing" in params:
        said["standing"] = wording.text(f"trace.standing_{params['standing']}", language)
    known = project.catalogue.organisations.get(str(params.get("organisation")))
    if known:
        said["organisation"] = known.short[language]
    if "section" in params:
        where = (params.get("objective"), params["section"], said.pop("language"))
        said["text"] = text_named(project, language, *(None if x is None else str(x) for x in where))
    return wording.text(f"cli.publish.{what}", language, **said)


def text_named(project: Project, said_in: str, objective: str | None, section: str | None, language: str | None) -> str:
    """A text of the report as people call it."""
    header = project.catalogue.header
    sections = {s.id: s for s in (*header.sections, *header.report_sections)}
    names = {o.id: o.name[said_in] for o in project.catalogue.objectives}
    whole = project.catalogue.wording.text("narrative.whole", said_in)
    return f"{names.get(objective or '', whole)}, {sections[section or ''].name[said_in]} ({language})"
