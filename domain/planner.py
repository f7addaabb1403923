"""The planner: which message of which scenario is due now, which is skipped and why, and when to look again.

A pure function of the lead, the programme and `now`. Nothing future is stored: move a session and every moment moves.
"""

import datetime as dtm
from collections.abc import Sequence

from domain.arrival import arrival_key
from domain.evaluation import Evaluation, PlannedStep, Told
from domain.events import Emitter, Fact, MessagePlanned, MessageSending, MessageSent, MessageUncertain, ScenarioStart
from domain.family import fold_person
from domain.leads import Lead
from domain.occasions import Run
from domain.scenarios import CURRENT, SCENARIOS
from domain.webinars import Schedule

OUT = frozenset({MessageSending.name, MessageSent.name, MessageUncertain.name})
"""A message of which one of these is the newest fact may have been read."""


def preview(lead_facts: Sequence[Fact], schedule: Schedule, now: dtm.datetime) -> list[PlannedStep]:
    """What the lead gets, and when: what went out, what is to come, what will not and why.

    Scenarios that a place in a session may still start are in it too; their steps wait for an occasion. The facts are
    those of a lead and of all that were merged with it: what several of them wait for is shown once, as it will come.
    """
    lead = fold_person(lead_facts)
    lead.starts += _possible_starts(lead)
    steps = plan(lead, schedule, now)
    return [step for step in steps if step is _first_of(step, steps)] if lead.others else steps


def _first_of(step: PlannedStep, steps: Sequence[PlannedStep]) -> PlannedStep:
    """Of all the steps that wait to tell the person the same, the one that will."""
    if step.state != "waiting":
        return step
    promise, never = step.run.promise(step.step), dtm.datetime.max.replace(tzinfo=dtm.UTC)
    same = [one for one in steps if one.state == "waiting" and one.run.promise(one.step) == promise]
    return min(same, key=lambda one: one.at or never)


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
    """Every step of every scenario the lead is in, decided ones included, in order of start and step.

    Of merged leads (`fold_person`) each keeps its scenarios and keys; what one of them was told is told to none again.
    """
    steps: list[PlannedStep] = []
    runs = runs_of(lead, schedule)
    told = _told(lead, runs) if lead.others else {}
    for run in runs:
        for step in run.scenario.steps:
            promise = run.promise(step)
            found = Evaluation(run, step, schedule, now, steps, told.get(promise)).result()
            if lead.others and found.state == "planned" and found.message_key not in lead.not_to_come:
                told.setdefault(promise, Told(run.lead_id, found.at or now))
            steps.append(found)
    return steps


def _told(lead: Lead, runs: Sequence[Run]) -> dict[tuple[str, str, str], Told]:
    """What the person was told or will be, and as which lead: the first intent that did not come to nothing."""
    return {
        promise: Told(str(first.lead_id), first.occurred_at) for promise, (first, *_) in _intents(lead, runs).items()
    }


def _intents(lead: Lead, runs: Sequence[Run]) -> dict[tuple[str, str, str], list[Fact]]:
    """Every intent that may still come or has come, by what it promised; the earliest first."""
    found: dict[tuple[str, str, str], list[Fact]] = {}
    for run in runs:
        for step in run.scenario.steps:
            key = run.key(step)
            decided = lead.decided.get(key)
            if decided and decided.name == MessagePlanned.name and key not in lead.not_to_come:
                found.setdefault(run.promise(step), []).append(decided)
    return {promise: sorted(intents, key=arrival_key) for promise, intents in found.items()}


def still_holds(lead: Lead, schedule: Schedule, planned: MessagePlanned, now: dtm.datetime) -> PlannedStep | None:
    """What is true of a planned message at the moment of sending, by the same checks that planned it.

    `planned`: send it. `skipped`: never send it, for this reason. `waiting`: not now (its session moved away, staff
    holds it, the night). None: its rule is not known here (a newer release planned it), so nobody can say.
    """
    runs = runs_of(lead, schedule)
    for run in runs:
        for step in run.scenario.steps:
            if run.key(step) == planned.message_key:
                told = _told_instead(lead, runs, run.promise(step), planned) if lead.others else None
                return Evaluation(run, step, schedule, now, told=told).at_sending(planned)
            if run.is_earlier_time(step, planned.message_key):
                return Evaluation(run, step, schedule, now).overtaken()
    return None


def _told_instead(
    lead: Lead, runs: Sequence[Run], promise: tuple[str, str, str], planned: MessagePlanned
) -> Told | None:
    """Another intent of the same: one that may have been read, else the earlier one."""
    intents = _intents(lead, runs).get(promise, [])
    others = [fact for fact in intents if fact.properties["message_key"] != planned.message_key]
    out = [fact for fact in others if lead.delivered.get(fact.properties["message_key"]) in OUT]
    instead = [*out, *(intents[:1] if intents[:1] == others[:1] else [])]
    return Told(str(instead[0].lead_id), instead[0].occurred_at) if instead else None


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
