"""Whom facts later than the derived tables concern, and all facts of theirs: what those tables are patched from.

Found in the log once and kept by the door; the next fact adds those whom it concerns and the facts that are new.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.everybodys import MOST_CARRIED, Everybodys, Pairs, Place, everybodys, leads_on

FACTS = (
    "touch_recorded", "core_ingest_event", "core_lead_created", "lead_merged", "lead_unmerged", "lead_assigned",
    "lead_stage_changed", "lead_erased", "telegram_linked", "client_webinar_registered", "client_webinar_entered",
    "client_webinar_attendance_classified", "client_webinar_completed", "client_webinar_offer_clicked",
    "client_webinar_form_submitted", "client_webinar_replay_watched", "telegram_blocked", "telegram_unblocked",
    "lead_tagged",
)  # fmt: skip
"""Facts that change those tables in a way these questions can see."""
MESSAGES = (
    "message_planned", "message_skipped", "message_sending", "message_sent", "message_failed", "message_uncertain",
    "message_withheld",
)  # fmt: skip
"""Facts that change `messages`."""
SIGNS_OF_LIFE = ("web_form", "telegram_bot", "collect_api", "client-webinar-tracker-v2")
"""Whatever these emitters state says when a lead was seen last: `lead_list` tells it."""
MOST_CONCERNED = 20_000
"""With more people concerned than that, everything is computed anew from the log."""
MOST_TAKEN_OVER = 2_000
"""When the tables are published anew, more people than that are not taken over from before, but looked for again."""


@dataclass(frozen=True, slots=True)
class Later:
    """Whom facts after `since` (or some before it), up to `until`, concern, and all facts of theirs up to there.

    `facts`, those of everybody among them, is None when they are too many to be carried. `mark` stays the same while
    nothing of this changes.
    """

    since: int
    until: Place
    leads: frozenset[str] = frozenset()
    visitors: frozenset[str] = frozenset()
    forms: Pairs = frozenset()
    """Browsers and the leads that came by them."""
    places: frozenset[int] = frozenset()
    """Where their facts stand."""
    own: pa.Table | None = None
    """Those facts, without everybody's."""
    facts: pa.Table | None = None
    mark: object = field(default_factory=object)

    @property
    def size(self) -> int:
        """How many are concerned."""
        return len(self.leads) + len(self.visitors)

    @property
    def is_too_much(self) -> bool:
        """So many that it is less work to compute everything anew."""
        return self.size > MOST_CONCERNED


def later(warehouse: Warehouse, since: int, until: Place, names: Collection[str]) -> Later:
    """Whom facts after `since` concern that change these tables, and all their facts, up to `until` or a later one.

    For all tables together, so that they are looked for once; only of many are those told apart whom the named tables
    are about.
    """
    found = _found(warehouse, since, until, (*FACTS, *MESSAGES), SIGNS_OF_LIFE)
    if not found.is_too_much:
        return found
    facts = (*(FACTS if set(names) - {"messages"} else ()), *(MESSAGES if "messages" in names else ()))
    return _found(warehouse, since, until, facts, SIGNS_OF_LIFE if "lead_list" in names else ())


def _found(warehouse: Warehouse, since: int, until: Place, facts: tuple[str, ...], emitters: tuple[str, ...]) -> Later:
    newest = ("newest later", facts, emitters)

    def grown(known: Later | None) -> Later:
        if known is None or not leads_on(warehouse, known.until, until):
            known = _taken_over(warehouse.known.answer(newest, _as_it_is), since)
        if known is None or not leads_on(warehouse, known.until, until):
            known = Later(since, Place(since))
        if known.until.seq >= until.seq or known.is_too_much:
            return known
        now = _grown(warehouse, known, until, {"facts": list(facts), "emitters": list(emitters)})
        warehouse.known.answer(newest, lambda _: now)
        return now

    return warehouse.known.answer(("later", since, facts, emitters), grown)


def _as_it_is(known: Later | None) -> Later | None:
    return known


def _taken_over(newest: Later | None, since: int) -> Later | None:
    """What was found for older tables holds for newer ones too: it concerns more people than it must."""
    is_fit = newest is not None and newest.since <= since and newest.size <= MOST_TAKEN_OVER
    return newest if is_fit else None


def _grown(warehouse: Warehouse, before: Later, until: Place, asked: Mapping[str, Any]) -> Later:
    """The same up to a later fact. Somebody's facts are looked for in the whole log once, then in its tail only."""
    stretch = {"since": before.until.seq, "until": until.seq}
    stated = warehouse.sql(load("later_people"), {**asked, **stretch})
    leads, visitors = _each(stated, "lead_id"), _each(stated, "visitor_id")
    if not (before.size or leads or visitors):
        return dataclasses.replace(before, until=until)
    shared = everybodys(warehouse, until)
    found = _Finding(warehouse, before, until.seq, shared)
    found.add_tail()
    found.add_people(leads, visitors)
    return _kept(warehouse, before, until, found)


def _kept(warehouse: Warehouse, before: Later, until: Place, found: "_Finding") -> Later:
    """What was found, with the facts if they are not too many."""
    own = facts = None
    if not found.is_too_much and len(found.places) + found.shared.facts.num_rows <= MOST_CARRIED:
        own = _told(warehouse, before.own, found.places - (before.places if before.own is not None else frozenset()))
        facts = pa.concat_tables([own, found.shared.facts])
        if before.facts is not None and before.facts.num_rows == facts.num_rows:
            return dataclasses.replace(before, until=until)
    leads, visitors, forms = frozenset(found.leads), frozenset(found.visitors), frozenset(found.forms)
    return Later(before.since, until, leads, visitors, forms, frozenset(found.places), own, facts)


class _Finding:
    """Leads and browsers that belong together, and where their facts stand: known already, and found."""

    def __init__(self, warehouse: Warehouse, before: Later, until: int, shared: Everybodys) -> None:
        self._warehouse, self._before, self._until = warehouse, before, until
        self._everybodys = _each(shared.facts, "seq")
        self.shared = shared
        self.leads, self.visitors = set(before.leads), set(before.visitors)
        self.forms, self.places = set(before.forms), before.places - self._everybodys

    @property
    def is_too_much(self) -> bool:
        return len(self.leads) + len(self.visitors) > MOST_CONCERNED

    def add_tail(self) -> None:
        """What those who are concerned already did since."""
        self._look(self.leads, self.visitors, self._before.until.seq)

    def add_people(self, leads: set[str], visitors: set[str]) -> None:
        """These, everybody they were ever merged with, their browsers and whoever came by those."""
        while not self.is_too_much:
            came_by = {lead for visitor, lead in self.forms if visitor in self.visitors | visitors}
            leads = _family(leads | came_by, self.shared.merges)
            visitors = visitors | {visitor for visitor, lead in self.forms if lead in self.leads | leads}
            leads, visitors = leads - self.leads, visitors - self.visitors
            if not leads and not visitors:
                return
            self.leads |= leads
            self.visitors |= visitors
            if not self.is_too_much:
                self._look(leads, visitors, 0)

    def _look(self, leads: Collection[str], visitors: Collection[str], after: int) -> None:
        """Find the facts of these leads and browsers in a stretch of the log."""
        if not leads and not visitors:
            return
        carried = {"leads_meant": _ids(leads), "visitors_meant": _ids(visitors)}
        found = self._warehouse.sql(load("facts_concerned"), {"after": after, "until": self._until}, carried)
        self.places |= _each(found, "seq") - self._everybodys
        pairs = zip(found["visitor_id"].to_pylist(), found["lead_id"].to_pylist(), strict=True)
        self.forms |= {(visitor, lead) for visitor, lead in pairs if visitor and lead}


def _family(leads: Iterable[str], merges: Iterable[tuple[str, str]]) -> set[str]:
    """The leads with everybody they were ever merged with."""
    linked: defaultdict[str, list[str]] = defaultdict(list)
    for one, other in merges:
        linked[one].append(other)
        linked[other].append(one)
    found: set[str] = set()
    ahead = list(leads)
    while ahead:
        lead = ahead.pop()
        if lead not in found:
            found.add(lead)
            ahead += linked.get(lead, ())
    return found


def _told(warehouse: Warehouse, known: pa.Table | None, places: Collection[int]) -> pa.Table:
    """The known facts and these. Their places are named one by one, so that little else of the log is read."""
    if not places and known is not None:
        return known
    named = ", ".join(map(str, sorted(places))) or "-1"
    found = warehouse.sql(load("facts_told").replace("the_facts", f"events where seq in ({named})"))
    return pa.concat_tables([known, found]).combine_chunks() if known is not None else found


def _each(table: pa.Table, column: str) -> set[Any]:
    return set(table[column].drop_null().to_pylist())


def _ids(values: Collection[str]) -> pa.Table:
    return pa.table({"id": pa.array(sorted(values), pa.string())})
