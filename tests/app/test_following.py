"""The app's picture of the programme goes on, whatever one look at the log ran into."""

import asyncio
import contextlib
import datetime as dtm
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from starlette.applications import Starlette

from app.registration import calendar, landing, landing_view
from app.replay import viewing
from app.room import entry
from app.room import page as room_page
from app.room.halls import Halls, Unknown
from app.room.seats import Seat
from app.settings import Settings
from app.shared import schedule
from app.shared import warehouse as connection
from app.shared.bundle import MANIFEST
from app.studio import pictures
from domain.events import Emitter, Fact, TelegramLinked, WebinarConfigured
from notifier import programme as notifier_programme
from pipelines import programme as reaction_programme
from tests.app.calling import Caller
from tests.patience import PATIENCE_SECONDS
from warehouse.client import FlightWarehouse
from warehouse.interface import FactPage, Warehouse, WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.reads import programme as programme_reads

NOW = dtm.datetime.now(dtm.UTC)
ADDRESS = "http://localhost:3000"


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


def test_nobody_is_served_before_the_programme_is_read(warehouse: LocalWarehouse) -> None:
    webinar = WebinarConfigured(action_id="a", slug="funnel", title={"ru": "Воронка"}, duration_seconds=60)
    warehouse.append([Fact.of(webinar, emitter=Emitter.STUDIO, occurred_at=NOW, webinar_id="funnel")])
    connection.install(warehouse)

    async def served() -> bool:
        async with schedule.followed():
            return "funnel" in schedule.current().webinars

    try:
        assert asyncio.run(served())
    finally:
        connection.install(None)


class Watched:
    """A warehouse that remembers which facts it was made to tell."""

    def __init__(self, warehouse: LocalWarehouse) -> None:
        self._warehouse, self.told = warehouse, list[Fact]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._warehouse, name)

    def facts_of(self, **asked: Any) -> list[Fact]:
        found = self._warehouse.facts_of(**asked)
        self.told += found
        return found

    def facts_after(self, *asked: Any, **more: Any) -> FactPage:
        page = self._warehouse.facts_after(*asked, **more)
        self.told += page.facts
        return page


@pytest.mark.parametrize(
    "read",
    [
        lambda _: asyncio.run(_started()),
        programme_reads.schedule,
        notifier_programme.Programme.load,
        reaction_programme.Programme,
    ],
    ids=["app", "commands", "notifier", "reaction"],
)
def test_the_programme_is_read_without_what_is_told_of_every_lead(
    warehouse: LocalWarehouse, read: Callable[[Any], Any]
) -> None:
    webinar = WebinarConfigured(action_id="a", slug="funnel", title={"ru": "Воронка"}, duration_seconds=60)
    warehouse.append([Fact.of(webinar, emitter=Emitter.STUDIO, occurred_at=NOW, webinar_id="funnel")])
    for number in range(3):
        linked = TelegramLinked(update_id=number)
        warehouse.append([Fact.of(linked, emitter=Emitter.NOTIFIER, occurred_at=NOW, lead_id=f"lead-{number}")])
    watched = Watched(warehouse)
    connection.install(cast("Warehouse", watched))
    try:
        read(watched)
    finally:
        connection.install(None)
    assert {fact.name for fact in watched.told} == {"webinar_configured"}


async def _started() -> None:
    async with schedule.followed():
        assert "funnel" in schedule.current().webinars


def test_while_the_programme_cannot_be_read_a_room_is_away_and_not_unknown(
    warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    page = Caller(Starlette(routes=entry.routes(Settings(public_url=ADDRESS))))
    ours = {"origin": ADDRESS}

    async def asked() -> int:
        async with schedule.followed():
            answer = await asyncio.to_thread(page.post, "/api/v1/rooms/SESSION1/ticket", json={}, headers=ours)
            return answer.status_code

    connection.install(FlightWarehouse(1, "none", patience_seconds=0))
    try:
        assert asyncio.run(asked()) == 503
        connection.install(warehouse)
        assert asyncio.run(asked()) == 404
    finally:
        connection.install(None)


def test_a_socket_opened_before_the_programme_is_read_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    projection = schedule.Projection()
    monkeypatch.setattr(schedule, "_projection", projection)
    with pytest.raises(WarehouseError, match="try again"):
        Halls().programme("SESSION1")
    with pytest.raises(WarehouseError, match="try again"):
        asyncio.run(viewing.admit(Seat("lead", "funnel", "SESSION1"), "connection"))
    projection.is_read = True
    with pytest.raises(Unknown):
        Halls().programme("SESSION1")
    assert asyncio.run(viewing.admit(Seat("lead", "funnel", "SESSION1"), "connection")) is None


@pytest.mark.parametrize("path", ["/w/funnel?ref=anna7", "/pictures/funnel/card.png", "/room/SESSION1", "/ics/token"])
def test_while_the_programme_cannot_be_read_no_page_says_that_it_is_not_there(
    path: str, warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    client, settings = tmp_path / "build" / "client", Settings(public_url=ADDRESS)
    client.mkdir(parents=True)
    files = {
        entry: {"file": f"assets/{number}.js"} for number, entry in enumerate((landing_view.ENTRY, room_page.ENTRY))
    }
    (client.parent / MANIFEST).write_text(json.dumps(files))
    found = [*landing.routes(client, settings), *pictures.routes(settings), *room_page.routes(client)]
    caller = Caller(Starlette(routes=[*found, *calendar.routes(settings)]))

    async def asked() -> httpx.Response:
        async with schedule.followed():
            return await asyncio.to_thread(caller.get, path, headers={"accept-language": "en"})

    connection.install(FlightWarehouse(1, "none", patience_seconds=0))
    try:
        away = asyncio.run(asked())
        connection.install(warehouse)
        missing = asyncio.run(asked())
    finally:
        connection.install(None)
    assert away.status_code == 503
    assert missing.status_code == 404
    if not path.startswith("/room"):  # its page is the same, and asks again by itself
        assert int(away.headers["retry-after"]) > 0
        assert "in a few seconds" in away.text
    if path.startswith("/w/"):
        assert f'href="{path}"' in away.text, "where one came from is kept"


def test_a_form_sent_before_the_programme_is_read_is_not_told_that_its_webinar_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    caller = Caller(Starlette(routes=landing.routes(tmp_path, Settings(public_url=ADDRESS))))
    for path in ("/w/funnel", "/w/funnel/seen"):
        answer = caller.post(path, headers={"origin": ADDRESS}, data={"name": "Anna"})
        assert answer.status_code == 503
        assert 'id="page"' not in answer.text, "the page's script would put it in the place of what was typed"


def test_the_schedule_is_followed_on_after_a_mistake_and_it_is_told(
    warehouse: LocalWarehouse, stumbling: Stumbling, caplog: pytest.LogCaptureFixture
) -> None:
    event = WebinarConfigured(action_id="a", slug="funnel", title={"ru": "Воронка"}, duration_seconds=60)
    fact = Fact.of(event, emitter=Emitter.STUDIO, occurred_at=NOW, webinar_id="funnel")
    warehouse.append([fact])

    async def seen() -> None:
        async with schedule.followed(), asyncio.timeout(PATIENCE_SECONDS):
            while stumbling.stumbles or "funnel" not in schedule.current().webinars:
                await asyncio.to_thread(warehouse.facts_after, 10**9, wait_seconds=0.02)

    with contextlib.suppress(TimeoutError):
        asyncio.run(seen())
    assert "funnel" in schedule.current().webinars
    assert stumbling.stumbles == 0
    assert [record.exc_info is not None for record in caplog.records if record.name == schedule.__name__] == [True]
