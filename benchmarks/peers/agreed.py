"""What the four peers share: what was agreed, reading by pandas and openpyxl, and how a run ends.

The harness writes agreed.json from the compact's data, so that no peer pays for reading a catalogue. Every peer reads
each workbook with openpyxl, finds what is wrong with which cell, keeps the rows that hold, and sums them: that is less
than this project does (no process of its own for a file, no look for personal data, no receipts, no originals, no
addresses kept, no history, no targets), so that the ratios are on the side of the peers.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

Fault = tuple[str, str, str]
"""File below data/raw/<compact>, cell, code of the finding."""
THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
TEXT, AS_TEXT, AMBIGUOUS, MARK, BLANK, SOUND = "text", "number as text", "ambiguous", "mark", "blank", "number"


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Agreed:
    """agreed.json: sheet, row of headings, columns, indicators, places, codes of the dimensions, marks, units."""

    def __init__(self, path: Path) -> None:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.sheet, self.header_row, self.columns = said["sheet"], said["header_row"], said["columns"]
        self.indicators, self.places = said["indicators"], said["places"]
        self.dimensions, self.marks = said["dimensions"], set(said["marks"])
        self.fields = list(self.columns.values())

    def cell(self, row: int, field: str) -> str:
        """Address of the row-th line of the table (from 0)."""
        return f"{chr(65 + self.fields.index(field))}{self.header_row + 1 + row}"


def kind_of(value: Any, marks: set[str]) -> str:
    """What was typed where a number belongs."""
    if pd.isna(value):
        return BLANK
    if isinstance(value, (int, float)):
        return SOUND
    text = str(value).strip()
    if text.upper() in marks:
        return MARK
    if THOUSANDS.fullmatch(text):
        return AMBIGUOUS
    return AS_TEXT if NUMBER.fullmatch(text) else TEXT


def read(path: Path, agreed: Agreed) -> pd.DataFrame:
    """The table as pandas reads it with openpyxl, under the names of the fields."""
    frame = pd.read_excel(
        path,
        sheet_name=agreed.sheet,
        header=agreed.header_row - 1,
        engine="openpyxl",
        dtype=object,
        keep_default_na=False,
        na_values=[""],
    )
    return frame.rename(columns=agreed.columns)


def prepared(frame: pd.DataFrame, agreed: Agreed) -> pd.DataFrame:
    """Numbers, dates and codes beside what was typed, so that every peer checks the same columns."""
    frame = frame[agreed.fields].copy()
    frame["row"] = range(len(frame))
    frame["typed"] = [kind_of(v, agreed.marks) for v in frame["value"]]
    sound = frame["typed"].isin([SOUND, AS_TEXT])
    frame["number"] = pd.to_numeric(frame["value"].where(sound), errors="coerce")
    for name in ("numerator", "denominator"):
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    for name in ("period_start", "period_end"):
        frame[f"{name}_on"] = pd.to_datetime(frame[name], errors="coerce")
    frame["days"] = (frame["period_end_on"] - frame["period_start_on"]).dt.days
    about = agreed.indicators
    frame["due_unit"] = [about.get(i, {}).get("unit") for i in frame["indicator"]]
    frame["given_unit"] = frame["unit"].where(frame["unit"].notna(), frame["due_unit"])
    frame["whole"] = [bool(about.get(i, {}).get("whole")) for i in frame["indicator"]]
    frame["least"] = pd.to_numeric(pd.Series([about.get(i, {}).get("least") for i in frame["indicator"]]))
    frame["most"] = pd.to_numeric(pd.Series([about.get(i, {}).get("most") for i in frame["indicator"]]))
    frame["place_code"] = [agreed.places.get(str(p)) for p in frame["place"]]
    for name, codes in agreed.dimensions.items():
        frame[name] = [codes.get(str(c), "?") if pd.notna(c) else "all" for c in frame[name]]
    known = frame["indicator"].isin(list(about)) & frame["place_code"].notna() & frame["period_end_on"].notna()
    frame["held"] = known & sound & (frame["days"] >= 0)
    with_parts(frame, agreed)
    return frame


def with_parts(frame: pd.DataFrame, agreed: Agreed) -> None:
    """For each total: how far the sum of its sexes is from it (`gap`), and how far ages or forms are above (`over`)."""
    frame["gap"], frame["over"] = 0.0, 0.0
    held, dims = frame[frame["held"]], list(agreed.dimensions)
    keys = ["indicator", "place_code", "period_start_on", "period_end_on"]
    totals = held[(held[dims] == "all").all(axis=1)]
    for name in dims:
        others = [d for d in dims if d != name]
        parts = held[(held[others] == "all").all(axis=1) & (held[name] != "all")]
        if parts.empty:
            continue
        added = parts.groupby(keys, sort=False)["number"].agg(["sum", "size"])
        both = totals.join(added, on=keys, how="inner")
        both = both[both["size"] > 1]
        apart = both["sum"] - both["number"]
        if name == "sex":
            frame.loc[apart.index, "gap"] = apart
        else:
            frame.loc[apart.index, "over"] = frame.loc[apart.index, "over"].combine(apart.clip(lower=0), max)


def end(found: list[Fault], kept: list[pd.DataFrame], folder: Path, ready: float) -> None:
    """Write what was kept and its sums, and tell the harness what was found."""
    rows = pd.concat(kept, ignore_index=True)
    columns = ["file", "indicator", "place_code", "period_start_on", "period_end_on", "sex", "age", "form", "number"]
    rows[columns].to_parquet(folder / "observations.parquet")
    rows["year"] = rows["period_end_on"].dt.year
    keys = ["indicator", "place_code", "year", "sex", "age", "form"]
    sums = rows.groupby(keys, dropna=False, sort=False)["number"].sum().reset_index()
    sums.to_parquet(folder / "measures.parquet")
    print(json.dumps({"faults": sorted(map(list, found)), "ready": ready, "measures": len(sums)}))


def run(start: Callable[[Agreed], Callable[[Path, str], Iterator[Fault] | list[Fault]]]) -> None:
    """python PEER.py RAW agreed.json OUT. `start` gives what checks one workbook; it also keeps its rows in `kept`."""
    raw, agreed, out = Path(sys.argv[1]), Agreed(Path(sys.argv[2])), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    check = start(agreed)
    ready = cpu()
    found: list[Fault] = []
    for path in sorted(raw.rglob("*.xlsx")):
        found += check(path, path.relative_to(raw).as_posix())
    end(found, KEPT, out, ready)


KEPT: list[pd.DataFrame] = []


def keep(frame: pd.DataFrame, name: str) -> None:
    """Keep the rows that hold, with the file they came from."""
    KEPT.append(frame[frame["held"]].assign(file=name))
