"""The files of deploy/: the same parts under systemd and in containers, shut in, and only the proxy has a door."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from cpc_pipeline.cli import serving
from cpc_pipeline.orchestration import services, settings

from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNITS = {p.name: p.read_text() for p in (DEPLOY / "systemd").glob("*.service")}
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
OTHERS = {"proxy", "database"}


def test_every_part_of_a_server_is_a_unit_and_a_container_and_a_command() -> None:
    started = {m[1] for text in UNITS.values() if (m := re.search(r"^ExecStart=\S+/cpc service (\w+)$", text, re.M))}
    contained = {part["command"][1] for name, part in COMPOSE.items() if name not in OTHERS}
    assert started == set(services.NAMES) == set(serving.NAMES)
    assert contained == started - {"worker", "steps"}, "containers are for one machine"
    wanted = re.findall(r"cpc-(\w+)@", (DEPLOY / "systemd" / "cpc@.target").read_text())
    assert set(wanted) == started - {"migrate", "worker", "steps"}


def test_only_the_proxy_has_a_port_and_no_container_may_more_than_it_needs() -> None:
    assert [name for name, part in COMPOSE.items() if "ports" in part] == ["proxy"]
    for name, part in COMPOSE.items():
        if name in OTHERS:
            continue
        assert part["network_mode"] == "service:proxy"
        assert part["read_only"] is True
        assert part["cap_drop"] == ["ALL"]
        assert part["security_opt"] == ["no-new-privileges:true"]


def test_no_file_of_the_deployment_holds_a_secret_and_the_addresses_are_read_from_files_of_the_owner() -> None:
    for path in (p for p in DEPLOY.rglob("*") if p.is_file()):
        assert not re.search(r"://[^/\s:]+:(?!PASSWORD@)[^@\s]+@|AGE-SECRET|BEGIN [A-Z ]*PRIVATE", path.read_text()), (
            path
        )
    for name, variable in (("postgres.conf", settings.POSTGRES), ("workers.conf", settings.BROKER)):
        assert f"Environment={variable}_FILE=%d/" in (DEPLOY / "systemd" / name).read_text()
    assert f"{settings.POSTGRES}_FILE" in COMPOSE["web"]["environment"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_no_fault_and_hardly_any_exposure(tmp_path: Path) -> None:
    units = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(DEPLOY / "systemd", units)
    (units / "postgres.conf").rename(units / "cpc-.service.d" / "20-postgres.conf")
    (units / "workers.conf").rename(units / "cpc-.service.d" / "30-workers.conf")
    program = tmp_path / "opt" / "cpc" / ".venv" / "bin" / "cpc"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    shutil.copytree("/lib/systemd/system", tmp_path / "lib" / "systemd" / "system", symlinks=True)
    for name in UNITS:
        unit = name.replace("@", "@colombia")
        for asked in (["verify", unit], ["security", "--offline=true", "--threshold=20", "--no-pager", unit]):
            command = ["systemd-analyze", f"--root={tmp_path}", *asked]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            ours = [line for line in done.stderr.splitlines() if "cpc" in line]
            assert (done.returncode, ours) == (0, []), done.stdout[-500:] + done.stderr
