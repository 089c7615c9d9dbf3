"""Where rows and cells stand in the XML of a sheet, whether its table was read whole or passed over."""

from __future__ import annotations

import pytest
from cpc_pipeline.feedback.cells import Grid

PLAIN = (
    b'<worksheet><sheetData><row r="1"><c r="A1" s="2"><v>1</v></c><c r="B1"/></row>'
    b'<row r="3"></row></sheetData><mergeCells><mergeCell ref="A3:B3"/></mergeCells></worksheet>'
)
SHEETS = {
    "plain": PLAIN,
    "prefixed": PLAIN.replace(b"</", b"</x:")
    .replace(b"<", b"<x:")
    .replace(b"<x:/x:", b"</x:")
    .replace(b'"', b"'")
    .replace(b"<x:worksheet", b"<x:worksheet xmlns:x='u'"),
    "a > in a value": PLAIN.replace(b'<row r="1"', b'<row r="1" note="1>0"'),
    "a row in a comment": PLAIN.replace(b"<sheetData>", b'<sheetData><!--<row r="9"><c r="A9"/></row>-->'),
    "a cell in a comment": PLAIN.replace(b'<row r="3">', b'<row r="3"><!--<c r="A3" s="7"/>-->'),
    "a cell in a section": PLAIN.replace(b"<v>1</v>", b'<is><t><![CDATA[<c r="Z1">]]></t></is>'),
}


@pytest.mark.parametrize("how", SHEETS)
def test_rows_and_cells_are_found_where_they_stand(how: str) -> None:
    grid = Grid(SHEETS[how])
    assert list(grid.rows) == [1, 3]
    assert list(grid.cells(1)) == [(1, 1), (1, 2)]
    assert not grid.cells(3)
    assert grid.format_of((1, 1)) == 2
    assert grid.shown_at((3, 2)) == (3, 1)


@pytest.mark.parametrize("how", SHEETS)
def test_a_mark_changes_its_cell_and_nothing_else(how: str) -> None:
    before = Grid(SHEETS[how])
    after = Grid(before.with_formats({(1, 1): 5, (3, 2): 6}))
    assert (after.format_of((1, 1)), after.format_of((3, 2)), after.format_of((1, 2))) == (5, 6, 0)
    back = after.with_formats({(1, 1): 2})
    assert len(back) - len(SHEETS[how]) == len(after.data[after.cells(3)[3, 2].start : after.cells(3)[3, 2].end])
