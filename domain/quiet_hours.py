"""Quiet hours and calendar days in somebody's own time zone: wall-clock arithmetic, so that DST and far zones hold."""

import datetime as dtm
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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


def quiet_until(moment: dtm.datetime, zone: ZoneInfo, begin: dtm.time, end: dtm.time) -> dtm.datetime | None:
    """The end (UTC) of the quiet hours the moment falls into; None if it is a decent hour there.

    They last from `begin` to `end` by the wall clock, over midnight where `end` is the earlier one; equal: none.
    """
    local = moment.astimezone(zone)
    wall = local.time().replace(tzinfo=None)
    is_over_midnight = end < begin
    is_quiet = wall >= begin or wall < end if is_over_midnight else begin <= wall < end
    if not is_quiet:
        return None
    day = local.date() + dtm.timedelta(days=int(is_over_midnight and wall >= begin))
    return dtm.datetime.combine(day, end, tzinfo=zone).astimezone(dtm.UTC)


def local_day(moment: dtm.datetime, zone: ZoneInfo) -> dtm.date:
    """The calendar day there."""
    return moment.astimezone(zone).date()
