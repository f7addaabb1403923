"""What the log is told about deliveries: one fact before each call, one after it. Says it until the log has it."""

import asyncio
import datetime as dtm
import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.events import (
    Emitter,
    Event,
    Fact,
    MessageFailed,
    MessageSending,
    MessageSent,
    MessageUncertain,
    MessageWithheld,
    TelegramBlocked,
)
from domain.message_text import ACCESS_LINKS
from domain.people import mask
from notifier.messages import Rendered
from notifier.outcomes import Outcome
from notifier.pending import Letter, Pending, Reply
from notifier.threads import Threads
from notifier.transport import TransportName
from warehouse.interface import Personal, PersonalRow, Receipt, Warehouse, WarehouseError
from warehouse.reads.deliveries import Unsettled, backlog

T = TypeVar("T")
LOGGER = logging.getLogger("notifier.ledger")
_RETRY_SECONDS = (0.05, 0.2, 0.5, 1.0)
_DETAIL_LIMIT = 300
_PAUSE_AFTER_A_DEATH = dtm.timedelta(seconds=1.1)
"""What Telegram allows a chat in a second, and all chats together, an earlier process may have used up."""
_LOOK_BACK = 500
STATE, SILENCE = "notifier_state", "silent_until"
"""Registry entry {until}: the end of the last silence that Telegram asked of this bot."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """Work an earlier process left: messages, when each may go, until when nothing may leave, where to read on."""

    messages: tuple[tuple[Pending, dtm.datetime | None], ...]
    silent_until: dtm.datetime | None
    orphans: int
    seq: int


class Ledger:
    """Writes delivery facts. `resend`: classes whose uncertain first attempt is made once more, if it is a way in."""

    def __init__(
        self,
        warehouse: Warehouse,
        threads: Threads,
        transport: TransportName,
        *,
        now: Callable[[], dtm.datetime],
        resend: Collection[str] = (),
        secrets: Collection[str] = (),
    ) -> None:
        self._warehouse = warehouse
        self._threads = threads
        self._transport: TransportName = transport
        self._now = now
        self._resend = frozenset(resend)
        self._secrets = tuple(secrets)

    async def recover(self) -> Recovered:
        """Planned minus settled. A `message_sending` without an outcome was left by a dead process: it is uncertain."""
        left = await self._threads.run(lambda: backlog(self._warehouse, resend=self._resend))
        orphans = [message for message in left.messages if message.last_name == MessageSending.name]
        await self.store([self._orphan(message) for message in orphans])
        in_doubt = {MessageSending.name, MessageUncertain.name}
        work = [m for m in left.messages if m.last_name not in in_doubt or self.is_resent(_again(m, 0))]
        silences = [until] if (until := await self._threads.run(self._silent_until)) else []
        if (called_at := await self._threads.run(lambda: self._last_called_at(left.seq))) is not None:
            silences.append(called_at + _PAUSE_AFTER_A_DEATH)
        return Recovered(
            tuple((_again(message, 1), message.retry_at) for message in work),
            max(silences, default=None),
            len(orphans),
            left.seq,
        )

    def _last_called_at(self, seq: int) -> dtm.datetime | None:
        """When an earlier process last recorded an attempt. Whom it wrote to in that second is not worth knowing."""
        page = self._warehouse.facts_after(max(0, seq - _LOOK_BACK), names={MessageSending.name})
        return page.facts[-1].recorded_at if page.facts else None

    async def keep_silence(self, until: dtm.datetime) -> None:
        """Note that nothing may leave before that moment: whoever comes after this process keeps it, too."""
        await self._insist(lambda: self._warehouse.put(STATE, SILENCE, {"until": until.isoformat()}))

    def _silent_until(self) -> dtm.datetime | None:
        entry = self._warehouse.get(STATE, SILENCE)
        return dtm.datetime.fromisoformat(entry.body["until"]) if entry else None

    def is_resent(self, pending: Pending) -> bool:
        """Whether this attempt, its outcome unknown, is followed by a second one: at least once, for ways in only."""
        planned = pending.planned
        return pending.attempt == 1 and planned.message_class in self._resend and planned.template in ACCESS_LINKS

    async def announce(self, pending: Pending, letter: Letter, chat: str) -> bool:
        """Make `message_sending` durable with its text beside it. False: not accepted, the call must not be made."""
        text = PersonalRow(
            pending.kept_under,
            Personal.MESSAGE_TEXT,
            as_seen(letter.message, chat, lang=letter.language),
            ref=pending.planned.message_key,
        )
        wording = {"revision": letter.message.revision, "variant": letter.message.variant}
        about = self._delivery(pending)
        sending = self._about(pending, MessageSending(**about, **wording, language=letter.language))
        receipts = await self.store([sending], [text])
        is_ours = receipts[0].is_stored
        if not is_ours:
            LOGGER.error("message_sending was not accepted (%s): hands off this message.", receipts[0].code)
        return is_ours

    async def settle(
        self,
        pending: Pending,
        outcome: Outcome,
        *,
        retry_at: dtm.datetime | None = None,
        private: Sequence[str] = (),
        owners: Sequence[str] = (),
    ) -> None:
        """Record an outcome and what follows from it. `owners`: the leads whose chat it was, if not only its own."""
        delivery = self._delivery(pending)
        detail = self._conceal(outcome.detail, private)
        if outcome.meaning == "sent":
            event: Event = MessageSent(
                **delivery, transport_message_id=outcome.message_id, latency_seconds=self._latency(pending)
            )
        elif outcome.meaning == "unknown":
            event = MessageUncertain(**delivery, detail=detail)
        elif outcome.meaning == "withheld":
            event = MessageWithheld(**delivery, reason=outcome.code, saw=outcome.saw)
        else:
            event = MessageFailed(**delivery, code=outcome.code, detail=detail, retry_at=retry_at)
        facts = [self._about(pending, event)]
        if outcome.meaning == "channel_gone":
            cause = f"message:{pending.planned.message_key}:{pending.attempt}"
            facts += self._gone(pending, cause, owners)
        await self.store(facts)

    async def keep(self, reply: Reply, chat: str) -> None:
        """Keep an answer's text where the dry run's START page shows it."""
        row = PersonalRow(reply.subject, Personal.MESSAGE_TEXT, as_seen(reply.message, chat), ref=reply.ref)
        await self.store([], [row])

    async def store(self, facts: Sequence[Fact], personal: Sequence[PersonalRow] = ()) -> list[Receipt]:
        """Append, and insist while the warehouse is away: these facts are the only trace of a call."""
        if not facts and not personal:
            return []
        return await self._insist(lambda: self._warehouse.append(facts, personal=personal))

    async def _insist(self, work: Callable[[], T]) -> T:
        attempt = 0
        while True:
            try:
                return await self._threads.run(work)
            except WarehouseError as error:
                if attempt == 0:
                    LOGGER.warning("The warehouse does not take facts, trying on: %s", error)
                await asyncio.sleep(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)])
                attempt += 1

    def _gone(self, pending: Pending, cause: str, owners: Sequence[str]) -> list[Fact]:
        """The channel of whom it was for is gone: a partner's is no matter of the lead the message was about."""
        if pending.planned.recipient == "candidate":
            own = pending.fact.lead_id or ""
            causes = {one: cause if one == own else f"{cause}:{one}" for one in owners or [own]}
            facts = [(one, self._about(pending, TelegramBlocked(cause=why))) for one, why in causes.items()]
            return [fact.model_copy(update={"lead_id": one}) for one, fact in facts]
        event = TelegramBlocked(cause=cause, partner_id=pending.planned.partner_id, staff_id=pending.planned.staff_id)
        return [Fact.of(event, emitter=Emitter.NOTIFIER, occurred_at=self._now())]

    def _orphan(self, message: Unsettled) -> Fact:
        pending = _again(message, 0)
        detail = "The process died between recording the attempt and recording its outcome."
        return self._about(pending, MessageUncertain(**self._delivery(pending), detail=detail))

    def _about(self, pending: Pending, event: Event) -> Fact:
        return Fact.of(
            event,
            emitter=Emitter.NOTIFIER,
            occurred_at=self._now(),
            lead_id=pending.fact.lead_id,
            webinar_id=pending.fact.webinar_id,
            session_id=pending.fact.session_id,
            correlation_id=pending.fact.correlation_id or pending.fact.event_id,
        )

    def _delivery(self, pending: Pending) -> dict[str, object]:
        return {"message_key": pending.planned.message_key, "attempt": pending.attempt, "transport": self._transport}

    def _latency(self, pending: Pending) -> float:
        planned_at = pending.fact.recorded_at or pending.fact.occurred_at
        return max(0.0, (self._now() - planned_at).total_seconds())

    def _conceal(self, detail: str, private: Sequence[str]) -> str:
        for value in (*self._secrets, *private):
            detail = detail.replace(value, "•••") if value else detail
        return detail[:_DETAIL_LIMIT]


def as_seen(message: Rendered, chat: str, **more: str) -> str:
    """A message as its reader sees it, as JSON: the value of a MESSAGE_TEXT row."""
    buttons = [{"text": button.text, "url": button.url} for button in message.buttons]
    return json.dumps({"text": message.text, "buttons": buttons, "chat": mask(chat), **more}, ensure_ascii=False)


def _again(message: Unsettled, further: int) -> Pending:
    """The attempt after (`further` 1) or of (0) the last one known."""
    return Pending.of(message.planned, message.attempt + further)
