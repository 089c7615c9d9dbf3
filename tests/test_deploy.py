"""What a server is told, and what it becomes: one setting each, secrets nowhere but where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from cpc_pipeline.orchestration import settings
from cpc_pipeline.orchestration.settings import BROKER, POSTGRES, SettingsRefused, Switch


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
