"""What the room takes up from the log when it (re)starts: open visits, last chat lines, the audience's curve."""

import datetime as dtm
from dataclasses import dataclass

from warehouse.interface import Warehouse
from warehouse.reads import load


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A visit that was entered and not left."""

    lead_id: str
    session_id: str
    visit_no: int


@dataclass(frozen=True, slots=True)
class ChatLine:
    """A line of the chat as it was stored."""

    lead_id: str
    action_id: str
    said_at: dtm.datetime
    text: str
    name: str
    reply_to: str | None = None
    """The line it answers."""
    seat: str | None = None
    """The guest's seat beside the lead's own it was said from."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody with a place in a session."""

    lead_id: str
    name: str
    has_past: bool
    """They were in the room before."""


def people(warehouse: Warehouse, session_id: str) -> list[Expected]:
    """Everybody who may come: the room asks once, not at each of five thousand doors."""
    rows = warehouse.sql(load("room_people"), {"session_id": session_id}).to_pylist()
    return [Expected(row["lead_id"], row["first_and_last_name"], row["has_past"]) for row in rows]


def open_visits(warehouse: Warehouse, *, since: dtm.datetime) -> list[OpenVisit]:
    """Visits entered since then that nobody has ended."""
    rows = warehouse.sql(load("room_open_visits"), {"since": since}).to_pylist()
    return [OpenVisit(row["lead_id"], row["session_id"], row["visit_no"]) for row in rows]


def audience(
    warehouse: Warehouse, session_id: str, *, since: dtm.datetime, step_seconds: int
) -> list[tuple[int, int, int]]:
    """The audience from `since` (clock zero) on, where it changed: Unix second, in the room, of them watching."""
    params = {"session_id": session_id, "since": since, "step": step_seconds}
    rows = warehouse.sql(load("room_audience"), params).to_pylist()
    return [(row["second_at"], row["present"], row["watching"]) for row in rows]


def chat(warehouse: Warehouse, session_id: str, *, lines: int, action_id: str | None = None) -> list[ChatLine]:
    """The last lines of a session's chat (or only the one of this action), oldest first."""
    asked = {"session_id": session_id, "lines": lines, "action_id": action_id}
    found = [
        ChatLine(
            row["lead_id"],
            row["action_id"],
            row["occurred_at"],
            row["line_text"],
            row["author_name"],
            row["reply_to"],
            row["seat"],
        )
        for row in warehouse.sql(load("room_chat"), asked).to_pylist()
    ]
    return found[::-1]
