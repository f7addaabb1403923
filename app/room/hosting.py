"""What the host asks for, as facts: on air, offers, polls, pins, own lines, order in the chat. Pure."""

import datetime as dtm
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from app.room import asking
from app.room.hall import Hall, Programme
from app.room.speech import MAX_CHAT, Said, Unheard
from app.room.stage import millis
from app.studio import programme as sessions
from app.studio.forms import Complaints
from domain.events import (
    ChatModerated,
    Emitter,
    Event,
    Fact,
    HandoutHidden,
    HandoutShown,
    HostPosted,
    MessagePinned,
    OfferHidden,
    OfferLaunched,
    Poll,
    PollClosed,
    PollOpened,
    PollOption,
)
from domain.silences import is_leads_own
from warehouse.interface import Personal, PersonalRow

MAX_OPTION = 120
MOST_OPTIONS, FEWEST_OPTIONS = 10, 2
LONGEST_PAUSE = 600


class Asked:
    """One request of the host, with what it is about."""

    __slots__ = ("by", "frame", "hall", "now", "programme")

    def __init__(self, frame: Mapping[str, Any], hall: Hall, programme: Programme, by: str, now: dtm.datetime) -> None:
        self.frame, self.hall, self.programme, self.by, self.now = frame, hall, programme, by, now

    def text(self, name: str, most: int = 64) -> str:
        """A text of the frame, tidied. Raises Unheard: empty, too_long."""
        found = " ".join(str(self.frame.get(name) or "").split())
        if not found:
            raise Unheard("empty")
        if len(found) > most:
            raise Unheard("too_long")
        return found

    def fact(self, event: Event, lead_id: str | None = None) -> Fact:
        """The host's doing in this session; `lead_id`: to whom."""
        session = self.programme.session
        return Fact.of(
            event,
            emitter=Emitter.STUDIO,
            occurred_at=self.now,
            lead_id=lead_id,
            webinar_id=session.webinar_id,
            session_id=session.session_id,
        )

    def hosted(self, cls: Callable[..., Event], **properties: Any) -> Said:
        """One fact of the host's."""
        return Said((self.fact(cls(action_id=str(uuid.uuid4()), by=self.by, **properties)),))


def said(asked: Asked) -> Said:
    """The facts of one request. Raises Unheard with what is wrong."""
    command = COMMANDS.get(str(asked.frame.get("type")))
    if command is None:
        raise Unheard("unknown_command")
    return command(asked)


def _go_live(asked: Asked) -> Said:
    return _session(sessions.started, asked)


def _end(asked: Asked) -> Said:
    return _session(sessions.ended, asked)


def _session(state: Callable[..., Fact], asked: Asked) -> Said:
    try:
        return Said((state(asked.programme.session, now=asked.now),))
    except Complaints as wrong:
        raise Unheard(next(iter(wrong.fields.values()))) from None


def _offer(cls: Callable[..., Event]) -> Callable[[Asked], Said]:
    def command(asked: Asked) -> Said:
        offer_id = asked.text("offer")
        if all(offer.offer_id != offer_id for offer in asked.programme.webinar.definition.offers):
            raise Unheard("unknown_offer")
        return asked.hosted(cls, offer_id=offer_id)

    return command


def _handout(cls: Callable[..., Event]) -> Callable[[Asked], Said]:
    def command(asked: Asked) -> Said:
        handout_id = asked.text("handout")
        if all(one.handout_id != handout_id for one in asked.programme.webinar.definition.handouts):
            raise Unheard("unknown_handout")
        return asked.hosted(cls, handout_id=handout_id)

    return command


def _poll_open(asked: Asked) -> Said:
    """A prepared poll by its id, or one made up on the spot."""
    if "poll" not in asked.frame:
        return asked.hosted(PollOpened, poll=_new_poll(asked))
    poll_id = asked.text("poll")
    prepared = next((poll for poll in asked.programme.webinar.definition.polls if poll.poll_id == poll_id), None)
    opened = asked.hall.airing.ballots.get(poll_id)
    poll = opened.poll if opened else prepared
    if poll is None:
        raise Unheard("unknown_poll")
    return asked.hosted(PollOpened, poll=poll)


def _new_poll(asked: Asked) -> Poll:
    question = asked.text("question", 200)
    given = asked.frame.get("options")
    options = [" ".join(str(text).split()) for text in given if str(text).strip()] if isinstance(given, list) else []
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise Unheard("poll_options")
    if any(len(option) > MAX_OPTION for option in options):
        raise Unheard("too_long")
    answers = tuple(PollOption(option_id=str(n), text={"ru": option}) for n, option in enumerate(options, start=1))
    return Poll(poll_id=uuid.uuid4().hex[:10], question={"ru": question}, options=answers)


def _poll_close(asked: Asked, *, is_put_away: bool) -> Said:
    poll_id = asked.text("poll")
    if poll_id not in asked.hall.airing.ballots:
        raise Unheard("unknown_poll")
    return asked.hosted(PollClosed, poll_id=poll_id, is_put_away=is_put_away)


def _pin(asked: Asked) -> Said:
    return asked.hosted(MessagePinned, line_id=_line(asked) if asked.frame.get("line") else None)


def _say(asked: Asked) -> Said:
    text = asked.text("text", MAX_CHAT)
    action_id = str(uuid.uuid4())
    reply_to = _line(asked, "reply") if asked.frame.get("reply") else None
    fact = asked.fact(HostPosted(action_id=action_id, by=asked.by, reply_to=reply_to))
    row = PersonalRow(asked.by, Personal.CHAT_TEXT, text, ref=action_id, given_at=asked.now)
    definition = asked.programme.webinar.definition
    line = {"id": action_id, "author": definition.host_name, "text": text, "said": millis(asked.now), "host": True}
    return Said((fact,), (row,), line | asked.hall.talk.quote(reply_to, definition))


def _delete(asked: Asked) -> Said:
    return asked.hosted(ChatModerated, deed="line_deleted", line_id=_line(asked))


def _release(asked: Asked) -> Said:
    line_id = _line(asked)
    if line_id not in asked.hall.airing.held:
        raise Unheard("not_held")
    return asked.hosted(ChatModerated, deed="line_released", line_id=line_id)


def _guest(deed: str, *, is_theirs: bool = False) -> Callable[[Asked], Said]:
    """`is_theirs`: a fact of the lead's, too; not where it is about a guest's seat beside the lead's own."""

    def command(asked: Asked) -> Said:
        guest, airing = asked.text("guest"), asked.hall.airing
        known = {*asked.hall.guests, *asked.hall.talk.authors.values(), *airing.muted, *airing.banned}
        if guest not in known:
            raise Unheard("unknown_guest")
        done = ChatModerated(action_id=str(uuid.uuid4()), by=asked.by, deed=deed, guest_id=guest)
        return Said((asked.fact(done, guest if is_theirs and is_leads_own(guest) else None),))

    return command


def _slow(asked: Asked) -> Said:
    seconds = asked.frame.get("seconds")
    if not isinstance(seconds, int) or not 0 <= seconds <= LONGEST_PAUSE:
        raise Unheard("out_of_range")
    return asked.hosted(ChatModerated, deed="slow_mode_set", seconds=seconds)


def _line(asked: Asked, name: str = "line") -> str:
    line_id = asked.text(name)
    if asked.hall.talk.find(line_id, asked.programme.webinar.definition) is None:
        raise Unheard("unknown_line")
    return line_id


COMMANDS: dict[str, Callable[[Asked], Said]] = {
    "go_live": _go_live,
    "end": _end,
    "offer_launch": _offer(OfferLaunched),
    "offer_hide": _offer(OfferHidden),
    "poll_open": _poll_open,
    "poll_close": lambda asked: _poll_close(asked, is_put_away=False),
    "poll_away": lambda asked: _poll_close(asked, is_put_away=True),
    "pin": _pin,
    "say": _say,
    "delete": _delete,
    "release": _release,
    "mute": _guest("guest_muted"),
    "unmute": _guest("guest_unmuted"),
    "ban": _guest("guest_banned", is_theirs=True),
    "unban": _guest("guest_unbanned", is_theirs=True),
    "slow": _slow,
    "handout_show": _handout(HandoutShown),
    "handout_hide": _handout(HandoutHidden),
    "answer": asking.answer,
    "dismiss": asking.dismiss,
}
