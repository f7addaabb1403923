"""`python -m tests.nursery warehouse notifier`: imports these once and forks our processes from there, in milliseconds.

The one process reads JSON lines: `{"role", "environment", "log", "arguments"}` → `{"pid"}`; `{"reap": true}` →
`{"dead": {pid: exit code}}`. The end of its input ends all. `Nursery` is who asks it, `Child` one that was forked.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from warehouse import failpoints

ROOT = Path(__file__).parents[1]
Role = Literal["warehouse", "notifier", "reaction"]
ROLES: dict[Role, str] = {
    "warehouse": "warehouse.__main__",
    "notifier": "notifier.__main__",
    "reaction": "tests.kills.reacting",
}
"""What each of them is: a module whose `main` runs it and gives back the exit code."""
PAUSE_SECONDS = 0.01


class Nursery:
    """The process that ours are forked from. Thread-safe; whoever is alive at its end is killed."""

    def __init__(self, *roles: Role) -> None:
        """Start it; it imports these roles while the first question waits."""
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "SSL_CERT_DIR") if name in os.environ}
        self._lock = threading.Lock()
        self._ended: dict[int, int] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery", *roles],
            cwd=ROOT, env=keep, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def fork(self, role: Role, environment: Mapping[str, str], log: Path, arguments: Sequence[str] = ()) -> int:
        """Start one with these variables besides the few that all have, its output in a file; returns its pid."""
        with self._lock:
            asked = {"role": role, "environment": dict(environment), "log": str(log), "arguments": list(arguments)}
            pid = int(self._ask(**asked)["pid"])
            self._ended.pop(pid, None)  # of whoever had this number long ago
            return pid

    def ended(self) -> dict[int, int]:
        """Exit code of everybody who ended so far; minus the signal's number for who was killed."""
        with self._lock:
            self._ended |= {int(pid): code for pid, code in self._ask(reap=True)["dead"].items()}
            return dict(self._ended)

    def _ask(self, **question: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End it, and whoever is left."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@functools.cache
def nursery(role: Role) -> Nursery:
    """One for all tests of this process that start this role; it ends with them."""
    made = Nursery(role)
    atexit.register(made.close)
    return made


class Child:
    """One of ours, spoken to as to a `subprocess.Popen`."""

    def __init__(self, role: Role, environment: Mapping[str, str], log: Path, arguments: Sequence[str] = ()) -> None:
        """Fork it."""
        self._nursery = nursery(role)
        self.pid = self._nursery.fork(role, environment, log, arguments)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, if it has ended."""
        if self.returncode is None:
            self.returncode = self._nursery.ended().get(self.pid)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Its exit code. Raises subprocess.TimeoutExpired when it has not ended after so many seconds."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(PAUSE_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        """Send it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill -9, unless it has ended."""
        self.send_signal(signal.SIGKILL)


def main() -> None:
    """Serve until the input ends."""
    roles = {role: importlib.import_module(ROLES[role]).main for role in cast("list[Role]", sys.argv[1:])}
    gc.freeze()  # a child that looked for cycles among what is imported would copy all of it first
    alive: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        answer: dict[str, Any]
        if "reap" in asked:
            answer = {"dead": _reap(alive)}
        else:
            pid = _fork(roles[asked["role"]], asked)
            alive.add(pid)
            answer = {"pid": pid}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _fork(run: Any, asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code: Any = 1
    try:
        os.environ.update(asked["environment"])
        handle = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for number in (1, 2):
            os.dup2(handle, number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.argv = [asked["role"], *asked["arguments"]]
        importlib.reload(failpoints)  # it reads the environment when it is imported
        code = run()
    except SystemExit as error:
        code = error.code
    except BaseException as error:  # noqa: BLE001 - into the log, whatever it is
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)


def _reap(alive: set[int]) -> dict[int, int]:
    dead = {}
    while alive:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            break
        alive.discard(pid)
        dead[pid] = os.waitstatus_to_exitcode(status)
    return dead


if __name__ == "__main__":
    main()
