"""Who did what to whose access: logins, invitations, roles, sessions. Kept a year in the registry; never a secret."""

import datetime as dtm
import secrets
from dataclasses import dataclass
from typing import Literal, get_args

from warehouse.interface import Warehouse

COLLECTION = "access_journal"
KEPT = dtm.timedelta(days=365)
SWEPT_EVERY = 50
"""Old entries are looked for with one in so many new ones."""

Deed = Literal[
    "login", "login_failed", "logout", "invited", "joined", "role_changed", "closed", "reopened", "session_ended",
    "second_factor_on", "second_factor_off", "recovery_code_used", "data_exported", "leads_exported",
    "stages_changed", "costs_kept", "cost_dropped", "cabinet_opened", "cabinet_closed", "list_imported",
    "alerts_unlinked",
]  # fmt: skip
DEEDS: tuple[Deed, ...] = get_args(Deed)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: who, what, about whom or what, from where."""

    at: dtm.datetime
    who: str
    deed: str
    about: str = ""
    address: str = ""


def note(warehouse: Warehouse, deed: Deed, who: str, *, now: dtm.datetime, about: str = "", address: str = "") -> None:
    """Write a line."""
    body = {"at": now.isoformat(), "who": who, "deed": deed, "about": about, "address": address}
    warehouse.put(COLLECTION, f"{now.isoformat()}-{secrets.token_hex(4)}", body, expect_version=0)
    if secrets.randbelow(SWEPT_EVERY) == 0:
        sweep(warehouse, now=now)


def newest(warehouse: Warehouse, limit: int = 200) -> list[Entry]:
    """The last lines, newest first. The studio's journal reads page by page: `warehouse.reads.deeds`."""
    found = sorted(warehouse.entries(COLLECTION), key=lambda entry: entry.key, reverse=True)[:limit]
    return [Entry(**{**entry.body, "at": dtm.datetime.fromisoformat(entry.body["at"])}) for entry in found]


def sweep(warehouse: Warehouse, *, now: dtm.datetime) -> int:
    """Remove what is older than a year; returns how much."""
    old = [one.key for one in warehouse.entries(COLLECTION) if dtm.datetime.fromisoformat(one.body["at"]) < now - KEPT]
    for key in old:
        warehouse.delete(COLLECTION, key)
    return len(old)
