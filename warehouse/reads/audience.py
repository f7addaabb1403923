"""One session's audience: by the minute, by outcome, by offer. The same SQL as the Dagster assets of those names."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.attendance import REPLAY_MIN_SECONDS
from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.reads import load, together
from warehouse.reads.fresh import ask, fresh, of_session

PARTS = (
    "outcome", "registered", "entered", "attended", "attended_registered", "completed", "replay_watched", "replay_only",
    "tenth", "present", "dropped", "acting", "offer_shown", "offer_clicked", "offer_submitted",
)  # fmt: skip
"""Numbers of a session that people stand behind."""
KIND_PARTS = ("kind_registered", "kind_attended", "kind_completed", "kind_clicked", "kind_submitted")
"""Numbers of a webinar's kind that people stand behind."""
KINDS = ("live", "auto", "replay")
"""Of watching, in the order in which they are shown."""
TENTHS = 10


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
class SessionPart:
    """A number of a session, of `PARTS`: of which outcome, tenth or offer (`value`), in which minute of its clock.

    Or of the session's webinar, of `KIND_PARTS`: `value` is the kind.
    """

    part: str
    value: str = ""
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Watching:
    """How long those who entered watched: leads by tenths of the session's length, half of them at least `median`."""

    tenths: tuple[int, ...] = (0,) * TENTHS
    median: float | None = None
    session_seconds: float = 0


@dataclass(frozen=True, slots=True)
class WebinarKinds:
    """Which webinar's kinds are asked for, and its policy: the share of a recording that completes it.

    Sessions that were over by `settled` count: everybody has had their verdict since.
    """

    webinar_id: str
    completed_share: float
    settled: dtm.datetime


@dataclass(frozen=True, slots=True)
class KindCount:
    """How a webinar fared in one kind: live, auto or replay. A lead counts once a session.

    `attended_registered` is over those with a place; `completed`, `clicked` and `submitted` are over those who
    attended. Of the recording: attended is watched for REPLAY_MIN_SECONDS, the rest is what came of it afterwards.
    """

    kind: str
    registered: int
    attended: int
    attended_registered: int
    median_seconds: float | None
    completed: int
    clicked: int
    submitted: int


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody behind a number; positions in seconds of the session's clock, None: never present."""

    lead_id: str
    name: str
    status: str | None
    outcome: str | None
    watched_seconds: float | None
    joined_at_seconds: float | None
    left_at_seconds: float | None
    session_id: str


def curve(warehouse: Warehouse, session_id: str) -> list[Minute]:
    """Every minute of the session in order; nothing when nobody was there yet."""
    columns = (
        "present", "entered", "dropped", "chat_lines", "questions", "poll_answers", "offer_shown", "offer_clicked",
        "form_submitted", "replaying",
    )  # fmt: skip
    rows = _rows(warehouse, session_id, "audience_curve", "minute_no")
    return [Minute(row["minute_no"], *(row[column] for column in columns)) for row in rows]


def outcomes(warehouse: Warehouse, session_id: str) -> list[OutcomeCount]:
    """The session's outcomes, the most frequent first."""
    rows = _rows(warehouse, session_id, "outcomes", "leads desc, outcome")
    columns = (
        "outcome", "leads", "registered", "entered", "attended", "attended_registered", "completed", "replay_watched",
        "watched_seconds",
    )  # fmt: skip
    return [OutcomeCount(*(row[column] for column in columns)) for row in rows]


def offers(warehouse: Warehouse, session_id: str) -> list[OfferCount]:
    """The session's offers in the order they were shown."""
    rows = _rows(warehouse, session_id, "offer_results", "first_shown_at nulls last, offer_id")
    columns = (
        "offer_id", "shown", "clicked", "submitted", "attended", "clicked_attended", "submitted_attended",
        "first_shown_at",
    )  # fmt: skip
    return [OfferCount(*(row[column] for column in columns)) for row in rows]


def people(
    warehouse: Warehouse, session_id: str, behind: SessionPart, *, limit: int = 50, offset: int = 0
) -> tuple[list[Attendee], int]:
    """Who stands behind the number, who watched longest first, and how many. Raises ValueError for an unknown one."""
    if behind.part not in PARTS:
        raise ValueError(f"Nobody stands behind {behind.part!r}.")
    params = {
        "session": session_id,
        "part": behind.part,
        "value": behind.value,
        "minute": behind.minute,
        "limit": limit,
        "offset": offset,
    }
    facts = {"session_facts": load("session_facts"), "events": "select * from session_facts"}
    relations = {name: tables.text(name) for name in ("survivors", "session_clock")}
    needed = {**facts, **relations, "attendance": of_session(warehouse, session_id, "attendance")}
    before = [f"{name} as (\n{text}\n)" for name, text in needed.items()]
    rows = warehouse.sql(together(before, load("audience_people")), params).to_pylist()
    return _attendees([row | {"session_id": session_id} for row in rows])


def _attendees(rows: list[dict[str, Any]]) -> tuple[list[Attendee], int]:
    columns = (
        "lead_id", "lead_name", "status", "outcome", "watched_seconds", "joined_at_seconds", "left_at_seconds",
        "session_id",
    )  # fmt: skip
    return [Attendee(*(row[column] for column in columns)) for row in rows], (rows[0]["total"] if rows else 0)


def watching(warehouse: Warehouse, session_id: str) -> Watching:
    """How long those who entered watched, of those with a verdict."""
    attendance = f"attendance as (\n{of_session(warehouse, session_id, 'attendance')}\n)"
    rows = warehouse.sql(together([attendance], load("audience_watched")), {"session": session_id}).to_pylist()
    found = {row["tenth"]: row["leads"] for row in rows}
    if not rows:
        return Watching()
    tenths = tuple(found.get(tenth, 0) for tenth in range(TENTHS))
    return Watching(tenths, rows[0]["median_seconds"], rows[0]["longest_seconds"])


def kinds(warehouse: Warehouse, of: WebinarKinds) -> list[KindCount]:
    """How the webinar's sessions fared live and auto, and their recordings: kinds somebody had a place in."""
    rows = _of_kinds(warehouse, of, "audience_kinds")
    columns = (
        "kind", "registered", "attended", "attended_registered", "median_seconds", "completed", "clicked", "submitted",
    )  # fmt: skip
    return [KindCount(*(row[column] for column in columns)) for row in rows]


def kind_people(
    warehouse: Warehouse, of: WebinarKinds, behind: SessionPart, *, limit: int = 50, offset: int = 0
) -> tuple[list[Attendee], int]:
    """Who stands behind a number of a kind, once a session, who watched longest first, and how many.

    Of a recording `watched_seconds` are of it; positions are None. Raises ValueError for an unknown number.
    """
    if behind.part not in KIND_PARTS:
        raise ValueError(f"Nobody stands behind {behind.part!r}.")
    asked = {"part": behind.part, "kind": behind.value, "limit": limit, "offset": offset}
    return _attendees(_of_kinds(warehouse, of, "kind_people", asked))


def _of_kinds(
    warehouse: Warehouse, of: WebinarKinds, name: str, asked: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The answer of a question over `kind_places`."""
    current = fresh(warehouse, "attendance")
    # Under a name of its own: what `fresh` computes may bring a relation of the usual one.
    clocks = f"session_clocks as (\n{tables.text('session_clock')}\n)"
    places = f"kind_places as (\n{load('kind_places')})"
    params = {
        **(asked or {}),
        "webinar": of.webinar_id,
        "settled": of.settled.isoformat(),
        "replay_min": REPLAY_MIN_SECONDS,
        "completed_share": of.completed_share,
    }
    return ask(warehouse, current, load(name), params, beside=[clocks, places])


def _rows(warehouse: Warehouse, session_id: str, name: str, order: str) -> list[dict[str, Any]]:
    question = f"select * from (\n{of_session(warehouse, session_id, name)}\n) order by {order}"
    return warehouse.sql(question, {"session": session_id}).to_pylist()
