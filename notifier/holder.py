"""One sender at a time: a lock in EFIR_HOME that the kernel frees when its holder dies, with a note of who holds it."""

import datetime as dtm
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_LOOKED_AT_SECONDS = 0.5
"""Who only asks whether somebody sends (`--health`) has the lock for a moment, too: that is waited for."""


class HeldError(RuntimeError):
    """Another notifier works on this home; the message says which."""


def folder(home: Path) -> Path:
    """Where the notifier keeps its lock and its health."""
    return home / "notifier"


@contextmanager
def sender_of(home: Path, role: str, *, now: dtm.datetime) -> Iterator[None]:
    """Be the only sender of this home while inside. `role` is told to whoever comes second. Raises HeldError."""
    place = folder(home)
    place.mkdir(parents=True, exist_ok=True)
    note = place / "sender.json"
    lock = FileLock(place / "sender.lock")
    try:
        lock.acquire(timeout=_LOOKED_AT_SECONDS)
    except Timeout:
        raise HeldError(f"Another notifier sends from {home}: {_told(note)}.") from None
    try:
        note.write_text(json.dumps({"pid": os.getpid(), "since": now.isoformat(timespec="seconds"), "role": role}))
        yield
    finally:
        lock.release()


def is_held(home: Path) -> bool:
    """Whether some notifier holds this home."""
    if not (folder(home) / "sender.lock").exists():
        return False
    lock = FileLock(folder(home) / "sender.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _told(note: Path) -> str:
    try:
        who = json.loads(note.read_text())
    except (OSError, ValueError):
        return "it has just started"
    return f"pid {who.get('pid')}, {who.get('role')}, since {who.get('since')}"
