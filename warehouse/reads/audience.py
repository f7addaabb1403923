"""One session's audience: by the minute, by outcome, by offer. The same SQL as the Dagster assets of those names."""

import datetime as dtm
from dataclasses import dataclass
from functools import cache

from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.reads import load

OF_SESSION = "session_id = $session or name in ('core_lead_created', 'lead_merged', 'lead_unmerged')"
"""The facts these questions look at."""


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the session's clock; what the numbers are: `pipelines/assets/audience_curve.py`."""

    minute: int
    present: int
    entered: int
    dropped: int
    chat_lines: int
    questions: int
    poll_answers: int
    offer_shown: int
    offer_clicked: int
    form_submitted: int
    replaying: int

    @property
    def acts(self) -> int:
        """What leads did by themselves: chat lines, questions, poll answers, clicks, forms."""
        return self.chat_lines + self.questions + self.poll_answers + self.offer_clicked + self.form_submitted


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many leads of the session had this outcome. `watched_seconds` is the sum over them."""

    outcome: str
    leads: int
    registered: int
    entered: int
    attended: int
    attended_registered: int
    """Of those with a place: what the attendance rate is of."""
    completed: int
    replay_watched: int
    watched_seconds: float


@dataclass(frozen=True, slots=True)
class OfferCount:
    """Leads an offer was shown to, who clicked it, who sent its form; and the same of those who attended."""

    offer_id: str
    shown: int
    clicked: int
    submitted: int
    attended: int
    clicked_attended: int
    submitted_attended: int
    first_shown_at: dtm.datetime | None


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody with that outcome; positions in seconds of the session's clock, None: never present."""

    lead_id: str
    name: str
    watched_seconds: float | None
    joined_at_seconds: float | None
    left_at_seconds: float | None


def curve(warehouse: Warehouse, session_id: str) -> list[Minute]:
    """Every minute of the session in order; nothing when nobody was there yet."""
    columns = (
        "present", "entered", "dropped", "chat_lines", "questions", "poll_answers", "offer_shown", "offer_clicked",
        "form_submitted", "replaying",
    )  # fmt: skip
    rows = warehouse.sql(_of_session("audience_curve", "minute_no"), {"session": session_id}).to_pylist()
    return [Minute(row["minute_no"], *(row[column] for column in columns)) for row in rows]


def outcomes(warehouse: Warehouse, session_id: str) -> list[OutcomeCount]:
    """The session's outcomes, the most frequent first."""
    rows = warehouse.sql(_of_session("outcomes", "leads desc, outcome"), {"session": session_id}).to_pylist()
    columns = (
        "outcome", "leads", "registered", "entered", "attended", "attended_registered", "completed", "replay_watched",
        "watched_seconds",
    )  # fmt: skip
    return [OutcomeCount(*(row[column] for column in columns)) for row in rows]


def offers(warehouse: Warehouse, session_id: str) -> list[OfferCount]:
    """The session's offers in the order they were shown."""
    order = "first_shown_at nulls last, offer_id"
    rows = warehouse.sql(_of_session("offer_results", order), {"session": session_id}).to_pylist()
    columns = (
        "offer_id", "shown", "clicked", "submitted", "attended", "clicked_attended", "submitted_attended",
        "first_shown_at",
    )  # fmt: skip
    return [OfferCount(*(row[column] for column in columns)) for row in rows]


def people(
    warehouse: Warehouse, session_id: str, outcome: str, *, limit: int = 50, offset: int = 0
) -> tuple[list[Attendee], int]:
    """Who had this outcome, who watched longest first, and how many they are."""
    params = {"session": session_id, "outcome": outcome, "limit": limit, "offset": offset}
    question = f"with {tables.relations('attendance', condition=OF_SESSION)}\n{load('audience_people')}"
    rows = warehouse.sql(question, params).to_pylist()
    columns = ("lead_id", "lead_name", "watched_seconds", "joined_at_seconds", "left_at_seconds")
    return [Attendee(*(row[column] for column in columns)) for row in rows], (rows[0]["total"] if rows else 0)


@cache
def _of_session(name: str, order: str) -> str:
    return f"select * from (\n{tables.live(name, OF_SESSION)}\n) where session_id = $session order by {order}"
