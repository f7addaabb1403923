"""Named places where a test may kill this process (`EFIR_NOTIFIER_FAILPOINT`), as a power cut would. Off by default.

`after_call:3` dies on the third pass; `after_call:3:raise` stumbles there, as over a mistake of ours.
"""

import itertools
import os
import signal

NAMES = (
    "before_sending",
    "after_sending",
    "after_call",
    "after_sent",
    "after_spool",
    "after_redeem",
    "after_linked",
    "after_booked",
    "before_webhook",
    "after_webhook",
)
"""sending: `message_sending` durable; call: Telegram answered; sent: outcome durable; spool: update stored."""


_PASSES = itertools.count(1)


def failpoint(name: str) -> None:
    """Die here with SIGKILL, or raise, if a test asked for it."""
    wanted, _, rest = os.environ.get("EFIR_NOTIFIER_FAILPOINT", "").partition(":")
    count, _, manner = rest.partition(":")
    if wanted == name and next(_PASSES) == int(count or 1):
        if manner == "raise":
            raise RuntimeError(f"a test asked for a mistake at {name}")
        os.kill(os.getpid(), signal.SIGKILL)
