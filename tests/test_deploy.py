"""What a server is told, and what it becomes: one setting each, secrets nowhere but where they belong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from cpc_pipeline.orchestration import files, services, settings
from cpc_pipeline.orchestration.settings import BROKER, POSTGRES, SettingsRefused, Switch
from cpc_pipeline.project import Project


@pytest.fixture(autouse=True)
def _everything_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda name: name)


def kept(text: str) -> dict[str, object]:
    return dict(yaml.safe_load(text))


def test_without_a_word_everything_stays_on_this_machine() -> None:
    text, variables = settings.chosen({})
    assert variables == {}
    assert "storage" not in kept(text)
    assert kept(text)["telemetry"] == {"enabled": False}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_an_address_of_postgresql_is_spelt_as_the_driver_wants_it_and_not_written_down(scheme: str) -> None:
    text, variables = settings.chosen({POSTGRES: f"{scheme}://me:secret@host/db"})
    assert variables == {POSTGRES: "postgresql+psycopg2://me:secret@host/db"}
    assert kept(text)["storage"] == {"postgres": {"postgres_url": {"env": POSTGRES}}}
    assert "secret" not in text


def test_a_secret_may_stand_in_a_file_of_the_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://me@host/db\n")
    file.chmod(0o600)
    told = {f"{POSTGRES}_FILE": str(file)}
    assert settings.chosen(told)[1][POSTGRES].endswith("://me@host/db")
    file.chmod(0o640)
    with pytest.raises(SettingsRefused, match="secret_open"):
        settings.chosen(told)
    handed_over = told | {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert settings.chosen(handed_over)[1], "what systemd hands over is for this service alone"
    with pytest.raises(SettingsRefused, match="secret_unreadable"):
        settings.chosen({f"{POSTGRES}_FILE": str(tmp_path / "gone")})


def test_what_cannot_be_is_refused_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsRefused, match="bad_address"):
        settings.chosen({POSTGRES: "mysql://me@host/db"})
    with pytest.raises(SettingsRefused, match="bad_address"):
        settings.chosen({POSTGRES: "host"})
    monkeypatch.undo()
    missing = Switch("CPC_X", "dagster-postgres.yaml", "no_such_module", {"x": "x"})
    monkeypatch.setattr(settings, "SWITCHES", (missing,))
    with pytest.raises(SettingsRefused, match="library_missing"):
        settings.chosen({"CPC_X": "x://y"})


def test_workers_are_switched_on_by_the_address_of_their_broker_and_need_a_history_that_all_can_open() -> None:
    told = {BROKER: "amqp://me:secret@host//", POSTGRES: "postgresql://me@host/db"}
    text, variables = settings.chosen(told)
    assert set(variables) == {BROKER, POSTGRES}
    launcher = kept(text)["run_launcher"]
    assert isinstance(launcher, dict)
    assert launcher["config"]["broker"] == {"env": BROKER}
    assert "secret" not in text
    assert "run_monitoring" not in kept(text), "it would take the worker that takes over for a mistake"
    assert kept(settings.chosen({})[0])["run_monitoring"] != {}
    with pytest.raises(SettingsRefused, match="workers_need_database"):
        settings.chosen({BROKER: "amqp://host//"})


def test_settings_are_put_in_place_whole_and_for_the_owner_only(tmp_path: Path) -> None:
    settings.write(tmp_path, "telemetry: {enabled: false}")
    written = tmp_path / "dagster.yaml"
    assert written.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["dagster.yaml"]


def test_what_people_reach_listens_on_this_machine_only_and_readers_can_start_nothing(project: Project) -> None:
    lines = {name: services.command(name, project, 4000) for name in services.NAMES if name != "files"}
    for name, port in (("web", "4000"), ("reader", "4002")):
        line = lines[name]
        assert line[line.index("-h") + 1] == "127.0.0.1"
        assert line[line.index("-p") + 1] == port
    assert "--read-only" in lines["reader"]
    assert "--read-only" not in lines["web"]
    code = lines["code"]
    assert code[code.index("-s") + 1].startswith(str(project.folders.root / ".dagster")), "a socket, no port"
    assert "-p" not in code


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What this process would have become; and what the services set in its environment is undone."""
    asked: list[list[str]] = []
    monkeypatch.setattr(services.os, "execv", lambda _, line: asked.append(line))
    monkeypatch.setattr(services.os, "chdir", lambda _: None)
    monkeypatch.setattr(services.os, "environ", dict(os.environ))
    monkeypatch.setattr(services, "_bury", lambda *_: asked.append(["bury"]))
    return asked


def test_the_server_of_definitions_buries_what_it_was_running_when_it_was_killed(
    project: Project, became: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "LONGEST_SOCKET", 1000)
    services.become("web", project)
    assert ["bury"] not in became
    services.become("code", project)
    assert became.count(["bury"]) == 1
    monkeypatch.setitem(services.os.environ, BROKER, "amqp://host//")
    monkeypatch.setitem(services.os.environ, POSTGRES, "postgresql://me@host/db")
    services.become("code", project)
    assert became.count(["bury"]) == 1, "runs of workers are theirs"


def test_a_part_that_cannot_run_as_it_was_told_says_so_before_it_starts(
    project: Project, became: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "LONGEST_SOCKET", 10)
    with pytest.raises(SettingsRefused, match="path_too_long"):
        services.become("code", project)
    monkeypatch.setattr(services, "LONGEST_SOCKET", 1000)
    with pytest.raises(SettingsRefused, match="no_broker"):
        services.become("worker", project)
    assert became == []


def test_a_link_leads_to_the_proxy_where_people_are_elsewhere(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = project.folders.published / "2024" / "a page.html"
    assert files.link(project.folders, page).startswith("http://127.0.0.1:")
    monkeypatch.setenv(files.ADDRESS, "https://cpc.example/")
    there = files.link(project.folders, page)
    assert there.startswith("https://cpc.example/results/")
    assert there.endswith("/published/2024/a%20page.html")
