"""Who is written to and how: the address book of this instance and the settings of its mail server.

Both are files of the instance, readable by their owner only, and no part of the compact's data: addresses of people
change without any decision and are personal data, and a password is a secret. What does not belong here: sending.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from cpc_pipeline.catalogue import Catalogue

COLUMNS = ["organisation", "address"]
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
ENVIRONMENT = "CPC_MAIL_"
TLS = ("starttls", "tls", "none")


class Unusable(Exception):
    """A file of this instance that cannot be used. key: of the sentence; params: what it names, never an address."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


@dataclass(frozen=True)
class MailServer:
    """Where messages are handed over. tls: starttls, tls or none; staff: who is told of failures; ca: own authority."""

    host: str
    sender: str
    port: int = 587
    tls: str = "starttls"
    user: str | None = None
    password: str | None = None
    staff: str | None = None
    ca: str | None = None
    timeout: float = 20.0

    def __repr__(self) -> str:
        """Without the password, wherever it may be printed."""
        return f"MailServer({self.host}:{self.port}, {self.tls})"


def addresses(path: Path, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Addresses by organisation; none where there is no file. Raises Unusable where it is not sound or not private."""
    if not path.exists():
        return {}
    _private(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or [cell.strip() for cell in rows[0][:2]] != COLUMNS:
        raise Unusable("bad_contacts", name=path.name, line=1, fault="columns")
    found: dict[str, list[str]] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        organisation, address = (*(cell.strip() for cell in row), "")[:2]
        if organisation not in catalogue.organisations:
            raise Unusable("bad_contacts", name=path.name, line=number, fault="organisation")
        if not ADDRESS.fullmatch(address):
            raise Unusable("bad_contacts", name=path.name, line=number, fault="address")
        found.setdefault(organisation, []).append(address)
    return {organisation: tuple(dict.fromkeys(own)) for organisation, own in found.items()}


def mail_server(path: Path, environment: Mapping[str, str] = os.environ) -> MailServer | None:
    """The mail server, from the environment (CPC_MAIL_HOST …) or else the file; None where none is set up.

    Raises Unusable for settings that cannot be meant.
    """
    said = {k: v for name in SETTINGS if (v := environment.get(ENVIRONMENT + name.upper())) for k in (name,)}
    where = ENVIRONMENT + "HOST"
    if "host" not in said:
        if not path.exists():
            return None
        _private(path)
        where = path.name
        said = _read(path) | said
    return _server(said, where)


SETTINGS = ("host", "port", "tls", "user", "password", "from", "staff", "ca", "timeout")


def _read(path: Path) -> dict[str, str]:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        said = None
    if not isinstance(said, dict) or "host" not in said:
        raise Unusable("bad_settings", name=path.name, fault="form")
    if not set(said) <= set(SETTINGS):
        raise Unusable("bad_settings", name=path.name, fault="unknown")
    return {str(k): str(v) for k, v in said.items() if v is not None}


def _server(said: Mapping[str, str], where: str) -> MailServer:
    tls = said.get("tls", "starttls")
    if tls not in TLS:
        raise Unusable("bad_settings", name=where, fault="tls")
    if tls == "none" and said.get("password"):
        raise Unusable("bad_settings", name=where, fault="secret")
    for name in ("from", "staff"):
        if name in said and not ADDRESS.fullmatch(said[name]):
            raise Unusable("bad_settings", name=where, fault="address")
    if "from" not in said:
        raise Unusable("sender_missing")
    try:
        port, timeout = int(said.get("port", "465" if tls == "tls" else "587")), float(said.get("timeout", "20"))
    except ValueError:
        raise Unusable("bad_settings", name=where, fault="port") from None
    return MailServer(
        *(said["host"], said["from"], port, tls, said.get("user"), said.get("password")),
        *(said.get("staff"), said.get("ca"), timeout),
    )


def _private(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise Unusable("not_private", name=path.name)
