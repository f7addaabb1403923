"""The lead: how one comes to be from a form, and what the log says of them now. Personal data lives elsewhere."""

import datetime as dtm
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from domain.arrival import arrival_key
from domain.attribution import partner_of, source_of, touches_of
from domain.events import (
    ChatModerated,
    ConsentGiven,
    CoreIngestEvent,
    CoreLeadCreated,
    Emitter,
    Fact,
    Purpose,
    Watched,
)
from domain.webinars import Channel, channel_of, language_chosen

SEEN_SECONDS = 120
"""Somebody whose presence nobody confirmed for this long is no longer in the room (their `left` was lost)."""


@dataclass(slots=True)
class Attendee:
    """A lead in one session: the moments that scenarios hang on. Verdicts are in the order they were given."""

    session_id: str
    webinar_id: str
    registered_at: dtm.datetime | None = None
    entries: dict[int, dtm.datetime] = field(default_factory=dict)
    exits: dict[int, dtm.datetime] = field(default_factory=dict)
    seen_at: dtm.datetime | None = None
    offer_shown_at: dtm.datetime | None = None
    offer_clicked_at: dtm.datetime | None = None
    form_submitted_at: dtm.datetime | None = None
    replay_at: dtm.datetime | None = None
    is_banned: bool = False
    """The host sent them out of the room and has not let them in again."""
    verdicts: list[Fact] = field(default_factory=list)
    routes: dict[str, dtm.datetime] = field(default_factory=dict)

    @property
    def entered_at(self) -> dtm.datetime | None:
        """First entry."""
        return min(self.entries.values(), default=None)

    @property
    def verdict(self) -> Fact | None:
        """The current verdict."""
        return self.verdicts[-1] if self.verdicts else None

    @property
    def status(self) -> Literal["attended", "not_attended"] | None:
        """What the current verdict says; None: not known yet."""
        return self.verdict.properties["status"] if self.verdict else None

    @property
    def news(self) -> list[Fact]:
        """Verdicts that say something new: the first, and each other status that facts (not another policy) led to.

        A back-fill under another policy is news for nobody: who was told and written to is not told again.
        """
        return self.verdicts[:1] + [
            verdict
            for before, verdict in pairwise(self.verdicts)
            if before.properties["policy_version"] == verdict.properties["policy_version"]
            and before.properties["status"] != verdict.properties["status"]
        ]

    def first(self, status: str) -> dtm.datetime | None:
        """When it was first news that the lead attended, or did not."""
        return next((fact.occurred_at for fact in self.news if fact.properties["status"] == status), None)

    def is_in_room(self, now: dtm.datetime) -> bool:
        """Seen a moment ago, in the lobby or on air, and not known to have left."""
        if self.seen_at is None or (self.entries and not self.entries.keys() - self.exits.keys()):
            return False
        return now < self.seen_at + dtm.timedelta(seconds=SEEN_SECONDS)


@dataclass(slots=True)
class Lead:
    """What the log says of one lead now: a projection, never stored. `decided` are the messages by their key."""

    lead_id: str
    created: CoreLeadCreated | None = None
    created_fact: Fact | None = None
    ingests: list[Fact] = field(default_factory=list)
    partner_id: str | None = None
    owner: str | None = None
    stage: str | None = None
    tags: set[str] = field(default_factory=set)
    consents: dict[Purpose, dtm.datetime] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    channel: Channel = "none"
    linked_at: dtm.datetime | None = None
    language: Literal["ru", "en"] = "ru"
    """What they chose in the bot; else what their newest form was filled in in."""
    time_zone: str | None = None
    attendees: dict[str, Attendee] = field(default_factory=dict)
    starts: list[Fact] = field(default_factory=list)
    decided: dict[str, Fact] = field(default_factory=dict)
    delivered: dict[str, str] = field(default_factory=dict)
    """Newest delivery fact's name by message key."""
    not_to_come: set[str] = field(default_factory=set)
    """Keys of planned messages that failed for good or were withheld."""
    merged_into: str | None = None
    erased_at: dtm.datetime | None = None
    others: frozenset[str] = frozenset()
    """Leads that were merged into this one and whose histories are its own (`domain.family`)."""
    forgotten: dict[str, dtm.datetime] = field(default_factory=dict)
    """Those of them who were erased, and when."""
    reached_as: tuple[str, ...] = ()
    """Whose Telegram chats a message to the person may go to, the best first; empty: nobody was merged."""
    reached_since: dict[str, dtm.datetime] = field(default_factory=dict)
    """Since when each of the merged leads can be written to, by whichever chat."""

    @property
    def is_registered(self) -> bool:
        """Has a place in some session."""
        return any(attendee.registered_at for attendee in self.attendees.values())


def lead_id_of(facts: Iterable[Fact]) -> str | None:
    """Whose facts these are; None if there are only touches so far."""
    return next((fact.lead_id for fact in facts if fact.lead_id), None)


def fold_lead(facts: Iterable[Fact]) -> Lead:
    """The lead behind the facts (of one lead, touches among them). The order of the facts given does not matter."""
    ordered = sorted(_without_old_presence(facts), key=arrival_key)
    lead = Lead(lead_id_of(ordered) or "")
    telegram: list[Fact] = []
    for fact in ordered:
        if fact.lead_id is None:
            continue
        if fact.name.startswith("telegram_"):
            telegram.append(fact)
        elif fact.name.startswith(("client_webinar_", "post_webinar_", ChatModerated.name)):
            _attend(lead, fact)
        else:
            _tell(lead, fact)
    lead.language = language_chosen(fact for fact in ordered if fact.lead_id) or lead.language
    lead.channel, lead.linked_at = channel_of(fact for fact in telegram if not fact.properties.get("partner_id"))
    return lead


def _without_old_presence(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Of a session's presence intervals only the last: a lead has hundreds, and who is there is all they say here."""
    last: dict[str | None, tuple[dtm.datetime, Fact]] = {}
    for fact in facts:
        if fact.name != Watched.name:
            yield fact
            continue
        until = max(fact.occurred_at, dtm.datetime.fromisoformat(fact.properties["to_at"]))
        if fact.session_id not in last or last[fact.session_id][0] < until:
            last[fact.session_id] = (until, fact)
    yield from (fact for _, fact in last.values())


def _tell(lead: Lead, fact: Fact) -> None:
    """One fact about the person."""
    said = fact.properties
    match fact.name:
        case "core_ingest_event":
            lead.ingests.append(fact)
            if not said.get("is_proven", True):
                return
            lead.language = said.get("language", lead.language)
            lead.time_zone = said.get("time_zone") or lead.time_zone
        case "core_lead_created":
            lead.created, lead.created_fact = fact.as_event(CoreLeadCreated), fact
            lead.partner_id = lead.partner_id or lead.created.partner_id
        case "scenario_start":
            lead.starts.append(fact)
        case "lead_tagged":
            _label(lead, said)
        case "message_planned" | "message_skipped":
            lead.decided[said["message_key"]] = fact
        case "message_sending" | "message_sent" | "message_failed" | "message_uncertain" | "message_withheld":
            _deliver(lead, fact.name, said)
        case _:
            _manage(lead, fact, said)


def _deliver(lead: Lead, name: str, said: Mapping[str, Any]) -> None:
    """One fact of a message's way."""
    key = str(said["message_key"])
    lead.delivered[key] = name
    is_over = name == "message_withheld" or (name == "message_failed" and not said.get("retry_at"))
    (lead.not_to_come.add if is_over else lead.not_to_come.discard)(key)


def _label(lead: Lead, said: Mapping[str, Any]) -> None:
    """One tag put on or taken off."""
    if said.get("is_on", True):
        lead.tags.add(str(said["tag"]))
    else:
        lead.tags.discard(str(said["tag"]))


def _manage(lead: Lead, fact: Fact, said: Mapping[str, str | None]) -> None:
    """One fact of consent, or of what staff did."""
    match fact.name:
        case "consent_given":
            lead.consents[fact.as_event(ConsentGiven).purpose] = fact.occurred_at
            lead.withdrawn.discard(str(said["purpose"]))
        case "consent_withdrawn":
            lead.withdrawn.add(str(said["purpose"]))
        case "lead_assigned":
            _assign(lead, said)
        case "lead_stage_changed":
            lead.stage = said["stage"]
        case "lead_merged":
            lead.merged_into = said["into_lead_id"]
        case "lead_unmerged":
            lead.merged_into = None
        case "lead_erased":
            lead.erased_at = fact.occurred_at


def _assign(lead: Lead, said: Mapping[str, str | None]) -> None:
    """Another owner or partner; an empty one: nobody. What is not said stays."""
    if (owner := said.get("owner")) is not None:
        lead.owner = owner or None
    if (partner_id := said.get("partner_id")) is not None:
        lead.partner_id = partner_id or None


def _attend(lead: Lead, fact: Fact) -> None:
    """One fact of a lead in a session."""
    session_id = fact.session_id or ""
    attendee = lead.attendees.get(session_id)
    if attendee is None:
        attendee = lead.attendees[session_id] = Attendee(session_id, fact.webinar_id or "")
    at = fact.occurred_at
    match fact.name:
        case "client_webinar_registered":
            attendee.registered_at = attendee.registered_at or at
        case "client_webinar_entered":
            attendee.entries.setdefault(fact.properties["visit_no"], at)
            attendee.seen_at = max(attendee.seen_at or at, at)
        case "client_webinar_left":
            attendee.exits[fact.properties["visit_no"]] = at
        case "client_webinar_watched":
            attendee.seen_at = max(attendee.seen_at or at, at, dtm.datetime.fromisoformat(fact.properties["to_at"]))
        case "client_webinar_attendance_classified":
            attendee.verdicts.append(fact)
        case "post_webinar_route":
            attendee.routes.setdefault(fact.properties["route"], at)
        case _:
            _act(attendee, fact, at)


def _act(attendee: Attendee, fact: Fact, at: dtm.datetime) -> None:
    """One thing the lead did in the room or with the recording, where the first time counts; or was done to them."""
    match fact.name:
        case ChatModerated.name:
            attendee.is_banned = fact.properties["deed"] == "guest_banned"
        case "client_webinar_offer_shown":
            attendee.offer_shown_at = attendee.offer_shown_at or at
        case "client_webinar_offer_clicked":
            attendee.offer_clicked_at = attendee.offer_clicked_at or at
        case "client_webinar_form_submitted":
            attendee.form_submitted_at = attendee.form_submitted_at or at
        case "client_webinar_replay_watched":
            attendee.replay_at = attendee.replay_at or at


def born(lead: Lead, facts: Sequence[Fact]) -> list[Fact]:
    """What follows from the forms: the canonical lead (once) and every consent not yet recorded.

    The lead is created by its first form in event order; the partner is frozen here. The source is what that form
    states, else the first touch's.
    """
    if not lead.ingests or lead.erased_at:
        return []
    known = {fact.event_id for fact in facts}
    found = [] if lead.created else [_created(lead, facts)]
    found += [_consent(ingest, choice) for ingest in lead.ingests for choice in ingest.properties.get("consents", ())]
    return [fact for fact in found if fact.event_id not in known]


def _created(lead: Lead, facts: Sequence[Fact]) -> Fact:
    ingest = lead.ingests[0]
    form = ingest.as_event(CoreIngestEvent)
    touches = touches_of(facts)
    first_touch_at = min([ingest.occurred_at, *(touch.touched_at for touch in touches)])
    event = CoreLeadCreated(
        lead_source=(form.source or "").strip() or source_of(touches),
        first_touch_at=first_touch_at,
        lead_created_at=ingest.occurred_at,
        entry=ingest.emitter,
        partner_id=partner_of(touches, ingest.occurred_at),
        ingest_event_id=ingest.event_id,
    )
    return Fact.of(
        event,
        emitter=Emitter.CORE,
        occurred_at=ingest.occurred_at,
        lead_id=ingest.lead_id,
        webinar_id=ingest.webinar_id,
        session_id=ingest.session_id,
        correlation_id=ingest.correlation_id or ingest.event_id,
    )


def _consent(ingest: Fact, choice: Mapping[str, str]) -> Fact:
    return Fact.of(
        ConsentGiven.model_validate({**choice, "given_by": ingest.event_id}),
        emitter=Emitter.CORE,
        occurred_at=ingest.occurred_at,
        lead_id=ingest.lead_id,
        correlation_id=ingest.correlation_id or ingest.event_id,
    )
