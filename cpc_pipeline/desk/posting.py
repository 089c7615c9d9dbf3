"""Handing messages over to a mail server, each once.

What does not belong here: what is said and to whom (notices/, desk/contacts.py).
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from cpc_pipeline import notices
from cpc_pipeline.desk import sent
from cpc_pipeline.desk.contacts import MailServer

Handed = Literal["sent", "earlier", "unclear", "refused"]
NOT_TAKEN = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPHeloError)
"""What a mail server says when it has not taken a message."""


def send(
    waiting: Sequence[tuple[notices.Notice, tuple[str, ...]]],
    server: MailServer,
    book: Path,
    clock: Callable[[], datetime],
) -> dict[str, Handed]:
    """Hand over each message with its addresses; by identity what became of it.

    refused: the server did not take it, or could not be reached; the next time it is tried again. unclear: the line
    broke before the server answered; it is not tried again by itself, because it may have arrived.
    """
    done: dict[str, Handed] = {}
    left = []
    for notice, to in waiting:
        known = sent.state(book, notice.identity)
        if known == "free":
            left.append((notice, to))
        else:
            done[notice.identity] = "unclear" if known == "unclear" else "earlier"
    if not left:
        return done
    try:
        line = _connect(server)
    except (OSError, smtplib.SMTPException):
        return done | {notice.identity: "refused" for notice, _ in left}
    try:
        for notice, to in left:
            done[notice.identity] = _hand_over(line, notice, to, server, book, clock)
    finally:
        line.close() if "unclear" in done.values() else _quit(line)
    return done


def _connect(server: MailServer) -> smtplib.SMTP:
    """A line to the server, protected and known to it as the settings say. The certificate is always looked at."""
    context = ssl.create_default_context(cafile=server.ca)
    if server.tls == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        if server.tls == "starttls":
            line.starttls(context=context)
        if server.user:
            line.login(server.user, server.password or "")
    except BaseException:
        line.close()
        raise
    return line


def _hand_over(
    line: smtplib.SMTP,
    notice: notices.Notice,
    to: tuple[str, ...],
    server: MailServer,
    book: Path,
    clock: Callable[[], datetime],
) -> Handed:
    if line.sock is None:  # the line broke at an earlier message; nothing of this one was said
        return "refused"
    at = clock()
    try:
        with sent.page(book, notice.identity) as page:
            try:
                line.send_message(notices.on_its_way(notice, to, server.sender, at), server.sender, list(to))
            except NOT_TAKEN:
                page.tear_out()
                return "refused"
            except (OSError, smtplib.SMTPException):
                line.close()
                return "unclear"
            page.say_sent(at)
    except sent.Taken as taken:
        return "unclear" if taken.state == "unclear" else "earlier"
    return "sent"


def _quit(line: smtplib.SMTP) -> None:
    try:
        line.quit()
    except (OSError, smtplib.SMTPException):
        line.close()
