"""`cpc service`: one part of a server, in the foreground, as systemd and containers start it; and `cpc tidy`."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.project import Project

NAMES = ("migrate", "code", "web", "reader", "files", "daemon", "worker", "steps")
PORT = "CPC_PORT"
USUAL_DAYS = 400


def register(command: Command) -> None:
    """Add `cpc service`."""
    made = command("service", service, "run one part of a server / ejecutar una parte de un servidor")
    made.add_argument("name", choices=NAMES)
    words = "first of three ports on this machine (default: CPC_PORT or 3000) / primero de tres puertos"
    made.add_argument("--port", type=int, default=None, metavar="N", help=words)
    tidied = command("tidy", tidy, "forget old runs of Dagster; results stay / olvidar ejecuciones antiguas")
    tidied.add_argument("--days", type=int, default=USUAL_DAYS, metavar="N", help="how old (default: 400) / antigüedad")


def service(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.orchestration.services import PORT as USUAL
    from cpc_pipeline.orchestration.services import become

    become(arguments.name, project, arguments.port or int(os.environ.get(PORT) or USUAL))
    return FINE


def tidy(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime, timedelta

    from cpc_pipeline.orchestration.home import history, prepare
    from cpc_pipeline.orchestration.retention import forget

    os.environ.update(prepare(project.folders.root))
    with history() as instance:
        count = forget(instance, datetime.now(UTC) - timedelta(days=arguments.days))
    say("service.tidied", count=count, days=arguments.days)
    return FINE
