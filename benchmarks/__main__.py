"""`python -m benchmarks [--quick] [NAME …]`: every benchmark in turn, each in a process of its own."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

NAMES = (
    "log",
    "planner",
    "attendance",
    "reaction",
    "delivery",
    "idle",
    "room",
    "room.restart",
    "page",
    "pages",
    "marts",
)


def main() -> None:
    """Run those asked for, or all. Exit code 1 if one failed; the others run all the same."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="fewer samples: minutes become seconds")
    chosen = parser.parse_args()
    failed = [name for name in chosen.names or NAMES if _run(name, is_quick=chosen.quick)]
    sys.exit(f"Failed: {', '.join(failed)}" if failed else 0)


def _run(name: str, *, is_quick: bool) -> int:
    print(f"\n── {name} ──", flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if is_quick else [])]
    code = subprocess.run(command, cwd=Path(__file__).parent.parent, check=False).returncode  # noqa: S603 - our own
    print(f"({time.monotonic() - began:.0f} s)", flush=True)
    return code


if __name__ == "__main__":
    main()
