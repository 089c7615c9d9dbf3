"""How the file is opened, and what the machine can refuse: another writer, a full disk, a folder that is not ours."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import duckdb

PATIENCE = 5.0
"""Seconds to wait for another writer: its transactions are short."""
ROW_GROUP = 10_240
"""Rows that DuckDB lays down as one group: a multiple of 2,048, by itself 122,880. A transaction of at least as many is
written at once where it stays. A smaller one is written beside, and then again together with the last group: a portion
of workbooks cost nearly twice as much."""
HELD = ("set lock on file", "file handle conflict")
"""What DuckDB says of a file that another process, or another thread of this one, has open."""
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class WarehouseBusy(Exception):
    """Another process is writing; nothing was changed. Try again when it has ended."""


class WarehouseFull(OSError):
    """The disk is full or the file may not grow; what was being written is undone."""

    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC))


class WarehouseUnwritable(OSError):
    """The file or its folder may not be written."""

    def __init__(self, name: str) -> None:
        super().__init__(errno.EACCES, os.strerror(errno.EACCES), name)


Settings = dict[str, str | bool | int | float | list[str]]
SETTINGS: Settings = {
    # Nothing is fetched at run time: an extension that is not built in is an error, not a download.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "produce_arrow_string_view": "true",  # as polars has them: reading costs half
}


def open_file(path: Path, *, read_only: bool, patience: float = PATIENCE) -> duckdb.DuckDBPyConnection:
    """A connection to the file alone. Raises WarehouseBusy, WarehouseFull, WarehouseUnwritable."""
    give_up = time.monotonic() + patience
    while True:
        try:
            return duckdb.connect(str(path), read_only=True, config=SETTINGS) if read_only else _for_writing(path)
        except duckdb.Error as error:
            if not any(sign in str(error) for sign in HELD):
                raise told(error, path) from None
            if time.monotonic() >= give_up:
                raise WarehouseBusy from None
            time.sleep(0.05)


def _for_writing(path: Path) -> duckdb.DuckDBPyConnection:
    """Only a file that is attached can be told how large its groups of rows become."""
    connection = duckdb.connect(config=SETTINGS | {"temp_directory": f"{path}.tmp"})
    place = str(path).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{place}' AS warehouse (TYPE duckdb, ROW_GROUP_SIZE {ROW_GROUP})")
        connection.execute("USE warehouse")
    except BaseException:
        connection.close()
        raise
    return connection


def told(error: duckdb.Error, path: Path) -> Exception:
    """What the operating system refused, as an exception of our own; DuckDB says it only in words."""
    said = str(error)
    if any(os.strerror(code) in said for code in FULL):
        return WarehouseFull()
    if any(os.strerror(code) in said for code in FORBIDDEN):
        return WarehouseUnwritable(path.name)
    return error
