"""Sessions as the studio states them: scheduled, moved, cancelled, on air, off air. Facts and complaints; no Reflex."""

import datetime as dtm
import uuid
from zoneinfo import ZoneInfo

from app.studio.forms import Complaints, short_id
from domain.events import (
    Emitter,
    Event,
    Fact,
    WebinarCancelled,
    WebinarEnded,
    WebinarRescheduled,
    WebinarScheduled,
    WebinarStarted,
)
from domain.webinars import Schedule, Session, Webinar

FARTHEST = dtm.timedelta(days=730)


def start_of(text: str, zone: str, *, now: dtm.datetime) -> dtm.datetime:
    """The moment a `datetime-local` field means in the webinar's zone. Raises Complaints for field `starts_at`."""
    try:
        local = dtm.datetime.fromisoformat(text.strip())
    except ValueError:
        raise Complaints({"starts_at": "required" if not text.strip() else "not_a_moment"}) from None
    moment = (
        local.replace(tzinfo=ZoneInfo(zone)).astimezone(dtm.UTC) if local.tzinfo is None else local.astimezone(dtm.UTC)
    )
    if moment < now - dtm.timedelta(minutes=1):
        raise Complaints({"starts_at": "in_the_past"})
    if moment > now + FARTHEST:
        raise Complaints({"starts_at": "too_far"})
    return moment


def scheduled(webinar: Webinar, schedule: Schedule, starts_at: dtm.datetime, *, now: dtm.datetime) -> Fact:
    """A new session of the webinar. Raises Complaints when one starts at that very moment already."""
    same = (
        s
        for s in schedule.sessions_of(webinar.webinar_id)
        if s.status in {"scheduled", "live"} and s.starts_at == starts_at
    )
    if next(same, None):
        raise Complaints({"starts_at": "session_taken"})
    definition = webinar.definition
    event = WebinarScheduled(
        action_id=str(uuid.uuid4()),
        starts_at=starts_at,
        duration_seconds=definition.duration_seconds,
        mode=definition.mode,
    )
    return _fact(event, webinar.webinar_id, short_id(), now)


def rescheduled(session: Session, webinar: Webinar, starts_at: dtm.datetime, *, now: dtm.datetime) -> Fact:
    """The session at another time. Raises Complaints unless it is still ahead."""
    _must_be(session, "scheduled")
    duration = webinar.definition.duration_seconds
    event = WebinarRescheduled(action_id=str(uuid.uuid4()), starts_at=starts_at, duration_seconds=duration)
    return _fact(event, session.webinar_id, session.session_id, now)


def cancelled(session: Session, *, now: dtm.datetime) -> Fact:
    """The session will not happen. Raises Complaints when it is over or cancelled already."""
    _must_be(session, "scheduled", "live")
    return _fact(WebinarCancelled(action_id=str(uuid.uuid4())), session.webinar_id, session.session_id, now)


def started(session: Session, *, now: dtm.datetime) -> Fact:
    """A LIVE session goes on air: its clock starts. Raises Complaints for AUTO and for a second start."""
    if session.mode == "auto":
        raise Complaints({"session": "auto_runs_itself"})
    _must_be(session, "scheduled")
    return _fact(WebinarStarted(), session.webinar_id, session.session_id, now)


def ended(session: Session, *, now: dtm.datetime) -> Fact:
    """A LIVE session goes off air. Raises Complaints unless it is on air."""
    if session.mode == "auto":
        raise Complaints({"session": "auto_runs_itself"})
    _must_be(session, "live")
    return _fact(WebinarEnded(), session.webinar_id, session.session_id, now)


def _must_be(session: Session, *statuses: str) -> None:
    if session.status not in statuses:
        raise Complaints({"session": f"session_is_{session.status}"})


def _fact(event: Event, webinar_id: str, session_id: str, now: dtm.datetime) -> Fact:
    return Fact.of(event, emitter=Emitter.STUDIO, occurred_at=now, webinar_id=webinar_id, session_id=session_id)
