"""/studio/tasks: what is to be done about leads, overdue first; and the tasks on a lead's card."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import reflex as rx

from app.crm import tasks as deeds
from app.crm.deeds import Refused
from app.rights.family import behind
from app.shared import warehouse
from app.shared.route import Route
from app.studio import desk, tasks_view
from app.studio.crm import WORKERS
from app.studio.desk import READERS, Desk
from app.studio.lead import LeadPage
from domain.merging import MERGES
from warehouse.interface import WarehouseError
from warehouse.reads import worklist
from warehouse.reads.worklist import Task

FALLBACK_ZONE = "Europe/Moscow"
PAGE_SIZE = 50


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
    """The list of tasks of the house, page by page. `edited` is the task that is being changed."""

    lines: list[TaskLine] = []
    total: int = 0
    overdue: int = 0
    page_no: int = 1
    pages: int = 1
    only_mine: bool = True
    may_work: bool = False
    owners: list[str] = []
    edited: str = ""
    edit_wrong: str = ""

    @rx.event
    async def opened(self) -> None:
        """Show one's own."""
        if await self._may(*READERS):
            self.only_mine, self.page_no = True, 1
            await self._show()

    @rx.event
    async def choose(self, whose: str) -> None:
        """Show one's own or everybody's."""
        if await self._may(*READERS):
            self.only_mine, self.page_no = whose != "all", 1
            await self._show()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go to the next or the previous page."""
        if await self._may(*READERS):
            self.page_no = min(max(1, self.page_no + step), self.pages)
            await self._show()

    @rx.event
    async def settle(self, task_id: str, is_done: bool) -> None:  # noqa: FBT001 - as the client calls it
        """Say that a task is done, or is not."""
        account = await self._may(*WORKERS)
        if account is None:
            return
        if await _done(self, task_id, account.email, is_done=bool(is_done)):
            await self._show()

    @rx.event
    async def begin_edit(self, task_id: str) -> None:
        """Open a task for changing; "" closes it."""
        if await self._may(*WORKERS):
            self.edited, self.edit_wrong = task_id, ""

    @rx.event
    async def change(self, typed: dict[str, Any]) -> None:
        """Let the open task be due at another moment, or be somebody else's."""
        account = await self._may(*WORKERS)
        if account and await _changed(self, typed, account.email):
            await self._show()
            self.notice = self._text("tasks.changed")

    async def _show(self) -> None:
        connection, owner, now = warehouse.get(), self.email if self.only_mine else "", desk.now()
        try:
            self.owners = await connection.run(deeds.workers)
            while True:
                offset = (self.page_no - 1) * PAGE_SIZE
                page = await connection.run(
                    worklist.tasks, now=now, owner=owner, is_open=True, limit=PAGE_SIZE, offset=offset
                )
                if page.rows or self.page_no == 1:
                    break
                self.page_no -= 1  # the last task of the last page is done
        except WarehouseError:
            self.lines, self.complaint = [], self._text("away")
            return
        self.lines = [line(task, now) for task in page.rows]
        self.total, self.overdue, self.pages = page.total, page.overdue, max(1, -(-page.total // PAGE_SIZE))
        self.edited = self.edit_wrong = ""
        self.may_work = self.role in {"admin", *map(str, WORKERS)}


class LeadTasks(Desk):
    """The tasks on the card that is open."""

    lines: list[TaskLine] = []
    owners: list[str] = []
    edited: str = ""
    wrong: str = ""
    edit_wrong: str = ""
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

    @rx.event
    async def begin_edit(self, task_id: str) -> None:
        """Open a task for changing; "" closes it."""
        if await self._may(*WORKERS):
            self.edited, self.edit_wrong = task_id, ""

    @rx.event
    async def change(self, typed: dict[str, Any]) -> Any:
        """Let the open task be due at another moment, or be somebody else's."""
        account = await self._may(*WORKERS)
        if account is None or not await _changed(self, typed, account.email):
            return None
        await self._show()
        return LeadPage.opened

    def _lead(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _show(self) -> None:
        connection = warehouse.get()
        ours = behind(await connection.facts_of(names=MERGES), self._lead())
        now = desk.now()
        found = await connection.run(worklist.tasks, now=now, lead_ids=ours)
        self.lines = [line(task, now) for task in found.rows]
        self.owners = await connection.run(deeds.workers)
        self.edited = self.edit_wrong = ""


async def _changed(page: Tasks | LeadTasks, typed: Mapping[str, Any], by: str) -> bool:
    """Change the task that is open on the page in what was changed in its form: others may have changed the rest."""
    shown = next((one for one in page.lines if one.task_id == page.edited), None)
    if shown is None:
        page.complaint = page._text("crm.wrong.unknown_task")  # noqa: SLF001 - the desk's own words
        return False
    page.edit_wrong = ""
    try:
        due_at = moment_of(str(typed.get("due") or ""), str(typed.get("zone") or ""))
    except ValueError:
        page.edit_wrong = page._text("tasks.wrong.due")  # noqa: SLF001 - the desk's own words
        return False
    owner = str(typed.get("owner") or "")
    moved = due_at if due_at != dtm.datetime.fromisoformat(shown.due_at).replace(second=0, microsecond=0) else None
    handed = owner if owner != shown.owner else None
    if moved is None and handed is None:
        return True
    try:
        await warehouse.get().run(deeds.change, shown.task_id, moved, handed, by=by, now=desk.now())
    except Refused as refused:
        page.edit_wrong = page._text(f"crm.wrong.{refused.code}")  # noqa: SLF001 - the desk's own words
        return False
    except WarehouseError:
        page.complaint = page._text("away")  # noqa: SLF001 - the desk's own words
        return False
    return True


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
