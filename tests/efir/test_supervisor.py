import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from efir.process import supervisor
from efir.process.child import ChildSpec
from efir.process.output import Output
from efir.process.supervisor import StartFailed, Supervisor
from efir.process.watch import Tell
from tests.patience import PATIENCE_SECONDS

SLEEPER = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
WITH_GRANDCHILD = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('grandchild', child.pid, flush=True); child.wait()"
)


def python(name: str, code: str, stage: int = 0) -> ChildSpec:
    return ChildSpec(name=name, command=(sys.executable, "-c", code), stage=stage)


class Family:
    """A supervisor with its terminal in memory and its files in a temp folder."""

    def __init__(self, folder: Path, *specs: ChildSpec, tell: Tell | None = None) -> None:
        self.terminal = io.StringIO()
        self.state_file = folder / "run" / "processes.json"
        self.folder = folder
        self.supervisor = Supervisor(specs, Output(folder / "logs", self.terminal), self.state_file, tell)

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not happened():  # noqa: ASYNC110 - what we wait for is another process
                await asyncio.sleep(0.02)

    def run(self, script: Callable[["Family"], object]) -> None:
        """Run the supervisor; once all are ready, run the script beside it, then stop."""

        async def both() -> None:
            ready = asyncio.Event()
            running = asyncio.create_task(self.supervisor.run(ready.set))
            waiting = asyncio.create_task(ready.wait())
            await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if not running.done():
                outcome = script(self)
                if asyncio.iscoroutine(outcome):
                    await outcome
            self.supervisor.stop()
            await running

        asyncio.run(both())


def test_children_start_stage_by_stage_and_their_lines_are_prefixed_and_kept(tmp_path: Path) -> None:
    family = Family(tmp_path, python("second", SLEEPER, stage=1), python("first", SLEEPER, stage=0))

    async def script(family: Family) -> None:
        await family.until(lambda: family.terminal.getvalue().count("│ here") == 2)

    family.run(script)
    told = family.terminal.getvalue()
    assert told.index("✓ first started") < told.index("✓ second started")
    assert "first     │ here" in told
    assert "here" in (tmp_path / "logs" / "second.log").read_text()


def test_a_child_that_crashes_is_started_again(tmp_path: Path) -> None:
    family = Family(tmp_path, python("fragile", SLEEPER))

    async def script(family: Family) -> None:
        first = family.supervisor.children[0].pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await family.until(lambda: family.supervisor.children[0].pid not in {None, first})

    family.run(script)
    assert "ended with signal SIGKILL; starting again in 0.5 s" in family.terminal.getvalue()


def test_a_child_that_was_well_is_started_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "HEALTHY_SECONDS", 0.0)
    family = Family(tmp_path, python("hale", SLEEPER))

    async def script(family: Family) -> None:
        first = family.supervisor.children[0].pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await family.until(lambda: family.supervisor.children[0].pid not in {None, first})

    family.run(script)
    assert "ended with signal SIGKILL; starting again in 0.0 s" in family.terminal.getvalue()


def test_a_child_that_never_comes_up_ends_the_start_with_its_name(tmp_path: Path) -> None:
    family = Family(tmp_path, ChildSpec("broken", (sys.executable, "-c", "raise SystemExit(3)"), 0, is_ready=_never))
    with pytest.raises(StartFailed, match=r"broken did not start \(3 attempts, last exit code 3\)"):
        family.run(lambda _: None)


async def _never() -> bool:
    return False


def test_the_end_takes_less_than_ten_seconds_even_if_a_child_refuses_and_leaves_no_grandchild(tmp_path: Path) -> None:
    family = Family(
        tmp_path, python("base", STUBBORN), python("stubborn", STUBBORN, 1), python("nest", WITH_GRANDCHILD, 1)
    )
    assert supervisor.FOUNDATION_ENDS_BY_SECONDS < 10

    async def script(family: Family) -> None:
        await family.until(
            lambda: family.terminal.getvalue().count("│ here") == 2 and "grandchild" in family.terminal.getvalue()
        )

    family.run(script)
    grandchild = int(family.terminal.getvalue().split("grandchild ")[1].split()[0])
    assert not psutil.pid_exists(grandchild)
    assert not family.state_file.exists()


LEAVER = """
import signal, sys, time
def leave(number, frame):
    time.sleep({seconds})
    print("leaves", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("here", flush=True)
time.sleep(600)
"""


def test_a_house_started_to_outlive_its_terminal_does(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup leaves it
    heard: list[object] = []
    try:
        Family(tmp_path, python("one", SLEEPER)).run(lambda _: heard.append(signal.getsignal(signal.SIGHUP)))
    finally:
        signal.signal(signal.SIGHUP, before)
    assert heard == [signal.SIG_IGN]


def test_a_stage_is_asked_to_end_when_all_that_stand_on_it_have_ended(tmp_path: Path) -> None:
    family = Family(
        tmp_path, *(python(f"stage{number}", LEAVER.format(seconds=0.3 * number), number) for number in range(3))
    )

    async def script(family: Family) -> None:
        await family.until(lambda: family.terminal.getvalue().count("│ here") == 3)

    family.run(script)
    left = [line.split()[0] for line in family.terminal.getvalue().splitlines() if line.endswith("leaves")]
    assert left == ["stage2", "stage1", "stage0"]


RUNNER = """
import asyncio, sys
from pathlib import Path
from efir.process.child import ChildSpec
from efir.process.output import Output
from efir.process.supervisor import Supervisor
folder, *codes = sys.argv[1:]
specs = [ChildSpec(f"child{n}", (sys.executable, "-c", code), n) for n, code in enumerate(codes)]
supervisor = Supervisor(specs, Output(Path(folder) / "logs"), Path(folder) / "state.json")
asyncio.run(supervisor.run(lambda: None))
"""


@pytest.mark.crash
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_behind_however_the_supervisor_ends(tmp_path: Path, ending: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path), SLEEPER, WITH_GRANDCHILD], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "grandchild" in line)
        family = psutil.Process(process.pid).children(recursive=True)
        assert int(_after(tmp_path / "logs" / "child1.log", "grandchild ")) in {member.pid for member in family}
        process.send_signal(ending)
        _, alive = psutil.wait_procs([*family, psutil.Process(process.pid)], timeout=PATIENCE_SECONDS)
        assert alive == []


def _after(log: Path, marker: str) -> str:
    return log.read_text().split(marker)[1].split()[0]


def test_the_state_of_the_family_is_published_for_status(tmp_path: Path) -> None:
    family = Family(tmp_path, python("only", SLEEPER))
    seen: dict[str, object] = {}

    def script(family: Family) -> None:
        seen.update(json.loads(family.state_file.read_text())["children"][0])

    family.run(script)
    assert (seen["name"], seen["state"], seen["restarts"]) == ("only", "ready", 0)
