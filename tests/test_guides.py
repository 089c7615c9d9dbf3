"""The guides of the focal point are true: their commands run, and their words are those of the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from cpc_pipeline import cli
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.project import Project

from tests.conftest import ROOT

GUIDES = {"es": ROOT / "docs" / "es" / "guia-punto-focal.md", "en": ROOT / "docs" / "focal-point.md"}


@pytest.mark.parametrize("language", GUIDES)
def test_each_command_of_the_guide_does_what_the_guide_says(
    language: str, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = GUIDES[language].read_text(encoding="utf-8")
    commands = [line for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL) for line in block.splitlines()]
    desk = project.folders.root / "desk"
    desk.mkdir(parents=True)
    monkeypatch.chdir(desk)
    monkeypatch.setenv("CPC_HOME", str(project.folders.root))
    codes = [cli.main(shlex.split(command)[1:]) for command in commands]
    assert codes == [0, 1, 1, 0]  # the blank workbook is returned: nothing was sent in it
    assert "our_fault" not in capsys.readouterr().out
    written = sorted(path.relative_to(desk).as_posix() for path in desk.rglob("*.xlsx"))
    assert len(written) == 3
    assert all(Path(path).name in guide for path in written)


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_uses_the_names_of_sheets_weights_and_marks(language: str, colombia: Catalogue) -> None:
    guide = GUIDES[language].read_text(encoding="utf-8")
    say = colombia.wording.text
    for role in ("indicators", "breakdowns", "narrative", "contributions", "sign_off", "definitions"):
        assert f"| {colombia.header.sheets[role].name} |" in guide
    for severity in ("note", "query", "reject", "return"):
        assert f"| {say(f'cli.severity.{severity}', language)} |" in guide
    assert f"«{say('feedback.headings.reply', language)}»" in guide
    for mark in ("ND", "N/A", "no recolectado"):
        assert f"| `{mark}` |" in guide and mark.casefold() in colombia.missing_marks


def test_both_guides_say_the_same_things_in_the_same_order_and_are_two_pages_each() -> None:
    spanish, english = (GUIDES[x].read_text(encoding="utf-8").splitlines() for x in ("es", "en"))
    shape = [[line[:2] for line in guide if line.startswith(("#", "|", "```"))] for guide in (spanish, english)]
    assert shape[0] == shape[1]
    assert max(len(spanish), len(english)) <= 100
