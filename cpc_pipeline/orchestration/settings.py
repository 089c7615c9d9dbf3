"""The settings that Dagster reads, by what this installation was told: nothing (SQLite, one machine), or more.

CPC_DAGSTER_POSTGRES_URL: runs, events and schedules are kept in PostgreSQL.
CPC_BROKER_URL: runs are executed by workers (`cpc service worker`), on this machine or others, instead of here.
CPC_SPREAD_FROM: from how many organisations and years on workers read them together (spreading.py).
Each may instead be the path of a file of the owner's alone, under the same name with _FILE: so that a secret stands
neither in a unit file nor in what a process shows of itself. Nothing secret is written into dagster.yaml.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

POSTGRES, BROKER = "CPC_DAGSTER_POSTGRES_URL", "CPC_BROKER_URL"
SPREAD_FROM = "CPC_SPREAD_FROM"
HERE = Path(__file__).parent


class SettingsRefused(Exception):
    """An installation cannot run as it was told to; code names the sentence that says why and what to do."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Switch:
    """One setting that is off unless its variable says something.

    adds: the file beside this one that dagster.yaml gets at its end. otherwise: the one that it gets while this is off.
    needs: the module that must be installed. schemes: how an address may begin, and how the library that is installed
    spells it.
    """

    variable: str
    adds: str
    needs: str
    schemes: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""


SWITCHES = (
    Switch(
        POSTGRES,
        "dagster-postgres.yaml",
        "dagster_postgres",
        # SQLAlchemy takes the bare name for another driver than the one that dagster-postgres brings.
        dict.fromkeys(("postgres", "postgresql", "postgresql+psycopg2"), "postgresql+psycopg2"),
    ),
    Switch(BROKER, "dagster-workers.yaml", "dagster_celery", {"amqp": "amqp", "amqps": "amqps"}, "dagster-alone.yaml"),
)


def chosen(environment: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The text of dagster.yaml, and the variables that it refers to.

    Raises SettingsRefused where a secret is open to others, an address is of no known kind, or a library is missing.
    """
    texts, variables = [(HERE / "dagster.yaml").read_text(encoding="utf-8")], {}
    for switch in SWITCHES:
        said = secret(switch.variable, environment)
        if not said:
            texts += [(HERE / switch.otherwise).read_text(encoding="utf-8")] if switch.otherwise else []
            continue
        if find_spec(switch.needs) is None:
            raise SettingsRefused("library_missing", variable=switch.variable)
        scheme, _, rest = said.partition("://")
        if scheme not in switch.schemes or not rest:
            raise SettingsRefused("bad_address", variable=switch.variable, schemes=", ".join(switch.schemes))
        texts.append((HERE / switch.adds).read_text(encoding="utf-8"))
        variables[switch.variable] = f"{switch.schemes[scheme]}://{rest}"
    if BROKER in variables and POSTGRES not in variables:
        raise SettingsRefused("workers_need_database", variable=BROKER, database=POSTGRES)
    return "".join(texts), variables


def secret(variable: str, environment: Mapping[str, str]) -> str:
    """What a variable says, or the file named by the same variable with _FILE; empty where neither is set.

    Raises SettingsRefused for a file that cannot be read, or that others than its owner may read.
    """
    if environment.get(variable):
        return environment[variable].strip()
    named = environment.get(f"{variable}_FILE")
    if not named:
        return ""
    path = Path(named)
    try:
        mode, said = path.stat().st_mode, path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise SettingsRefused("secret_unreadable", variable=f"{variable}_FILE", path=path) from None
    # What systemd hands over is for this service alone, though an access list makes its mode look wider.
    handed = Path(environment["CREDENTIALS_DIRECTORY"]) if environment.get("CREDENTIALS_DIRECTORY") else None
    if stat.S_IMODE(mode) & 0o077 and (handed is None or not path.is_relative_to(handed)):
        raise SettingsRefused("secret_open", path=path)
    return said


def write(home: Path, text: str) -> None:
    """Put the settings in place, whole, unless they are there already: another process may be reading them."""
    path = home / "dagster.yaml"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    part = home / f".dagster.yaml.{os.getpid()}"
    part.write_text(text, encoding="utf-8")
    part.chmod(0o600)
    part.replace(path)
