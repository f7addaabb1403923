"""What is kept part by part is what the whole log says, whatever happens in which order; and partitions in the UI."""

import contextlib
import dataclasses
import datetime as dtm
from collections.abc import Iterator
from typing import Any, cast

import dagster as dg
import polars as pl
import pytest
from dagster._core.asset_graph_view.asset_graph_view import AssetGraphView
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain import events
from domain.engagement import engagement
from domain.events import Emitter
from pipelines.assets.lead_metrics import engagement_of_session
from pipelines.definitions import defs
from pipelines.derived import INCREMENTAL
from pipelines.making import RECOMPUTED, recomputed
from pipelines.marts import read
from pipelines.partitions import DAYS, SESSIONS, there
from pipelines.reaction import Reactor
from pipelines.refreshing import Refresh, refreshed
from pipelines.tables import MARTS
from tests.pipelines.cohort import HOUR, MINUTE, SESSION, Cohort, lead_id
from tests.pipelines.test_reaction import settle
from tests.pipelines.test_tables import replace, rows
from warehouse.credentials import Credential
from warehouse.interface import VersionConflict, Warehouse, WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.reads import load

NAMES = ("olga", "ivan", "anna")
DEEDS = ("visit", "submit", "link", "enter", "watch", "complete", "click", "answer", "merge", "unmerge", "refresh")
STORIES = st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(NAMES)), min_size=6, max_size=14)


def act(cohort: Cohort, deed: str, name: str, at: dtm.datetime, number: int) -> None:
    """Something happens; some of it twice, out of order, or to somebody who is no lead."""
    if deed == "visit":
        cohort.visit(name, at, source=f"source-{number % 3}")
    elif deed == "submit":
        cohort.warehouse.append(cohort.form(name, at), quarantine=False)
    elif deed == "watch":
        cohort.watch(name, number, number + 5)
    elif deed == "merge":
        into = NAMES[(NAMES.index(name) + 1) % len(NAMES)]
        merged = events.LeadMerged(action_id=f"merge {number}", into_lead_id=lead_id(into))
        cohort.state(merged, Emitter.CRM, at, name)
    elif deed == "unmerge":
        cohort.state(events.LeadUnmerged(action_id=f"unmerge {number}", by="staff"), Emitter.CRM, at, name)
    else:
        _once(cohort, deed, name, at)


def _once(cohort: Cohort, deed: str, name: str, at: dtm.datetime) -> None:
    if (deed, name) in cohort.done:  # type: ignore[attr-defined]
        return
    cohort.done.add((deed, name))  # type: ignore[attr-defined]
    getattr(cohort, deed)(name, at)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORIES)
def test_part_by_part_is_the_whole(
    story: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory, now: dtm.datetime
) -> None:
    path = tmp_path_factory.mktemp("story") / "warehouse.duckdb"
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        cohort = Cohort(warehouse, now)
        cohort.done = set()  # type: ignore[attr-defined]
        cohort.programme(now - HOUR)
        reactor = Reactor(warehouse)
        refreshed(MARTS, warehouse)
        for number, (deed, name) in enumerate(story):
            at = now + number * MINUTE
            if deed == "refresh":
                settle(reactor, at)
                refreshed(MARTS, warehouse)
            else:
                act(cohort, deed, name, at, number)
        settle(reactor, now + 3 * HOUR)
        refreshed(MARTS, warehouse)

        assert {mart.name: recomputed(mart, warehouse).examples for mart in MARTS} == {m.name: [] for m in MARTS}


def test_who_shares_a_browser_with_somebody_has_one_first_touch(warehouse: LocalWarehouse, now: dtm.datetime) -> None:
    cohort = Cohort(warehouse, now)
    cohort.programme(now - HOUR)
    cohort.visit("olga", now)
    cohort.visit("ivan", now + MINUTE)
    elsewhere = events.CoreIngestEvent(submission_id="at ivan's", visitor_id="visitor-ivan")
    cohort.state(elsewhere, Emitter.WEB_FORM, now + 2 * MINUTE, "olga")
    cohort.submit("olga", now + 3 * MINUTE)
    cohort.submit("ivan", now + 4 * MINUTE)
    settle(Reactor(warehouse), now + 5 * MINUTE)
    refreshed(MARTS, warehouse)
    cohort.link("ivan", now + 6 * MINUTE)
    settle(Reactor(warehouse), now + 7 * MINUTE)
    pass_over = Refresh(warehouse, MARTS)
    told = list(pass_over.run())
    assert (pass_over.broken, pass_over.held_up) == ([], set())
    assert dg.AssetKey("touches") in [one.asset_key for one in told if isinstance(one, dg.AssetMaterialization)]
    assert [mart.name for mart in MARTS if not recomputed(mart, warehouse).holds] == []


def test_what_is_odd_about_one_stays_told_when_others_are_made_anew(
    warehouse: LocalWarehouse, now: dtm.datetime
) -> None:
    cohort = Cohort(warehouse, now + 2 * HOUR)
    cohort.programme(now - HOUR)
    cohort.visit("olga", now)
    cohort.submit("olga", now + MINUTE, registers=False)
    cohort.state(events.RegisteredForSession(), Emitter.COLLECT_API, now - MINUTE, "olga", in_session=True)
    reactor = Reactor(warehouse)
    settle(reactor, now + 2 * MINUTE)
    assert odd(warehouse) == ["times_do_not_run_backwards"]
    cohort.visit("ivan", now + 3 * MINUTE)
    cohort.submit("ivan", now + 4 * MINUTE)
    settle(reactor, now + 5 * MINUTE)
    assert odd(warehouse) == ["times_do_not_run_backwards"]


def odd(warehouse: LocalWarehouse) -> list[str]:
    """Claims of `lead_metrics` that do not hold when the tables were brought up to date."""
    told = refreshed(MARTS, warehouse)
    checks = [one for one in told if isinstance(one, dg.AssetCheckEvaluation)]
    return [one.check_name for one in checks if one.asset_key.path == ["lead_metrics"] and not one.passed]


@pytest.fixture
def dagster_instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def materialize(door: LocalWarehouse, instance: dg.DagsterInstance, name: str, **more: Any) -> Any:
    asset = next(one for one in defs.assets or () if isinstance(one, dg.AssetsDefinition) and one.key.path == [name])
    return dg.materialize([asset], instance=instance, resources={"warehouse": door}, **more)


@pytest.mark.usefixtures("lived")
def test_a_session_is_filled_back_and_no_other(door: LocalWarehouse, dagster_instance: dg.DagsterInstance) -> None:
    dagster_instance.add_dynamic_partitions(str(SESSIONS.name), [SESSION])
    right = read(door, "audience_curve")
    nothing = pl.lit(0, pl.Int64)
    kept = right.with_columns(session_id=pl.lit("another session"), entered=nothing, dropped=nothing)
    replace(door, "audience_curve", pl.concat([kept, right.with_columns(present=nothing + 7)]))

    done = materialize(door, dagster_instance, "audience_curve", partition_key=SESSION)

    assert done.success
    made = read(door, "audience_curve")
    assert {row["present"] for row in made.filter(session_id=SESSION).to_dicts()} == {1}
    assert made.filter(session_id="another session").height == kept.height
    materialization = done.asset_materializations_for_node("audience_curve")[0]
    assert (materialization.partition, materialization.metadata["keys_made_anew"].value) == (SESSION, 1)


@pytest.mark.usefixtures("lived")
def test_every_partition_may_be_filled_back(door: LocalWarehouse, dagster_instance: dg.DagsterInstance) -> None:
    """As the UI asks before it launches: none depends on a partition that there is not."""
    for kind, keys in there(door).items():
        dagster_instance.add_dynamic_partitions(str(kind.name), keys)
    seen = AssetGraphView.for_test(defs, dagster_instance)
    for mart in INCREMENTAL:
        whole = seen.get_full_subset(key=dg.AssetKey(mart.name))
        assert not whole.is_empty
        for name in mart.deps:
            parent = seen.compute_parent_subset_and_required_but_nonexistent_subset(dg.AssetKey(name), whole)
            assert parent[1].is_empty, (mart.name, name)


@pytest.mark.usefixtures("lived")
def test_days_are_filled_back_in_one_run(door: LocalWarehouse, dagster_instance: dg.DagsterInstance) -> None:
    right = {row["lead_id"]: row for row in rows(door, "lead_metrics")}
    replace(door, "lead_metrics", read(door, "lead_metrics").with_columns(touches=pl.lit(99, pl.UInt32)))
    found = there(door)[DAYS]
    dagster_instance.add_dynamic_partitions(str(DAYS.name), found)
    days = {"dagster/asset_partition_range_start": found[0], "dagster/asset_partition_range_end": found[-1]}

    done = materialize(door, dagster_instance, "lead_metrics", tags=days)

    assert done.success
    assert {row["lead_id"]: row for row in rows(door, "lead_metrics")} == right
    assert all(check.passed for check in done.get_asset_check_evaluations())


def test_a_run_that_breaks_a_claim_publishes_nothing_and_fails(
    lived: Cohort, door: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    replace(door, "lead_metrics", read(door, "lead_metrics").clear())
    before = rows(door, "partner_results")

    done = materialize(door, dagster_instance, "partner_results", raise_on_error=False)

    assert not done.success
    failed = [check.check_name for check in done.get_asset_check_evaluations() if not check.passed]
    assert failed == ["counts_are_the_people_behind_them"]
    assert rows(door, "partner_results") == before
    assert done.asset_materializations_for_node("partner_results") == []


class Refusing:
    """A warehouse in which one thing goes wrong while a table is made: who else published it, or a claim that fails."""

    def __init__(self, warehouse: LocalWarehouse, method: str, error: WarehouseError) -> None:
        self._warehouse, self._method, self._error = warehouse, method, error

    def __getattr__(self, name: str) -> Any:
        if name == self._method:
            return self._refuse
        return getattr(self._warehouse, name)

    def _refuse(self, *asked: Any, **_: Any) -> Any:
        if self._method == "sql" and "broken as materialized" not in asked[0]:
            return self._warehouse.sql(*asked)
        raise self._error


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(
    ("method", "error"),
    [("publish_table", VersionConflict("published by a run")), ("sql", WarehouseError("no memory for that"))],
)
def test_a_table_that_could_not_be_published_leaves_nothing_behind(
    door: LocalWarehouse, method: str, error: WarehouseError
) -> None:
    house = cast("Warehouse", Refusing(door, method, error))
    with contextlib.suppress(WarehouseError):
        refreshed(MARTS, house, is_whole=True)
    assert door.sql(load("staged_tables")).to_pylist() == []


@pytest.mark.usefixtures("lived")
def test_the_nightly_comparison_finds_what_is_not_what_the_log_says(
    door: LocalWarehouse, dagster_instance: dg.DagsterInstance
) -> None:
    replace(door, "conversions", read(door, "conversions").tail(-1))

    done = defs.resolve_job_def("verify_marts").execute_in_process(
        instance=dagster_instance, resources={"warehouse": door}, raise_on_error=False
    )

    checks = {check.asset_key.to_user_string(): check for check in done.get_asset_check_evaluations()}
    assert {check.check_name for check in checks.values()} == {RECOMPUTED}
    assert set(checks) == {mart.name for mart in INCREMENTAL}
    assert [name for name, check in checks.items() if not check.passed] == ["conversions"]


def test_facts_that_came_after_the_table_are_no_difference(
    lived: Cohort, door: LocalWarehouse, now: dtm.datetime
) -> None:
    by_part = [mart for mart in MARTS if mart.grain != "whole"]
    lived.visit("late", now + HOUR, source="late")
    door.append(lived.form("late", now + HOUR))
    settle(Reactor(door), now + 2 * HOUR)
    assert {mart.name: recomputed(mart, door).examples for mart in by_part} == {mart.name: [] for mart in by_part}
    refreshed(MARTS, door)
    replace(door, "leads", read(door, "leads").tail(-1))
    leads = next(mart for mart in MARTS if mart.name == "leads")
    assert recomputed(leads, door).violations == 1


@example(seconds=10.0, acts=2, did=(False, False))  # exactly a half
@given(seconds=st.floats(0, 7200), acts=st.integers(0, 9), did=st.tuples(st.booleans(), st.booleans()))
def test_the_score_in_the_table_is_that_of_the_domain(seconds: float, acts: int, did: tuple[bool, bool]) -> None:
    moment = dtm.datetime(2026, 3, 4, tzinfo=dtm.UTC)
    row = pl.DataFrame(
        {
            "watched_seconds": [seconds],
            "session_seconds": [3600.0],
            "acts": [acts],
            "offer_clicked_at": [moment if did[0] else None],
            "form_submitted_at": [moment if did[1] else None],
        }
    )
    expected = engagement(seconds / 3600, acts, is_clicked=did[0], is_submitted=did[1])
    assert row.select(engagement_of_session()).item() == expected


def test_a_table_that_python_makes_is_made_anew_when_its_module_says_something_else() -> None:
    [metrics] = [mart for mart in MARTS if mart.name == "lead_metrics"]
    [credits_] = [mart for mart in MARTS if mart.name == "attribution"]
    assert metrics.build is not None
    assert dataclasses.replace(metrics, build=credits_.build).shape != metrics.shape
