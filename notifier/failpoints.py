"""Named places where a test may kill this process (`EFIR_NOTIFIER_FAILPOINT`), as a power cut would. Off by default."""

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
)
"""sending: `message_sending` durable; call: Telegram answered; sent: outcome durable; spool: update stored."""


def failpoint(name: str) -> None:
    """Die here with SIGKILL if a test asked for it."""
    if os.environ.get("EFIR_NOTIFIER_FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
