"""Sessions and webinars as the pages show them: plain values, made from the schedule and the counts."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.shared import texts
from app.shared.numbers import percent
from domain.webinars import Schedule, Session, Webinar
from warehouse.reads.studio import SessionNumbers


@dataclass(frozen=True)
class SessionCard:
    """One session with its numbers. `phase`: lobby, on_air, over, cancelled; `local_start` in the webinar's zone."""

    session_id: str
    webinar_id: str
    title: str
    slug: str
    mode: str
    phase: str
    status: str
    starts_at: str
    local_start: str
    ends_at: str
    registered: int
    entered: int
    attended: int
    attended_percent: str
    clicked: int
    submitted: int
    in_room: int


@dataclass(frozen=True)
class WebinarCard:
    """One webinar of the list."""

    webinar_id: str
    slug: str
    title: str
    mode: str
    minutes: int
    sessions: int
    next_at: str
    is_on_air: bool
    registered: int


def session_card(
    session: Session,
    webinar: Webinar | None,
    numbers: Mapping[str, SessionNumbers],
    in_room: Mapping[str, int],
    *,
    language: str,
    now: dtm.datetime,
) -> SessionCard:
    """A session as the studio shows it at `now`."""
    counted = numbers.get(session.session_id, SessionNumbers())
    could_attend = counted.registered if session.status != "cancelled" else 0
    zone = ZoneInfo(webinar.definition.time_zone if webinar else "UTC")
    return SessionCard(
        session_id=session.session_id,
        webinar_id=session.webinar_id,
        title=texts.localised(webinar.definition.title, language) if webinar else session.webinar_id,
        slug=webinar.slug if webinar else "",
        mode=session.mode,
        phase=session.phase(now),
        status=session.status,
        starts_at=session.starts_at.isoformat(),
        local_start=session.starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        ends_at=session.ends_at.isoformat(),
        registered=counted.registered,
        entered=counted.entered,
        attended=counted.attended,
        attended_percent=percent(counted.attended, could_attend, language),
        clicked=counted.clicked,
        submitted=counted.submitted,
        in_room=in_room.get(session.session_id, 0) if session.is_open(now) else 0,
    )


def webinar_card(
    webinar: Webinar, schedule: Schedule, numbers: Mapping[str, SessionNumbers], *, language: str, now: dtm.datetime
) -> WebinarCard:
    """A webinar as the list shows it at `now`."""
    sessions = schedule.sessions_of(webinar.webinar_id)
    following = schedule.next_session(webinar.webinar_id, now)
    definition = webinar.definition
    return WebinarCard(
        webinar_id=webinar.webinar_id,
        slug=webinar.slug,
        title=texts.localised(definition.title, language),
        mode=definition.mode,
        minutes=max(1, round(definition.duration_seconds / 60)),
        sessions=sum(session.status != "cancelled" for session in sessions),
        next_at=following.starts_at.isoformat() if following else "",
        is_on_air=following is not None and following.phase(now) == "on_air",
        registered=sum(numbers[s.session_id].registered for s in sessions if s.session_id in numbers),
    )
