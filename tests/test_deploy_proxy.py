"""From outside, through the real proxy: who has no password sees nothing, a reader starts nothing, an analyst works."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPSConnection, RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

from tests.conftest import COMPACTS, ROOT, quarter, write_submission
from tests.servers import cpc, free_port, listens, process, run, wait_for

PROGRAMS = ("nginx", "openssl", "htpasswd", "envsubst", "make")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}")]
HOST = "cpc.example"
PASSWORDS = {"maria": "analyst's password", "rosa": "reader's password"}
LAUNCH = """mutation($p: ExecutionParams!) { launchRun(executionParams: $p) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
PLACE = {"repositoryLocationName": "cpc_pipeline", "repositoryName": "__repository__", "jobName": "intake"}
LAUNCH_INTAKE = {"query": LAUNCH, "variables": {"p": {"selector": PLACE, "runConfigData": {}, "mode": "default"}}}
NGINX = """{user}
daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; access_log off;
  include {folder}/conf/*.conf;
}}
"""


@dataclass
class Outside:
    """The deployment as somebody elsewhere meets it: one address, one certificate."""

    port: int
    certificate: Path
    ports: tuple[int, int, int]
    project: Project
    log: Path

    @property
    def address(self) -> str:
        return f"https://{HOST}:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        who: str | None = None,
        body: Any = None,
        password: str | None = None,
        name: str = HOST,
        **headers: str,
    ) -> tuple[int, dict[str, str], str]:
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        trusted.check_hostname = name == HOST
        line = HTTPSConnection("127.0.0.1", self.port, context=trusted, timeout=90)
        # The certificate is for the name, not for the number that it is reached by here.
        line.sock = trusted.wrap_socket(_connect(self.port), server_hostname=HOST)
        sent = {"Host": f"{name}:{self.port}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        if who:
            sent["Authorization"] = "Basic " + base64.b64encode(f"{who}:{password or PASSWORDS[who]}".encode()).decode()
        if isinstance(body, dict):
            sent.setdefault("Content-Type", "application/json")
            body = json.dumps(body)
        line.request(method, path, body, sent)
        answer = line.getresponse()
        said = {k.lower(): v for k, v in answer.getheaders()}
        text = "" if answer.status == 101 else answer.read().decode(errors="replace")
        line.close()
        return answer.status, said, text

    def graphql(self, who: str | None, asked: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
        status, _, text = self.ask("POST", "/graphql", who, asked, **headers)
        return status, json.loads(text)["data"] if status == 200 else {}


def _connect(port: int) -> Any:
    import socket

    return socket.create_connection(("127.0.0.1", port), timeout=90)


@pytest.fixture(scope="module")
def outside(utopia: Catalogue) -> Iterator[Outside]:
    """Every service of deploy/systemd, by the same command, behind nginx with the files of deploy/nginx."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cpc-proxy-")))
        project = Project(Folders(folder / "home", "utopia"), utopia)
        rows = [{"indicator": "U-1", "age": "child", "value": 40 + n, **quarter(2024, n)} for n in (1, 2, 3, 4)]
        write_submission(project, "moon", 2024, rows)
        ui = free_port(3)
        https = free_port()
        told = {
            "CPC_COMPACT": "utopia",
            "CPC_COMPACTS": str(COMPACTS),
            "CPC_PORT": str(ui),
            "CPC_PUBLIC_ADDRESS": f"https://{HOST}:{https}",
        }
        root, log = project.folders.root, folder / "services.log"
        assert run(root, "service", "migrate", **told).returncode == 0
        for name in ("code", "web", "reader", "files", "daemon"):
            command, env = cpc(root, "service", name, **told)
            stack.enter_context(process(command, log, env))
        certificate = _proxy(folder, https, ui)
        stack.enter_context(process(["nginx", "-c", str(folder / "nginx.conf")], log))
        made = Outside(https, certificate, (ui, ui + 1, ui + 2), project, folder / "access.log")
        wait_for(lambda: all(listens(p) for p in (*made.ports, https)), 240, log.read_text)
        wait_for(lambda: "intake" in json.dumps(made.graphql("maria", JOBS)[1]), 240, log.read_text)
        yield made


JOBS = {"query": "{ repositoriesOrError { ... on RepositoryConnection { nodes { jobs { name } } } } }"}


def _proxy(folder: Path, https: int, ui: int) -> Path:
    """Certificate, passwords and roles as docs/deployment.md says, and the configuration by `make proxy`."""
    key, certificate = folder / "key", folder / "crt"
    new = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    names = ["-addext", f"subjectAltName=DNS:{HOST}"]
    openssl = ["openssl", "req", *new, *names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(openssl, check=True, capture_output=True)
    users = folder / "users"
    for number, (name, password) in enumerate(PASSWORDS.items()):
        create = ["-c"] if number == 0 else []
        subprocess.run(
            ["htpasswd", "-B", "-i", *create, str(users), name],
            input=password,
            text=True,
            check=True,
            capture_output=True,
        )
    (folder / "roles").write_text(f'"{HOST}/maria" analyst;\n')
    lines = {
        "CPC_PORT": ui,
        "CPC_FILES_PORT": ui + 1,
        "CPC_READER_PORT": ui + 2,
        "CPC_HOST": HOST,
        "CPC_HTTPS_PORT": https,
        "CPC_CERTIFICATE": certificate,
        "CPC_CERTIFICATE_KEY": key,
        "CPC_USERS": users,
        "CPC_ROLES": folder / "roles",
        "CPC_LOG": folder / "access.log",
    }
    (folder / "env").write_text("".join(f"{k}={v}\n" for k, v in lines.items()))
    (folder / "conf").mkdir()
    make = ["make", "-s", "proxy", f"ENV={folder}/env", f"INTO={folder}/conf"]
    subprocess.run(make, cwd=ROOT, check=True)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(user=user, folder=folder))
    return certificate


def test_who_has_no_password_sees_nothing(outside: Outside) -> None:
    for method, path in (("GET", "/"), ("GET", "/runs"), ("GET", "/server_info"), ("GET", "/results/x/published/y")):
        assert outside.ask(method, path)[0] == 401
    assert outside.graphql(None, JOBS)[0] == 401
    assert outside.graphql(None, LAUNCH_INTAKE)[0] == 401
    assert outside.ask("GET", "/", "maria", password="guessed")[0] == 401
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    assert outside.ask("GET", "/graphql", Sec_WebSocket_Key="eA==", **upgrade)[0] == 401


def test_a_reader_sees_and_starts_nothing(outside: Outside) -> None:
    assert outside.ask("GET", "/", "rosa")[0] == 200
    assert "intake" in json.dumps(outside.graphql("rosa", JOBS)[1])
    status, said = outside.graphql("rosa", LAUNCH_INTAKE)
    assert (status, said["launchRun"]["__typename"]) == (200, "UnauthorizedError")
    for path in ("/report_asset_materialization/measures", "/graphql/", "/anything"):
        assert outside.ask("POST", path, "rosa", {})[0] == 403


def test_an_analyst_starts_a_run_and_it_succeeds(outside: Outside) -> None:
    status, said = outside.graphql("maria", LAUNCH_INTAKE)
    assert (status, said["launchRun"]["__typename"]) == (200, "LaunchRunSuccess"), said
    run_id = said["launchRun"]["run"]["runId"]
    asked = {"query": "query($r: ID!) { runOrError(runId: $r) { ... on Run { status } } }", "variables": {"r": run_id}}

    def state() -> str:
        return str(outside.graphql("maria", asked)[1]["runOrError"]["status"])

    assert wait_for(lambda: state() if state() in ("SUCCESS", "FAILURE") else "", 300, state) == "SUCCESS"


def test_nobody_reports_events_by_hand_or_reads_files_by_their_path(outside: Outside) -> None:
    assert outside.ask("POST", "/report_asset_materialization/measures", "maria", {})[0] == 403
    assert outside.ask("GET", "/notebook?path=/etc/x.ipynb", "maria")[0] == 403


def test_a_page_of_another_origin_moves_nothing(outside: Outside) -> None:
    elsewhere = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://{HOST}:{outside.port}"},
        {"Origin": outside.address + ".evil.example"},
        {"Referer": "https://evil.example/page"},
        {"Referer": outside.address + ".evil.example/"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ]
    for headers in elsewhere:
        assert outside.graphql("maria", LAUNCH_INTAKE, **headers)[0] == 403, headers
    own = {"Origin": outside.address, "Referer": outside.address + "/runs", "Sec_Fetch_Site": "same-origin"}
    assert outside.graphql("maria", JOBS, **own)[0] == 200


def test_graphql_takes_nothing_that_a_browser_sends_without_asking_first(outside: Outside) -> None:
    asked = json.dumps(LAUNCH_INTAKE)
    for kind in (
        "text/plain",
        "text/plain; x=application/json",
        "application/x-www-form-urlencoded",
        "application/graphql",
    ):
        assert outside.ask("POST", "/graphql", "maria", asked, Content_Type=kind)[0] == 415, kind
    for path in ("/graphql?query=mutation{x}", "/graphql?x"):
        assert outside.ask("GET", path, "maria")[0] == 405


def test_a_websocket_opens_for_our_own_page_only(outside: Outside) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": base64.b64encode(b"0123456789abcdef").decode(),
        "Sec_WebSocket_Protocol": "graphql-ws",
    }
    assert outside.ask("GET", "/graphql", "maria", Origin="https://evil.example", **upgrade)[0] == 403
    assert outside.ask("GET", "/graphql", "maria", Origin=outside.address, **upgrade)[0] == 101


def test_another_name_for_this_machine_gets_no_answer(outside: Outside) -> None:
    with pytest.raises(RemoteDisconnected):
        outside.ask("GET", "/", "maria", name="evil.example")


def test_answers_may_not_be_framed_kept_or_guessed_at(outside: Outside) -> None:
    for path in ("/", "/runs", "/server_info"):
        said = outside.ask("GET", path, "maria")[1]
        assert said["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in said["content-security-policy"]
        assert said["x-content-type-options"] == "nosniff"
        assert said["cache-control"] == "no-store"
        assert said["referrer-policy"] == "same-origin"
        assert said["strict-transport-security"].startswith("max-age=")
        assert re.fullmatch("nginx", said["server"])
        assert "set-cookie" not in said
    assert outside.ask("GET", "/")[1]["x-frame-options"] == "DENY"


def test_only_the_proxy_can_be_reached_from_another_machine(outside: Outside) -> None:
    """The kernel's own table of who listens where; 0100007F is 127.0.0.1."""
    listening: dict[int, set[str]] = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            place, state = line.split()[1], line.split()[3]
            if state == "0A":
                address, _, port = place.rpartition(":")
                listening.setdefault(int(port, 16), set()).add(address)
    assert {p: listening[p] for p in outside.ports} == {p: {"0100007F"} for p in outside.ports}
    socket = outside.project.folders.root / ".dagster" / "code.sock"
    assert socket.is_socket()
    assert socket.parent.stat().st_mode & 0o077 == 0


def test_a_link_in_the_metadata_leads_through_the_proxy_to_the_file(outside: Outside) -> None:
    folders = outside.project.folders
    (folders.published / "2024").mkdir(parents=True, exist_ok=True)
    (folders.published / "2024" / "page.html").write_text("<p>forty-two</p>")
    key = json.loads((folders.root / ".dagster" / "files.json").read_text())["key"]
    path = f"/results/{key}/published/2024/page.html"
    assert outside.ask("GET", path, "rosa")[2] == "<p>forty-two</p>"
    assert outside.ask("GET", path)[0] == 401
    assert outside.ask("GET", path.replace(key, "guessed"), "rosa")[0] == 404
    assert outside.ask("GET", f"/results/{key}/published/%2e%2e/%2e%2e/raw/", "rosa")[0] in (400, 404)


def test_the_log_says_who_did_what_and_not_what_was_asked(outside: Outside) -> None:
    outside.ask("GET", "/runs?q=CANARIO7391", "rosa")
    line = wait_for(lambda: [x for x in outside.log.read_text().splitlines() if " rosa reader GET /runs 200" in x], 10)
    assert line
    assert "CANARIO7391" not in outside.log.read_text()
