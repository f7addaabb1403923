"""`python -m tests.kills.nursery`: has imported everything once and forks our processes from there, in milliseconds.

Reads JSON lines: `{"role", "environment", "log"}` → `{"pid"}`; `{"reap": true}` → `{"dead": [pids]}`.
The end of the input ends all.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
from typing import Any

import notifier.__main__ as notifying
import warehouse.__main__ as storing
from tests.kills import reacting
from warehouse import failpoints

ROLES = {"warehouse": storing.main, "notifier": notifying.main, "reaction": reacting.main}


def main() -> None:
    """Serve until the input ends."""
    alive: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        answer: dict[str, Any]
        if "reap" in asked:
            answer = {"dead": _reap(alive)}
        else:
            pid = _fork(asked["role"], asked["environment"], asked["log"])
            alive.add(pid)
            answer = {"pid": pid}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _fork(role: str, environment: dict[str, str], log: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.environ.update(environment)
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for number in (1, 2):
            os.dup2(handle, number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.argv = [role]
        importlib.reload(failpoints)  # it reads the environment when it is imported
        code = ROLES[role]()
    except BaseException as error:  # noqa: BLE001 - into the log, whatever it is
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _reap(alive: set[int]) -> list[int]:
    dead = []
    while alive:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if not pid:
            break
        alive.discard(pid)
        dead.append(pid)
    return dead


if __name__ == "__main__":
    main()
