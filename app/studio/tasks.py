"""/studio/tasks: what is to be done about leads, overdue first; and the tasks on a lead's card."""

import datetime as dtm
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import reflex as rx

from app.access import accounts
from app.access.roles import STAFF_ROLES
from app.crm import tasks as deeds
from app.crm.deeds import Refused
from app.rights.family import behind
from app.shared import warehouse
from app.shared.route import Route
from app.studio import desk, tasks_view
from app.studio.choices import Choice
from app.studio.crm import WORKERS
from app.studio.desk import READERS, Desk
from app.studio.lead import LeadPage
from domain.merging import MERGES
from warehouse.interface import WarehouseError
from warehouse.reads import worklist
from warehouse.reads.worklist import Task

FALLBACK_ZONE = "Europe/Moscow"


@dataclass(frozen=True)
class TaskLine:
    """One task. `state`: overdue, open or done."""

    task_id: str
    lead_id: str
    lead_name: str
    title: str
    owner: str
    due_at: str
    state: str


class Tasks(Desk):
    """The list of tasks of the house."""

    lines: list[TaskLine] = []
    overdue: int = 0
    only_mine: bool = True
    may_work: bool = False

    @rx.event
    async def opened(self) -> None:
        """Show one's own."""
        if await self._may(*READERS):
            self.only_mine = True
            await self._show()

    @rx.event
    async def choose(self, whose: str) -> None:
        """Show one's own or everybody's."""
        if await self._may(*READERS):
            self.only_mine = whose != "all"
            await self._show()

    @rx.event
    async def settle(self, task_id: str, is_done: bool) -> None:  # noqa: FBT001 - as the client calls it
        """Say that a task is done, or is not."""
        account = await self._may(*WORKERS)
        if account is None:
            return
        if await _done(self, task_id, account.email, is_done=bool(is_done)):
            await self._show()

    async def _show(self) -> None:
        try:
            found = await warehouse.get().run(worklist.tasks, owner=self.email if self.only_mine else "", is_open=True)
        except WarehouseError:
            self.lines, self.complaint = [], self._text("away")
            return
        now = desk.now()
        self.lines = [line(task, now) for task in found]
        self.overdue = sum(one.state == "overdue" for one in self.lines)
        self.may_work = self.role in {"admin", *map(str, WORKERS)}


class LeadTasks(Desk):
    """The tasks on the card that is open."""

    lines: list[TaskLine] = []
    owners: list[Choice] = []
    wrong: str = ""
    form_key: int = 0

    @rx.event
    async def opened(self) -> None:
        """Show the lead's tasks."""
        if await self._may(*READERS):
            await self._show()

    @rx.event
    async def add(self, typed: dict[str, Any]) -> Any:
        """A new task; its moment is in the reader's zone, which the form carries along."""
        account = await self._may(*WORKERS)
        if account is None:
            return None
        self.wrong = ""
        try:
            due_at = moment_of(str(typed.get("due") or ""), str(typed.get("zone") or ""))
        except ValueError:
            self.wrong = self._text("tasks.wrong.due")
            return None
        title, owner = str(typed.get("title") or ""), str(typed.get("owner") or "") or account.email
        try:
            await warehouse.get().run(deeds.add, self._lead(), title, due_at, owner, by=account.email, now=desk.now())
        except Refused as refused:
            self.wrong = self._text(f"crm.wrong.{refused.code}")
            return None
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        self.form_key += 1
        await self._show()
        return LeadPage.opened

    @rx.event
    async def settle(self, task_id: str, is_done: bool) -> Any:  # noqa: FBT001 - as the client calls it
        """Say that a task is done, or is not."""
        account = await self._may(*WORKERS)
        if account is None or not await _done(self, task_id, account.email, is_done=bool(is_done)):
            return None
        await self._show()
        return LeadPage.opened

    def _lead(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _show(self) -> None:
        connection = warehouse.get()
        ours = behind(await connection.facts_of(names=MERGES), self._lead())
        found = await connection.run(worklist.tasks, lead_ids=ours)
        self.lines = [line(task, desk.now()) for task in found]
        self.owners = [
            Choice(one.email, one.email)
            for one in await connection.run(accounts.listed)
            if one.is_active and one.role in STAFF_ROLES
        ]


async def _done(page: Desk, task_id: str, by: str, *, is_done: bool) -> bool:
    try:
        await warehouse.get().run(deeds.done, task_id, is_done=is_done, by=by, now=desk.now())
    except Refused as refused:
        page.complaint = page._text(f"crm.wrong.{refused.code}")  # noqa: SLF001 - the desk's own words
        return False
    except WarehouseError:
        page.complaint = page._text("away")  # noqa: SLF001 - the desk's own words
        return False
    return True


def line(task: Task, now: dtm.datetime) -> TaskLine:
    """A task as the pages show it at `now`."""
    state = "done" if task.is_done else "overdue" if task.due_at < now else "open"
    return TaskLine(
        task.task_id, task.lead_id, task.lead_name or "—", task.title, task.owner, task.due_at.isoformat(), state
    )


def moment_of(text: str, zone: str) -> dtm.datetime:
    """The moment of a browser's date and time field in a zone. Raises ValueError."""
    try:
        known = ZoneInfo(zone or FALLBACK_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        known = ZoneInfo(FALLBACK_ZONE)
    return dtm.datetime.fromisoformat(text).replace(tzinfo=known).astimezone(dtm.UTC)


PAGES = [Route("/studio/tasks", lambda: tasks_view.view(Tasks), title="title.tasks", on_load=Tasks.opened)]
