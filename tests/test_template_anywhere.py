"""The template of any catalogue: what is filled in is what is read; and LibreOffice opens it without a message."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cpc_pipeline import contracts, intake
from cpc_pipeline.catalogue import Catalogue, load
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import COMPACTS

COUNTRIES = {country: load(country, extra=[COMPACTS]) for country in ("arcadia", "utopia", "colombia")}
FIRST = 6  # row of the first entry: title, explanation, a gap, headings, field names
SOFFICE = next((p for p in Path("/usr/lib").glob("libreoffice*/program/soffice.bin")), None)

# Six decimals: the program that fills the cells in here writes no more than 16 digits of a float.
numbers = st.one_of(st.integers(0, 10**9), st.integers(0, 10**8).map(lambda n: n / 10**6))
words = st.text(st.characters(categories=["L", "Zs"], include_characters=".,;"), min_size=1, max_size=40).map(str.strip)


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[Catalogue, str]:
    """A country with other indicators than it agreed: some of its own, at other frequencies, broken down otherwise,
    all reported by one organisation."""
    country = COUNTRIES[draw(st.sampled_from(sorted(COUNTRIES)))]
    organisation = draw(st.sampled_from(sorted(country.organisations)))
    chosen = draw(st.lists(st.sampled_from(sorted(country.indicators)), min_size=1, max_size=3, unique=True))
    made = {}
    for name in chosen:
        indicator = country.indicators[name]
        required = draw(st.lists(st.sampled_from(country.dimension_ids), max_size=1))
        split = indicator.disaggregations.model_copy(update={"required": required, "optional": []})
        frequency = draw(st.sampled_from(["monthly", "quarterly", "annual"]))
        other = {"frequency": frequency, "disaggregations": split, "record": organisation, "reporters": [organisation]}
        made[name] = indicator.model_copy(update=other)
    return country.model_copy(update={"indicators": made}), organisation


def template(catalogue: Catalogue, organisation: str, year: int, language: str) -> bytes:
    nothing = contracts.empty(contracts.observations_frame(catalogue.dimension_ids))
    return intake.template_bytes(catalogue, organisation, year, language, nothing)


def columns(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[FIRST - 1] if cell.value}


@settings(max_examples=15, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(country=catalogues(), data=st.data())
def test_what_is_filled_into_the_template_of_any_catalogue_is_what_is_read(
    country: tuple[Catalogue, str], data: st.DataObject
) -> None:
    catalogue, organisation = country
    language, year = data.draw(st.sampled_from(catalogue.languages)), data.draw(st.sampled_from(catalogue.years))
    content = template(catalogue, organisation, year, language)
    names = {role: sheet.name for role, sheet in catalogue.header.sheets.items()}
    book = openpyxl.load_workbook(io.BytesIO(content))
    marks = sorted(catalogue.missing_marks)
    typed = st.one_of(st.none(), numbers, st.sampled_from(marks))
    said: dict[tuple[str, str], Any] = {}

    entries, at = book[names["indicators"]], columns(book[names["indicators"]])
    for row in range(FIRST, entries.max_row + 1):
        cell = entries.cell(row, at["value"])
        cell.value = said[entries.title, cell.coordinate] = data.draw(typed)

    added, at = book[names["breakdowns"]], columns(book[names["breakdowns"]])
    about: dict[str, dict[str, str]] = {}
    for row in range(FIRST, FIRST + data.draw(st.integers(0, 2))):
        indicator = catalogue.indicators[data.draw(st.sampled_from(sorted(catalogue.indicators)))]
        place = data.draw(st.sampled_from(sorted(catalogue.places.codes)))
        codes = {
            d: data.draw(st.sampled_from(sorted(catalogue.codelist_of(d).codes)))
            for d in catalogue.dimension_ids
            if d in at
        }
        cells = {"indicator": indicator.name[language], "place": catalogue.places.codes[place].labels[language]}
        cells |= {d: catalogue.codelist_of(d).codes[code].labels[language] for d, code in codes.items()}
        for field, text in cells.items():
            added.cell(row, at[field]).value = text
        cell = added.cell(row, at["value"])
        cell.value = said[added.title, cell.coordinate] = data.draw(numbers)
        about[cell.coordinate] = {"series": indicator.id, "place": place, **codes}

    told, at = book[names["narrative"]], columns(book[names["narrative"]])
    texts = [data.draw(words) for _ in range(FIRST, told.max_row + 1)]
    for row, text in enumerate(texts, start=FIRST):
        told.cell(row, at["text"]).value = text or None

    stream = io.BytesIO()
    book.save(stream)  # keeps formulas and drops their results, as some programs do
    asked, read = (
        intake.take_in(c, name="x", submission_id="x", organisation=organisation, year=year, catalogue=catalogue)
        for c in (content, stream.getvalue())
    )
    rows = {(row["sheet"], row["cell"]): row for row in read.observations.iter_rows(named=True)}
    assert set(rows) == set(said)
    for address, value in said.items():
        row, number = rows[address], isinstance(value, int | float)
        status = catalogue.missing_marks[value] if isinstance(value, str) else "reported" if number else "blank"
        assert (row["value"], row["status"]) == (value if number else None, status)
        assert {k: row[k] for k in about.get(address[1], {}) if address[0] == added.title} == (
            about[address[1]] if address[0] == added.title else {}
        )
    keys = ["cell", "series", "place", "period_start", "period_end", "unit", *catalogue.dimension_ids]
    entered = read.observations.filter(sheet=entries.title)
    assert entered.select(keys).equals(asked.observations.select(keys))
    written = read.narratives.drop_nulls("objective")["text"].to_list()
    assert written == [text for text in texts if text]


@pytest.mark.long
def test_libreoffice_makes_a_pdf_of_every_blank_template_of_colombia_without_a_message(tmp_path: Path) -> None:
    """By soffice.bin itself: the launcher `soffice` warns on a machine without Java, which no workbook here needs."""
    if SOFFICE is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice or poppler is not installed")
    catalogue, year = COUNTRIES["colombia"], 2025
    due = [o for o in catalogue.organisations if intake.indicators_of(catalogue, o, year)]
    for organisation in due:
        (tmp_path / f"{organisation}.xlsx").write_bytes(template(catalogue, organisation, year, "es"))
    command = [str(SOFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--norestore"]
    subprocess.run([*command, "--terminate_after_init"], check=False, capture_output=True)  # makes the profile
    books = [str(tmp_path / f"{organisation}.xlsx") for organisation in due]
    convert = [*command, "--convert-to", "pdf", "--outdir", str(tmp_path / "pdf"), *books]
    done = subprocess.run(convert, check=False, capture_output=True, text=True)
    said = [line for line in done.stdout.splitlines() if not line.startswith("convert ")]
    assert (done.returncode, said, done.stderr) == (0, [], "")
    for organisation in due:
        pages = subprocess.run(
            ["pdftotext", "-layout", str(tmp_path / "pdf" / f"{organisation}.pdf"), "-"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        assert catalogue.organisations[organisation].name["es"].split()[0] in pages
        assert not any(fault in pages for fault in ("#REF!", "#NAME?", "#VALUE!", "#N/A!", "Err:5")), organisation
