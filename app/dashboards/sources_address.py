"""The sources page's address: period, conversion, the credit whose people are shown. Page and files read it alike."""

import datetime as dtm
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from app.dashboards import funnel_address
from domain.attribution import MODELS, Model
from warehouse.reads.sources import CONVERSIONS, Credit

PERIOD = ("days", "since", "until", "zone")
"""The period stands there as in the funnel's address."""
FILTERS = (*PERIOD, "conversion")
NAMES = ("conversion", "model", "source")
EPOCH, FOREVER = dtm.date(1970, 1, 1), dtm.date(9999, 1, 1)
MARK = "~"
"""Stands before a source: «~» alone is the source without a name."""


def chosen(query: Mapping[str, str]) -> dict[str, str]:
    """What the address says; "" where nothing valid is said, `lead` for no conversion."""
    said = {name: str(query.get(name) or "").strip()[:220] for name in NAMES}
    when = funnel_address.chosen({name: str(query.get(name) or "") for name in PERIOD})
    said |= {name: when[name] for name in PERIOD}
    if said["conversion"] not in CONVERSIONS:
        said["conversion"] = CONVERSIONS[0]
    if said["model"] not in MODELS or not said["source"].startswith(MARK):
        said["model"] = said["source"] = ""
    return said


def query_of(said: Mapping[str, str], **changes: str) -> str:
    """The same as the end of an address."""
    asked = {name: value for name, value in {**said, **changes}.items() if value}
    return f"?{urlencode(asked)}" if asked else ""


def cost_days(said: Mapping[str, str], now: dtm.datetime) -> tuple[dtm.date, dtm.date]:
    """The days whose costs are of the period, both included: none of a chosen period lie ahead, as no leads do."""
    if not any(said[name] for name in ("days", "since", "until")):
        return EPOCH, FOREVER
    if not (said["since"] or said["until"]):
        return (now - dtm.timedelta(days=int(said["days"]))).date(), now.date()
    since, until = (dtm.date.fromisoformat(said[name]) if said[name] else None for name in ("since", "until"))
    today = now.astimezone(ZoneInfo(said["zone"] or "UTC")).date()
    return since or EPOCH, min(until or today, today)


def credit(said: Mapping[str, str]) -> Credit | None:
    """Whose people are shown; None: nobody's."""
    if not said["model"]:
        return None
    return Credit(said["conversion"], cast("Model", said["model"]), said["source"].removeprefix(MARK))
