"""Failures of runs, checks, webhooks and Telegram become facts and messages; what works again becomes a fact, too."""

import datetime as dtm
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.freshness import FreshnessState, FreshnessStateChange

from domain.events import (
    Emitter,
    Event,
    Fact,
    MessageFailed,
    MessageSent,
    TelegramLinked,
    WebhookEndpointDisabled,
    WebhookEndpointSet,
    WebhookEndpointSwitched,
)
from domain.failures import Seen, over
from pipelines.definitions import defs
from pipelines.tables import MARTS
from pipelines.telling import tell
from pipelines.watching import WATCHED_JOBS, check_keys, look, something_fails
from warehouse.credentials import Credential
from warehouse.interface import Warehouse
from warehouse.local import LocalWarehouse
from warehouse.reads import failures as reads

STAFF = "staff:anna"
MINUTE = dtm.timedelta(minutes=1)


@pytest.fixture
def dagster_instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def state(warehouse: Warehouse, event: Event, emitter: Emitter, at: dtm.datetime | None = None) -> None:
    fact = Fact.of(event, emitter=emitter, occurred_at=at or dtm.datetime.now(dtm.UTC))
    assert warehouse.append([fact])[0].status == "accepted"


def evaluate(warehouse: Warehouse, instance: dg.DagsterInstance) -> str:
    """One evaluation of the sensor; what it says."""
    with dg.build_sensor_context(instance=instance, resources={"warehouse": warehouse}) as context:
        said = something_fails(context)
    assert isinstance(said, dg.SkipReason)
    return str(said.skip_message)


def names(warehouse: Warehouse) -> list[str]:
    wanted = {"house_failed", "house_recovered", "message_planned"}
    return [
        f"{fact.name} {fact.properties.get('subject') or fact.properties['template']}"
        for fact in warehouse.facts_of(names=wanted)
        if fact.name != "message_planned" or fact.properties["recipient"] == "staff"
    ]


@pytest.fixture
def away(tmp_path: Path) -> LocalWarehouse:
    """A warehouse that was closed: every run that needs it fails."""
    with LocalWarehouse(tmp_path / "away.duckdb", credential=Credential.of("admin")) as opened:
        return opened


def run(instance: dg.DagsterInstance, warehouse: Warehouse, job: str = "refresh_marts") -> bool:
    found = defs.resolve_job_def(job)
    return found.execute_in_process(instance=instance, resources={"warehouse": warehouse}, raise_on_error=False).success


def test_a_real_run_that_fails_is_told_to_staff_once_and_its_recovery_too(
    warehouse: LocalWarehouse, door: LocalWarehouse, away: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    state(warehouse, TelegramLinked(update_id=9001, staff_id=STAFF), Emitter.NOTIFIER)
    assert evaluate(door, dagster_instance) == "Failing: nothing."
    assert not run(dagster_instance, away)

    assert "run refresh_marts" in evaluate(door, dagster_instance)
    evaluate(door, dagster_instance)

    assert names(warehouse) == ["house_failed refresh_marts", "message_planned house_failed"]
    (failed,) = warehouse.facts_of(names={"house_failed"})
    assert dagster_instance.get_run_by_id(failed.properties["detail"]) is not None, "its run can be looked up"
    (message,) = warehouse.facts_of(names={"message_planned"})
    assert (message.lead_id, message.correlation_id) == (None, failed.event_id)

    assert run(dagster_instance, door)
    evaluate(door, dagster_instance)
    evaluate(door, dagster_instance)
    assert names(warehouse)[2:] == ["house_recovered refresh_marts", "message_planned house_recovered"]


def test_a_run_that_is_about_to_be_retried_is_no_failure_yet(
    door: LocalWarehouse, away: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    assert not run(dagster_instance, away)
    (record,) = dagster_instance.get_run_records()
    dagster_instance.add_run_tags(record.dagster_run.run_id, {"dagster/will_retry": "true"})
    assert look(dagster_instance, door, dtm.datetime.now(dtm.UTC)).failing == []


def test_what_staff_settled_by_hand_is_not_told_again_until_it_fails_anew(
    door: LocalWarehouse, away: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    assert not run(dagster_instance, away)
    evaluate(door, dagster_instance)
    now = dtm.datetime.now(dtm.UTC)
    (failure,) = reads.failures(door, now=now)
    door.append([over(failure, now, by="anna@example.org")])
    evaluate(door, dagster_instance)
    assert names(door) == ["house_failed refresh_marts", "house_recovered refresh_marts"]
    assert not run(dagster_instance, away)
    evaluate(door, dagster_instance)
    assert names(door)[2:] == ["house_failed refresh_marts"]


def test_a_check_that_does_not_hold_is_a_failure_until_it_holds(
    door: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    key = check_keys()[0]
    table = key.asset_key
    for passed in (False, False, True):
        result = dg.AssetCheckEvaluation(asset_key=table, check_name=key.name, passed=passed)
        dagster_instance.report_runless_asset_event(result)
        evaluate(door, dagster_instance)
    subject = f"{table.to_user_string()}.{key.name}"
    assert names(door) == [f"house_failed {subject}", f"house_recovered {subject}"]


def test_tables_that_nobody_refreshes_are_one_failure_until_all_are_fresh(
    door: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    def turn(table: str, state: FreshnessState) -> None:
        change = FreshnessStateChange(
            key=dg.AssetKey(table),
            new_state=state,
            previous_state=FreshnessState.UNKNOWN,
            state_change_timestamp=dtm.datetime.now(dtm.UTC).timestamp(),
        )
        dagster_instance.report_runless_asset_event(change)

    turn("leads", FreshnessState.WARN)
    evaluate(door, dagster_instance)
    assert names(door) == [], "a warning is none of anybody's business yet"
    for state_of_it in (FreshnessState.FAIL, FreshnessState.PASS):
        for table in ("leads", "funnel"):
            turn(table, state_of_it)
            evaluate(door, dagster_instance)
    assert names(door) == ["house_failed marts_are_stale", "house_recovered marts_are_stale"]


def test_an_endpoint_that_was_disabled_is_a_failure_until_staff_turns_it_on_or_deletes_it(
    warehouse: LocalWarehouse, door: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    for one in ("one", "two"):
        added = WebhookEndpointSet(endpoint_id=one, action_id="a", url="https://x.example.org", event_types=("x",))
        state(warehouse, added, Emitter.STUDIO)
        gone = WebhookEndpointDisabled(endpoint_id=one, delivery_id="d", attempt=1, reason="gone")
        state(warehouse, gone, Emitter.NOTIFIER)
    evaluate(door, dagster_instance)
    assert sorted(names(door)) == ["house_failed one", "house_failed two"]
    for one, turned in (("one", "active"), ("two", "deleted")):
        switched = WebhookEndpointSwitched(endpoint_id=one, action_id="b", state=turned)  # type: ignore[arg-type]
        state(warehouse, switched, Emitter.STUDIO)
    evaluate(door, dagster_instance)
    assert sorted(names(door)[2:]) == ["house_recovered one", "house_recovered two"]


def test_telegram_fails_when_it_takes_nothing_for_minutes_and_is_well_with_the_first_message_taken(
    warehouse: LocalWarehouse, door: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    def refused(attempt: int, code: str = "token_rejected") -> None:
        failed = MessageFailed(message_key="m", attempt=attempt, transport="telegram", code=code, detail="")
        state(warehouse, failed, Emitter.NOTIFIER)

    for attempt in range(1, 4):
        refused(attempt, "bad_request")
    later = dtm.datetime.now(dtm.UTC) + 6 * MINUTE
    assert look(dagster_instance, door, later).failing == [], "Telegram works: it has read the message and refused it"
    for attempt in range(4, 7):
        refused(attempt)
    assert look(dagster_instance, door, dtm.datetime.now(dtm.UTC)).failing == [], "a hiccup is retried unheard"
    (seen,) = look(dagster_instance, door, later).failing
    assert (seen.kind, seen.detail) == ("telegram", "token_rejected")
    state(
        warehouse,
        MessageSent(message_key="m", attempt=7, transport="telegram", transport_message_id="1"),
        Emitter.NOTIFIER,
    )
    assert ("telegram", "bot") in look(dagster_instance, door, later).well


def test_a_failure_of_what_is_not_there_any_more_is_over(
    door: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    now = dtm.datetime.now(dtm.UTC)
    tell(door, [Seen("run", "a_job_of_an_earlier_release", now)], (), now)
    evaluate(door, dagster_instance)
    assert names(door)[1:] == ["house_recovered a_job_of_an_earlier_release"]


def test_two_who_tell_the_same_at_once_say_it_once(warehouse: LocalWarehouse, door: LocalWarehouse) -> None:
    state(warehouse, TelegramLinked(update_id=9001, staff_id=STAFF), Emitter.NOTIFIER)
    now = dtm.datetime.now(dtm.UTC)
    for _ in range(2):
        tell(door, [Seen("disk", "data", now, "1.0")], (), now)
    assert names(door) == ["house_failed data", "message_planned house_failed"]


def test_every_job_and_every_check_is_watched() -> None:
    repository = defs.get_repository_def()
    assert {job.name for job in repository.get_all_jobs()} <= {*WATCHED_JOBS}
    assert set(check_keys()) == set(repository.asset_graph.asset_check_keys)
    assert len(check_keys()) >= 2 * len(MARTS)
