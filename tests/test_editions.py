"""Nobody can find a child in what leaves: editions of synthetic victims, attacked as a stranger would."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from cpc_pipeline import editions, pipeline
from cpc_pipeline.artefacts import audit_files, numbers_in
from cpc_pipeline.artefacts.opening import strange_parts
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.cli import main
from cpc_pipeline.cli.speaker import Speaker
from cpc_pipeline.contracts import Release
from cpc_pipeline.desk import publishing, verifying
from cpc_pipeline.disclosure import NotProtectedError, register, witness
from cpc_pipeline.disclosure.assembling import assemble
from cpc_pipeline.disclosure.masking import mask
from cpc_pipeline.disclosure.policy import policy_of
from cpc_pipeline.disclosure.printed import read_printed
from cpc_pipeline.disclosure.problem import publication
from cpc_pipeline.disclosure.protecting import protect
from cpc_pipeline.disclosure.rows import key_of
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import send_all
from tests.attack import recovered
from tests.conftest import COMPACTS, write_submission
from tests.victims import PLACES, Child, children, tables

pytestmark = pytest.mark.slow

YEAR = 2023


def a_project(root: Path, arcadia: Catalogue) -> Project:
    return Project(Folders(root, "arcadia"), arcadia)


def send(project: Project, found: list[Child], year: int = YEAR) -> None:
    """Put the tables of these children in the place of what was sent before, and compute."""
    write_submission(project, "care", year, tables(found))
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)


def table(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / "tables" / "performance.csv", infer_schema=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Project:
    """600 children: some tables go whole, and in the others single cells are hidden."""
    project = a_project(tmp_path_factory.mktemp("editions"), arcadia)
    send(project, children(600, seed=1))
    return project


@pytest.fixture(scope="module")
def public(project: Project) -> Path:
    return publishing.issue(project, YEAR, "public", seconds=5).folder


def test_no_small_count_is_in_any_file_of_the_public_edition(public: Path, arcadia: Catalogue) -> None:
    shown = table(public).filter(indicator="PRO-1")
    values = [int(v) for v in shown["actual"].drop_nulls()]
    assert values
    assert not [v for v in values if 0 < v < 5]
    hidden = shown.filter(status="hidden")
    assert hidden.height
    empty = hidden.select(
        "actual", "lower", "upper", "numerator", "achievement_pct", "deviation_pct", "rating", "baseline"
    )
    assert empty.null_count().sum_horizontal()[0] == hidden.height * empty.width


def test_an_attacker_with_the_printed_table_alone_recovers_no_small_count(public: Path, project: Project) -> None:
    found = recovered(table(public).filter(indicator="PRO-1"), project.catalogue)
    truth = dict(truth_of(project).items())
    small = {key for key, value in truth.items() if 0 < value < 5}
    assert small & set(found)
    for key in small & set(found):
        low, high = found[key]
        assert low <= 0, key
        assert high >= truth[key] + 5, key


def test_the_auditor_counts_what_the_trends_print_of_earlier_years_as_known(tmp_path: Path, arcadia: Catalogue) -> None:
    project = a_project(tmp_path, arcadia)
    for year in (YEAR - 1, YEAR):
        send(project, children(600, seed=year), year)
    folder = publishing.issue(project, YEAR, "public", seconds=5).folder
    (record, _), *_ = register.entries(project.folders.printed)
    known = read_printed(folder / "tables", arcadia, {*record.printed, *record.hidden})
    assert {key.split("|")[2] for key in record.printed} == {str(YEAR - 1), str(YEAR)}
    assert known.numbers == record.printed


def truth_of(project: Project) -> dict[str, int]:
    frame = pipeline.release_for(project, YEAR).measures.filter(indicator="PRO-1", year=YEAR)
    rows = frame.filter(pl.col("actual").is_not_null()).iter_rows(named=True)
    return {key_of(row, project.catalogue): int(row["actual"]) for row in rows}


def test_partners_and_public_print_nothing_that_together_tells_more(project: Project, public: Path) -> None:
    partners = publishing.issue(project, YEAR, "partners", seconds=5).folder
    keys = ["indicator", "year", "place", "sex", "form", "age", "organisation"]
    both = table(public).join(table(partners), on=keys, how="inner", suffix="_partners", nulls_equal=True)
    hidden = both.filter(status="hidden")
    assert hidden.height
    assert hidden["status_partners"].unique().to_list() == ["hidden"]


@pytest.mark.parametrize(("added", "taken"), [(12, 0), (3, 4)], ids=["late cases", "corrections"])
def test_two_editions_with_late_cases_and_corrections_together_tell_nothing(
    tmp_path: Path, arcadia: Catalogue, added: int, taken: int
) -> None:
    project = a_project(tmp_path, arcadia)
    first = children(300, seed=5)
    send(project, first)
    one = table(publishing.issue(project, YEAR, "public", seconds=5).folder)
    kept = random.Random(3).sample(first, len(first) - taken)
    send(project, kept + children(added, seed=9))
    two = table(publishing.issue(project, YEAR, "public", seconds=5).folder)
    keys = ["indicator", "year", "place", "sex", "form", "age", "organisation"]
    joined = one.join(two, on=keys, suffix="_two", nulls_equal=True).filter(indicator="PRO-1")
    before = joined.filter(status="hidden")
    assert before["status_two"].unique().to_list() == ["hidden"]
    both = joined.filter((pl.col("status") == "reported") & (pl.col("status_two") == "reported"))
    changes = both.with_columns((pl.col("actual_two").cast(int) - pl.col("actual").cast(int)).alias("change"))
    below = changes.filter((pl.col("place") != "00") | (pl.col("sex") != "all") | (pl.col("form") != "all"))
    assert not [c for c in below["change"] if 0 < abs(c) < 5]
    assert (project.folders.edition(YEAR, "public").with_name("public.1") / "manifest.json").exists()
    assert len(register.editions(project.folders.printed)) == 2


def test_an_edition_says_in_every_language_what_it_does_not_hold(public: Path, arcadia: Catalogue) -> None:
    for language in arcadia.languages:
        assert len((public / f"about_{language}.txt").read_text(encoding="utf-8")) > 200


def tampered(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Let a careless renderer change the files after they were written."""
    publish = publishing.publish

    def careless(release: Release, catalogue: Catalogue, year: int, folder: Path, **_: Any) -> list[Path]:
        paths = publish(release, catalogue, year, folder)
        change(folder)
        return paths

    monkeypatch.setattr(publishing, "publish", careless)


def in_the_sheet_for_people(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "tables" / "performance_en.xlsx")
    cell = next(
        c
        for s in book
        for row in s.iter_rows()
        for c in row
        if c.value == "c" and c.column == 8 and s.title[0].isdigit()
    )
    cell.value = "3"
    book.save(folder / "tables" / "performance_en.xlsx")


def in_a_table_of_two_ways(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "tables" / "performance_es.xlsx")
    cells = [c for row in book["Por lugar"].iter_rows(min_row=6, min_col=3) for c in row if str(c.value).isdigit()]
    cells[0].value = next(c.value for c in cells if c.value != cells[0].value)
    book.save(folder / "tables" / "performance_es.xlsx")


def in_the_parquet(folder: Path) -> None:
    path = folder / "tables" / "performance.parquet"
    frame = pl.read_parquet(path)
    hidden = pl.when(pl.col("status") == "hidden").then(3.0).otherwise(pl.col("actual"))
    frame.with_columns(hidden.alias("actual")).write_parquet(path, statistics=False)


def in_the_data_sheet(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "tables" / "performance.xlsx")
    sheet = next(s for s in book if s["A1"].value == "indicator")
    heads = [c.value for c in sheet[1]]
    row = next(r for r in sheet.iter_rows(min_row=2) if r[heads.index("status")].value == "hidden")
    row[heads.index("actual")].value = 3
    book.save(folder / "tables" / "performance.xlsx")


def in_the_words_of_a_figure(folder: Path) -> None:
    path = folder / "figures" / "trend.protection_en.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("PRO-1"))
    lines[at] += f"; {YEAR}: 3 (people)"
    path.write_text("\n".join(lines), encoding="utf-8")


def in_the_data_of_a_figure(folder: Path) -> None:
    path = folder / "figures" / "trend.protection_en.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("PRO-1"))
    cells = lines[at].split(",")
    cells[7] = "3"
    path.write_text("\n".join([*lines, ",".join(cells)]), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        in_the_sheet_for_people,
        in_a_table_of_two_ways,
        in_the_data_sheet,
        in_the_parquet,
        in_the_words_of_a_figure,
        in_the_data_of_a_figure,
    ],
)
def test_a_small_count_in_one_file_alone_keeps_the_edition_in(
    project: Project, public: Path, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    """The number is one of the edition elsewhere: only its own row can tell that it must not be there."""
    tampered(monkeypatch, change)
    (public / "manifest.json").rename(public / "away")
    before = len(register.editions(project.folders.printed))
    try:
        with pytest.raises(publishing.NotReleasable) as raised:
            publishing.issue(project, YEAR, "public", seconds=5)
    finally:
        (public / "away").rename(public / "manifest.json")
    assert "leak_row" in {what for what, _ in raised.value.reasons}
    assert len(register.editions(project.folders.printed)) == before


def test_a_small_count_that_others_published_is_counted_as_known_told_of_and_not_printed(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    found = children(600, seed=1)
    project = a_project(tmp_path, arcadia)
    send(project, found)
    plain = publishing.issue(project, YEAR, "public", seconds=5)
    hidden = table(plain.folder).filter(indicator="PRO-1", status="hidden")
    row = next(r for r in hidden.iter_rows(named=True) if 0 < truth_of(project)[key_of(r, arcadia)] < 5)
    told = {c: row[c] for c in ("indicator", "place", *arcadia.dimension_ids)} | {"year": YEAR}
    told["value"] = float(truth_of(project)[key_of(row, arcadia)])
    schema = arcadia.known_elsewhere.schema
    frame = pl.DataFrame([{c: told.get(c) for c in schema}], schema=schema)
    informed = replace(
        a_project(tmp_path / "twin", arcadia), catalogue=arcadia.model_copy(update={"known_elsewhere": frame})
    )
    send(informed, found)
    done = publishing.issue(informed, YEAR, "public", seconds=5)
    assert done.review == (key_of(row, arcadia),)
    same = {c: row[c] for c in ("indicator", "place", *arcadia.dimension_ids, "organisation")}
    assert table(done.folder).filter(**same)["actual"].to_list() == [None]
    assert verifying.verify(informed, done.folder) == []


def test_every_reason_can_be_said_in_every_language(arcadia: Catalogue) -> None:
    for language in arcadia.languages:
        for key, params in (("nothing_protects", {"number": "X"}), ("known_already", {"number": "X"})):
            assert "X" in Speaker(Project(Folders(Path(), "arcadia"), arcadia), language).text(
                f"publish.{key}", **params
            )


def test_issuing_twice_is_issuing_once(project: Project, public: Path) -> None:
    before = len(register.editions(project.folders.printed))
    again = publishing.issue(project, YEAR, "public", seconds=5)
    assert again.unchanged
    assert len(register.editions(project.folders.printed)) == before


def test_an_edition_that_prints_one_hidden_count_more_does_not_go_out(
    tmp_path: Path, arcadia: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = a_project(tmp_path, arcadia)
    send(project, children(600, seed=1))
    truth = truth_of(project)

    def careless(release: Release, catalogue: Catalogue, year: int, folder: Path, **_: Any) -> list[Path]:
        rows = []
        done = False
        for row in release.measures.iter_rows(named=True):
            value = truth.get(key_of(row, catalogue))
            if row["status"] == "hidden" and value and not done:
                row |= {"status": "reported", "actual": float(value)}
                done = True
            rows.append(row)
        leaky = pl.DataFrame(rows, schema=release.measures.schema)
        return publish(Release(**{**vars(release), "measures": leaky}), catalogue, year, folder)

    publish = publishing.publish
    monkeypatch.setattr(publishing, "publish", careless)
    with pytest.raises(publishing.NotReleasable) as raised:
        publishing.issue(project, YEAR, "public", seconds=5)
    assert any(what.startswith("audit_") for what, _ in raised.value.reasons)
    assert any(what == "leak_row" for what, _ in raised.value.reasons)
    assert not project.folders.edition(YEAR, "public").exists()
    assert register.editions(project.folders.printed) == []


def test_a_hidden_value_changes_no_byte_of_what_leaves(project: Project, arcadia: Catalogue) -> None:
    """The same pattern over another truth gives the same frame: nothing that is rendered knows what is hidden."""
    policy = policy_of(arcadia)
    assert policy is not None
    inside = pipeline.release_for(project, YEAR)
    assembled = assemble(inside.measures, arcadia, policy, "public", YEAR)
    hidden = protect(assembled.problem, seconds=5).hidden
    shown = mask(inside.measures, assembled, hidden, arcadia, policy)
    canary = [
        row | ({"actual": 7919.0} if key_of(row, arcadia) in hidden else {})
        for row in inside.measures.iter_rows(named=True)
    ]
    other = pl.DataFrame(canary, schema=inside.measures.schema)
    lists = {name: [changed(row, hidden, arcadia) for row in rows] for name, rows in vars(assembled.rows).items()}
    twin = type(assembled)(type(assembled.rows)(**lists), assembled.dropped, assembled.together, assembled.problem)
    assert mask(other, twin, hidden, arcadia, policy).equals(shown)
    assert "7919" not in shown.write_csv()


def changed(row: dict[str, Any], hidden: frozenset[str], arcadia: Catalogue) -> dict[str, Any]:
    return row | {"actual": 7919.0} if key_of(row, arcadia) in hidden else row


def test_a_cell_that_the_source_suppressed_is_not_computed_from_the_cells_beside_it(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    """UNODC prints, for a country and year, 23 in all, 21 adults, and <5 children: which are 2."""
    project = a_project(tmp_path, arcadia)
    rows = [
        {"indicator": "PRO-1", "age": "all", "value": 23},
        {"indicator": "PRO-1", "age": "adult", "value": 21},
        {"indicator": "PRO-1", "age": "child", "value": "<5"},
    ]
    write_submission(project, "care", YEAR, rows)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    shown = table(publishing.issue(project, YEAR, "public", seconds=5).folder).filter(indicator="PRO-1")
    printed = {row["age"]: row["actual"] for row in shown.iter_rows(named=True) if row["organisation"] == "care"}
    assert printed["child"] is None
    assert printed["all"] is None or printed["adult"] is None


def test_a_row_that_lies_whole_in_one_group_is_not_split_by_it(tmp_path: Path, arcadia: Catalogue) -> None:
    project = a_project(tmp_path, arcadia)
    rows = [{"indicator": "PRO-1", "age": "child", "place": place, "value": 40} for place in PLACES[:3]]
    rows.append({"indicator": "PRO-1", "age": "child", "value": 120})
    for place, counts in zip(PLACES[:3], ((40, 0), (22, 18), (25, 15)), strict=True):
        for form, value in zip(("labour", "sexual"), counts, strict=True):
            rows.append({"indicator": "PRO-1", "age": "child", "place": place, "form": form, "value": value})
    write_submission(project, "care", YEAR, rows)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.compute_measures(project)
    shown = table(publishing.issue(project, YEAR, "public", seconds=5).folder).filter(indicator="PRO-1")
    split = shown.filter((pl.col("place") == PLACES[0]) & (pl.col("form") != "all"))
    assert split["status"].unique().to_list() == ["hidden"]


def test_the_internal_edition_is_for_its_owner_only(project: Project) -> None:
    folder = publishing.issue(project, YEAR, "internal").folder
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0


def test_nothing_of_the_raw_side_is_in_the_files_of_an_edition(public: Path, project: Project) -> None:
    """No path, no digest, no submission, no finding: a stranger learns what was counted and not who typed it where."""
    digests = pipeline.release_for(project, YEAR).submissions["sha256"].to_list()
    for path in public.rglob("*"):
        if path.is_dir():
            continue
        content = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert str(project.folders.root).encode() not in content
        assert not [d for d in digests if d.encode() in content and path.name != "manifest.json"]
        assert b"annual.xlsx" not in content
        assert not strange_parts(path)


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


def test_a_published_edition_is_verified_and_one_that_was_touched_is_not(project: Project, public: Path) -> None:
    assert verifying.verify(project, public) == []
    path = public / "tables" / "performance.csv"
    content = path.read_text()
    line = next(x for x in content.splitlines() if "PRO-1" in x and "hidden" in x)
    path.write_text(content.replace(line, line.replace("hidden", "reported").replace(",,,,,,,", ",3,,,,,,", 1)))
    try:
        assert {p.what for p in verifying.verify(project, public)} >= {"file_changed"}
    finally:
        path.write_text(content)
    assert [p.what for p in verifying.verify(project, public.parent)] == ["no_manifest"]


def test_what_an_organisation_wrote_in_its_own_words_leaves_with_no_wider_edition(
    project: Project, arcadia: Catalogue
) -> None:
    policy = policy_of(arcadia)
    assert policy is not None
    told = '[{"code": "reply", "params": {"text": "CANARY in words"}}]'
    inside = pipeline.release_for(project, YEAR).measures.with_columns(pl.lit(told).alias("notes"))
    assembled = assemble(inside, arcadia, policy, "partners", YEAR)
    assert assembled.rows.open
    assert "CANARY" not in mask(inside, assembled, (), arcadia, policy).write_csv()


def test_an_edition_of_everything_that_arcadia_sent_goes_out(tmp_path: Path, arcadia: Catalogue) -> None:
    """Thousands, decimals, ratios, money and ranges in every kind of file are no false alarm."""
    project = a_project(tmp_path, arcadia)
    send_all(project)
    for edition in ("public", "partners"):
        assert publishing.issue(project, 2024, edition, seconds=5).folder.is_dir()


def test_an_unknown_edition_and_a_broken_register_stop_everything(project: Project, tmp_path: Path) -> None:
    with pytest.raises(NotProtectedError):
        publishing.issue(project, YEAR, "everybody")
    (tmp_path / "0001.json").write_text("{")
    with pytest.raises(register.RegisterBroken):
        register.editions(tmp_path)


def test_the_command_says_where_the_edition_is_or_why_there_is_none(
    project: Project, public: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    monkeypatch.setenv("CPC_COMPACTS", str(COMPACTS))
    assert main(["publish", str(YEAR), "--edition", "public", "--compact", "arcadia", "--lang", "en"]) == 0
    assert str(public) in capsys.readouterr().out


def test_the_problem_of_an_edition_states_its_sums_once_each(project: Project, arcadia: Catalogue) -> None:
    policy = policy_of(arcadia)
    assert policy is not None
    inside = pipeline.release_for(project, YEAR)
    problem = assemble(inside.measures, arcadia, policy, "partners", YEAR).problem
    names = [relation.name for relation in problem.relations]
    assert len(names) == len(set(names))
    everything = publication(problem, ())
    for relation in everything.relations:
        left = sum(factor * everything.printed[key] for key, factor in relation.terms)
        assert left == relation.bound if relation.sense == "=" else left <= relation.bound


# --- what an edition leaves behind ----------------------------------------------------------------------------------


def test_an_edition_says_from_what_it_was_made_and_no_plain_hash_of_what_it_hides(
    project: Project, public: Path
) -> None:
    said = json.loads((public / "manifest.json").read_text())["made_from"]
    assert said["catalogue"] == project.catalogue.version
    assert {"code", "lock", "inputs", "verdict"} <= set(said)
    assert said["verdict"]["proved"]
    inside = pipeline.release_for(project, YEAR)
    assert editions.input_hash(inside.submissions) not in (public / "manifest.json").read_text()


def test_the_tables_that_prove_an_edition_are_kept_and_checked_again(project: Project, public: Path) -> None:
    [path] = sorted(project.folders.printed.glob("*.witness.npz"))[:1]
    assert path.stat().st_mode & 0o077 == 0
    content = path.read_bytes()
    certificate, publication_, demands = witness.read(path)
    try:
        assert verifying.verify(project, public) == []
        truth = certificate.tables.copy()
        truth[:] = truth[0]  # tables that are all the same hide nothing
        witness.write(path, replace(certificate, tables=truth), publication_, demands)
        assert [p.what for p in verifying.verify(project, public)] == ["witness_fails"]
        path.unlink()
        assert [p.what for p in verifying.verify(project, public)] == ["witness_gone"]
    finally:
        path.write_bytes(content)


def test_what_changed_against_the_edition_before_is_told_in_it_and_in_the_log_of_the_data(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    project = a_project(tmp_path, arcadia)

    def report(cases: int) -> Path:
        write_submission(project, "courts", YEAR, [{"indicator": "JUS-1", "value": cases}])
        pipeline.take_in(project, pipeline.todo(project).submissions)
        pipeline.compute_measures(project)
        return publishing.issue(project, YEAR, "public", seconds=5).folder

    first = report(1047)
    assert "there is nothing to compare" in (first / "changes_en.txt").read_text()
    log = project.folders.published / "CHANGELOG.md"
    assert not log.exists()
    second = report(1048)
    name = arcadia.indicators["JUS-1"].name
    expected = {
        "en": f"- JUS-1 {name['en']} ({YEAR}), Arcadia, value: 1,048 instead of 1,047.",
        "es": f"- JUS-1 {name['es']} ({YEAR}), Arcadia, valor: 1.048 en lugar de 1.047.",
    }
    for language, line in expected.items():
        assert line in (second / f"changes_{language}.txt").read_text()
        assert line in log.read_text()
    assert "Published numbers changed" in log.read_text()
    again = {path.name: path.read_bytes() for path in second.glob("changes_*")}
    shutil.rmtree(second)
    assert {
        p.name: p.read_bytes() for p in publishing.issue(project, YEAR, "public", seconds=5).folder.glob("ch*")
    } == again
    assert log.read_text().count("Published numbers changed") == 1
