"""What all assets of a compact share: the key, its stage and country, who owns it, and until when it must be made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypedDict

import dagster as dg

from cpc_pipeline.catalogue.header import Header
from cpc_pipeline.orchestration.home import OWNERS
from cpc_pipeline.project import Project

COMPACT = "cpc/compact"
"""Tag of assets and runs: whose they are."""


def key(project: Project, name: str) -> dg.AssetKey:
    """Asset keys begin with the compact: several countries can share one history and are never taken for each other."""
    return dg.AssetKey([project.catalogue.id, name])


def tagged(project: Project) -> dict[str, str]:
    """On every run, so that several countries can share one history and each is told of its own."""
    return {COMPACT: project.catalogue.id}


class Described(TypedDict):
    """What every asset says of itself."""

    group_name: str
    owners: list[str]
    kinds: set[str]
    tags: dict[str, str]


def described(project: Project, stage: str, *kinds: str) -> Described:
    """Group, owners, kinds and tags of an asset: the groups are the stages of the river."""
    return {
        "group_name": stage,
        "owners": OWNERS,
        "kinds": set(kinds),
        "tags": {COMPACT: project.catalogue.id, "cpc/stage": stage},
    }


def sent_in_time(header: Header) -> dg.FreshnessPolicy:
    """All must have sent between the end of a reporting year and the last day in time (sending.py)."""
    closing = header.closing(2024)
    cron = f"59 23 {closing.day} {closing.month} *"
    return _by(cron, date(closing.year, 1, 1), closing, header)


def made_in_time(header: Header) -> dg.FreshnessPolicy:
    """The results must have been made again since the last day in time, when the yearly refresh is over."""
    due, refresh = header.due(2024), header.annual_refresh.day(2025)
    begin = due if due is not None and due < refresh else date(refresh.year, 1, 1)
    return _by(header.annual_refresh.cron, begin, refresh, header)


def _by(cron: str, begin: date, end: date, header: Header) -> dg.FreshnessPolicy:
    days = max((end - begin).days, 1)
    return dg.FreshnessPolicy.cron(cron, timedelta(days=days), timezone=header.time_zone)
