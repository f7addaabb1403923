"""Several leads that staff merged, seen as the one person they are: what any of them said, did and was told. Pure.

Each keeps what was started for it (its scenarios, its keys, its verdicts); everything else is the person's.
"""

import datetime as dtm
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from domain.events import Fact
from domain.leads import Attendee, Lead, fold_lead
from domain.merging import LONGEST_CHAIN, OWN, in_force, survivors

_NEVER = dtm.datetime.max.replace(tzinfo=dtm.UTC)


def people_in(facts: Iterable[Fact]) -> dict[str, dict[str, list[Fact]]]:
    """The facts by person (the lead that goes on) and by lead; touches, which are nobody's yet, with every lead."""
    touches: list[Fact] = []
    own: dict[str, list[Fact]] = {}
    for fact in facts:
        (own.setdefault(fact.lead_id, []) if fact.lead_id else touches).append(fact)
    into = survivors(chain.from_iterable(own.values()))
    found: dict[str, dict[str, list[Fact]]] = {}
    for lead_id, told in own.items():
        found.setdefault(into.get(lead_id, lead_id), {})[lead_id] = told + touches
    return found


def fold_person(facts: Iterable[Fact], lead_id: str = "") -> Lead:
    """The person behind the facts of one lead, or of several that are merged; touches among them.

    `lead_id`: one of their leads, where there may be facts of somebody else, too.
    """
    people = people_in(facts).items()
    found = (one for one in people if not lead_id or lead_id == one[0] or lead_id in one[1])
    return one_of(next(found, (lead_id, {lead_id: []})))[0]


def one_of(person: tuple[str, Mapping[str, Sequence[Fact]]]) -> tuple[Lead, dict[str, Lead]]:
    """The person, and each of their leads by itself, from one entry of `people_in`."""
    head, own = person
    each = {lead_id: fold_lead(own[lead_id]) for lead_id in sorted(own, key=lambda one: (one != head, one))}
    if each.keys() == {head}:
        return each[head], each
    return _together(head, own, each), each


def _together(head: str, own: Mapping[str, Sequence[Fact]], each: Mapping[str, Lead]) -> Lead:
    """Several leads as one. Of what only one can have, the one that goes on has its own (`OWN`)."""
    facts = {fact.event_id: fact for told in own.values() for fact in told}.values()
    person = fold_lead(fact for fact in facts if fact.lead_id in {None, head} or fact.name not in OWN)
    person.lead_id = head
    if head in each:
        person.created, person.created_fact = each[head].created, each[head].created_fact
    person.others = frozenset(each.keys() - {head})
    person.forgotten = {one: at for one, lead in each.items() if (at := lead.erased_at)}
    sessions = dict.fromkeys(session for lead in each.values() for session in lead.attendees)
    person.attendees = {
        session: _attendee([lead.attendees[session] for lead in each.values() if session in lead.attendees])
        for session in sessions
    }
    _reach(person, each, _joined(facts))
    return person


def _attendee(seats: Sequence[Attendee]) -> Attendee:
    """One person in one session under several leads. Who attended as any of them attended."""
    if len(seats) == 1:
        return seats[0]
    one = Attendee(seats[0].session_id, seats[0].webinar_id)
    for place, seat in enumerate(seats):
        one.entries |= {visit * len(seats) + place: at for visit, at in seat.entries.items()}
        one.exits |= {visit * len(seats) + place: at for visit, at in seat.exits.items()}
    there = [seat for seat in seats if not seat.entries or seat.entries.keys() - seat.exits.keys()]
    one.seen_at = max((seat.seen_at for seat in there or seats if seat.seen_at), default=None)
    one.verdicts = max(seats, key=_weight).verdicts
    routed = sorted(((at, route) for seat in seats for route, at in seat.routes.items()), reverse=True)
    one.routes = {route: at for at, route in routed}
    one.is_banned = any(seat.is_banned for seat in seats)
    for moment in ("registered_at", "offer_shown_at", "offer_clicked_at", "form_submitted_at", "replay_at"):
        setattr(one, moment, min((at for seat in seats if (at := getattr(seat, moment))), default=None))
    return one


def _weight(seat: Attendee) -> tuple[int, float]:
    """The verdict that counts: attendance before absence, then the one that was known first."""
    rank = {"attended": 2, "not_attended": 1, None: 0}[seat.status]
    return rank, -seat.verdicts[0].occurred_at.timestamp() if seat.verdicts else 0.0


def _joined(facts: Iterable[Fact]) -> dict[str, dtm.datetime]:
    """Since when each merged lead is one with the lead that goes on: the last merge on its way there."""
    merges = in_force(facts)
    found: dict[str, dtm.datetime] = {}
    for lead_id, merge in merges.items():
        step, moments = merge, [merge.occurred_at]
        for _ in range(LONGEST_CHAIN):
            following = merges.get(str(step.properties["into_lead_id"]))
            if following is None:
                break
            step = following
            moments.append(step.occurred_at)
        found[lead_id] = max(moments)
    return found


def _reach(person: Lead, each: Mapping[str, Lead], joined: Mapping[str, dtm.datetime]) -> None:
    """The chats of all of them are the person's: their own first, then the one linked first.

    A lead without a chat can be written to since it was merged, as if it had linked Telegram then.
    """
    alive = {one: lead for one, lead in each.items() if not lead.erased_at}
    linked = {one: lead.linked_at for one, lead in alive.items() if lead.channel == "linked" and lead.linked_at}
    person.reached_as = tuple(
        sorted(alive, key=lambda one: (one not in linked, one != person.lead_id, linked.get(one, _NEVER), one))
    )
    person.reached_since = {
        one: min(_since(one, other, at, joined) for other, at in linked.items()) for one in each if linked
    }
    channels = {lead.channel for lead in alive.values()}
    person.channel = "linked" if linked else "blocked" if "blocked" in channels else "none"
    person.linked_at = person.reached_since.get(person.lead_id)


def _since(lead_id: str, chat_of: str, linked_at: dtm.datetime, joined: Mapping[str, dtm.datetime]) -> dtm.datetime:
    """Since when the lead can be written to in the chat of one of them."""
    if lead_id == chat_of:
        return linked_at
    return max([linked_at, *(joined[one] for one in (lead_id, chat_of) if one in joined)])
