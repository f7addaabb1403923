"""Synthetic people: forms that are handed in, and a room full of attendees who watch. All of them are invented."""

import datetime as dtm
import threading
import time
import uuid

from domain import events
from domain.events import Emitter, Fact
from warehouse.interface import Warehouse

WEBINAR, SESSION = "bench", "benchroom0"
LENGTH = dtm.timedelta(hours=3)
HEARTBEAT_SECONDS = 30
"""How often the room states a presence interval of each attendee."""
COMMITS_A_SECOND = 4


def now() -> dtm.datetime:
    """The real time."""
    return dtm.datetime.now(dtm.UTC)


def programme(warehouse: Warehouse) -> None:
    """One webinar with a session that is on air for the whole benchmark."""
    length = int(LENGTH.total_seconds())
    webinar = events.WebinarConfigured(
        action_id="1", slug=WEBINAR, title={"ru": "Замер", "en": "Bench"}, duration_seconds=length
    )
    at = now()
    warehouse.append(
        [
            Fact.of(webinar, emitter=Emitter.STUDIO, occurred_at=at, webinar_id=WEBINAR),
            session(SESSION, at - dtm.timedelta(minutes=1)),
        ]
    )


def session(session_id: str, starts_at: dtm.datetime) -> Fact:
    """The announcement of an AUTO session."""
    plan = events.WebinarScheduled(
        action_id=session_id, starts_at=starts_at, duration_seconds=int(LENGTH.total_seconds()), mode="auto"
    )
    return Fact.of(plan, emitter=Emitter.STUDIO, occurred_at=now(), webinar_id=WEBINAR, session_id=session_id)


def form(lead_id: str) -> Fact:
    """Somebody hands in a form."""
    consents = (events.ConsentChoice(purpose="processing", text_version="1"),)
    ingest = events.CoreIngestEvent(submission_id=lead_id, consents=consents)
    return Fact.of(ingest, emitter=Emitter.WEB_FORM, occurred_at=now(), lead_id=lead_id)


def place(lead_id: str) -> Fact:
    """Somebody takes a place in the session."""
    return Fact.of(
        events.RegisteredForSession(),
        emitter=Emitter.WEB_FORM,
        occurred_at=now(),
        lead_id=lead_id,
        webinar_id=WEBINAR,
        session_id=SESSION,
    )


class Room:
    """Attendees whose presence is stated every 30 seconds, as the room's tracker does it, until it closes."""

    def __init__(self, warehouse: Warehouse, lead_ids: list[str]) -> None:
        """Everybody takes a place and enters at once."""
        self._warehouse = warehouse
        self._lead_ids = lead_ids
        self._is_closed = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._opened_at = now()
        entered = events.Entered(visit_no=1)
        warehouse.append([place(lead_id) for lead_id in lead_ids])
        warehouse.append([self._fact(entered, lead_id, self._opened_at) for lead_id in lead_ids])
        self._watching.start()

    def close(self) -> None:
        """Nobody watches any more."""
        self._is_closed.set()
        self._watching.join()

    def _watch(self) -> None:
        share = max(1, len(self._lead_ids) // (HEARTBEAT_SECONDS * COMMITS_A_SECOND))
        turn = 0
        while not self._is_closed.is_set():
            began = time.monotonic()
            chosen = [self._lead_ids[(turn * share + i) % len(self._lead_ids)] for i in range(share)]
            until = now()
            since = max(self._opened_at, until - dtm.timedelta(seconds=HEARTBEAT_SECONDS))
            self._warehouse.append([self._fact(_presence(since, until), lead_id, until) for lead_id in chosen])
            turn += 1
            self._is_closed.wait(max(0.0, 1 / COMMITS_A_SECOND - (time.monotonic() - began)))

    def _fact(self, event: events.Event, lead_id: str, at: dtm.datetime) -> Fact:
        where = {"webinar_id": WEBINAR, "session_id": SESSION}
        return Fact.of(event, emitter=Emitter.TRACKER, occurred_at=at, lead_id=lead_id, **where)


def _presence(since: dtm.datetime, until: dtm.datetime) -> events.Watched:
    seconds = (until - since).total_seconds()
    return events.Watched(
        connection=str(uuid.uuid4()),
        from_at=since,
        to_at=until,
        from_position_seconds=0,
        to_position_seconds=seconds,
    )
