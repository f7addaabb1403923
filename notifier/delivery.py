"""Sends what waits: one attempt at a time per chat, recorded before the call and settled by the delivery table.

Nothing is decided here about who gets what, and nothing lives only here: work is rebuilt from the log at every start.
"""

import asyncio
import datetime as dtm
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from notifier import house_alerts
from notifier.attempts import Attempts
from notifier.failpoints import failpoint
from notifier.lanes import Lanes, Limits, Priority, Ticket
from notifier.ledger import Ledger
from notifier.messages import Rendered, RenderError, render
from notifier.outcomes import Outcome
from notifier.particulars import gather, language_of, lead_of, occasion_of
from notifier.pending import Letter, Pending, Reply
from notifier.programme import Programme, chats_of, owners_of_chat
from notifier.resting import Rest
from notifier.standing import Standing, standing
from notifier.threads import Threads
from notifier.transport import Transport
from warehouse.interface import Warehouse, WarehouseError

LOGGER = logging.getLogger("notifier.delivery")

RESEND_AFTER = dtm.timedelta(seconds=2)
"""How long an uncertain message of a class that is resent waits for its second and last attempt."""
RECORDING_AT_ONCE = 3
ASKED_ANEW_AFTER_SECONDS = 0.5
"""Whether a message still holds is asked again when it stood in line this long between the question and its record."""
_UNEXPECTED_PAUSE = dtm.timedelta(seconds=5)
_LONGEST_PAUSE = dtm.timedelta(seconds=60)
_REPLY_ATTEMPTS = 5


@dataclass(slots=True)
class Counts:
    """What this process did, for the health report."""

    sent: int = 0
    failed: int = 0
    withheld: int = 0
    uncertain: int = 0
    retried: int = 0
    replies: int = 0


@dataclass(slots=True)
class _Progress:
    """How far an attempt came: what it may still be called when it breaks off."""

    is_announced: bool = False
    is_begun: bool = False
    """The call went out, or may have."""
    outcome: Outcome | None = None


class Delivery:
    """The sender. `now` tells the time and `monotonic` measures it, in seconds; both come from outside."""

    def __init__(  # noqa: PLR0913 - a composition, made once in bot.py
        self,
        warehouse: Warehouse,
        threads: Threads,
        transport: Transport,
        programme: Programme,
        ledger: Ledger,
        *,
        site: str,
        now: Callable[[], dtm.datetime],
        monotonic: Callable[[], float],
        limits: Limits | None = None,
    ) -> None:
        self.counts = Counts()
        self.lanes: Lanes[Pending | Reply] = Lanes(limits)
        self.rest = Rest()
        self._warehouse = warehouse
        self._threads = threads
        self._transport = transport
        self._programme = programme
        self._ledger = ledger
        self._site = site
        self._now = now
        self._monotonic = monotonic
        self._news = asyncio.Event()
        self._recording = asyncio.Semaphore(RECORDING_AT_ONCE)
        self._attempts = Attempts()
        self._failures_in_a_row = 0

    # --- taking on work --------------------------------------------------------------------------------------------

    async def recover(self) -> int:
        """Take on what an earlier process left; returns the `seq` to read on from. Raises WarehouseError."""
        left = await self._ledger.recover()
        self.counts.uncertain += left.orphans
        if left.silent_until is not None:
            self.lanes.halt(self._at(left.silent_until))
        await self.take_on([pending for pending, _ in left.messages], [moment for _, moment in left.messages])
        return left.seq

    async def take_on(self, work: Sequence[Pending], not_before: Sequence[dtm.datetime | None] = ()) -> None:
        """Queue planned messages; those without a chat are settled at once. Raises WarehouseError."""
        reachable = await self._chats({one.subject for one in work} - {""})
        for pending, moment in zip(work, not_before or [None] * len(work), strict=True):
            if pending.subject in reachable:
                self._queue(reachable[pending.subject], pending, moment)
            else:
                await self._settle_unreachable(pending)
        self._news.set()

    async def _chats(self, subjects: Collection[str]) -> dict[str, str]:
        return await self._threads.run(lambda: chats_of(self._warehouse, self._programme.families, subjects))

    def reconsider(self) -> None:
        """The programme changed: whatever rests is asked again in its turn."""
        for one in self.rest.wake_all():
            self._queue(one.chat, one.pending, None)
        self._news.set()

    async def _settle_unreachable(self, pending: Pending) -> None:
        """No chat to write to: because the person is gone and is owed nothing, or it fails where staff sees it."""
        found = await self._threads.run(lambda: self._standing(pending))
        outcome = Outcome("refused", "no_chat", "There is no Telegram chat to write to.")
        await self._settle(pending, _withheld(found) if found.then == "withhold" else outcome)

    def answer(self, chat: str, reply: Reply) -> None:
        """Queue an answer to a command."""
        self.lanes.put(reply, chat=chat, priority=Priority.REPLY)
        self._news.set()

    @property
    def eta_seconds(self) -> float:
        """How long what waits now will take."""
        return self.lanes.eta_seconds(self._monotonic())

    # --- the loop --------------------------------------------------------------------------------------------------

    async def send_for_ever(self) -> None:
        """Send whatever the lanes allow, until cancelled."""
        while True:
            self._start_allowed()
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), self._seconds_to_next())
            except TimeoutError:
                continue

    async def send_due(self, patience_seconds: float) -> None:
        """Send until nothing is left that may go within `patience_seconds` (for `--drain-once`)."""
        while True:
            self._start_allowed()
            seconds = self._seconds_to_next()
            if self._attempts.under_way:
                await asyncio.wait(
                    self._attempts.under_way, timeout=seconds or 0.01, return_when=asyncio.FIRST_COMPLETED
                )
            elif seconds is None or seconds > patience_seconds:
                return
            else:
                await asyncio.sleep(seconds)

    async def finish(self, grace_seconds: float) -> None:
        """Let calls under way end. A call cut off after the grace is stated as uncertain."""
        await self._attempts.end(grace_seconds)

    def _start_allowed(self) -> None:
        for one in self.rest.wake(self._monotonic()):
            self._queue(one.chat, one.pending, None)
        while (ticket := self.lanes.take(self._monotonic())) is not None:
            self._attempts.start(self._attempt(ticket))

    def _seconds_to_next(self) -> float | None:
        moments = [at for at in (self.lanes.next_at(self._monotonic()), self.rest.next_at()) if at is not None]
        return max(0.0, min(moments) - self._monotonic()) if moments else None

    # --- one attempt -----------------------------------------------------------------------------------------------

    async def _attempt(self, ticket: Ticket[Pending | Reply]) -> None:
        item, progress = ticket.item, _Progress()
        try:
            if isinstance(item, Reply):
                await self._reply(ticket.chat, item)
            else:
                await self._deliver(ticket.chat, item, progress)
        except Exception as error:
            if isinstance(error, WarehouseError):
                LOGGER.warning("An attempt waits for the warehouse: %s", error)
            else:
                LOGGER.exception("An attempt was broken off by a mistake of ours.")
            if isinstance(item, Pending):
                await self._make_up(ticket.chat, item, progress)
        finally:
            self.lanes.release(ticket.chat, self._monotonic())
            self._news.set()

    async def _make_up(self, chat: str, pending: Pending, progress: _Progress) -> None:
        """What a broken attempt means: before its record it is made again; once the call is out nobody knows."""
        if not progress.is_announced:
            self._queue(chat, pending, self._now() + _UNEXPECTED_PAUSE)
            return
        broken = Outcome("unknown", "broken_off", "A mistake of ours cut the attempt off after the call was begun.")
        if not progress.is_begun:
            broken = Outcome("not_sent", "broken_off", "A mistake of ours cut the attempt off; the call was not made.")
        try:
            await self._settle(pending, progress.outcome or broken, chat)
        except Exception:
            LOGGER.exception("Its outcome cannot be recorded; the next start of the notifier calls it uncertain.")

    async def _deliver(self, chat: str, pending: Pending, progress: _Progress) -> None:
        if self._programme.was_merged(pending.subject):
            # Merged or parted since it was queued, the person may be written to elsewhere.
            theirs = (await self._chats([pending.subject])).get(pending.subject)
            if theirs is None:
                await self._settle_unreachable(pending)
                return
            if theirs != chat:
                self._queue(theirs, pending, None)
                return
        letter = await self._written(pending, chat)
        if letter is None:
            return
        asked_at, version = self._monotonic(), self._programme.version
        found = await self._threads.run(lambda: self._standing(pending))
        failpoint("before_sending")
        # Few at a time between record and call: these are in doubt when we die, for instance behind a slow warehouse.
        async with self._recording:
            if self._monotonic() - asked_at > ASKED_ANEW_AFTER_SECONDS:
                version, found = self._programme.version, await self._threads.run(lambda: self._standing(pending))
            if found.then != "send":
                await self._hold_back(chat, pending, found, version)
                return
            if not await self._ledger.announce(pending, letter, chat):
                return
            progress.is_announced = True
            failpoint("after_sending")
            await self._await_turn(chat)
        outcome = await self._call(chat, letter, found.valid_until, progress)
        failpoint("after_call")
        progress.outcome = outcome
        await self._settle(pending, outcome, chat, (*letter.private, chat))
        failpoint("after_sent")

    async def _written(self, pending: Pending, chat: str) -> Letter | None:
        """The message; None when it cannot be written, which is recorded. Raises WarehouseError.

        A mistake of ours is as final as a text that cannot be rendered: it would be tried for ever, unseen.
        """
        try:
            return await self._threads.run(lambda: self._write(pending, chat))
        except WarehouseError:
            raise
        except RenderError as error:
            said = str(error)
        except Exception as error:
            LOGGER.exception("A message cannot be written, by a mistake of ours: staff may send it after a mend.")
            said = type(error).__name__
        await self._settle(pending, Outcome("refused", "render_failed", said))
        return None

    def _standing(self, pending: Pending) -> Standing:
        if pending.planned.recipient == "staff":
            return house_alerts.standing(self._warehouse, pending, self._now())
        return standing(self._warehouse, self._programme, pending, self._now())

    async def _hold_back(self, chat: str, pending: Pending, found: Standing, version: int) -> None:
        """Not now, or never: it did not hold any more when its turn came, by this version of the programme."""
        if found.then == "withhold":
            await self._settle(pending, _withheld(found), chat)
        elif version != self._programme.version:  # it changed meanwhile: who rests was woken, this one did not rest yet
            self._queue(chat, pending, None)
        else:
            self.rest.lay(chat, pending, self._at(found.until or self._now()))

    def _write(self, pending: Pending, chat: str) -> Letter:
        """Gather and render. Blocking. Raises RenderError, WarehouseError."""
        now, fact, schedule = self._now(), pending.fact, self._programme.schedule
        if pending.planned.recipient == "staff":
            return house_alerts.write(self._warehouse, pending, chat, schedule, site=self._site, now=now)
        lead = lead_of(self._warehouse, fact.lead_id or "", self._programme.families)
        about = occasion_of(lead, schedule, fact, pending.planned, now)
        language = language_of(pending.planned, lead, schedule)
        particulars = gather(self._warehouse, pending.planned, about, language, site=self._site, now=now)
        can_stop = pending.planned.message_class == "marketing" and pending.planned.recipient == "candidate"
        message = render(
            pending.planned.template,
            language,
            particulars,
            can_stop=can_stop,
            texts=schedule.texts,
            variant=pending.planned.variant,
        )
        return Letter(message, language, (particulars.name, particulars.lead_name))

    async def _call(self, chat: str, letter: Letter, valid_until: dtm.datetime | None, progress: _Progress) -> Outcome:
        if valid_until and self._now() >= valid_until:  # recording it took that long
            return Outcome("withheld", "expired")
        if self.lanes.is_halted(self._monotonic()):
            return Outcome("not_sent", "held", "Telegram had just asked for silence; the call was not made.")
        progress.is_begun = True
        try:
            return await self._send(chat, letter.message)
        except asyncio.CancelledError:
            return Outcome("unknown", "stopped", "The notifier was stopped while waiting for the answer.")

    async def _send(self, chat: str, message: Rendered) -> Outcome:
        try:
            return await self._transport.send(chat, message)
        finally:
            self.lanes.answered(chat, self._monotonic())

    async def _await_turn(self, chat: str) -> None:
        now = self._monotonic()
        await asyncio.sleep(max(0.0, self.lanes.call_at(chat, now) - now))

    async def _reply(self, chat: str, reply: Reply) -> None:
        await self._await_turn(chat)
        outcome = await self._send(chat, reply.message)
        if outcome.meaning == "not_sent" and reply.attempt < _REPLY_ATTEMPTS:
            again_at = self._at(await self._pause(outcome))
            again = replace(reply, attempt=reply.attempt + 1)
            self.lanes.put(again, chat=chat, priority=Priority.REPLY, not_before=again_at)
            return
        if outcome.meaning == "sent" and self._transport.name == "dry_run":
            await self._ledger.keep(reply, chat)
        self.counts.replies += 1
        reply.done()

    # --- outcomes --------------------------------------------------------------------------------------------------

    async def _settle(self, pending: Pending, outcome: Outcome, chat: str = "", private: Sequence[str] = ()) -> None:
        """Record the outcome, and queue the next attempt where the table says so."""
        again_at = None
        if outcome.meaning == "not_sent":
            again_at = await self._pause(outcome)
        elif outcome.meaning == "unknown" and self._ledger.is_resent(pending):
            again_at = self._now() + RESEND_AFTER
        owners: Sequence[str] = ()
        if outcome.meaning == "channel_gone" and pending.planned.recipient == "candidate":
            families = self._programme.families
            owners = await self._threads.run(lambda: owners_of_chat(self._warehouse, families, pending.subject, chat))
        await self._ledger.settle(pending, outcome, retry_at=again_at, private=private, owners=owners)
        self._count(outcome)
        if again_at is not None:
            self._queue(chat, replace(pending, attempt=pending.attempt + 1), again_at)

    async def _pause(self, outcome: Outcome) -> dtm.datetime:
        """When to try again. What keeps one call from Telegram keeps all: the whole bot waits, with back-off.

        A silence Telegram asked for outlives this process, whatever the call was for.
        """
        monotonic = self._monotonic()
        if not self.lanes.is_halted(monotonic):
            self._failures_in_a_row += 1
        backoff = min(dtm.timedelta(seconds=2 ** min(self._failures_in_a_row - 1, 10)), _LONGEST_PAUSE)
        pause = outcome.pause or backoff
        if outcome.code not in {"held", "broken_off"}:
            self.lanes.halt(monotonic + pause.total_seconds())
        again_at = self._now() + max(dtm.timedelta(seconds=self.lanes.halted_until - monotonic), dtm.timedelta(0))
        if outcome.code == "too_many_requests":
            await self._ledger.keep_silence(again_at)
        return again_at if outcome.code != "broken_off" else max(again_at, self._now() + _UNEXPECTED_PAUSE)

    def _count(self, outcome: Outcome) -> None:
        match outcome.meaning:
            case "sent":
                self.counts.sent += 1
                self._failures_in_a_row = 0
            case "unknown":
                self.counts.uncertain += 1
            case "not_sent":
                self.counts.retried += 1
            case "withheld":
                self.counts.withheld += 1
            case _:
                self.counts.failed += 1

    def _queue(self, chat: str, pending: Pending, moment: dtm.datetime | None) -> None:
        not_before = 0.0 if moment is None else self._at(moment)
        self.lanes.put(pending, chat=chat, priority=pending.priority, not_before=not_before)

    def _at(self, moment: dtm.datetime) -> float:
        """A moment on the monotonic clock."""
        return self._monotonic() + (moment - self._now()).total_seconds()


def _withheld(found: Standing) -> Outcome:
    return Outcome("withheld", found.reason, saw=found.saw)
