"""The UI in a real browser: an analyst sees the river, presses Materialize, sees the figure and reads a failed check.

Needs Debian's chromium (or any Chromium on the PATH); `.ci/run` installs it where it may.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import openpyxl
import polars as pl
import pytest
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.desk import questions
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.arcadia_data import SENT
from tests.conftest import COMPACTS, write_submission

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; install it with the system's packages"),
]
WAIT = 60_000  # ms; a cold code server on two cores takes its time
CANARY = "CANARIO7391"


@dataclass
class Ui:
    """A running UI on a project of its own, and every address that its pages asked for."""

    address: str
    project: Project
    page: Any
    asked: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}/{path}", wait_until="domcontentloaded")

    def box(self, name: str) -> dict[str, float]:
        """Where an element with just this text is."""
        return dict(self.page.get_by_text(name, exact=True).last.bounding_box(timeout=WAIT))

    def shows(self, words: str, tries: int = 30) -> None:
        """Wait until the page says the words; what Dagster polls slowly is asked for again."""
        for _ in range(tries):
            try:
                self.page.get_by_text(re.compile(words)).first.wait_for(timeout=12_000)
            except Exception:
                self.page.reload(wait_until="domcontentloaded")
            else:
                return
        raise AssertionError(f"the page never said: {words}")

    def picture(self, name: str) -> None:
        """Keep what is seen in the folder of pictures, where one is asked for (docs/pictures, `make pictures`)."""
        folder = os.environ.get("CPC_PICTURES")
        if folder:
            self.page.wait_for_timeout(1500)  # whatever still moves comes to rest
            keep_picture(self.page.screenshot(), Path(folder) / f"{name}.png")

    def markdown(self, position: int = 0) -> Any:
        """Open a table or figure of the metadata and give the dialog that shows it."""
        self.page.get_by_text("[Show Markdown]").nth(position).click(timeout=WAIT)
        dialog = self.page.get_by_role("dialog")
        # Dagster opens the dialog before it has drawn what is in it.
        dialog.locator("table, img").first.wait_for(timeout=WAIT)
        return dialog


def keep_picture(content: bytes, path: Path) -> None:
    """In few colours: a page of the UI needs no more, and the file is a third of the size."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    small = Image.open(io.BytesIO(content)).convert("RGB").quantize(96, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


@contextmanager
def project_history(project: Project) -> Iterator[dg.DagsterInstance]:
    """What Dagster has kept of the project."""
    with dg.DagsterInstance.from_config(str(project.folders.root / ".dagster")) as instance:
        yield instance


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, arcadia: Catalogue) -> Iterator[tuple[str, Project]]:
    """`cpc ui` as a person starts it, in a process group that is gone afterwards."""
    project = Project(Folders(tmp_path_factory.mktemp("ui") / "a project", "arcadia"), arcadia)
    bad = [
        {"indicator": "PRE-99", "value": 4},
        {"indicator": "PAR-3", "value": f"{CANARY} Perez"},
        {"indicator": "PRE-2", "value": 12},
    ]
    path = write_submission(project, "schools", 2024, bad)
    book = openpyxl.load_workbook(path)
    del book[arcadia.header.sheets["context"].name]
    book.save(path)
    for (organisation, year), rows in SENT.items():  # what others sent before, so that the pictures show a country
        if organisation != "schools" and year <= 2024:
            write_submission(project, organisation, year, rows)
    command = [sys.executable, "-m", "cpc_pipeline.cli", "ui", "--port", str(free_port())]
    env = os.environ | {"CPC_HOME": str(project.folders.root), "CPC_COMPACT": "arcadia", "CPC_COMPACTS": str(COMPACTS)}
    log = project.folders.root / "ui.log"
    with (
        log.open("w") as output,
        subprocess.Popen(command, env=env, stdout=output, stderr=output, start_new_session=True) as ui,
    ):
        try:
            yield _address(log, ui), project
        finally:
            ui.send_signal(signal.SIGTERM)
            ended = _ended(ui)
    assert ended, "whoever ends the UI ends everything that it started"


def _address(log: Path, ui: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + 300
    while time.monotonic() < until and ui.poll() is None:
        text = log.read_text()
        found = re.search(r"^(http://127\.0\.0\.1:\d+/\w+)$", text, re.MULTILINE)
        if found and "Serving dagster-webserver" in text:
            return found[1]
        time.sleep(0.5)
    raise AssertionError(f"the UI did not start: {log.read_text()[-2000:]}")


def _ended(ui: subprocess.Popen[Any]) -> bool:
    """Whether the whole process group is gone within two minutes; what is left of it is killed."""
    for _ in range(240):
        time.sleep(0.5)
        ui.poll()  # a child that nobody has asked about still counts as there
        try:
            os.killpg(ui.pid, 0)
        except ProcessLookupError:
            return True
    os.killpg(ui.pid, signal.SIGKILL)
    return False


@pytest.fixture
def ui(running: tuple[str, Project]) -> Iterator[Ui]:
    from playwright.sync_api import sync_playwright

    address, project = running
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        page = browser.new_page(viewport={"width": 1500, "height": 1000})
        page.set_default_timeout(WAIT)
        opened = Ui(address, project, page)
        page.on("request", lambda request: opened.asked.append(request.url))
        yield opened
        assert CANARY not in page.content()
        shot = os.environ.get("CPC_SCREENSHOTS")
        if shot:
            page.screenshot(path=f"{shot}/{time.time():.0f}.png")
        browser.close()
    elsewhere = [u for u in opened.asked if not u.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))]
    assert elsewhere == [], "the page asks for nothing outside this machine"


CHECK = "assets/arcadia/submissions?view=checks&checkDetail=submission_verdict"


def test_the_river_reads_from_left_to_right(ui: Ui) -> None:
    ui.open("asset-groups/")
    ui.page.locator("foreignObject").first.wait_for()
    places = [ui.box(group)["x"] for group in ("intake", "measures", "publication")]
    assert places == sorted(places)
    assert ui.box("quality")["x"] > places[1]
    ui.picture("arcadia-1-river")


def test_measures_are_materialized_by_a_click_and_the_figure_of_the_year_is_in_the_metadata(ui: Ui) -> None:
    ui.open("assets/arcadia/measures")
    ui.page.get_by_role("button", name=re.compile("Materialize")).first.click()
    ui.page.get_by_text(re.compile("Launched run|View")).first.wait_for()
    ui.open("assets/arcadia/measures?view=overview")
    ui.shows("who has sent what")
    table = ui.markdown(0)
    table.get_by_text("Ministry of Works").wait_for()
    assert "✗ not received" in table.inner_text()
    ui.picture("arcadia-2-who-has-sent-what")
    ui.open("assets/arcadia/performance_figures?view=partitions&partition=2024")
    ui.shows(r"\[Show Markdown\]")
    figure = ui.markdown().locator("img").first
    figure.wait_for()
    assert figure.evaluate("image => image.complete && image.naturalWidth") > 1000
    ui.picture("arcadia-3-figure")


def test_a_failed_check_says_where_what_and_what_to_do(ui: Ui) -> None:
    ui.open(CHECK)
    ui.shows("partly accepted")
    words = ui.markdown().inner_text()
    for said in ("cell A5", "not an indicator", "Context", "text of 17 characters", "what to do"):
        assert said in words, words
    assert CANARY not in words
    ui.picture("arcadia-4-failed-check")


def test_a_corrected_workbook_is_taken_in_by_itself_and_passes(ui: Ui) -> None:
    rows = [{"indicator": "PRE-2", "value": 4}, {"indicator": "PAR-3", "value": 3}]
    write_submission(ui.project, "schools", 2024, rows)
    ui.open(CHECK)
    ui.shows("accepted, with questions")
    ui.shows("Passed")
    ui.picture("arcadia-5-passed-check")
    until = time.monotonic() + 90
    own = {"organisation": "schools", "year": 2024}
    while questions.status(ui.project).filter(**own)["verdict"][0] != "accepted_with_queries":
        assert time.monotonic() < until
        time.sleep(2)


def test_the_quality_of_the_warehouse_is_one_click_away_and_reads_offline(ui: Ui) -> None:
    ui.open("assets/arcadia/warehouse_quality?view=checks&checkDetail=w_target_set")
    ui.shows("Every indicator has a target")
    ui.open("assets/arcadia/warehouse_quality?view=overview")
    ui.shows("Data Docs")
    address = ui.page.locator('a[href*="/quality/index.html"]').first.get_attribute("href")
    ui.page.goto(str(address))
    assert "NO CUMPLE" in ui.page.content()


def test_all_that_arrived_together_is_one_run(ui: Ui) -> None:
    for organisation in ("works", "health"):
        write_submission(ui.project, organisation, 2023, [{"indicator": "ctx_rain", "value": 137}])
    until = time.monotonic() + 400
    own = pl.col("organisation").is_in(["works", "health"]) & (pl.col("year") == 2023)
    while "missing" in questions.status(ui.project).filter(own)["verdict"].to_list():
        assert time.monotonic() < until
        time.sleep(2)
    with project_history(ui.project) as instance:
        key = dg.AssetKey(["arcadia", "submissions"])
        runs = {
            r.partition_key: r.run_id
            for r in instance.fetch_materializations(key, limit=20).records
            if r.partition_key in ("works|2023", "health|2023")
        }
    assert len(runs) == 2
    assert len(set(runs.values())) == 1


BACKFILL = """mutation($backfillParams: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $backfillParams) { __typename ... on LaunchBackfillSuccess { backfillId } }
}"""


@pytest.mark.long
def test_all_years_are_made_in_one_run_when_a_person_asks_for_all_of_them(ui: Ui) -> None:
    """What the page sends for *Materialize* and *All*, and what comes of it."""
    ui.open("assets/arcadia/performance_tables")
    years = [str(year) for year in ui.project.catalogue.years]
    assets = [{"path": ["arcadia", name]} for name in ("performance_tables", "performance_figures")]
    asked = {"backfillParams": {"assetSelection": assets, "partitionNames": years, "tags": [], "title": "all years"}}
    answer = ui.page.request.post(f"{ui.address}/graphql", data={"query": BACKFILL, "variables": asked})
    launched = answer.json()["data"]["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", answer.text()
    own = dg.RunsFilter(tags={"dagster/backfill": launched["backfillId"]})
    until = time.monotonic() + 400
    with project_history(ui.project) as instance:
        while not (backfill := instance.get_backfill(launched["backfillId"])) or backfill.status.value == "REQUESTED":
            assert time.monotonic() < until
            time.sleep(2)
        (run,) = instance.get_runs(own)
        assert run.status == dg.DagsterRunStatus.SUCCESS
        tables = dg.AssetKey(["arcadia", "performance_tables"])
        made = {
            r.partition_key for r in instance.fetch_materializations(tables, limit=50).records if r.run_id == run.run_id
        }
    assert made == set(years)


def test_a_final_edition_that_cannot_be_final_is_refused_by_the_form_with_every_reason(ui: Ui) -> None:
    ui.open("locations/cpc_pipeline/jobs/publish")
    ui.page.get_by_text("Launchpad", exact=True).first.click()
    ui.page.locator(".CodeMirror").first.wait_for()
    ui.shows("Missing required config entries")
    form = ["ops:", "  issue:", "    config:", "      year: 2024", "      edition: public", "      final: true"]
    words = "\n".join([*form, "      who: an invented office", ""])
    ui.page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", words)
    ui.page.get_by_text("No errors").wait_for()
    ui.picture("arcadia-6-form")
    ui.page.get_by_role("button", name="Launch Run").click()
    ui.shows("may not go out")
    reasons = ui.markdown().inner_text()
    assert "reason" in reasons and len(reasons.splitlines()) > 2
    ui.picture("arcadia-7-refused")
    assert not ui.project.folders.edition(2024, "public").exists()


def test_messages_lie_ready_and_name_no_address(ui: Ui) -> None:
    ui.open("assets/arcadia/notices?view=overview")
    ui.shows("messages")
    table = ui.markdown().inner_text()
    assert "result" in table and "schools" in table and "@" not in table
    ui.picture("arcadia-8-messages")
