"""Whom facts later than the derived tables concern, and all facts of theirs: what those tables are patched from.

Found in the log once and kept by the door; the next fact adds those whom it concerns and the facts that are new.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from warehouse import tables
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
AFTER = "seq > $since and seq <= $until and (list_contains($facts, name) or list_contains($emitters, emitter))"


@dataclass(frozen=True, slots=True)
class Later:
    """Whom facts after the tables, up to `until`, concern; all facts of theirs up to there, as JSON, by `seq`."""

    until: int
    leads: frozenset[str] = frozenset()
    visitors: frozenset[str] = frozenset()
    facts: Mapping[int, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many are concerned."""
        return len(self.leads) + len(self.visitors)


def later(warehouse: Warehouse, since: int, until: int, names: Collection[str]) -> Later:
    """Whom facts after `since` concern that change these tables, and all their facts, up to `until` or a later one."""
    facts = (*(FACTS if set(names) - {"messages"} else ()), *(MESSAGES if "messages" in names else ()))
    emitters = SIGNS_OF_LIFE if "lead_list" in names else ()
    asked = {"facts": list(facts), "emitters": list(emitters), "until": until}

    def grown(known: Later | None) -> Later:
        known = known or Later(since)
        return _grown(warehouse, known, asked) if known.until < until else known

    return warehouse.known.answer(("later", since, facts, emitters), grown)


def _grown(warehouse: Warehouse, before: Later, asked: Mapping[str, Any]) -> Later:
    """The same up to a later fact. Somebody's facts are looked for in the whole log once, then in its tail only."""
    until = asked["until"]
    people = tables.text("changed_people").replace("the_condition", AFTER)
    rows = warehouse.sql(people, {**asked, "since": before.until}).to_pylist()
    found = {kind: frozenset(row["id"] for row in rows if row["kind"] == kind) for kind in ("lead", "visitor")}
    now = Later(until, before.leads | found["lead"], before.visitors | found["visitor"])
    if not now.size or now.size > MOST_CONCERNED:
        return now
    places = _places(warehouse, now.leads - before.leads, now.visitors - before.visitors, 0, until)
    if before.facts:
        places |= _places(warehouse, now.leads, now.visitors, before.until, until)
    everybodys = {"after": before.until if before.facts else 0, "until": until}
    places |= {row["seq"] for row in warehouse.sql(load("facts_of_everybody"), everybodys).to_pylist()}
    return Later(until, now.leads, now.visitors, {**before.facts, **_told(warehouse, places - before.facts.keys())})


def _places(
    warehouse: Warehouse, leads: Collection[str], visitors: Collection[str], after: int, until: int
) -> set[int]:
    """Where the facts of these leads and browsers stand in a stretch of the log."""
    if not leads and not visitors:
        return set()
    params = {"leads": sorted(leads), "visitors": sorted(visitors), "after": after, "until": until}
    return {row["seq"] for row in warehouse.sql(load("facts_concerned"), params).to_pylist()}


def _told(warehouse: Warehouse, places: Collection[int]) -> dict[int, str]:
    """These facts, each as a JSON object. Their places are named one by one, so that little else of the log is read."""
    if not places:
        return {}
    question = load("facts_told").replace("the_places", ", ".join(map(str, sorted(places))))
    return {row["seq"]: row["told"] for row in warehouse.sql(question).to_pylist()}
