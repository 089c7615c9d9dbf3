"""From a folder of YAML and CSV to a Catalogue, or to the list of everything that is wrong with it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue.codes import Code, CodeList, Heading, Unit
from cpc_pipeline.catalogue.crosswalks import Walk
from cpc_pipeline.catalogue.decisions import Acknowledgement, Decision
from cpc_pipeline.catalogue.faults import CatalogueFaults, Fault
from cpc_pipeline.catalogue.gathering import COMMON, HOME, Gatherer, ModelT
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
from cpc_pipeline.catalogue.reading import read_csv, split
from cpc_pipeline.catalogue.references import reference_faults
from cpc_pipeline.catalogue.shapes import NAME as SHAPES
from cpc_pipeline.catalogue.shapes import Shapes, read_shapes
from cpc_pipeline.catalogue.text import fold
from cpc_pipeline.catalogue.typed import TypedNumbers
from cpc_pipeline.catalogue.wording import Wording

EXCHANGE_RATES: dict[str, pl.DataType] = {
    "from_unit": pl.String(),  # unit id of the money as reported
    "to_unit": pl.String(),
    "year": pl.Int32(),
    "rate": pl.Float64(),  # to_unit for one from_unit, the mean of the year
    "source": pl.String(),
}
DEFLATORS: dict[str, pl.DataType] = {
    "unit": pl.String(),
    "year": pl.Int32(),
    "index": pl.Float64(),  # price level of the year, where that of base_year is 100
    "base_year": pl.Int32(),
    "source": pl.String(),
}


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


class _Loader(Gatherer):
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

    def _codelist(self, path: Path, languages: list[str]) -> CodeList:
        codes: dict[str, Code] = {}
        for line, row in enumerate(self._rows(path.relative_to(self.folder).as_posix()), start=2):
            if row["code"] in codes:
                self._fault(path, line, f"code '{row['code']}' is there twice")
            labels = self._labels(path, line, row, languages)
            read = {"parent", "valid_from", "valid_to", "lower", "upper", "residual"}
            known = {"code", "aliases", *read, *(f"label_{x}" for x in languages)}
            said: dict[str, Any] = {k: row[k] for k in read if row.get(k)}
            said |= {"code": row["code"], "labels": labels, "aliases": split(row.get("aliases", ""))}
            said |= {"extra": {k: v for k, v in row.items() if k not in known}}
            # The columns are text; the model reads dates, numbers and yes or no, and says which it cannot read.
            made = self._build(path, said, {(): line}, Code, ())
            if made is not None:
                codes[row["code"]] = made
        for code in codes.values():
            if code.parent and code.parent not in codes:
                self._fault(path, 0, f"parent '{code.parent}' of '{code.code}' is not in the list")
        return CodeList(id=path.stem, codes=codes)

    def _walks(self) -> Iterator[Walk]:
        for path in sorted((self.folder / "crosswalks").glob("*.csv")):
            for line, row in enumerate(read_csv(path), start=2):
                walk = self._build(path, {k: v for k, v in row.items() if v}, {(): line}, Walk, ())
                if walk is not None:
                    self.lines[f"Walk {walk.list} {walk.from_code} {walk.to_code}"] = (
                        path.relative_to(self.folder.parent).as_posix(),
                        line,
                    )
                    yield walk

    def _units(self, languages: list[str]) -> dict[str, Unit]:
        path = self.folder / "units.csv"
        return {
            row["id"]: Unit(
                id=row["id"],
                labels=self._labels(path, line, row, languages),
                family=row["family"],
                decimals=int(row["decimals"] or 0),
                aliases=split(row.get("aliases", "")),
            )
            for line, row in enumerate(self._rows("units.csv"), start=2)
        }

    def _shapes(self) -> Shapes | None:
        path = self.folder / SHAPES
        shapes, problems = read_shapes(path, {row["code"] for row in read_csv(self.folder / "places.csv")})
        for problem in problems:
            self._fault(path, 0, problem)
        return shapes

    def _headings(self, languages: list[str]) -> dict[str, Heading]:
        path = self.folder / "headings.csv"
        return {
            row["field"]: Heading(
                field=row["field"],
                labels=self._labels(path, line, row, languages),
                aliases=split(row.get("aliases", "")),
            )
            for line, row in enumerate(self._rows("headings.csv"), start=2)
        }

    def _agreed(self, name: str, header: Header, *, optional: bool = False) -> pl.DataFrame:
        """Targets, baselines and the like: one row per indicator, year, place and group, with who agreed and when."""
        dimensions = [d.id for d in header.dimensions]
        schema: dict[str, Any] = {"indicator": pl.String, "year": pl.Int32, "place": pl.String}
        schema |= dict.fromkeys(dimensions, pl.String)
        schema |= {"value": pl.Float64, "agreed_by": pl.String, "agreed_on": pl.String, "decision": pl.String}
        rows = []
        there = not optional or (self.folder / name).exists()
        for line, row in enumerate(self._rows(name) if there else (), start=2):
            try:
                rows.append(
                    {k: row.get(k) or None for k in schema}
                    | {d: row.get(d) or "all" for d in dimensions}
                    | {"year": int(row["year"]), "value": float(row["value"])}
                    | {"place": row.get("place") or header.nation.code}
                )
                self.lines[f"{name} {len(rows) - 1}"] = (f"{self.folder.name}/{name}", line)
            except (ValueError, KeyError):
                self._fault(self.folder / name, line, "year and value must be numbers")
        return pl.DataFrame(rows, schema=schema)

    def _known(self, name: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
        """A table that a compact may have; without the file it knows nothing of the kind."""
        rows = []
        if (self.folder / name).exists():
            for line, row in enumerate(self._rows(name), start=2):
                try:
                    rows.append({c: _typed(row.get(c) or None, dtype) for c, dtype in schema.items()})
                except ValueError:
                    self._fault(self.folder / name, line, "a number is needed here")
        return pl.DataFrame(rows, schema=schema)

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


def _typed(text: str | None, dtype: pl.DataType) -> Any:
    if text is None or dtype == pl.String():
        return text
    return int(text) if dtype == pl.Int32() else float(text)


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat
