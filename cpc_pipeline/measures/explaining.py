"""Replies of organisations as notes of the measures that their observations went into, for the internal edition.

A reply is free text. It is quoted only where `cleared` says that it names nobody; otherwise the note says that the
organisation has confirmed the value and that its reason is on record.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable

import polars as pl

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.measures.computing import measure_id


def explain(
    measures: pl.DataFrame,
    lineage: pl.DataFrame,
    replies: pl.DataFrame,
    catalogue: Catalogue,
    cleared: Callable[[str], bool],
) -> pl.DataFrame:
    """The measures, with a note for each reply to a question about an observation that was used in them."""
    used = lineage.filter(pl.col("role") == "used").select("measure_id", "observation_id")
    answers: dict[str, list[dict[str, object]]] = defaultdict(list)
    joined = replies.filter(pl.col("rule").is_not_null()).join(used, on="observation_id")
    for row in joined.sort("measure_id", "observation_id", "question").iter_rows(named=True):
        code, params = ("reply", {"text": row["text"]}) if cleared(row["text"]) else ("reply_kept", {})
        answers[row["measure_id"]].append({"code": code, "params": params})
    if not answers:
        return measures
    notes = []
    for row in measures.iter_rows(named=True):
        own = json.loads(row["notes"] or "[]")
        own += [note for note in answers.get(measure_id(row, catalogue), []) if note not in own]
        notes.append(json.dumps(own, sort_keys=True, ensure_ascii=False))
    return measures.with_columns(pl.Series("notes", notes, dtype=pl.String))
