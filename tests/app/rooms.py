"""A real server with the room's routes on a free port, over a real warehouse: what a browser would talk to."""

import contextlib
import datetime as dtm
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from app.registration import landing
from app.room import entry, halls, media, page, telegram
from app.settings import Settings
from app.shared import schedule
from app.shared import warehouse as connection
from app.shared.headers import SecurityHeaders, content_security_policy
from domain.events import Emitter, Fact, Offer, ScriptLine, WebinarConfigured, WebinarRescheduled, WebinarScheduled
from tests.patience import PATIENCE_SECONDS
from warehouse import tokens
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse

HEARTBEAT_SECONDS = 0.4
WEBINAR = "funnel"


@dataclass
class Rooms:
    """The server and its log."""

    address: str
    warehouse: LocalWarehouse
    stack: contextlib.ExitStack
    """Closes what browsers have opened."""

    @property
    def origin(self) -> str:
        return f"http://{self.address}"

    def schedule(
        self, session_id: str, *, starts_in: float, seconds: int, mode: str = "auto", **more: Any
    ) -> dtm.datetime:
        """Announce a session with an offer at once, a scripted line and `more` of its webinar; returns its start."""
        now = dtm.datetime.now(dtm.UTC)
        basic = WebinarConfigured(
            action_id="a1", slug=WEBINAR, title={"ru": "Воронка"}, duration_seconds=seconds, media_url="sample.mp4",
            offers=(Offer(offer_id="o1", title={"ru": "Разбор"}, button={"ru": "Хочу"}, show_at_seconds=0),),
            script=(ScriptLine(at_seconds=3600, author="Марина", text="ещё не время"),),
        )  # fmt: skip
        definition = basic.model_copy(update=more)
        starts_at = now + dtm.timedelta(seconds=starts_in)
        plan = WebinarScheduled(action_id="a2", starts_at=starts_at, duration_seconds=seconds, mode=mode)
        stated = {"emitter": Emitter.STUDIO, "occurred_at": now, "webinar_id": WEBINAR}
        facts = [Fact.of(definition, **stated), Fact.of(plan, session_id=session_id, **stated)]  # type: ignore[arg-type]
        self.warehouse.append(facts, quarantine=False)
        self._await_session(session_id)
        return starts_at

    def move(self, session_id: str, *, starts_in: float, seconds: float) -> None:
        """Another start and length, as if the clock had been turned on: nobody need be quick before it comes."""
        now = dtm.datetime.now(dtm.UTC)
        starts_at = now + dtm.timedelta(seconds=starts_in)
        plan = WebinarRescheduled(action_id=now.isoformat(), starts_at=starts_at, duration_seconds=seconds)
        stated = {"emitter": Emitter.STUDIO, "occurred_at": now, "webinar_id": WEBINAR}
        assert self.warehouse.append([Fact.of(plan, session_id=session_id, **stated)])[0].is_stored  # type: ignore[arg-type]

    def _await_session(self, session_id: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while session_id not in schedule.current().sessions:
            assert time.monotonic() < deadline, "The app did not see the session."
            threading.Event().wait(0.01)

    def guest(self, session_id: str, lead_id: str, name: str = "Анна Тестова") -> "Browser":
        """A browser that came in by the lead's personal link."""
        now = dtm.datetime.now(dtm.UTC)
        self.warehouse.append([], personal=[PersonalRow(lead_id, Personal.NAME, name, given_at=now)])
        body = {"lead_id": lead_id, "webinar_id": WEBINAR, "session_id": session_id}
        token = tokens.mint(self.warehouse, "join", body, now=now, ttl=dtm.timedelta(hours=1))
        browser = Browser(self, session_id)
        answer = browser.http.get(f"/j/{token}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/room/{session_id}")
        return browser

    def facts(
        self, session_id: str, *, until: str | None = None, count: int = 1, seconds: float = PATIENCE_SECONDS
    ) -> list[Fact]:
        """The session's tracked facts; waits (long poll) until `count` of the name `until` are there."""
        deadline = time.monotonic() + seconds
        seq = 0
        while True:
            facts = [f for f in self.warehouse.facts_of(session_ids=[session_id]) if f.emitter is Emitter.TRACKER]
            if until is None or sum(fact.name == until for fact in facts) >= count:
                return facts
            assert time.monotonic() < deadline, f"{until} did not come; there is {[fact.name for fact in facts]}"
            page = self.warehouse.facts_after(seq, wait_seconds=0.5)
            seq = page.next_seq


class Browser:
    """One lead's browser: cookies, and as many pages as it opens."""

    def __init__(self, rooms: Rooms, session_id: str) -> None:
        self.rooms = rooms
        self.session_id = session_id
        client = httpx.Client(base_url=rooms.origin, headers={"origin": rooms.origin})
        self.http = rooms.stack.enter_context(client)

    def ticket(self, use: str = "room") -> httpx.Response:
        return self.http.post(f"/api/v1/rooms/{self.session_id}/ticket", json={"use": use})

    def page(self, name: str, *, use: str = "room", origin: str | None = None, ticket: str | None = None) -> "Page":
        """Open the room in a page."""
        path = f"ws://{self.rooms.address}/api/v1/rooms/{self.session_id}/socket"
        opening = connect(path, origin=Origin(origin or self.rooms.origin), compression=None)
        page = Page(self.rooms.stack.enter_context(opening))
        page.say(type="join", ticket=ticket or self.ticket(use).json()["ticket"], page=name)
        return page


class Page:
    """One open socket."""

    def __init__(self, socket_: ClientConnection) -> None:
        self.socket = socket_

    def say(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def beat(self, position: float = 0, *, playing: bool = True) -> None:
        self.say(type="beat", position=position, playing=playing, visible=True)

    def hear(self, kind: str, *, having: str | None = None, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next frame of this type (that has the key)."""
        deadline = time.monotonic() + seconds
        while True:
            frame = json.loads(self.socket.recv(timeout=max(0.01, deadline - time.monotonic())))
            if frame["type"] == kind and (having is None or having in frame):
                return dict(frame)

    def watch(self, phase: str) -> dict[str, Any]:
        """Answer every pulse with a heartbeat, as a playing page does, until the room is in this phase."""
        while True:
            frame = json.loads(self.socket.recv(timeout=PATIENCE_SECONDS))
            if frame["type"] == "pulse":
                self.beat()
            elif frame.get("stage", {}).get("phase") == phase:
                return dict(frame["stage"])

    def read_on(self) -> None:
        """Read until the server closes the connection (ConnectionClosed)."""
        while True:
            self.socket.recv(timeout=PATIENCE_SECONDS)

    def close(self) -> None:
        self.socket.close()


def pages(client: Path, settings: Settings) -> list[BaseRoute]:
    """The room's pages and the landing, and what they are made of."""
    made = Mount("/", StaticFiles(directory=client))
    return [*page.routes(client), *landing.routes(client, settings), made]


@contextlib.contextmanager
def running(warehouse: LocalWarehouse, *, client: Path | None = None) -> Iterator[Rooms]:
    """The server, from its start to its end; the environment says which home it has.

    With `client`, the folder of the built frontend, it serves the room's pages and the landing too, with our headers.
    """
    connection.install(warehouse)
    settings = Settings()

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with schedule.followed(), halls.opened():
            yield

    routes: list[BaseRoute] = [*entry.routes(settings), *telegram.routes(settings), *media.routes(settings)]
    headers = Middleware(SecurityHeaders, policy=content_security_policy([]), is_https=False)
    app = Starlette(
        routes=[*routes, *(pages(client, settings) if client else [])],
        middleware=[headers] if client else [],
        lifespan=lifespan,
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="warning", ws="app.room.wire:RoomProtocol", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            host, port = listening.getsockname()
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not server.started:
                assert time.monotonic() < deadline, "The server did not start."
                threading.Event().wait(0.01)
            with contextlib.ExitStack() as stack:
                yield Rooms(f"{host}:{port}", warehouse, stack)
        finally:
            server.should_exit = True
            thread.join(15)
            connection.install(None)
