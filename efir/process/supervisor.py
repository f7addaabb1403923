"""Starts the family stage by stage, keeps it alive with back-off, and ends it within ten seconds."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from efir.process import guard
from efir.process.child import Child, ChildSpec
from efir.process.output import Output
from efir.process.watch import Tell, Watch

FIRST_BACK_OFF_SECONDS, MOST_BACK_OFF_SECONDS = 0.5, 30.0
HEALTHY_SECONDS = 60.0
"""A child that lived this long starts again at once: it was well, and somebody waits for it."""
FIRST_START_ATTEMPTS = 3
DOORS_END_BY_SECONDS, BETWEEN_ENDS_BY_SECONDS, FOUNDATION_ENDS_BY_SECONDS = 5.6, 6.8, 9.0
"""Since the stop was asked for: when what is left of the last stage is killed, of those between, and of the first."""


class StartFailed(RuntimeError):  # noqa: N818 - reads as what it says
    """A process could not be brought up at the first start; the message names it and its log."""


class Supervisor:
    """Owns the children from start to end. One instance a process, driven by `run`."""

    def __init__(self, specs: Sequence[ChildSpec], output: Output, state_file: Path, tell: Tell | None = None) -> None:
        """`tell`: where to hand over what keeps failing; None: nowhere."""
        self.children = [Child(spec) for spec in sorted(specs, key=lambda spec: spec.stage)]
        self._watch = Watch(self.children, state_file.parent, tell) if tell else None
        self._output = output
        self._state_file = state_file
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._guard: asyncio.subprocess.Process | None = None

    def stop(self) -> None:
        """Ask for the end; a second call kills at once."""
        if self._stopping.is_set():
            for child in self.children:
                child.send(signal.SIGKILL)
        self._stopping.set()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Start everything, call `on_ready` (in a thread), keep it alive until `stop`; end all of it, whatever happens.

        Raises StartFailed.
        """
        loop = asyncio.get_running_loop()
        is_kept_at_hangup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # under nohup
        for number in (signal.SIGINT, signal.SIGTERM, *(() if is_kept_at_hangup else (signal.SIGHUP,))):
            loop.add_signal_handler(number, self.stop)
        try:
            await self._start_guard()
            if await self._start_all():
                await asyncio.to_thread(on_ready)
                await self._unless_stopped(self._watch.for_ever() if self._watch else asyncio.Event().wait())
        finally:
            self._stopping.set()
            await self._end_all()

    async def _start_guard(self) -> None:
        self._guard = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", guard.__file__, stdin=asyncio.subprocess.PIPE, start_new_session=True
        )

    async def _start_all(self) -> bool:
        for _, stage in itertools.groupby(self.children, key=lambda child: child.spec.stage):
            members = list(stage)
            self._tasks += [asyncio.create_task(self._keep(child)) for child in members]
            if not await self._unless_stopped(_all_ready(members)):
                return False
        return True

    async def _unless_stopped(self, aim: Coroutine[Any, Any, Any]) -> bool:
        """Wait for the aim: True when reached, False when the stop came first. Raises what a child's keeper raised."""
        reaching = asyncio.ensure_future(aim)
        stopping = asyncio.ensure_future(self._stopping.wait())
        waited: list[asyncio.Future[Any]] = [reaching, stopping, *self._tasks]
        done, _ = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        for future in (reaching, stopping):
            future.cancel()
        for task in done & set(self._tasks):
            task.result()
        return reaching in done

    async def _keep(self, child: Child) -> None:
        """Run one child for ever. Raises StartFailed if it never came up."""
        failures = 0
        while not self._stopping.is_set():
            code = await self._live(child)
            if self._stopping.is_set():
                return
            lived = time.monotonic() - child.started_at
            failures = 0 if lived >= HEALTHY_SECONDS else failures + 1
            if not child.became_ready.is_set() and failures >= FIRST_START_ATTEMPTS:
                child.state = "failed"
                raise StartFailed(f"{child.spec.name} did not start ({failures} attempts, last exit code {code}).")
            await self._back_off(child, failures, code)

    async def _live(self, child: Child) -> int:
        """One life of a child, from spawn to exit; returns its exit code."""
        process = await child.spawn()
        self._tell_guard(f"+{process.pid}")
        self._publish()
        assert process.stdout is not None  # noqa: S101 - asked for in spawn
        following = asyncio.create_task(self._output.follow(child.spec.name, process.stdout))
        if self._stopping.is_set():  # asked for while the process was being made
            await child.end(FOUNDATION_ENDS_BY_SECONDS - BETWEEN_ENDS_BY_SECONDS)
        if await child.wait_until_ready():
            seconds = time.monotonic() - child.started_at
            told = f"ready in {seconds:.1f} s" if child.spec.is_ready else "started"
            self._output.show(f"✓ {child.spec.name} {told}")
            self._publish()
        elif child.pid is not None and not self._stopping.is_set():
            self._output.say(child.spec.name, f"no answer within {child.spec.ready_within_seconds:.0f} s: stopped")
            await child.end(DOORS_END_BY_SECONDS)
        code = await process.wait()
        child.send(signal.SIGKILL)
        self._tell_guard(f"-{process.pid}")
        await asyncio.wait([following], timeout=1)
        following.cancel()
        return code

    async def _back_off(self, child: Child, failures: int, code: int) -> None:
        seconds = min(MOST_BACK_OFF_SECONDS, FIRST_BACK_OFF_SECONDS * 2 ** (failures - 1)) if failures else 0.0
        child.state, child.restarts = "restarting", child.restarts + 1
        child.last_end = _told(code)
        child.falls.append(time.monotonic())
        self._output.say(child.spec.name, f"ended with {_told(code)}; starting again in {seconds:.1f} s")
        self._publish()
        if not seconds:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _end_all(self) -> None:
        """Stage by stage, the last one first: whoever is still at work finds what it stands on."""
        began = time.monotonic()
        stages = [list(stage) for _, stage in itertools.groupby(self.children, key=lambda child: child.spec.stage)]
        for number, members in reversed(list(enumerate(stages))):
            by = DOORS_END_BY_SECONDS if number == len(stages) - 1 else BETWEEN_ENDS_BY_SECONDS
            within = (by if number else FOUNDATION_ENDS_BY_SECONDS) - (time.monotonic() - began)
            await asyncio.gather(*(child.end(within) for child in members))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._state_file.unlink(missing_ok=True)
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            await self._guard.wait()
        self._output.close()

    def _tell_guard(self, line: str) -> None:
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.write(f"{line}\n".encode())

    def _publish(self) -> None:
        """Leave the state of the family where `efir status` finds it."""
        rows: list[dict[str, Any]] = [
            {
                "name": child.spec.name,
                "pid": child.pid,
                "state": child.state,
                "restarts": child.restarts,
                "up_seconds": round(time.monotonic() - child.started_at) if child.pid else 0,
            }
            for child in self.children
        ]
        self._state_file.parent.mkdir(parents=True, exist_ok=True)
        part = self._state_file.with_suffix(".part")
        part.write_text(json.dumps({"supervisor": os.getpid(), "written_at": time.time(), "children": rows}))
        part.replace(self._state_file)


async def _all_ready(children: Sequence[Child]) -> None:
    for child in children:
        await child.became_ready.wait()


def _told(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
