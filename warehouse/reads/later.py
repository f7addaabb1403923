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
MOST_CARRIED = 20_000
"""So many facts a question carries along; more are found again by those whom they are about."""

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Later:
    """Whom facts after the tables, up to `until`, concern, and all facts of theirs up to there.

    `facts` is None when they are too many to be carried. `mark` stays the same while nothing of this changes.
    """

    until: int
    leads: frozenset[str] = frozenset()
    visitors: frozenset[str] = frozenset()
    forms: Pairs = frozenset()
    """Browsers and the leads that came by them."""
    merges: Pairs = frozenset()
    """Leads and those they were ever merged into, whoever is concerned."""
    places: frozenset[int] = frozenset()
    """Where their facts stand."""
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


def later(warehouse: Warehouse, since: int, until: int, names: Collection[str]) -> Later:
    """Whom facts after `since` concern that change these tables, and all their facts, up to `until` or a later one.

    For all tables together, so that they are looked for once; only of many are those told apart whom the named tables
    are about.
    """
    found = _found(warehouse, since, until, (*FACTS, *MESSAGES), SIGNS_OF_LIFE)
    if not found.is_too_much:
        return found
    facts = (*(FACTS if set(names) - {"messages"} else ()), *(MESSAGES if "messages" in names else ()))
    return _found(warehouse, since, until, facts, SIGNS_OF_LIFE if "lead_list" in names else ())


def _found(warehouse: Warehouse, since: int, until: int, facts: tuple[str, ...], emitters: tuple[str, ...]) -> Later:
    def grown(known: Later | None) -> Later:
        known = known or Later(since)
        if known.until >= until or known.is_too_much:
            return known
        return _grown(warehouse, known, {"facts": list(facts), "emitters": list(emitters), "until": until})

    return warehouse.known.answer(("later", since, facts, emitters), grown)


def _grown(warehouse: Warehouse, before: Later, asked: Mapping[str, Any]) -> Later:
    """The same up to a later fact. Somebody's facts are looked for in the whole log once, then in its tail only."""
    until = asked["until"]
    stated = warehouse.sql(load("later_people"), {**asked, "since": before.until})
    found = _Finding(warehouse, before, until)
    leads, visitors = _each(stated, "lead_id"), _each(stated, "visitor_id")
    if before.size or leads or visitors:
        found.add_everybodys()
        found.add_tail()
        found.add_people(leads, visitors)
    if found.places == before.places and not found.is_too_much:
        return dataclasses.replace(before, until=until)
    facts = None
    if not found.is_too_much and len(found.places) <= MOST_CARRIED:
        facts = _told(warehouse, before.facts, found.places - (before.places if before.facts else frozenset()))
    return Later(
        until,
        frozenset(found.leads),
        frozenset(found.visitors),
        frozenset(found.forms),
        frozenset(found.merges),
        frozenset(found.places),
        facts,
    )


class _Finding:
    """Leads and browsers that belong together, and where their facts stand: known already, and found."""

    def __init__(self, warehouse: Warehouse, before: Later, until: int) -> None:
        self._warehouse, self._before, self._until = warehouse, before, until
        self.leads, self.visitors = set(before.leads), set(before.visitors)
        self.forms, self.merges, self.places = set(before.forms), set(before.merges), set(before.places)

    @property
    def is_too_much(self) -> bool:
        return len(self.leads) + len(self.visitors) > MOST_CONCERNED

    def add_everybodys(self) -> None:
        """What concerns everybody is found when the first one is concerned."""
        after = self._before.until if self._before.size else 0
        rows = self._warehouse.sql(load("facts_of_everybody"), {"after": after, "until": self._until}).to_pylist()
        self.places |= {row["seq"] for row in rows}
        self.merges |= {(row["lead_id"], row["into_lead_id"]) for row in rows if row["into_lead_id"]}

    def add_tail(self) -> None:
        """What those who are concerned already did since."""
        self._look(self.leads, self.visitors, self._before.until)

    def add_people(self, leads: set[str], visitors: set[str]) -> None:
        """These, everybody they were ever merged with, their browsers and whoever came by those."""
        while not self.is_too_much:
            leads = _family(
                leads | {lead for visitor, lead in self.forms if visitor in self.visitors | visitors}, self.merges
            )
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
        self.places |= _each(found, "seq")
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
    found = warehouse.sql(load("facts_told").replace("the_places", named))
    return pa.concat_tables([known, found]).combine_chunks() if known is not None else found


def _each(table: pa.Table, column: str) -> set[Any]:
    return set(table[column].drop_null().to_pylist())


def _ids(values: Collection[str]) -> pa.Table:
    return pa.table({"id": pa.array(sorted(values), pa.string())})
