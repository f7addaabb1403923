"""Who stands behind a number of the audience page: page and files ask alike."""

import datetime as dtm
from dataclasses import dataclass

from domain.events import AttendancePolicy
from domain.webinars import Schedule
from warehouse.interface import Warehouse
from warehouse.reads import audience
from warehouse.reads.audience import KIND_PARTS, Attendee, SessionPart, WebinarKinds


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose people are asked for: a number of a session, or of its webinar, as of a moment."""

    plan: Schedule
    session_id: str
    behind: SessionPart
    now: dtm.datetime


def people(warehouse: Warehouse, asked: Asked, *, limit: int, offset: int = 0) -> tuple[list[Attendee], int]:
    """The people of the session, or of its webinar where the number is of a kind, and how many they are."""
    if asked.behind.part not in KIND_PARTS:
        return audience.people(warehouse, asked.session_id, asked.behind, limit=limit, offset=offset)
    session = asked.plan.sessions.get(asked.session_id)
    if session is None:
        return [], 0
    of = kinds_of(asked.plan, session.webinar_id, asked.now)
    return audience.kind_people(warehouse, of, asked.behind, limit=limit, offset=offset)


def kinds_of(plan: Schedule, webinar_id: str, now: dtm.datetime) -> WebinarKinds:
    """What is compared of a webinar: sessions whose last verdict is due by its policy."""
    webinar = plan.webinars.get(webinar_id)
    policy = webinar.policy if webinar else AttendancePolicy()
    return WebinarKinds(webinar_id, policy.completed_share, now - dtm.timedelta(minutes=policy.grace_minutes))
