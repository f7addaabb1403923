"""What of the house does not work: failures folded from the facts, and what an observer says anew. Pure.

A failure is one stretch of time; `since` is part of its name, so that its end finds it whatever order facts arrive in.
"""

import datetime as dtm
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from domain.events import Emitter, Fact, FailureKind, HouseFailed, HouseRecovered, deterministic_id

FAILURE_EVENTS = frozenset({HouseFailed.name, HouseRecovered.name})
SETTLED_BY_HAND: frozenset[FailureKind] = frozenset({"run", "backup"})
"""Kinds staff may call settled: nobody would run a mistaken one-off again only to make it well."""

Thing = tuple[FailureKind, str]
"""What fails: a kind and a subject."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure from its beginning; `recovered_at` is None while it lasts. `by`: who settled it by hand."""

    kind: FailureKind
    subject: str
    since: dtm.datetime
    seen_at: dtm.datetime
    detail: str = ""
    recovered_at: dtm.datetime | None = None
    by: str = ""

    @property
    def thing(self) -> Thing:
        """What fails."""
        return (self.kind, self.subject)

    @property
    def failure_id(self) -> str:
        """Its name: the id of the fact that stated it."""
        return failure_id(self.kind, self.subject, self.since)

    @property
    def is_open(self) -> bool:
        """It lasts."""
        return self.recovered_at is None


@dataclass(frozen=True, slots=True)
class Seen:
    """What an observer finds not working at this moment, and since when as far as it can tell."""

    kind: FailureKind
    subject: str
    since: dtm.datetime
    detail: str = ""


def failure_id(kind: FailureKind, subject: str, since: dtm.datetime) -> str:
    """The id of the `house_failed` fact of this failure."""
    stated = HouseFailed(kind=kind, subject=subject, since=since).model_dump(mode="json")
    return deterministic_id(HouseFailed.name, *(stated[field] for field in HouseFailed.key))


def fold_failures(facts: Iterable[Fact]) -> tuple[Failure, ...]:
    """Every failure, the newest beginning first. An end without its beginning waits for it and is left out."""
    found: dict[str, Failure] = {}
    ends: dict[str, tuple[dtm.datetime, str]] = {}
    for fact in facts:
        if fact.name == HouseFailed.name:
            said = fact.as_event(HouseFailed)
            failure = Failure(said.kind, said.subject, said.since, fact.occurred_at, said.detail)
            found[failure.failure_id] = failure
        elif fact.name == HouseRecovered.name:
            over = fact.as_event(HouseRecovered)
            ends[failure_id(over.kind, over.subject, over.since)] = (fact.occurred_at, over.by or "")
    whole = (_ended(one, ends.get(name)) for name, one in found.items())
    return tuple(sorted(whole, key=lambda one: (one.since, one.failure_id), reverse=True))


def _ended(failure: Failure, end: tuple[dtm.datetime, str] | None) -> Failure:
    if end is None:
        return failure
    at, by = end
    return Failure(failure.kind, failure.subject, failure.since, failure.seen_at, failure.detail, at, by)


def present(failures: Iterable[Failure]) -> dict[Thing, Failure]:
    """What does not work now, by what it is; told twice (by two observers), the earlier beginning counts."""
    lasting = sorted((one for one in failures if one.is_open), key=lambda one: (one.since, one.failure_id))
    return {one.thing: one for one in reversed(lasting)}


def observed(
    failing: Iterable[Seen], well: Collection[Thing], failures: Collection[Failure], now: dtm.datetime
) -> list[Fact]:
    """What is news: failures that began and failures that are over. What is in neither list is unknown and stays.

    A failure that staff has settled by hand is not stated again, though it is still seen: its name is taken.
    """
    known, lasting = {one.failure_id for one in failures}, present(failures)
    began = {
        (seen.kind, seen.subject): seen
        for seen in failing
        if (seen.kind, seen.subject) not in lasting and failure_id(seen.kind, seen.subject, seen.since) not in known
    }
    facts = [
        _stated(HouseFailed(kind=seen.kind, subject=seen.subject, since=seen.since, detail=seen.detail), now)
        for seen in began.values()
    ]
    return facts + [over(one, now) for one in failures if one.is_open and one.thing in well]


def over(failure: Failure, now: dtm.datetime, *, by: str = "") -> Fact:
    """The fact that a failure is over; `by` is the account that settled it by hand."""
    end = HouseRecovered(kind=failure.kind, subject=failure.subject, since=failure.since, by=by or None)
    return _stated(end, now)


def _stated(event: HouseFailed | HouseRecovered, now: dtm.datetime) -> Fact:
    return Fact.of(event, emitter=Emitter.CORE, occurred_at=now)


def by_thing(failures: Iterable[Failure]) -> Mapping[Thing, tuple[Failure, ...]]:
    """The failures of each thing, oldest first."""
    found: dict[Thing, list[Failure]] = {}
    for one in sorted(failures, key=lambda one: (one.since, one.failure_id)):
        found.setdefault(one.thing, []).append(one)
    return {thing: tuple(several) for thing, several in found.items()}
