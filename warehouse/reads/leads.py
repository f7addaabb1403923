"""Who the leads are and how far they came: the studio's list. What one lead did is read from its facts."""

import datetime as dtm
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.fresh import ask, fresh, with_everybodys
from warehouse.reads.searching import searched

END = dtm.datetime(9999, 1, 1, tzinfo=dtm.UTC)

NEW = "new"
"""The stage of a lead that nobody has moved yet."""

Telegram = Literal["none", "linked", "blocked"]


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """What to list; an empty field asks for all. `verdict`: attended, not_attended or none."""

    search: str = ""
    source: str = ""
    partner_id: str = ""
    webinar_id: str = ""
    verdict: str = ""
    telegram: str = ""
    stage: str = ""
    owner: str = ""
    tag: str = ""

    def params(self) -> dict[str, Any]:
        """As the queries take it."""
        return {
            **searched(self.search),
            "source": self.source,
            "partner": self.partner_id,
            "webinar": self.webinar_id,
            "verdict": self.verdict,
            "telegram": self.telegram,
            "stage": self.stage,
            "owner": self.owner,
            "tag": self.tag,
        }


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead of the list. `verdict` and `outcome` are the newest, of any session."""

    lead_id: str
    name: str
    phone: str
    email: str
    source: str
    partner_id: str | None
    partner_name: str
    created_at: dtm.datetime
    last_seen_at: dtm.datetime | None
    registrations: int
    webinar_id: str | None
    verdict: str | None
    outcome: str | None
    telegram: Telegram
    stage: str = NEW
    owner: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Some leads and how many match in all."""

    rows: tuple[LeadRow, ...]
    total: int


def leads(
    warehouse: Warehouse,
    wanted: LeadFilter,
    *,
    limit: int = 50,
    offset: int = 0,
    ids: Sequence[str] | None = None,
    until: dtm.datetime | None = None,
) -> LeadPage:
    """A page of leads that match, newest first. `ids`: only these; `until`: only who was created no later."""
    params = {
        **wanted.params(),
        "ids": list(ids) if ids is not None else None,
        "until": (until or END).isoformat(),
        "limit": limit,
        "offset": offset,
    }
    found = _listed(warehouse, load("leads_newest"), params)
    return LeadPage(tuple(_row(row) for row in found), found[0]["total"] if found else 0)


def board(warehouse: Warehouse, stages: Sequence[str], wanted: LeadFilter, *, limit: int = 30) -> dict[str, LeadPage]:
    """Of each stage the newest leads that match, and how many there are."""
    params = {**wanted.params(), "stages": list(stages), "ids": None, "until": END.isoformat(), "limit": limit}
    newest = [load("leads_newest_of_stage").replace("the_number", str(n)) for n in range(1, len(stages) + 1)]
    one_by_one = "\nunion all\n".join(f"(\n{question})" for question in newest)
    question = load("leads_newest_of_stages").replace("the_newest", f"(\n{one_by_one}\n)")
    found: dict[str, list[dict[str, Any]]] = {stage: [] for stage in stages}
    for row in _listed(warehouse, question, params) if stages else []:
        found[row["lead_stage"]].append(row)
    return {
        stage: LeadPage(tuple(_row(row) for row in rows), rows[0]["total"] if rows else 0)
        for stage, rows in found.items()
    }


def _listed(warehouse: Warehouse, shown: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those of the leads that match whom a question (`shown`) chooses, newest first."""
    listed = with_everybodys(warehouse, "lead_list")
    # The total and the page each read what they need of everybody; whom a search found is looked for once.
    matching = f"leads_matching as not materialized (\n{load('leads_matching')}\n)"
    searched = f"leads_chosen as materialized (\n{load('leads_searched')}\n)"
    chosen = searched if params["search"] else "leads_chosen as not materialized (select * from leads_matching)"
    seen = f"shown as materialized (\n{shown}\n)"
    return ask(warehouse, listed, load("leads_list"), params, beside=[matching, chosen, seen])


def all_leads(
    warehouse: Warehouse, wanted: LeadFilter, *, until: dtm.datetime, at_once: int = 50_000
) -> Iterator[LeadRow]:
    """Every lead that matches and was created until then, newest first, read in portions as they are taken."""
    offset = 0
    while True:
        page = leads(warehouse, wanted, limit=at_once, offset=offset, until=until)
        yield from page.rows
        offset += at_once
        if offset >= page.total:
            return


def _row(row: Mapping[str, Any]) -> LeadRow:
    return LeadRow(
        lead_id=row["lead_id"],
        name=row["lead_name"],
        phone=row["phone"],
        email=row["email"],
        source=row["lead_source"],
        partner_id=row["partner_id"],
        partner_name=row["partner_name"],
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
        registrations=row["registrations"] or 0,
        webinar_id=row["webinar_id"],
        verdict=row["verdict"],
        outcome=row["outcome"],
        telegram=row["telegram"],
        stage=row["lead_stage"],
        owner=row["lead_owner"],
        tags=tuple(row["tags"]),
    )


def sources(warehouse: Warehouse) -> list[str]:
    """Every source leads came from, the most frequent first."""
    seen = fresh(warehouse, "leads")
    return [row["lead_source"] for row in ask(warehouse, seen, load("leads_sources"), {})]


def stages(warehouse: Warehouse) -> list[str]:
    """Every stage a lead was ever moved to, also those of old."""
    return [row["lead_stage"] for row in warehouse.sql(load("leads_stages")).to_pylist()]


def tags(warehouse: Warehouse) -> list[str]:
    """Every tag in use."""
    return [row["tag"] for row in warehouse.sql(load("leads_tags")).to_pylist()]


def duplicates(warehouse: Warehouse, lead_ids: Sequence[str]) -> list[str]:
    """Further leads that ever had a phone, e-mail or Telegram chat of these: perhaps the same person."""
    return [row["lead_id"] for row in warehouse.sql(load("leads_duplicates"), {"leads": list(lead_ids)}).to_pylist()]
