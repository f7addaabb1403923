"""What the room remembers through the log: a lead's earlier visits and name, read for everybody who joins at once.

The join is what breaks first when a room fills (venueless): while one read is under way the next joiners gather.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.shared import warehouse
from domain.events import Completed, Entered, Fact, FormSubmitted, Left, Watched
from warehouse.interface import Personal, WarehouseError

REMEMBERED = (Entered.name, Left.name, Watched.name, Completed.name, FormSubmitted.name)


@dataclass(frozen=True, slots=True)
class Past:
    """One lead in one session, as the log and the people table tell it."""

    facts: Sequence[Fact]
    name: str

    @property
    def submitted(self) -> set[str]:
        """Offers whose form was sent."""
        return {fact.as_event(FormSubmitted).offer_id for fact in self.facts if fact.name == FormSubmitted.name}


Key = tuple[str, str]
"""Session id, lead id."""


@dataclass(slots=True)
class Memory:
    """Reads pasts in batches."""

    _asked: dict[Key, asyncio.Future[Past]] = field(default_factory=dict)
    _task: asyncio.Task[None] | None = None

    async def past(self, session_id: str, lead_id: str) -> Past:
        """The past of one lead. Raises WarehouseError."""
        key = (session_id, lead_id)
        if key not in self._asked:
            self._asked[key] = asyncio.get_running_loop().create_future()
        answer = self._asked[key]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read_all(), name="room memory")
        return await answer

    async def _read_all(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, {}
            by_session: dict[str, list[str]] = defaultdict(list)
            for session_id, lead_id in asked:
                by_session[session_id].append(lead_id)
            for session_id, lead_ids in by_session.items():
                await self._read(session_id, lead_ids, asked)

    async def _read(self, session_id: str, lead_ids: list[str], asked: dict[Key, asyncio.Future[Past]]) -> None:
        try:
            facts = await warehouse.get().facts_of(lead_ids=lead_ids, session_ids=(session_id,), names=REMEMBERED)
            rows = await warehouse.get().people(lead_ids, (Personal.NAME,))
        except WarehouseError as error:
            for lead_id in lead_ids:
                if not asked[session_id, lead_id].done():
                    asked[session_id, lead_id].set_exception(error)
            return
        names = {row.subject_id: row.value for row in rows}
        own: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            own[fact.lead_id or ""].append(fact)
        for lead_id in lead_ids:
            if not asked[session_id, lead_id].done():
                asked[session_id, lead_id].set_result(Past(own[lead_id], names.get(lead_id, "")))
