"""Quiet hours and calendar days in somebody's own time zone: wall-clock arithmetic, so that DST and far zones hold."""

import datetime as dtm
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

QUIET_FROM = dtm.time(22)
QUIET_TO = dtm.time(9)
DEFAULT_ZONE = "Europe/Moscow"


@lru_cache(maxsize=1024)
def zone_of(*names: str | None) -> ZoneInfo:
    """The first of the names that is a time zone; the default if none is (browsers send what they like)."""
    for name in names:
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo(DEFAULT_ZONE)


def quiet_until(moment: dtm.datetime, zone: ZoneInfo) -> dtm.datetime | None:
    """The end (UTC) of the quiet hours the moment falls into; None if it is a decent hour there."""
    local = moment.astimezone(zone)
    wall = local.time().replace(tzinfo=None)
    if QUIET_TO <= wall < QUIET_FROM:
        return None
    day = local.date() + dtm.timedelta(days=int(wall >= QUIET_FROM))
    return dtm.datetime.combine(day, QUIET_TO, tzinfo=zone).astimezone(dtm.UTC)


def local_day(moment: dtm.datetime, zone: ZoneInfo) -> dtm.date:
    """The calendar day there."""
    return moment.astimezone(zone).date()
