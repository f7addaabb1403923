"""The funnel, computed from the log at the moment of asking, by the same SQL as the Dagster asset `funnel`."""

import datetime as dtm
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.reads import load

Breakdown = Literal["", "source", "partner", "webinar"]
STAGES = ("touched", "lead", "linked", "registered", "entered", "attended", "completed", "clicked", "submitted")
"""Stages in their order, as the columns `<stage>_at` of tables/funnel_stages.sql are named."""

BEGINNING = dtm.datetime(1970, 1, 1, tzinfo=dtm.UTC)
END = dtm.datetime(9999, 1, 1, tzinfo=dtm.UTC)


@dataclass(frozen=True, slots=True)
class FunnelFilter:
    """Whom to count: "" is everybody. The period is that of the first touch, `until` not included."""

    source: str = ""
    partner_id: str = ""
    webinar_id: str = ""
    since: dtm.datetime = BEGINNING
    until: dtm.datetime = END

    def params(self) -> dict[str, Any]:
        """As the queries take it."""
        return {
            "source": self.source,
            "partner": self.partner_id,
            "webinar": self.webinar_id,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class FunnelSlice:
    """One funnel. `counts` and `median_seconds` by stage; the latter from the stage before, None if nobody made it."""

    slice: str
    counts: dict[str, int]
    median_seconds: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class FunnelPerson:
    """Somebody behind a bar. A visitor who is no lead yet has no id and no name."""

    lead_id: str | None
    name: str
    source: str | None
    partner_id: str | None
    webinar_id: str | None
    at: dtm.datetime


@dataclass(frozen=True, slots=True)
class FunnelPeople:
    """Some of the people behind a bar and how many there are: the bar's count."""

    rows: tuple[FunnelPerson, ...]
    total: int


def funnel(warehouse: Warehouse, wanted: FunnelFilter, breakdown: Breakdown = "") -> list[FunnelSlice]:
    """Counts by stage, one slice per value of the breakdown, the widest first; no breakdown: one slice or none."""
    rows = warehouse.sql(_over_people("funnel_counts"), {**wanted.params(), "breakdown": breakdown}).to_pylist()
    return [
        FunnelSlice(
            row["slice"],
            {stage: row[stage] for stage in STAGES},
            {stage: row[f"{stage}_seconds"] for stage in STAGES[1:]},
        )
        for row in rows
    ]


def people(
    warehouse: Warehouse,
    wanted: FunnelFilter,
    stage: str,
    *,
    is_lost: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> FunnelPeople:
    """Who reached a stage, newest first; `is_lost`: who reached the stage before and not this one.

    Raises ValueError for an unknown stage.
    """
    if stage not in STAGES:
        raise ValueError(f"There is no stage {stage!r}; stages: {', '.join(STAGES)}.")
    params = {**wanted.params(), "stage": stage, "is_lost": int(is_lost), "limit": limit, "offset": offset}
    rows = warehouse.sql(_over_people("funnel_people"), params).to_pylist()
    found = tuple(
        FunnelPerson(
            row["lead_id"], row["lead_name"], row["lead_source"], row["partner_id"], row["webinar_id"], row["moment"]
        )
        for row in rows
    )
    return FunnelPeople(found, rows[0]["total"] if rows else 0)


@cache
def _over_people(name: str) -> str:
    """The query with `funnel_people` defined before it: one definition of the stages for every number."""
    question = load(name)
    definition = f"with funnel_people as (\n{tables.live('funnel_stages')}\n)"
    body = question[question.lower().index("\nwith " if "\nwith " in question else "\nselect") + 1 :]
    return f"{definition},\n{body[len('with ') :]}" if body.startswith("with ") else f"{definition}\n{body}"
