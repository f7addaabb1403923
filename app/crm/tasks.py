"""Tasks about leads as facts: what is to be done, until when, by whom. A title is personal data beside its fact."""

import datetime as dtm
import uuid

from app.access import accounts
from app.access.roles import STAFF_ROLES
from app.crm.deeds import Refused, fact_of, known, state
from domain.events import LeadTaskAdded, LeadTaskDone
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
    account = accounts.find(warehouse, owner)
    if account is None or not account.is_active or account.role not in STAFF_ROLES:
        raise Refused("unknown_owner")
    [head] = known(warehouse, [lead_id])
    event = LeadTaskAdded(action_id=str(uuid.uuid4()), due_at=due_at, owner=owner, by=by)
    row = PersonalRow(head, Personal.TASK, clean, ref=event.action_id, given_at=now)
    state(warehouse, [fact_of(event, head, now)], [row])


def done(warehouse: Warehouse, task_id: str, *, is_done: bool, by: str, now: dtm.datetime) -> None:
    """Say that a task is done, or is not after all. Raises Refused unknown_task."""
    added = [
        fact
        for fact in warehouse.facts_of(names=[LeadTaskAdded.name])
        if fact.properties["action_id"] == task_id and fact.lead_id
    ]
    if not added:
        raise Refused("unknown_task")
    event = LeadTaskDone(action_id=str(uuid.uuid4()), task_id=task_id, is_done=is_done, by=by)
    state(warehouse, [fact_of(event, added[0].lead_id or "", now)])
