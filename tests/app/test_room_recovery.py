"""What a new life of the room takes up: visits that were open, whatever the clock does to an empty room meanwhile."""

import asyncio
import contextlib
import datetime as dtm
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest

from app.room import scripts
from app.room.halls import Halls
from app.room.memory import Memory, Past
from app.room.scripts import Script
from app.room.seats import Banned, Seat
from app.settings import Settings
from app.shared import schedule
from app.shared import warehouse as connection
from domain.events import ChatModerated, Emitter, Entered, Fact, ScriptEntry, WebinarConfigured, WebinarScheduled
from tests.patience import PATIENCE_SECONDS
from warehouse.interface import Receipt
from warehouse.local import LocalWarehouse

WEBINAR, SESSION, ANNA = "funnel", "sess000001", "lead-anna"


@pytest.fixture
def halls(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Halls]:
    """Anna is in a session on air; the process that saw her come in is gone."""
    now = dtm.datetime.now(dtm.UTC)
    webinar = WebinarConfigured(action_id="a", slug=WEBINAR, title={"ru": "Воронка"}, duration_seconds=3600)
    plan = WebinarScheduled(action_id="b", starts_at=now - dtm.timedelta(minutes=5), duration_seconds=3600, mode="auto")
    place = {"webinar_id": WEBINAR, "session_id": SESSION}
    facts = [
        Fact.of(webinar, emitter=Emitter.STUDIO, occurred_at=now, webinar_id=WEBINAR),
        Fact.of(plan, emitter=Emitter.STUDIO, occurred_at=now, **place),
        Fact.of(Entered(visit_no=1), emitter=Emitter.TRACKER, occurred_at=now, lead_id=ANNA, **place),
    ]
    assert {receipt.status for receipt in warehouse.append(facts)} == {"accepted"}
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    connection.install(warehouse)
    yield Halls()
    connection.install(None)


class Slow(Memory):
    """While it reads for the first time, the clock of the room strikes: nobody is there yet, so it is given up."""

    def __init__(self, halls: Halls) -> None:
        super().__init__()
        self.halls, self.strokes = halls, 1

    async def past(self, session_id: str, lead_id: str) -> Past:
        while self.strokes:
            self.strokes -= 1
            await self.halls._tick(self.halls.halls[session_id], is_sweep=True)  # noqa: SLF001 - the clock's own stroke
            assert session_id not in self.halls.halls
        return await super().past(session_id, lead_id)


def test_who_was_inside_is_waited_for_even_if_the_room_was_given_up_while_the_log_was_read(halls: Halls) -> None:
    async def restarted() -> bool:
        halls.start(Settings())
        halls.memory = Slow(halls)
        await halls.recover()
        return halls.halls[SESSION].guests[ANNA].track.is_inside

    assert asyncio.run(restarted())


def nobody(_: object) -> None:
    """A page that nobody reads."""


@contextlib.asynccontextmanager
async def alive(halls: Halls) -> AsyncIterator[None]:
    """The room with its way to the log."""
    halls.start(Settings())
    await schedule.refresh()
    writer = asyncio.create_task(halls.ledger.run())
    try:
        yield
    finally:
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        await halls.ledger.drain(PATIENCE_SECONDS)


async def enter_and_leave(halls: Halls, seat: Seat, page: str) -> None:
    hall, guest = await halls.join(seat, page, nobody, nobody)
    halls.beat(hall, guest, {"position": 1, "playing": True})
    halls.leave(hall, guest, nobody, is_clean=True)
    await halls._tick(hall, is_sweep=True)  # noqa: SLF001 - the clock's own stroke
    assert seat.session_id not in halls.halls


def test_who_comes_back_before_the_log_has_their_visit_begins_a_second_one(
    halls: Halls, warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, is_let = warehouse.append, threading.Event()

    def slowly(facts: Sequence[Fact], **given: Any) -> list[Receipt]:
        assert is_let.wait(PATIENCE_SECONDS)
        return append(facts, **given)

    monkeypatch.setattr(warehouse, "append", slowly)
    connection.install(warehouse)
    seat = Seat("lead-boris", WEBINAR, SESSION)

    async def evening() -> None:
        async with alive(halls):
            await enter_and_leave(halls, seat, "p1")
            # The log takes their visit only after they had all the time to be read about in it.
            asyncio.get_running_loop().call_later(0.5, is_let.set)
            await enter_and_leave(halls, seat, "p2")

    asyncio.run(evening())
    entered = warehouse.facts_of(lead_ids=[seat.lead_id], names=[Entered.name])
    assert [fact.properties["visit_no"] for fact in entered] == [1, 2]
    assert warehouse.rejected() == []


def test_who_is_sent_out_on_the_way_to_the_seat_does_not_sit_down(halls: Halls) -> None:
    class Banning(Memory):
        """The host's word comes while the log is read."""

        async def past(self, session_id: str, lead_id: str) -> Past:
            done = ChatModerated(action_id="ban", by="host", deed="guest_banned", guest_id=lead_id)
            place = {"webinar_id": WEBINAR, "session_id": session_id}
            ban = Fact.of(done, emitter=Emitter.STUDIO, occurred_at=dtm.datetime.now(dtm.UTC), **place)
            halls.halls[session_id].take([ban])
            return await super().past(session_id, lead_id)

    async def joined() -> None:
        async with alive(halls):
            halls.memory = Banning()
            await halls.join(Seat(ANNA, WEBINAR, SESSION), "p1", nobody, nobody)

    with pytest.raises(Banned):
        asyncio.run(joined())
    assert not halls.halls[SESSION].pages


def test_a_script_saved_while_the_room_is_opened_plays(halls: Halls, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opens has read the version before; the new one is told to open rooms, and this one is none yet."""
    line = ScriptEntry(entry_id="l1", at_seconds=1, kind="line", author="Марина", text="новая")
    older, newer = Script(1, (), {}, {}), Script(2, (line,), {}, {})
    reads = iter([older, newer])

    async def saved(webinar_id: str) -> Script:
        read = next(reads)
        if read is older:
            await halls.take_script(webinar_id)
        return read

    monkeypatch.setattr(scripts, "saved", saved)

    async def opened() -> tuple[ScriptEntry, ...] | None:
        async with alive(halls):
            return (await halls.open(SESSION)).talk.script

    assert asyncio.run(opened()) == newer.entries
