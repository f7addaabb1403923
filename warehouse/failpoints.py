"""Places where the crash test may kill the process. Inert unless EFIR_FAILPOINT names one.

`before_commit:7` dies on the seventh pass; `before_commit:7:2.5` dies 2.5 ms after it, inside what follows.
"""

import os
import signal
import threading

_NAME, _COUNT, _DELAY, *_ = (*os.environ.get("EFIR_FAILPOINT", "").split(":"), "", "")
_LEFT = [int(_COUNT or 1)]


def failpoint(name: str) -> None:
    """Die here, as kill -9 would, if this point is the named one and its turn has come."""
    if name != _NAME:
        return
    _LEFT[0] -= 1
    if _LEFT[0] == 0:
        _die_after(float(_DELAY or 0) / 1000)


def _die_after(seconds: float) -> None:
    if seconds:
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
    else:
        os.kill(os.getpid(), signal.SIGKILL)
