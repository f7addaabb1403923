"""kill -9 of the real service under concurrent appends: what was acknowledged is there exactly once, with its people.

EFIR_CRASH_KILLS and EFIR_CRASH_SEED choose how often and which run; a failure names both.
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.events import Fact
from tests.notifier.process import Process
from tests.patience import PATIENCE_SECONDS
from tests.warehouse.stating import Serving, touch
from warehouse.interface import FactPage, Personal, PersonalRow, WarehouseError

KILLS = int(os.environ.get("EFIR_CRASH_KILLS", "200"))
SEED = int(os.environ.get("EFIR_CRASH_SEED", "20260304"))
LANES = 2
POSTERS = 5
CHECKPOINT_BYTES = 60_000
POINTS = ("before_insert", "after_insert", "before_commit", "after_commit", "before_checkpoint", "after_checkpoint")


class Lane:
    """One database that is killed again and again, and all that its posters know about it."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home = home
        home.mkdir()
        self.dice = random.Random(seed)  # noqa: S311 - a test must be repeatable
        self.offered: list[Fact] = []
        self.acknowledged: dict[str, int] = {}
        self.followed: list[int] = []
        self.lock = threading.Lock()

    def batch(self, dice: random.Random) -> list[Fact]:
        """Some new facts, and sometimes older ones again: acknowledged or not, nobody remembers."""
        with self.lock:
            first = len(self.offered)
            fresh = [touch(f"visitor-{first + number}") for number in range(dice.choice((1, 1, 1, 8, 60)))]
            again = dice.sample(self.offered, min(first, 5)) if dice.random() < 0.3 else []
            self.offered += fresh
        return fresh + again

    def kill_once(self) -> str:
        """Start the service, check what it remembers, append until it dies; returns how it died."""
        how = self.dice.choice(("any moment", "start", *POINTS, "before_commit", "before_checkpoint"))
        if how == "start":
            process = self.launch()
            time.sleep(self.dice.uniform(0, 0.15))
            process.end(signal.SIGKILL)
            return how
        passes = self.dice.randint(1, 3 if "checkpoint" in how else 15)
        delay = self.dice.choice((0, self.dice.uniform(0, 8)))
        point = f"{how}:{passes}:{delay}" if how in POINTS else ""
        process = self.launch(point)
        try:
            service = self.ready(process)
            self.check(service)
            self.append_until_dead(service, process, after=None if point else self.dice.uniform(0.01, 0.3))
        except WarehouseError:
            # A second after the start a long log is folded, on a busy machine while we look. The next one looks anew.
            assert "checkpoint" in how
            assert process.child.wait(PATIENCE_SECONDS) == -signal.SIGKILL
        finally:
            process.end(signal.SIGKILL)
        return point or how

    def launch(self, point: str = "") -> Process:
        """Start the service; it dies at this point."""
        settings = {"EFIR_WAREHOUSE_PORT": "0", "EFIR_WAREHOUSE_CHECKPOINT_BYTES": str(CHECKPOINT_BYTES)}
        return Process("warehouse", self.home, {**settings, "EFIR_FAILPOINT": point})

    def ready(self, process: Process) -> Serving:
        """Wait until it serves."""
        address = process.until("ready warehouse").split()[2]
        return Serving(int(address.split(":")[1]), self.home)

    def append_until_dead(self, service: Serving, process: Process, *, after: float | None) -> None:
        posters = [
            threading.Thread(target=self.post, args=(service, random.Random(seed)))  # noqa: S311
            for seed in self.dice.sample(range(2**32), POSTERS)
        ]
        for poster in posters:
            poster.start()
        if after is not None:
            time.sleep(after)
            process.child.kill()
        process.child.wait(PATIENCE_SECONDS)
        for poster in posters:
            poster.join()

    def post(self, service: Serving, dice: random.Random) -> None:
        with service.door("app", patience_seconds=0) as door:
            while True:
                facts = self.batch(dice)
                told = PersonalRow("somebody", Personal.CHAT_TEXT, "…", ref=facts[0].event_id)
                try:
                    receipts = door.append(facts, personal=[told])
                except WarehouseError:
                    return
                with self.lock:
                    self.acknowledged |= {receipt.event_id: receipt.seq or 0 for receipt in receipts}

    def check(self, service: Serving) -> None:
        """Every acknowledged fact is there exactly once, at the place its receipt named, with what belongs to it."""
        with service.door("admin") as door:
            rows = door.sql("select event_id, seq from events order by seq").to_pylist()
            told = door.sql("select distinct ref from people")["ref"].to_pylist()
            health = door.health()
            self.follow(door.facts_after)
        stored = {row["event_id"]: row["seq"] for row in rows}
        assert health["self_check"] == "ok"
        assert len(stored) == len(rows) == health["facts"]
        assert len({row["seq"] for row in rows}) == len(rows)
        lost = {event_id for event_id, seq in self.acknowledged.items() if stored.get(event_id) != seq}
        assert not lost, f"{len(lost)} acknowledged facts are not where their receipts say"
        assert set(told) <= stored.keys(), "personal data without its fact"
        assert self.followed == [row["seq"] for row in rows], "a follower missed or saw twice"

    def follow(self, facts_after: Callable[..., FactPage]) -> None:
        """A follower of the log whose cursor outlives every crash."""
        cursor = self.followed[-1] if self.followed else 0
        while page := facts_after(cursor, limit=5000).facts:
            self.followed += [fact.seq for fact in page]
            cursor = self.followed[-1]


@pytest.mark.crash
@pytest.mark.long
@pytest.mark.timeout(900)
def test_whatever_was_acknowledged_survives_kill_9_exactly_once(tmp_path: Path) -> None:
    def live(number: int) -> Lane:
        lane = Lane(tmp_path / f"home-{number}", SEED + number)
        deaths = [lane.kill_once() for _ in range(KILLS // LANES)]
        process = lane.launch()
        lane.check(lane.ready(process))
        process.end(signal.SIGKILL)
        sys.stdout.write(f"lane {number}: {len(lane.acknowledged)} of {len(lane.offered)} acknowledged; {deaths}\n")
        return lane

    started = time.monotonic()
    with ThreadPoolExecutor(LANES) as pool:
        lanes = list(pool.map(live, range(LANES)))
    acknowledged = sum(len(lane.acknowledged) for lane in lanes)
    spent = time.monotonic() - started
    sys.stdout.write(f"{KILLS} kills, seed {SEED}, {spent:.0f} s: {acknowledged} acknowledged, none lost\n")
    assert acknowledged > KILLS, "the kills came too early to prove anything"
