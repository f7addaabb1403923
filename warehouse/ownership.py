"""One owner a database: a locked file beside it that says who holds it and since when."""

import datetime as dtm
import fcntl
import json
import os
from pathlib import Path
from typing import Self

from warehouse.interface import WarehouseError


class Ownership:
    """Held from construction to `release`, or until the process dies (the kernel drops the lock then)."""

    def __init__(self, database: Path, *, now: dtm.datetime) -> None:
        """Take the database. Raises WarehouseError that names the process holding it."""
        self._path = database.with_suffix(".lock")
        self._file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = self._holder()
            self._file.close()
            message = f"{database} is held by {holder}. Stop that process first, or use another EFIR_HOME."
            raise WarehouseError(message) from None
        self._file.truncate(0)
        self._file.write(json.dumps({"pid": os.getpid(), "since": now.isoformat(timespec="seconds")}))
        self._file.flush()

    def _holder(self) -> str:
        self._file.seek(0)
        try:
            body = json.loads(self._file.read())
        except ValueError:
            return "another process"
        return f"process {body['pid']} since {body['since']}"

    def release(self) -> None:
        """Let go. The file stays: removing it would race with the next owner."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
