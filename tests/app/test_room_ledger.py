"""The room's way into the log: what is refused is kept and told, and one broken entry stops nothing."""

import asyncio
import datetime as dtm
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from app.room.hall import Guest, Hall
from app.room.halls import Halls
from app.room.ledger import Ledger
from app.room.seats import Seat
from app.room.tracker import Track
from app.shared import warehouse as connection
from domain.events import ChatPosted, Emitter, Fact
from tests.patience import PATIENCE_SECONDS
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse

NOW = dtm.datetime(2026, 3, 4, 12, tzinfo=dtm.UTC)


@pytest.fixture(autouse=True)
def connected(warehouse: LocalWarehouse) -> Iterator[None]:
    connection.install(warehouse)
    yield
    connection.install(None)


def posted(action_id: str) -> Fact:
    said = ChatPosted(action_id=action_id)
    return Fact.of(
        said, emitter=Emitter.TRACKER, occurred_at=NOW, lead_id="lead-anna", webinar_id="funnel", session_id="S1"
    )


@asynccontextmanager
async def writing(ledger: Ledger) -> AsyncIterator[None]:
    task = asyncio.create_task(ledger.run())
    try:
        yield
    finally:
        assert not task.done(), "The writer ended."
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), PATIENCE_SECONDS))


def test_a_contradiction_and_a_refused_fact_are_kept_among_the_rejected(warehouse: LocalWarehouse) -> None:
    async def test() -> None:
        ledger = Ledger()
        async with writing(ledger):
            await ledger.state([posted("line-1")])
            other = posted("line-1").model_copy(update={"occurred_at": NOW + dtm.timedelta(seconds=9)})
            [conflict] = await ledger.state([other])
            [refused] = await ledger.state([posted("line-2").model_copy(update={"lead_id": None})])
        assert (conflict.status, refused.status) == ("conflict", "rejected")

    in_a_loop(test)
    assert {refusal.code for refusal in warehouse.rejected(state="open")} >= {"conflict"}
    assert len(warehouse.rejected(state="open")) == 2


def test_an_entry_that_breaks_the_append_is_refused_alone_and_the_writer_goes_on(warehouse: LocalWarehouse) -> None:
    async def test() -> None:
        ledger = Ledger()
        naive = PersonalRow("lead-anna", Personal.CHAT_TEXT, "привет", "line-1", NOW.replace(tzinfo=None))
        answers = [
            ledger.state([posted("line-1")], [naive]),
            ledger.state([posted("line-2")]),
        ]
        async with writing(ledger):
            [[broken], [fine]] = await asyncio.gather(*answers)
            [after] = await ledger.state([posted("line-3")])
        assert (broken.status, broken.code) == ("rejected", "not_storable")
        assert (fine.status, after.status) == ("accepted", "accepted")
        assert (ledger.waiting, ledger.lost) == (0, 1)

    in_a_loop(test)
    assert {fact.properties["action_id"] for fact in warehouse.facts_of(names=[ChatPosted.name])} == {
        "line-2",
        "line-3",
    }


def test_what_nobody_waits_for_goes_with_what_somebody_does_in_one_append_and_in_order(
    warehouse: LocalWarehouse,
) -> None:
    async def test() -> None:
        ledger = Ledger()
        async with writing(ledger):
            ledger.note([posted("line-1")])
            ledger.note([posted("line-2")])
            await ledger.state([posted("line-3")])
            assert ledger.waiting == 0

    in_a_loop(test)
    facts = warehouse.facts_of(names=[ChatPosted.name])
    assert [fact.properties["action_id"] for fact in facts] == ["line-1", "line-2", "line-3"]
    assert len({fact.recorded_at for fact in facts}) == 1


def test_what_nobody_waits_for_gathers_and_goes_by_itself(warehouse: LocalWarehouse) -> None:
    async def test() -> None:
        ledger = Ledger()
        async with writing(ledger):
            ledger.note([posted("line-1")])
            await asyncio.sleep(0)
            await ledger.note([posted("line-2")])
            await ledger.note([posted("line-3")])

    in_a_loop(test)
    first, second, third = warehouse.facts_of(names=[ChatPosted.name])
    assert first.recorded_at == second.recorded_at != third.recorded_at


def test_a_ledger_that_is_full_says_so_instead_of_growing() -> None:
    async def test() -> None:
        ledger = Ledger(most=2)
        ledger.state([posted("line-1"), posted("line-2")])
        [refused] = await ledger.state([posted("line-3")])
        assert (refused.status, refused.code) == ("rejected", "room_full")
        assert (ledger.waiting, ledger.lost) == (2, 1)

    in_a_loop(test)


def test_a_page_that_cannot_be_written_to_costs_the_others_nothing() -> None:
    async def test() -> None:
        halls, hall = Halls(heartbeat=dtm.timedelta(0)), Hall("S1")
        heard = asyncio.Event()

        def broken(_: bytes) -> None:
            raise RuntimeError("This page is gone.")

        for lead_id, send in (("lead-a", broken), ("lead-b", lambda _: heard.set())):
            guest = Guest(Track(Seat(lead_id, "funnel", "S1"), dtm.timedelta(seconds=10), 0.95), "Анна")
            hall.guests[lead_id] = guest
            hall.attach(guest, send, lambda _: None)
        halls.halls["S1"] = hall  # its session is on no programme: its ticks fail, the clock's pulse goes on
        clock = asyncio.create_task(halls.tick())
        await heard.wait()
        heard.clear()
        await heard.wait()
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock

    in_a_loop(test)
