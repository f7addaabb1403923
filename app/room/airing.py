"""What the host has done by hand in one session, folded from its facts: offers, the poll, the pin, order in the chat.

Pure and replayable: a restarted room folds the log and stands where it stood. Nothing is sent or stored here.
"""

import datetime as dtm
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.events import (
    ChatModerated,
    Fact,
    HandoutHidden,
    HandoutShown,
    MessagePinned,
    Offer,
    OfferHidden,
    OfferLaunched,
    Poll,
    PollAnswered,
    PollClosed,
    PollOpened,
    ScriptEntry,
)
from domain.silences import Silences

AIRED = frozenset(
    event.name
    for event in (
        OfferLaunched,
        OfferHidden,
        PollOpened,
        PollClosed,
        MessagePinned,
        ChatModerated,
        PollAnswered,
        HandoutShown,
        HandoutHidden,
    )
)
"""Facts the fold needs."""


@dataclass(slots=True)
class Ballot:
    """A poll that was opened, with its answers: one of each guest, the first counts."""

    poll: Poll
    opened_at: dtm.datetime
    """The last time."""
    is_open: bool = True
    is_put_away: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    """Option by lead id."""

    def frame(self) -> dict[str, Any]:
        """The poll as everybody sees it: numbers, no names."""
        votes = Counter(self.answers.values())
        return {
            "id": self.poll.poll_id,
            "question": self.poll.question,
            "options": [
                {"id": option.option_id, "text": option.text, "votes": votes[option.option_id]}
                for option in self.poll.options
            ],
            "open": self.is_open,
        }


@dataclass(slots=True)
class Airing:
    """One session as its host has set it."""

    offers: dict[str, dtm.datetime | None] = field(default_factory=dict)
    """When it was launched by hand, None: hidden by hand; by offer id. Offers nobody touched follow their timetable."""
    ballots: dict[str, Ballot] = field(default_factory=dict)
    """By poll id, in the order of opening."""
    handouts: dict[str, None] = field(default_factory=dict)
    """Ids of the files on the room's list, in the order they were shown."""
    pinned: str | None = None
    deleted: set[str] = field(default_factory=set)
    silences: Silences = field(default_factory=Silences)
    banned: set[str] = field(default_factory=set)
    slow_seconds: int = 0
    held: set[str] = field(default_factory=set)
    """Lines that wait for the host's word; until then only their authors see them."""
    shadowed: set[str] = field(default_factory=set)
    """Lines only their authors will ever see."""

    def take_all(self, facts: Iterable[Fact]) -> None:
        """Fold facts in the order of the log."""
        for fact in facts:
            self.take(fact)

    def take(self, fact: Fact) -> None:
        """Fold one fact; others than AIRED say nothing here."""
        match fact.name:
            case OfferLaunched.name | OfferHidden.name:
                is_launched = fact.name == OfferLaunched.name
                self.offers[str(fact.properties["offer_id"])] = fact.occurred_at if is_launched else None
            case PollOpened.name:
                self._open(fact.as_event(PollOpened).poll, fact.occurred_at)
            case PollClosed.name:
                self._close(fact.as_event(PollClosed))
            case PollAnswered.name:
                self._answer(fact.lead_id or "", fact.as_event(PollAnswered))
            case HandoutShown.name | HandoutHidden.name:
                self._hand(str(fact.properties["handout_id"]), is_shown=fact.name == HandoutShown.name)
            case MessagePinned.name:
                self.pinned = fact.as_event(MessagePinned).line_id
            case ChatModerated.name:
                self._moderate(fact.as_event(ChatModerated), fact.occurred_at)
            case _:
                pass

    def _hand(self, handout_id: str, *, is_shown: bool) -> None:
        self.handouts.pop(handout_id, None)
        if is_shown:
            self.handouts[handout_id] = None

    def _open(self, poll: Poll, at: dtm.datetime) -> None:
        for ballot in self.ballots.values():
            ballot.is_open = False
        earlier = self.ballots.pop(poll.poll_id, None)  # opened once more: its answers stay
        self.ballots[poll.poll_id] = Ballot(poll, at, answers=earlier.answers if earlier else {})

    def _close(self, closed: PollClosed) -> None:
        if ballot := self.ballots.get(closed.poll_id):
            ballot.is_open, ballot.is_put_away = False, closed.is_put_away

    def _answer(self, lead_id: str, answered: PollAnswered) -> None:
        ballot = self.ballots.get(answered.poll_id)
        if ballot and any(option.option_id == answered.option for option in ballot.poll.options):
            ballot.answers.setdefault(lead_id, answered.option)

    def _moderate(self, done: ChatModerated, at: dtm.datetime) -> None:  # noqa: C901 - one case a deed
        guest = done.guest_id or ""
        match done.deed:
            case "line_deleted":
                self.deleted.add(done.line_id or "")
                self.held.discard(done.line_id or "")
                if self.pinned == done.line_id:
                    self.pinned = None
            case "line_held":
                self.held.add(done.line_id or "")
            case "line_shadowed":
                self.shadowed.add(done.line_id or "")
            case "line_released":
                self.held.discard(done.line_id or "")
            case "guest_muted" | "guest_unmuted":
                self.silences.take(done, at)
            case "guest_banned":
                self.banned.add(guest)
            case "guest_unbanned":
                self.banned.discard(guest)
            case "slow_mode_set":
                self.slow_seconds = done.seconds or 0

    @property
    def muted(self) -> dict[str, dtm.datetime]:
        """Who is muted now, since when, by the key of the seat."""
        return self.silences.muted

    def is_private(self, line_id: str, key: str, at: dtm.datetime) -> bool:
        """Whether a line said then is seen by its author only."""
        return line_id in self.held or line_id in self.shadowed or self.silences.cover(key, at)

    def play(self, entry: ScriptEntry, at: dtm.datetime) -> None:
        """An entry of the script came due then: it does what the host's hand would do. Lines are told elsewhere."""
        target = entry.target or ""
        match entry.kind:
            case "offer_show" | "offer_hide":
                self.offers[target] = at if entry.kind == "offer_show" else None
            case "poll_open":
                if entry.poll is not None:
                    self._open(entry.poll, at)
            case "poll_close" | "poll_away":
                is_put_away = entry.kind == "poll_away"
                self._close(PollClosed(action_id=entry.entry_id, by="script", poll_id=target, is_put_away=is_put_away))
            case "pin" | "unpin":
                self.pinned = entry.target if entry.kind == "pin" else None
            case "line":
                pass

    def replay(self, facts: Sequence[Fact], entries: Iterable[ScriptEntry], zero: dtm.datetime) -> None:
        """Fold what the host did and what the script did since clock zero, in the order in which it happened."""
        steps: list[tuple[dtm.datetime, Fact | ScriptEntry]] = [(fact.occurred_at, fact) for fact in facts]
        steps += [(zero + dtm.timedelta(seconds=entry.at_seconds), entry) for entry in entries]
        for at, step in sorted(steps, key=lambda timed: timed[0]):
            if isinstance(step, Fact):
                self.take(step)
            else:
                self.play(step, at)

    def standing(self, offers: Iterable[Offer], timetable: Iterable[Offer], now: dtm.datetime) -> list[Offer]:
        """The offers on the screen: those the timetable shows and those the host does, without those the host hid."""
        due = {offer.offer_id for offer in timetable}
        return [offer for offer in offers if self._stands(offer, now, is_due=offer.offer_id in due)]

    def _stands(self, offer: Offer, now: dtm.datetime, *, is_due: bool) -> bool:
        if offer.offer_id not in self.offers:
            return is_due
        until = self.until(offer, now)
        return self.offers[offer.offer_id] is not None and (until is None or now < until)

    def until(self, offer: Offer, zero: dtm.datetime) -> dtm.datetime | None:
        """When an offer that stands goes by itself; `zero` is where the session's clock starts. None: it does not."""
        launched_at = self.offers.get(offer.offer_id)
        start, seconds = (launched_at, offer.stands_seconds) if launched_at else (zero, offer.hide_at_seconds)
        return None if seconds is None else start + dtm.timedelta(seconds=seconds)

    @property
    def ballot(self) -> Ballot | None:
        """The poll on the screen: the one opened last, unless it was put away."""
        last = next(reversed(self.ballots.values()), None)
        return None if last is None or last.is_put_away else last
