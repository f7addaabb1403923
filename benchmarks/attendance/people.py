"""Synthetic attendance: leads of one session whose presence came in many intervals, some of them overlapping."""

import datetime as dtm
import random

from domain import events
from domain.events import Emitter, Event, Fact
from domain.webinars import Schedule, fold_schedule

WEBINAR, SESSION = "bench", "benchattnd"
START = dtm.datetime(2026, 3, 4, 15, tzinfo=dtm.UTC)
SECONDS = 7200
BEAT_SECONDS = 30


def programme() -> Schedule:
    """One AUTO session of two hours."""
    webinar = events.WebinarConfigured(
        action_id="1", slug=WEBINAR, title={"ru": "Замер", "en": "Bench"}, duration_seconds=SECONDS
    )
    plan = events.WebinarScheduled(action_id="1", starts_at=START, duration_seconds=SECONDS, mode="auto")
    before = START - dtm.timedelta(days=1)
    return fold_schedule(
        [
            Fact.of(webinar, emitter=Emitter.STUDIO, occurred_at=before, webinar_id=WEBINAR),
            Fact.of(plan, emitter=Emitter.STUDIO, occurred_at=before, webinar_id=WEBINAR, session_id=SESSION),
        ]
    )


def history(lead: int, intervals: int, dice: random.Random) -> list[Fact]:
    """The facts of one lead: a form, a place, an entry and so many intervals, a tenth of them on a second device."""
    lead_id = f"lead-{lead:06}"
    facts = [
        _fact(events.CoreIngestEvent(submission_id=lead_id), Emitter.WEB_FORM, -3600, lead_id, is_in_session=False),
        _fact(events.RegisteredForSession(), Emitter.WEB_FORM, -3600, lead_id),
        _fact(events.Entered(visit_no=1), Emitter.TRACKER, 0, lead_id),
    ]
    at = dice.uniform(0, 600)
    for number in range(intervals):
        is_second = dice.random() < 0.1
        since = max(0.0, at - BEAT_SECONDS / 2) if is_second else at
        facts.append(_watched(lead_id, since, since + BEAT_SECONDS, "laptop" if is_second else "phone", number))
        at += 0 if is_second else BEAT_SECONDS * dice.choice((1, 1, 1, 1.5))
    return [fact.model_copy(update={"seq": seq}) for seq, fact in enumerate(facts, 1)]


def _watched(lead_id: str, since: float, until: float, device: str, number: int) -> Fact:
    interval = events.Watched(
        connection=f"{device}-{number}",
        from_at=START + dtm.timedelta(seconds=since),
        to_at=START + dtm.timedelta(seconds=until),
        from_position_seconds=since,
        to_position_seconds=until,
    )
    return _fact(interval, Emitter.TRACKER, until, lead_id)


def _fact(event: Event, emitter: Emitter, seconds: float, lead_id: str, *, is_in_session: bool = True) -> Fact:
    return Fact.of(
        event,
        emitter=emitter,
        occurred_at=START + dtm.timedelta(seconds=seconds),
        lead_id=lead_id,
        webinar_id=WEBINAR if is_in_session else None,
        session_id=SESSION if is_in_session else None,
    )
