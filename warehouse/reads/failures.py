"""What of the house does not work, who of the house is told so, and what they were told. Reading only."""

import datetime as dtm
from dataclasses import dataclass

from domain.events import Fact
from domain.failures import FAILURE_EVENTS, Failure, fold_failures
from domain.staff_alerts import Member, fold_staff
from warehouse.encoding import decode
from warehouse.interface import Warehouse
from warehouse.reads import load

REMEMBERED = dtm.timedelta(days=90)
"""A failure that was over before is neither shown nor thought of."""


def failures(warehouse: Warehouse, *, now: dtm.datetime) -> tuple[Failure, ...]:
    """Failures that last, or were over within the last ninety days; the newest beginning first."""
    found = fold_failures(warehouse.facts_of(names=FAILURE_EVENTS))
    return tuple(one for one in found if one.recovered_at is None or one.recovered_at > now - REMEMBERED)


def staff(warehouse: Warehouse) -> dict[str, Member]:
    """Every link of somebody of the house to a Telegram, by `staff_id`."""
    return fold_staff(decode(warehouse.sql(load("staff_facts"))))


def planned(warehouse: Warehouse, *, since: dtm.datetime) -> list[Fact]:
    """Messages planned for the house's own people since then, in the order of the log."""
    return decode(warehouse.sql(load("staff_messages"), {"since": since}))


@dataclass(frozen=True, slots=True)
class Silence:
    """What the Bot API did not take since the last message it took: how often, since when, why the last time."""

    taken_at: dtm.datetime | None
    refused: int
    first_at: dtm.datetime | None
    last_at: dtm.datetime | None
    code: str


def silence(warehouse: Warehouse, *, since: dtm.datetime) -> Silence:
    """How Telegram has taken messages since then."""
    row = warehouse.sql(load("telegram_silence"), {"since": since}).to_pylist()[0]
    return Silence(row["taken_at"], row["refused"], row["first_at"], row["last_at"], row["code"] or "")
