"""The follower: works between evaluations, goes back when told, tells at once what cannot wait."""

import datetime as dtm
import time
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from domain import events
from domain.events import Fact
from pipelines.follower import Follower
from pipelines.reaction import Clock, Reactor, StepReport
from pipelines.tally import Tally
from tests.patience import PATIENCE_SECONDS
from tests.pipelines.cohort import Cohort
from warehouse.interface import WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.reads.reaction import last_seq

WAIT = PATIENCE_SECONDS


@pytest.fixture
def follower(door: LocalWarehouse) -> Iterator[Follower]:
    found = Follower(Reactor(door, bulk_leads=3), step_seconds=0.1)
    yield found
    found.stop()


def derived(warehouse: LocalWarehouse, after: int) -> Sequence[Fact]:
    """The first facts of the reaction after a seq, as soon as they are there."""
    return warehouse.facts_after(after, wait_seconds=WAIT, names=[events.CoreLeadCreated.name]).facts


def test_the_work_goes_on_after_the_evaluation(
    cohort: Cohort, follower: Follower, warehouse: LocalWarehouse, now: dtm.datetime
) -> None:
    follower.watch(None, 0.05)
    cohort.submit("vera", now)

    assert [fact.name for fact in derived(warehouse, 0)] == ["core_lead_created"]


def test_without_evaluations_it_stops(cohort: Cohort, door: LocalWarehouse, now: dtm.datetime) -> None:
    follower = Follower(Reactor(door), lease_seconds=0, step_seconds=0.1)
    follower.watch(None, 0.05)
    follower.stop()
    cohort.submit("vera", now)

    assert cohort.names_of("vera")["core_lead_created"] == 0
    deadline = time.monotonic() + WAIT
    while follower.watch(None, 0.5).cursor is None:  # and starts again
        assert time.monotonic() < deadline
    follower.stop()


def caught_up(follower: Follower, warehouse: LocalWarehouse, cursor: int | None) -> int:
    """The cursor once it stands at the newest fact, of which there are no more."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        cursor = follower.watch(cursor, 0.2).cursor
        if cursor == last_seq(warehouse):
            return cursor
    raise AssertionError(f"it stands at {cursor}, the log at {last_seq(warehouse)}")


def test_a_cursor_set_by_hand_sends_it_back(
    cohort: Cohort, follower: Follower, warehouse: LocalWarehouse, now: dtm.datetime
) -> None:
    cohort.submit("vera", now)
    seen = caught_up(follower, warehouse, None)
    assert len(derived(warehouse, 0)) == 1

    assert caught_up(follower, warehouse, 0) == seen
    assert cohort.names_of("vera")["core_lead_created"] == 1


def test_a_flood_is_told_at_once_as_one_request(cohort: Cohort, follower: Follower, now: dtm.datetime) -> None:
    cursor = follower.watch(None, 0.05).cursor
    names = [f"guest {number}" for number in range(10)]
    facts = [fact for name in names for fact in cohort.form(name, now)]
    cohort.warehouse.append(facts)
    started = time.monotonic()

    seen = follower.watch(cursor, WAIT)

    assert time.monotonic() - started < WAIT / 2
    assert [request.leads for request in seen.bulk] == [len(names)]


class Failing(Reactor):
    """Raises what it is told to, once."""

    error: Exception | None = None

    def step(self, wait_seconds: float, now: Clock) -> StepReport:
        error, self.error = self.error, None
        if error:
            raise error
        return super().step(wait_seconds, now)


def test_an_error_is_raised_by_the_evaluation_and_the_next_one_starts_again(
    cohort: Cohort, door: LocalWarehouse, warehouse: LocalWarehouse, now: dtm.datetime
) -> None:
    reactor = Failing(door)
    reactor.error = ZeroDivisionError("of the reaction itself")
    follower = Follower(reactor, step_seconds=0.1)
    with pytest.raises(ZeroDivisionError):
        follower.watch(None, WAIT)
    cohort.submit("vera", now)

    caught_up(follower, warehouse, None)
    follower.stop()

    assert cohort.names_of("vera")["core_lead_created"] == 1


class Away(Reactor):
    """Never reaches the warehouse."""

    def step(self, wait_seconds: float, now: Clock) -> StepReport:
        del wait_seconds, now
        raise WarehouseError("The warehouse does not answer.")


def test_a_warehouse_that_is_away_is_a_problem_and_not_an_error(cohort: Cohort, door: LocalWarehouse) -> None:
    follower = Follower(Away(door), step_seconds=0.1)

    seen = follower.watch(None, WAIT)
    follower.stop()

    assert seen.problem == "The warehouse does not answer."


def test_a_report_comes_at_most_once_a_minute_and_names_what_followed(now: dtm.datetime) -> None:
    tally = Tally()
    tally.add(StepReport(cursor=7, facts=2, leads=1, appended=Counter(core_lead_created=1), lag_seconds=0.02))

    seen, derived_facts = tally.tell(now)
    tally.add(StepReport(cursor=8, facts=1))

    assert (seen.asset_key.to_user_string(), seen.metadata["seq"].value) == ("events", 7)
    assert derived_facts.metadata["core_lead_created"].value == 1
    assert derived_facts.metadata["lag_max_seconds"].value == 0.02
    assert tally.tell(now + dtm.timedelta(seconds=59)) == []
    assert len(tally.tell(now + dtm.timedelta(seconds=60))) == 1  # nothing followed from that fact
