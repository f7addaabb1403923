"""The sources page's address: period, conversion, the credit whose people are shown. Page and files read it alike."""

import datetime as dtm
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode

from domain.attribution import MODELS, Model
from warehouse.reads import funnel
from warehouse.reads.sources import CONVERSIONS, Credit

PERIODS = ("7", "30", "90")
NAMES = ("days", "conversion", "model", "source")
MARK = "~"
"""Stands before a source: «~» alone is the source without a name."""


def chosen(query: Mapping[str, str]) -> dict[str, str]:
    """What the address says; "" where nothing valid is said, `lead` for no conversion."""
    said = {name: str(query.get(name) or "").strip()[:220] for name in NAMES}
    if said["days"] not in PERIODS:
        said["days"] = ""
    if said["conversion"] not in CONVERSIONS:
        said["conversion"] = CONVERSIONS[0]
    if said["model"] not in MODELS or not said["source"].startswith(MARK):
        said["model"] = said["source"] = ""
    return said


def query_of(said: Mapping[str, str], **changes: str) -> str:
    """The same as the end of an address."""
    asked = {name: value for name, value in {**said, **changes}.items() if value}
    return f"?{urlencode(asked)}" if asked else ""


def since(said: Mapping[str, str], now: dtm.datetime) -> dtm.datetime:
    """When the period begins."""
    return now - dtm.timedelta(days=int(said["days"])) if said["days"] else funnel.BEGINNING


def credit(said: Mapping[str, str]) -> Credit | None:
    """Whose people are shown; None: nobody's."""
    if not said["model"]:
        return None
    return Credit(said["conversion"], cast("Model", said["model"]), said["source"].removeprefix(MARK))
