"""What the commands share: the voice of the compact in the chosen language, and the exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cpc_pipeline.spoken import spoken

if TYPE_CHECKING:
    from cpc_pipeline.project import Project

FINE, FINDINGS, UNUSABLE = 0, 1, 2


class Speaker:
    """Says the compact's wording in the chosen language."""

    def __init__(self, project: Project, language: str | None) -> None:
        self.language = spoken(project.catalogue.languages, language)
        self._wording = project.catalogue.wording

    def text(self, key: str, /, **params: object) -> str:
        return self.of("cli", key, **params)

    def of(self, room: str, key: str, /, **params: object) -> str:
        """A text of another room of the wording than that of the terminal."""
        return self._wording.text(f"{room}.{key}", self.language, **params)

    def __call__(self, key: str, **params: object) -> None:
        print(self.text(key, **params), flush=True)
