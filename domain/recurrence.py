"""When a webinar is shown: the slots of a rule in the webinar's zone. Pure: rule, zone and moment are arguments.

Three kinds: *recurring* (RFC 5545 RRULE, local time of day), *just in time* (the next :00, :15 …) and *on demand* (the
next minute). A slot is a moment; which session it is, `domain.offers` says.
"""

import datetime as dtm
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Literal, Self
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Kind = Literal["none", "recurring", "just_in_time", "on_demand"]
HORIZON = dtm.timedelta(days=14)
"""How far ahead recurring sessions are announced."""

SEARCH = dtm.timedelta(days=366)
"""How far a preview looks for slots of a rare rule."""

GRID_SEARCH = dtm.timedelta(days=15)
"""How far the grids of `just_in_time` and `on_demand` are walked when hours and days without shows are in the way."""

ON_DEMAND_LEAD = dtm.timedelta(seconds=20)
"""Whoever starts a show «now» still has to open the room."""

MOST_PER_DAY = 24
MAX_RRULE = 300
_DAY = dtm.timedelta(days=1)
_MINUTE = dtm.timedelta(minutes=1)


class RuleError(ValueError):
    """The rule cannot be used. `code` is stable and has a sentence in every language of the texts."""

    def __init__(self, code: str) -> None:
        """Carry the code."""
        super().__init__(code)
        self.code = code


class Blackout(BaseModel):
    """Hours in which nothing is offered: local times of day, on some weekdays or all. It may run past midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: dtm.time
    until: dtm.time
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    """Days on which it begins, Monday is 0."""

    @field_validator("weekdays")
    @classmethod
    def _known_days(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if not days or any(not 0 <= day <= 6 for day in days):  # noqa: PLR2004 - a week
            raise ValueError("weekdays are 0 (Monday) to 6")
        return tuple(sorted(set(days)))

    def covers(self, local: dtm.datetime) -> bool:
        """The local moment falls into it. `since` belongs to it, `until` does not; equal times are a whole day."""
        at = local.time()
        if self.since < self.until:
            return self.since <= at < self.until and local.weekday() in self.weekdays
        begun_today = at >= self.since and local.weekday() in self.weekdays
        begun_yesterday = at < self.until and (local.weekday() - 1) % 7 in self.weekdays
        return begun_today or begun_yesterday


class ScheduleRule(BaseModel):
    """How sessions of a webinar come about by themselves. `none`: only those that staff schedule."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = "none"
    rrule: str = Field(default="", max_length=MAX_RRULE)
    """RFC 5545, without DTSTART: `FREQ=WEEKLY;BYDAY=TU,TH`. Only for `recurring`."""
    times: tuple[dtm.time, ...] = ()
    """Local times of day at which a recurring session starts."""
    first_day: dtm.date | None = None
    """The first day of a recurring rule; where the counting of COUNT and INTERVAL begins."""
    every_minutes: Literal[15, 30, 60] = 15
    """Grid of `just_in_time` on the local clock."""
    lead_minutes: int = Field(default=3, ge=0, le=60)
    """A `just_in_time` slot nearer than this is not offered any more."""
    blackouts: tuple[Blackout, ...] = Field(default=(), max_length=20)
    days_off: tuple[dtm.date, ...] = Field(default=(), max_length=100)
    """Local days on which nothing starts."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "recurring":
            if not self.times or self.first_day is None:
                raise ValueError("a recurring rule needs times of day and a first day")
            check_rrule(self.rrule)
        return self

    def is_off(self, local: dtm.datetime) -> bool:
        """Nothing starts at this local moment."""
        return local.date() in self.days_off or any(blackout.covers(local) for blackout in self.blackouts)


NO_RULE = ScheduleRule()


def check_rrule(text: str) -> None:
    """Accept an RRULE, or raise RuleError `rrule_empty`, `rrule_start`, `rrule_too_often` or `rrule_unreadable`."""
    rule = text.strip().upper()
    if not rule:
        raise RuleError("rrule_empty")
    if "DTSTART" in rule or "\n" in rule or ("UNTIL" in rule and "COUNT" in rule):
        raise RuleError("rrule_start")
    parts = dict(part.partition("=")[::2] for part in rule.removeprefix("RRULE:").split(";"))
    if parts.get("FREQ") in {"HOURLY", "MINUTELY", "SECONDLY"} or parts.keys() & {"BYHOUR", "BYMINUTE", "BYSECOND"}:
        raise RuleError("rrule_too_often")
    try:
        _parsed(rule, dtm.datetime(2026, 1, 1))  # noqa: DTZ001 - local times of day are naive by nature
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RuleError("rrule_unreadable") from None


def upcoming(rule: ScheduleRule, zone: str, after: dtm.datetime, count: int) -> list[dtm.datetime]:
    """The next slots that begin later than `after`, in UTC, earliest first; fewer where the rule ends within a year."""
    return list(islice(_slots(rule, ZoneInfo(zone), after), count))


def between(rule: ScheduleRule, zone: str, after: dtm.datetime, until: dtm.datetime) -> list[dtm.datetime]:
    """Every slot of a recurring rule with after < slot ≤ until, in UTC, earliest first."""
    return list(_recurring(rule, ZoneInfo(zone), after, until)) if rule.kind == "recurring" else []


def _slots(rule: ScheduleRule, zone: ZoneInfo, after: dtm.datetime) -> Iterator[dtm.datetime]:
    if rule.kind == "recurring":
        yield from _recurring(rule, zone, after, after + SEARCH)
    elif rule.kind == "just_in_time":
        lead = dtm.timedelta(minutes=rule.lead_minutes)
        yield from _grid(rule, zone, after + lead, rule.every_minutes)
    elif rule.kind == "on_demand":
        yield from _grid(rule, zone, after + ON_DEMAND_LEAD, 1)


def _recurring(rule: ScheduleRule, zone: ZoneInfo, after: dtm.datetime, until: dtm.datetime) -> Iterator[dtm.datetime]:
    """Local wall-clock arithmetic; only then UTC. A time the clocks skip is read as before the change (RFC 5545)."""
    if rule.first_day is None:
        return
    # The wall clock may stand up to a day away from UTC, so the search is wider than what is asked for.
    since, to = (
        (after - _DAY).astimezone(zone).replace(tzinfo=None),
        (until + _DAY).astimezone(zone).replace(tzinfo=None),
    )
    found: set[dtm.datetime] = set()
    for time in sorted(set(rule.times))[:MOST_PER_DAY]:
        starts = dtm.datetime.combine(rule.first_day, time.replace(tzinfo=None))
        for local in _parsed(rule.rrule, starts).between(since, to, inc=True):
            moment = local.replace(tzinfo=zone).astimezone(dtm.UTC)
            if after < moment <= until and not rule.is_off(moment.astimezone(zone)):
                found.add(moment)
    yield from sorted(found)


def _grid(rule: ScheduleRule, zone: ZoneInfo, after: dtm.datetime, minutes: int) -> Iterator[dtm.datetime]:
    """Whole steps of the local clock, in real time: an hour that comes twice has its slots twice."""
    moment = after.astimezone(dtm.UTC).replace(second=0, microsecond=0)
    until = after + GRID_SEARCH
    while moment <= until:
        local = moment.astimezone(zone)
        # Offsets are whole minutes today; the step to the next mark is taken on the local clock each time anew.
        past = (local.hour * 60 + local.minute) % minutes
        if past == 0 and moment > after and not rule.is_off(local):
            yield moment
        moment += (minutes - past) * _MINUTE


@lru_cache(maxsize=256)
def _parsed(text: str, starts: dtm.datetime) -> rrule | rruleset:
    """The rule from its first local moment on. An UNTIL of any form is read as a local day's end."""
    rule = text.strip().upper().removeprefix("RRULE:")
    parts = [_local_until(part) if part.startswith("UNTIL=") else part for part in rule.split(";") if part]
    return rrulestr(";".join(parts), dtstart=starts, cache=True)


def _local_until(part: str) -> str:
    day = part.removeprefix("UNTIL=")[:8]
    return f"UNTIL={day}T235959"
