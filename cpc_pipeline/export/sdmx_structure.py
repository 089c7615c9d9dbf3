"""The data structure of the SDMX export: concepts, code lists with names in every language, dimensions, attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from cpc_pipeline.catalogue import Catalogue, CodeList
from cpc_pipeline.contracts import Status
from cpc_pipeline.export import words
from cpc_pipeline.export.edition import Edition

BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
NAMES = {"mes": f"{BASE}/message", "str": f"{BASE}/structure", "com": f"{BASE}/common"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
URN = "urn:sdmx:org.sdmx.infomodel"
NOBODY = "_Z"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Code:
    """One code of a list."""

    id: str
    names: Texts
    parent: str | None = None


@dataclass(frozen=True)
class Component:
    """A dimension, measure or attribute. codes: id of its code list; kind: type of its values where it has none."""

    id: str
    names: Texts
    codes: str | None = None
    kind: str = "String"
    mandatory: bool = False


@dataclass(frozen=True)
class Structure:
    """What the data are made of. flow: the identifier that each row of data carries."""

    agency: str
    version: str
    prepared: str
    names: Mapping[str, Texts]
    lists: Mapping[str, tuple[Texts, tuple[Code, ...]]]
    keys: tuple[Component, ...]
    time: Component
    measure: Component
    attributes: tuple[Component, ...]

    @property
    def flow(self) -> str:
        return f"{self.agency}:DF_PERFORMANCE({self.version})"

    @property
    def dimensions(self) -> list[str]:
        return [c.id for c in (*self.keys, self.time)]

    @property
    def components(self) -> list[str]:
        return [*self.dimensions, self.measure.id, *(a.id for a in self.attributes)]


def structure(edition: Edition, catalogue: Catalogue) -> Structure:
    """The structure of one edition: its version is the year, because lists of codes change from year to year."""
    say = {x: f"export.sdmx.{x}" for x in ("concepts", "structure", "flow", "frequency", "time", "value", "status")}
    heads = {name: _told(key, catalogue) for name, key in say.items()}
    keys = (
        Component("FREQ", heads["frequency"], "CL_FREQ"),
        Component("INDICATOR", _column("indicator", catalogue), "CL_INDICATOR"),
        Component("CALENDAR", _column("calendar", catalogue), "CL_CALENDAR"),
        Component("REF_AREA", _column("place", catalogue), "CL_AREA"),
        *(Component(d.id.upper(), dict(d.name), f"CL_{d.id.upper()}") for d in catalogue.dimensions),
        Component("REPORTER", _column("organisation", catalogue), "CL_REPORTER"),
        Component("UNIT_MEASURE", _column("unit", catalogue), "CL_UNIT_MEASURE"),
    )
    numbers = {"TARGET": "target", "BASELINE": "baseline", "LOWER": "lower", "UPPER": "upper"}
    numbers |= {"NUMERATOR": "numerator", "DENOMINATOR": "denominator"}
    numbers |= {"ACHIEVEMENT": "achievement_pct", "DEVIATION": "deviation_pct"}
    attributes = (
        Component("OBS_STATUS", heads["status"], "CL_OBS_STATUS", mandatory=True),
        Component("CONF_STATUS", _told("export.sdmx.confidentiality", catalogue), "CL_CONF_STATUS", mandatory=True),
        Component("STATUS", _told("export.sdmx.detail", catalogue), "CL_STATUS", mandatory=True),
        Component("SERIES", _column("series", catalogue), "CL_SERIES", mandatory=True),
        *(Component(name, _column(source, catalogue), kind="Decimal") for name, source in numbers.items()),
        Component("BASELINE_YEAR", _column("baseline_year", catalogue), kind="GregorianYear"),
        Component("COMPLETENESS", _column("completeness", catalogue)),
        Component("BREAK_FROM", _column("break_from", catalogue), kind="GregorianDay"),
        *(Component(f"NOTE_{x.upper()}", _column(f"note_{x}", catalogue)) for x in catalogue.languages),
    )
    return Structure(
        agency=catalogue.header.exchange.agency if catalogue.header.exchange else "CPC",
        version=f"{edition.year}.0.0",
        prepared=f"{edition.year}-12-31T00:00:00",  # no clock: the end of the year that it is about
        names={name: heads[name] for name in ("concepts", "structure", "flow")},
        lists=dict(_lists(edition, catalogue)),
        keys=keys,
        time=Component("TIME_PERIOD", heads["time"], kind="ObservationalTimePeriod"),
        measure=Component("OBS_VALUE", heads["value"], kind="Decimal"),
        attributes=attributes,
    )


def _told(key: str, catalogue: Catalogue, **params: object) -> dict[str, str]:
    return {x: catalogue.wording.text(key, x, **params) for x in catalogue.languages}


def _column(name: str, catalogue: Catalogue) -> dict[str, str]:
    return {x: words.column(name, "column", x, catalogue) for x in catalogue.languages}


def _lists(edition: Edition, catalogue: Catalogue) -> Iterator[tuple[str, tuple[Texts, tuple[Code, ...]]]]:
    def of(name: str, titles: Texts, codes: Iterator[Code]) -> tuple[str, tuple[Texts, tuple[Code, ...]]]:
        named = {x: catalogue.wording.text("export.sdmx.list", x, name=titles[x]) for x in catalogue.languages}
        return name, (named, tuple(codes))

    say = catalogue.wording.text
    yield of(
        "CL_FREQ",
        _told("export.sdmx.frequency", catalogue),
        iter([Code("A", _told("export.sdmx.annual", catalogue))]),
    )
    indicators = (Code(i.id, i.name) for i in catalogue.indicators.values())
    yield of("CL_INDICATOR", _column("indicator", catalogue), indicators)
    yield of("CL_CALENDAR", _column("calendar", catalogue), (Code(n, c.name) for n, c in catalogue.calendars.items()))
    yield of("CL_AREA", _column("place", catalogue), _codes(catalogue.places))
    for dimension in catalogue.dimensions:
        codes = _codes(catalogue.codelist_of(dimension.id))
        yield of(f"CL_{dimension.id.upper()}", dimension.name, codes)
    yield of("CL_REPORTER", _column("organisation", catalogue), _reporters(edition, catalogue))
    yield of("CL_UNIT_MEASURE", _column("unit", catalogue), (Code(u.id, u.labels) for u in catalogue.units.values()))
    for name in ("OBS_STATUS", "CONF_STATUS"):
        title = _told(f"export.sdmx.{'status' if name == 'OBS_STATUS' else 'confidentiality'}", catalogue)
        prefix = f"export.sdmx.{name.lower()}."
        known = [
            k.removeprefix(prefix) for k in catalogue.wording.texts[catalogue.languages[0]] if k.startswith(prefix)
        ]
        yield of(f"CL_{name}", title, (Code(k, _told(f"{prefix}{k}", catalogue)) for k in sorted(known)))
    statuses = (Code(str(s), {x: say(f"status.{s}", x) for x in catalogue.languages}) for s in Status)
    yield of("CL_STATUS", _told("export.sdmx.detail", catalogue), statuses)
    kinds = (Code(k, _told(f"export.series.{k}", catalogue)) for k in ("record", "parallel", "together"))
    yield of("CL_SERIES", _column("series", catalogue), kinds)


def _codes(codes: CodeList) -> Iterator[Code]:
    for code in codes.codes.values():
        yield Code(code.code, code.labels, code.parent)


def _reporters(edition: Edition, catalogue: Catalogue) -> Iterator[Code]:
    """Organisations, groups of them that count together, and nobody, for what is computed from two indicators."""
    for organisation in catalogue.organisations.values():
        yield Code(organisation.id, organisation.name)
    others = set(edition.rows["organisation"].drop_nulls()) - set(catalogue.organisations)
    for name in sorted(others):
        yield Code(name, dict.fromkeys(catalogue.languages, name))
    yield Code(NOBODY, _told("export.sdmx.nobody", catalogue))


# --- as XML --------------------------------------------------------------------------------------------------


def to_xml(described: Structure, catalogue: Catalogue) -> bytes:
    """The structure message, in the order of the schema: code lists, concepts, dataflow, data structure."""
    root = etree.Element(f"{{{NAMES['mes']}}}Structure", nsmap=NAMES)
    header = _add(root, "mes:Header")
    _add(header, "mes:ID", text=f"{described.agency}_{described.version.partition('.')[0]}")
    _add(header, "mes:Test", text="false")
    _add(header, "mes:Prepared", text=described.prepared)
    _add(header, "mes:Sender", id=described.agency)
    body = _add(root, "mes:Structures")
    lists = _add(body, "str:Codelists")
    for name, (titles, codes) in described.lists.items():
        held = _maintained(lists, "str:Codelist", name, titles, described)
        for code in codes:
            _code(held, code)
    scheme = _maintained(
        _add(body, "str:ConceptSchemes"), "str:ConceptScheme", "CS_PERFORMANCE", described.names["concepts"], described
    )
    for part in (*described.keys, described.time, described.measure, *described.attributes):
        _named(scheme, "str:Concept", part.id, part.names)
    flows = _add(body, "str:Dataflows")
    flow = _maintained(flows, "str:Dataflow", "DF_PERFORMANCE", described.names["flow"], described)
    _add(flow, "str:Structure", text=_urn("datastructure.DataStructure", "DSD_PERFORMANCE", described))
    _definition(_add(body, "str:DataStructures"), described)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _code(parent: etree._Element, code: Code) -> None:
    """The schema takes a code that begins with a digit, and does not take it as a parent: then a remark names it."""
    item = _add(parent, "str:Code", id=code.id)
    told = code.parent is not None and not code.parent[0].isalpha()
    if told:
        remark = _add(_add(item, "com:Annotations"), "com:Annotation")
        _add(remark, "com:AnnotationTitle", text=code.parent)
        _add(remark, "com:AnnotationType", text="PARENT")
    _names(item, code.names)
    if code.parent and not told:
        _add(item, "str:Parent", text=code.parent)


def _definition(parent: etree._Element, described: Structure) -> None:
    held = _maintained(parent, "str:DataStructure", "DSD_PERFORMANCE", described.names["structure"], described)
    parts = _add(held, "str:DataStructureComponents")
    dimensions = _add(parts, "str:DimensionList", id="DimensionDescriptor")
    for position, key in enumerate(described.keys, start=1):
        _represented(_add(dimensions, "str:Dimension", id=key.id, position=str(position)), key, described)
    _represented(_add(dimensions, "str:TimeDimension", id=described.time.id), described.time, described)
    attributes = _add(parts, "str:AttributeList", id="AttributeDescriptor")
    for attribute in described.attributes:
        usage = "mandatory" if attribute.mandatory else "optional"
        made = _add(attributes, "str:Attribute", id=attribute.id, usage=usage)
        _represented(made, attribute, described)
        _add(_add(made, "str:AttributeRelationship"), "str:Observation")
    measures = _add(parts, "str:MeasureList", id="MeasureDescriptor")
    measure = _add(measures, "str:Measure", id=described.measure.id, usage="optional")
    _represented(measure, described.measure, described)


def _represented(parent: etree._Element, part: Component, described: Structure) -> None:
    concept = _urn("conceptscheme.Concept", "CS_PERFORMANCE", described)
    _add(parent, "str:ConceptIdentity", text=f"{concept}.{part.id}")
    held = _add(parent, "str:LocalRepresentation")
    if part.codes:
        _add(held, "str:Enumeration", text=_urn("codelist.Codelist", part.codes, described))
    else:
        _add(held, "str:TextFormat", textType=part.kind)


def _urn(kind: str, name: str, described: Structure) -> str:
    return f"{URN}.{kind}={described.agency}:{name}({described.version})"


def _maintained(parent: etree._Element, tag: str, name: str, titles: Texts, described: Structure) -> etree._Element:
    made = _named(parent, tag, name, titles)
    made.set("agencyID", described.agency)
    made.set("version", described.version)
    return made


def _named(parent: etree._Element, tag: str, name: str, titles: Texts) -> etree._Element:
    made = _add(parent, tag, id=name)
    _names(made, titles)
    return made


def _names(parent: etree._Element, titles: Texts) -> None:
    for language, text in titles.items():
        _add(parent, "com:Name", text=text).set(XML_LANG, language)


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    prefix, _, name = tag.partition(":")
    made = etree.SubElement(parent, f"{{{NAMES[prefix]}}}{name}", attributes)
    made.text = text
    return made
