"""The copy of every night: examined before it counts, so many kept, one at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse.copies import cleanse, dated
from warehouse.forgotten import FILE_NAME, Forgotten
from warehouse.interface import NoRoom, Warehouse, WarehouseError
from warehouse.settings import Settings


class Harmed(WarehouseError):  # noqa: N818 - says what the copy is
    """The copy cannot be used; it was deleted, and the earlier ones were kept."""


def reason(error: Exception) -> str:
    """Why no copy was made, as the code that facts about it carry; `domain.failure_words` has the words."""
    if isinstance(error, NoRoom):
        return "no_room"
    return "harmed" if isinstance(error, Harmed) else "unknown"


@dataclass(frozen=True, slots=True)
class Made:
    """A copy that can be restored from, and the older ones that went for it."""

    path: Path
    facts: int
    size_bytes: int
    dropped: tuple[Path, ...]


def back_up(warehouse: Warehouse, settings: Settings, *, kept: int) -> Made:
    """Make a copy in the folder of the nights and keep the `kept` (at least 1) newest ones there.

    Older ones go when the new one was examined, and before that only those above the number: a copy that can be used
    is always left. Raises NoRoom, Harmed and, while another one is made, WarehouseError; then nothing is left behind.
    """
    folder = settings.nightly_backups
    with _alone(folder) as draft:
        dropped = _drop_old(folder, kept)
        erased = _erased(settings)
        unexamined = warehouse.backup(draft)
        facts = examine(unexamined)
        made = unexamined.replace(folder / unexamined.name)
        dropped += _drop_old(folder, kept)
        if _erased(settings) != erased:  # whoever was erased meanwhile may be in it
            cleanse(settings)
    return Made(made, facts, made.stat().st_size, tuple(dropped))


def examine(copy: Path) -> int:
    """How many facts are in the copy, which is only read. Raises Harmed when it cannot be, or does not add up."""
    import duckdb  # noqa: PLC0415 - Dagster's code server, which loads this file, never opens a copy

    from warehouse.database import self_check  # noqa: PLC0415 - it imports DuckDB

    try:
        with duckdb.connect(copy, read_only=True) as connection:
            found = self_check(connection)
            (facts,) = connection.execute("select count(*) from events").fetchone() or (0,)
    except duckdb.Error as error:
        raise Harmed(f"The new copy cannot be read: {error}") from error
    if found != "ok":
        raise Harmed(f"The new copy is harmed: {found}. Is the log? See: efir doctor")
    return int(facts)


def _drop_old(folder: Path, kept: int) -> list[Path]:
    old = [copy.path for copy in dated(folder)[kept:]]
    for path in old:
        path.unlink()
    return old


def _erased(settings: Settings) -> frozenset[str]:
    return Forgotten(settings.database.with_name(FILE_NAME)).subjects


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """A folder for what is not examined yet, empty before and after, also of what one that was killed left in it."""
    draft = folder / "unexamined"
    draft.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WarehouseError("Another nightly copy is being made; try again when it has ended.") from None
        _empty(draft)
        try:
            yield draft
        finally:
            _empty(draft)


def _empty(draft: Path) -> None:
    for leftover in draft.iterdir():
        leftover.unlink()
