"""Synthetic facts for the benchmark of the log: watch intervals of many leads, and millions of rows to stand on."""

import datetime as dtm
import os
import random
import uuid

import pyarrow as pa

from domain.events import Emitter, Fact, Watched
from warehouse.encoding import encode

START = dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)


def watched(count: int, dice: random.Random) -> list[Fact]:
    """Distinct watch intervals as the room's tracker states them."""
    return [_watched(dice, number) for number in range(count)]


def _watched(dice: random.Random, number: int) -> Fact:
    from_at = START + dtm.timedelta(seconds=30 * (number % 120), microseconds=dice.randrange(1_000_000))
    interval = Watched(
        connection=f"{dice.getrandbits(64):016x}",
        from_at=from_at,
        to_at=from_at + dtm.timedelta(seconds=30),
        from_position_seconds=30.0 * (number % 120),
        to_position_seconds=30.0 * (number % 120) + 30,
    )
    return Fact.of(
        interval,
        emitter=Emitter.TRACKER,
        occurred_at=from_at,
        lead_id=str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        webinar_id="benchmark",
        session_id="abcdefghij",
    )


def columns(count: int, dice: random.Random) -> pa.Table:
    """`count` rows in the log's columns: 1,000 real facts repeated under fresh random ids (fast to make)."""
    sample = encode(watched(1000, dice)).table
    repeated = pa.concat_tables([sample] * (count // len(sample) + 1)).slice(0, count).combine_chunks()
    random_bytes = os.urandom(16 * count)
    ids = pa.Array.from_buffers(pa.binary(16), count, [None, pa.py_buffer(random_bytes)])
    return repeated.set_column(0, "event_id", pa.ExtensionArray.from_storage(pa.uuid(), ids))
