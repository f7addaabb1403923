"""Whether a planned message still holds, asked just before it is sent: the planner's own checks on the newest facts."""

import datetime as dtm
from dataclasses import dataclass
from typing import Literal

from domain.family import fold_person
from domain.planner import still_holds
from notifier.pending import Pending
from notifier.programme import Programme
from warehouse.interface import Warehouse
from warehouse.reads.families import facts_of_people

ASK_AGAIN_AFTER = dtm.timedelta(minutes=1)
"""Somebody's message waits without saying until when: looked at again after this."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`send` it, let it `wait` until a moment, or `withhold` it for ever: why, and the facts that were seen."""

    then: Literal["send", "wait", "withhold"]
    until: dtm.datetime | None = None
    reason: str = ""
    saw: tuple[str, ...] = ()
    valid_until: dtm.datetime | None = None
    """By today's programme; a call after this comes too late."""


def standing(warehouse: Warehouse, programme: Programme, pending: Pending, now: dtm.datetime) -> Standing:
    """Read the facts of the lead, and of those merged with it, and decide. Blocking. Raises WarehouseError."""
    lead_id = pending.fact.lead_id or ""
    lead = fold_person(facts_of_people(warehouse, programme.families, [lead_id]), lead_id)
    found = still_holds(lead, programme.schedule, pending.planned, now)
    if found is None:  # a newer release planned it: it knows what to do, if it is back in time
        if now >= pending.planned.valid_until:
            return Standing("withhold", reason="expired", saw=("rule_unknown",))
        return Standing("wait", until=pending.planned.valid_until)
    if found.state == "planned":
        return Standing("send", valid_until=found.valid_until)
    if found.state == "skipped":
        return Standing("withhold", reason=found.reason, saw=found.saw)
    return Standing("wait", until=found.at if found.at and found.at > now else now + ASK_AGAIN_AFTER)
