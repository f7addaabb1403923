"""The canary: answered once by the reaction, not answered when it is old news, and counted nowhere."""

import datetime as dtm

from domain.events import CanaryReleased, Emitter
from notifier.canary import Canaries
from pipelines.reaction import Reactor
from tests.pipelines.cohort import Cohort
from warehouse.local import LocalWarehouse
from warehouse.reads.canary import canary
from warehouse.reads.outbox import states

MINUTE = dtm.timedelta(minutes=1)


def answers(cohort: Cohort) -> int:
    return len(cohort.warehouse.facts_of(names={"canary_returned"}))


def test_a_canary_is_let_loose_once_a_minute_and_comes_back_once(warehouse: LocalWarehouse) -> None:
    now = dtm.datetime.now(dtm.UTC).replace(second=20)
    cohort, canaries, reactor = Cohort(warehouse, now), Canaries(warehouse), Reactor(warehouse)
    reactor.resume(None, now)
    assert [canaries.release(now), canaries.release(now + MINUTE / 4), Canaries(warehouse).release(now)] == [
        True, False, True,
    ]  # fmt: skip
    assert len(warehouse.facts_of(names={"canary_released"})) == 1
    for _ in range(3):
        reactor.step(0, lambda: now)
    assert answers(cohort) == 1
    flight = canary(warehouse, now=now)
    assert flight.latency_seconds is not None
    assert flight.latency_seconds >= 0
    assert not flight.is_lost(now + MINUTE)
    assert (states(warehouse, now=now), warehouse.facts_of(names={"message_planned"})) == ([], [])


def test_one_that_was_let_loose_before_the_very_first_look_comes_back(warehouse: LocalWarehouse) -> None:
    now = dtm.datetime.now(dtm.UTC)
    cohort, reactor = Cohort(warehouse, now), Reactor(warehouse)
    Canaries(warehouse).release(now)
    reactor.resume(None, now)
    reactor.step(0, lambda: now)
    assert answers(cohort) == 1


def test_one_that_was_let_loose_while_nobody_reacted_is_lost(warehouse: LocalWarehouse) -> None:
    now = dtm.datetime.now(dtm.UTC)
    cohort, reactor = Cohort(warehouse, now), Reactor(warehouse)
    reactor.resume(None, now)
    cohort.state(CanaryReleased(minute=now - 10 * MINUTE), Emitter.NOTIFIER, now - 10 * MINUTE)
    reactor.step(0, lambda: now)
    assert answers(cohort) == 0
    assert canary(warehouse, now=now).is_lost(now + MINUTE)
