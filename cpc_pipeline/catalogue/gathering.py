"""Reading the files of a compact one by one, and noting every fault of them with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from cpc_pipeline.catalogue.base import Model
from cpc_pipeline.catalogue.faults import Fault
from cpc_pipeline.catalogue.header import Header
from cpc_pipeline.catalogue.reading import line_of, read_csv, read_yaml

HOME = Path(__file__).parent.parent / "compacts"
COMMON = HOME / "common"
"""Words that every compact shares, by language. A compact may say any of them otherwise, and adds its languages."""
ModelT = TypeVar("ModelT", bound=Model)


class Gatherer:
    """Collects faults while it reads, so that an editor sees all of them in one go."""

    def __init__(
        self, folder: Path, common: Path = COMMON, behind: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self.folder, self.common, self.behind = folder, common, behind
        self.faults: list[Fault] = []
        self.lines: dict[str, tuple[str, int]] = {}  # "indicator PREV-1" -> file, line

    def _fault(self, path: Path, line: int, message: str, hint: str = "") -> None:
        below = HOME if path.is_relative_to(COMMON) else self.folder.parent
        self.faults.append(Fault(path.relative_to(below).as_posix(), line, message, hint))

    def _yaml(self, path: Path) -> tuple[Any, dict[tuple[Any, ...], int]]:
        try:
            return read_yaml(path)
        except FileNotFoundError:
            self._fault(path, 0, "the file is missing")
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            self._fault(path, line, f"not valid YAML: {error.problem}")
        return None, {}

    def _one(self, name: str, model: type[ModelT]) -> ModelT | None:
        path = self.folder / name
        data, lines = self._yaml(path)
        for at in [at for at in lines if len(at) == 1]:
            self.lines[f"{model.__name__} {at[0]}"] = (path.relative_to(self.folder.parent).as_posix(), lines[at])
        return self._build(path, data, lines, model, ()) if data is not None else None

    def _build(
        self, path: Path, data: Any, lines: dict[tuple[Any, ...], int], model: type[ModelT], at: tuple[Any, ...]
    ) -> ModelT | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                where = (*at, *problem["loc"])
                key = ".".join(str(part) for part in problem["loc"])
                if problem["type"] == "extra_forbidden":
                    self._fault(path, line_of(lines, where), f"unknown key '{key}'", _near(key, model))
                else:
                    self._fault(path, line_of(lines, where), f"{key}: {problem['msg']}")
        return None

    def _many(self, pattern: str, model: type[ModelT], header: Header) -> dict[str, Any]:
        """Every item of the YAML lists that match, by id, with the languages of its texts checked."""
        made: dict[str, Any] = {}
        for path in sorted(self.folder.glob(pattern)):
            data, lines = self._yaml(path)
            for position, item in enumerate(data or []):
                built = self._build(path, item, lines, model, (position,))
                if built is None:
                    continue
                line = line_of(lines, (position,))
                key = str(built.id)  # type: ignore[attr-defined]
                if key in made:
                    self._fault(path, line, f"'{key}' is there twice")
                made[key] = built
                self.lines[f"{model.__name__} {key}"] = (path.relative_to(self.folder.parent).as_posix(), line)
                for field, value in item.items():
                    if isinstance(value, dict) and set(value) & set(header.languages):
                        for language in sorted(set(header.languages) - set(value)):
                            self._fault(path, line_of(lines, (position, field)), f"{field}: no text in '{language}'")
        return made

    def _rows(self, name: str) -> list[dict[str, str]]:
        path = self.folder / name
        if not path.exists():
            self._fault(path, 0, "the file is missing")
            return []
        return read_csv(path)

    def _labels(self, path: Path, line: int, row: dict[str, str], languages: list[str]) -> dict[str, str]:
        labels = {language: row.get(f"label_{language}", "") for language in languages}
        for language in (x for x, label in labels.items() if not label):
            self._fault(path, line, f"no label in '{language}'")
        return labels


def _near(key: str, model: type[Model]) -> str:
    from rapidfuzz import process

    match = process.extractOne(key.rsplit(".", maxsplit=1)[-1], list(model.model_fields), score_cutoff=60)
    return f"did you mean '{match[0]}'?" if match else ""
