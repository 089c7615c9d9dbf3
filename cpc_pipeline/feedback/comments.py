"""Comments (notes) of cells: ours are added beside those that are there, and found again by their author.

Where a cell has a comment of somebody else, ours follows it below a line with our name; a thread of replies is left
alone. What does not belong here: the boxes that comments are shown in (drawings) and their words (listing).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cpc_pipeline.feedback.cells import TABLE, Grid, Place, address, place
from cpc_pipeline.feedback.drawings import empty, free_block, has_boxes, with_boxes, without_boxes
from cpc_pipeline.feedback.markup import Edits, Element, content, prefix
from cpc_pipeline.feedback.package import RELATION, Package

Note = list[tuple[str, bool]]
"""Pieces of text, and whether they are bold."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_AFTER_DRAWING = {
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"),
    "AlternateContent",
}


def line(author: str) -> str:
    """What every note of ours begins with: some programs keep the words of a comment and forget its author."""
    return f"— {author} —"


def notes_of(note: Note, author: str) -> Note:
    return [(f"{line(author)}\n", True), *note]


def add(package: Package, part: str, grid: Grid, notes: Mapping[Place, Note], author: str) -> None:
    """Give cells of a sheet their notes. grid: that sheet; its rows and columns say how large a box becomes."""
    listed = next((r.target for r in package.relations(part) if r.kind == "comments"), None)
    if listed is None:
        listed = package.free_name("xl/comments{}.xml")
        package.parts[listed] = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}">'
            "<authors></authors><commentList></commentList></comments>"
        ).encode()
        package.declare(listed, _TYPE)
        package.relate(part, "comments", listed)
    new = _into_list(package, listed, notes, author)
    if not new:
        return
    drawing = _drawing(package, part) or _new_drawing(package, part, len(new))
    texts = {at: "".join(text for text, _ in notes_of(notes[at], author)) for at in new}
    package.parts[drawing] = with_boxes(package.parts[drawing], texts, grid)


def _into_list(package: Package, listed: str, notes: Mapping[Place, Note], author: str) -> list[Place]:
    """Write the notes; returns the cells that had no comment and need a box."""
    data = package.parts[listed]
    root, edits = package.tree(listed), Edits(data)
    before = prefix(data, root)
    authors, comments = root.children[0], next(c for c in root.children if c.name == "commentList")
    names = [a.text for a in authors.children]
    if author not in names:
        edits.append(authors, f"<{before}author>{content(author)}</{before}author>".encode())
        names.append(author)
    there = {place(c.attributes.get("ref", "")): c for c in comments.children}
    new, xml = [], ""
    for at, note in sorted(notes.items()):
        if at not in there:
            new.append(at)
            xml += f'<{before}comment ref="{address(*at)}" authorId="{names.index(author)}"><{before}text>'
            xml += _runs(notes_of(note, author), before) + f"</{before}text></{before}comment>"
        elif not _threaded(there[at], names):
            _below(edits, there[at], [("\n\n", False), *notes_of(note, author)], before)
    if xml:
        edits.append(comments, xml.encode())
    package.parts[listed] = edits.done()
    return new


def _threaded(comment: Element, names: list[str]) -> bool:
    return names[int(comment.attributes.get("authorId", "0"))].startswith("tc=")


def _below(edits: Edits, comment: Element, note: Note, before: str) -> None:
    text = next(child for child in comment.children if child.name == "text")
    for plain in text.all("t"):  # text without runs becomes one run, so that ours can follow
        edits.insert(plain.start, f"<{before}r>".encode())
        edits.insert(plain.end, f"</{before}r>".encode())
    edits.append(text, _runs(note, before).encode())


def _runs(note: Note, before: str) -> str:
    runs = ""
    for text, bold in note:
        weight = f"<{before}b/>" if bold else ""
        look = f'{weight}<{before}sz val="9"/><{before}color indexed="81"/><{before}rFont val="Tahoma"/>'
        words = f'<{before}t xml:space="preserve">{content(text)}</{before}t>'
        runs += f"<{before}r><{before}rPr>{look}</{before}rPr>{words}</{before}r>"
    return runs


def _drawing(package: Package, part: str) -> str | None:
    """The part with the boxes of a sheet's comments, if it has one."""
    data = package.parts[part]
    element = package.tree(part, TABLE).first("legacyDrawing") if b"legacyDrawing" in data else None
    wanted = element.attributes.get(f"{RELATION} id") if element else None
    return next((r.target for r in package.relations(part) if r.id == wanted and r.target in package.parts), None)


def _new_drawing(package: Package, part: str, shapes: int) -> str:
    name = package.free_name("xl/drawings/vmlDrawing{}.vml")
    block = free_block(data for other, data in package.parts.items() if other.endswith(".vml"))
    package.parts[name] = empty(block, shapes)
    package.declare(name, "")
    relation = package.relate(part, "vmlDrawing", name)
    data = package.parts[part]
    root, edits = package.tree(part, TABLE), Edits(data)
    tag = f'<{prefix(data, root)}legacyDrawing xmlns:r="{RELATION}" r:id="{relation}"/>'
    table = next(i for i, child in enumerate(root.children) if child.name == TABLE)
    after = next((c for c in root.children[table:] if c.name in _AFTER_DRAWING), None)
    edits.insert(after.start if after else root.inner_end, tag.encode())
    package.parts[part] = edits.done()
    return name


# --- taking ours away ------------------------------------------------------------------------------------


def take_away(package: Package, part: str, authors: Collection[str]) -> None:
    """Remove the notes of these authors from a sheet, and what was made for them alone."""
    listed = next((r for r in package.relations(part) if r.kind == "comments"), None)
    if listed is None:
        return
    gone, left = _out_of_list(package, listed.target, authors)
    drawing = _drawing(package, part)
    if drawing and gone:
        package.parts[drawing] = without_boxes(package.parts[drawing], gone)
        if not has_boxes(package.parts[drawing]):
            _drop_drawing(package, part, drawing)
    if gone and not left:
        package.unrelate(part, listed.id)
        package.remove(listed.target)


def _out_of_list(package: Package, listed: str, authors: Collection[str]) -> tuple[set[Place], int]:
    """Cells whose comment was ours, and how many comments are left."""
    data = package.parts[listed]
    root, edits = package.tree(listed), Edits(data)
    names = [a.text for a in root.children[0].children]
    comments = next(c for c in root.children if c.name == "commentList").children
    lines = [line(author) for author in authors]
    ours = [
        comment
        for comment in comments
        if names[int(comment.attributes.get("authorId", "0"))] in authors or _words(comment).startswith(tuple(lines))
    ]
    for comment in comments:
        if comment in ours:
            edits.remove(comment)
        else:
            _cut_below(edits, comment, lines)
    if names and names[-1] in authors:
        edits.remove(root.children[0].children[-1])
    package.parts[listed] = edits.done()
    places = {place(c.attributes.get("ref", "")) for c in ours}
    return {at for at in places if at}, len(comments) - len(ours)


def _words(comment: Element) -> str:
    return "".join(words.text for words in comment.within("t")).strip()


def _cut_below(edits: Edits, comment: Element, lines: list[str]) -> None:
    """End somebody's comment where ours begins below it, and take away the blank lines between."""
    text = comment.first("text")
    pieces = [p for p in text.children if p.name in {"t", "r"}] if text else []
    said = ["".join(w.text for w in ([p] if p.name == "t" else p.within("t"))) for p in pieces]
    start = min((at for at in ("".join(said).find(x) for x in lines) if at >= 0), default=None)
    if start is None:
        return
    keep = "".join(said)[:start].rstrip("\n")
    for piece, words in zip(pieces, said, strict=True):
        left, keep = keep[: len(words)], keep[len(words) :]
        if not left:
            edits.remove(piece)
        elif left != words:
            inner = piece if piece.name == "t" else next(piece.within("t"))
            edits.replace(inner.inner, inner.inner_end, content(left).encode())


def _drop_drawing(package: Package, part: str, drawing: str) -> None:
    data = package.parts[part]
    edits = Edits(data)
    element = package.tree(part, TABLE).first("legacyDrawing")
    if element is not None:
        edits.remove(element)
        package.unrelate(part, element.attributes.get(f"{RELATION} id", ""))
    package.parts[part] = edits.done()
    package.remove(drawing)
