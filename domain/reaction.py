"""The reaction: what follows from a lead's facts, and from the clock, right now. It orders the rules and holds none.

Doors call it and append what it returns. It is pure and idempotent: on the log plus its own output it yields nothing.
"""

import datetime as dtm
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.attendance import final_at
from domain.events import (
    CanaryReleased,
    CanaryReturned,
    Emitter,
    Fact,
    PostWebinarRoute,
    ScenarioStart,
    WebinarEnded,
    WebinarStarted,
)
from domain.family import one_of, people_in
from domain.judgement import judge
from domain.leads import Attendee, Lead, born
from domain.offers import announced, due
from domain.planner import plan
from domain.scenarios import CURRENT
from domain.webinars import LIVE_TIMEOUT, Schedule, Session

CANARIES_LIVE = dtm.timedelta(minutes=5)
"""A canary found later than this (the reaction was down) is not answered: it would be shown as if all were well."""
RULES_EVERY = dtm.timedelta(hours=1)
"""How often the days ahead are looked at for recurring sessions to announce."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """Facts to append, in order, and the next moment at which time alone may change something."""

    facts: tuple[Fact, ...] = ()
    wake_at: dtm.datetime | None = None


@dataclass(frozen=True, slots=True)
class _View:
    """What a rule may look at: the person, and each of their leads (one, if nobody was merged) with its own facts."""

    person: Lead
    leads: tuple[tuple[Lead, Sequence[Fact]], ...]
    schedule: Schedule
    now: dtm.datetime


def react(lead_facts: Sequence[Fact], schedule: Schedule, now: dtm.datetime) -> Reaction:
    """Everything that follows for a lead: all facts with its lead_id plus the touches of its visitors.

    For leads that are merged the facts of all of them are to be given: messages are the person's. Birth and consents,
    then verdicts, routes, scenario starts and messages, each seeing what came before it, so that one call is enough.
    Facts about sessions that nobody has announced yet wait for the announcement.
    """
    people = people_in(lead_facts).items()
    reactions = [
        _react({fact.event_id: fact for facts in own.values() for fact in facts}, schedule, now) for _, own in people
    ]
    moments = (reaction.wake_at for reaction in reactions if reaction.wake_at)
    return Reaction(tuple(fact for one in reactions for fact in one.facts), min(moments, default=None))


def _react(given: Mapping[str, Fact], schedule: Schedule, now: dtm.datetime) -> Reaction:
    """Everything that follows for one person."""
    known = dict(given)
    view = _view(known, schedule, now)
    for rule in _RULES:
        while fresh := {fact.event_id: fact for fact in rule(view) if fact.event_id not in known}:
            known |= fresh
            view = _view(known, schedule, now)
    return Reaction(tuple(fact for fact in known.values() if fact.event_id not in given), _wake_at(view))


def _view(known: Mapping[str, Fact], schedule: Schedule, now: dtm.datetime) -> _View:
    [(head, own)] = people_in(known.values()).items()
    person, each = one_of((head, own))
    return _View(person, tuple((lead, own[lead_id]) for lead_id, lead in each.items()), schedule, now)


def react_sessions(schedule: Schedule, now: dtm.datetime) -> Reaction:
    """The scheduler: AUTO sessions start and end by the clock; a LIVE one that nobody ended times out.

    Recurring sessions of the days ahead are announced, so that reminders, calendars and partners know of them.
    """
    facts = [announced(session, emitter=Emitter.SCHEDULER, now=now) for session in due(schedule, now)]
    moments = [now + RULES_EVERY] if any(rule.kind == "recurring" for rule in schedule.rules.values()) else []
    for session in schedule.sessions.values():
        for event, at in _turns(session):
            if now < at:
                moments.append(at)
            else:
                ids = {"webinar_id": session.webinar_id, "session_id": session.session_id}
                facts.append(Fact.of(event, emitter=Emitter.SCHEDULER, occurred_at=at, **ids))
    return Reaction(tuple(facts), min(moments, default=None))


def answer(news: Iterable[Fact], now: dtm.datetime) -> list[Fact]:
    """The answers to the canaries among the facts: they are about nobody, and nothing else follows from them."""
    return [
        Fact.of(CanaryReturned(minute=minute), emitter=Emitter.SCENARIO_SERVICE, occurred_at=minute)
        for fact in news
        if fact.name == CanaryReleased.name and now - (minute := fact.as_event(CanaryReleased).minute) < CANARIES_LIVE
    ]


def _turns(session: Session) -> list[tuple[WebinarStarted | WebinarEnded, dtm.datetime]]:
    """What the scheduler still has to say of a session, and when."""
    if session.status == "cancelled":
        return []
    if session.mode == "live":
        return [] if session.ended_at else [(WebinarEnded(), session.planned_end + LIVE_TIMEOUT)]
    start = [] if session.started_at else [(WebinarStarted(), session.starts_at)]
    end = [] if session.ended_at else [(WebinarEnded(), session.planned_end)]
    return [*start, *end]


def _births(view: _View) -> list[Fact]:
    return [fact for lead, facts in view.leads for fact in born(lead, facts)]


def _verdicts(view: _View) -> list[Fact]:
    found = (
        _verdict(view, lead, facts, attendee) for lead, facts in view.leads for attendee in lead.attendees.values()
    )
    return [fact for fact in found if fact]


def _verdict(view: _View, lead: Lead, facts: Sequence[Fact], attendee: Attendee) -> Fact | None:
    session = view.schedule.sessions.get(attendee.session_id)
    webinar = view.schedule.judging(session) if session else None
    found = judge(facts, attendee, session, webinar, view.now) if session and webinar else None
    if session is None or found is None:
        return None
    return Fact.of(
        found.verdict.event(),
        emitter=Emitter.ATTENDANCE_SERVICE,
        occurred_at=found.at,
        lead_id=lead.lead_id,
        webinar_id=session.webinar_id,
        session_id=session.session_id,
        correlation_id=_thread(lead),
    )


def _routes(view: _View) -> list[Fact]:
    """The way after the webinar, once each. What only another policy says makes no new way: it was acted on already."""
    return [
        Fact.of(
            PostWebinarRoute(route=verdict.properties["status"], verdict_event_id=verdict.event_id),
            emitter=Emitter.POST_WEBINAR_ROUTER,
            occurred_at=verdict.occurred_at,
            lead_id=lead.lead_id,
            webinar_id=verdict.webinar_id,
            session_id=verdict.session_id,
            correlation_id=verdict.correlation_id,
        )
        for lead, _ in view.leads
        if not _is_forgotten(view, lead)
        for attendee in lead.attendees.values()
        if (verdict := attendee.verdict)
        and verdict.properties["status"] not in attendee.routes
        and attendee.first(verdict.properties["status"])
    ]


def _is_forgotten(view: _View, lead: Lead) -> bool:
    """The lead was erased, or the one that goes on for it."""
    return lead.erased_at is not None or view.person.erased_at is not None


def _starts(view: _View) -> list[Fact]:
    return [fact for lead, _ in view.leads if not _is_forgotten(view, lead) for fact in _starts_of(view, lead)]


def _starts_of(view: _View, lead: Lead) -> list[Fact]:
    """Scenarios start for leads that exist; each once per trigger, whatever version it was started in."""
    if lead.created is None or lead.created_fact is None:
        return []
    running = {(start.properties["scenario"], start.properties["trigger"]) for start in lead.starts}
    wanted: list[tuple[str, str, Fact | Attendee, dtm.datetime]] = []
    if lead.created.entry is Emitter.WEB_FORM:
        wanted.append(("welcome", lead.created_fact.event_id, lead.created_fact, lead.created_fact.occurred_at))
    for attendee in lead.attendees.values():
        session = view.schedule.sessions.get(attendee.session_id)
        if session is not None:
            occasions = _occasions(attendee, session, has_partner=view.person.partner_id is not None)
            wanted += [(name, attendee.session_id, attendee, at) for name, at in occasions if at]
    return [
        _start(lead, name, trigger, about, at) for name, trigger, about, at in wanted if (name, trigger) not in running
    ]


def _occasions(attendee: Attendee, session: Session, *, has_partner: bool) -> list[tuple[str, dtm.datetime | None]]:
    """When each session-bound scenario starts for this attendee; None: not (yet)."""
    registered = attendee.registered_at
    if registered and (session.status == "cancelled" or session.phase(registered) == "over"):
        registered = None
    acts = (attendee.entered_at, attendee.offer_clicked_at, attendee.form_submitted_at)
    verdicts = (fact.occurred_at for fact in attendee.verdicts)
    alerted = min((at for at in (*acts, *verdicts) if at), default=None) if has_partner else None
    return [("session", registered), ("alerts", alerted), ("after", min(attendee.routes.values(), default=None))]


def _start(lead: Lead, name: str, trigger: str, about: Fact | Attendee, at: dtm.datetime) -> Fact:
    return Fact.of(
        ScenarioStart(scenario=name, scenario_version=CURRENT[name].version, trigger=trigger),
        emitter=Emitter.SCENARIO_SERVICE,
        occurred_at=at,
        lead_id=lead.lead_id,
        webinar_id=about.webinar_id or None,
        session_id=about.session_id,
        correlation_id=_thread(lead),
    )


def _messages(view: _View) -> list[Fact]:
    steps = plan(view.person, view.schedule, view.now)
    return [step.fact() for step in steps if not step.is_decided and step.state != "waiting"]


def _thread(lead: Lead) -> str | None:
    """One correlation id for everything that follows from a lead's form."""
    return lead.created_fact.correlation_id if lead.created_fact else None


def _wake_at(view: _View) -> dtm.datetime | None:
    steps = plan(view.person, view.schedule, view.now)
    moments = [step.at for step in steps if step.state == "waiting" and step.at]
    for attendee in view.person.attendees.values():
        session = view.schedule.sessions.get(attendee.session_id)
        webinar = view.schedule.judging(session) if session else None
        if session and webinar and session.status != "cancelled":
            moments += [at] if (at := final_at(session, webinar.policy)) else []
    return min((at for at in moments if at > view.now), default=None)


_RULES: tuple[Callable[[_View], list[Fact]], ...] = (_births, _verdicts, _routes, _starts, _messages)
