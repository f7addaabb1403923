"""Python's search for unreachable cycles, kept out of a full room.

The search stops the process while it goes through all that lives: with 5,000 people in a room up to a second,
every few seconds, in which nobody is told anything. So what lives in a full room is set aside (`gc.freeze`),
which costs nothing, and searched when few people are waiting. What dies without a cycle is freed at once, as ever.
"""

import asyncio
import gc
import time
from collections.abc import Callable

CROWD = 200
"""So many present in all rooms: from here on a search is felt."""
EVERY_SECONDS = 1.0
QUIET_SECONDS = 300.0
"""How often the whole is searched while no room is crowded."""
CROWDED_SECONDS = 1800.0
"""How often while one always is: what cycles leak until then is small beside the room."""


def turn(present: int, seconds: float) -> bool:
    """One look, `seconds` after the last search of the whole; returns whether it was searched again."""
    is_crowded = present >= CROWD
    if is_due := seconds >= (CROWDED_SECONDS if is_crowded else QUIET_SECONDS):
        gc.unfreeze()
        gc.collect()
    if is_due or is_crowded:
        gc.freeze()
    return is_due


async def keep(present: Callable[[], int]) -> None:
    """Look once a second, for ever."""
    searched_at = time.monotonic()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        now = time.monotonic()
        if turn(present(), now - searched_at):
            searched_at = now
