"""Messages: who is told what and when, in which language, and never a value; each is sent once, whatever happens."""

from __future__ import annotations

import email
import email.policy
import json
import os
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cpc_pipeline import contracts, notices, pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.desk import contacts, notifying, posting, sent
from cpc_pipeline.desk.contacts import MailServer
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import write_submission

NOW = datetime(2026, 4, 10, 9, 0)  # noqa: DTZ001  (the clock gives UTC without a zone)
MOMENT = NOW.replace(tzinfo=UTC)
CANARY = "CANARIO7391"


def nothing() -> pl.DataFrame:
    return contracts.empty(contracts.FINDINGS)


def finding(**said: Any) -> pl.DataFrame:
    row: dict[str, Any] = {
        "submission_id": "works/2025/annual.xlsx", "organisation": "works", "reporting_year": 2025, "sheet": "Sheet",
        "cell": "D14", "code": "jump", "severity": "query", "rule": "r", "observation_id": None, "found": CANARY,
        "expected": CANARY, "params": json.dumps({"series": "PRE-2", "earlier": CANARY}),
    }  # fmt: skip
    schema = {name: column.dtype for name, column in contracts.FINDINGS.items()}
    return pl.DataFrame([row | said], schema=schema)


# ---- the calendar -------------------------------------------------------------------------------------------------


def test_the_calendar_names_the_last_step_that_has_come_and_ends_after_the_last_one(arcadia: Catalogue) -> None:
    closing = arcadia.header.closing(2025)
    assert closing == date(2026, 3, 31)
    expected = {-15: None, -14: -14, -1: -14, 0: 0, 3: 0, 7: 7, 21: 21, 35: 21, 36: None, 400: None}
    assert {days: notices.step(arcadia.header, 2025, closing + timedelta(days)) for days in expected} == expected


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.integers(-60, 60), unique=True, max_size=6),
    days=st.lists(st.integers(-90, 120), min_size=1, max_size=30),
)
def test_whoever_looks_on_whichever_days_is_told_each_step_once_and_in_order(
    arcadia: Catalogue, steps: list[int], days: list[int]
) -> None:
    header = arcadia.header.model_copy(update={"reminders": steps})
    closing = header.closing(2025)
    seen = [notices.step(header, 2025, closing + timedelta(d)) for d in sorted(days)]
    told = list(dict.fromkeys(s for s in seen if s is not None))
    assert told == sorted(told)
    assert set(told) <= set(steps)


def test_without_a_deadline_the_day_of_the_yearly_tables_is_named_and_nothing_is_late(utopia: Catalogue) -> None:
    assert utopia.header.due(2024) is None
    assert utopia.header.closing(2024) == date(2025, 8, 1)
    told = notices.reminder("moon", 2024, utopia, nothing(), date(2025, 7, 20), "step")
    words = utopia.wording.text("notices.tables_ahead", told.language, day="", count=12)
    assert words.split("{")[0].split(" : ")[0].split(":")[0].split()[0] in told.body
    assert "12" in told.body


# ---- the words ----------------------------------------------------------------------------------------------------


def test_a_question_is_named_by_sheet_cell_indicator_and_title_and_never_by_its_value(arcadia: Catalogue) -> None:
    ours = arcadia.header.sheets["indicators"].name
    told = notices.reminder("works", 2025, arcadia, finding(sheet=ours), date(2026, 4, 7), "step 7")
    assert (told.language, told.organisation) == ("es", "works")
    for said in (
        ours,
        "D14",
        arcadia.indicators["PRE-2"].name["es"],
        "Ministerio de Obras",
        "31 de marzo de 2026",
        "7",
    ):
        assert said in told.body, told.body
    assert arcadia.wording.text("findings.jump.title", "es") in told.body
    assert CANARY not in told.body + told.subject


def test_a_sheet_name_that_somebody_typed_is_not_repeated(arcadia: Catalogue) -> None:
    told = notices.reminder("works", 2025, arcadia, finding(sheet=CANARY), date(2026, 4, 7), "step 7")
    assert "D14" in told.body
    assert CANARY not in told.body


@pytest.mark.parametrize("code", ["jump", "part_exceeds_whole", "revised_value", "conflicting_values"])
def test_no_number_of_a_finding_is_in_a_message(arcadia: Catalogue, code: str) -> None:
    told = notices.reminder(
        "works", 2025, arcadia, finding(code=code, found="98761", expected="98762"), NOW.date(), "x"
    )
    assert "9876" not in told.body


def test_a_note_is_no_question_and_the_gravest_comes_first(arcadia: Catalogue) -> None:
    found = pl.concat([finding(cell="A1", severity="note"), finding(cell="B2"), finding(cell="C3", severity="return")])
    body = notices.reminder("works", 2025, arcadia, found, NOW.date(), "x").body
    assert "A1" not in body
    assert body.index("C3") < body.index("B2")


def test_of_many_questions_the_first_are_named_and_the_others_counted(arcadia: Catalogue) -> None:
    found = pl.concat([finding(cell=f"B{n}") for n in range(100, 150)])
    body = notices.reminder("works", 2025, arcadia, found, NOW.date(), "x").body
    assert body.count("celda B") == 30
    assert arcadia.wording.text("notices.more", "es", count=20) in body


def receipt(**said: Any) -> dict[str, Any]:
    row = {"receipt_id": "works-2025-001", "organisation": "works", "year": 2025, "revision": 2, "status": "returned"}
    return row | said


def test_a_result_says_the_receipt_the_status_the_questions_by_weight_and_where_the_copy_lies(
    arcadia: Catalogue,
) -> None:
    found = pl.concat([finding(severity="return", cell="A1"), finding(), finding(cell="E5")])
    told = notices.result(receipt(), arcadia, found, "data/feedback/arcadia/2025/works")
    assert "works-2025-001" in told.subject
    returned = arcadia.wording.text("receipts.status.returned", "es")
    for said in (returned, "data/feedback/arcadia/2025/works", "devuelto: 1", "preguntas: 2", "versión 2"):
        assert said in told.body, told.body
    assert CANARY not in told.body


def test_a_message_is_the_same_bytes_each_time_and_opens_as_a_draft(arcadia: Catalogue) -> None:
    told = notices.result(receipt(), arcadia, nothing(), None)
    made = [notices.letter(told, ("works@example.org",), "cpc@example.org").as_bytes() for _ in range(2)]
    assert made[0] == made[1]
    opened = email.message_from_bytes(made[0], policy=email.policy.default)
    assert (opened["X-Unsent"], opened["To"], opened["Date"]) == ("1", "works@example.org", None)
    assert opened.get_content().replace("\r\n", "\n") == told.body


def test_another_text_about_the_same_thing_is_the_same_message(arcadia: Catalogue) -> None:
    first = notices.reminder("works", 2025, arcadia, nothing(), date(2026, 4, 7), "step 7")
    again = notices.reminder("works", 2025, arcadia, finding(), date(2026, 4, 9), "step 7")
    other = notices.reminder("works", 2025, arcadia, nothing(), date(2026, 4, 9), "step 21")
    assert first.identity == again.identity != other.identity
    assert first.body != again.body


# ---- addresses and settings ---------------------------------------------------------------------------------------


def private(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_an_organisation_may_have_several_addresses_and_none_is_guessed(tmp_path: Path, arcadia: Catalogue) -> None:
    path = private(tmp_path / "a.csv", "organisation,address\nworks,a@example.org\nworks,b@example.org\n\n")
    assert contacts.addresses(path, arcadia) == {"works": ("a@example.org", "b@example.org")}
    assert contacts.addresses(tmp_path / "none.csv", arcadia) == {}


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("name,mail\n", 1, "columns"),
        ("organisation,address\nnobody,a@example.org\n", 2, "organisation"),
        ("organisation,address\nworks,a@example.org\nworks,not an address\n", 3, "address"),
        ('organisation,address\nworks,"a@example.org\r\nBcc: b@example.org"\n', 2, "address"),
    ],
)
def test_an_address_book_with_a_fault_names_its_line_and_not_what_stands_there(
    tmp_path: Path, arcadia: Catalogue, text: str, line: int, fault: str
) -> None:
    with pytest.raises(contacts.Unusable) as caught:
        contacts.addresses(private(tmp_path / "a.csv", text), arcadia)
    assert caught.value.params == {"name": "a.csv", "line": line, "fault": fault}


def test_a_file_with_addresses_or_a_password_that_others_may_read_is_refused(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    path = private(tmp_path / "a.csv", "organisation,address\n")
    path.chmod(0o640)
    for read in (lambda: contacts.addresses(path, arcadia), lambda: contacts.mail_server(path, {})):
        with pytest.raises(contacts.Unusable) as caught:
            read()
        assert caught.value.key == "not_private"


def test_the_environment_goes_before_the_file_and_a_password_is_not_printed(tmp_path: Path) -> None:
    path = private(tmp_path / "mail.yaml", "host: from.file\nfrom: a@example.org\n")
    assert contacts.mail_server(path, {}) == MailServer("from.file", "a@example.org")
    said = {"CPC_MAIL_HOST": "h", "CPC_MAIL_FROM": "b@example.org", "CPC_MAIL_PASSWORD": "secret", "CPC_MAIL_USER": "u"}
    server = contacts.mail_server(path, said)
    assert server is not None
    assert (server.host, server.port, server.tls, server.password) == ("h", 587, "starttls", "secret")
    assert "secret" not in repr(server)
    assert contacts.mail_server(tmp_path / "none.yaml", {}) is None


@pytest.mark.parametrize(
    ("said", "key", "fault"),
    [
        ({"FROM": "a@example.org", "TLS": "perhaps"}, "bad_settings", "tls"),
        ({"FROM": "a@example.org", "PORT": "many"}, "bad_settings", "port"),
        ({"FROM": "a@example.org", "TLS": "none", "PASSWORD": "x"}, "bad_settings", "secret"),
        ({"FROM": "nobody"}, "bad_settings", "address"),
        ({}, "sender_missing", None),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(
    tmp_path: Path, arcadia: Catalogue, said: dict[str, str], key: str, fault: str | None
) -> None:
    with pytest.raises(contacts.Unusable) as caught:
        contacts.mail_server(tmp_path / "none", {"CPC_MAIL_HOST": "h"} | {f"CPC_MAIL_{k}": v for k, v in said.items()})
    assert (caught.value.key, caught.value.params.get("fault")) == (key, fault)
    assert arcadia.wording.has(f"notices.cli.{key}", "es")
    assert fault is None or arcadia.wording.has(f"notices.cli.fault.{fault}", "es")


# ---- the book -----------------------------------------------------------------------------------------------------


def test_a_page_that_does_not_say_sent_of_a_process_that_is_gone_is_unclear(tmp_path: Path) -> None:
    dies = "import sys, os, pathlib\nfrom cpc_pipeline.desk import sent\n"
    dies += "with sent.page(pathlib.Path(sys.argv[1]), 'abc'):\n    os.kill(os.getpid(), 9)\n"
    assert subprocess.run([sys.executable, "-c", dies, str(tmp_path)], check=False).returncode == -9
    assert sent.state(tmp_path, "abc") == "unclear"
    with pytest.raises(sent.Taken), sent.page(tmp_path, "abc"):
        pass
    assert sent.strike(tmp_path, "abc")
    assert sent.state(tmp_path, "abc") == "free"
    assert not sent.strike(tmp_path, "../abc")


def test_of_two_that_hand_over_at_once_one_is_turned_away(tmp_path: Path) -> None:
    with sent.page(tmp_path, "abc") as page:
        assert sent.state(tmp_path, "abc") == "busy"
        with pytest.raises(sent.Taken), sent.page(tmp_path, "abc"):
            pass
        page.say_sent(MOMENT)
    assert sent.state(tmp_path, "abc") == "sent"


# ---- a real mail server -------------------------------------------------------------------------------------------


class Postbox:
    """What a mail server does with a message: keep it, refuse it, or break the line."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.refuse: str | None = None
        self.breaks = False

    async def handle_RCPT(  # noqa: N802  (so the server calls it)
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        if self.breaks:
            server.transport.abort()
        return "250 OK"


Serve = Callable[..., tuple[Postbox, MailServer]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """serve(**options of the server): a mail server on this machine, and the settings to reach it."""
    running: list[Controller] = []

    def start(tls: str = "none", ca: str | None = None, **options: Any) -> tuple[Postbox, MailServer]:
        box = Postbox()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        controller = Controller(box, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return box, MailServer("127.0.0.1", "cpc@example.org", port, tls, ca=ca, timeout=5)

    yield start
    for controller in running:
        controller.stop()


def waiting(arcadia: Catalogue, *about: str) -> list[tuple[notices.Notice, tuple[str, ...]]]:
    told = [notices.reminder("works", 2025, arcadia, nothing(), NOW.date(), a) for a in about]
    return [(notice, ("works@example.org",)) for notice in told]


def handed(arcadia: Catalogue, server: MailServer, book: Path, *about: str) -> list[str]:
    return list(posting.send(waiting(arcadia, *about), server, book, lambda: MOMENT).values())


def test_a_message_arrives_as_it_was_written_dated_and_named_and_not_a_second_time(
    serve: Serve, tmp_path: Path, arcadia: Catalogue
) -> None:
    box, server = serve()
    assert handed(arcadia, server, tmp_path, "a", "b") == ["sent", "sent"]
    assert handed(arcadia, server, tmp_path, "a", "b") == ["earlier", "earlier"]
    assert len(box.taken) == 2
    content = box.taken[0].content
    assert isinstance(content, bytes)
    arrived = email.message_from_bytes(content, policy=email.policy.default)
    notice = waiting(arcadia, "a")[0][0]
    assert arrived["To"] == "works@example.org" == box.taken[0].rcpt_tos[0]
    assert arrived["Subject"] == notice.subject
    assert arrived["Message-ID"] == f"<{notice.identity}@example.org>"
    assert arrived["Date"].datetime == MOMENT
    assert arrived["X-Unsent"] is None
    assert arrived.get_content().replace("\r\n", "\n") == notice.body


def test_what_the_server_refuses_is_tried_again_the_next_time(serve: Serve, tmp_path: Path, arcadia: Catalogue) -> None:
    box, server = serve()
    box.refuse = "451 later"
    assert handed(arcadia, server, tmp_path, "a") == ["refused"]
    box.refuse = None
    assert handed(arcadia, server, tmp_path, "a") == ["sent"]


def test_where_the_line_breaks_before_the_answer_nothing_is_sent_again_by_itself(
    serve: Serve, tmp_path: Path, arcadia: Catalogue
) -> None:
    box, server = serve()
    box.breaks = True
    assert handed(arcadia, server, tmp_path, "a", "b") == ["unclear", "refused"]
    box.breaks = False
    assert handed(arcadia, server, tmp_path, "a", "b") == ["unclear", "sent"]
    assert len(box.taken) == 2


def test_a_server_that_cannot_be_reached_leaves_everything_for_the_next_time(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        server = MailServer("127.0.0.1", "cpc@example.org", taken.getsockname()[1], "none", timeout=2)
        assert handed(arcadia, server, tmp_path, "a") == ["refused"]
    assert not list(tmp_path.iterdir())


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine for itself, and its key."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private_form = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, private_form, serialization.NoEncryption()))
    return paths


def test_a_protected_line_is_used_with_a_certificate_that_is_known_and_with_no_other(
    serve: Serve, tmp_path: Path, arcadia: Catalogue
) -> None:
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"cpc", b"secret"))

    options = {"tls_context": context, "require_starttls": True, "authenticator": login, "auth_required": True}
    box, server = serve("starttls", str(cert), **options)
    book = tmp_path / "book"
    known = MailServer(server.host, server.sender, server.port, "starttls", "cpc", "secret", ca=str(cert), timeout=5)
    stranger = MailServer(server.host, server.sender, server.port, "starttls", "cpc", "secret", timeout=5)
    nobody = MailServer(server.host, server.sender, server.port, "starttls", ca=str(cert), timeout=5)
    assert handed(arcadia, stranger, book, "a") == ["refused"]
    assert handed(arcadia, nobody, book, "a") == ["refused"]
    assert handed(arcadia, known, book, "a") == ["sent"]
    assert len(box.taken) == 1


# ---- a project ----------------------------------------------------------------------------------------------------


@pytest.fixture
def sending(tmp_path: Path, arcadia: Catalogue) -> Project:
    """Arcadia on 10 April 2026: the schools sent a workbook with questions, nobody else anything."""
    project = Project(Folders(tmp_path / "a project", "arcadia"), arcadia, clock=lambda: NOW)
    rows = [{"indicator": "PRE-2", "value": 4}, {"indicator": "PRE-99", "value": f"{CANARY} Perez"}]
    write_submission(project, "schools", 2025, rows)
    pipeline.take_in(project, pipeline.todo(project).submissions)
    pipeline.settle(project)
    return project


def test_what_waits_lies_ready_for_the_owner_only_and_goes_when_it_is_no_longer_right(sending: Project) -> None:
    told = notifying.write(sending, notifying.due(sending), all_of_them=True)
    by = {(t.notice.kind, t.notice.organisation, t.notice.year) for t in told}
    assert ("result", "schools", 2025) in by
    assert ("reminder", "works", 2025) in by
    assert ("reminder", "schools", 2025) not in by
    assert {year for kind, _, year in by if kind == "reminder"} == {2025}, "long past years are left alone"
    for one in told:
        assert one.state == "no_address"
        for path in (one.path, one.path.with_suffix(".txt")):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert CANARY.encode() not in path.read_bytes()
    late = next(t.path for t in told if (t.notice.kind, t.notice.organisation) == ("reminder", "works"))
    write_submission(sending, "works", 2025, [{"indicator": "ctx_rain", "value": 137}])
    pipeline.take_in(sending, [("works", 2025)])
    pipeline.settle(sending)
    notifying.write(sending, notifying.due(sending), all_of_them=True)
    assert not late.exists()
    assert not late.with_suffix(".txt").exists()


def test_only_what_has_an_address_is_sent_once_and_what_was_sent_stays_as_it_was(
    sending: Project, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, server = serve()
    for name, value in {"HOST": server.host, "PORT": str(server.port), "TLS": "none", "FROM": server.sender}.items():
        monkeypatch.setenv(f"CPC_MAIL_{name}", value)
    private(sending.folders.contacts, "organisation,address\nschools,schools@example.org\nworks,works@example.org\n")

    def again() -> dict[tuple[str, str | None], str]:
        told = notifying.send(sending, notifying.write(sending, notifying.due(sending), all_of_them=True))
        return {(t.notice.kind, t.notice.organisation): t.state for t in told}

    first = again()
    assert first["result", "schools"] == first["reminder", "works"] == "sent"
    assert first["reminder", "health"] == "no_address"
    assert again()["result", "schools"] == "earlier"
    assert sorted(e.rcpt_tos[0] for e in box.taken) == ["schools@example.org", "works@example.org"]
    assert all(CANARY.encode() not in (e.content or b"") for e in box.taken if isinstance(e.content, bytes))
    assert "told" in sending.folders.audit.read_text()
    assert "example.org" not in sending.folders.audit.read_text()


def test_a_mail_server_that_is_set_up_later_sends_no_results_of_long_ago(
    sending: Project, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, server = serve()
    for name, value in {"HOST": server.host, "PORT": str(server.port), "TLS": "none", "FROM": server.sender}.items():
        monkeypatch.setenv(f"CPC_MAIL_{name}", value)
    private(sending.folders.contacts, "organisation,address\nschools,schools@example.org\n")
    later = Project(sending.folders, sending.catalogue, clock=lambda: NOW + timedelta(days=60))
    told = notifying.send(later, notifying.write(later, notifying.due(later), all_of_them=True))
    assert [(t.notice.kind, t.state) for t in told] == [("result", "old")]
    assert box.taken == []


def test_a_failure_is_told_without_the_text_of_the_error(arcadia: Catalogue) -> None:
    told = notices.failure("results", "measures", "run-1", arcadia)
    assert (told.organisation, told.kind) == (None, "failure")
    for said in ("results", "measures", "run-1"):
        assert said in told.body


def test_no_process_of_these_tests_can_reach_a_server_elsewhere() -> None:
    assert not any(name.startswith("CPC_MAIL_") for name in os.environ)
