"""Opens the DuckDB file: configuration, migrations, self-check. The only place that knows DuckDB's options."""

import datetime as dtm
import errno
import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import duckdb

from warehouse.interface import NoRoom, WarehouseError
from warehouse.reads import load

MIGRATIONS = Path(__file__).parent / "migrations"
LOOKUP = 500
"""Ids a look-up names at once; far larger lists make DuckDB scan the table instead of asking the index."""
STORAGE_VERSION = "v1.5.0"
"""Older formats rewrite the whole primary key at every checkpoint: 4.4 s instead of 0.5 s at 3 million facts."""
LEAST_MEMORY_BYTES = 3 * 2**29
"""What tables of ten million facts are made in without going to the disk much."""
CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "storage_compatibility_version": STORAGE_VERSION,
    "wal_autocheckpoint": "16GB",  # we checkpoint ourselves, between commits
}


class Executes(Protocol):
    """What answers a statement: a connection, or a `house.House` whose file may be exchanged."""

    def execute(self, query: str, parameters: Any = ..., /) -> duckdb.DuckDBPyConnection:
        """Run one statement."""


def open_database(path: Path, *, now: dtm.datetime, memory_bytes: int = 0) -> duckdb.DuckDBPyConnection:
    """Open (or make) the database, bring it up to date and shut it off from the file system and the network.

    `memory_bytes`: what DuckDB may take; 0: what suits the file. Raises WarehouseError when the file is unreadable or
    from a newer version of Efir.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    staging(path).mkdir(exist_ok=True)
    _drop(_copying(path))
    shutil.rmtree(_spilled(path), ignore_errors=True)
    try:
        connection = duckdb.connect(path, config=CONFIGURATION)
    except duckdb.Error as error:
        raise WarehouseError(
            f"{path} cannot be opened: {error}. Restore the newest backup if it is damaged."
        ) from error
    connection.execute("set global TimeZone = 'UTC'")
    connection.execute(f"set global temp_directory = {_quoted(str(_spilled(path)))}")
    connection.execute(f"set global memory_limit = '{memory_bytes or _suitable_memory(connection, path)}B'")
    connection.execute(f"set allowed_directories = [{_quoted(f'{staging(path)}/')}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    _migrate(connection, path, now)
    return connection


def staging(path: Path) -> Path:
    """The only folder besides the database that DuckDB may write to: backups are made here and moved away."""
    return path.parent / "staging"


def said(error: duckdb.Error) -> str:
    """DuckDB's words; of the help it offers where memory ends, what can be done here."""
    if not isinstance(error, duckdb.OutOfMemoryException):
        return str(error)
    return f"{str(error).splitlines()[0]}. Give the warehouse more with EFIR_WAREHOUSE_MEMORY_BYTES and start it again."


def _spilled(path: Path) -> Path:
    """What did not fit into memory. Contacts may be among it: what a killed process left goes at the next start."""
    return staging(path) / "spilled"


def _suitable_memory(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """As much as the file is large: the log's index, which never leaves memory once it is read, grows with it."""
    row = connection.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchone()
    return min(int(row[0]) if row else LEAST_MEMORY_BYTES, max(LEAST_MEMORY_BYTES, path.stat().st_size))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _migrate(connection: duckdb.DuckDBPyConnection, path: Path, now: dtm.datetime) -> None:
    connection.execute(load("create_schema_migrations"))
    done = {row[0] for row in connection.execute("select number from schema_migrations").fetchall()}
    scripts = {int(script.name.split("_")[0]): script for script in sorted(MIGRATIONS.glob("*.sql"))}
    if unknown := done - scripts.keys():
        raise WarehouseError(f"{path} was written by a newer Efir (migration {max(unknown)}). Upgrade Efir first.")
    missing = scripts.keys() - done
    if done and missing:
        copy_database(connection, path, path.with_name(f"before-migration-{min(missing):04}.duckdb"))
    for number in sorted(missing):
        connection.execute("begin")
        connection.execute(scripts[number].read_text(encoding="utf-8"))
        connection.execute("insert into schema_migrations values (?, ?, ?)", [number, scripts[number].stem, now])
        connection.execute("commit")


def copy_database(connection: duckdb.DuckDBPyConnection, path: Path, target: Path, *, spare_bytes: int = 0) -> None:
    """Write a consistent copy of the database to `target`; readers and the writer go on meanwhile. One at a time.

    There is a whole copy at `target` or none. Raises NoRoom, before a byte is written, where the copy would not leave
    `spare_bytes` free beside the database, and WarehouseError when it fails on the way.
    """
    draft = _copying(path)
    _drop(draft)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _need_room(path, target.parent, spare_bytes)
        _write_copy(connection, draft)
        _put(draft, target)
    except (duckdb.Error, OSError) as error:
        raise WarehouseError(f"{target.name} could not be written: {error}") from error
    finally:
        _drop(draft)


def _copying(path: Path) -> Path:
    """A copy that is not whole yet. One killed in the middle lies there until the next start."""
    return staging(path) / "copying.duckdb"


def _drop(path: Path) -> None:
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)


def _need_room(path: Path, folder: Path, spare_bytes: int) -> None:
    """The copy is written beside the database first; in a folder on another disk it lies twice for a moment."""
    journal = path.with_name(path.name + ".wal")
    size = sum(file.stat().st_size for file in (path, journal) if file.exists())
    needed = {staging(path): size + spare_bytes}
    if folder.stat().st_dev != staging(path).stat().st_dev:
        needed[folder] = size
    for place, wanted in needed.items():
        if (free := shutil.disk_usage(place).free) < wanted:
            raise NoRoom(
                f"There is no room for a copy in {place}: {wanted / 2**30:.2f} GiB are needed, {free / 2**30:.2f} are "
                "free. Delete old copies and exports, or add room."
            )


def _write_copy(connection: duckdb.DuckDBPyConnection, draft: Path) -> None:
    source = connection.execute("select current_database()").fetchone()
    connection.execute(f"attach {_quoted(str(draft))} as copied (storage_version '{STORAGE_VERSION}')")
    try:
        connection.execute(f'copy from database "{source[0] if source else ""}" to copied')
    finally:
        connection.execute("detach copied")  # folds its write-ahead log into it, and says so if it cannot
    sync(draft)


def _put(draft: Path, target: Path) -> None:
    """By a rename, so that a name always stands for a whole copy; on another disk under another name first."""
    try:
        draft.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = target.with_name("copying.part")
        try:
            shutil.copyfile(draft, part)
            sync(part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    sync(target.parent)


def sync(path: Path) -> None:
    """Make a file, or the renames in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def self_check(connection: Executes) -> str:
    """`ok`, or what is wrong with the log: its rows, its distinct ids and its index must count the same.

    The index is asked for the newest facts, which a crash may have harmed, and for a sample of the others.
    """
    rows, distinct = connection.execute(load("self_check")).fetchone() or (0, 0)
    if rows != distinct:
        return f"{rows} facts but {distinct} distinct ids"
    probes = {str(row[0]) for row in connection.execute(load("self_check_probes")).fetchall()}
    unindexed = len(probes - stored_facts(connection, probes).keys())
    return f"{unindexed} of {len(probes)} probed facts are missing from the index" if unindexed else "ok"


def stored_facts(connection: Executes, event_ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """`seq` and fingerprint of the facts the primary key's index finds under these ids."""
    found: dict[str, tuple[int, bytes]] = {}
    wanted = sorted(event_ids)
    for start in range(0, len(wanted), LOOKUP):
        literals = ", ".join(f"'{uuid.UUID(event_id)}'::uuid" for event_id in wanted[start : start + LOOKUP])
        rows = connection.execute(load("stored_facts").replace("$ids", literals)).fetchall()
        found |= {str(event_id): (seq, bytes(fingerprint)) for event_id, seq, fingerprint in rows}
    return found
