"""Sends facts to the endpoints that asked for them: signed, at least once, with retries; every attempt is a fact.

Nothing lives only here: what is owed follows from the log and one cursor an endpoint, at every start.
"""

import asyncio
import datetime as dtm
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from domain.events import (
    Emitter,
    Fact,
    WebhookAttempted,
    WebhookEndpointDisabled,
    WebhookEndpointSet,
    WebhookTestRequested,
)
from domain.webhooks import (
    DEAD_IN_A_ROW,
    ENDPOINT_EVENTS,
    RETRIES,
    Endpoint,
    body_of,
    delivery_id,
    signature,
    tried_again,
)
from notifier.attempts import Attempts
from notifier.failpoints import failpoint
from notifier.ledger import Ledger
from notifier.threads import Threads
from notifier.webhook_call import Answer, Caller
from notifier.webhook_line import Due, Line
from warehouse.interface import Personal, PersonalRow, Warehouse, WarehouseError
from warehouse.reads import webhooks
from warehouse.wire import cloud_event_of

LOGGER = logging.getLogger("notifier.webhooks")

CONTROL = ENDPOINT_EVENTS | {WebhookTestRequested.name, "webhook_replay_requested"}
POLL_SECONDS = 2.0
_PAGE = 200
_AWAY_SECONDS = 0.5
_CURSOR_KEPT_EVERY = dtm.timedelta(seconds=5)
"""A crash reads again what was sent in that time; what the log has an attempt of is not sent again."""


class Webhooks:
    """The emitter. `now` comes from outside; `retries` are the schedule's pauses."""

    def __init__(  # noqa: PLR0913 - a composition, made once in bot.py
        self,
        warehouse: Warehouse,
        threads: Threads,
        ledger: Ledger,
        caller: Caller,
        *,
        signing_key: str,
        now: Callable[[], dtm.datetime],
        retries: Sequence[dtm.timedelta] = RETRIES,
    ) -> None:
        self._warehouse = warehouse
        self._threads = threads
        self._ledger = ledger
        self._caller = caller
        self._signing_key = signing_key
        self._now = now
        self._retries = tuple(retries)
        self._endpoints: dict[str, Endpoint] = {}
        self._lines: dict[str, Line] = {}
        self._attempts = Attempts()
        self._news = asyncio.Event()
        self._has_looked = asyncio.Event()
        self._is_stale = True
        self._head = 0
        self._cursors_kept_at: dtm.datetime | None = None

    async def send_for_ever(self) -> None:
        """Follow the log and send, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow())
            group.create_task(self._work())

    async def finish(self, grace_seconds: float) -> None:
        """Let requests under way end. One cut off after the grace is made again after the next start."""
        await self._attempts.end(grace_seconds)
        await self._caller.close()

    # --- what there is to send -------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        """Watch the log for facts that are somebody's business, and for what staff does about endpoints."""
        await self._has_looked.wait()  # a long poll that began without the endpoints' names would not see their facts
        while True:
            names = CONTROL.union(*(one.event_types for one in self._endpoints.values()))
            try:
                page = await self._threads.run(
                    lambda: self._warehouse.facts_after(self._head, wait_seconds=POLL_SECONDS, names=names)  # noqa: B023
                )
            except WarehouseError as error:
                LOGGER.warning("The log cannot be read, trying on: %s", error)
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            if any(fact.name in CONTROL for fact in page.facts):
                self._is_stale = True
            if page.next_seq != self._head:
                self._head = page.next_seq
                self._news.set()

    async def _work(self) -> None:
        while True:
            self._news.clear()
            try:
                if self._is_stale:
                    await self._look()
                for line in self._lines.values():
                    await self._fill(line)
                await self._keep_cursors()
            except WarehouseError as error:
                LOGGER.warning("Webhooks wait for the warehouse: %s", error)
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            self._start_due()
            try:
                await asyncio.wait_for(self._news.wait(), self._seconds_to_next())
            except TimeoutError:
                continue

    async def _look(self) -> None:
        """See which endpoints there are and what is owed to them. Raises WarehouseError."""
        self._is_stale = False
        try:
            self._endpoints = await self._threads.run(lambda: webhooks.endpoints(self._warehouse))
            for gone in self._lines.keys() - self._endpoints.keys():
                del self._lines[gone]
            for endpoint in self._endpoints.values():
                if endpoint.endpoint_id not in self._lines:
                    self._lines[endpoint.endpoint_id] = await self._threads.run(lambda: self._line(endpoint))  # noqa: B023
                await self._take_on(self._lines[endpoint.endpoint_id])
        except WarehouseError:
            self._is_stale = True
            raise
        self._has_looked.set()

    async def _take_on(self, line: Line) -> None:
        """Queue what the log says is owed. Raises WarehouseError."""
        settled = line.closed = set()
        try:
            owed = await self._threads.run(lambda: webhooks.backlog(self._warehouse, line.endpoint_id))
        finally:
            line.closed = None
        for one in owed:
            if one.delivery_id in settled:  # settled while we asked: what was owed is old news
                self._is_stale = True
                continue
            left = len(self._retries) if one.is_replay else max(0, one.tries_left - 1)
            at = self._now() if one.is_replay else one.retry_at or self._now()
            due = Due(one.delivery_id, one.fact, one.attempt + 1, left)
            if not line.add(due, at, is_first=False) and one.is_replay:
                line.wished.add(one.delivery_id)

    def _line(self, endpoint: Endpoint) -> Line:
        cursor = webhooks.cursor(self._warehouse, endpoint)
        known = webhooks.attempted(self._warehouse, endpoint.endpoint_id, cursor)
        return Line(endpoint.endpoint_id, cursor, known, kept_cursor=cursor)

    async def _fill(self, line: Line) -> None:
        """Read on in the log for an endpoint that is on. Raises WarehouseError."""
        endpoint = self._endpoints[line.endpoint_id]
        names = endpoint.event_types | {WebhookTestRequested.name, WebhookEndpointSet.name}
        while endpoint.state == "active" and line.has_room and line.read_to < self._head:
            page = await self._threads.run(lambda: self._warehouse.facts_after(line.read_to, limit=_PAGE, names=names))
            for fact in page.facts:
                if endpoint.is_set_anew_by(fact):  # from here on it gets something else: who it is is looked at first
                    line.read_to, self._is_stale = (fact.seq or 0) - 1, True
                    self._news.set()
                    return
                one = delivery_id(endpoint.endpoint_id, fact.event_id)
                if endpoint.gets(fact) and one not in line.known:
                    line.add(Due(one, fact, 1, len(self._retries)), self._now(), is_first=True)
            line.read_to = page.next_seq

    async def _keep_cursors(self) -> None:
        """Note how far each endpoint was served, now and then. Raises WarehouseError."""
        now = self._now()
        if self._cursors_kept_at is not None and now < self._cursors_kept_at + _CURSOR_KEPT_EVERY:
            return
        self._cursors_kept_at = now
        for line in self._lines.values():
            if (cursor := line.cursor) != line.kept_cursor:
                body = {"seq": cursor}
                await self._threads.run(
                    lambda: self._warehouse.put(webhooks.CURSORS, line.endpoint_id, body)  # noqa: B023
                )
                line.kept_cursor = cursor

    # --- one attempt -----------------------------------------------------------------------------------------------

    def _start_due(self) -> None:
        for line in self._lines.values():
            endpoint = self._endpoints[line.endpoint_id]
            while endpoint.state == "active" and (due := line.take(self._now())) is not None:
                self._attempts.start(self._attempt(line, due, endpoint))

    def _seconds_to_next(self) -> float | None:
        moments = [
            line.next_at
            for line in self._lines.values()
            if line.next_at is not None and self._endpoints[line.endpoint_id].state == "active"
        ]
        return max(0.0, (min(moments) - self._now()).total_seconds()) if moments else None

    async def _attempt(self, line: Line, due: Due, endpoint: Endpoint) -> None:
        try:
            await self._deliver(line, due, endpoint)
        except WarehouseError as error:
            LOGGER.warning("Whether an endpoint is to be disabled is asked at its next dead delivery: %s", error)
        except Exception:
            LOGGER.exception("A delivery was broken off by a mistake of ours; it is made again.")
            line.put_back(due, self._now() + self._retries[0])
        finally:
            line.busy -= 1
            self._news.set()

    async def _deliver(self, line: Line, due: Due, endpoint: Endpoint) -> None:
        body, began = body_of(cloud_event_of(due.fact)), self._now()
        failpoint("before_webhook")
        answer = await self._caller.post(endpoint.url, self._headers(endpoint, due, began, body), body)
        failpoint("after_webhook")
        now = self._now()
        retry_at = None
        if answer.code not in {"", "gone"}:
            retry_at = tried_again(due.tries_left, now, retry_after=answer.retry_after, pauses=self._retries)
        attempted = self._attempted(endpoint, due, answer, retry_at, took=now - began)
        await self._ledger.store([attempted], self._kept(endpoint, due, answer))
        if retry_at is not None:
            line.again(Due(due.delivery_id, due.fact, due.attempt + 1, due.tries_left - 1), retry_at)
            return
        if line.close(due):
            self._is_stale = True
        if answer.code:
            await self._consider(endpoint, due, answer)

    def _headers(self, endpoint: Endpoint, due: Due, at: dtm.datetime, body: bytes) -> dict[str, str]:
        return {
            "content-type": "application/json",
            "user-agent": "Efir-Webhooks/1",
            "accept-encoding": "identity",
            "webhook-id": due.delivery_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature(endpoint.secrets(self._signing_key, at), due.delivery_id, at, body),
        }

    async def _consider(self, endpoint: Endpoint, due: Due, answer: Answer) -> None:
        """A delivery is dead: whether that was the last straw. Raises WarehouseError."""
        dead = await self._threads.run(lambda: webhooks.dead_in_a_row(self._warehouse, endpoint.endpoint_id))
        if answer.code != "gone" and dead < DEAD_IN_A_ROW:
            return
        known = self._endpoints.get(endpoint.endpoint_id)
        if known is not None and known.state == "disabled":  # another delivery, dead a moment before, has said so
            return
        event = WebhookEndpointDisabled(
            endpoint_id=endpoint.endpoint_id,
            delivery_id=due.delivery_id,
            attempt=due.attempt,
            reason="gone" if answer.code == "gone" else "dead_letters",
        )
        if endpoint.endpoint_id in self._endpoints:  # at once: the log is read again a moment later
            self._endpoints[endpoint.endpoint_id] = replace(endpoint, state="disabled")
        await self._ledger.store([Fact.of(event, emitter=Emitter.NOTIFIER, occurred_at=self._now())])
        self._is_stale = True

    def _attempted(
        self, endpoint: Endpoint, due: Due, answer: Answer, retry_at: dtm.datetime | None, *, took: dtm.timedelta
    ) -> Fact:
        event = WebhookAttempted(
            delivery_id=due.delivery_id,
            endpoint_id=endpoint.endpoint_id,
            fact_id=due.fact.event_id,
            attempt=due.attempt,
            outcome="delivered" if not answer.code else "failed" if retry_at else "dead",
            code=answer.code,
            status=answer.status,
            detail=answer.detail,
            retry_at=retry_at,
            tries_left=due.tries_left if retry_at else 0,
            took_seconds=round(max(0.0, took.total_seconds()), 3),
        )
        return Fact.of(event, emitter=Emitter.NOTIFIER, occurred_at=self._now(), correlation_id=due.fact.event_id)

    def _kept(self, endpoint: Endpoint, due: Due, answer: Answer) -> list[PersonalRow]:
        """What the receiver said is kept where it can be forgotten: nobody knows what is in it."""
        if not answer.text:
            return []
        subject = due.fact.lead_id or endpoint.endpoint_id
        return [PersonalRow(subject, Personal.WEBHOOK_ANSWER, answer.text, ref=due.delivery_id, given_at=self._now())]
