"""Keeping in step over a slow network: the module that decides, run by Node on a network and a clock of ours."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.build import ROOT

NODE = Path(sys.executable).parent / "node"
SIMULATION = """
import { Keeper } from "KEEPING";
const { jumpTakes, starts, seconds } = SETTINGS;
// A player whose jumps take so many seconds to show a picture, and whose clock stands still meanwhile.
let position = starts, busyUntil = 0, rate = 1, now = 0, jumps = [];
const screen = {
  isReady: () => true, isEnded: () => false, isPaused: () => false, canSeek: () => true,
  isBusy: () => now < busyUntil, position: () => position, lag: () => 0, toLive: () => {},
  setRate: (asked) => { rate = asked; },
  seek: (to) => { position = to; busyUntil = now + jumpTakes; jumps.push(now); },
};
const keeper = new Keeper();
const STEP = 0.25;
let drifts = [], fastest = 1;
for (let tick = 0; tick < seconds / STEP; tick += 1) {
  now = tick * STEP;
  if (!screen.isBusy()) position += STEP * rate;
  if (tick % 4 === 0) keeper.step(screen, now + 100, now * 1000);
  fastest = Math.max(fastest, rate);
  drifts.push(now + 100 - position);
}
console.log(JSON.stringify({ jumps, drift: Math.abs(drifts.at(-1)), fastest, rate }));
"""


def simulated(*, jump_takes: float, starts: float, seconds: float = 120) -> dict[str, Any]:
    """What the keeper did: moments of its jumps, the drift left, speeds. It should be at second 100 when it begins."""
    settings = json.dumps({"jumpTakes": jump_takes, "starts": starts, "seconds": seconds})
    address = (ROOT / "assets" / "room" / "keeping.js").as_uri()
    script = SIMULATION.replace("KEEPING", address).replace("SETTINGS", settings)
    ran = subprocess.run(
        [NODE, "--no-warnings", "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    return dict(json.loads(ran.stdout))


@pytest.mark.parametrize("jump_takes", [0.0, 0.5, 2.0, 5.0, 7.0])
def test_a_slow_network_is_aimed_ahead_of_and_not_stormed(jump_takes: float) -> None:
    did = simulated(jump_takes=jump_takes, starts=0)
    assert did["drift"] <= 1
    assert 1 <= len(did["jumps"]) <= 4


def test_a_network_too_slow_to_catch_up_is_asked_ever_less_often() -> None:
    did = simulated(jump_takes=40, starts=0, seconds=600)
    pauses = [later - before for before, later in zip(did["jumps"], did["jumps"][1:], strict=False)]
    assert len(did["jumps"]) <= 600 / 40
    assert all(pause >= 40 for pause in pauses), "no jump while one is under way"


@pytest.mark.parametrize(("starts", "nudged"), [(99.3, 1.04), (100.7, 0.96)])
def test_a_small_drift_is_made_up_by_speed_alone(starts: float, nudged: float) -> None:
    early = simulated(jump_takes=1, starts=starts, seconds=2)
    assert (early["jumps"], early["rate"]) == ([], pytest.approx(nudged))
    late = simulated(jump_takes=1, starts=starts, seconds=60)
    assert late["jumps"] == []
    assert late["drift"] <= 0.3


def test_a_picture_in_step_is_left_alone() -> None:
    did = simulated(jump_takes=1, starts=100, seconds=30)
    assert (did["jumps"], did["fastest"]) == ([], 1)
