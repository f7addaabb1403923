"""Updates in: stored in the registry spool before they are acknowledged, handled from the spool, then removed.

A poison update blocks nothing: it goes to `telegram_updates_failed` and, without its text, to the rejected facts;
a replay puts it back into the spool.
"""

import asyncio
import logging
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application

from notifier.desk import Desk
from notifier.failpoints import failpoint
from warehouse.interface import WarehouseError
from warehouse.spool import COLLECTION as SPOOL
from warehouse.spool import FAILED, FAILED_STAGE, SYNTHETIC_FROM

LOGGER = logging.getLogger("notifier.inbox")

STATE = "notifier_state"
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
_POLL_SECONDS = 25
_LONGEST_PAUSE = 30.0


class Inbox:
    """Polls (with a token) and drains (always). One at a time, in the order of update ids."""

    def __init__(
        self, application: Application[Any, Any, Any, Any, Any, Any], desk: Desk, *, look_seconds: float
    ) -> None:
        """`look_seconds`: how often the spool is looked into unasked (the dry run's START page writes to it)."""
        self._application = application
        self._desk = desk
        self._look_seconds = look_seconds
        self._news = asyncio.Event()
        self._handled: set[int] = set()
        self._removals: set[asyncio.Task[None]] = set()
        desk.on_answered = self._remove

    async def poll_for_ever(self) -> None:
        """Long-poll Telegram, store, then acknowledge by the next offset; until cancelled."""
        offset = await self._first_offset()
        failures = 0
        while True:
            try:
                updates = await self._application.bot.get_updates(
                    offset=offset, timeout=_POLL_SECONDS, allowed_updates=ALLOWED_UPDATES
                )
                if updates:
                    offset = await self._store(updates)
                failures = 0
            except (TelegramError, WarehouseError) as error:
                failures += 1
                await asyncio.sleep(_pause(error, failures))

    async def drain_for_ever(self) -> None:
        """Handle what is in the spool whenever something came; until cancelled."""
        while True:
            self._news.clear()
            try:
                await self.drain()
            except WarehouseError as error:
                LOGGER.warning("The spool cannot be read: %s", error)
            try:
                await asyncio.wait_for(self._news.wait(), self._look_seconds)
            except TimeoutError:
                continue

    async def drain(self) -> int:
        """Handle every update in the spool once; returns how many. Raises WarehouseError."""
        warehouse = self._desk.warehouse
        handled = set(self._handled)  # one that is removed while the spool is read is still in the answer
        entries = await self._desk.threads.run(lambda: warehouse.entries(SPOOL))
        fresh = sorted((int(entry.key), entry.body) for entry in entries if int(entry.key) not in handled)
        for update_id, body in fresh:
            await self._handle(update_id, body)
        return len(fresh)

    async def settle(self) -> None:
        """Wait for removals under way."""
        await asyncio.gather(*self._removals, return_exceptions=True)

    async def _handle(self, update_id: int, body: dict[str, Any]) -> None:
        """Through PTB's handlers. Raises WarehouseError: the update stays in the spool."""
        self._desk.failure = None
        try:
            update = Update.de_json(body, self._application.bot)
            await self._application.process_update(update)
        except Exception as error:  # noqa: BLE001 - what cannot even be parsed is poison, too
            self._desk.failure = error
        failure = self._desk.failure
        if isinstance(failure, WarehouseError):
            raise failure
        if failure is not None:
            await self._desk.threads.run(lambda: self._put_aside(update_id, body, failure))
        self._handled.add(update_id)
        if update_id not in self._desk.unanswered:
            self._remove(update_id)

    def _put_aside(self, update_id: int, body: dict[str, Any], failure: Exception) -> None:
        """Keep a poison update where it can be handled again after a fix."""
        kind = type(failure).__name__
        LOGGER.error(
            "Update %s could not be handled (%s); it is kept in %s.", update_id, kind, FAILED, exc_info=failure
        )
        self._desk.warehouse.put(FAILED, str(update_id), body)
        self._desk.warehouse.reject(
            stage=FAILED_STAGE,
            code="handler_failed",
            message=f"{kind}: the update is kept; replay it once the handler is mended (the log has the details).",
            payload=str(update_id),
            emitter="telegram_bot",
        )

    def _remove(self, update_id: int) -> None:
        """Settled: its answers are out (or there are none)."""
        if update_id not in self._handled:
            return  # answered before the handler returned; `_handle` removes it
        removal = asyncio.create_task(self._delete(update_id))
        self._removals.add(removal)
        removal.add_done_callback(self._removals.discard)

    async def _delete(self, update_id: int) -> None:
        try:
            await self._desk.threads.run(lambda: self._desk.warehouse.delete(SPOOL, str(update_id)))
        except WarehouseError as error:
            LOGGER.warning("Update %s stays in the spool until the next start: %s", update_id, error)
        else:
            self._handled.discard(update_id)

    async def _store(self, updates: tuple[Update, ...]) -> int:
        """Put updates into the spool, then the offset; returns it. Raises WarehouseError: nothing is acknowledged."""
        offset = updates[-1].update_id + 1

        def store() -> None:
            for update in updates:
                self._desk.warehouse.put(SPOOL, str(update.update_id), update.to_dict())
            failpoint("after_spool")
            self._desk.warehouse.put(STATE, self._state_key(), {"offset": offset})

        await self._desk.threads.run(store)
        self._news.set()
        return offset

    async def _first_offset(self) -> int | None:
        """Where an earlier process stopped: its stored offset, or past what it spooled and could not note any more."""
        while True:
            try:
                return await self._desk.threads.run(self._known_offset)
            except WarehouseError as error:
                await asyncio.sleep(_pause(error, 1))

    def _known_offset(self) -> int | None:
        state = self._desk.warehouse.get(STATE, self._state_key())
        spooled = [
            int(entry.key) + 1 for entry in self._desk.warehouse.entries(SPOOL) if int(entry.key) < SYNTHETIC_FROM
        ]
        offset = max([int(state.body["offset"]) if state else 0, *spooled])
        if offset and (state is None or state.body["offset"] != offset):
            self._desk.warehouse.put(STATE, self._state_key(), {"offset": offset})
        return offset or None

    def _state_key(self) -> str:
        return f"offset:{self._application.bot.id}"


def _pause(error: Exception, failures: int) -> float:
    """How long to wait after a failed poll, in seconds; says why once it matters."""
    if isinstance(error, Conflict):
        LOGGER.error("Another process polls with this bot token. One of the two must be stopped.")
        return 5.0
    if isinstance(error, InvalidToken):
        LOGGER.error("Telegram does not accept the bot token any more. Set TELEGRAM_BOT_TOKEN and restart.")
        return _LONGEST_PAUSE
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return float(after if isinstance(after, int) else after.total_seconds())
    LOGGER.warning("Updates cannot be fetched (%s), trying again.", type(error).__name__)
    return min(2.0 ** min(failures - 1, 10), _LONGEST_PAUSE)
