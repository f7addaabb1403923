"""Who of the house gets alerts about its failures, and where: an account's link to a Telegram, and what it wants.

The account knows its `staff_id`; everything else is facts and personal data of that id, and goes with it.
"""

import datetime as dtm
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from domain import failure_words
from domain.events import Emitter, Event, Fact, FailureKind, StaffAlertsChanged, StaffAlertsEnded
from domain.staff_alerts import STAFF_PREFIX, Member
from warehouse import tokens
from warehouse.interface import Personal, Warehouse
from warehouse.reads import failures

LINK, LINK_LASTS = "telegram_link", dtm.timedelta(days=1)
"""Purpose of the tokens that the bot redeems on /start."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One kind of failure, and whether its alerts are wanted."""

    kind: FailureKind
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Alerts:
    """How an account stands: not linked, linked to a Telegram of that name, or blocked there."""

    state: Literal["none", "linked", "blocked"]
    name: str
    wishes: tuple[Wish, ...]


def of(warehouse: Warehouse, staff_id: str, language: str) -> Alerts:
    """How this link stands; "" for an account that has none."""
    member = failures.staff(warehouse).get(staff_id, Member(staff_id)) if staff_id else Member("")
    names = warehouse.people([staff_id], {Personal.TELEGRAM_NAME}) if staff_id else []
    spoken: failure_words.Language = "en" if language == "en" else "ru"
    wishes = tuple(
        Wish(kind, words[spoken].label, kind not in member.muted) for kind, words in failure_words.KINDS.items()
    )
    return Alerts(member.channel, names[0].value if names else "", wishes)


def new_id() -> str:
    """A `staff_id` that says nothing about whose it is."""
    return f"{STAFF_PREFIX}{secrets.token_urlsafe(12)}"


def mint(warehouse: Warehouse, staff_id: str, language: str, now: dtm.datetime) -> str:
    """A token with which /start links a chat to this id, once and within a day."""
    body = {"staff_id": staff_id, "language": language}
    return tokens.mint(warehouse, LINK, body, now=now, ttl=LINK_LASTS, single_use=True)


def choose(warehouse: Warehouse, staff_id: str, wanted: Collection[str], now: dtm.datetime) -> None:
    """Have alerts of these kinds and of no others. States only what changed."""
    action = secrets.token_hex(8)
    changes = [
        StaffAlertsChanged(
            staff_id=staff_id, kind=wish.kind, is_on=wish.kind in wanted, action_id=f"{action}:{wish.kind}"
        )
        for wish in of(warehouse, staff_id, "ru").wishes
        if wish.is_on != (wish.kind in wanted)
    ]
    _state(warehouse, changes, now)


def end(warehouse: Warehouse, staff_id: str, now: dtm.datetime) -> None:
    """Nothing more is sent there. For good: a new link is a new id. Repeatable."""
    _state(warehouse, [StaffAlertsEnded(staff_id=staff_id)], now)


def forget(warehouse: Warehouse, staff_id: str) -> None:
    """Forget the chat, and every document that names the id: an account must not name it any more. Repeatable."""
    warehouse.erase(staff_id)


def _state(warehouse: Warehouse, events: Collection[Event], now: dtm.datetime) -> None:
    facts = [Fact.of(event, emitter=Emitter.CORE, occurred_at=now) for event in events]
    if facts:
        warehouse.append(facts, quarantine=False)
