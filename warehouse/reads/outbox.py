"""Every message ever planned or skipped, with what became of it and its text as the recipient saw it."""

import datetime as dtm
import json
from dataclasses import dataclass
from typing import Any, Literal, cast

from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.fresh import ask, with_everybodys
from warehouse.reads.searching import searched

MessageState = Literal["waiting", "sending", "sent", "retrying", "failed", "uncertain", "skipped"]
LATENCY_OF = dtm.timedelta(hours=1)
"""What is slow now must not be hidden by what was fast yesterday."""
NOBODY = "theirs as (select null as subject_id where false)"
"""When nobody is looked for."""
STATES: tuple[MessageState, ...] = ("waiting", "sending", "retrying", "sent", "uncertain", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message; to the house's own people it is about no lead (`lead_id` "").

    `reason` and `saw` for skipped ones, `code` and `detail` from the transport for the others.

    `text` is "" until the notifier has rendered it (or once the person was forgotten).
    """

    message_key: str
    lead_id: str
    lead_name: str
    session_id: str | None
    webinar_id: str | None
    scenario: str
    step: str
    template: str
    recipient: str
    partner_id: str | None
    partner_name: str
    staff_name: str
    """What somebody of the house calls themselves in Telegram; "" for messages to others."""
    message_class: str | None
    state: MessageState
    is_withheld: bool
    """Skipped, but only when its turn to be sent came: it had been planned."""
    reason: str
    saw: tuple[str, ...]
    transport: str
    code: str
    detail: str
    attempts: int
    planned_at: dtm.datetime
    due_at: dtm.datetime | None
    valid_until: dtm.datetime | None
    sent_at: dtm.datetime | None
    latency_seconds: float | None
    text: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some messages and how many match in all."""

    rows: tuple[Message, ...]
    total: int


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many messages are in a state; for `sent` how long it took those of the last hour, in seconds."""

    state: MessageState
    messages: int
    p50_seconds: float | None
    p95_seconds: float | None


def messages(  # noqa: PLR0913 - so many things can be asked for
    warehouse: Warehouse,
    *,
    state: str = "",
    lead_id: str = "",
    template: str = "",
    scenario: str = "",
    step: str = "",
    reason: str = "",
    person: str = "",
    limit: int = 50,
    offset: int = 0,
) -> MessagePage:
    """A page of messages that match, newest first. State `planned` means all that were not skipped.

    `person`: part of the name, e-mail or phone of the lead or the partner, or the beginning of a lead's id. What came
    to leads that are merged with them is theirs.
    """
    params = {
        "state": state,
        "lead": lead_id,
        "template": template,
        "scenario": scenario,
        "step": step,
        "reason": reason,
        **searched(person),
        "limit": limit,
        "offset": offset,
    }
    found = _asked(warehouse, "outbox_list", params)
    return MessagePage(tuple(_message(row) for row in found), found[0]["total"] if found else 0)


def states(
    warehouse: Warehouse,
    *,
    now: dtm.datetime,
    scenario: str = "",
    step: str = "",
    reason: str = "",
    person: str = "",
) -> list[StateCount]:
    """Counts by state, in the order of a message's life; states nothing is in are left out."""
    params = {"scenario": scenario, "step": step, "reason": reason, **searched(person), "since": now - LATENCY_OF}
    found = _asked(warehouse, "outbox_states", params)
    rows = {row["state"]: row for row in found}
    return [
        StateCount(state, rows[state]["messages"], rows[state]["p50_seconds"], rows[state]["p95_seconds"])
        for state in STATES
        if state in rows
    ]


def _asked(warehouse: Warehouse, question: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    """The question over every message as of now."""
    seen = with_everybodys(warehouse, "messages")
    own = "events as (select * from everybodys where lead_id is null)"
    staff = f"staff_messages as (\nwith {own}\nselect * from (\n{tables.text('every_message')}\n)\n)"
    theirs = f"theirs as (\n{load('outbox_theirs')}\n)" if params["search"] else NOBODY
    beside = [staff, theirs, f"outbox as not materialized (\n{load('outbox')}\n)"]
    return ask(warehouse, seen, load(question), params, beside=beside)


def _message(row: dict[str, Any]) -> Message:
    rendered = json.loads(row["rendered"]) if row["rendered"] else {}
    fields = {name: row[name] for name in Message.__slots__ if name in row}
    fields["step"], fields["template"] = row["step_name"], row["template_name"]
    fields["saw"] = tuple(str(one) for one in json.loads(row["saw"]))
    fields["state"] = cast("MessageState", row["state"])
    return Message(
        **fields,
        text=str(rendered.get("text", "")),
        buttons=tuple(Button(str(b.get("text", "")), str(b.get("url", ""))) for b in rendered.get("buttons", ())),
    )
