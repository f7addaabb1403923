"""`python -m benchmarks.reaction [--quick]`: from a fact's commit to the commit of what follows from it, in seconds."""

import argparse
import datetime as dtm
import random
import time
import uuid
from collections.abc import Sequence

from benchmarks.reaction import people
from benchmarks.reaction.house import house
from domain import events
from warehouse.interface import Warehouse

LONGEST_PAUSE_SECONDS = 1.0
"""Between samples: together they fall on every moment of the daemon's 5 s beat."""
PATIENCE_SECONDS = 120
ENTERING_SECONDS = 0.015
"""A head: a thousand entries in one commit are a flood of their own; measured is the room that watches."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reaction", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 samples a figure instead of 300")
    parser.add_argument("--attendees", type=int, default=1000, help="how many watch in the full room")
    chosen = parser.parse_args(arguments)
    with house() as warehouse:
        report(warehouse, 100 if chosen.quick else 300, chosen.attendees)


def report(warehouse: Warehouse, samples: int, attendees: int) -> None:
    """All figures of a house whose reaction runs."""
    dice = random.Random(20260304)  # noqa: S311 - a benchmark must be repeatable
    people.programme(warehouse)
    _warm_up(warehouse)
    line("form handed in → lead, consent, scenario", forms(warehouse, samples, dice))
    line("moment come → AUTO session on air", moments(warehouse, samples // 4, dice))
    audience, seconds = flood(warehouse, attendees)
    print(f"{attendees:,} forms in one commit → every lead created: {seconds:.1f} s", flush=True)
    room = people.Room(warehouse, audience)
    time.sleep(ENTERING_SECONDS * attendees)
    line(f"form handed in, {attendees:,} attendees watching", forms(warehouse, samples, dice))
    room.close()


def line(name: str, seconds: list[float]) -> None:
    """One figure with its spread."""
    ordered = sorted(seconds)
    p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(f"{name:<45} n={len(ordered):<4} p50 {p50:.3f}  p95 {p95:.3f}  max {ordered[-1]:.3f} s", flush=True)


def forms(warehouse: Warehouse, samples: int, dice: random.Random) -> list[float]:
    """Commit of the form to commit of the lead, both by the log's clock."""
    lead_ids = [str(uuid.uuid4()) for _ in range(samples)]
    for lead_id in lead_ids:
        warehouse.append([people.form(lead_id)])
        time.sleep(dice.uniform(0.02, LONGEST_PAUSE_SECONDS))
    _until_created(warehouse, lead_ids)
    recorded: dict[str, dict[str, dtm.datetime]] = {}
    for fact in warehouse.facts_of(lead_ids=lead_ids):
        assert fact.recorded_at
        recorded.setdefault(fact.lead_id or "", {})[fact.name] = fact.recorded_at
    form, lead = events.CoreIngestEvent.name, events.CoreLeadCreated.name
    return [(at[lead] - at[form]).total_seconds() for at in recorded.values()]


def moments(warehouse: Warehouse, samples: int, dice: random.Random) -> list[float]:
    """Start of an AUTO session to the commit of «on air»: nothing but the clock triggers it."""
    first = people.now() + dtm.timedelta(seconds=2)
    starts = [first + dtm.timedelta(seconds=dice.uniform(0, samples * 0.4)) for _ in range(samples)]
    sessions = [f"moment{number:04}" for number in range(samples)]
    warehouse.append([people.session(name, at) for name, at in zip(sessions, starts, strict=True)])
    deadline = time.monotonic() + samples * 0.4 + PATIENCE_SECONDS
    while True:
        started = warehouse.facts_of(session_ids=sessions, names=[events.WebinarStarted.name])
        if len(started) == samples:
            return [(fact.recorded_at - fact.occurred_at).total_seconds() for fact in started if fact.recorded_at]
        if time.monotonic() > deadline:
            raise TimeoutError(f"{samples - len(started)} sessions never went on air.")
        time.sleep(0.5)


def flood(warehouse: Warehouse, leads: int) -> tuple[list[str], float]:
    """Very many forms at once: more than a step takes, so Dagster is asked for a run."""
    lead_ids = [str(uuid.uuid4()) for _ in range(leads)]
    began = time.monotonic()
    warehouse.append([people.form(lead_id) for lead_id in lead_ids])
    _until_created(warehouse, lead_ids)
    return lead_ids, time.monotonic() - began


def _warm_up(warehouse: Warehouse) -> None:
    lead_id = str(uuid.uuid4())
    warehouse.append([people.form(lead_id)])
    _until_created(warehouse, [lead_id])


def _until_created(warehouse: Warehouse, lead_ids: Sequence[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(created := warehouse.facts_of(lead_ids=lead_ids, names=[events.CoreLeadCreated.name])) < len(lead_ids):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(lead_ids) - len(created)} leads were never created.")
        time.sleep(0.2)


if __name__ == "__main__":
    main()
