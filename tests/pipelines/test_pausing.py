"""Pausing and resuming over a real log: the reaction hears of it like of any other fact."""

import datetime as dtm

from domain.events import Emitter, Fact, ScenarioPaused, ScenarioResumed
from pipelines.reaction import Reactor
from tests.pipelines.cohort import MINUTE, Cohort
from tests.pipelines.test_reaction import settle
from warehouse.local import LocalWarehouse


def switch(cohort: Cohort, event: type[ScenarioPaused] | type[ScenarioResumed], at: dtm.datetime) -> None:
    stated = event(action_id=event.name, scenario="welcome", by="admin@example.org")
    cohort.warehouse.append([Fact.of(stated, emitter=Emitter.STUDIO, occurred_at=at)])


def test_resuming_sends_what_waited(cohort: Cohort, door: LocalWarehouse, now: dtm.datetime) -> None:
    reactor = Reactor(door)
    switch(cohort, ScenarioPaused, now)
    settle(reactor, now)
    cohort.submit("pavel", now + MINUTE)
    cohort.link("pavel", now + MINUTE)
    settle(reactor, now + 5 * MINUTE)
    assert cohort.planned("pavel") == ["registered"], "another scenario goes on"
    switch(cohort, ScenarioResumed, now + 6 * MINUTE)
    settle(reactor, now + 6 * MINUTE)
    assert cohort.planned("pavel") == ["registered", "welcome"]
    settle(reactor, now + 16 * MINUTE)
    assert cohort.planned("pavel")[-1] == "welcome_follow_up"
