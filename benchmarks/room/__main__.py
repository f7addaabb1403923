"""`python -m benchmarks.room [--quick] [--clients N]`: one room, thousands of people, this machine.

The server has one core, the crowd and the warehouse the other. Joins at 300 a second, heartbeats every 10 s, chat
lines, an offer every page says it has shown, a poll everybody answers; then all leave, and the log is counted. After
it, in the same run, a bare uvicorn broadcast of the same bytes (the limit of sending through ASGI), and the same bytes
through a Reflex State, with as many clients as that carries.
"""

import argparse
import asyncio
import json
import os
import resource
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.room import evening, limit, state

SERVER_CORE, CROWD_CORE = 0, 1
STATE_CLIENTS = 500
"""As many as a State serves without filling the core."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.room", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="500 people, fewer seconds")
    parser.add_argument("--clients", type=int, default=0, help="people in the room (5000)")
    parser.add_argument("--rate", type=float, default=300, help="joins a second")
    parser.add_argument("--seconds", type=float, default=0, help="length of each phase (20)")
    parser.add_argument("--json", action="store_true", help="figures as JSON instead of lines")
    given = parser.parse_args(arguments)
    clients, seconds = given.clients or (500 if given.quick else 5_000), given.seconds or (6 if given.quick else 20)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    os.sched_setaffinity(0, {CROWD_CORE % (os.cpu_count() or 1)})
    with tempfile.TemporaryDirectory(prefix="efir-bench-") as folder:
        figures = asyncio.run(evening.run(Path(folder), clients, given.rate, seconds, SERVER_CORE))
    for name, value in figures.items():
        print(f"{name:<60}{value}", flush=True)
    figures |= asyncio.run(
        limit.run(clients, seconds, int(figures["octets a frame"]), figures["frames/s"], SERVER_CORE)
    )
    figures |= asyncio.run(state.run(min(clients, STATE_CLIENTS), seconds, int(figures["octets a frame"]), SERVER_CORE))
    room, raw = figures["lines: server µs per page and frame"], figures["raw: server µs per page and frame"]
    figures["room against raw, server CPU per page and frame"] = round(room / raw, 2)
    if given.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<60}{value}")


if __name__ == "__main__":
    main()
