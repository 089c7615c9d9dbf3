"""From a folder of YAML and CSV to a Catalogue, or to the list of everything that is wrong with it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cpc_pipeline import contracts
from cpc_pipeline.catalogue.decisions import Acknowledgement, Decision
from cpc_pipeline.catalogue.faults import CatalogueFaults, Fault
from cpc_pipeline.catalogue.gathering import COMMON, HOME, ModelT
from cpc_pipeline.catalogue.header import Header
from cpc_pipeline.catalogue.indicator import Indicator
from cpc_pipeline.catalogue.ladders import Ladder
from cpc_pipeline.catalogue.layouts import Confirmed, Layout, ReadingWords
from cpc_pipeline.catalogue.models import (
    Catalogue,
    ContextSeries,
    Objective,
    Organisation,
    Rule,
    Waiver,
)
from cpc_pipeline.catalogue.outline import Outline
from cpc_pipeline.catalogue.personal import PersonalData, read_personal
from cpc_pipeline.catalogue.references import reference_faults
from cpc_pipeline.catalogue.tables import DEFLATORS, EXCHANGE_RATES, TableGatherer
from cpc_pipeline.catalogue.text import fold
from cpc_pipeline.catalogue.typed import TypedNumbers
from cpc_pipeline.catalogue.wording import Wording


def _folders(extra: Sequence[Path] = ()) -> list[Path]:
    configured = [Path(p) for p in os.environ.get("CPC_COMPACTS", "").split(os.pathsep) if p]
    return [HOME, *configured, *extra]


def available(extra: Sequence[Path] = ()) -> list[str]:
    """Ids of the compacts that can be loaded."""
    return sorted({p.parent.name for folder in _folders(extra) for p in folder.glob("*/compact.yaml")})


def load(compact: str, extra: Sequence[Path] = ()) -> Catalogue:
    """Load one compact by the name of its folder; raises CatalogueFaults with every fault at once."""
    return _Loader(folder_of(compact, extra)).load()


def folder_of(compact: str, extra: Sequence[Path] = ()) -> Path:
    """Where the data of a compact lie; raises CatalogueFaults where there is none of this name."""
    for folder in _folders(extra):
        # The name is compared, never joined: it may come from a command line.
        for candidate in folder.glob("*/compact.yaml"):
            if candidate.parent.name == compact:
                return candidate.parent
    raise _unknown(compact, extra)


def _unknown(compact: str, extra: Sequence[Path]) -> CatalogueFaults:
    return CatalogueFaults(
        [Fault(f"{compact}/", 0, "there is no such compact", f"known: {', '.join(available(extra))}")]
    )


def load_folder(folder: Path, common: Path, behind: Mapping[str, Mapping[str, str]]) -> Catalogue:
    """Load a compact from a folder of its data beside a folder of common wording; raises CatalogueFaults.

    behind: texts by language that stand in where the folders lack one.
    """
    return _Loader(folder, common, behind).load()


def read_rules(path: Path, catalogue: Catalogue) -> list[Rule]:
    """Rules of a file outside the compact, for the rule laboratory; raises CatalogueFaults as the compact's own would.

    A rule whose code has no words in the compact cannot be tried: its findings could not be read.
    """
    loader = _Loader(path.resolve().parent)
    rules: list[Rule] = list(loader._many(path.name, Rule, catalogue.header).values())
    for rule in rules:
        if rule.scope != "submission":
            loader._fault(path.resolve(), 0, f"{rule.id}: only rules with scope submission can be tried")
        elif not catalogue.wording.has(f"findings.{rule.code}.message", catalogue.languages[0]):
            loader._fault(path.resolve(), 0, f"{rule.id}: no text for 'findings.{rule.code}'")
    if not path.exists():
        loader._fault(path.resolve(), 0, "the file is missing")
    if loader.faults:
        raise CatalogueFaults(loader.faults)
    return rules


class _Loader(TableGatherer):
    """The files that make a compact, in one go."""

    def load(self) -> Catalogue:
        header = self._one("compact.yaml", Header)
        if header is None:
            raise CatalogueFaults(self.faults)
        lists = {p.stem: self._codelist(p, header.languages) for p in sorted((self.folder / "codelists").glob("*.csv"))}
        parts: dict[str, Any] = {
            "objectives": tuple(self._many("objectives.yaml", Objective, header).values()),
            "organisations": self._many("organisations.yaml", Organisation, header),
            "indicators": self._many("indicators/*.yaml", Indicator, header),
            "context_series": self._many("context_series.yaml", ContextSeries, header),
            "rules": tuple(self._many("rules*.yaml", Rule, header).values()),
            "decisions": tuple(self._many("decisions.yaml", Decision, header).values()),
            "acknowledgements": tuple(self._many("acknowledgements.yaml", Acknowledgement, header).values()),
            "crosswalks": tuple(self._walks()),
            "waivers": tuple(self._many("waivers.yaml", Waiver, header).values()),
            "ladders": tuple(self._many("ladders.yaml", Ladder, header).values()),
            "units": self._units(header.languages),
            "codelists": lists,
            "places": self._codelist(self.folder / "places.csv", header.languages),
            "headings": self._headings(header.languages),
            "missing_marks": {fold(r["mark"]): r["status"] for r in self._rows("missing_marks.csv")},
            "targets": self._agreed("targets.csv", header),
            "baselines": self._agreed("baselines.csv", header),
            "known_elsewhere": self._agreed("known_elsewhere.csv", header, optional=True),
            "overlaps": self._known("overlaps.csv", contracts.polars_schema(contracts.OVERLAPS)),
            "exchange_rates": self._known("exchange_rates.csv", EXCHANGE_RATES),
            "deflators": self._known("deflators.csv", DEFLATORS),
            "wording": self._wording(header.languages),
            "personal": self._personal(),
            "layouts": self._many("layouts/*.yaml", Layout, header),
            "mappings": self._many("mappings/*.yaml", Confirmed, header),
            "reading_words": self._common("reading.yaml", ReadingWords),
            "typed_numbers": self._common("typed_numbers.yaml", TypedNumbers),
            "outline": self._outline(),
            "shapes": self._shapes(),
        }
        if not self.faults:
            sources = self._sources()
            parts |= {"version": _version(sources), "sources": sources, "lines": self.lines}
            catalogue = Catalogue(header=header, **parts)
            self.faults.extend(reference_faults(catalogue, self.lines))
        if self.faults:
            raise CatalogueFaults(self.faults)
        return catalogue

    def _wording(self, languages: list[str]) -> Wording:
        """The words of every compact in its languages, then the compact's own, which stand before them.

        A compact must say what the common words say in any language: it is never silent where others speak. An old
        snapshot may lack words that the program has since come to need: today's stand behind its own.
        """
        spoken = {p.name for p in (self.common / "wording").iterdir() if p.is_dir()}
        behind = self.behind or {}
        texts = {x: {**behind.get(x, {}), **self._texts(x, [self.common, self.folder])} for x in languages}
        everything = set().union(
            *texts.values(), *(self._texts(x, [self.common]) for x in sorted(spoken - set(languages)))
        )
        for language, known in texts.items():
            for key in sorted(everything - set(known)):
                self._fault(self.folder / "wording" / language, 0, f"no text for '{key}'")
        return Wording(texts)

    def _personal(self) -> PersonalData:
        known, faults = read_personal(COMMON, self.folder)
        for path, line, message in faults:
            self.faults.append(Fault(f"{path.parent.name}/{path.name}", line, message))
        return known

    def _common(self, name: str, model: type[ModelT]) -> ModelT | None:
        """Words that every compact shares: today's, also for an old snapshot."""
        path = COMMON / name
        data, lines = self._yaml(path)
        return self._build(path, data, lines, model, ())

    def _outline(self) -> Outline | None:
        """The compact's own outline of the report, or the common one; an old snapshot may have neither."""
        found = [p for p in (self.folder / "report.yaml", self.common / "report.yaml") if p.exists()]
        path = found[0] if found else COMMON / "report.yaml"
        data, lines = self._yaml(path)
        return self._build(path, data, lines, Outline, ())

    def _texts(self, language: str, folders: Sequence[Path]) -> dict[str, str]:
        texts: dict[str, str] = {}
        for path in (p for folder in folders for p in sorted((folder / "wording" / language).glob("*.yaml"))):
            data, _ = self._yaml(path)
            texts |= _flat(data or {})
        return texts

    def _sources(self) -> dict[str, bytes]:
        """Every file that was read, whole, as common/<path> or compact/<path>."""
        return {
            f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for name, folder in (("common", self.common), ("compact", self.folder))
            for path in sorted(p for p in folder.rglob("*") if p.suffix in {".yaml", ".csv", ".geojson"})
        }


def _version(sources: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sources.items():
        digest.update(name.partition("/")[2].encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat
