"""Who of the house is told what about its failures, and when. Pure: what was planned before is read off the log.

At most one message an hour about one thing to one person, however often it fails and comes back; while a failure lasts
they are reminded after one hour, then after twice as long each time, at most a day apart.
"""

import datetime as dtm
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from domain.arrival import arrival_key
from domain.events import (
    Emitter,
    Fact,
    FailureKind,
    MessagePlanned,
    StaffAlertsChanged,
    StaffAlertsEnded,
    TelegramBlocked,
    TelegramLinked,
    TelegramUnblocked,
)
from domain.failures import Failure, by_thing, present
from domain.webinars import Channel, channel_of

SCENARIO, VERSION = "house", 1
FAILED, RECOVERED = "house_failed", "house_recovered"
"""Templates, and names of the two steps."""
STAFF_EVENTS = frozenset(
    event.name for event in (TelegramLinked, TelegramBlocked, TelegramUnblocked, StaffAlertsChanged, StaffAlertsEnded)
)
"""Facts a member is folded from; those about Telegram count only where they name a `staff_id`."""
AT_LEAST_APART = dtm.timedelta(hours=1)
AT_MOST_APART = dtm.timedelta(hours=24)
FAILED_LIVES = dtm.timedelta(hours=1)
RECOVERED_LIVES = dtm.timedelta(hours=24)
"""Good news a day old is no news."""
STAFF_PREFIX = "staff:"
"""Every `staff_id` begins so: a chat's owner is recognised without looking anything up."""


@dataclass(frozen=True, slots=True)
class Member:
    """One link of somebody of the house to a Telegram: whether it can be written to, and what they do not want."""

    staff_id: str
    channel: Channel = "none"
    linked_at: dtm.datetime | None = None
    muted: frozenset[FailureKind] = frozenset()
    is_ended: bool = False

    @property
    def is_reachable(self) -> bool:
        """Linked, not blocked, and still theirs."""
        return self.channel == "linked" and not self.is_ended


def is_staff(subject: str) -> bool:
    """Whether personal data of this subject is of somebody of the house."""
    return subject.startswith(STAFF_PREFIX)


def fold_staff(facts: Iterable[Fact]) -> dict[str, Member]:
    """Every link there ever was, by `staff_id`, whatever order its facts arrived in."""
    named = ((str(fact.properties.get("staff_id") or ""), fact) for fact in facts if fact.name in STAFF_EVENTS)
    ordered = sorted(((who, fact) for who, fact in named if who), key=lambda one: (one[0], arrival_key(one[1])))
    return {
        who: _member(who, [fact for _, fact in history]) for who, history in groupby(ordered, key=lambda one: one[0])
    }


def _member(staff_id: str, history: Sequence[Fact]) -> Member:
    channel, since = channel_of(history)
    muted: set[FailureKind] = set()
    for fact in history:
        if fact.name == StaffAlertsChanged.name:
            change = fact.as_event(StaffAlertsChanged)
            (muted.discard if change.is_on else muted.add)(change.kind)
    is_ended = any(fact.name == StaffAlertsEnded.name for fact in history)
    return Member(staff_id, channel, since, frozenset(muted), is_ended)


def plan(
    failures: Collection[Failure], staff: Iterable[Member], planned: Iterable[Fact], now: dtm.datetime
) -> list[Fact]:
    """The messages that are due now. `planned`: every message about the house that the log has already."""
    told: dict[tuple[str, str], list[Fact]] = {}
    for fact in sorted(planned, key=arrival_key):
        told.setdefault((str(fact.properties["staff_id"]), str(fact.correlation_id)), []).append(fact)
    found = []
    for member in staff:
        if not member.is_reachable:
            continue
        for thing, episodes in by_thing(failures).items():
            if thing[0] not in member.muted:
                before = [(one, told.get((member.staff_id, one.failure_id), [])) for one in episodes]
                found += _due(member, before, now)
    return found


def _due(member: Member, before: Sequence[tuple[Failure, list[Fact]]], now: dtm.datetime) -> list[Fact]:
    """What one person is to be told about one thing now: nothing, or one message."""
    lasting = present(one for one, _ in before)
    warned = [(one, [fact for fact in said if _step(fact) == FAILED]) for one, said in before]
    if lasting:
        failure = next(iter(lasting.values()))
        own = next(facts for one, facts in warned if one is failure)
        newest = max((fact.occurred_at for _, facts in warned for fact in facts), default=None)
        if newest is None or now >= newest + _pause(len(own)):
            return [_message(member, failure, FAILED, now, number=len(own) + 1)]
        return []
    last = next((one for one, facts in reversed(warned) if facts), None)
    if last is None or last.recovered_at is None or now >= last.recovered_at + RECOVERED_LIVES:
        return []
    is_said = any(_step(fact) == RECOVERED for one, said in before if one is last for fact in said)
    return [] if is_said else [_message(member, last, RECOVERED, now)]


def _pause(times: int) -> dtm.timedelta:
    """After how long a failure is told of again, having been told so many times; a new one of the same thing, too."""
    doubled: int = 2 ** max(0, min(times, 10) - 1)
    return min(AT_LEAST_APART * doubled, AT_MOST_APART)


def _step(fact: Fact) -> str:
    return str(fact.properties["template"])


def _message(member: Member, failure: Failure, template: str, now: dtm.datetime, *, number: int = 1) -> Fact:
    step = f"{template}_{number}" if number > 1 else template
    event = MessagePlanned(
        message_key=":".join((SCENARIO, str(VERSION), member.staff_id, failure.failure_id, step)),
        scenario=SCENARIO,
        scenario_version=VERSION,
        step=template,
        recipient="staff",
        staff_id=member.staff_id,
        template=template,
        message_class="critical",
        due_at=now,
        valid_until=now + (FAILED_LIVES if template == FAILED else RECOVERED_LIVES),
    )
    return Fact.of(event, emitter=Emitter.SCENARIO_SERVICE, occurred_at=now, correlation_id=failure.failure_id)


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether a planned message is still to be sent; if not, why."""

    then: Literal["send", "withhold"]
    reason: str = ""
    saw: tuple[str, ...] = ()


def still_holds(
    planned: MessagePlanned, failure: Failure | None, staff: Mapping[str, Member], now: dtm.datetime
) -> Holding:
    """What is true of a planned message when its turn comes: nobody is warned of what is over."""
    member = staff.get(planned.staff_id or "")
    if failure is None or member is None or member.is_ended:
        return Holding("withhold", "exited", ("staff_unlinked",) if failure else ())
    if member.channel != "linked":
        return Holding("withhold", "channel_gone", ("telegram_blocked",))
    if failure.kind in member.muted:
        return Holding("withhold", "muted", ("alerts_off",))
    if now >= planned.valid_until:
        return Holding("withhold", "expired")
    if planned.template == FAILED and not failure.is_open:
        return Holding("withhold", "condition", ("failure_over",))
    return Holding("send")
