"""All rules on one workbook, in order: the template's allow-list, typed cells, headings, rows, shapes, free text.

What the rules can read they judge, wherever it lies; what they cannot read and could hold a list (a file inside the
file) is refused; what they cannot read and is usually a logo (a picture) is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cpc_pipeline.catalogue import Catalogue, fold
from cpc_pipeline.intake.foreign.headings import lists_events
from cpc_pipeline.intake.personal.columns import bare_numbers, names_in_columns, under_headings
from cpc_pipeline.intake.personal.hits import BLOCK, POSSIBLE, REVIEW, Hit, gathered
from cpc_pipeline.intake.personal.knowledge import knowledge
from cpc_pipeline.intake.personal.names import is_name
from cpc_pipeline.intake.personal.rows import people
from cpc_pipeline.intake.personal.shapes import amount, is_number, is_one
from cpc_pipeline.intake.personal.sheet import HEADING_WITHIN, Sheet
from cpc_pipeline.intake.personal.texts import hits_in, hits_in_name
from cpc_pipeline.intake.reading import Block, Cell, Workbook
from cpc_pipeline.intake.recognition import heading_index, read_cover

ENOUGH = 3  # headings of the template that make a sheet one of its tables
NUMBERS = {"value", "numerator", "denominator", "amount", "revision", "last_value", "target_shown"}


def guard(sheets: Workbook, catalogue: Catalogue) -> list[Hit]:
    """Every hit of a workbook, gathered by rule and column, those that refuse it first; empty where it is clean."""
    return gathered(_Guard(sheets, catalogue).hits())


class _Guard:
    def __init__(self, sheets: Workbook, catalogue: Catalogue) -> None:
        self.know, self.catalogue, self.sheets = knowledge(catalogue), catalogue, sheets
        self.beside = sheets.beside
        self.roles = {fold(sheet.name): role for role, sheet in catalogue.header.sheets.items()}
        self.is_ours = any(self._role(name) == "cover" for name in sheets)
        self.labels = {name: self._label(name, number) for number, name in enumerate(sheets, start=1)}
        self.index = heading_index(catalogue)
        self.read: dict[str, list[Hit]] = {}  # texts repeat: each is judged once, and forgotten with the guard

    def hits(self) -> Iterator[Hit]:
        yield from self._allowed()
        for name, block in self.sheets.blocks.items():
            sheet = Sheet(self.labels[name], block, self._fields(block))
            yield from self._typed(sheet)
            yield from self._judged(sheet)
        for name, cells in self.beside.tables.items():  # they have no address of their own
            place = name.partition(" ")[0]
            for found in self._judged(Sheet("", Block.of(cells))):
                yield replace(found.at("", "A1", found.count), place=place)
        yield from self._beside()

    def _judged(self, sheet: Sheet) -> Iterator[Hit]:
        yield from under_headings(sheet, self.know)
        yield from people(sheet, self.know, lambda: lists_events(sheet.block.cells, self.catalogue))
        yield from bare_numbers(sheet, self.know)
        yield from names_in_columns(sheet, self.know)
        new = self.know.harmless.new("text", sheet.texts)
        odd = {text for text in new if not is_number(text) and self._text(text)}
        self.know.harmless.add("text", new - odd)
        for cell in sheet.holding(odd):
            for found in self._text(cell.text):
                yield found.at(sheet.label, cell.address)

    def _text(self, text: str) -> list[Hit]:
        """Hits in a cell's text. A cell that is a name and nothing else is asked about where it stands alone."""
        if text not in self.read:
            hits = [] if fold(text) in self.know.known else hits_in(text, self.know)
            if not any(h.rule == "name" for h in hits) and len(text) <= 60 and is_name(text, self.know):
                hits.append(Hit("name", POSSIBLE, REVIEW))
            self.read[text] = hits
        return self.read[text]

    def _new(self, text: str) -> list[Hit]:
        """The same of a text beside the cells: what programs keep there is the same in every file."""
        hits = self._text(text) if self.know.harmless.new("beside", {text}) else []
        if not hits:
            self.know.harmless.add("beside", {text})
        return hits

    # --- 1. the template's allow-list ---

    def _allowed(self) -> Iterator[Hit]:
        for name, label in self.labels.items():
            if self._role(name) is None and any(h.blocks for h in hits_in_name(name, self.know)):
                yield Hit("sheet_name", "personal_file_name", BLOCK, label)
            if self._role(name) != "feedback" and self.sheets.blocks[name]:
                yield from self._not_shown(name, label)
        if self.sheets.file.macros and "macro" not in self.beside.unread:
            yield Hit("macro", "personal_unread", REVIEW, "", "A1", 1)
        for name, count in self.beside.pictures.items():
            if self._role(name) != "cover":  # the logo or stamp of the sender
                yield Hit("picture", "personal_unread", REVIEW, self.labels.get(name, ""), "A1", count)
        for kind, count in self.beside.unread.items():
            if kind == "embedded":
                yield Hit("embedded", "personal_embedded", BLOCK, "", "A1", count)
            else:
                yield Hit(kind, "personal_unread", REVIEW, "", "A1", count)

    def _not_shown(self, name: str, label: str) -> Iterator[Hit]:
        """What a sheet holds and does not show; its facts are of every type of file, `beside` of packages alone."""
        facts, block = self.sheets.about[name], self.sheets.blocks[name]
        if name in self.beside.hidden_sheets or facts.visibility != "visible":
            yield self._hidden("hidden_sheet", label, block.first, len(block.cells))
            return
        columns = self.beside.hidden_columns.get(name) or facts.hidden_columns
        inside = sorted(c for number in columns for c in block.column(number))
        if inside:
            yield self._hidden("hidden_column", label, inside[0], len(inside))
        rows = self.beside.hidden_rows.get(name) or facts.hidden_rows
        inside = [c for c in block.cells if c.row in rows] if rows else []
        if inside:  # a filter hides rows: no reason to refuse
            yield Hit("hidden_row", "personal_unread", REVIEW, label, inside[0].address, len(inside))

    def _hidden(self, rule: str, label: str, first: Cell, count: int) -> Hit:
        """Our template hides nothing: what is hidden in it nobody has looked at. Other systems hide their helpers."""
        code, severity = ("personal_hidden", BLOCK) if self.is_ours else ("personal_unread", REVIEW)
        return Hit(rule, code, severity, label, first.address, count)

    # --- 2. typed cells ---

    def _typed(self, sheet: Sheet) -> Iterator[Hit]:
        """A count of people above the ceiling is asked about; one of the shape of an identity number is refused."""
        columns = {column for column, field in sheet.fields.items() if field in ("value", "numerator", "denominator")}
        if "indicator" not in sheet.fields.values() or not columns or self._published():
            return
        for cell in sorted(c for column in columns for c in self._large_ones(sheet, column)):
            if not self._is_money(sheet.block.row(cell.row), sheet):
                yield self._large(cell).at(sheet.label, cell.address)

    def _large_ones(self, sheet: Sheet, column: int) -> list[Cell]:
        own, ceiling = sheet.block.columns.get(column), self.know.personal.ceiling
        if own is None or not any((amount(Cell(1, column, *content)) or 0) > ceiling for content in own.contents):
            return []
        return [cell for cell in sheet.column(column) if (amount(cell) or 0) > ceiling]

    def _large(self, cell: Cell) -> Hit:
        digits = str(int(amount(cell) or 0))
        for shape in self.know.bare:
            if shape.alone != "none" and is_one(shape, digits, self.know):
                return Hit(f"{shape.id}.in_count", f"personal_{shape.kind}", BLOCK)
        return Hit("above_ceiling", "personal_ceiling", REVIEW)

    def _is_money(self, row: list[Cell], sheet: Sheet) -> bool:
        said = {sheet.fields.get(cell.column, ""): cell.text for cell in row}
        series = self.catalogue.find_series(said.get("indicator", ""), "indicator") or said.get("indicator", "")
        unit = self.catalogue.find_unit(said.get("unit", "")) or self.catalogue.unit_of(series)
        known = self.catalogue.units.get(unit)
        return known is not None and known.family.startswith("money")

    def _published(self) -> bool:
        cover = next((self.sheets[name] for name in self.sheets if self._role(name) == "cover"), [])
        kind = read_cover(cover, self.catalogue).get("kind")
        return kind is not None and kind.text.strip() == "published_figures"

    # --- what is beside the cells ---

    def _beside(self) -> Iterator[Hit]:
        ours = [f"— {self.catalogue.wording.text('feedback.author', x)} —" for x in self.catalogue.languages]
        for name, cell, text, place in self.beside.texts:
            theirs = text
            for mark in ours:  # a note of ours stands below its mark; what is above it is the submitter's
                theirs = theirs.split(mark, 1)[0]
            for found in self._new(theirs) if theirs.strip() else ():
                yield replace(found.at(self.labels.get(name, ""), cell), place=place)

    # --- who is who ---

    def _role(self, name: str) -> str | None:
        return self.roles.get(fold(name))

    def _label(self, name: str, number: int) -> str:
        """The template's name for a sheet of it; of another, whose name may be a child's, the number of its tab."""
        return name if self._role(name) else f"#{number}"

    def _fields(self, block: Block) -> dict[int, str]:
        """Columns of a table of the template: the fields that its first row of known headings names."""
        rows = (
            {
                column: self.index[said]
                for column, (kind, text, _) in cells
                if kind == "text" and (said := fold(text)) in self.index
            }
            for cells in block.within(HEADING_WITHIN).values()
        )
        known = next((fields for fields in rows if len(fields) >= ENOUGH), {})
        return {c: f for c, f in known.items() if f in NUMBERS or "indicator" in known.values()}
