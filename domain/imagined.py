"""An imagined person's way through the real rules: synthetic facts, simulated time. Nothing of it reaches the log."""

import datetime as dtm
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from domain.arrival import arrival_key
from domain.evaluation import PlannedStep
from domain.events import (
    ConsentChoice,
    CoreIngestEvent,
    Emitter,
    Entered,
    Event,
    Fact,
    Left,
    Purpose,
    RegisteredForSession,
    TelegramLinked,
    TouchRecorded,
    Watched,
)
from domain.leads import fold_lead
from domain.planner import plan
from domain.reaction import react
from domain.webinars import Partner, Schedule, Session

Coming = Literal["attends", "leaves_early", "misses"]
LEAD_ID = "imagined-lead"
PARTNER_ID = "imagined-partner"
LEAVES_AFTER = dtm.timedelta(minutes=3)
HEARTBEAT = dtm.timedelta(minutes=1)
CLOSELY = dtm.timedelta(minutes=30)
"""So long the presence is told minute by minute; later stretches decide nothing that depends on the minute."""
AFTERMATH = dtm.timedelta(days=10)
_WATCHER = "imagined-browser"
_MOST_TURNS = 2000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who fills in the form `hours_before` the session starts and then does what is said here."""

    session_id: str
    hours_before: float = 72
    coming: Coming = "misses"
    has_partner: bool = True
    is_linked: bool = True
    """Links Telegram a minute after the form."""
    purposes: tuple[Purpose, ...] = ("processing", "marketing", "partner_transfer")
    language: Literal["ru", "en"] = "ru"
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Imagined:
    """What they get, step by step, and the facts it followed from, in the order they happened."""

    steps: tuple[PlannedStep, ...]
    facts: tuple[Fact, ...]


def imagine(person: Person, schedule: Schedule) -> Imagined:
    """Live through it all, from the form to days after the session. Raises KeyError for an unknown session.

    A LIVE session is imagined to begin and end on time; the partner to have Telegram. Pauses hold as they do now.
    """
    session = _on_time(schedule.sessions[person.session_id])
    world = replace(
        schedule,
        sessions=MappingProxyType({session.session_id: session}),
        partners=MappingProxyType({PARTNER_ID: _partner(session.starts_at)}),
    )
    ahead = sorted(_acts(person, session), key=arrival_key)
    log: list[Fact] = []
    now, end = ahead[0].occurred_at, session.ends_at + AFTERMATH
    for _ in range(_MOST_TURNS):
        while ahead and ahead[0].occurred_at <= now:
            log.append(ahead.pop(0))
        reaction = react(log, world, now)
        log += reaction.facts
        following = [moment for moment in (reaction.wake_at, *(fact.occurred_at for fact in ahead[:1])) if moment]
        if not following or min(following) > end:
            break
        now = max(now, min(following))
    return Imagined(tuple(plan(fold_lead(log), world, now)), tuple(sorted(log, key=lambda fact: fact.occurred_at)))


def _on_time(session: Session) -> Session:
    if session.mode == "auto" or session.status in ("cancelled", "ended"):
        return session
    opens_at = session.opens_at
    end = opens_at + dtm.timedelta(seconds=session.duration_seconds)
    return replace(session, status="ended", started_at=opens_at, ended_at=end)


def _partner(before: dtm.datetime) -> Partner:
    since = before - dtm.timedelta(days=365)
    return Partner(PARTNER_ID, "imagined", channel="linked", linked_at=since, codes=frozenset({"imagined"}))


def _acts(person: Person, session: Session) -> Iterator[Fact]:
    """What the person does, whatever we send them."""
    began = session.starts_at - dtm.timedelta(hours=person.hours_before)
    visit = TouchRecorded(
        visitor_id=_WATCHER, landing="/w/imagined", partner_id=PARTNER_ID if person.has_partner else None
    )
    form = CoreIngestEvent(
        submission_id="imagined-form",
        visitor_id=_WATCHER,
        language=person.language,
        time_zone=person.time_zone,
        consents=tuple(ConsentChoice(purpose=purpose, text_version="1") for purpose in person.purposes),
    )
    yield Fact.of(visit, emitter=Emitter.WEB_FORM, occurred_at=began)
    yield Fact.of(form, emitter=Emitter.WEB_FORM, occurred_at=began, lead_id=LEAD_ID)
    yield _here(RegisteredForSession(), Emitter.WEB_FORM, session, began)
    if person.is_linked:
        linked_at = began + dtm.timedelta(minutes=1)
        yield Fact.of(TelegramLinked(update_id=1), emitter=Emitter.NOTIFIER, occurred_at=linked_at, lead_id=LEAD_ID)
    if person.coming != "misses" and session.status != "cancelled":
        yield from _presence(person, session, began)


def _presence(person: Person, session: Session, began: dtm.datetime) -> Iterator[Fact]:
    arrives = max(session.opens_at, began)
    leaves = session.ends_at if person.coming == "attends" else min(arrives + LEAVES_AFTER, session.ends_at)
    if arrives >= leaves:
        return
    yield _here(Entered(visit_no=1), Emitter.TRACKER, session, arrives)
    since = arrives
    while since < leaves:
        until = min(since + HEARTBEAT, leaves) if since < arrives + CLOSELY else leaves
        seen = Watched(
            connection="imagined",
            from_at=since,
            to_at=until,
            from_position_seconds=(since - session.opens_at).total_seconds(),
            to_position_seconds=(until - session.opens_at).total_seconds(),
        )
        yield _here(seen, Emitter.TRACKER, session, until)
        since = until
    yield _here(Left(visit_no=1), Emitter.TRACKER, session, leaves)


def _here(event: Event, emitter: Emitter, session: Session, at: dtm.datetime) -> Fact:
    return Fact.of(
        event,
        emitter=emitter,
        occurred_at=at,
        lead_id=LEAD_ID,
        webinar_id=session.webinar_id,
        session_id=session.session_id,
    )
