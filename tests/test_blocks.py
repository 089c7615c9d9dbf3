"""A sheet by its columns tells the same of its cells as the cells themselves."""

from __future__ import annotations

from cpc_pipeline.intake.blocks import Block
from cpc_pipeline.intake.cells import Cell
from hypothesis import given
from hypothesis import strategies as st

CONTENTS = st.sampled_from([("text", "a", None), ("text", "b", None), ("number", "1", 1.0), ("error", "a", None)])
ADDRESSES = st.tuples(st.integers(3, 9), st.integers(1, 4))
CELLS = st.dictionaries(ADDRESSES, CONTENTS, max_size=12).map(lambda d: [Cell(*at, *told) for at, told in d.items()])


@given(CELLS, st.integers(1, 12))
def test_cells_come_in_reading_order_whichever_of_them_are_asked_for(cells: list[Cell], row: int) -> None:
    block, ordered = Block.of(cells), sorted(cells, key=lambda cell: (cell.row, cell.column))
    assert block.cells == ordered
    rows = block.within(row)
    assert list(rows) == sorted(rows)
    assert [(r, *c) for r, told in rows.items() for c in told] == [(c[0], c[1], c[2:]) for c in ordered if c.row <= row]
    assert block.holding({"a"}) == [cell for cell in ordered if (cell.kind, cell.text) == ("text", "a")]


@given(CELLS)
def test_the_last_row_of_a_column_is_that_of_its_last_cell(cells: list[Cell]) -> None:
    block = Block.of(cells)
    for column in {cell.column for cell in cells}:
        assert block.last_in(column) == max(cell.row for cell in cells if cell.column == column)
    assert block.last == max((cell.row for cell in cells), default=0)
