"""500 seeded deaths by kill -9 of notifier, reaction and warehouse at named points, in four houses side by side.

`EFIR_KILLS=2000 python -m pytest tests/kills` for more. Each seed decides who comes, who dies where, what misbehaves.
"""

import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.botapi.server import BotApi
from tests.botapi.telegram_state import Call
from tests.kills.lane import DEATHS, Lane
from tests.kills.verdict import Story, judge
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse
from warehouse.settings import Settings

KILLS = int(os.environ.get("EFIR_KILLS", "500"))
LANES = 4
SECONDS_A_KILL = 2.0
DELIVERY = {
    "message_planned",
    "message_skipped",
    "message_sending",
    "message_sent",
    "message_failed",
    "message_uncertain",
}


def under_fire(folder: Path, seed: int, kills: int) -> tuple[Lane, list[Call]]:
    with BotApi() as api:
        lane = Lane(folder, seed, api)
        lane.run(kills, seconds=60 + kills * SECONDS_A_KILL * LANES)
        return lane, api.calls()


@pytest.mark.crash
@pytest.mark.timeout(120 + KILLS * SECONDS_A_KILL)
def test_killed_hundreds_of_times_it_doubles_nothing_loses_nothing_and_says_what_it_cannot_know(tmp_path: Path) -> None:
    folders = [tmp_path / f"lane-{number}" for number in range(LANES)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(LANES) as pool:
        seeds = range(20260304, 20260304 + LANES)
        lanes = list(pool.map(under_fire, folders, seeds, [-(-KILLS // LANES)] * LANES))
    stories: list[Story] = []
    deaths: Counter[str] = Counter()
    for lane, calls in lanes:
        path = Settings(home=lane.home).database
        with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
            texts = warehouse.sql("select ref, value from people where kind = 'message_text'").to_pylist()
            stories += judge(lane, warehouse.facts_of(names=DELIVERY), texts, calls)
        deaths += lane.deaths
    sent, uncertain = sum(story.sent for story in stories), sum(story.uncertain for story in stories)
    received = sum(story.received for story in stories)
    report = (
        f"{deaths.total()} deaths, {len(stories)} messages: {sent} sent, {received} received, {uncertain} uncertain"
    )
    sys.stdout.write("\n".join(["", report, *(f"  {count:4} {name}" for name, count in sorted(deaths.items())), ""]))
    assert sent <= received <= sent + uncertain
    assert sum(lane.named_deaths for lane, _ in lanes) >= KILLS
    missed = {f"{role} {point}" for role, (_, points, _) in DEATHS.items() for point in points} - deaths.keys()
    assert KILLS < 200 or not missed, f"nobody died at {missed}"
