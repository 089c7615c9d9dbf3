"""Text files (csv, tsv and their kin): separator decided by evidence over the whole file and then fixed.

Every line is accounted for: it is cells, or part of a quoted cell, or blank, or named. Lines that a program put in
quotes as a whole are taken apart and counted; a line with more or fewer fields than the table, a quote that is never
closed or a character that is lost refuses the file with the number of the line, because a shifted column is a wrong
number that nobody sees.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cpc_pipeline.intake.cells import Refused
from cpc_pipeline.intake.reading.encoding import Decoded, decode, named
from cpc_pipeline.intake.reading.limits import MAX_CELLS

SHEET = "CSV"
"""What the only sheet of a text file is called."""
_SEPARATORS = (",", ";", "\t", "|")
_DECLARED = re.compile(r"\ufeff?sep=(.)(?:\r\n|\n|\r|$)", re.I)


@dataclass
class Records:
    """fields of each record and the line it starts on; quoted: indices of records whose line is one quoted whole."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def open_text(content: bytes) -> dict[str, Any]:
    """The only sheet of a text file, as `opening` words it; raises Refused with the line."""
    size = len(content)
    decoded = decode(content)
    text, skipped, separator = decoded.text, 0, None
    if declared := _DECLARED.match(text):
        separator, text, skipped = declared[1], text[declared.end() :], 1
    text = text.removesuffix("\x1a")
    if separator is None:
        separator = _separator(text)
    records = _records(text, separator, skipped, size)
    width, first = _width(records)
    repaired = _unwrap(records, separator, width, first)
    if width < 2 and repaired:
        width, first = _width(records)
    _refuse_ragged(records, width, size)
    if sum(map(len, records.rows)) > MAX_CELLS:
        raise Refused("file_too_large", sheet=SHEET, cell=f"A{len(records.rows)}", cells=sum(map(len, records.rows)))
    shifted = [[row, line] for row, line in enumerate(records.lines, 1) if row != line]
    sheet = {"name": SHEET, "top": 1, "left": 1, "rows": records.rows, "extra": [], "facts": {"lines": shifted}}
    return {
        "file": {"format": "csv", "encoding": decoded.encoding, "separator": separator},
        "sheets": [sheet],
        "remarks": _remarks(decoded, repaired),
    }


def _remarks(decoded: Decoded, repaired: list[int]) -> list[dict[str, Any]]:
    said = []
    if decoded.assumed:
        said.append(_remark("csv_assumed", "note", 1, encoding=decoded.encoding))
    for code, lines in (("csv_mended_lines", decoded.mended), ("csv_quoted_lines", repaired)):
        if lines:
            said.append(_remark(code, "query", lines[0], count=len(lines), lines=named(lines)))
    return said


def _remark(code: str, severity: str, line: int, **params: object) -> dict[str, Any]:
    return {"code": code, "severity": severity, "sheet": SHEET, "cell": f"A{line}", "params": params}


def _separator(text: str) -> str:
    """The sign that cuts most records into the same number of fields; a comma where none does."""
    best, choice = (0.0, 0), ","
    for sign in _SEPARATORS:
        if sign not in text:
            continue
        try:
            rows = [row for row in _reader(text, sign, strict=False) if any(row)]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = (round(count / len(rows), 2), width)
        if score > best:
            best, choice = score, sign
    return choice


def _reader(text: str, separator: str, *, strict: bool) -> Any:
    csv.field_size_limit(2**31 - 1)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)


def _records(text: str, separator: str, skipped: int, size: int) -> Records:
    """Fields with the line on which each record starts; a quote that is never closed names the line it opens on."""
    records = Records()
    reader = _reader(text, separator, strict=True)
    start = 1 + skipped
    try:
        for row in reader:
            records.rows.append(row)
            records.lines.append(start)
            start = reader.line_num + 1 + skipped
    except csv.Error as error:
        code = "csv_unclosed_quote" if "end of data" in str(error) else "csv_bad_quote"
        raise Refused(code, sheet=SHEET, cell=f"A{len(records.rows) + 1}", line=start, size=size) from None
    return records


def _width(records: Records) -> tuple[int, int]:
    """How many fields the table has, and the first record that has as many."""
    widths = Counter(len(row) for row in records.rows if len(row) > 1 and any(row))
    if not widths:
        return 1, 0
    width = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    return width, next(i for i, row in enumerate(records.rows) if len(row) == width and any(row))


def _unwrap(records: Records, separator: str, width: int, first: int) -> list[int]:
    """Take apart the records that were put in quotes as a whole; returns their lines."""
    repaired = []
    alone = [i for i, row in enumerate(records.rows) if row and separator in row[0] and not any(row[1:])]
    inside = {i: next(csv.reader([records.rows[i][0]], delimiter=separator)) for i in alone}
    if width < 2 and len(alone) > 1 and len(alone) == sum(map(any, records.rows)):
        width = Counter(map(len, inside.values())).most_common(1)[0][0]
    for i, fields in inside.items():
        if i <= first and any(field.startswith(" ") for field in fields[1:]):
            continue  # a title: a sentence with commas, in quotes as it must be
        if len(fields) == width and (i > first or width > 2):
            records.rows[i] = fields
            repaired.append(records.lines[i])
    return repaired


def _refuse_ragged(records: Records, width: int, size: int) -> None:
    """Between the first and the last line of the table, every line has as many fields as the table."""
    if width < 2:
        return
    full = [i for i, row in enumerate(records.rows) if len(row) == width]
    ragged = []
    for i in range(full[0], full[-1] + 1):
        row = records.rows[i]
        if len(row) > width and not any(row[width:]):
            del row[width:]
        elif len(row) != width and any(row):
            ragged.append(i)
    if ragged:
        lines = [records.lines[i] for i in ragged]
        params = {"count": len(lines), "lines": named(lines), "fields": len(records.rows[ragged[0]]), "width": width}
        raise Refused("csv_ragged", sheet=SHEET, cell=f"A{ragged[0] + 1}", line=lines[0], size=size, **params)
