"""The floor: fastexcel reads every sheet of every workbook to Arrow, in one process, and keeps nothing.

python jobs/bare.py FOLDER
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import fastexcel

sys.path.insert(0, str(Path(__file__).parent.parent))
from spent import cpu, tell


def bare(path: Path) -> int:
    book = fastexcel.read_excel(path.read_bytes())
    return sum(
        book.load_sheet(n, header_row=None, skip_rows=0, dtypes="string").to_arrow().num_rows for n in book.sheet_names
    )


if __name__ == "__main__":
    files = sorted((Path(sys.argv[1]) / "data" / "raw").rglob("*.xlsx"))
    bare(files[0])
    ready = cpu()
    rows = sum(map(bare, files))
    tell(ready=ready, rows=rows, maxrss=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
