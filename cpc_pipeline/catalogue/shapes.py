"""Outlines of places, for maps: an optional file of a compact, as GeoJSON in degrees (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from cpc_pipeline.catalogue.header import Model

NAME = "shapes.geojson"
Ring = tuple[tuple[float, float], ...]


class Shapes(Model):
    """Place code to its closed rings of longitude and latitude, holes among them.

    apart: places so far from the rest that a map shows them in a frame (property `apart` of their feature).
    source: whose outlines these are, printed on every map (member `source` of the collection).
    """

    source: str
    rings: dict[str, tuple[Ring, ...]]
    apart: tuple[str, ...] = ()


def read_shapes(path: Path, places: Collection[str]) -> tuple[Shapes | None, list[str]]:
    """The shapes of a file, or None; and what is wrong with it, in words."""
    if not path.exists():
        return None, []
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        rings = {f["properties"]["code"]: tuple(_rings(f["geometry"])) for f in said["features"]}
        apart = tuple(f["properties"]["code"] for f in said["features"] if f["properties"].get("apart"))
        shapes = Shapes(source=said["source"], rings=rings, apart=apart)
    except (ValueError, KeyError, TypeError):
        return None, ["not a GeoJSON collection with a source, and a code and (multi)polygon in each feature"]
    return shapes, [f"there is no place '{code}'" for code in rings if code not in places]


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
    return [tuple((float(x), float(y)) for x, y in ring) for polygon in polygons for ring in polygon]
