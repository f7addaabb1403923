"""Owns the database: one writer thread with group commit, readers on their own cursors. Speaks Arrow, knows no wire."""

import datetime as dtm
import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from warehouse import derived, reading
from warehouse.copies import NAME
from warehouse.credentials import Credential
from warehouse.database import self_check
from warehouse.encoding import Refusal
from warehouse.forgotten import FILE_NAME, Forgotten
from warehouse.house import House
from warehouse.interface import Identity, Personal, PersonalRow, Published, WarehouseError
from warehouse.log import Outcome
from warehouse.ownership import Ownership
from warehouse.registry import Document
from warehouse.room import Append, Room
from warehouse.writer import Work, Writer

T = TypeVar("T")
LOGGER = logging.getLogger("efir.warehouse")
REWRITE_SECONDS = 900.0
CHECKPOINT_BYTES = 256 * 2**20


def utc_now() -> dtm.datetime:
    """The real time."""
    return dtm.datetime.now(dtm.UTC)


class Engine:
    """Thread-safe. Everything that returns has been committed to the disk."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], dtm.datetime] = utc_now,
        checkpoint_bytes: int = CHECKPOINT_BYTES,
        memory_bytes: int = 0,
    ) -> None:
        """Take and open the database. Raises WarehouseError when it is held by somebody else or damaged.

        A write-ahead log larger than `checkpoint_bytes` is folded into the file between two commits. DuckDB takes
        `memory_bytes` at most; 0: what suits the file.
        """
        self._path = path
        self._clock = clock
        self._opened_at = time.monotonic()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ownership = Ownership(path, now=clock())
        try:
            self._house = House(path, now=clock(), memory_bytes=memory_bytes)
            self.self_check = self_check(self._house)
        except BaseException:
            self._ownership.release()
            raise
        if self.self_check != "ok":
            LOGGER.error("The log does not add up: %s. Restore a backup, or run `efir doctor`.", self.self_check)
        forgotten = Forgotten(path.with_name(FILE_NAME))
        self._room = Room(self._house, path, forgotten, clock=clock, checkpoint_bytes=checkpoint_bytes)
        self._readers = reading.Readers(self._house)
        returned = self._room.returned()
        derived.discard_leftovers(self._house)  # while nobody else writes: no transaction of anybody's is in it
        self._writer = Writer(self._room)
        if returned:
            LOGGER.warning("%d erased people came back with an older copy: erasing them again.", len(returned))
            self._write(lambda: self._room.erase(returned))

    @property
    def gave_up(self) -> threading.Event:
        """Set once DuckDB answers nothing any more; what was acknowledged is in the file, for the next process."""
        return self._house.gave_up

    # --- writing ---------------------------------------------------------------------------------------------------

    def append(
        self,
        facts: pa.Table,
        credential: Credential,
        *,
        personal: Sequence[PersonalRow] = (),
        refusals: Sequence[Refusal] = (),
        quarantine: bool = True,
    ) -> Outcome:
        """Store a batch (columns of `encoding.STATED`) with its personal data and refusals in one durable commit."""
        work = Append(facts, credential, personal=personal, refusals=refusals, quarantine=quarantine)
        outcome: Outcome = self._writer.submit(work)
        return outcome

    def _write(self, perform: Callable[[], T]) -> T:
        result: T = self._writer.submit(Work(perform))
        return result

    def identify(
        self, contacts: Mapping[Personal, str], *, proposed_lead_id: str, proven: Collection[str] | None = None
    ) -> Identity:
        """See Warehouse.identify."""
        return self._write(
            lambda: self._room.people.identify(
                contacts, proposed_lead_id=proposed_lead_id, proven=proven, now=self._clock()
            )
        )

    def erase(self, subject_id: str) -> int:
        """See Warehouse.erase."""
        return self._write(lambda: self._room.erase([subject_id]))

    def rewrite(self) -> None:
        """Rewrite the file now if somebody was erased since it was written. Raises WarehouseError if it cannot be."""
        self._write(lambda: None)
        deadline = time.monotonic() + REWRITE_SECONDS
        while self._room.is_rewrite_due:
            if time.monotonic() > deadline:
                raise WarehouseError("The file could not be rewritten in time; look into the log for why.")
            time.sleep(0.02)

    def put(self, collection: str, key: str, body: str, *, expect_version: int | None = None) -> int:
        """See Warehouse.put; `body` is JSON text."""
        return self._write(
            lambda: self._room.registry.put(collection, key, body, expect_version=expect_version, now=self._clock())
        )

    def delete(self, collection: str, key: str) -> None:
        """See Warehouse.delete."""
        self._write(lambda: self._room.registry.delete(collection, key))

    def reject(self, *, stage: str, code: str, message: str, payload: str, emitter: str) -> str:
        """See Warehouse.reject."""
        return self._write(
            lambda: self._room.rejections.keep(
                stage=stage, code=code, message=message, payload=payload, emitter=emitter, now=self._clock()
            )
        )

    def mark_rejected(self, rejected_id: str, state: str) -> None:
        """See Warehouse.mark_rejected."""
        self._write(lambda: self._room.rejections.mark(rejected_id, state))

    def replace_table(self, name: str, table: pa.Table) -> None:
        """See Warehouse.replace_table."""
        self._write(lambda: derived.replace_table(self._house, name, table))

    def stage_table(self, name: str, source: str | pa.Table, params: Mapping[str, Any] | None = None) -> str:
        """See Warehouse.stage_table; appends go on meanwhile."""
        return derived.stage(self._house, name, source, params)

    def discard_table(self, staged: str) -> None:
        """See Warehouse.discard_table."""
        self._write(lambda: derived.discard(self._house, staged))

    def publish_table(self, staged: str, published: Published, *, column: str, keys: str, since: int | None) -> None:
        """See Warehouse.publish_table."""
        now = self._clock()
        if not staged:
            self._write(lambda: derived.move_on(self._house, published, now, since))
        elif column:
            self._write(
                lambda: derived.publish_part(self._house, staged, published, now, column=column, keys=keys, since=since)
            )
        else:
            self._write(lambda: derived.publish(self._house, staged, published, now, since))

    def backup(self, folder: Path) -> Path:
        """See Warehouse.backup; appends go on meanwhile."""
        target = folder.resolve() / self._clock().strftime(NAME)
        self._house.copy(target)
        return target

    # --- reading ---------------------------------------------------------------------------------------------------

    def facts_after(
        self, seq: int, *, limit: int = 1000, wait_seconds: float = 0, names: Collection[str] | None = None
    ) -> tuple[pa.Table, int]:
        """Facts after `seq` (columns of `log.STORED`) and where to go on. See Warehouse.facts_after."""
        deadline = time.monotonic() + wait_seconds
        while True:
            facts, seq = self._readers.facts_after(self._room.log.tail, seq, limit=limit, names=names)
            remaining = deadline - time.monotonic()
            if facts.num_rows or remaining <= 0 or not self._room.log.tail.wait(seq, remaining):
                return facts, seq

    def facts_of(self, filters: Mapping[str, Collection[str | None]]) -> pa.Table:
        """Facts that match every filter (column → values; None: without one), in `seq` order."""
        return self._readers.facts_of(filters)

    def people(self, subject_ids: Collection[str], kinds: Collection[str] | None) -> list[tuple[Any, ...]]:
        """Current personal data: subject_id, kind, ref, value, given_at."""
        params = {"subjects": list(subject_ids), "kinds": list(kinds) if kinds is not None else None}
        return self._readers.rows("current_people", params)

    def find_people(self, kind: str, value: str) -> list[str]:
        """See Warehouse.find_people."""
        return [row[0] for row in self._readers.rows("find_people", {"of_kind": kind, "value": value})]

    def get(self, collection: str, key: str) -> Document | None:
        """The current registry entry."""
        return self._room.registry.get(collection, key)

    def entries(self, collection: str) -> dict[str, Document]:
        """The current registry entries of a collection."""
        return self._room.registry.entries(collection)

    def rejected(self, *, state: str | None, limit: int, rejected_id: str | None) -> list[tuple[Any, ...]]:
        """Rows in the order of `interface.Rejected`."""
        return self._readers.rows("rejected", {"state": state, "at_most": limit, "id": rejected_id})

    def sql(
        self,
        text: str,
        params: Mapping[str, Any] | Sequence[Any] | None = None,
        carried: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """See Warehouse.sql."""
        return self._readers.sql(text, params, carried or {})

    def health(self) -> dict[str, Any]:
        """See Warehouse.health."""
        return {
            "facts": self._room.log.facts,
            "last_seq": self._room.log.tail.last_seq,
            "size_bytes": self._path.stat().st_size,
            "wal_bytes": self._room.wal_bytes(),
            "uptime_seconds": round(time.monotonic() - self._opened_at, 1),
            "self_check": self.self_check,
            "is_rewrite_due": self._room.is_rewrite_due,
            "pid": os.getpid(),
        }

    def stop_waiting(self) -> None:
        """End every long poll now."""
        self._room.log.tail.close()

    def close(self) -> None:
        """Finish the commits under way, fold the write-ahead log into the file and let go of the database."""
        self.stop_waiting()
        self._writer.close()
        self._room.checkpoint()
        self._house.close()
        self._ownership.release()
