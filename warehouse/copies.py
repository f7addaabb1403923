"""Copies of the database: what they are called, the newest one, and who was erased since is taken out of them too."""

import datetime as dtm
import fcntl
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from warehouse.credentials import Credential
from warehouse.forgotten import FILE_NAME, Forgotten
from warehouse.settings import Settings

NAME = "warehouse-%Y%m%dT%H%M%S%fZ.duckdb"
"""What a copy is called: by the moment (UTC) it was asked for."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole copy. `made_at` stands in its name: cleansing a copy changes the file's own times."""

    path: Path
    made_at: dtm.datetime
    size_bytes: int


def dated(folder: Path) -> list[Copy]:
    """Copies in the folder, not below it, the newest first; whatever else lies there is not ours."""
    found = []
    for path in folder.glob("warehouse-*.duckdb"):
        with suppress(ValueError):
            made_at = dtm.datetime.strptime(path.name, NAME).replace(tzinfo=dtm.UTC)
            found.append(Copy(path, made_at, path.stat().st_size))
    return sorted(found, key=lambda copy: copy.made_at, reverse=True)


def newest(settings: Settings) -> Copy | None:
    """The newest copy under the home, made by hand or by night; None when there is none."""
    both = [*dated(settings.backups), *dated(settings.nightly_backups)]
    return max(both, key=lambda copy: copy.made_at, default=None)


def copies(settings: Settings) -> list[Path]:
    """Every copy of the database under the home: backups, and what was set aside before a migration or a restore."""
    beside = settings.database.parent.glob("before-*.duckdb")
    return sorted([*settings.backups.glob("**/*.duckdb"), *beside])


def cleanse(settings: Settings, *, heard: Callable[[Path, int], None] = lambda *_: None) -> int:
    """Take everybody who was ever erased out of every copy; returns how many copies held somebody.

    A copy is replaced, whole, only when its clean successor is finished. `heard` is told each copy and its finds.
    The history of `efir sql` goes too: somebody may have asked for the person by name or number.
    One at a time: another's successor would bring back whoever was erased after it was begun.
    """
    touched = 0
    with _in_turn(settings):
        subjects = Forgotten(settings.database.with_name(FILE_NAME)).subjects
        if subjects:
            settings.sql_history.unlink(missing_ok=True)
        for path in copies(settings):
            found = _cleanse(path, subjects)
            heard(path, found)
            touched += bool(found)
    return touched


@contextmanager
def _in_turn(settings: Settings) -> Iterator[None]:
    """Wait for whoever is cleansing this home's copies, in this process or another."""
    with (settings.database.parent / "cleansing.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _cleanse(path: Path, subjects: Collection[str]) -> int:
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".cleansing-") as folder:
        trial = Path(folder) / "warehouse.duckdb"
        shutil.copyfile(path, trial)
        for journal in _journal(path):
            shutil.copyfile(journal, trial.with_name("warehouse.duckdb.wal"))
        from warehouse.local import LocalWarehouse  # noqa: PLC0415 - who never opens a copy starts without DuckDB

        with LocalWarehouse(trial, credential=Credential.of("admin")) as opened:
            held = len({row.subject_id for row in opened.people(subjects)}) if subjects else 0
            for subject in subjects if held else ():
                opened.erase(subject)
            opened.rewrite()
        if held:
            trial.replace(path)
            for journal in _journal(path):
                journal.unlink()
    return held


def _journal(path: Path) -> Iterator[Path]:
    wal = path.with_name(path.name + ".wal")
    return iter([wal] if wal.exists() else [])
