"""Numbers are found in files as any reader may read them, in every kind of file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline.artefacts import audit_files, numbers_in

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("46 y 5", [(46.0,), (5.0,)]),
        ("1.234", [(1234.0, 1.234)]),
        ("1,220.5", [(1220.5,)]),
        ("2024-03-01", [(2024.0,), (3.0,), (1.0,)]),
        ("a5 5b", []),
    ],
)
def test_numbers_are_found_as_any_reader_may_read_them(text: str, found: list[tuple[float, ...]]) -> None:
    assert list(numbers_in(text)) == found


def test_a_number_that_is_not_in_the_table_is_found_in_every_kind_of_file(tmp_path: Path) -> None:
    import xlsxwriter

    (tmp_path / "a.csv").write_text("note\nthere were 3 children\n")
    (tmp_path / "b.txt").write_text("3 girls")
    (tmp_path / "c.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>3</text></svg>')
    (tmp_path / "d.html").write_text("<html><body><p title='3'>x</p></body></html>")
    (tmp_path / "e.json").write_text('{"n": 3}')
    book = xlsxwriter.Workbook(tmp_path / "f.xlsx")
    sheet = book.add_worksheet()
    sheet.write_number(0, 0, 3)
    book.add_worksheet().hide()
    book.close()
    pl.DataFrame({"n": [3, 46]}).write_parquet(tmp_path / "g.parquet")
    (tmp_path / "h.bin").write_bytes(b"x")
    names = [p.name for p in tmp_path.iterdir()]
    leaks = audit_files(tmp_path, names, frozenset({46.0, 0.0, 1.0}), pl.DataFrame({"indicator": []}))
    assert {leak.file[0] for leak in leaks if leak.what == "number"} == set("abcdefg")
    assert Counter(leak.what for leak in leaks)["unknown_file"] == 1
    assert [leak.where for leak in leaks if leak.what == "strange_part"] == ["hidden sheet"]
