"""The open database file, which can be exchanged for a fresh copy of itself while everything goes on.

DuckDB never overwrites what is deleted: the bytes stay in blocks that are free, or shared with other tables. Only a
file that was written anew holds nothing but what is current, so that is how erased people leave the disk.
"""

import datetime as dtm
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.database import Executes, copy_database, open_database, staging, sync
from warehouse.encoding import OFFERED
from warehouse.failpoints import failpoint
from warehouse.interface import WarehouseError

PATIENCE_SECONDS = 2.0
"""So long an exchange waits for readers to finish; new ones wait meanwhile. Then it is put off."""
COPY_PATIENCE_SECONDS = 30.0
"""So long a copy waits for another one to be finished: two at once would need twice the room."""
SPARE_BYTES = 2**30
"""What a copy must leave free beside the database: the log goes on, and DuckDB journals a part of the copy."""
LOST = (duckdb.InternalException, duckdb.FatalException)
"""After a mistake of its own DuckDB answers nothing any more ("database has been invalidated")."""


class Offered:
    """The facts the next append inserts, for a statement that reads them as `offered`.

    Registered once and filled each time: to register a table costs more than a quarter of a small insert's CPU.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self.facts = OFFERED.empty_table()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """What Arrow's C data interface asks for."""
        return self.facts.__arrow_c_stream__(requested_schema)  # type: ignore[no-untyped-call]  # the stubs lack it


class House:
    """The writer's connection, and cursors for readers. `execute` and `rewrite` belong to the writer thread."""

    def __init__(self, path: Path, *, now: dtm.datetime, memory_bytes: int = 0) -> None:
        """Open the database. `memory_bytes` and WarehouseError as in `open_database`."""
        self._path = path
        self._memory_bytes = memory_bytes
        self._changed = threading.Condition()
        self._readers = 0
        self._is_closed_to_readers = False
        self._build = threading.Lock()
        self._copying = threading.Lock()
        self.offered = Offered()
        self.gave_up = threading.Event()
        """Set once DuckDB met a mistake of its own: nothing is answered until a new process opens the file."""
        self._open(now)

    def _open(self, now: dtm.datetime) -> None:
        self._connection = open_database(self._path, now=now, memory_bytes=self._memory_bytes)
        self._connection.register("offered", self.offered)
        self._root = self._connection.cursor()

    def execute(self, query: str, parameters: Any = None) -> duckdb.DuckDBPyConnection:
        """Run a statement on the writer's connection."""
        try:
            return self._connection.execute(query, parameters)
        except LOST:
            self.gave_up.set()
            raise

    def register(self, name: str, table: pa.Table) -> None:
        """Let statements of the writer read an Arrow table under this name."""
        self._connection.register(name, table)

    def unregister(self, name: str) -> None:
        """Forget a registered table."""
        self._connection.unregister(name)

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A fresh connection to the same database, for any thread."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed_to_readers)
            self._readers += 1
            cursor = self._root.cursor()
        try:
            yield cursor
        except LOST:
            self.gave_up.set()
            raise
        finally:
            cursor.close()
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def building(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor that may make tables of its own; one at a time, and never while the file is being rewritten."""
        with self._build, self.cursor() as cursor:
            yield cursor

    @property
    def is_building(self) -> bool:
        """Whether a table is being made: DuckDB cannot checkpoint meanwhile."""
        return self._build.locked()

    def rewrite(self, now: dtm.datetime) -> bool:
        """Put a file that holds only what is current in the place of this one. False: somebody was in the way.

        Readers go on while the copy is made; they wait for the moment of the exchange only. A kill at any point leaves
        either the old file or the new one, whole. Raises WarehouseError when the copy is not what it must be.
        """
        if not self._build.acquire(blocking=False):
            return False
        try:
            with self._alone(0.0) as is_alone:
                return is_alone and self._rewrite(now)
        finally:
            self._build.release()

    def copy(self, target: Path) -> None:
        """Write a copy of everything to `target`, from any thread. Raises NoRoom and WarehouseError."""
        with self._alone(COPY_PATIENCE_SECONDS) as is_alone, self.cursor() as cursor:
            if not is_alone:
                raise WarehouseError("Another copy of the warehouse is being made; try again when it has ended.")
            copy_database(cursor, self._path, target, spare_bytes=SPARE_BYTES)

    @contextmanager
    def _alone(self, patience_seconds: float) -> Iterator[bool]:
        """Whether no other copy is being made; none begins meanwhile."""
        is_alone = self._copying.acquire(timeout=patience_seconds)
        try:
            yield is_alone
        finally:
            if is_alone:
                self._copying.release()

    def _rewrite(self, now: dtm.datetime) -> bool:
        fresh = staging(self._path) / "rewritten.duckdb"
        self._connection.execute("checkpoint")
        with self.cursor() as cursor:
            copy_database(cursor, self._path, fresh)
        try:
            return self._exchange(fresh, now)
        finally:
            fresh.unlink(missing_ok=True)

    def _exchange(self, fresh: Path, now: dtm.datetime) -> bool:
        if _counts(self) != (copied := _counts_in(fresh)):
            raise WarehouseError(f"The fresh copy holds other rows ({copied}); the file stays as it is.")
        with self._changed:
            self._is_closed_to_readers = True
            try:
                if not self._changed.wait_for(lambda: not self._readers, PATIENCE_SECONDS):
                    return False
                self._replace(fresh, now)
                return True
            finally:
                self._is_closed_to_readers = False
                self._changed.notify_all()

    def _replace(self, fresh: Path, now: dtm.datetime) -> None:
        """The one moment without an open file; the rename is atomic and there is no write-ahead log beside it."""
        self.close()
        failpoint("before_exchange")
        try:
            if not self._path.with_name(self._path.name + ".wal").exists():
                fresh.replace(self._path)
                sync(self._path.parent)
                failpoint("after_exchange")
        finally:
            self._open(now)

    def close(self) -> None:
        """Let go of the file."""
        self._root.close()
        self._connection.close()


def _counts(connection: Executes) -> list[int]:
    tables = ("events", "people", "registry_log", "rejected_events", "schema_migrations")
    rows = [connection.execute(f"select count(*) from {table}").fetchone() for table in tables]
    return [row[0] if row else 0 for row in rows]


def _counts_in(path: Path) -> list[int]:
    """What a closed file holds; it is synced to the disk on the way."""
    sync(path)
    with duckdb.connect(path, read_only=True) as connection:
        return _counts(connection)
