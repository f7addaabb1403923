"""Which sessions people may choose: those announced, and the slots that a webinar's rule gives at this moment. Pure.

A slot nobody has announced yet is a session like any other; whoever takes it states `announced` beside what they state.
"""

import datetime as dtm

from domain.events import Emitter, Fact, WebinarScheduled, deterministic_id
from domain.recurrence import HORIZON, NO_RULE, ScheduleRule, between, upcoming
from domain.webinars import Schedule, Session, Webinar

MOST_OFFERED = 8
JUST_IN_TIME_OFFERED = 3
ON_DEMAND_CHOSEN_WITHIN = dtm.timedelta(hours=12)
"""A page that stood open this long still means «now»."""

ACTION = "rule"
"""`action_id` of every session that a rule announced; the session itself makes the key unique."""

_MINUTE = dtm.timedelta(minutes=1)


def session_id_of(webinar_id: str, slot: dtm.datetime) -> str:
    """The session of a slot: the same for whoever asks."""
    return deterministic_id("session", webinar_id, slot)


def rule_of(schedule: Schedule, webinar_id: str) -> ScheduleRule:
    """The rule in force. One that starts sessions for whoever comes needs a recording: a LIVE webinar has none."""
    webinar, rule = schedule.webinars.get(webinar_id), schedule.rules.get(webinar_id, NO_RULE)
    is_fitting = webinar is not None and (webinar.definition.mode == "auto" or rule.kind == "recurring")
    return rule if is_fitting else NO_RULE


def offered(schedule: Schedule, webinar_id: str, now: dtm.datetime, *, most: int = MOST_OFFERED) -> list[Session]:
    """What one can choose now, earliest first: on air or ahead. Slots that staff cancelled or moved stay so."""
    webinar = schedule.webinars.get(webinar_id)
    if webinar is None:
        return []
    known = [s for s in schedule.sessions_of(webinar_id) if s.is_open(now) and now < s.planned_end]
    rule = rule_of(schedule, webinar_id)
    if rule.kind in {"just_in_time", "on_demand"}:  # sessions that others started a moment ago are theirs
        known = [session for session in known if not is_by_rule(session)]
    count = {"just_in_time": JUST_IN_TIME_OFFERED, "on_demand": 1}.get(rule.kind, most)
    slots = (_at(webinar, slot) for slot in upcoming(rule, webinar.definition.time_zone, now, count))
    free = [slot for slot in slots if rule.kind != "recurring" or slot.session_id not in schedule.sessions]
    taken = {session.session_id for session in free}
    found = [*(session for session in known if session.session_id not in taken), *free]
    return sorted(found, key=lambda session: (session.starts_at, session.session_id))[:most]


def another(schedule: Schedule, webinar_id: str, besides: str, now: dtm.datetime) -> Session | None:
    """The earliest other session that has not begun, for a message: it may be read an hour from now."""
    coming = offered(schedule, webinar_id, now)
    return next((one for one in coming if one.session_id != besides and one.opens_at > now), None)


def chosen(schedule: Schedule, session_id: str, now: dtm.datetime) -> Session | None:
    """The session behind an id that was offered a moment ago; None when one cannot come to it any more."""
    announced_one = schedule.sessions.get(session_id)
    for webinar_id in schedule.webinars:
        rule = rule_of(schedule, webinar_id)
        if rule.kind == "on_demand" and _was_offered(webinar_id, session_id, now):
            return next(iter(offered(schedule, webinar_id, now, most=1)), None)
        if announced_one is None and rule.kind in {"just_in_time", "recurring"}:
            webinar = schedule.webinars[webinar_id]
            eager = rule.model_copy(update={"lead_minutes": 0})
            slots = upcoming(eager, webinar.definition.time_zone, now, MOST_OFFERED)
            if found := next((slot for slot in slots if session_id_of(webinar_id, slot) == session_id), None):
                return _at(webinar, found)
    return announced_one if announced_one and announced_one.is_open(now) else None


def is_by_rule(session: Session) -> bool:
    """A rule announced it, and nobody has moved it since."""
    return session.session_id == session_id_of(session.webinar_id, session.starts_at)


def announced(session: Session, *, emitter: Emitter, now: dtm.datetime) -> Fact:
    """The announcement of a slot. Stated twice, the first one stands."""
    event = WebinarScheduled(
        action_id=ACTION,
        starts_at=session.starts_at,
        duration_seconds=session.duration_seconds,
        mode=session.mode,
    )
    ids = {"webinar_id": session.webinar_id, "session_id": session.session_id}
    return Fact.of(event, emitter=emitter, occurred_at=now, **ids)


def due(schedule: Schedule, now: dtm.datetime) -> list[Session]:
    """Recurring sessions of the days ahead that nobody has announced yet."""
    return [
        session
        for webinar_id, webinar in schedule.webinars.items()
        for slot in between(rule_of(schedule, webinar_id), webinar.definition.time_zone, now, now + HORIZON)
        if (session := _at(webinar, slot)).session_id not in schedule.sessions
    ]


def obsolete(schedule: Schedule, webinar_id: str, rule: ScheduleRule, now: dtm.datetime) -> list[Session]:
    """Sessions ahead that an earlier rule announced and this one does not have; staff's own and moved ones stay."""
    webinar = schedule.webinars[webinar_id]
    ahead = [s for s in schedule.sessions_of(webinar_id) if s.status == "scheduled" and s.starts_at > now]
    until = max((session.starts_at for session in ahead), default=now)
    kept = set(between(rule, webinar.definition.time_zone, now, until))
    return [session for session in ahead if is_by_rule(session) and session.starts_at not in kept]


def _at(webinar: Webinar, slot: dtm.datetime) -> Session:
    definition = webinar.definition
    session_id = session_id_of(webinar.webinar_id, slot)
    return Session(session_id, webinar.webinar_id, definition.mode, slot, definition.duration_seconds)


def _was_offered(webinar_id: str, session_id: str, now: dtm.datetime) -> bool:
    """Some minute of the last hours, or the coming ones, has this id."""
    first = now.replace(second=0, microsecond=0) + 2 * _MINUTE
    minutes = int(ON_DEMAND_CHOSEN_WITHIN / _MINUTE)
    return any(session_id_of(webinar_id, first - back * _MINUTE) == session_id for back in range(minutes))
