"""Who holds a data folder: one `efir up` at a time, and a sentence for the second one."""

import datetime as dtm
import fcntl
import json
import os
import time
from pathlib import Path
from typing import TextIO

LOOK_SECONDS, LOOKED_AT_SECONDS = 0.05, 0.5
"""Who only asks whether somebody holds the folder has it for a moment, too: that is waited for."""


class Held(RuntimeError):  # noqa: N818 - reads as what it says
    """Somebody else holds the folder; the message says who, since when and where it answers."""


class Hold:
    """An exclusive, crash-proof claim on a folder: the kernel drops it with the process, however that ends."""

    def __init__(self, home: Path) -> None:
        self._path = home / "efir.lock"
        self._file: TextIO | None = None
        self.was_left_unclean = False
        """The previous holder did not get to release: its processes may still be on their way out."""

    def take(self, address: str, now: dtm.datetime) -> None:
        """Claim the folder. Raises Held if another process has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        if not _locked(file):
            file.close()
            raise Held(self._sentence())
        file.seek(0)
        self.was_left_unclean = bool(file.read().strip())
        file.truncate(0)
        json.dump({"pid": os.getpid(), "since": now.isoformat(timespec="seconds"), "address": address}, file)
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give the folder back."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None

    def _sentence(self) -> str:
        holder = holder_of(self._path.parent) or {}
        return (
            f"{self._path.parent} is held by process {holder.get('pid', 'unknown')} since {holder.get('since', '?')}; "
            f"it answers at {holder.get('address', '?')}. Stop it with `kill {holder.get('pid', '<pid>')}`, "
            "or use another folder: EFIR_HOME=… with other ports."
        )


def _locked(file: TextIO) -> bool:
    looks = round(LOOKED_AT_SECONDS / LOOK_SECONDS)
    for look in range(looks):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if look < looks - 1:
                time.sleep(LOOK_SECONDS)
        else:
            return True
    return False


def holder_of(home: Path) -> dict[str, str | int] | None:
    """Pid, since and address of the process that holds the folder now; None if nobody does."""
    path = home / "efir.lock"
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = file.read()
            return dict(json.loads(text)) if text.strip() else {}
    return None
