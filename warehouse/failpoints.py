"""Places where the crash test may kill the process. Inert unless EFIR_FAILPOINT names one («before_commit:7»)."""

import os
import signal

_NAME, _, _COUNT = os.environ.get("EFIR_FAILPOINT", "").partition(":")
_LEFT = [int(_COUNT or 1)]


def failpoint(name: str) -> None:
    """Die here, as kill -9 would, on the n-th pass of the named point."""
    if name != _NAME:
        return
    _LEFT[0] -= 1
    if _LEFT[0] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
