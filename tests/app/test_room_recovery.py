"""What a new life of the room takes up: visits that were open, whatever the clock does to an empty room meanwhile."""

import asyncio
import datetime as dtm
from collections.abc import Iterator

import pytest

from app.room.halls import Halls
from app.room.memory import Memory, Past
from app.settings import Settings
from app.shared import schedule
from app.shared import warehouse as connection
from domain.events import Emitter, Entered, Fact, WebinarConfigured, WebinarScheduled
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
