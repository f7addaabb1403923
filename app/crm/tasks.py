"""Tasks about leads as facts: what is to be done, until when, by whom. A title is personal data beside its fact."""

import datetime as dtm
import uuid

from app.access import accounts
from app.access.matrix import WORKERS
from app.crm.deeds import Refused, fact_of, known, state
from domain.events import LeadTaskAdded, LeadTaskChanged, LeadTaskDone
from warehouse.interface import Personal, PersonalRow, Warehouse

LONGEST_TITLE = 200


def add(  # noqa: PLR0913 - what a task is
    warehouse: Warehouse,
    lead_id: str,
    title: str,
    due_at: dtm.datetime,
    owner: str,
    *,
    by: str,
    now: dtm.datetime,
) -> None:
    """Somebody is to do something about the lead. Raises Refused no_title, unknown_owner, unknown_lead."""
    clean = " ".join(title.split())[:LONGEST_TITLE]
    if not clean:
        raise Refused("no_title")
    _must_work(warehouse, owner)
    [head] = known(warehouse, [lead_id])
    event = LeadTaskAdded(action_id=str(uuid.uuid4()), due_at=due_at, owner=owner, by=by)
    row = PersonalRow(head, Personal.TASK, clean, ref=event.action_id, given_at=now)
    state(warehouse, [fact_of(event, head, now)], [row])


def change(
    warehouse: Warehouse,
    task_id: str,
    due_at: dtm.datetime | None,
    owner: str | None,
    *,
    by: str,
    now: dtm.datetime,
) -> None:
    """Let a task be due at another moment, or be somebody else's; None leaves it as it is.

    Raises Refused unknown_task, unknown_owner.
    """
    if owner is not None:
        _must_work(warehouse, owner)
    lead_id = _lead_of(warehouse, task_id)
    event = LeadTaskChanged(action_id=str(uuid.uuid4()), task_id=task_id, due_at=due_at, owner=owner, by=by)
    state(warehouse, [fact_of(event, lead_id, now)])


def done(warehouse: Warehouse, task_id: str, *, is_done: bool, by: str, now: dtm.datetime) -> None:
    """Say that a task is done, or is not after all. Raises Refused unknown_task."""
    lead_id = _lead_of(warehouse, task_id)
    event = LeadTaskDone(action_id=str(uuid.uuid4()), task_id=task_id, is_done=is_done, by=by)
    state(warehouse, [fact_of(event, lead_id, now)])


def workers(warehouse: Warehouse) -> list[str]:
    """The accounts a task can be given to: an analyst looks on and could not tick it."""
    return [one.email for one in accounts.listed(warehouse) if one.is_active and one.role in WORKERS]


def _must_work(warehouse: Warehouse, owner: str) -> None:
    if owner not in workers(warehouse):
        raise Refused("unknown_owner")


def _lead_of(warehouse: Warehouse, task_id: str) -> str:
    """The lead the task was added to. Raises Refused unknown_task."""
    for fact in warehouse.facts_of(names=[LeadTaskAdded.name]):
        if fact.properties["action_id"] == task_id and fact.lead_id:
            return fact.lead_id
    raise Refused("unknown_task")
