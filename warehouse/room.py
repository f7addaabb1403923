"""The tables the writer writes, and how a group of works becomes one transaction in them. One thread, no locks."""

import datetime as dtm
import logging
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.credentials import Credential
from warehouse.encoding import Refusal
from warehouse.failpoints import failpoint
from warehouse.forgotten import Forgotten
from warehouse.house import House
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.log import Log, Outcome, Refused
from warehouse.people import People
from warehouse.registry import Registry
from warehouse.rejections import Rejections
from warehouse.writer import Work

LOGGER = logging.getLogger("efir.warehouse")
REWRITE_RETRY_SECONDS = 10.0
CHECKPOINT_IDLE_SECONDS = 60.0
"""A write-ahead log of any size is folded into the file when nothing was written for so long."""


class Append(Work):
    """A batch of facts with what belongs to it; the batches of a group become one statement."""

    def __init__(
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


class Room:
    """See `writer.Room`."""

    def __init__(
        self,
        house: House,
        path: Path,
        forgotten: Forgotten,
        *,
        clock: Callable[[], dtm.datetime],
        checkpoint_bytes: int,
    ) -> None:
        """Load what the tables keep in memory."""
        self._checkpoint_bytes = checkpoint_bytes
        self._house = house
        self._forgotten = forgotten
        self._wal = path.with_name(path.name + ".wal")
        self._clock = clock
        self._written_at = time.monotonic()
        self._rewrite_after = 0.0
        self.log = Log(house)
        self.people = People(house, self.log, forgotten)
        self.registry = Registry(house)
        self.rejections = Rejections(house)

    def begin(self) -> None:
        """Start a transaction."""
        self._house.execute("begin")

    def perform(self, works: Sequence[Work]) -> list[Any]:
        """Appends first, as one statement; then the rest one by one."""
        appends = [work for work in works if isinstance(work, Append)]
        outcomes = dict(zip(map(id, appends), self._append(appends) if appends else (), strict=True))
        failpoint("after_insert")
        results: list[Any] = []
        for work in works:
            try:
                results.append(outcomes[id(work)] if isinstance(work, Append) else work.perform())
            except WarehouseError as error:
                results.append(error)
        self.registry.flush()
        return results

    def commit(self) -> None:
        """Make it durable, then visible."""
        self._house.execute("commit")
        self._written_at = time.monotonic()
        self.registry.committed()
        self.log.committed()

    def roll_back(self) -> None:
        """Undo everything since `begin`."""
        try:
            self._house.execute("rollback")
        except duckdb.Error:  # a failed commit has rolled back already
            LOGGER.debug("nothing to roll back")
        self.registry.rolled_back()
        self.log.rolled_back()

    def rest(self) -> None:
        """Fold the write-ahead log into the file when it is large, or nobody writes; rewrite it after an erasure."""
        if self.is_rewrite_due and time.monotonic() >= self._rewrite_after:
            self._rewrite()
        size = self.wal_bytes()
        is_idle = time.monotonic() - self._written_at > CHECKPOINT_IDLE_SECONDS
        if (size > self._checkpoint_bytes or (size and is_idle)) and not self._house.is_building:
            self.checkpoint()

    @property
    def is_rewrite_due(self) -> bool:
        """Whether the file may still hold bytes of somebody who was erased."""
        return not self._forgotten.is_rewritten

    def erase(self, subject_ids: Collection[str]) -> int:
        """Delete the subjects' personal data for good; the file is rewritten as soon as this is committed.

        With them goes what names them elsewhere: documents of the registry, what their Telegram chats wrote, refused
        facts, answers of the bot; and old versions of documents. Nothing personal of theirs is taken any more.
        """
        self._forgotten.add(subject_ids)
        self._rewrite_after = 0.0
        values = self.people.identifying(subject_ids)
        chats = {value for kind, value in values if kind == Personal.TELEGRAM_CHAT_ID}
        self.registry.forget(subject_ids, chats)
        self.registry.compact()
        self.rejections.forget({value for _, value in values} | set(subject_ids))
        return self.people.erase([*subject_ids, *(f"telegram:{chat}" for chat in chats)])

    def returned(self) -> set[str]:
        """Erased people of whom the database knows something: an older copy was put in its place."""
        return self.people.present(self._forgotten.subjects)

    def _rewrite(self) -> None:
        try:
            is_done = self._house.rewrite(self._clock())
        except (WarehouseError, duckdb.Error, OSError) as error:
            LOGGER.warning("The file could not be rewritten, trying again: %s", error)
            is_done = False
        if is_done:
            self._forgotten.rewritten()
        self._rewrite_after = time.monotonic() + REWRITE_RETRY_SECONDS

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file now; a failure is put off, for the WAL keeps everything."""
        failpoint("before_checkpoint")
        try:
            self._house.execute("checkpoint")
        except duckdb.Error as error:
            LOGGER.warning("Checkpoint put off: %s", error)
            self._written_at = time.monotonic()
        failpoint("after_checkpoint")

    def wal_bytes(self) -> int:
        """Size of the write-ahead log."""
        try:
            return self._wal.stat().st_size
        except FileNotFoundError:
            return 0

    def _append(self, appends: Sequence[Append]) -> list[Outcome]:
        now = self._clock()
        stored = self.log.append([(work.facts, work.credential) for work in appends], now=now)
        for work, (outcome, refused) in zip(appends, stored, strict=True):
            for bad in refused:
                if work.quarantine or bad.code != "conflict":
                    self._keep(bad, now)
            for refusal in work.refusals:
                self._keep(refusal, now)
            is_only_personal = not work.facts.num_rows and not work.refusals
            if is_only_personal or len(refused) < work.facts.num_rows:
                self.people.store(work.personal, now=now, is_repeat=bool(outcome.others))
        return [outcome for outcome, _ in stored]

    def _keep(self, bad: Refused | Refusal, now: dtm.datetime) -> None:
        self.rejections.keep(
            stage="append", code=bad.code, message=bad.message, payload=bad.payload, emitter=bad.emitter, now=now
        )
