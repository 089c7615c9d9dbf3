"""Who is due, by year: static partitions made from the compact's data.

Years are static, not time windows: an old year that is sent again must be requested again. Organisations are the
other dimension, so that adding one is a line of data (docs/decisions/0001-organisations-in-dagster.md).
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from cpc_pipeline.catalogue import Catalogue

YEAR, ORGANISATION, EDITION = "year", "organisation", "edition"


def years(catalogue: Catalogue) -> dg.StaticPartitionsDefinition:
    return dg.StaticPartitionsDefinition([str(year) for year in catalogue.years])


def organisations_by_year(catalogue: Catalogue) -> dg.MultiPartitionsDefinition:
    organisations = dg.StaticPartitionsDefinition(list(catalogue.organisations))
    return dg.MultiPartitionsDefinition({ORGANISATION: organisations, YEAR: years(catalogue)})


def partition_key(organisation: str, year: int) -> dg.MultiPartitionKey:
    return dg.MultiPartitionKey({ORGANISATION: organisation, YEAR: str(year)})


def editions_by_year(catalogue: Catalogue, editions: Iterable[str]) -> dg.MultiPartitionsDefinition:
    return dg.MultiPartitionsDefinition(
        {EDITION: dg.StaticPartitionsDefinition(list(editions)), YEAR: years(catalogue)}
    )


def edition_key(edition: str, year: int) -> dg.MultiPartitionKey:
    return dg.MultiPartitionKey({EDITION: edition, YEAR: str(year)})


def range_tags(first: int, last: int) -> dict[str, str]:
    """Tags that make one run of all years from the first to the last."""
    return {"dagster/asset_partition_range_start": str(first), "dagster/asset_partition_range_end": str(last)}


def known(organisation: str, year: int, catalogue: Catalogue) -> bool:
    """A folder of an organisation or year that is not in the catalogue has findings, and no partition."""
    return organisation in catalogue.organisations and year in catalogue.years
