"""One supervised process: what to run, when it counts as ready, and the life of its process group."""

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ChildState = Literal["waiting", "starting", "ready", "restarting", "stopped", "failed"]
Ready = Callable[[], Awaitable[bool]]
LINE_LIMIT = 64 * 1024
READY_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What to run. `stage` orders the start; children of the lowest stage are stopped last."""

    name: str
    command: Sequence[str]
    stage: int
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to our own."""
    folder: Path | None = None
    """Where it runs; None: where we do."""
    is_ready: Ready | None = None
    ready_within_seconds: float = 60.0


@dataclass(slots=True)
class Child:
    """The running side of a spec."""

    spec: ChildSpec
    state: ChildState = "waiting"
    restarts: int = 0
    started_at: float = 0.0
    """Monotonic seconds of the latest start."""
    process: asyncio.subprocess.Process | None = None
    falls: deque[float] = field(default_factory=lambda: deque(maxlen=8))
    """Monotonic seconds of its latest ends that nobody asked for, oldest first."""
    last_end: str = ""
    """How the latest of them ended, in words."""
    became_ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self.process.pid if self.process and self.process.returncode is None else None

    async def spawn(self) -> asyncio.subprocess.Process:
        """Start the process in a session of its own, so that its whole group can be ended together."""
        self.started_at = time.monotonic()
        self.state = "starting"
        self.process = await asyncio.create_subprocess_exec(
            *self.spec.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **self.spec.environment},
            cwd=self.spec.folder,
            limit=LINE_LIMIT,
            start_new_session=True,
        )
        return self.process

    async def wait_until_ready(self) -> bool:
        """True once it answers; False if it ended or ran out of time first."""
        deadline = self.started_at + self.spec.ready_within_seconds
        while self.pid is not None and time.monotonic() < deadline:
            if self.spec.is_ready is None or await self.spec.is_ready():
                self.state = "ready"
                self.became_ready.set()
                return True
            await asyncio.sleep(READY_POLL_SECONDS)
        return False

    def send(self, number: signal.Signals) -> None:
        """Signal the whole group; one that is gone already is fine."""
        if self.process is not None:
            signal_group(self.process.pid, number)

    async def end(self, within_seconds: float) -> None:
        """Ask the group to stop, insist when the time is up, and leave no member of it behind."""
        if self.process is None:
            return
        self.send(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), within_seconds)
        self.send(signal.SIGKILL)
        await self.process.wait()
        self.state = "stopped"


def signal_group(group: int, number: signal.Signals) -> None:
    """Signal a process group if it still exists."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return
