"""What a guest does besides being there: chat, offers seen and clicked, forms sent. Pure: frames in, facts out."""

import datetime as dtm
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.room.hall import Guest, Hall, Programme
from app.room.stage import is_chat_open, millis
from domain.events import (
    ChatPosted,
    Emitter,
    Event,
    Fact,
    FormSubmitted,
    OfferClicked,
    OfferShown,
    PollAnswered,
    deterministic_id,
)
from warehouse.interface import Personal, PersonalRow

MAX_CHAT = 500
MAX_ANSWER = 1_000
MAX_ID = 64


class Unheard(ValueError):  # noqa: N818 - reads as what happened
    """The room does not take this; `code` is the text key's last part."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Said:
    """Facts with the personal data that belongs to them."""

    facts: tuple[Fact, ...]
    personal: tuple[PersonalRow, ...] = ()
    line: dict[str, Any] | None = None
    """What the chat shows once it is stored."""
    answer: Mapping[str, Any] = field(default_factory=dict)
    """What the guest is told of it besides."""


@dataclass(frozen=True, slots=True)
class Here:
    """Who speaks, where and when."""

    guest: Guest
    hall: Hall
    programme: Programme
    now: dtm.datetime

    def fact(self, event: Event) -> Fact:
        """The guest's doing in this session."""
        seat = self.guest.seat
        return Fact.of(
            event,
            emitter=Emitter.TRACKER,
            occurred_at=self.now,
            lead_id=seat.lead_id,
            webinar_id=seat.webinar_id,
            session_id=seat.session_id,
        )


def chat(frame: Mapping[str, Any], here: Here) -> Said:
    """A chat line. Raises Unheard: empty, too long, chat closed, session over, slow mode, unknown line to answer."""
    guest, hall, programme, now = here.guest, here.hall, here.programme, here.now
    text = text_of(frame, MAX_CHAT)
    if not is_chat_open(programme.webinar, programme.session.phase(now)):
        raise Unheard("chat_closed")
    reply_to = _answered(frame, here)
    action_id, slow_seconds = line_id(frame, guest), hall.airing.slow_seconds
    if slow_seconds and guest.spoke_at and (now - guest.spoke_at).total_seconds() < slow_seconds:
        raise Unheard("slow")
    guest.spoke_at = now
    at = max(0.0, round((now - programme.session.opens_at).total_seconds(), 3))
    fact = here.fact(
        ChatPosted(action_id=action_id, position_seconds=at, reply_to=reply_to, seat=guest.seat.guest or None)
    )
    row = PersonalRow(guest.seat.lead_id, Personal.CHAT_TEXT, text, ref=action_id, given_at=now)
    line = {"id": action_id, "author": guest.name, "text": text, "said": millis(now)}
    named = (PersonalRow(guest.seat.lead_id, Personal.GUEST_NAME, guest.name, ref=action_id, given_at=now),)
    rows = (row, *(named if guest.seat.guest else ()))
    return Said((fact,), rows, line | hall.talk.quote(reply_to, programme.webinar.definition))


def line_id(frame: Mapping[str, Any], guest: Guest) -> str:
    """The id a guest's line has or would have. Raises Unheard: empty."""
    return action_of(frame, guest, "chat")


def text_of(frame: Mapping[str, Any], most: int) -> str:
    """The frame's text, tidied. Raises Unheard: empty, too_long."""
    text = " ".join(str(frame.get("text", "")).split())
    if not text:
        raise Unheard("empty")
    if len(text) > most:
        raise Unheard("too_long")
    return text


def _answered(frame: Mapping[str, Any], here: Here) -> str | None:
    """The line a line answers: one that the guest can see. One that is gone by now is answered no more."""
    hall, named = here.hall, str(frame.get("reply") or "")[:MAX_ID]
    line = hall.talk.find(named or None, here.programme.webinar.definition)
    if line is None or named in hall.airing.deleted:
        return None
    is_due = "said" in line or line["at"] <= here.programme.session.position_seconds(here.now)
    is_seen = named not in hall.talk.shadows or hall.talk.authors.get(named) == here.guest.seat.key
    return named if is_due and is_seen else None


def poll(frame: Mapping[str, Any], here: Here) -> Said:
    """An answer to the open poll; a guest's first one counts. Raises Unheard: no such poll open, no such answer."""
    guest, ballot = here.guest, here.hall.airing.ballot
    if ballot is None or not ballot.is_open or ballot.poll.poll_id != frame.get("poll"):
        raise Unheard("poll_closed")
    option, lead_id = str(frame.get("option", "")), guest.seat.lead_id
    if all(known.option_id != option for known in ballot.poll.options):
        raise Unheard("unknown_option")
    if lead_id in ballot.answers:
        return Said(())
    poll_id = ballot.poll.poll_id
    action_id = deterministic_id("poll", guest.seat.session_id, lead_id, poll_id)
    return Said((here.fact(PollAnswered(action_id=action_id, poll_id=poll_id, option=option)),))


def offer_shown(frame: Mapping[str, Any], here: Here) -> Said:
    """The offer was on the guest's screen; once a visit."""
    guest = here.guest
    offer_id, visit = _offer(frame, here), guest.track.visit_no
    if (visit, offer_id) in guest.shown or not visit:
        return Said(())
    guest.shown.add((visit, offer_id))
    action_id = deterministic_id("offer_shown", guest.seat.session_id, guest.seat.lead_id, visit, offer_id)
    return Said((here.fact(OfferShown(action_id=action_id, offer_id=offer_id)),))


def offer_clicked(frame: Mapping[str, Any], here: Here) -> Said:
    """The guest clicked the offer."""
    offer_id = _offer(frame, here)
    action_id = action_of(frame, here.guest, "offer_clicked")
    return Said((here.fact(OfferClicked(action_id=action_id, offer_id=offer_id)),))


def form(frame: Mapping[str, Any], here: Here) -> Said:
    """The offer's form. Raises Unheard: empty, too long, not inside. A second one for an offer says nothing new."""
    guest, offer_id = here.guest, _offer(frame, here)
    if offer_id in guest.submitted:
        return Said(())
    if guest.track.visit_no < 1:
        raise Unheard("not_inside")
    answers = _answers(
        frame, next(o.fields for o in here.programme.webinar.definition.offers if o.offer_id == offer_id)
    )
    fact = here.fact(FormSubmitted(visit_no=guest.track.visit_no, offer_id=offer_id))
    text = json.dumps(answers, ensure_ascii=False)
    row = PersonalRow(guest.seat.lead_id, Personal.FORM_ANSWERS, text, ref=fact.event_id, given_at=here.now)
    return Said((fact,), (row,))


def _answers(frame: Mapping[str, Any], fields: Collection[str]) -> dict[str, str]:
    given = frame.get("answers")
    told = given if isinstance(given, Mapping) else {}
    answers = {name: " ".join(str(told[name]).split()) for name in fields if str(told.get(name) or "").strip()}
    if not answers:
        raise Unheard("empty")
    if any(len(value) > MAX_ANSWER for value in answers.values()):
        raise Unheard("too_long")
    return answers


def _offer(frame: Mapping[str, Any], here: Here) -> str:
    offer_id = str(frame.get("offer", ""))
    if all(offer.offer_id != offer_id for offer in here.programme.webinar.definition.offers):
        raise Unheard("unknown_offer")
    return offer_id


def action_of(frame: Mapping[str, Any], guest: Guest, kind: str) -> str:
    """The page's own id makes a repeat after a reconnect the same action; it counts only within this seat."""
    stated = str(frame.get("id", ""))[:MAX_ID]
    if not stated:
        raise Unheard("empty")
    return deterministic_id(kind, guest.seat.session_id, guest.seat.key, stated)
