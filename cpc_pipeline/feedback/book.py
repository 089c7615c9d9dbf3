"""The list of sheets (workbook.xml): one sheet put before the others, or taken away, with everything that counts them.

Names that belong to one sheet (print areas, filters) and the sheet that is shown on opening are told by position:
they move with it. What does not belong here: what stands in a sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cpc_pipeline.feedback.markup import CannotEdit, Edits, Element, prefix, quoted
from cpc_pipeline.feedback.package import RELATION, Package

BOOK = "xl/workbook.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
# What may stand between the sheets and the names, by the order of the format.
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name as people see it and its part; `drawn` where it holds cells (not a chart)."""

    name: str
    part: str
    drawn: bool


def hold(package: Package) -> None:
    """Raises CannotEdit for kinds of workbook in which a change would break something."""
    if package.tree(BOOK).space != MAIN:
        raise CannotEdit("strict")
    if package.content_type(BOOK) != _BOOK_TYPE:
        raise CannotEdit("macros")
    if any(relation.kind == "revisionHeaders" for relation in package.relations(BOOK)):
        raise CannotEdit("shared")


def sheets(package: Package) -> list[Sheet]:
    """Every sheet in the order of the tabs."""
    relations = {relation.id: relation for relation in package.relations(BOOK)}
    found = []
    for element in _sheet_elements(package.tree(BOOK)):
        relation = relations.get(element.attributes.get(f"{RELATION} id", ""))
        if relation is None or relation.target not in package.parts:
            raise CannotEdit("unusual")
        found.append(Sheet(element.attributes.get("name", ""), relation.target, relation.kind == "worksheet"))
    return found


def add_first(package: Package, name: str, part: str, xml: bytes, print_titles: str) -> None:
    """Put a new sheet before all others; the sheet that was shown on opening stays the one shown."""
    package.parts[part] = xml
    package.declare(part, _SHEET_TYPE)
    relation = package.relate(BOOK, "worksheet", part)
    data = package.parts[BOOK]
    edits, root = Edits(data), package.tree(BOOK)
    listed = root.first("sheets")
    if listed is None or listed.inner == listed.end:
        raise CannotEdit("unusual")
    before = prefix(data, root)
    number = 1 + max(int(e.attributes.get("sheetId", "0")) for e in _sheet_elements(root))
    known = f'xmlns:r="{RELATION}"'.encode() in data[root.start : root.inner]
    space = "" if known else f' xmlns:r="{RELATION}"'
    tag = f'<{before}sheet name="{quoted(name)}" sheetId="{number}"{space} r:id="{relation}"/>'
    edits.insert(listed.inner, tag.encode())
    _move(edits, root, lambda position: position + 1, shown=lambda position: position + 1)
    if root.first("bookViews") is None:
        view = f'<{before}workbookView activeTab="1"/>'
        edits.insert(listed.start, f"<{before}bookViews>{view}</{before}bookViews>".encode())
    _add_name(edits, root, before, print_titles)
    package.parts[BOOK] = edits.done()


def _add_name(edits: Edits, root: Element, before: str, reference: str) -> None:
    name = f'<{before}definedName name="_xlnm.Print_Titles" localSheetId="0">{quoted(reference)}</{before}definedName>'
    names = root.first("definedNames")
    if names is not None and names.inner < names.end:
        edits.insert(names.inner, name.encode())
        return
    last = [child for child in root.children if child.name in _BEFORE_NAMES][-1]
    edits.insert(last.end, f"<{before}definedNames>{name}</{before}definedNames>".encode())


def take_away(package: Package, part: str) -> None:
    """Remove a sheet and what belongs to it alone, wherever it stands now."""
    position = next(i for i, sheet in enumerate(sheets(package)) if sheet.part == part)
    owned = [r.target for r in package.relations(part) if r.target in package.parts]
    relation = next(r for r in package.relations(BOOK) if r.target == part)
    data = package.parts[BOOK]
    edits, root = Edits(data), package.tree(BOOK)
    edits.remove(_sheet_elements(root)[position])

    def moved(at: int) -> int | None:
        return None if at == position else at - (at > position)

    _move(edits, root, moved, shown=lambda at: at - (at > position) if at != position else 0)
    package.parts[BOOK] = edits.done()
    package.unrelate(BOOK, relation.id)
    others = {r.target for sheet in sheets(package) for r in package.relations(sheet.part)}
    for gone in [part, *(target for target in owned if target not in others)]:
        package.remove(gone)


def _move(edits: Edits, root: Element, local: Callable[[int], int | None], shown: Callable[[int], int]) -> None:
    """Put positions of sheets through `shown` (the tab shown on opening) and `local` (owner of a name; None: gone)."""
    views = root.first("bookViews")
    for view in views.all("workbookView") if views else []:
        now = {key: int(view.attributes.get(key, "0")) for key in ("activeTab", "firstSheet")}
        change: dict[str, str | None] = {"activeTab": str(shown(now["activeTab"]))}
        if now["firstSheet"]:
            change["firstSheet"] = str(shown(now["firstSheet"]))
        edits.attribute(view, change)
    names = root.first("definedNames")
    own = [n for n in names.all("definedName") if "localSheetId" in n.attributes] if names else []
    there = [(n, local(int(n.attributes["localSheetId"]))) for n in own]
    gone = [n for n, to in there if to is None]
    if names and gone and len(gone) == len(names.children):
        edits.remove(names)
        return
    for name, to in there:
        if to is None:
            edits.remove(name)
        else:
            edits.attribute(name, {"localSheetId": str(to)})


def _sheet_elements(root: Element) -> list[Element]:
    listed = root.first("sheets")
    return listed.all("sheet") if listed else []
