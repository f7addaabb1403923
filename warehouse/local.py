"""The warehouse in this process: for tests and for tools that run while the service does not. Same rules, same code."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Self

from warehouse.credentials import Credential
from warehouse.dispatch import answer
from warehouse.door import Door
from warehouse.engine import Engine, utc_now
from warehouse.messages import Message


class LocalWarehouse(Door):
    """Owns the database file until `close`. Thread-safe."""

    def __init__(
        self,
        path: Path,
        *,
        credential: Credential,
        clock: Callable[[], datetime] | None = None,
        memory_bytes: int = 0,
    ) -> None:
        """Open the database at `path`. Raises WarehouseError when another process holds it.

        `clock` stamps `recorded_at`; without one it is the real time. `memory_bytes`: see Engine.
        """
        self._credential = credential
        self._engine = Engine(path, clock=clock or utc_now, memory_bytes=memory_bytes)

    def _carry(self, method: str, request: Message) -> Message:
        return answer(self._engine, self._credential, method, request)

    def with_credential(self, credential: Credential) -> "LocalWarehouse":
        """The same database seen by another process; closing either closes both."""
        other = object.__new__(LocalWarehouse)
        other._credential = credential
        other._engine = self._engine
        return other

    def rewrite(self) -> None:
        """Wait until the file holds nothing of anybody who was erased."""
        self._engine.rewrite()

    def close(self) -> None:
        """Finish what is under way and let go of the file."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
