"""What a demo person does in a session: heartbeats into the room's real tracker, clicks and forms beside them."""

import datetime as dtm
import json
from collections.abc import Iterator

from app.room.seats import Seat
from app.room.tracker import Beat, Track
from domain.events import ChatPosted, Emitter, Event, Fact, FormSubmitted, OfferClicked, OfferShown, ReplayWatched
from domain.webinars import Session, Webinar
from efir.demo.people import Conduct, Person, stable_id
from efir.demo.programme import Showing
from efir.demo.simulation import World, stating
from warehouse.interface import Personal, PersonalRow

HEARTBEAT = dtm.timedelta(seconds=3)
SPELL = dtm.timedelta(seconds=30)
"""Heartbeats are lived through in spells, not one by one."""
PRESENCE: dict[Conduct, tuple[float, float]] = {
    "lobby_only": (-0.20, -0.02),
    "left_before_offer": (0.02, 0.25),
    "left_after_offer": (0.02, 0.72),
    "joined_late": (0.30, 0.80),
    "completed": (-0.10, 1.02),
    "offer_clicked": (0.02, 0.85),
    "form_submitted": (-0.10, 1.02),
}
"""From where to where somebody is there, in shares of the session. Who wants to see it all comes before it begins."""
CHAT: dict[Conduct, tuple[tuple[float, str], ...]] = {
    "completed": (
        (0.01, "Добрый вечер! Видно и слышно."),
        (0.36, "Про второй шаг можно подробнее?"),
        (0.97, "Спасибо, было полезно!"),
    ),
    "form_submitted": ((0.02, "Здравствуйте! Смотрю с телефона."), (0.62, "Отправил заявку, когда ждать звонка?")),
    "offer_clicked": ((0.59, "А в рассрочку можно?"),),
    "left_after_offer": ((0.31, "А запись будет?"),),
}
"""What somebody writes in the chat of a LIVE session, at which share of it."""
RECORDING_WATCHED_SECONDS = 100


def attend(world: World, person: Person, showing: Showing) -> None:
    """Let the person live through the session as their conduct says."""
    if person.conduct == "watched_replay":
        _watch_recording(world, person, showing)
    if person.conduct in PRESENCE:
        visit = _Visit(world, person, showing)
        world.at(visit.comes_at, visit.sit)


class _Visit:
    """One visit of one person to one session."""

    def __init__(self, world: World, person: Person, showing: Showing) -> None:
        begins, ends = PRESENCE[person.conduct]
        length = dtm.timedelta(seconds=showing.seconds)
        stagger = dtm.timedelta(seconds=(person.number * 7) % 11)
        self.comes_at = showing.starts_at + begins * length + stagger
        self.goes_at = showing.starts_at + ends * length + stagger
        self._world, self._person, self._showing = world, person, showing
        self._seat = Seat(person.lead_id, showing.slug, showing.session_id)
        self._track = Track(self._seat, HEARTBEAT, completed_share=0.95)
        self._done: set[str] = set()

    async def sit(self) -> list[Fact]:
        """Open the page."""
        facts = self._track.sit("page", self._world.now, self._session)
        return facts + await self.stay()

    async def stay(self) -> list[Fact]:
        """One spell of heartbeats, then the next; at the end, leave."""
        facts: list[Fact] = []
        moment = self._world.now
        end = min(moment + SPELL, self.goes_at)
        while moment < end:
            facts += self._beat(moment)
            moment += HEARTBEAT
        if end < self.goes_at:
            self._world.at(end, self.stay)
        else:
            facts += self._track.leave("closed", min(self.goes_at, moment), self._session)
        return facts

    @property
    def _session(self) -> Session:
        return self._world.schedule.sessions[self._showing.session_id]

    def _beat(self, moment: dtm.datetime) -> list[Fact]:
        session = self._session
        is_on_air = session.phase(moment) == "on_air"
        beat = Beat(moment, session.position_seconds(moment), is_playing=is_on_air)
        facts = self._track.beat(beat, session)
        return facts + list(self._acts(moment, session)) if is_on_air else facts

    def _acts(self, moment: dtm.datetime, session: Session) -> Iterator[Fact]:
        """What this person writes, the offer when its time has come, what they do about it: each once."""
        if session.mode == "live":
            self._chat(moment, session.position_seconds(moment))
        webinar: Webinar = self._world.schedule.webinars[session.webinar_id]
        offer = webinar.definition.offers[0]
        since = session.position_seconds(moment) - (offer.show_at_seconds or 0)
        conduct, action = self._person.conduct, stable_id(self._person.number, self._showing.session_id)
        if since >= 0 and self._is_first("shown"):
            yield self._fact(OfferShown(action_id=f"{action}-shown", offer_id=offer.offer_id), moment)
        if since >= 12 and conduct in {"offer_clicked", "form_submitted"} and self._is_first("clicked"):  # noqa: PLR2004
            yield self._fact(OfferClicked(action_id=f"{action}-click", offer_id=offer.offer_id), moment)
        if since >= 30 and conduct == "form_submitted" and self._is_first("form"):  # noqa: PLR2004
            form = self._fact(FormSubmitted(visit_no=1, offer_id=offer.offer_id), moment)
            answers = json.dumps({"comment": "Синтетическая заявка демо"}, ensure_ascii=False)
            row = PersonalRow(self._seat.lead_id, Personal.FORM_ANSWERS, answers, form.event_id, moment)
            self._world.warehouse.append([form], personal=[row])

    def _chat(self, moment: dtm.datetime, position: float) -> None:
        for number, (share, text) in enumerate(CHAT.get(self._person.conduct, ())):
            if position >= share * self._showing.seconds and self._is_first(f"line {number}"):
                action = stable_id(self._person.number, self._showing.session_id, "line", number)
                line = self._fact(ChatPosted(action_id=action, position_seconds=position), moment)
                row = PersonalRow(self._seat.lead_id, Personal.CHAT_TEXT, text, action, moment)
                self._world.warehouse.append([line], personal=[row])

    def _is_first(self, act: str) -> bool:
        is_first = act not in self._done
        self._done.add(act)
        return is_first

    def _fact(self, event: Event, moment: dtm.datetime) -> Fact:
        return _tracked(event, self._seat, moment)


def _watch_recording(world: World, person: Person, showing: Showing) -> None:
    """The evening after, if the offer of the recording reached them or not: the link is on their page too."""
    begins = showing.starts_at + dtm.timedelta(seconds=showing.seconds, hours=5, minutes=person.number % 40)
    ends = begins + dtm.timedelta(seconds=RECORDING_WATCHED_SECONDS)
    event = ReplayWatched(
        connection="demo", from_at=begins, to_at=ends, from_position_seconds=0,
        to_position_seconds=RECORDING_WATCHED_SECONDS,
    )  # fmt: skip
    world.at(ends, stating(_tracked(event, Seat(person.lead_id, showing.slug, showing.session_id), ends)))


def _tracked(event: Event, seat: Seat, moment: dtm.datetime) -> Fact:
    return Fact.of(
        event,
        emitter=Emitter.TRACKER,
        occurred_at=moment,
        lead_id=seat.lead_id,
        webinar_id=seat.webinar_id,
        session_id=seat.session_id,
    )
