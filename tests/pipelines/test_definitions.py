"""What Dagster is given: it loads alone, everything says what it is and whose, and it works in process."""

import dataclasses
import datetime as dtm
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from pipelines import bulk, derived, instance, partitions, upkeep
from pipelines.definitions import defs
from pipelines.doors import settings
from pipelines.making import RECOMPUTED
from pipelines.marts import OWNERS, Claim
from pipelines.reaction import Reactor
from pipelines.sensors import facts_arrived, follower_of, marts_are_stale, messages_are_overdue
from pipelines.tables import MARTS
from tests.patience import PATIENCE_SECONDS
from tests.pipelines.cohort import HOUR, MINUTE, SESSION, Cohort
from tests.pipelines.test_reaction import live, settle
from warehouse import followers, tokens
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse

REPOSITORY = defs.get_repository_def()


@pytest.fixture
def dagster_instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def test_definitions_load_in_a_fresh_interpreter_and_connect_to_nothing(tmp_path: Path) -> None:
    code = "from pipelines.definitions import defs; print(len(list(defs.get_repository_def().get_all_jobs())))"
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        env={**os.environ, "EFIR_HOME": str(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert int(done.stdout) >= 4
    assert not (tmp_path / "nowhere").exists()


def test_every_asset_says_what_it_is_and_whose() -> None:
    specs = list(defs.resolve_all_asset_specs())

    assert {spec.key.to_user_string() for spec in specs} == {"events", "reaction", *(mart.name for mart in MARTS)}
    for spec in specs:
        assert spec.description, spec.key
        assert list(spec.owners) == OWNERS, spec.key
        assert spec.group_name not in (None, "default"), spec.key
        assert spec.kinds, spec.key


def test_every_column_of_every_table_has_a_meaning() -> None:
    for mart in MARTS:
        assert len({column.name for column in mart.columns}) == len(mart.columns)
        assert all(column.meaning.endswith(".") for column in mart.columns), mart.name


def test_every_check_says_what_it_claims_and_every_part_by_part_table_is_compared_with_the_whole_log() -> None:
    graph = REPOSITORY.asset_graph
    specs = [graph.get_check_spec(key) for key in graph.asset_check_keys]

    assert all(spec.description for spec in specs)
    for mart in MARTS:
        of_mart = [spec for spec in specs if spec.asset_key.to_user_string() == mart.name]
        assert sum(spec.blocking for spec in of_mart) >= 2, mart.name
        assert (RECOMPUTED in {spec.name for spec in of_mart}) == (mart.grain != "whole")


@pytest.mark.parametrize(
    "definition",
    [*REPOSITORY.get_all_jobs(), *REPOSITORY.sensor_defs, *REPOSITORY.schedule_defs],
    ids=lambda definition: definition.name,
)
def test_every_job_sensor_and_schedule_has_description_owner_and_group(
    definition: dg.JobDefinition | dg.SensorDefinition | dg.ScheduleDefinition,
) -> None:
    if definition.name == "__ASSET_JOB":
        return
    assert definition.description
    assert definition.tags["owner"]
    assert definition.tags["group"]


def test_the_job_makes_every_table_and_reports_it_with_its_checks(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime, dagster_instance: dg.DagsterInstance
) -> None:
    live(cohort, Reactor(door), now)
    job = defs.resolve_job_def("refresh_marts")

    done = job.execute_in_process(instance=dagster_instance, resources={"warehouse": door})

    assert done.success
    for mart in MARTS:
        assert dagster_instance.get_latest_materialization_event(dg.AssetKey(mart.name)) is not None
    keys = [dg.AssetCheckKey(dg.AssetKey(mart.name), claim.name) for mart in MARTS for claim in mart.claims]
    latest = dagster_instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    assert len(latest) == len(keys)
    runs = {one.run_id for one in latest.values()}
    assert runs == {done.run_id}, "told by another one than the table, a result is older than it: «not evaluated»"


def test_a_run_tells_which_claim_is_broken_though_it_fails(
    cohort: Cohort,
    door: LocalWarehouse,
    now: dtm.datetime,
    dagster_instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live(cohort, Reactor(door), now)
    impossible = Claim("impossible", "There are no messages.", "select * from messages")
    broken = [dataclasses.replace(mart, claims=(impossible,)) if mart.name == "messages" else mart for mart in MARTS]
    monkeypatch.setattr(derived, "MARTS", broken)
    job = defs.resolve_job_def("refresh_marts")

    done = job.execute_in_process(instance=dagster_instance, resources={"warehouse": door}, raise_on_error=False)

    assert not done.success
    key = dg.AssetCheckKey(dg.AssetKey("messages"), "impossible")
    (told,) = dagster_instance.event_log_storage.get_latest_asset_check_execution_by_key([key]).values()
    assert told.run_id == done.run_id
    assert told.status == AssetCheckExecutionRecordStatus.FAILED
    assert dagster_instance.get_latest_materialization_event(dg.AssetKey("messages")) is None
    assert dagster_instance.get_latest_materialization_event(dg.AssetKey("leads")) is not None


def test_the_bulk_job_does_what_the_sensor_would_have_done(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime, dagster_instance: dg.DagsterInstance
) -> None:
    for name in ("vera", "pavel"):
        cohort.submit(name, now)
    config = dg.RunConfig(ops={"react_to_selection": bulk.Selection(session_ids=[SESSION])})
    run = bulk.react_in_bulk.execute_in_process

    first = run(instance=dagster_instance, resources={"warehouse": door}, run_config=config)
    again = run(instance=dagster_instance, resources={"warehouse": door}, run_config=config)

    assert first.success
    assert again.success
    assert [cohort.names_of(name)["core_lead_created"] for name in ("vera", "pavel")] == [1, 1]


def test_the_sensor_moves_its_cursor_and_reports_what_followed(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime, dagster_instance: dg.DagsterInstance
) -> None:
    cohort.submit("vera", now)
    seen, deadline = dg.SensorResult(), time.monotonic() + PATIENCE_SECONDS
    while not seen.asset_events and time.monotonic() < deadline:  # an evaluation may end before the first step does
        resources = {"warehouse": door}
        with dg.build_sensor_context(instance=dagster_instance, resources=resources, cursor=seen.cursor) as context:
            found = facts_arrived(context)
        assert isinstance(found, dg.SensorResult)
        seen = found
    follower_of(door).stop()

    assert int(seen.cursor or 0) > 0
    assert followers.handled(door, followers.REACTION) == int(seen.cursor or 0), "/metrics tells it"
    assert cohort.names_of("vera")["core_lead_created"] == 1
    assert [event.asset_key.to_user_string() for event in seen.asset_events] == ["events", "reaction"]


def test_tables_are_refreshed_when_facts_are_newer_and_left_alone_otherwise(
    cohort: Cohort, door: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    def evaluate(cursor: str | None) -> dg.SensorResult:
        with dg.build_sensor_context(
            instance=dagster_instance, resources={"warehouse": door}, cursor=cursor
        ) as context:
            seen = marts_are_stale(context)
        assert isinstance(seen, dg.SensorResult)
        return seen

    first = evaluate(None)
    second = evaluate(first.cursor)

    made = [e for e in first.asset_events if isinstance(e, dg.AssetMaterialization)]
    told = [e.asset_key.to_user_string() for e in made if e.partition is None]
    assert told == [*(mart.name for mart in MARTS), "events", "reaction"]
    added = {request.partitions_def_name: request.partition_keys for request in first.dynamic_partitions_requests or ()}
    assert added == {"sessions": [SESSION]}
    assert not second.asset_events


def test_partitions_that_a_refresh_filled_are_not_shown_as_missing(
    cohort: Cohort, door: LocalWarehouse, now: dtm.datetime, dagster_instance: dg.DagsterInstance
) -> None:
    live(cohort, Reactor(door), now)
    with dg.build_sensor_context(instance=dagster_instance, resources={"warehouse": door}) as context:
        seen = marts_are_stale(context)
    assert isinstance(seen, dg.SensorResult)
    for event in seen.asset_events:
        dagster_instance.report_runless_asset_event(event)

    keys = partitions.there(door)
    assert keys == {partitions.SESSIONS: [SESSION], partitions.DAYS: [f"{now:%Y-%m-%d}"]}
    for mart in MARTS:
        filled = dagster_instance.get_materialized_partitions(dg.AssetKey(mart.name))
        assert sorted(filled) == (keys[kind] if (kind := partitions.of(mart)) else []), mart.name
        newest = dagster_instance.get_latest_materialization_event(dg.AssetKey(mart.name))
        assert newest.asset_materialization.partition is None, "its rows and its plot are shown"
    assert list(partitions.untold(MARTS, keys, dagster_instance)) == []


def test_too_much_for_a_sensor_is_asked_for_as_a_run(
    cohort: Cohort, door: LocalWarehouse, dagster_instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "marts_inline", 1)
    with dg.build_sensor_context(instance=dagster_instance, resources={"warehouse": door}) as context:
        seen = marts_are_stale(context)

    assert isinstance(seen, dg.SensorResult)
    (request,) = seen.run_requests or ()
    job = defs.resolve_job_def("refresh_marts")
    assert job.execute_in_process(
        run_config=request.run_config, instance=dagster_instance, resources={"warehouse": door}
    ).success
    assert {table["name"] for table in door.sql("from published_tables").to_pylist()} == {m.name for m in MARTS}


def test_messages_nobody_sends_are_noticed(
    tmp_path: Path, now: dtm.datetime, dagster_instance: dg.DagsterInstance
) -> None:
    long_ago = dtm.datetime.now(dtm.UTC) - 10 * MINUTE
    with LocalWarehouse(tmp_path / "w.duckdb", credential=Credential.of("admin"), clock=lambda: long_ago) as warehouse:
        cohort = Cohort(warehouse, long_ago + 2 * HOUR)
        cohort.programme(long_ago)
        with dg.build_sensor_context(instance=dagster_instance, resources={"warehouse": warehouse}) as context:
            assert isinstance(messages_are_overdue(context), dg.SkipReason)
            cohort.submit("vera", long_ago)
            cohort.link("vera", long_ago)
            settle(Reactor(warehouse), long_ago)
            noticed = messages_are_overdue(context)

    assert isinstance(noticed, dg.RunRequest)
    assert noticed.tags["efir/messages"] == "2"


def test_the_home_is_written_once_and_an_operators_own_file_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "dagster"
    instance.write_home(home)
    instance.create_schema(home)
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")

    instance.write_home(home)

    assert (home / "dagster.yaml").read_text(encoding="utf-8") == "telemetry: {enabled: false}\n"
    assert "code.sock" in (home / "workspace.yaml").read_text(encoding="utf-8")


def test_a_home_too_deep_for_a_socket_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(instance.HomeError, match="choose a shorter EFIR_HOME"):
        instance.write_home(tmp_path / ("deep" * 30))


def test_old_history_is_purged_and_the_newest_of_each_asset_kept(tmp_path: Path, warehouse: LocalWarehouse) -> None:
    home = tmp_path / "dagster"
    instance.write_home(home)
    instance.create_schema(home)
    with dg.DagsterInstance.from_config(str(home)) as made:
        for _ in range(3):
            made.report_runless_asset_event(dg.AssetMaterialization("leads", metadata={"rows": 1}))
        made.report_runless_asset_event(dg.AssetMaterialization("leads", partition="2026-03-04"))
        over = dtm.datetime.now(dtm.UTC) - dtm.timedelta(days=2)
        tokens.mint(warehouse, "join", {}, now=over, ttl=dtm.timedelta(days=1))
        upkeep.purge_old_runs.execute_in_process(instance=made, resources={"warehouse": warehouse})
        assert warehouse.entries(tokens.COLLECTION) == []
        tomorrow = dtm.datetime.now(dtm.UTC) + dtm.timedelta(days=1)
        assert upkeep.purge_runs(made, tomorrow) == 1
        assert upkeep.purge_runless_events(made, tomorrow) == 2
        assert upkeep.purge_runless_events(made, tomorrow) == 0
        assert made.get_materialized_partitions(dg.AssetKey("leads")) == {"2026-03-04"}
        assert made.get_latest_materialization_event(dg.AssetKey("leads")) is not None
        assert list((home / "history" / "runs").glob("*-*.db")) == []
