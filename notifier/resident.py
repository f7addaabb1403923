"""The running notifier: its loops, how it starts, how it ends. `bot.py` builds the parts, `__main__.py` calls this."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from telegram.error import InvalidToken, TelegramError

from domain.events import MessagePlanned
from notifier import health, identity
from notifier.bot import Notifier
from notifier.introduction import introduce
from notifier.pending import Pending
from notifier.programme import FOLDED, told
from warehouse.interface import WarehouseError

LOGGER = logging.getLogger("notifier")

TAILED = frozenset({MessagePlanned.name, *FOLDED})
POLL_SECONDS = 2.0
"""Length of one long poll of the log; a stop waits at most this long for the thread that holds it."""
GRACE_SECONDS = 3.0
"""How long calls to Telegram may go on after a stop was asked for."""
_PATIENCE_SECONDS = 5.0


async def run(notifier: Notifier, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
    """Work until `stop` is set. Raises what a loop raised: the supervisor starts us anew."""
    await notifier.threads.run(lambda: health.forget(notifier.settings.home))
    seq = await _prepare(notifier)
    await _connect(notifier)
    await _say_how_it_is(notifier)  # before anybody hears «ready»: who asks then is answered
    loops = [
        asyncio.create_task(_tail(notifier, seq), name="tail"),
        asyncio.create_task(notifier.delivery.send_for_ever(), name="send"),
        asyncio.create_task(_receive(notifier), name="receive"),
        asyncio.create_task(_beat(notifier), name="beat"),
        asyncio.create_task(notifier.webhooks.send_for_ever(), name="webhooks"),
    ]
    on_ready()
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([stopped, *loops], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopped}:
            task.result()
    finally:
        await _end(notifier, [stopped, *loops])


async def drain_once(notifier: Notifier) -> dict[str, int]:
    """Handle the spool, send everything due, and say what was done; for the backstop job."""
    await _prepare(notifier)
    await _connect(notifier)
    if _is_connected(notifier):
        await notifier.inbox.drain()
    await notifier.replays.look()
    await notifier.delivery.send_due(_PATIENCE_SECONDS)
    await notifier.replays.look()
    await notifier.inbox.settle()
    counts = notifier.delivery.counts
    left = len(notifier.delivery.lanes) + len(notifier.delivery.rest)
    await _end(notifier, [])
    return {"sent": counts.sent, "failed": counts.failed, "uncertain": counts.uncertain, "left": left}


async def _prepare(notifier: Notifier) -> int:
    """Rebuild programme and backlog from the log; waits for the warehouse as long as it takes."""
    is_told = False
    while True:
        try:
            await notifier.threads.run(
                lambda: identity.claim(notifier.warehouse, notifier.settings, now=notifier.now())
            )
            await _learn(notifier)
            seq = await notifier.delivery.recover()
            await _learn(notifier)  # what was decided meanwhile stands before `seq`: the tail will not tell it
            return seq  # noqa: TRY300 - what may fail is above
        except WarehouseError as error:
            if not is_told:
                LOGGER.warning("Waiting for the warehouse: %s", error)
            is_told = True
            await asyncio.sleep(0.5)


async def _learn(notifier: Notifier) -> None:
    """Take in the whole programme. Raises WarehouseError."""
    facts = await notifier.threads.run(lambda: told(notifier.warehouse))
    if notifier.programme.observe(facts):
        notifier.delivery.reconsider()


async def _connect(notifier: Notifier) -> bool:
    """Ask the Bot API who we are. Raises InvalidToken; False when it cannot be reached now."""
    try:
        await notifier.application.initialize()
    except InvalidToken:
        raise
    except TelegramError as error:
        LOGGER.warning("The Bot API cannot be reached (%s), trying on.", type(error).__name__)
        return False
    username = notifier.application.bot.username
    if not notifier.settings.is_dry_run:
        try:
            await notifier.threads.run(lambda: identity.introduce(notifier.warehouse, username, now=notifier.now()))
        except WarehouseError as error:
            LOGGER.warning("The bot's name cannot be told to the app: %s", error)
            return False
    notifier.desk.bot_username = username
    return True


def _is_connected(notifier: Notifier) -> bool:
    return bool(notifier.desk.bot_username)


async def _receive(notifier: Notifier) -> None:
    """Once connected: tidy up at Telegram, then poll (with a token) and drain the spool."""
    while not _is_connected(notifier):
        await asyncio.sleep(2.0)
        await _connect(notifier)
    if notifier.settings.is_dry_run:
        await notifier.inbox.drain_for_ever()
        return
    await introduce(notifier)
    async with asyncio.TaskGroup() as group:
        group.create_task(notifier.inbox.drain_for_ever())
        if not notifier.settings.is_webhook:
            group.create_task(notifier.inbox.poll_for_ever())


async def _tail(notifier: Notifier, seq: int) -> None:
    """Follow the log: the programme first, then the messages that depend on it."""
    while True:
        after = seq
        try:
            page = await notifier.threads.run(
                lambda: notifier.warehouse.facts_after(after, wait_seconds=POLL_SECONDS, names=TAILED)  # noqa: B023
            )
            if notifier.programme.observe(page.facts):
                notifier.delivery.reconsider()
            planned = [Pending.of(fact) for fact in page.facts if fact.name == MessagePlanned.name]
            if planned:
                await notifier.delivery.take_on(planned)
            seq = page.next_seq
        except WarehouseError as error:
            LOGGER.warning("The log cannot be read, trying on: %s", error)
            await asyncio.sleep(0.5)


async def _beat(notifier: Notifier) -> None:
    """Keep the health file fresh and look for replays that staff asked for."""
    while True:
        body = await _say_how_it_is(notifier)
        try:
            await notifier.threads.run(lambda: health.tell(notifier.warehouse, body))  # noqa: B023
            await notifier.replays.look()
            await notifier.threads.run(lambda: notifier.canaries.release(notifier.now()))
        except WarehouseError as error:
            LOGGER.warning("Replays cannot be read, trying on: %s", error)
        await asyncio.sleep(health.BEAT_SECONDS)


async def _say_how_it_is(notifier: Notifier) -> dict[str, Any]:
    """Write the health file; returns the report in it."""
    transport = "dry_run" if notifier.settings.is_dry_run else "telegram"
    body = health.report(notifier.delivery, transport, is_connected=_is_connected(notifier), now=notifier.now())
    await notifier.threads.run(lambda: health.write(notifier.settings.home, body))
    return body


async def _end(notifier: Notifier, tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Stop taking on, let calls under way end, close."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(notifier.delivery.finish(GRACE_SECONDS), notifier.webhooks.finish(GRACE_SECONDS))
    await notifier.inbox.settle()
    try:
        await notifier.application.shutdown()
    except (TelegramError, RuntimeError):  # never initialised, or the network went first
        LOGGER.debug("The bot was not connected.")
    notifier.threads.close()
