"""A child process of ours whose output can be waited for."""

import contextlib
import signal
import subprocess
import time
from pathlib import Path

from tests.nursery import Child
from tests.patience import PATIENCE_SECONDS


class Process:
    """A child of ours with its output in files, forked from a process that has imported its module."""

    def __init__(self, module: str, home: Path, environment: dict[str, str], *arguments: str) -> None:
        self.out = home / f"{module}-{time.monotonic_ns()}.log"
        self.out.touch()
        self.child = Child(module, {"EFIR_HOME": str(home), **environment}, self.out, arguments)

    @property
    def text(self) -> str:
        return self.out.read_text(encoding="utf-8")

    def until(self, words: str, seconds: float = PATIENCE_SECONDS) -> str:
        """Block until the output has these words; the line with them."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in self.text.splitlines():
                if words in line:
                    return line
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(0.02)
                break
        for line in self.text.splitlines():
            if words in line:
                return line
        raise AssertionError(f"no {words!r} in:\n{self.text}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Exit code and how many seconds the end took."""
        began = time.monotonic()
        if self.child.poll() is None:
            self.child.send_signal(number)
        return self.child.wait(PATIENCE_SECONDS), time.monotonic() - began
