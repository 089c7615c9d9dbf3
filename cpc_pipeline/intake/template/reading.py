"""Narrative, contributions and sign-off as rows. Their words go into these frames alone, never into a finding."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from cpc_pipeline import contracts
from cpc_pipeline.catalogue import Catalogue, ContributionColumn, fold
from cpc_pipeline.contracts import Frame, Severity
from cpc_pipeline.intake.findings import Found
from cpc_pipeline.intake.preflight import address
from cpc_pipeline.intake.reading import Cell, Workbook
from cpc_pipeline.intake.recognition import Table, find_table
from cpc_pipeline.intake.template.layout import KEY, NARRATIVE, SIGN_OFF, split_key

_IDENTITY = re.compile(r"\d(?:[ .\-]?\d){5,}")  # six digits and more, as identity numbers are written
Row = dict[str, object]


class Statements:
    """What a workbook says in words; `narratives` and `contributions` follow contracts.

    Empty frames where the workbook has no such sheets.
    """

    def __init__(self, sheets: Workbook, roles: dict[str, str], catalogue: Catalogue, found: Found) -> None:
        self.sheets, self.roles, self.catalogue, self.found = sheets, roles, catalogue, found
        told = [*self._narrative(), *self._sign_off()]
        self.narratives = self._frame(contracts.NARRATIVES, told)
        self.contributions = self._frame(contracts.CONTRIBUTIONS, self._contributions())

    def _frame(self, frame: Frame, rows: list[Row]) -> pl.DataFrame:
        if not rows:
            return contracts.empty(frame)
        found = self.found
        who = {
            "submission_id": found.submission_id,
            "organisation": found.organisation,
            "reporting_year": found.year,
        }
        return pl.DataFrame([{**who, **row} for row in rows], schema=contracts.polars_schema(frame))

    def _table(self, role: str, needed: tuple[str, ...], reads: tuple[str, ...]) -> Table | None:
        if role not in self.roles:
            return None
        sheet = self.roles[role]
        return find_table(
            sheet, self.sheets.blocks[sheet], self.catalogue, self.found, needed, str(Severity.QUERY), reads
        )

    def _say_if_blank(self, table: Table | None, rows: list[Row]) -> None:
        if table is not None and not rows:
            self.found.add("blank_sheet", "note", table.sheet, "A1", found=table.sheet)

    # --- narrative ---

    def _narrative(self) -> list[Row]:
        table = self._table("narrative", ("text",), NARRATIVE)
        rows = [r for _, cells in (table.rows if table else []) if (r := self._told(table, cells))]
        self._say_if_blank(table, rows)
        return rows

    def _told(self, table: Table | None, cells: dict[str, Cell]) -> Row | None:
        cell = cells.get("text")
        if table is None or cell is None or not self._readable(table, cell):
            return None
        key = split_key(cells[KEY].text) if KEY in cells else {}
        objective = key.get("objective") or self._objective(cells.get("objective"))
        sections = {s.id: s for s in self.catalogue.header.sections}
        section = sections.get(key.get("section", ""))
        if objective is None or section is None:
            self.found.add("unknown_objective", "query", table.sheet, cell.address)
            return None
        if len(cell.text) > section.limit:
            length = {"length": len(cell.text)}
            self.found.add(
                "text_too_long", "query", table.sheet, cell.address, expected=str(section.limit), params=length
            )
        place = {"sheet": table.sheet, "cell": cell.address}
        language = self._language(cells.get("language"))
        return {"objective": objective, "section": section.id, "language": language, "text": cell.text, **place}

    def _readable(self, table: Table, cell: Cell) -> bool:
        """False for nothing but spaces, and, said aloud, for an error or a formula without a result."""
        if cell.kind in ("error", "formula"):
            code = "error_cell" if cell.kind == "error" else "formula_without_result"
            self.found.add(code, "query", table.sheet, cell.address)
            return False
        return bool(cell.text.strip())

    def _objective(self, cell: Cell | None) -> str | None:
        known: dict[str, str] = {}
        for objective in self.catalogue.objectives:
            known |= {fold(name): objective.id for name in (objective.id, *objective.name.values())}
        return known.get(fold(cell.text)) if cell else None

    def _language(self, cell: Cell | None) -> str | None:
        for language in self.catalogue.languages if cell else ():
            name = self.catalogue.wording.text("template.language_name", language)
            if cell and fold(cell.text) in (fold(name), language):
                return language
        organisation = self.catalogue.organisations.get(self.found.organisation)
        return organisation.language if organisation else None

    # --- sign-off ---

    def _sign_off(self) -> list[Row]:
        table = self._table("sign_off", ("text", KEY), SIGN_OFF)
        if table is None:
            return []
        rows, blank = [], {}
        for number, cells in table.rows:
            cell, key = cells.get("text"), split_key(cells[KEY].text if KEY in cells else "")
            if cell is None or not self._readable(table, cell):
                blank[address(number, table.columns["text"])] = key.get("section", "").removeprefix("sign_off.")
            elif row := self._line(table.sheet, cell, key):
                rows.append(row)
        if blank:
            # By name, in each language: nobody knows what stands beside B6.
            labels = self.catalogue.header.sign_off
            lines = {
                x: "; ".join(f"{labels[line][x]} ({at})" if line in labels else at for at, line in blank.items())
                for x in self.catalogue.languages
            }
            self.found.add("not_signed_off", "query", table.sheet, next(iter(blank)), params={"lines": lines})
        return rows

    def _line(self, sheet: str, cell: Cell, key: dict[str, str]) -> Row | None:
        """A line of the sign-off; what may be an identity number is said and not kept."""
        section = key.get("section", "")
        if cell.kind != "date" and _IDENTITY.search(cell.text) and not _is_date(cell.text):
            self.found.add("identity_number", "query", sheet, cell.address)
            return None
        return {"section": section, "text": cell.text, "sheet": sheet, "cell": cell.address}

    # --- contributions ---

    def _contributions(self) -> list[Row]:
        columns = self.catalogue.header.contributions
        fields = tuple(c.field for c in columns)
        table = self._table("contributions", fields, fields) if columns else None
        rows: list[Row] = []
        for _, cells in table.rows if table else []:
            if table is not None and any(cell.text.strip() for cell in cells.values()):
                values: Row = {c.field: self._value(table, c, cells.get(c.field)) for c in columns}
                rows.append({**values, "sheet": table.sheet, "cell": next(iter(cells.values())).address})
        self._say_if_blank(table, rows)
        return rows

    def _value(self, table: Table, column: ContributionColumn, cell: Cell | None) -> object:
        """A number, a code, or text; what is not of its kind is named by its cell and left out."""
        if cell is None or not self._readable(table, cell):
            return None
        text = cell.text.strip()
        if column.type == "number":
            if cell.number is None:
                self._refuse("text_in_number_cell", "reject", table, cell, column)
            return cell.number
        if column.type == "text":
            return text
        codes = self.catalogue.codelists.get(column.codelist or "")
        code = self._objective(cell) if column.type == "objective" else codes.find(text) if codes else None
        if code is None:
            self._refuse("unknown_code", "query", table, cell, column)
        return code

    def _refuse(self, code: str, severity: str, table: Table, cell: Cell, column: ContributionColumn) -> None:
        codes = self.catalogue.codelists.get(column.codelist or "")
        allowed = list(codes.codes) if codes else [o.id for o in self.catalogue.objectives]
        params = {"field": column.field, "codes": column.codelist or ""}
        expected = ", ".join(allowed) if column.type != "number" else ""
        self.found.add(code, severity, table.sheet, cell.address, found=cell.text, expected=expected, params=params)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True
