"""What was agreed, kept for later: the files of a compact as one archive, and each definition as a row."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue.loading import load_folder
from cpc_pipeline.catalogue.models import Catalogue

NO_DATE = (1980, 1, 1, 0, 0, 0)


def pack(catalogue: Catalogue) -> bytes:
    """Every file the catalogue was read from; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in catalogue.sources.items():
            archive.writestr(zipfile.ZipInfo(name, NO_DATE), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpack(archive: bytes, now: Catalogue) -> Catalogue:
    """The catalogue as it was; raises CatalogueFaults where today's program can no longer read it.

    now: the compact as it is, whose words stand in where the program has come to need words that were not there.
    """
    with tempfile.TemporaryDirectory() as place:
        folders = {"compact": Path(place) / now.id, "common": Path(place) / "shared words"}
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for name in opened.namelist():
                top, *rest = PurePosixPath(name).parts
                target = folders[top].joinpath(*rest)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(opened.read(name))
        return load_folder(folders["compact"], folders["common"], now.wording.texts)


def definitions(catalogue: Catalogue) -> pl.DataFrame:
    """Each thing that was agreed as a row of contracts.DEFINITIONS."""
    rows = [*_models(catalogue), *_codes(catalogue), *_agreed(catalogue)]
    return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.DEFINITIONS))


def _models(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    kinds: dict[str, Iterable[Any]] = {
        "objective": catalogue.objectives,
        "organisation": catalogue.organisations.values(),
        "indicator": catalogue.indicators.values(),
        "context_series": catalogue.context_series.values(),
        "unit": catalogue.units.values(),
        "rule": catalogue.rules,
        "decision": catalogue.decisions,
        "waiver": catalogue.waivers,
        "ladder": catalogue.ladders,
    }
    for kind, models in kinds.items():
        for model in models:
            yield _row(kind, model.id, model.model_dump(mode="json"))


def _codes(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for name, codes in {**catalogue.codelists, "places": catalogue.places}.items():
        for code in codes.codes.values():
            yield _row("code", f"{name}/{code.code}", code.model_dump(mode="json"))


def _agreed(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for kind, frame in (("target", catalogue.targets), ("baseline", catalogue.baselines)):
        for row in frame.iter_rows(named=True):
            parts = [row[c] for c in ("indicator", "year", "place", *catalogue.dimension_ids)]
            yield _row(kind, "|".join(str(p) for p in parts), row)


def _row(kind: str, key: str, content: dict[str, Any]) -> dict[str, Any]:
    def day(name: str) -> Any:
        value = content.get(name)
        return pl.Series([value], dtype=pl.String).str.to_date(strict=False)[0] if value else None

    return {
        "kind": kind,
        "id": key,
        "valid_from": day("valid_from"),
        "valid_to": day("valid_to"),
        "decision": content.get("decision"),
        "content": json.dumps(content, sort_keys=True, ensure_ascii=False, default=str),
    }
