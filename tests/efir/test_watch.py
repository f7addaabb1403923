"""The supervisor sees what falls over again and again, and a full disk; a process of its own states it."""

import asyncio
import datetime as dtm
import json
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from domain.events import CanaryReleased, CanaryReturned, Emitter, Event, Fact
from efir import telling
from efir.process import watch
from efir.process.child import Child, ChildSpec
from efir.process.watch import FALLS, WITHIN_SECONDS, Sight, Watch
from tests.efir.test_supervisor import SLEEPER, Family, python
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse

NOW = dtm.datetime(2030, 5, 1, 12, tzinfo=dtm.UTC)
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - what shutil answers


async def deaf(_: str) -> bool:
    return False


def seen(folder: Path, child: Child, monotonic: float) -> Sight:
    return Watch([child], folder, deaf).sight(monotonic, NOW)


def child(*falls: float) -> Child:
    made = Child(ChildSpec("notifier", (sys.executable,), 0), last_end="exit code 1")
    made.falls.extend(falls)
    return made


def test_some_falls_are_an_accident_many_are_a_failure_since_the_first(tmp_path: Path) -> None:
    assert seen(tmp_path, child(1.0, 2.0), 10.0).failing == ()
    (failing,) = seen(tmp_path, child(1.0, 2.0, 3.0), 10.0).failing
    assert (failing.kind, failing.subject, failing.detail) == ("process", "notifier", "exit code 1")
    assert dtm.datetime.fromisoformat(failing.since) == NOW - dtm.timedelta(seconds=9)
    long_after = WITHIN_SECONDS + 3
    assert seen(tmp_path, child(1.0, 2.0, 3.0), long_after).failing == ()


def test_a_disk_is_nearly_full_below_one_mark_and_well_above_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands = {}
    for gib in (1.0, 2.2, 3.0):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, gib=gib: Usage(0, 0, gib * 2**30))
        found = seen(tmp_path, child(), 1.0)
        stands[gib] = ([one.detail for one in found.failing], ("disk", "data") in found.well)
    assert stands == {1.0: (["1.0"], False), 2.2: ([], False), 3.0: ([], True)}
    assert seen(tmp_path / "gone", child(), 1.0).failing == (), "what cannot be told is unknown"


def test_a_child_that_keeps_ending_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.05)
    told: list[dict[str, object]] = []

    async def tell(said: str) -> bool:
        told.append(json.loads(said))
        return True

    family = Family(tmp_path, python("well", SLEEPER), python("fragile", "raise SystemExit(3)"), tell=tell)

    async def script(family: Family) -> None:
        await family.until(lambda: any(one["failing"] for one in told))

    family.run(script)
    assert [(one["subject"], one["detail"]) for one in told[-1]["failing"]] == [("fragile", "exit code 3")]  # type: ignore[attr-defined]
    assert ["process", "well"] in told[-1]["well"]  # type: ignore[operator]
    assert len(family.supervisor.children[1].falls) >= FALLS


def test_what_is_no_news_is_told_every_few_minutes_only(tmp_path: Path) -> None:
    told: list[float] = []

    async def tell(_: str) -> bool:
        told.append(moment)
        return True

    looking = Watch([child()], tmp_path, tell)
    for moment in (10.0, 25.0, 309.0, 310.0):
        asyncio.run(looking.look(moment, NOW))
    assert told == [10.0, 310.0]


def test_what_was_not_taken_is_told_again_at_the_next_look(tmp_path: Path) -> None:
    told: list[float] = []

    async def tell(_: str) -> bool:
        told.append(moment)
        return len(told) > 1

    looking = Watch([child()], tmp_path, tell)
    for moment in (10.0, 25.0, 40.0):
        asyncio.run(looking.look(moment, NOW))
    assert told == [10.0, 25.0]


def test_facts_that_nobody_answers_are_a_failure_of_the_reaction_and_silence_says_nothing(
    warehouse: LocalWarehouse, tmp_path: Path
) -> None:
    nothing = Sight((), ()).as_json()
    minute = dtm.timedelta(minutes=1)
    began = dtm.datetime.now(dtm.UTC).replace(second=0, microsecond=0)

    def state(event: Event, emitter: Emitter) -> None:
        warehouse.append([Fact.of(event, emitter=emitter, occurred_at=began)])

    assert telling.told(warehouse, nothing, began) == 0, "no canary was ever let loose"
    state(CanaryReleased(minute=began), Emitter.NOTIFIER)
    released = dtm.datetime.now(dtm.UTC)
    assert telling.told(warehouse, nothing, released + minute) == 0, "a hiccup"
    assert telling.told(warehouse, nothing, released + 9 * minute) == 0, "the notifier is gone: who knows"
    clock = began
    with LocalWarehouse(tmp_path / "w.duckdb", credential=Credential.of("admin"), clock=lambda: clock) as own:
        for clock in (began, began + minute, began + 2 * minute, began + 3 * minute):
            own.append([Fact.of(CanaryReleased(minute=clock), emitter=Emitter.NOTIFIER, occurred_at=clock)])
        assert telling.told(own, nothing, clock + minute) == 1
        clock += minute
        back = CanaryReturned(minute=began + 3 * minute)
        own.append([Fact.of(back, emitter=Emitter.SCENARIO_SERVICE, occurred_at=clock)])
        assert telling.told(own, nothing, clock + minute / 2) == 1
        (failed, over) = own.facts_of(names={"house_failed", "house_recovered"})
        assert (failed.properties["kind"], over.name) == ("reaction", "house_recovered")
        assert dtm.datetime.fromisoformat(failed.properties["since"]) == began


def test_what_was_seen_becomes_facts(warehouse: LocalWarehouse) -> None:
    said = Sight((watch.Seen("disk", "data", NOW.isoformat(), "1.0"),), (("process", "app"),)).as_json()
    assert telling.told(warehouse, said, NOW) == 1
    assert telling.told(warehouse, said, NOW) == 0
    assert telling.told(warehouse, Sight((), (("disk", "data"),)).as_json(), NOW) == 1
    assert [fact.name for fact in warehouse.facts_of(names={"house_failed", "house_recovered"})] == [
        "house_failed", "house_recovered",
    ]  # fmt: skip
