"""What partners ask: their leads, what each of their links brought, whose leads are that several partners led here."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.interface import Warehouse
from warehouse.reads import load, together
from warehouse.reads.fresh import ask, fresh

NAMED = f"partners_named as (\n{load('partners_named')}\n)"
"""The partners, as a relation beside others."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a link brought to one webinar. `leads`: the partner's that ever came by it; one may have come by several."""

    touches: int = 0
    leads: int = 0


@dataclass(frozen=True, slots=True)
class LinkNumbers:
    """One link of a partner, and what it brought by webinar."""

    code: str
    webinar_id: str | None
    source: str
    medium: str
    campaign: str
    content: str
    created_at: dtm.datetime
    brought: Mapping[str, Brought]


@dataclass(frozen=True, slots=True)
class Contest:
    """A lead that several partners' links led here. `is_overruled`: staff gave it to somebody by hand."""

    lead_id: str
    created_at: dtm.datetime
    is_own: bool
    is_overruled: bool


def names(warehouse: Warehouse) -> dict[str, str]:
    """Every partner's name by id, in the order of the names; "" for one without a name, at the end."""
    rows = warehouse.sql(together([NAMED], load("partner_names"))).to_pylist()
    return {row["partner_id"]: row["partner_name"] for row in rows}


def leads_since(warehouse: Warehouse, partner_id: str, since: dtm.datetime | None) -> int:
    """Leads that are this partner's and were created since that moment (None: ever)."""
    params = {"partner": partner_id, "since": since.isoformat() if since else ""}
    [row] = _asked(warehouse, "partner_leads_since", params, "leads")
    return int(row["leads"])


def links(warehouse: Warehouse, partner_id: str) -> list[LinkNumbers]:
    """The partner's links, oldest first."""
    rows = _asked(warehouse, "partner_links", {"partner": partner_id}, "leads", "touches")
    return [
        LinkNumbers(
            row["code"], row["webinar_id"], row["utm_source"] or "", row["utm_medium"] or "",
            row["utm_campaign"] or "", row["utm_content"] or "", row["created_at"],
            {one["webinar_id"]: Brought(one["touches"], one["leads"]) for one in row["webinars"]},
        )
        for row in rows
    ]  # fmt: skip


def contests(warehouse: Warehouse, partner_id: str, *, limit: int = 20) -> tuple[list[Contest], int]:
    """Leads this partner's link led here among others', newest first, and how many there are in all."""
    params = {"partner": partner_id, "limit": limit}
    rows = _asked(warehouse, "partner_contests", params, "leads", "touches")
    found = [Contest(row["lead_id"], row["created_at"], row["is_own"], row["is_overruled"]) for row in rows]
    return found, rows[0]["total"] if rows else 0


def _asked(warehouse: Warehouse, question: str, params: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    seen = fresh(warehouse, *names)
    return ask(warehouse, seen, load(question), params)
