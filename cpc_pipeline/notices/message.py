"""A notice as a message that any mail program opens, and as one that is on its way."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from cpc_pipeline.notices.notice import Notice


def letter(notice: Notice, to: tuple[str, ...], sender: str | None) -> EmailMessage:
    """The message as it waits to be sent: no date, and marked so that mail programs open it to be sent.

    to, sender: may be missing; a person fills them in. The same notice makes the same bytes.
    """
    made = EmailMessage(policy=SMTP)
    if sender:
        made["From"] = sender
    if to:
        made["To"] = ", ".join(to)
    made["Subject"] = " ".join(notice.subject.split())
    made["X-Unsent"] = "1"
    # Quoted-printable is readable in any editor, and no line is longer than mail allows.
    made.set_content(notice.body, charset="utf-8", cte="quoted-printable")
    made["Content-Language"] = notice.language
    return made


def on_its_way(notice: Notice, to: tuple[str, ...], sender: str, at: datetime) -> EmailMessage:
    """The message as it is handed over: dated, and named after the notice, so that its other copies are recognised."""
    made = letter(notice, to, sender)
    del made["X-Unsent"]
    made["Date"] = format_datetime(at)
    domain = sender.rpartition("@")[2].strip("> ")
    made["Message-ID"] = f"<{notice.identity}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    return made
