"""The Telegram door: sends what is planned, receives what people write. No rules about who gets what (`domain`)."""

import os

# PTB's durations as timedelta: without this every 429 prints a deprecation warning (and fails our tests).
os.environ.setdefault("PTB_TIMEDELTA", "1")
