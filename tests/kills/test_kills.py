"""Short seeded episodes with a kill -9 of notifier, reaction or warehouse at a named point, each in its own house.

Every point twice in `make test`; `make kills` runs 500 and `EFIR_EPISODES=2000 make kills` more. A failing episode
says its seed, and `EFIR_SEED=<seed>` runs that one alone. The seed decides who comes, who dies where, what misbehaves.
"""

import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.botapi.server import BotApi
from tests.kills.episode import DEATHS, Episode
from tests.kills.verdict import Story, judge
from tests.nursery import ROLES, Nursery
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse
from warehouse.settings import Settings

EPISODES = int(os.environ.get("EFIR_EPISODES", "32"))
FIRST_SEED = 20260304
LANES = 4
DELIVERY = {
    "message_planned",
    "message_skipped",
    "message_sending",
    "message_sent",
    "message_failed",
    "message_uncertain",
    "message_withheld",
}


@dataclass(frozen=True)
class Told:
    """What came of an episode."""

    seed: int
    death: str
    stories: tuple[Story, ...] = ()
    failure: str = ""


def live(folder: Path, seed: int, nursery: Nursery) -> Told:
    """Run an episode and judge it."""
    folder.mkdir(parents=True)
    with BotApi() as api:
        episode = Episode(folder, seed, api, nursery)
        try:
            episode.run()
            with LocalWarehouse(Settings(home=folder).database, credential=Credential.of("admin")) as warehouse:
                texts = warehouse.sql("select ref, value from people where kind = 'message_text'").to_pylist()
                stories = judge(episode, warehouse.facts_of(names=DELIVERY), texts, api.calls())
        except AssertionError as error:
            return Told(seed, episode.death, failure=str(error) or repr(error))
        return Told(seed, episode.death, tuple(stories))


def lane(folder: Path, seeds: list[int]) -> list[Told]:
    """Episodes one after the other."""
    if not seeds:
        return []
    nursery = Nursery(*ROLES)
    try:
        return [live(folder / str(seed), seed, nursery) for seed in seeds]
    finally:
        nursery.close()


@pytest.mark.crash
@pytest.mark.long
@pytest.mark.timeout(120 + EPISODES * 4)
def test_killed_hundreds_of_times_it_doubles_nothing_loses_nothing_and_says_what_it_cannot_know(tmp_path: Path) -> None:
    wanted = os.environ.get("EFIR_SEED")
    seeds = [int(wanted)] if wanted else list(range(FIRST_SEED, FIRST_SEED + EPISODES))
    shares = [seeds[number::LANES] for number in range(LANES)]
    with ThreadPoolExecutor(LANES) as pool:
        folders = [tmp_path / f"lane-{number}" for number in range(LANES)]
        told = [one for many in pool.map(lane, folders, shares) for one in many]
    stories = [story for one in told for story in one.stories]
    deaths = Counter(one.death for one in told)
    sent, uncertain = sum(story.sent for story in stories), sum(story.uncertain for story in stories)
    received = sum(story.received for story in stories)
    report = f"{len(told)} episodes, {len(stories)} messages: {sent} sent, {received} received, {uncertain} uncertain"
    sys.stdout.write("\n".join(["", report, *(f"  {count:4} {name}" for name, count in sorted(deaths.items())), ""]))
    failed = [f"EFIR_SEED={one.seed} ({one.death}): {one.failure}" for one in told if one.failure]
    assert not failed, "\n".join(failed)
    assert sent <= received <= sent + uncertain
    missed = {f"{role} {point}" for role, point, _ in DEATHS} - deaths.keys()
    assert len(told) < 2 * len(DEATHS) or not missed, f"nobody died at {missed}"
