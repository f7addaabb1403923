"""The funnel: how far people come, how long it takes them, and who they are. Every number and its people are one query.

The rules are `domain.funnel`'s; the tables are those of the Dagster asset `funnel_stages`, as of the newest fact.
"""

import dataclasses
import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.fresh import ask, fresh

Mode = Literal["ordered", "strict", "any"]
Breakdown = Literal["", "source", "partner", "webinar", "campaign", "week"]
STAGES = ("touched", "lead", "linked", "registered", "entered", "attended", "completed", "clicked", "submitted")
"""Stages in their order, as the columns `<stage>_at` of tables/funnel_stages.sql are named."""
FIRST, LAST = "first", "last"
"""Whose value breaks a funnel down: the first, the last, or the one at a stage (its name)."""

BEGINNING = dtm.datetime(1970, 1, 1, tzinfo=dtm.UTC)
END = dtm.datetime(9999, 1, 1, tzinfo=dtm.UTC)
FOREVER = 1e18
"""Seconds: longer than anything takes."""
BESIDE = {"funnel_slices_touch": ("touches",), "funnel_slices_place": ("attendance",)}
"""Tables a breakdown needs besides everybody's stages."""
EDGES = (0, 60, 300, 900, 3_600, 10_800, 43_200, 86_400, 259_200, 604_800, 1_209_600, 2_592_000, 7_776_000)
"""Where the buckets of the histogram begin, in seconds: a minute to ninety days."""


@dataclass(frozen=True, slots=True)
class FunnelFilter:
    """Whom to count: "" is everybody. The period is that of the first touch, `until` not included."""

    source: str = ""
    partner_id: str = ""
    webinar_id: str = ""
    since: dtm.datetime = BEGINNING
    until: dtm.datetime = END
    mode: Mode = "ordered"
    window_seconds: int = 0
    """The whole way must fit in it; 0: however long it takes."""
    breakdown: Breakdown = ""
    attribution: str = FIRST
    zone: str = "UTC"
    """In whose days weeks begin: a name of the time zone database."""
    now: dtm.datetime = END
    """When it is: with a window, whose has not elapsed may still come further."""

    def params(self) -> dict[str, Any]:
        """As the queries take it."""
        return {
            "source": self.source,
            "partner": self.partner_id,
            "webinar": self.webinar_id,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "mode": self.mode,
            "window_us": self.window_seconds * 1_000_000,
            "breakdown": self.breakdown,
            "attribution": self.attribution,
            "zone": self.zone,
            "now": self.now.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class FunnelSlice:
    """One funnel: people by stage. `still_open`: those whose window has not elapsed, who may come further."""

    slice: str
    counts: dict[str, int]
    still_open: int = 0


@dataclass(frozen=True, slots=True)
class Duration:
    """Half of the people took at most `median`, nine of ten at most `p90` seconds; None: nobody made it."""

    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True)
class FunnelTimes:
    """How long people took, by stage but the first: from the stage before (`steps`) and from the start (`ways`)."""

    steps: dict[str, Duration] = field(default_factory=dict)
    ways: dict[str, Duration] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FunnelWhole:
    """How far everybody came, and how long it took them."""

    counts: FunnelSlice
    times: FunnelTimes


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


@dataclass(frozen=True, slots=True)
class Behind:
    """Which number of the funnel the people stand behind."""

    stage: str
    is_lost: bool = False
    """Who reached the stage before and not this one."""
    slice: str | None = None
    """Of one slice of the breakdown; None: of all."""
    from_seconds: float = 0
    to_seconds: float = FOREVER
    """How long their way to the stage took, `to_seconds` not included."""


def funnel(warehouse: Warehouse, wanted: FunnelFilter) -> list[FunnelSlice]:
    """Counts by stage, a slice per value of the breakdown, the widest first, weeks as they come; else one or none."""
    rows = _ask(warehouse, "funnel_counts", wanted)
    slices = [_slice(row["slice"], row) for row in rows]
    return sorted(slices, key=lambda one: one.slice) if wanted.breakdown == "week" else slices


def whole(warehouse: Warehouse, wanted: FunnelFilter) -> FunnelWhole | None:
    """Counts and times of all slices together, looked at once; None: nobody came."""
    (row,) = _ask(warehouse, "funnel_whole", dataclasses.replace(wanted, breakdown=""))
    if not row["touched"]:
        return None
    return FunnelWhole(
        _slice("", row),
        FunnelTimes(
            {stage: _duration(row[f"{stage}_step"]) for stage in STAGES[1:]},
            {stage: _duration(row[f"{stage}_way" if stage != STAGES[1] else f"{stage}_step"]) for stage in STAGES[1:]},
        ),
    )


def _slice(value: str, row: Mapping[str, Any]) -> FunnelSlice:
    return FunnelSlice(value, {stage: row[stage] for stage in STAGES}, row["still_open"])


def _duration(microseconds: list[float] | None) -> Duration:
    return Duration(*(each / 1_000_000 for each in microseconds or ()))


def histogram(warehouse: Warehouse, wanted: FunnelFilter, stage: str) -> list[int]:
    """How many people's way to the stage took from each of `EDGES` to the next. Raises ValueError: unknown stage."""
    rows = _ask(warehouse, "funnel_histogram", wanted, stage=_known(stage), edges=list(map(float, EDGES)))
    found = {row["bucket"]: row["people"] for row in rows}
    return [found.get(number, 0) for number in range(1, len(EDGES) + 1)]


def people(
    warehouse: Warehouse, wanted: FunnelFilter, behind: Behind, *, limit: int = 50, offset: int = 0
) -> FunnelPeople:
    """The people behind a number, who came there last first. Raises ValueError for an unknown stage."""
    _known(behind.stage)
    params = {
        "stage": behind.stage,
        "is_lost": int(behind.is_lost),
        "slice": behind.slice,
        "from_seconds": behind.from_seconds,
        "to_seconds": behind.to_seconds,
        "limit": limit,
        "offset": offset,
    }
    rows = _ask(warehouse, "funnel_people", wanted, **params)
    found = tuple(
        FunnelPerson(
            row["lead_id"], row["lead_name"], row["lead_source"], row["partner_id"], row["webinar_id"], row["moment"]
        )
        for row in rows
    )
    return FunnelPeople(found, rows[0]["total"] if rows else 0)


def _known(stage: str) -> str:
    if stage not in STAGES:
        raise ValueError(f"There is no stage {stage!r}; stages: {', '.join(STAGES)}.")
    return stage


def _ask(warehouse: Warehouse, name: str, wanted: FunnelFilter, **params: Any) -> list[dict[str, Any]]:
    """The question over everybody's way: whichever it is, the people are the same."""
    if wanted.attribution not in (FIRST, LAST, *STAGES):
        raise ValueError(f"{wanted.attribution!r} is neither first nor last nor a stage.")
    slices = _slices(wanted)
    seen = fresh(warehouse, "funnel_stages", *BESIDE.get(slices, ()))
    walked = "funnel_window" if wanted.window_seconds else "funnel_anytime"
    relations = {"funnel_steps": "funnel_steps", "funnel_walked": walked, "funnel_sliced": slices}
    beside = [f"{relation} as (\n{load(text)}\n)" for relation, text in relations.items()]
    return ask(warehouse, seen, load(name), {**wanted.params(), **params}, beside=beside)


def _slices(wanted: FunnelFilter) -> str:
    """The file with the values of the breakdown."""
    is_own = wanted.attribution in (FIRST, LAST) or wanted.breakdown == "week"
    if not wanted.breakdown or is_own:
        return "funnel_slices_own"
    return "funnel_slices_place" if wanted.breakdown == "webinar" else "funnel_slices_touch"
