"""From a workbook and its findings to the annotated workbook, or to a list alone with the reason why."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import polars as pl

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.contracts import Severity
from cpc_pipeline.feedback import book, comments
from cpc_pipeline.feedback.alone import list_alone
from cpc_pipeline.feedback.cells import Grid, Place
from cpc_pipeline.feedback.listing import Line, Link, Listing, Words, gravest, listing, note
from cpc_pipeline.feedback.markup import CannotEdit
from cpc_pipeline.feedback.package import Package
from cpc_pipeline.feedback.previous import take_back
from cpc_pipeline.feedback.sheet_list import sheet_xml
from cpc_pipeline.feedback.styles import STYLES, Styles

# A name that no program gives: where it is still there, nobody has saved the workbook since we wrote it.
OWN_PART = "xl/worksheets/cpcFeedback.xml"


def annotate(content: bytes, found: pl.DataFrame, catalogue: Catalogue, language: str, name: str) -> bytes:
    """The workbook with its findings (in words) marked; without findings, the workbook without any mark of ours."""
    words = Words(catalogue, language)
    try:
        _hold_openable(found)
        package = Package(content)
        book.hold(package)
        former = take_back(package, content, words.sheet, words.authors)
        if found.is_empty() and not former.there:
            return content
        sheets = [sheet.name for sheet in book.sheets(package) if sheet.drawn]
        if not found.is_empty():
            links = _definitions(content, words)
            told = listing(found, sheets, former.replies, name, "", words, links)
            _mark(package, told, former.shades, words)
        result = package.write()
        _hold_values(content, result, words.sheet)
        return result
    except (CannotEdit, ValueError, LookupError, RecursionError) as problem:
        if found.is_empty():
            return content
        reason = problem.reason if isinstance(problem, CannotEdit) else "unusual"
        return list_alone(listing(found, set(found["sheet"]) - {""}, (), name, reason, words))


def _definitions(content: bytes, words: Words) -> dict[str, Link]:
    """Indicator -> its card on the sheet of definitions, where the workbook has one."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    if words.definitions not in workbook.sheet_names:
        return {}
    rows = workbook.get_sheet_by_name(words.definitions).to_python(skip_empty_area=False)
    cards = {str(row[0]): f"A{number}" for number, row in enumerate(rows, start=1) if row}
    return {
        indicator: Link(indicator, words("definition", name=name), words.definitions, cards[indicator])
        for indicator, name in words.names.items()
        if indicator in cards
    }


def _hold_openable(found: pl.DataFrame) -> None:
    """Raises CannotEdit where the findings say that this workbook is not to be opened or copied."""
    rows = found.select("severity", "code", "sheet").rows()
    returned = [(code, sheet) for severity, code, sheet in rows if severity == str(Severity.RETURN)]
    if any(code.startswith("personal_") for code, _ in returned):
        raise CannotEdit("personal")  # no copy is made of what must not be anywhere
    if any(sheet == "" for _, sheet in returned):
        raise CannotEdit("unread")  # what was too dangerous to read is not opened here either


def _mark(package: Package, told: Listing, shades: Mapping[str, str], words: Words) -> None:
    if STYLES not in package.parts:
        raise CannotEdit("styles")
    styles = Styles(package.parts[STYLES], shades)
    parts = {sheet.name: sheet.part for sheet in book.sheets(package)}
    for sheet in dict.fromkeys(line.sheet for line in told.lines if line.at):
        grid = Grid(package.parts[parts[sheet]])
        marks: dict[Place, list[Line]] = {}
        for line in told.lines:
            if line.at and line.sheet == sheet:
                marks.setdefault(grid.shown_at(line.at), []).append(line)
        formats = {at: styles.marked(grid.format_of(at), gravest(lines)) for at, lines in marks.items()}
        package.parts[parts[sheet]] = grid.with_formats(formats)
        notes = {at: note(lines, words) for at, lines in marks.items()}
        comments.add(package, parts[sheet], grid, notes, words.author)
    xml, top = sheet_xml(told, styles)
    package.parts[STYLES] = styles.done()
    part = OWN_PART if OWN_PART not in package.parts else package.free_name("xl/worksheets/cpcFeedback{}.xml")
    book.add_first(package, words.sheet, part, xml, f"'{words.sheet}'!${top}:${top}")


def _hold_values(before: bytes, after: bytes, own: str) -> None:
    """The last look before it is handed over: what a reader finds in the sheets is what it found before."""
    was, is_ = _rows(before, own), _rows(after, own)
    if was.keys() != is_.keys() or any(was[n] != is_[n] and _values(was[n]) != _values(is_[n]) for n in was):
        raise CannotEdit("unusual")


def _rows(content: bytes, own: str) -> dict[str, Sequence[Sequence[object]]]:
    """The rows of each sheet but ours."""
    from python_calamine import CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [name for name in workbook.sheet_names if fold(name) != fold(own)]
        return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of the reader is no Exception
        raise CannotEdit("unusual") from None


def _values(rows: Sequence[Sequence[object]]) -> dict[Place, object]:
    """What each cell holds, as far as it holds something: a cell that we added is empty and makes a sheet larger."""
    return {(r, c): value for r, row in enumerate(rows) for c, value in enumerate(row) if value != ""}
