"""What a guest does besides being there: chat, offers seen and clicked, forms sent. Pure: frames in, facts out."""

import datetime as dtm
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.room.airing import Ballot
from app.room.hall import Guest, Programme
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


def chat(
    frame: Mapping[str, Any], guest: Guest, programme: Programme, now: dtm.datetime, *, slow_seconds: int = 0
) -> Said:
    """A chat line. Raises Unheard: empty, too long, chat closed, session over, slow mode."""
    text = " ".join(str(frame.get("text", "")).split())
    if not text:
        raise Unheard("empty")
    if len(text) > MAX_CHAT:
        raise Unheard("too_long")
    if not programme.webinar.definition.is_chat_open or not programme.session.is_open(now):
        raise Unheard("chat_closed")
    action_id = _action(frame, guest, "chat")
    if slow_seconds and guest.spoke_at and (now - guest.spoke_at).total_seconds() < slow_seconds:
        raise Unheard("slow")
    guest.spoke_at = now
    at = (now - programme.session.opens_at).total_seconds()
    fact = _fact(ChatPosted(action_id=action_id, position_seconds=max(0.0, round(at, 3))), guest, now)
    row = PersonalRow(guest.seat.lead_id, Personal.CHAT_TEXT, text, ref=action_id, given_at=now)
    return Said((fact,), (row,), {"id": action_id, "author": guest.name, "text": text, "at": round(at, 1)})


def poll(frame: Mapping[str, Any], guest: Guest, ballot: Ballot | None, now: dtm.datetime) -> Said:
    """An answer to the open poll; a guest's first one counts. Raises Unheard: no such poll open, no such answer."""
    if ballot is None or not ballot.is_open or ballot.poll.poll_id != frame.get("poll"):
        raise Unheard("poll_closed")
    option, lead_id = str(frame.get("option", "")), guest.seat.lead_id
    if all(known.option_id != option for known in ballot.poll.options):
        raise Unheard("unknown_option")
    if lead_id in ballot.answers:
        return Said(())
    poll_id = ballot.poll.poll_id
    action_id = deterministic_id("poll", guest.seat.session_id, lead_id, poll_id)
    return Said((_fact(PollAnswered(action_id=action_id, poll_id=poll_id, option=option), guest, now),))


def offer_shown(frame: Mapping[str, Any], guest: Guest, programme: Programme, now: dtm.datetime) -> Said:
    """The offer was on the guest's screen; once a visit."""
    offer_id, visit = _offer(frame, programme), guest.track.visit_no
    if (visit, offer_id) in guest.shown or not visit:
        return Said(())
    guest.shown.add((visit, offer_id))
    action_id = deterministic_id("offer_shown", guest.seat.session_id, guest.seat.lead_id, visit, offer_id)
    return Said((_fact(OfferShown(action_id=action_id, offer_id=offer_id), guest, now),))


def offer_clicked(frame: Mapping[str, Any], guest: Guest, programme: Programme, now: dtm.datetime) -> Said:
    """The guest clicked the offer."""
    offer_id = _offer(frame, programme)
    action_id = _action(frame, guest, "offer_clicked")
    return Said((_fact(OfferClicked(action_id=action_id, offer_id=offer_id), guest, now),))


def form(frame: Mapping[str, Any], guest: Guest, programme: Programme, now: dtm.datetime) -> Said:
    """The offer's form. Raises Unheard: empty, too long, not inside. A second one for an offer says nothing new."""
    offer_id = _offer(frame, programme)
    if offer_id in guest.submitted:
        return Said(())
    if guest.track.visit_no < 1:
        raise Unheard("not_inside")
    answers = _answers(frame)
    fact = _fact(FormSubmitted(visit_no=guest.track.visit_no, offer_id=offer_id), guest, now)
    text = json.dumps(answers, ensure_ascii=False)
    row = PersonalRow(guest.seat.lead_id, Personal.FORM_ANSWERS, text, ref=fact.event_id, given_at=now)
    return Said((fact,), (row,))


def _answers(frame: Mapping[str, Any]) -> dict[str, str]:
    given = frame.get("answers")
    answers = {
        str(name)[:40]: " ".join(str(value).split())
        for name, value in (given.items() if isinstance(given, Mapping) else ())
        if str(value).strip()
    }
    if not answers:
        raise Unheard("empty")
    if any(len(value) > MAX_ANSWER for value in answers.values()) or len(answers) > 10:  # noqa: PLR2004 - a form's size
        raise Unheard("too_long")
    return answers


def _offer(frame: Mapping[str, Any], programme: Programme) -> str:
    offer_id = str(frame.get("offer", ""))
    if all(offer.offer_id != offer_id for offer in programme.webinar.definition.offers):
        raise Unheard("unknown_offer")
    return offer_id


def _action(frame: Mapping[str, Any], guest: Guest, kind: str) -> str:
    """The page's own id makes a repeat after a reconnect the same action; it counts only within this seat."""
    stated = str(frame.get("id", ""))[:MAX_ID]
    if not stated:
        raise Unheard("empty")
    return deterministic_id(kind, guest.seat.session_id, guest.seat.lead_id, stated)


def _fact(event: Event, guest: Guest, now: dtm.datetime) -> Fact:
    seat = guest.seat
    return Fact.of(
        event,
        emitter=Emitter.TRACKER,
        occurred_at=now,
        lead_id=seat.lead_id,
        webinar_id=seat.webinar_id,
        session_id=seat.session_id,
    )
