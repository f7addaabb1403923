"""Owns the database: one writer thread with group commit, readers on their own cursors. Speaks Arrow, knows no wire."""

import datetime as dtm
import logging
import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from warehouse import reading
from warehouse.credentials import Credential
from warehouse.database import copy_database, open_database, self_check
from warehouse.encoding import Refusal
from warehouse.failpoints import failpoint
from warehouse.interface import Identity, Personal, PersonalRow, WarehouseError
from warehouse.log import Log, Outcome
from warehouse.ownership import Ownership
from warehouse.people import People
from warehouse.registry import Document, Registry
from warehouse.rejections import Rejections
from warehouse.writer import Work, Writer

T = TypeVar("T")
LOGGER = logging.getLogger("efir.warehouse")
CHECKPOINT_WAL_BYTES = 256 * 2**20
"""A write-ahead log of this size is folded into the file between two commits."""
CHECKPOINT_IDLE_SECONDS = 60.0
"""… and any write-ahead log is, when nothing was written for so long."""


def _utc_now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)


class Append(Work):
    """A batch of facts with what belongs to it; the engine merges the batches of a group into one statement."""

    def __init__(  # noqa: PLR0913 - a batch has this many parts
        self,
        facts: pa.Table,
        credential: Credential,
        *,
        personal: Sequence[PersonalRow],
        refusals: Sequence[Refusal],
        quarantine: bool,
    ) -> None:
        """Facts in the columns of `encoding.STATED`."""
        super().__init__(lambda: None, rows=facts.num_rows)
        self.facts = facts
        self.credential = credential
        self.personal = personal
        self.refusals = refusals
        self.quarantine = quarantine


class Engine:
    """Thread-safe. Everything that returns has been committed to the disk."""

    def __init__(self, path: Path, *, clock: Callable[[], dtm.datetime] = _utc_now) -> None:
        """Take and open the database. Raises WarehouseError when it is held by somebody else or damaged."""
        self._path = path
        self._clock = clock
        self._opened_at = time.monotonic()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ownership = Ownership(path, now=clock())
        try:
            self._connection = open_database(path, now=clock())
            self.self_check = self_check(self._connection)
        except BaseException:
            self._ownership.release()
            raise
        if self.self_check != "ok":
            LOGGER.error("The log does not add up: %s. Restore a backup, or run `efir doctor`.", self.self_check)
        self._log = Log(self._connection)
        self._people = People(self._connection, self._log)
        self._registry = Registry(self._connection)
        self._rejections = Rejections(self._connection)
        self._readers = reading.Readers(self._connection)
        self._written_at = time.monotonic()
        self._writer = Writer(self)

    # --- the writer's room (see `writer.Room`) ---------------------------------------------------------------------

    def begin(self) -> None:
        """Start a transaction."""
        self._connection.execute("begin")

    def perform(self, works: Sequence[Work]) -> list[Any]:
        """Appends first, as one statement; then the rest one by one."""
        now = self._clock()
        appends = [work for work in works if isinstance(work, Append)]
        outcomes = dict(zip(map(id, appends), self._append_all(appends, now), strict=True)) if appends else {}
        failpoint("after_insert")
        results: list[Any] = []
        for work in works:
            try:
                results.append(outcomes[id(work)] if isinstance(work, Append) else work.perform())
            except WarehouseError as error:
                results.append(error)
        self._registry.flush()
        return results

    def commit(self) -> None:
        """Make it durable, then visible."""
        self._connection.execute("commit")
        self._written_at = time.monotonic()
        self._registry.committed()
        self._log.committed()

    def roll_back(self) -> None:
        """Undo everything since `begin`."""
        try:
            self._connection.execute("rollback")
        except Exception:  # noqa: BLE001 - a failed commit has rolled back already
            LOGGER.debug("nothing to roll back")
        self._registry.rolled_back()
        self._log.rolled_back()

    def rest(self) -> None:
        """Fold the write-ahead log into the file when it is large, or when nobody writes."""
        size = self._wal_bytes()
        is_idle = time.monotonic() - self._written_at > CHECKPOINT_IDLE_SECONDS
        if size > CHECKPOINT_WAL_BYTES or (size and is_idle):
            self._checkpoint()

    def _checkpoint(self) -> None:
        failpoint("before_checkpoint")
        try:
            self._connection.execute("checkpoint")
        except Exception as error:  # noqa: BLE001 - the log is safe in the WAL; the next rest tries again
            LOGGER.warning("Checkpoint put off: %s", error)
            self._written_at = time.monotonic()
        failpoint("after_checkpoint")

    def _append_all(self, appends: Sequence[Append], now: dtm.datetime) -> list[Outcome]:
        stored = self._log.append([(work.facts, work.credential) for work in appends], now=now)
        for work, (outcome, refused) in zip(appends, stored, strict=True):
            for _, refusal in refused:
                if work.quarantine or refusal.code != "conflict":
                    self._rejections.keep(
                        stage="append",
                        code=refusal.code,
                        message=refusal.message,
                        payload=refusal.payload,
                        emitter=refusal.emitter,
                        now=now,
                    )
            for bad in work.refusals:
                self._rejections.keep(
                    stage="append",
                    code=bad.code,
                    message=bad.message,
                    payload=bad.payload,
                    emitter=bad.emitter,
                    now=now,
                )
            if len(refused) < work.facts.num_rows or not (work.facts.num_rows or work.refusals):
                self._people.store(work.personal, now=now, is_repeat=bool(outcome.others))
        return [outcome for outcome, _ in stored]

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

    def identify(self, contacts: Mapping[Personal, str], *, proposed_lead_id: str) -> Identity:
        """See Warehouse.identify."""
        return self._write(
            lambda: self._people.identify(contacts, proposed_lead_id=proposed_lead_id, now=self._clock())
        )

    def erase(self, subject_id: str) -> int:
        """Delete the subject's personal data and fold the write-ahead log, so that no copy lingers there."""
        count = self._write(lambda: self._people.erase(subject_id))
        self._written_at = float("-inf")
        return count

    def put(self, collection: str, key: str, body: str, *, expect_version: int | None = None) -> int:
        """See Warehouse.put; `body` is JSON text."""
        return self._write(
            lambda: self._registry.put(collection, key, body, expect_version=expect_version, now=self._clock())
        )

    def delete(self, collection: str, key: str) -> None:
        """See Warehouse.delete."""
        self._write(lambda: self._registry.delete(collection, key, now=self._clock()))

    def reject(self, *, stage: str, code: str, message: str, payload: str, emitter: str) -> str:
        """See Warehouse.reject."""
        return self._write(
            lambda: self._rejections.keep(
                stage=stage, code=code, message=message, payload=payload, emitter=emitter, now=self._clock()
            )
        )

    def mark_rejected(self, rejected_id: str, state: str) -> None:
        """See Warehouse.mark_rejected."""
        self._write(lambda: self._rejections.mark(rejected_id, state))

    def replace_table(self, name: str, table: pa.Table) -> None:
        """See Warehouse.replace_table."""
        self._write(lambda: reading.replace_table(self._connection, name, table))

    def backup(self, folder: Path) -> Path:
        """See Warehouse.backup; appends go on meanwhile."""
        target = folder.resolve() / f"warehouse-{self._clock():%Y%m%dT%H%M%S%fZ}.duckdb"
        with self._readers.cursor() as cursor:
            copy_database(cursor, self._path, target)
        return target

    # --- reading ---------------------------------------------------------------------------------------------------

    def facts_after(
        self, seq: int, *, limit: int = 1000, wait_seconds: float = 0, names: Collection[str] | None = None
    ) -> tuple[pa.Table, int]:
        """Facts after `seq` (columns of `log.STORED`) and where to go on. See Warehouse.facts_after."""
        deadline = time.monotonic() + wait_seconds
        while True:
            facts, seq = self._readers.facts_after(self._log.tail, seq, limit=limit, names=names)
            remaining = deadline - time.monotonic()
            if facts.num_rows or remaining <= 0 or not self._log.tail.wait(seq, remaining):
                return facts, seq

    def facts_of(self, filters: Mapping[str, Collection[str]]) -> pa.Table:
        """Facts that match every filter (column → values), in `seq` order."""
        return self._readers.facts_of(filters)

    def people(self, subject_ids: Collection[str], kinds: Collection[str] | None) -> list[tuple[Any, ...]]:
        """Current personal data: subject_id, kind, ref, value, given_at."""
        params = {"subjects": list(subject_ids), "kinds": list(kinds) if kinds is not None else None}
        return self._readers.rows("current_people", params)

    def find_people(self, kind: str, value: str) -> list[str]:
        """See Warehouse.find_people."""
        return [row[0] for row in self._readers.rows("find_people", {"kind": kind, "value": value})]

    def get(self, collection: str, key: str) -> Document | None:
        """The current registry entry."""
        return self._registry.get(collection, key)

    def entries(self, collection: str) -> dict[str, Document]:
        """The current registry entries of a collection."""
        return self._registry.entries(collection)

    def rejected(self, *, state: str | None, limit: int) -> list[tuple[Any, ...]]:
        """Rows in the order of `interface.Rejected`."""
        return self._readers.rows("rejected", {"state": state, "limit": limit})

    def sql(self, text: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> pa.Table:
        """See Warehouse.sql."""
        return self._readers.sql(text, params)

    def health(self) -> dict[str, Any]:
        """See Warehouse.health."""
        return {
            "facts": self._log.facts,
            "last_seq": self._log.tail.last_seq,
            "size_bytes": self._path.stat().st_size,
            "wal_bytes": self._wal_bytes(),
            "uptime_seconds": round(time.monotonic() - self._opened_at, 1),
            "self_check": self.self_check,
            "pid": os.getpid(),
        }

    def _wal_bytes(self) -> int:
        try:
            return self._path.with_suffix(".duckdb.wal").stat().st_size
        except FileNotFoundError:
            return 0

    def stop_waiting(self) -> None:
        """End every long poll now."""
        self._log.tail.close()

    def close(self) -> None:
        """Finish the commits under way, fold the write-ahead log into the file and let go of the database."""
        self.stop_waiting()
        self._writer.close()
        self._checkpoint()
        self._readers.close()
        self._connection.close()
        self._ownership.release()
