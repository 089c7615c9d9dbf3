"""Nothing is lost: each cell that was sent is loaded, refused or reported, by every layout and every type of file.

The law is held at the border of the reader: against the cells that were written into the file, not those that it read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cpc_pipeline import intake
from cpc_pipeline.catalogue import load
from cpc_pipeline.intake.cells import position
from cpc_pipeline.intake.tidying import Intake
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.messy.books import Rows, ods, text, xls, xlsx
from tests.messy.kinds import HEAD, A, event

FORMS: dict[str, Callable[[Rows], bytes]] = {"csv": text, "xlsx": xlsx, "xls": xls, "ods": ods}
At = tuple[int, int]
ARCADIA = load("arcadia", extra=[Path(__file__).parent / "compacts"])
TOWNS = {"01001": "NORTHMOOR BRIDGE", "01002": "NORTHMOOR MILL", "NA1": "NOWHERE"}
events = st.lists(
    st.tuples(
        st.sampled_from(sorted(TOWNS)),
        st.sampled_from(["08/24/2022", "12/24/2023", "02/31/2022", "01/20/1999"]),
        st.sampled_from([A, "ARTICLE 7B", "ARTICLE 7. SMUGGLING", "ARTICLE 99"]),
        st.one_of(st.integers(0, 9), st.sampled_from(["ND", "<5", "x", 1.5, None])),
    ),
    min_size=1,
    max_size=12,
)
wide_cells = st.one_of(st.integers(0, 99), st.sampled_from(["ND", "<5", "1.234", "x", "85-95", None, "12 408"]))
wides = st.lists(
    st.tuples(st.sampled_from(["Northmoor", "Eastvale", "Nowhere", "Total"]), wide_cells, wide_cells),
    min_size=1,
    max_size=6,
)
around = st.tuples(
    st.sampled_from([[], [["Título"]], [["x"], []]]), st.sampled_from([[], [["Fuente: y"]], [[], ["Nota"]]])
)


def _event_rows(drawn: Any) -> Rows:
    return [HEAD, *([*event(c, TOWNS[c], n, d)[:5], a, n] for c, d, a, n in drawn)]


def _each_layout(rows: Any) -> list[Rows]:
    """The same drawn cells in the shape of every wide layout, and of the long ones."""
    body = [[p, *v] for p, *v in rows]
    heads = [
        ["Región", 2022, 2023],
        ["Lugar", 2022, 2023],
        ["Región", "De 0 a 11 años", "De 12 a 17 años"],
        ["Etiquetas de fila", 2022, 2023],
    ]
    wide: list[Rows] = [[head, *body] for head in heads]
    two = [["Región", 2022, None], [None, "Niñas", "Niños"], *body]
    long = [["REGION DE HECHO", "VIGENCIA", "SENTENCIAS"], *([p, 2022, v] for p, v, _ in rows)]
    shares = [["ZONA", "PERIODO", "PORCENTAJE"], *([p, 2023, v] for p, v, _ in rows)]
    block = [["DEPARTAMENTO", "MUNICIPIO", "AÑO", "CASOS"], *([p, f"{p} Mill", 2023, v] for p, v, _ in rows)]
    un_long = [
        ["Iso3_code", "Country", "Indicator", "Category", "Sex", "Age", "Year", "txtVALUE"],
        *(
            ["ARC" if p != "Nowhere" else "XXX", "x", "Detected victims", "Total", "Total", "Total", 2022, v]
            for p, v, _ in rows
        ),
    ]
    own = [["Indicador", "Lugar", "Año", "Valor"], *(["PRE-1", p, 2022, v] for p, v, _ in rows)]
    return [*wide, two, long, shares, block, un_long, own]


def _cells_of(addresses: str) -> set[At]:
    """The cells of G5:G8,G12."""
    found: set[At] = set()
    for part in addresses.split(","):
        first, _, last = part.partition(":")
        start, end = position(first), position(last or first)
        assert start is not None and end is not None
        found |= {(row, column) for row in range(start[0], end[0] + 1) for column in range(start[1], end[1] + 1)}
    return found


def _accounted(rows: Rows, form: str) -> Intake:
    """The file that was read; each cell that was sent has one fate, and what was loaded is what observations name."""
    read = intake.take_in(
        FORMS[form](rows), name=f"t.{form}", submission_id="s", organisation="guards", year=2023, catalogue=ARCADIA
    )
    severities = set(read.findings["severity"])
    sent = {(r, c) for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value not in (None, "")}
    if not read.readings:
        assert "return" in severities  # refused as a whole, and said so
        return read
    (reading,) = read.readings
    assert set(reading.account.fates) == set(reading.grid.cells) == sent
    fates = Counter(reading.account.fates.values())
    assert fates.total() == len(sent) and set(fates) <= {"loaded", "refused", "reported"}
    if fates["refused"]:
        assert severities & {"reject", "return"}
    loaded = {at for at, role in reading.account.roles.items() if role == "value"}
    counted = [at for cells in read.observations["cell"] for at in _cells_of(cells)]
    params = [json.loads(p) for p in read.findings["params"]]
    told = [*read.findings["cell"], *(p["cells"] for p in params if p.get("cells"))]
    named = {at for cells in told for at in _cells_of(cells)}
    assert loaded <= set(counted) | named and len(counted) == len(set(counted))
    return read


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=events, frame=around)
def test_every_line_of_events_is_loaded_refused_or_reported_and_no_number_is_lost(
    drawn: Any, frame: Any, form: str
) -> None:
    above, below = frame
    rows = [*above, *_event_rows(drawn), *below]
    read = _accounted(rows, form)
    sent = sum(n for *_, n in drawn if isinstance(n, int))
    loaded = sum(
        (row["value"] if row["status"] == "reported" else row["lower"]) or 0
        for row in read.observations.iter_rows(named=True)
    )
    aside = sum(
        cell.number if cell.number is not None else float(cell.text)
        for reading in read.readings
        for at, cell in reading.grid.cells.items()
        if at[1] == len(HEAD)
        and at[0] > len(above) + 1
        and reading.account.roles[at] != "value"
        and cell.text.isdecimal()
    )
    assert loaded + aside == sent


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=wides, frame=around, which=st.integers(0, 9))
def test_every_cell_of_every_layout_is_loaded_refused_or_reported(
    drawn: Any, frame: Any, which: int, form: str
) -> None:
    above, below = frame
    _accounted([*above, *_each_layout(drawn)[which], *below], form)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text("0123456789.,'- +<>%()*/eE", min_size=1, max_size=7), min_size=3, max_size=4))
@example(["1.2.3", "4", "1.234,5"])
@example(["12 5", "4", "7"])
def test_no_number_is_refused_without_a_word(texts: list[str]) -> None:
    """What stands in a column of numbers is loaded, or its cell or its column is named by a finding."""
    regions = ["Northmoor", "Eastvale", "Southsea", "Westwood"]
    read = _accounted([["Región", 2022], *([r, t] for r, t in zip(regions, texts, strict=False))], "xlsx")
    said = read.findings.filter(pl.col("severity") != "note").to_dicts()
    named = {at for f in said for at in _cells_of(json.loads(f["params"]).get("cells") or f["cell"])}
    whole = {f["code"] for f in said} & {"numbers_undecided", "numbers_torn"} or "return" in {
        f["severity"] for f in said
    }
    loaded = {at for cells in read.observations["cell"] for at in _cells_of(cells)}
    sent = {(row, 2) for row, text in enumerate(texts, start=2) if text.strip()}
    assert whole or sent <= loaded | named, (texts, said)


def test_the_shapes_that_are_drawn_are_those_of_every_layout() -> None:
    rows = [("Northmoor", 1, 2), ("Eastvale", 3, 4)]
    sexes = ["CODIGO DANE", "MUNICIPIO", "FECHA", "SEXO", "*AGRUPA EDAD PERSONA*"]
    whole: list[Rows] = [
        *_each_layout(rows),
        _event_rows([("01001", "08/24/2022", A, 2), ("01001", "12/24/2023", A, 1)]),
        [sexes, ["01001", None, "24/08/2022", "F", "0-17"]],
    ]
    assert len(whole) == 12
    read = [_accounted(rows, "xlsx") for rows in whole]
    fitting = {reading.match.layout.id for one in read for reading in one.readings if reading.match}
    assert fitting == set(ARCADIA.layouts)
