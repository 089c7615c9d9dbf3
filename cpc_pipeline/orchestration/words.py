"""What people read in the page, in one language: that of CPC_LANG, else of the system, else the compact's first."""

from __future__ import annotations

from cpc_pipeline.project import Project
from cpc_pipeline.spoken import spoken


class Words:
    """Says the compact's wording in the language of the page."""

    def __init__(self, project: Project) -> None:
        self.catalogue = project.catalogue
        self.language = spoken(project.catalogue.languages)

    def of(self, room: str, key: str, /, **params: object) -> str:
        """A text of another room of the wording than the page's own."""
        return self.catalogue.wording.text(f"{room}.{key}", self.language, **params)

    def __call__(self, key: str, /, **params: object) -> str:
        return self.of("page", key, **params)

    def label(self, name: str) -> str:
        return self(f"label.{name}")

    def heads(self, *names: str) -> list[str]:
        return [self.label(name) for name in names]

    def meaning(self, name: str, *rooms: str) -> str | None:
        """What a column holds: as the first of these rooms says it; of a breakdown, its name in words."""
        if name.startswith("note_"):  # one for each language
            name = "note"
        dimension = next((d for d in self.catalogue.dimensions if d.id == name), None)
        key, said = ("dimension", {"name": dimension.name[self.language]}) if dimension else (name, {})
        for room in (*(f"page.column.{r}" for r in rooms), "export.meaning"):
            if self.catalogue.wording.has(f"{room}.{key}", self.language):
                return self.of(room, key, **said)
        return None

    def kind(self, suffix: str) -> str:
        """What kind of file it is that ends like this."""
        known = self.catalogue.wording.has(f"page.kind.{suffix}", self.language)
        return self(f"kind.{suffix if known else 'other'}")
