"""The funnel page's address: every filter and the number whose people are shown. Page and files read it alike."""

import datetime as dtm
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from app.shared import zones
from domain.funnel import MODES, STAGES, WINDOWS_DAYS
from warehouse.reads import funnel
from warehouse.reads.funnel import Behind, Breakdown, FunnelFilter, Mode

PERIODS = ("7", "30", "90")
BREAKDOWNS = ("source", "partner", "webinar", "campaign", "week")
SLUGS = tuple(stage.slug for stage in STAGES)
DAY_SECONDS = 86_400
EARLIEST, LATEST = dtm.date(1970, 1, 1), dtm.date(9999, 1, 1)
"""Days anybody could ask for; further ones have no midnight in every zone."""
ALLOWED: dict[str, tuple[str, ...]] = {
    "days": PERIODS,
    "compare": ("previous",),
    "mode": MODES,
    "window": tuple(map(str, WINDOWS_DAYS)),
    "breakdown": BREAKDOWNS,
    "attribution": (funnel.LAST, *SLUGS),
    "stage": SLUGS,
    "lost": ("1",),
    "took": tuple(map(str, range(len(funnel.EDGES)))),
}
"""What may stand there; anything else counts as not said."""
FILTERS = (
    "source", "partner_id", "webinar_id", "days", "since", "until", "compare", "mode", "window", "breakdown",
    "attribution", "zone",
)  # fmt: skip
PLACES = ("stage", "lost", "slice", "took")
"""Whose people are shown."""
SLICE = "~"
"""Stands before the value of a slice: «~» alone is the slice of those without one."""


def chosen(query: Mapping[str, str]) -> dict[str, str]:
    """The filters and the place as the address (or the form) has them; "" where nothing valid is said."""
    found = {name: str(query.get(name) or "").strip()[:200] for name in (*FILTERS, *PLACES)}
    for name, allowed in ALLOWED.items():
        if found[name] not in allowed:
            found[name] = ""
    for name in ("since", "until"):
        if _date(found[name]) is None:
            found[name] = ""
    has_days = found["since"] or found["until"] or found["breakdown"] == "week"
    if not has_days or found["zone"] not in zones.known():
        found["zone"] = ""
    return found


def address(said: Mapping[str, str], **changes: str) -> str:
    """The page with these filters: `/studio/funnel?…`."""
    return f"/studio/funnel{query_of(said, **changes)}"


def query_of(said: Mapping[str, str], **changes: str) -> str:
    """The filters as the end of an address."""
    asked = {name: value for name, value in {**said, **changes}.items() if value}
    return f"?{urlencode(asked)}" if asked else ""


def wanted(said: Mapping[str, str], now: dtm.datetime) -> FunnelFilter:
    """Whom to count. Dates are whole days in the zone said (else UTC), both included; they go before `days`."""
    since, until = period(said, now)
    return FunnelFilter(
        said["source"],
        said["partner_id"],
        said["webinar_id"],
        since,
        until,
        mode=cast("Mode", said["mode"] or "ordered"),
        window_seconds=int(said["window"] or 0) * DAY_SECONDS,
        breakdown=cast("Breakdown", said["breakdown"]),
        attribution=said["attribution"] or funnel.FIRST,
        zone=said["zone"] or "UTC",
        now=now,
    )


def before(said: Mapping[str, str], now: dtm.datetime) -> tuple[dtm.datetime, dtm.datetime] | None:
    """The period of the same length just before the chosen one; None without a beginning."""
    since, until = period(said, now)
    if not said["compare"] or since == funnel.BEGINNING:
        return None
    length = min(until, now) - since
    return (since - length, since) if length > dtm.timedelta() else None


def behind(said: Mapping[str, str]) -> Behind | None:
    """Whose people are shown; None: nobody's."""
    if not said["stage"]:
        return None
    ends = (*map(float, funnel.EDGES[1:]), funnel.FOREVER)
    took = int(said["took"]) if said["took"] else None
    return Behind(
        said["stage"],
        is_lost=bool(said["lost"]),
        slice=said["slice"].removeprefix(SLICE) if said["slice"] and said["breakdown"] else None,
        from_seconds=0 if took is None else funnel.EDGES[took],
        to_seconds=funnel.FOREVER if took is None else ends[took],
    )


def period(said: Mapping[str, str], now: dtm.datetime) -> tuple[dtm.datetime, dtm.datetime]:
    """From when until when (not included): the chosen days in their zone, else the last so many, else always."""
    since, until = _date(said["since"]), _date(said["until"])
    if since or until:
        zone = said["zone"]
        return (
            _midnight(since, zone) if since else funnel.BEGINNING,
            _midnight(until + dtm.timedelta(days=1), zone) if until else funnel.END,
        )
    days = said["days"]
    return (now - dtm.timedelta(days=int(days)) if days else funnel.BEGINNING), funnel.END


def _date(text: str) -> dtm.date | None:
    try:
        found = dtm.date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found < LATEST else None


def _midnight(day: dtm.date, zone: str) -> dtm.datetime:
    return dtm.datetime.combine(day, dtm.time(), ZoneInfo(zone or "UTC")).astimezone(dtm.UTC)
