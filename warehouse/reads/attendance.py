"""What verdicts are made of, a batch of leads at a time, and what another policy would make of it."""

from collections.abc import Collection

from domain.events import AttendancePolicy, Fact
from domain.reclassification import EVIDENCE, Effect, effect
from domain.webinars import Session, Webinar
from warehouse.interface import Warehouse
from warehouse.reads import load
from warehouse.reads.reaction import leads_of_sessions

BATCH = 250
"""Leads looked at together: some ten thousand facts, a fraction of a second."""


def batches(warehouse: Warehouse, session_id: str) -> list[list[str]]:
    """The session's leads in batches, in a stable order, so that long work can say how far it is."""
    leads = sorted(leads_of_sessions(warehouse, [session_id]))
    return [leads[start : start + BATCH] for start in range(0, len(leads), BATCH)]


def evidence(warehouse: Warehouse, session_id: str, lead_ids: Collection[str]) -> dict[str, list[Fact]]:
    """Everything a verdict on these leads in the session rests on, by lead."""
    histories: dict[str, list[Fact]] = {}
    if lead_ids:
        for fact in warehouse.facts_of(lead_ids=lead_ids, session_ids=[session_id], names=EVIDENCE):
            histories.setdefault(fact.lead_id or "", []).append(fact)
    return histories


def effect_on(
    warehouse: Warehouse, lead_ids: Collection[str], session: Session, webinar: Webinar, policy: AttendancePolicy
) -> Effect:
    """What the policy would do to these leads of the session. `webinar` is `Schedule.judging(session)`."""
    return effect(evidence(warehouse, session.session_id, lead_ids), session, webinar, policy)


def verdicts_under(warehouse: Warehouse, session_id: str, policy_version: int) -> int:
    """Leads of the session that were judged under this version."""
    params = {"session_id": session_id, "policy_version": policy_version}
    row = warehouse.sql(load("verdicts_under_policy"), params).to_pylist()[0]
    return int(row["leads"])
