"""Who stands behind a number of the audience page: page and files ask alike."""

from domain.events import AttendancePolicy
from domain.webinars import Schedule
from warehouse.interface import Warehouse
from warehouse.reads import audience
from warehouse.reads.audience import KIND_PARTS, Attendee, SessionPart


def people(
    warehouse: Warehouse, plan: Schedule, session_id: str, behind: SessionPart, *, limit: int, offset: int = 0
) -> tuple[list[Attendee], int]:
    """The people of the session, or of its webinar where the number is of a kind, and how many they are."""
    if behind.part not in KIND_PARTS:
        return audience.people(warehouse, session_id, behind, limit=limit, offset=offset)
    session = plan.sessions.get(session_id)
    if session is None:
        return [], 0
    share = completed_share(plan, session.webinar_id)
    return audience.kind_people(warehouse, session.webinar_id, share, behind, limit=limit, offset=offset)


def completed_share(plan: Schedule, webinar_id: str) -> float:
    """From which share of its length on a webinar counts as watched to the end, by its policy."""
    webinar = plan.webinars.get(webinar_id)
    return (webinar.policy if webinar else AttendancePolicy()).completed_share
