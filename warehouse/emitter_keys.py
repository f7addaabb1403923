"""Emitter keys: who may post to the collect API, as whom, and which events; and the check of a fact against its key.

A key is 192 random bits shown once; the registry keeps only its SHA-256.
"""

import datetime as dtm
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from domain.events import CATALOGUE, ContractError, Emitter, Fact, ReplayWatched, Watched, event_class
from warehouse.interface import RegistryEntry, Warehouse

COLLECTION = "emitter_keys"
PREFIX = "efir_"
EXTERNAL = frozenset({Emitter.COLLECT_API, Emitter.IMPORT, Emitter.TRACKER})
"""Emitters that may stand outside of our own processes."""


@dataclass(frozen=True, slots=True)
class EmitterKey:
    """What a bearer key allows."""

    name: str
    emitter: Emitter
    events: frozenset[str]
    created_at: str = ""


CLOCK_SKEW = dtm.timedelta(minutes=5)
"""How far ahead of ours an emitter's clock may run: the newest fact wins, so the future must not win for ever."""
STAGE = "collect_api"
"""Where refusals of facts that came with a key happen; the key's name follows a colon."""


def events_of(emitter: Emitter) -> frozenset[str]:
    """Every event the contract lets this emitter state."""
    return frozenset(name for name, cls in CATALOGUE.items() if emitter in cls.emitters)


def add(
    warehouse: Warehouse, name: str, emitter: Emitter, events: Iterable[str] | None = None, *, now: dtm.datetime
) -> str:
    """Make a key for an outside emitter and return it: the only time it can be read.

    `events` defaults to all the emitter may state. Raises ContractError for an unknown event, one the emitter may not
    state, none at all, an emitter that cannot stand outside, or an empty name.
    """
    if not name.strip():
        raise ContractError("missing_field", "A key needs a name: that of the system that will hold it.")
    if emitter not in EXTERNAL:
        allowed = ", ".join(sorted(EXTERNAL))
        raise ContractError("emitter_not_allowed", f"No key can speak for {emitter}; possible: {allowed}.")
    may = events_of(emitter)
    chosen = frozenset(events) if events is not None else may
    if not chosen:
        raise ContractError("missing_field", f"A key states some events. {emitter} may: {', '.join(sorted(may))}.")
    for event in sorted(chosen):
        if emitter not in event_class(event).emitters:
            message = f"{emitter} may not state {event}. It may: {', '.join(sorted(may))}."
            raise ContractError("emitter_not_allowed", message)
    key = PREFIX + secrets.token_urlsafe(24)
    body = {
        "hash": fingerprint(key),
        "name": name.strip(),
        "emitter": str(emitter),
        "events": sorted(chosen),
        "created_at": now.astimezone(dtm.UTC).isoformat(),
    }
    warehouse.put(COLLECTION, fingerprint(key), body, expect_version=0)
    return key


def find(warehouse: Warehouse, key: str) -> EmitterKey | None:
    """What this key allows; None if there is no such key (or it was revoked)."""
    entry = warehouse.get(COLLECTION, fingerprint(key)) if key.startswith(PREFIX) else None
    return _read(entry) if entry else None


def listed(warehouse: Warehouse) -> list[EmitterKey]:
    """Every key in force, by name."""
    return sorted((_read(entry) for entry in warehouse.entries(COLLECTION)), key=lambda key: key.name)


def named(warehouse: Warehouse, name: str) -> list[EmitterKey]:
    """The keys of this name in force."""
    return [key for key in listed(warehouse) if key.name == name]


def revoke(warehouse: Warehouse, name: str) -> int:
    """Remove every key of this name; returns how many there were."""
    gone = [entry for entry in warehouse.entries(COLLECTION) if entry.body["name"] == name]
    for entry in gone:
        warehouse.delete(COLLECTION, entry.key)
    return len(gone)


def admit_event(name: str, key: EmitterKey) -> None:
    """Check that the key was made for this event of its emitter's. Raises ContractError."""
    if name in events_of(key.emitter) - key.events:
        message = f"The key {key.name!r} may not state {name}; it may: {', '.join(sorted(key.events))}."
        raise ContractError("event_not_allowed", message)


def admit(fact: Fact, key: EmitterKey, *, now: dtm.datetime) -> None:
    """Check what the contract cannot know: the key's events and the emitter's clock. Raises ContractError."""
    admit_event(fact.name, key)
    if max(fact.occurred_at, _ended_at(fact)) > now + CLOCK_SKEW:
        raise ContractError("occurred_in_future", "`occurred_at` is in the future: set the emitter's clock.")


def _ended_at(fact: Fact) -> dtm.datetime:
    """The end of what the fact tells of: nobody can have watched what is still to come."""
    event = fact.event()
    return event.to_at if isinstance(event, Watched | ReplayWatched) else fact.occurred_at


def fingerprint(key: str) -> str:
    """What is kept of a key. Plain SHA-256 is enough for random bits."""
    return hashlib.sha256(key.encode()).hexdigest()


def _read(entry: RegistryEntry) -> EmitterKey:
    body = entry.body
    return EmitterKey(body["name"], Emitter(body["emitter"]), frozenset(body["events"]), body.get("created_at", ""))
