"""The table of cell formats (styles.xml): formats of ours are added at its end, none that is there is touched.

A marked cell gets a copy of its own format in which only the fill differs. Every pair of severity and former fill
has a shade of its own that nothing else in the workbook has: whichever program saves the file, and wherever the
cell is moved, its colour tells which fill to put back. What does not belong here: which cells are marked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cpc_pipeline.feedback.markup import CannotEdit, Edits, Element, parse, prefix, with_attributes

STYLES = "xl/styles.xml"
COLOURS = {"return": 0xF4A29A, "reject": 0xF8C08A, "query": 0xFFE680, "note": 0xBFDDF2}
NO_FILL = '<fill><patternFill patternType="none"/></fill>'
_SECTIONS = ("fonts", "fills", "borders", "cellXfs")
_FILL_PARTS = {"fill", "patternFill", "gradientFill", "fgColor", "bgColor", "stop", "color"}


def shaded(colour: str) -> str:
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill></fill>'
    )


class Styles:
    """Formats by number. `shades`: our colour -> the fill that it stands in for, of this and former annotations."""

    def __init__(self, data: bytes, shades: Mapping[str, str]) -> None:
        """Raises CannotEdit where the table is incomplete."""
        self._data, root = data, parse(data)
        self._prefix = prefix(data, root)
        self._sections: dict[str, Element] = {}
        for name in _SECTIONS:
            section = root.first(name)
            if section is None or not section.children:
                raise CannotEdit("styles")
            self._sections[name] = section
        self._items = {n: [data[c.start : c.end] for c in s.children] for n, s in self._sections.items()}
        self._there = {name: len(items) for name, items in self._items.items()}
        self._xfs = [dict(child.attributes) for child in self._sections["cellXfs"].children]
        self._colours = {c.upper().decode() for c in re.findall(rb'rgb="([0-9A-Fa-f]{8})"', data)}
        self.shades = dict(shades)
        self.used: dict[str, str] = {}
        self._restored: dict[int, int] = {}
        self._marked: dict[tuple[int, str], int] = {}

    # --- formats of cells --------------------------------------------------------------------------------

    def marked(self, number: int, severity: str) -> int:
        """The format `number` with the fill of a severity; raises CannotEdit where there is no such format."""
        if not 0 <= number < len(self._items["cellXfs"]):
            raise CannotEdit("styles")
        if (number, severity) not in self._marked:
            colour = self._shade(severity, self._fill_of(number))
            self._marked[number, severity] = self._with_fill(number, shaded(colour))
        return self._marked[number, severity]

    def restored(self, number: int) -> int:
        """The format as it was before a mark of ours; the same number where it has none."""
        if number not in self._restored:
            colour = self._solid(number)
            self._restored[number] = number if colour not in self.shades else self._without_shade(number, colour)
        return self._restored[number]

    def own(self, xf: str, **parts: str) -> int:
        """A format for a sheet of ours: attributes and children of <xf>, and its font, fill and border."""
        ids = "".join(f' {p}Id="{self._add(p + "s", xml)}" apply{p.title()}="1"' for p, xml in parts.items())
        return self._add("cellXfs", f'<xf numFmtId="0"{ids}{xf}</xf>')

    def _fill_of(self, number: int) -> str:
        index = int(self._xfs[number].get("fillId", "0"))
        if index >= len(self._items["fills"]):
            raise CannotEdit("styles")
        return self._bare(self._items["fills"][index])

    def _solid(self, number: int) -> str:
        if not 0 <= number < len(self._xfs):
            return ""
        found = re.search(r'patternType="solid".*?<fgColor rgb="([0-9A-F]{8})"', self._fill_of(number), re.DOTALL)
        return found[1] if found else ""

    def _shade(self, severity: str, fill: str) -> str:
        """The shade of a severity that stands for this fill: a known one, or the next that the workbook lacks."""
        for step in range(0x80):  # every blue above is 80 and more: no step changes another part of the colour
            colour = f"FF{COLOURS[severity] - step:06X}"
            known = self.used.get(colour) or self.shades.get(colour)
            if known == fill or (known is None and colour not in self._colours):
                self.used[colour] = fill
                return colour
        raise CannotEdit("styles")

    def _with_fill(self, number: int, fill: str) -> int:
        index = self._add("fills", fill)
        xf = self._items["cellXfs"][number]
        end = xf.index(b">") + 1
        return self._add("cellXfs", with_attributes(xf[:end], {"fillId": str(index), "applyFill": "1"}) + xf[end:])

    def _without_shade(self, number: int, colour: str) -> int:
        """The first format that differs in the fill alone and has the former fill; one is made where none is left."""
        fill = sound_fill(self.shades[colour])
        alike = _but_fill(self._items["cellXfs"][number])
        for index, xf in enumerate(self._items["cellXfs"]):
            if _but_fill(xf) == alike and self._fill_of(index) == fill:
                return index
        return self._with_fill(number, fill)

    # --- the table ---------------------------------------------------------------------------------------

    def _add(self, section: str, xml: str | bytes) -> int:
        item = xml if isinstance(xml, bytes) else self._worn(xml).encode()
        items = self._items[section]
        if item not in items:
            items.append(item)
            if section == "cellXfs":
                found = re.search(rb'fillId="(\d+)"', item)
                self._xfs.append({"fillId": found[1].decode() if found else "0"})
        return items.index(item)

    def _worn(self, xml: str) -> str:
        """Elements of ours with the prefix of the table, if it has one."""
        return re.sub(r"<(/?)(?=\w)", rf"<\1{self._prefix}", xml) if self._prefix else xml

    def _bare(self, item: bytes) -> str:
        text = item.decode()
        return text.replace(f"<{self._prefix}", "<").replace(f"</{self._prefix}", "</") if self._prefix else text

    def done(self) -> bytes:
        """The part with what was added."""
        edits = Edits(self._data)
        for name, section in self._sections.items():
            if new := self._items[name][self._there[name] :]:
                edits.insert(section.inner_end, b"".join(new))
                edits.attribute(section, {"count": str(len(self._items[name]))})
        return edits.done()


def _but_fill(xf: bytes) -> bytes:
    end = xf.index(b">") + 1
    tag = with_attributes(xf[:end], {"fillId": None, "applyFill": None})
    return b" ".join(sorted(tag.rstrip(b"/> ").split())) + xf[end:]


def sound_fill(text: str) -> str:
    """A fill as it was remembered in a sheet that people can edit: itself if it is one, else no fill."""
    try:
        root = parse(text.encode())
    except CannotEdit:
        return NO_FILL
    sound = root.name == "fill" and all(e.name in _FILL_PARTS and not e.space for e in _all(root))
    return text if sound and len(text) < 2_000 else NO_FILL


def _all(element: Element) -> list[Element]:
    return [element, *(below for child in element.children for below in _all(child))]
