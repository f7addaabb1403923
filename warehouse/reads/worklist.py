"""What is to be done about leads: tasks, and pairs that are perhaps one person."""

import datetime as dtm
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from warehouse.interface import Warehouse
from warehouse.reads import over

SAME_CONTACT, SAME_MAILBOX, SAME_NAME = 1, 2, 3
"""Why two leads are thought alike, the surest first."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something somebody is to do about a lead."""

    task_id: str
    lead_id: str
    lead_name: str
    title: str
    owner: str
    due_at: dtm.datetime
    is_done: bool


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Some of the tasks that were asked for, how many there are in all, and how many of those are late."""

    rows: tuple[Task, ...]
    total: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two leads that are perhaps one person, and how sure that is."""

    one_id: str
    other_id: str
    rank: int

    @property
    def key(self) -> str:
        """The pair as one text."""
        return f"{self.one_id}|{self.other_id}"


def tasks(  # noqa: PLR0913 - what can be asked about tasks
    warehouse: Warehouse,
    *,
    now: dtm.datetime,
    lead_ids: Sequence[str] | None = None,
    owner: str = "",
    is_open: bool = False,
    limit: int = 200,
    offset: int = 0,
) -> TaskPage:
    """A page of tasks, open ones first, the earliest due first. A page behind the last is empty and counts nothing."""
    params = {"leads": list(lead_ids) if lead_ids is not None else None, "owner": owner, "is_open": int(is_open)}
    paging = {"now": now.isoformat(), "limit": limit, "offset": offset}
    rows = warehouse.sql(over("lead_tasks", "survivors"), params | paging).to_pylist()
    found = tuple(
        Task(
            row["task_id"], row["lead_id"], row["lead_name"], row["task_title"], row["task_owner"], row["due_at"],
            row["is_done"],
        )
        for row in rows
    )  # fmt: skip
    return TaskPage(found, rows[0]["total"], rows[0]["overdue"]) if rows else TaskPage((), 0, 0)


def alike(warehouse: Warehouse, apart: Collection[str] = (), *, limit: int = 100) -> tuple[list[Pair], int]:
    """Pairs that are perhaps one person, without those kept `apart` (by key), and how many there are in all."""
    rows = warehouse.sql(over("leads_alike", "survivors"), {"apart": sorted(apart), "limit": limit}).to_pylist()
    return [Pair(row["one_id"], row["other_id"], row["trait_rank"]) for row in rows], rows[0]["total"] if rows else 0
