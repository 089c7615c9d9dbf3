"""The process that opens files: reads one from its input, writes what it holds to its output, and so on until the end.

Run by path (`python -I child.py`), not as a module: importing the package of the intake would load the catalogue and
polars, which takes thirty times as long as opening a workbook. Nothing of the sender's is ever written to a file, a
log or an error text: what goes wrong is answered by a code.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import types
from pathlib import Path
from typing import Any, BinaryIO

HERE = Path(__file__).resolve().parent


def bare(name: str, folder: Path) -> None:
    """Stand for a package, so that its modules can be imported without what its own __init__ loads."""
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


def limit() -> None:
    """What this process may take at the most; the parent watches what is resident, and the clock."""
    from cpc_pipeline.intake.reading.limits import MAX_ADDRESSES

    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_AS: MAX_ADDRESSES}
    for which, most in limits.items():
        try:
            resource.setrlimit(which, (most, most))
        except (ValueError, OSError):  # a system that knows no such limit: the parent's watch remains
            continue


def answer(content: bytes) -> dict[str, Any]:
    """What the file holds; a panic of the reader is a BaseException, and is an answer like any other."""
    from cpc_pipeline.intake.reading.opening import open_file

    try:
        return open_file(content)
    except MemoryError:
        return {"refused": "reader_memory", "params": {"size": len(content)}, "again": True}
    except RecursionError:
        return {"refused": "unreadable_file", "params": {"size": len(content)}}
    except BaseException as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = (
            f"{type(error).__name__} {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
        )
        return {"refused": "reader_stopped", "params": {"size": len(content), "where": where}, "again": True}


def written(said: dict[str, Any]) -> tuple[bytes, bytes]:
    """An answer as JSON, and the places of its columns as bytes."""
    from cpc_pipeline.intake.reading.columns import by_columns

    places = bytearray()
    for sheet in said.get("sheets", ()):
        rows = sheet.pop("rows")
        sheet |= {"height": len(rows), "columns": by_columns(rows, places)}
    if (refused := _too_much_text(said)) is not None:
        said, places = refused, bytearray()
    if listed := said.pop("texts", None):
        said["beside"]["texts"] += (("", "A1", text, "unshown") for text in _unshown(listed, said["sheets"]))
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace"), bytes(places)


def _too_much_text(said: dict[str, Any]) -> dict[str, Any] | None:
    """The refusal of a file with more text than can be looked at; None for any other."""
    from cpc_pipeline.intake.reading.limits import MAX_LETTERS, MAX_TEXT

    columns = (column[0] for sheet in said.get("sheets", ()) for column in sheet["columns"] if column)
    lengths = [len(value) for contents in columns for value in contents if type(value) is str]
    letters, longest = sum(lengths), max(lengths, default=0)
    if letters <= MAX_LETTERS and longest <= MAX_TEXT:
        return None
    params = {"letters": letters, "longest": longest, "most": MAX_TEXT, "most_letters": MAX_LETTERS}
    return {"refused": "too_much_text", "params": params, "sheet": "", "cell": "A1"}


def _unshown(listed: bytes, sheets: list[dict[str, Any]]) -> list[str]:
    """Texts in the list that stand in no cell; nearly no file has any, and of those a count says so."""
    from cpc_pipeline.intake.reading.corners import unshown

    contents = (value for sheet in sheets for column in sheet["columns"] if column for value in column[0])
    shown = {value if type(value) is str else value[1] for value in contents if type(value) in (str, tuple)}
    return unshown(listed, shown) if listed.count(b"<si>") + listed.count(b"<si ") > len(shown) else []


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Length and bytes in, length and answer out, until the input ends or an accident makes a fresh process wise."""
    while len(head := source.read(8)) == 8:
        content = source.read(int.from_bytes(head, "big"))
        said = answer(content)
        try:
            reply, places = written(said)
        except MemoryError:
            said = {"refused": "reader_memory", "params": {"size": len(content)}, "again": True}
            reply, places = written(said)
        again = b"\1" if said.get("again") else b"\0"
        head = (len(reply) + len(places) + 9).to_bytes(8, "big") + again + len(reply).to_bytes(8, "big")
        target.write(head + reply + places)
        target.flush()
        if said.get("again"):
            return


def main() -> None:
    root = HERE.parent.parent
    bare("cpc_pipeline", root)
    bare("cpc_pipeline.intake", root / "intake")
    bare("cpc_pipeline.intake.reading", HERE)
    import python_calamine  # noqa: F401  (before the limits, which shut the files)

    from cpc_pipeline.intake.reading import columns, opening, text  # noqa: F401

    # Nothing here refers to itself in a circle but what a failed file leaves, and then the process ends.
    gc.disable()
    limit()
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
