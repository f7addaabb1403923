"""Synthetic leads of one evening: three of four link Telegram, half come; histories are as long as real ones."""

import datetime as dtm
import functools
from types import MappingProxyType

from domain import events
from domain.events import Emitter, Event, Fact
from domain.reaction import react
from domain.webinars import Schedule, fold_schedule

START = dtm.datetime(2026, 3, 4, 15, 0, tzinfo=dtm.UTC)
WEBINAR, SESSION = "bench", "bench-evening"
TEMPLATES = 64
"""Different lives; each lead is a copy of one of them under its own id."""


def at(minutes: float) -> dtm.datetime:
    """Minutes from the session's start."""
    return START + dtm.timedelta(minutes=minutes)


@functools.cache
def schedule() -> Schedule:
    """One webinar with one session of an hour."""
    webinar = events.WebinarConfigured(
        action_id="1", slug=WEBINAR, title={"ru": "Замер", "en": "Bench"}, duration_seconds=3600
    )
    session = events.WebinarScheduled(action_id="2", starts_at=START, duration_seconds=3600, mode="auto")
    return fold_schedule(
        [
            Fact.of(webinar, emitter=Emitter.STUDIO, occurred_at=at(-99_999), webinar_id=WEBINAR),
            Fact.of(session, emitter=Emitter.STUDIO, occurred_at=at(-99_999), webinar_id=WEBINAR, session_id=SESSION),
        ]
    )


def lead(number: int, now: dtm.datetime) -> list[Fact]:
    """A lead's facts up to `now`, as the log would hold them: what followed from them included."""
    return [fact.model_copy(update={"lead_id": f"lead-{number}"}) for fact in _life(number % TEMPLATES, now)]


@functools.lru_cache(maxsize=TEMPLATES * 4)
def _life(kind: int, now: dtm.datetime) -> tuple[Fact, ...]:
    told = [fact for fact in _acts(kind) if fact.occurred_at <= now]
    log: list[Fact] = []
    for fact in told:
        log.append(fact)
        log += react(log, schedule(), fact.occurred_at).facts
    return tuple(log)


def _acts(kind: int) -> list[Fact]:
    began = -60 * (24 + kind)
    consents = tuple(events.ConsentChoice(purpose=purpose, text_version="1") for purpose in ("processing", "marketing"))
    form = events.CoreIngestEvent(submission_id=f"form-{kind}", consents=consents, time_zone="Europe/Moscow")
    acts = [
        _said(form, Emitter.WEB_FORM, began),
        _said(events.RegisteredForSession(), Emitter.WEB_FORM, began, here=True),
    ]
    if kind % 4:
        acts.append(_said(events.TelegramLinked(update_id=kind), Emitter.NOTIFIER, began + 1))
    if kind % 2:
        acts.append(_said(events.Entered(visit_no=1), Emitter.TRACKER, 1, here=True))
        acts += [_said(_watched(minute), Emitter.TRACKER, minute + 1, here=True) for minute in range(1, 31)]
    return acts


def _watched(minute: int) -> events.Watched:
    return events.Watched(
        connection="bench",
        from_at=at(minute),
        to_at=at(minute + 1),
        from_position_seconds=minute * 60,
        to_position_seconds=minute * 60 + 60,
    )


def _said(event: Event, emitter: Emitter, minutes: float, *, here: bool = False) -> Fact:
    where = MappingProxyType({"webinar_id": WEBINAR, "session_id": SESSION}) if here else {}
    return Fact.of(event, emitter=emitter, occurred_at=at(minutes), lead_id="lead", **where)
