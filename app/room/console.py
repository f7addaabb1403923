"""The host's socket `/api/v1/rooms/<session>/desk`: the account is asked for at the door, then all the time."""

import asyncio
import datetime as dtm
import logging
from collections.abc import Collection
from functools import partial
from typing import Any

from starlette.websockets import WebSocket

from app.access.guard import AccessDenied, require
from app.access.roles import Role
from app.room import hosting
from app.room.desk import curve, snapshot, timed
from app.room.hall import Hall  # noqa: TC001 - one block of imports reads better
from app.room.halls import Unknown, encode, halls
from app.room.seats import SESSION_ID
from app.room.socket import Connection, is_own_origin
from app.room.speech import Said, Unheard
from app.room.wire import framed, wire_of
from app.shared import schedule
from domain.events import ChatModerated, WebinarEnded, WebinarStarted
from warehouse.interface import Receipt, WarehouseError

logger = logging.getLogger(__name__)

STORE_SECONDS = 8.0
ASKED_EVERY_SECONDS = 1.0
"""How long a console may go on listening after its host was logged out, closed or given another role."""


async def endpoint(socket: WebSocket, *, origins: Collection[str]) -> None:
    """One console from its handshake to its end."""
    session_id = str(socket.path_params["session"])
    if not is_own_origin(socket.headers.get("origin"), socket.headers.get("host", ""), origins):
        await socket.close(4403, "foreign origin")
        return
    connection = Connection(socket, wire_of(socket), session_id)
    console = Console(connection, socket.headers.get("cookie", ""))
    connection.hold()
    await connection.serve(partial(console.open, session_id if SESSION_ID.fullmatch(session_id) else ""))


class Console:
    """One host's page."""

    def __init__(self, connection: Connection, cookie: str) -> None:
        self.connection, self.cookie = connection, cookie
        self.hall: Hall
        self._tasks: set[asyncio.Task[Any]] = set()
        self._watch: asyncio.Task[None] | None = None

    async def open(self, session_id: str) -> None:
        """Show the room, if there is one and this account may see it."""
        try:
            await require(self.cookie, Role.HOST)
            self.hall = await halls.open(session_id)
        except AccessDenied:
            self.connection.end(4401, "no host")
            return
        except Unknown:
            self.connection.end(4404, "no such session")
            return
        except WarehouseError:
            self.connection.end(4503, "warehouse away")
            return
        self.hall.desks[self.connection.name] = self.connection.send
        now = dtm.datetime.now(dtm.UTC)
        picture = encode(snapshot(self.hall, halls.programme(session_id), now))
        self.connection.send(framed(timed(picture, now)))
        self.connection.send(framed(encode(curve(self.hall.audience.points, now, is_whole=True))))
        self._watch = asyncio.create_task(self._watched())
        self.connection.listen(self.hear)

    async def _watched(self) -> None:
        """A console that only listens is shut, too, once its host may not see the room any more."""
        while True:
            await asyncio.sleep(ASKED_EVERY_SECONDS)
            try:
                await require(self.cookie, Role.HOST)
            except AccessDenied:
                self._leave()
                self.connection.end(4401, "no host")
                return
            except WarehouseError:
                continue  # it is away, and nothing new is told meanwhile: asked again in a moment

    def _leave(self) -> None:
        self.hall.desks.pop(self.connection.name, None)

    def hear(self, frame: dict[str, Any]) -> None:
        """One command, or the end."""
        if frame.get("type") == "gone":
            self._leave()
            if self._watch is not None:
                self._watch.cancel()
            return
        task = asyncio.create_task(self._obey(frame))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _obey(self, frame: dict[str, Any]) -> None:
        error: str | None = None
        try:
            account = await require(self.cookie, Role.HOST)
            now = dtm.datetime.now(dtm.UTC)
            asked = hosting.Asked(frame, self.hall, halls.programme(self.hall.session_id), account.email, now)
            error = await self._store(hosting.said(asked))
        except AccessDenied:
            self.connection.end(4401, "no host")
            return
        except Unheard as refused:
            error = refused.code
        except WarehouseError:
            error = "not_saved"
        except Exception:
            logger.exception("The command %r of a host was not carried out", frame.get("type"))
            error = "not_saved"
        answer = {"type": "ack", "id": frame.get("id"), "ok": error is None, "error": error}
        self.connection.send(framed(encode(answer)))

    async def _store(self, said: Said) -> str | None:
        """Durable first, then everybody sees it, however long it takes. Returns what went wrong, or is not done yet."""
        stored = halls.ledger.state(said.facts, said.personal)
        deed = asyncio.create_task(self._carry_out(said, stored), name="deed of a host")
        self._tasks.add(deed)
        deed.add_done_callback(self._tasks.discard)
        try:
            await asyncio.wait_for(asyncio.shield(stored), STORE_SECONDS)
        except TimeoutError:
            return "not_saved"  # not yet: it is still being tried
        return await deed

    async def _carry_out(self, said: Said, stored: asyncio.Future[list[Receipt]]) -> str | None:
        """Once the log has it, the room stands accordingly."""
        if not all(receipt.is_stored for receipt in await stored):
            return "not_saved"
        self.hall.take(said.facts, said.personal)
        if said.line is not None:
            self.hall.say(said.line, "")
        for fact in said.facts:
            if fact.name == ChatModerated.name:
                self._enforce(fact.as_event(ChatModerated))
            elif fact.name in {WebinarStarted.name, WebinarEnded.name}:
                await schedule.refresh()
        halls.hurry()
        return None

    def _enforce(self, done: ChatModerated) -> None:
        if done.deed == "line_deleted" and done.line_id:
            self.hall.remove_line(done.line_id)
        elif done.deed == "line_released" and done.line_id:
            self.hall.release_line(done.line_id)
        if done.deed == "guest_banned" and done.guest_id:
            session = halls.programme(self.hall.session_id).session
            halls.ledger.state(self.hall.ban(done.guest_id, session, dtm.datetime.now(dtm.UTC)))
