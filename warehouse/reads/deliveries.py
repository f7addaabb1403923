"""What the notifier still owes: planned messages that are not settled, and where the log stood when it was asked."""

import datetime as dtm
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from domain.events import Fact
from warehouse.interface import Warehouse
from warehouse.reads import load


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A planned message and the newest thing known of its delivery (`last_name` "" before the first attempt)."""

    planned: Fact
    last_name: str
    attempt: int
    code: str
    retry_at: dtm.datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Unsettled messages, oldest first; every message planned up to `seq` is among them or settled."""

    messages: tuple[Unsettled, ...]
    seq: int


def backlog(warehouse: Warehouse, *, resend: Collection[str] = (), replay: Collection[str] = ()) -> Backlog:
    """The notifier's work after a restart. `resend`: message classes whose uncertain first attempt is made again.

    `replay`: keys of messages that come, too, if they have failed for good.
    """
    last = warehouse.sql(load("last_seq")).to_pylist()[0]
    rows = warehouse.sql(load("unsettled_messages"), _listed(resend=resend, replay=replay)).to_pylist()
    messages = tuple(
        Unsettled(_fact(row), row["last_name"], row["attempt"], row["code"], row["retry_at"]) for row in rows
    )
    newest = max((message.planned.seq or 0 for message in messages), default=0)
    return Backlog(messages, max(int(next(iter(last.values())) or 0), newest))


def _listed(**values: Collection[str]) -> dict[str, str]:
    """Collections as the query takes them: «|a|b|»."""
    return {name: f"|{'|'.join(sorted(several))}|" for name, several in values.items()}


def _fact(row: dict[str, Any]) -> Fact:
    envelope = {name: row[name] for name in Fact.model_fields if name in row and name != "properties"}
    return Fact(name="message_planned", properties=json.loads(row["properties"]), **envelope)
