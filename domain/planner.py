"""The planner: which message of which scenario is due now, which is skipped and why, and when to look again.

A pure function of the lead, the programme and `now`. Nothing future is stored: move a session and every moment moves.
"""

import datetime as dtm
from collections.abc import Sequence

from domain.evaluation import Evaluation, PlannedStep
from domain.events import Emitter, Fact, MessagePlanned, ScenarioStart
from domain.leads import Lead, fold_lead
from domain.occasions import Run
from domain.scenarios import CURRENT, SCENARIOS
from domain.webinars import Schedule


def preview(lead_facts: Sequence[Fact], schedule: Schedule, now: dtm.datetime) -> list[PlannedStep]:
    """What the lead gets, and when: what went out, what is to come, what will not and why.

    Scenarios that a place in a session may still start are in it too; their steps wait for an occasion.
    """
    lead = fold_lead(lead_facts)
    lead.starts += _possible_starts(lead)
    return plan(lead, schedule, now)


def _possible_starts(lead: Lead) -> list[Fact]:
    running = {(start.properties["scenario"], start.properties["trigger"]) for start in lead.starts}
    names = ("alerts", "after") if lead.partner_id else ("after",)
    return [
        Fact.of(
            ScenarioStart(scenario=name, scenario_version=CURRENT[name].version, trigger=attendee.session_id),
            emitter=Emitter.SCENARIO_SERVICE,
            occurred_at=attendee.registered_at,
            lead_id=lead.lead_id,
            session_id=attendee.session_id,
        )
        for attendee in lead.attendees.values()
        for name in names
        if attendee.registered_at and (name, attendee.session_id) not in running
    ]


def plan(lead: Lead, schedule: Schedule, now: dtm.datetime) -> list[PlannedStep]:
    """Every step of every scenario the lead is in, decided ones included, in order of start and step."""
    steps: list[PlannedStep] = []
    for run in runs_of(lead, schedule):
        for step in run.scenario.steps:
            steps.append(Evaluation(run, step, schedule, now, steps).result())
    return steps


def still_holds(lead: Lead, schedule: Schedule, planned: MessagePlanned, now: dtm.datetime) -> PlannedStep | None:
    """What is true of a planned message at the moment of sending, by the same checks that planned it.

    `planned`: send it. `skipped`: never send it, for this reason. `waiting`: not now (its session moved away, staff
    holds it, the night). None: its rule is not known here (a newer release planned it), so nobody can say.
    """
    for run in runs_of(lead, schedule):
        for step in run.scenario.steps:
            if run.key(step.key) == planned.message_key:
                return Evaluation(run, step, schedule, now).at_sending(planned)
    return None


def runs_of(lead: Lead, schedule: Schedule) -> list[Run]:
    """The scenarios that were started for the lead, each in the version it was started in."""
    runs: list[Run] = []
    for start in lead.starts:
        scenario = SCENARIOS.get((start.properties["scenario"], start.properties["scenario_version"]))
        if scenario is None:
            continue  # started by a newer release of Efir
        session = schedule.sessions.get(start.properties["trigger"]) if scenario.is_session_bound else None
        webinar_id = session.webinar_id if session else start.webinar_id
        runs.append(Run(scenario, start, lead, session, schedule.webinars.get(webinar_id or ""), schedule))
    return runs
