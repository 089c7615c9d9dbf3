"""Many events of one run as one transaction of the records, where these are SQLite.

Dagster opens a database, compiles its statements and waits for the disk several times over for each event: with two
events for a workbook that took half as long as the workbook. Here the databases that are written to stay open until all
has been told. Another storage is left as it is (that of PostgreSQL keeps its connections).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, NullPool, create_engine

ASKED_EACH_TIME = ("has_table", "_has_asset_key_index_cols_on_connection")
"""What Dagster asks its database anew for each event, though it cannot change while events are told."""
PATIENCE = 30
"""Seconds to wait for another process that writes: as long as Dagster waits."""


@contextmanager
def together(instance: dg.DagsterInstance) -> Iterator[None]:
    """Events stored meanwhile are committed at the end, also where that is an error: what they tell did happen.

    Other processes that write wait meanwhile: no more than telling belongs inside. What this process reads of the
    records holds what it has stored.
    """
    storage = instance.event_log_storage
    if not isinstance(storage, SqliteEventLogStorage):
        yield
        return
    one_by_one, lock = storage._connect, storage._db_lock
    asked = {name: getattr(storage, name) for name in ASKED_EACH_TIME}
    held: dict[str, Connection] = {}
    with ExitStack() as at_the_end:

        @contextmanager
        def connect(shard: str) -> Iterator[Connection]:
            if shard not in held:
                with one_by_one(shard):  # makes the database where there is none
                    pass
            with lock:
                if shard not in held:
                    held[shard] = _open(storage.conn_string_for_shard(shard), at_the_end)
                yield held[shard]

        storage._connect = connect  # type: ignore[method-assign]
        for name, answer in asked.items():
            setattr(storage, name, _once(answer))
        try:
            yield
        finally:
            with lock:
                storage._connect = one_by_one  # type: ignore[method-assign]
                for name in asked:
                    delattr(storage, name)


def _once(answer: Callable[..., bool]) -> Callable[..., bool]:
    """The answer of the first time, for each name that is asked for; the connection by which it is asked is no name."""
    known: dict[tuple[str, ...], bool] = {}

    def first(*asked: object) -> bool:
        names = tuple(name for name in asked if isinstance(name, str))
        if names not in known:
            known[names] = answer(*asked)
        return known[names]

    return first


def _open(address: str, at_the_end: ExitStack) -> Connection:
    """A connection whose transaction is committed at the end."""
    engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": PATIENCE})
    connection = engine.connect()
    at_the_end.callback(connection.close)
    at_the_end.callback(connection.commit)
    return connection
