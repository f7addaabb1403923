"""The back-fill over a real log: another policy applied to a session that is over, previewed and repeated."""

import datetime as dtm

import dagster as dg
import pytest

from domain.events import AttendancePolicy, Emitter, Fact, WebinarConfigured
from domain.reclassification import applied
from pipelines.backfill import Backfill, NothingSuch
from pipelines.definitions import defs
from pipelines.reaction import Reactor
from pipelines.reclassify import Choice
from tests.moulds import Story
from tests.pipelines.cohort import HOUR, MINUTE, SESSION, WEBINAR, Cohort, lead_id, log_of
from tests.pipelines.test_reaction import live, settle
from tests.warehouse.stating import NOW
from warehouse.local import LocalWarehouse

STRICT = AttendancePolicy(version=2, attended_minutes=30, attended_share=1)
WATCHED = {"vera": 60, "oleg": 20}


def save(cohort: Cohort, policy: AttendancePolicy, at: dtm.datetime) -> None:
    """The studio saves the webinar with this policy."""
    old = cohort.warehouse.facts_of(webinar_ids=[WEBINAR], names=[WebinarConfigured.name])[-1]
    event = old.as_event(WebinarConfigured).model_copy(update={"action_id": f"save-{at}", "policy": policy})
    cohort.warehouse.append([Fact.of(event, emitter=Emitter.STUDIO, occurred_at=at, webinar_id=WEBINAR)])


EVENING = NOW + 24 * HOUR


def lived_through(warehouse: LocalWarehouse) -> None:
    """Vera watched everything, Oleg a third, Pavel nothing; a day later nothing is left to do."""
    cohort, reactor = Cohort(warehouse, NOW + 2 * HOUR), Reactor(warehouse)
    cohort.programme(NOW)
    cohort.submit("oleg", NOW)
    live(cohort, reactor, NOW)
    cohort.watch("oleg", 0, WATCHED["oleg"])
    for moment in (EVENING - MINUTE, EVENING):  # an interval of presence may wait a moment
        settle(reactor, moment)


@pytest.fixture
def story() -> Story:
    return lived_through


@pytest.fixture
def cohort(lived: Cohort) -> Cohort:
    """The evening after."""
    verdicts = [lived.verdicts(name)[-1] for name in ("vera", "oleg", "pavel")]
    assert verdicts == ["attended", "attended", "not_attended"]
    return lived


@pytest.fixture
def later() -> dtm.datetime:
    return EVENING


def silent(done: int, total: int) -> None:
    assert done <= total


def test_saving_a_policy_changes_no_verdict_on_what_is_over(
    cohort: Cohort, door: LocalWarehouse, later: dtm.datetime
) -> None:
    save(cohort, STRICT, later)
    before = log_of(door)
    reactor = Reactor(door)
    settle(reactor, later + HOUR)
    assert log_of(door) == before


def test_the_outlook_counts_and_changes_nothing(cohort: Cohort, door: LocalWarehouse, later: dtm.datetime) -> None:
    save(cohort, STRICT, later)
    before = log_of(door)
    [outlook] = Backfill.of(door, WEBINAR, (), later).outlook(door, silent)
    assert [change.lead_id for change in outlook.effect.lost] == [lead_id("oleg")]
    assert (len(outlook.effect.gained), outlook.effect.unchanged) == (0, 2)
    assert (outlook.policy_before, outlook.policy_version) == (1, 2)
    assert log_of(door) == before


def test_a_back_fill_judges_everybody_once_and_writes_to_nobody(
    cohort: Cohort, door: LocalWarehouse, later: dtm.datetime
) -> None:
    save(cohort, STRICT, later)
    told = {name: (cohort.planned(name), cohort.names_of(name)["post_webinar_route"]) for name in ("vera", "oleg")}
    assert Backfill.of(door, WEBINAR, (), later).run(door, later, silent) == 3
    assert [cohort.verdicts(name)[-1] for name in ("vera", "oleg", "pavel")] == [
        "attended",
        "not_attended",
        "not_attended",
    ]
    done = log_of(door)
    assert Backfill.of(door, WEBINAR, (), later + HOUR).sessions == ()
    reactor = Reactor(door)
    settle(reactor, later + HOUR)
    assert log_of(door) == done
    assert told == {name: (cohort.planned(name), cohort.names_of(name)["post_webinar_route"]) for name in told}


def test_what_the_studio_applies_the_reaction_carries_out(
    cohort: Cohort, door: LocalWarehouse, later: dtm.datetime
) -> None:
    reactor = Reactor(door)
    settle(reactor, later)
    save(cohort, STRICT, later)
    sessions = Backfill.of(door, WEBINAR, (), later).sessions
    cohort.warehouse.append(applied(sessions, STRICT, emitter=Emitter.STUDIO, now=later, by="host@example.org"))
    settle(reactor, later)
    assert cohort.verdicts("oleg")[-1] == "not_attended"
    done = log_of(door)
    assert Backfill.of(door, WEBINAR, (), later).sessions == ()
    assert log_of(door) == done


def test_two_back_fills_at_once_and_the_reaction_beside_them_say_it_once(
    cohort: Cohort, door: LocalWarehouse, later: dtm.datetime
) -> None:
    save(cohort, STRICT, later)
    first, second = (Backfill.of(door, WEBINAR, [SESSION], later) for _ in range(2))
    reactor = Reactor(door)
    assert first.run(door, later, silent) == 3
    settle(reactor, later)
    done = log_of(door)
    assert second.run(door, later + HOUR, silent) == 3
    settle(reactor, later + HOUR)
    assert log_of(door) == done
    assert door.rejected() == []


def test_what_cannot_be_judged_anew_is_said(cohort: Cohort, door: LocalWarehouse, later: dtm.datetime) -> None:
    with pytest.raises(NothingSuch, match="There is no webinar nowhere"):
        Backfill.of(door, "nowhere", (), later)
    with pytest.raises(NothingSuch, match="No session of income-online: other"):
        Backfill.of(door, WEBINAR, ["other"], later)
    assert Backfill.of(door, WEBINAR, (), cohort.starts_at).sessions == ()


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_job_says_what_changed(cohort: Cohort, door: LocalWarehouse, later: dtm.datetime, *, dry_run: bool) -> None:
    save(cohort, STRICT, later)
    config = dg.RunConfig(ops={"judge_anew": Choice(webinar=WEBINAR, session_ids=[SESSION], dry_run=dry_run)})
    with dg.DagsterInstance.ephemeral() as instance:
        done = defs.resolve_job_def("reclassify").execute_in_process(
            instance=instance, resources={"warehouse": door}, run_config=config
        )
    assert done.success
    [event] = [event for event in done.all_events if event.event_type_value == "STEP_OUTPUT"]
    metadata = {name: value.value for name, value in event.step_output_data.metadata.items()}
    assert metadata == {
        "sessions": 1, "policy_version": 2, "gained": 0, "lost": 1, "unchanged": 2, "verdicts": 0 if dry_run else 3,
    }  # fmt: skip
