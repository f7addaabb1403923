"""`make check`: everything that must hold before a commit, side by side, with the words of those that fail."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from efir.settings import PROGRAMS, REPOSITORY

CHECKS: dict[str, Sequence[str]] = {
    "types": ("mypy",),
    "SQL": ("sqlfluff", "lint", "--disable-progress-bar", "--processes", "0", "warehouse"),  # 0: every core
    "imports": ("lint-imports", "--no-logo"),
    "docs": ("python", "-m", "efir.docs", "--check"),
    "lint": ("ruff", "check", "--output-format", "concise", "."),
    "format": ("ruff", "format", "--check", "--output-format", "concise", "."),
}
"""The slow ones first: they share the cores."""
MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one check."""

    name: str
    is_passed: bool
    seconds: float
    words: str


def run(name: str) -> Outcome:
    """Run one check."""
    began = time.monotonic()
    program, *arguments = CHECKS[name]
    done = subprocess.run(  # noqa: S603 - our own tools
        [PROGRAMS / program, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return Outcome(name, done.returncode == 0, time.monotonic() - began, done.stdout + done.stderr)


def main() -> None:
    """Run all, print each as it ends, exit 1 if any failed."""
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        outcomes = []
        for outcome in pool.map(run, CHECKS):
            print(f"{'✓' if outcome.is_passed else '✗'} {outcome.name:<8} {outcome.seconds:5.1f} s", flush=True)
            outcomes.append(outcome)
    failed = [outcome for outcome in outcomes if not outcome.is_passed]
    for outcome in failed:
        lines = outcome.words.strip().splitlines()
        print(f"\n── {outcome.name} ──", *lines[:MOST_LINES], sep="\n")
        if len(lines) > MOST_LINES:
            print(f"… and {len(lines) - MOST_LINES} more lines: {' '.join(CHECKS[outcome.name])}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
