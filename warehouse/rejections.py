"""Refused facts inside the writer's transaction: kept with their reason, counted when they come again."""

import datetime as dtm
import json
from collections.abc import Collection
from hashlib import blake2b

from warehouse.house import House
from warehouse.interface import WarehouseError
from warehouse.reads import load

TELLING_LENGTH = 4
"""Shorter values stand in too many payloads that mean somebody else."""


class Rejections:
    """Used by the writer thread only."""

    def __init__(self, connection: House) -> None:
        """Work on this connection."""
        self._connection = connection

    def keep(self, *, stage: str, code: str, message: str, payload: str, emitter: str, now: dtm.datetime) -> str:
        """Keep a refusal, or count it up and (unless it was discarded) open it again; returns its id."""
        known_by = json.dumps([stage, code, payload, emitter])
        rejected_id = blake2b(known_by.encode(), digest_size=12).hexdigest()
        seen = self._connection.execute(load("count_rejected"), {"id": rejected_id, "now": now}).fetchone()
        if not seen or not seen[0]:
            reason = {"stage": stage, "code": code, "message": message}
            sent = {"payload": payload, "emitter": emitter}
            self._connection.execute(load("add_rejected"), {"id": rejected_id, "now": now, **reason, **sent})
        return rejected_id

    def mark(self, rejected_id: str, state: str) -> None:
        """Close a refusal. Raises WarehouseError for an unknown id or state."""
        if state not in {"replayed", "discarded"}:
            raise WarehouseError(f"A refused fact can be replayed or discarded, not {state!r}.")
        row = self._connection.execute(load("mark_rejected"), {"id": rejected_id, "state": state}).fetchone()
        if not row or not row[0]:
            raise WarehouseError(f"There is no refused fact {rejected_id!r}; list them with rejected().")

    def forget(self, values: Collection[str]) -> None:
        """Delete refusals whose payload holds one of these values, as it is or as JSON escapes it."""
        told = [value for value in values if len(value) >= TELLING_LENGTH]
        written = {spelled for value in told for spelled in (value, json.dumps(value)[1:-1])}
        if written:
            self._connection.execute(load("forget_rejected"), {"values": sorted(written)})
