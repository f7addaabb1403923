"""The app's picture of the programme goes on, whatever one look at the log ran into."""

import asyncio
import contextlib
import datetime as dtm
from collections.abc import Iterator
from typing import Any, cast

import pytest

from app.shared import schedule
from app.shared import warehouse as connection
from domain.events import Emitter, Fact, WebinarConfigured
from tests.patience import PATIENCE_SECONDS
from warehouse.interface import FactPage, Warehouse
from warehouse.local import LocalWarehouse


class Stumbling:
    """A warehouse whose first pages are something nobody foresaw."""

    def __init__(self, warehouse: LocalWarehouse, stumbles: int) -> None:
        self._warehouse, self.stumbles = warehouse, stumbles

    def __getattr__(self, name: str) -> Any:
        return getattr(self._warehouse, name)

    def facts_after(self, *asked: Any, **more: Any) -> FactPage:
        if self.stumbles:
            self.stumbles -= 1
            raise ValueError("nobody foresaw this")
        return self._warehouse.facts_after(*asked, **more)


@pytest.fixture
def stumbling(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stumbling]:
    monkeypatch.setattr(schedule, "RETRY_SECONDS", 0.01)
    found = Stumbling(warehouse, 2)
    connection.install(cast("Warehouse", found))
    yield found
    connection.install(None)


def test_the_schedule_is_followed_on_after_a_mistake_and_it_is_told(
    warehouse: LocalWarehouse, stumbling: Stumbling, caplog: pytest.LogCaptureFixture
) -> None:
    event = WebinarConfigured(action_id="a", slug="funnel", title={"ru": "Воронка"}, duration_seconds=60)
    fact = Fact.of(event, emitter=Emitter.STUDIO, occurred_at=dtm.datetime.now(dtm.UTC), webinar_id="funnel")
    warehouse.append([fact])

    async def seen() -> None:
        async with schedule.followed(), asyncio.timeout(PATIENCE_SECONDS):
            while "funnel" not in schedule.current().webinars:
                await asyncio.to_thread(warehouse.facts_after, 10**9, wait_seconds=0.02)

    with contextlib.suppress(TimeoutError):
        asyncio.run(seen())
    assert "funnel" in schedule.current().webinars
    assert stumbling.stumbles == 0
    assert [record.exc_info is not None for record in caplog.records if record.name == schedule.__name__] == [True]
