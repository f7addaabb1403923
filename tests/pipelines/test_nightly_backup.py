"""The night's copy as a run: what it keeps, and what those who run the house hear when there is no room for it."""

import datetime as dtm
import shutil
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from domain import failure_words
from domain.events import Emitter, TelegramLinked
from pipelines.doors import settings
from pipelines.nightly_backup import back_up_warehouse
from tests.pipelines.test_watching import STAFF, evaluate, names, state
from warehouse.copies import dated
from warehouse.credentials import Credential
from warehouse.local import LocalWarehouse
from warehouse.reads import failures as reads

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - what shutil answers


@pytest.fixture
def dagster_instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the nights of a home that keeps two copies."""
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_BACKUPS_KEPT", "2")
    settings.cache_clear()
    yield settings().nightly_backups
    settings.cache_clear()


def night(instance: dg.DagsterInstance, warehouse: LocalWarehouse) -> bool:
    """Whether the run succeeded."""
    resources = {"warehouse": warehouse}
    return back_up_warehouse.execute_in_process(instance=instance, resources=resources, raise_on_error=False).success


def test_so_many_nights_are_kept_and_with_none_to_keep_none_is_made(
    door: LocalWarehouse, nights: Path, dagster_instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(night(dagster_instance, door) for _ in range(3))
    kept = dated(nights)
    assert len(kept) == 2
    monkeypatch.setattr(settings(), "backups_kept", 0)
    assert night(dagster_instance, door)
    assert dated(nights) == kept


def test_a_night_without_room_is_told_to_staff_once_in_words_and_so_is_the_next_good_one(
    warehouse: LocalWarehouse,
    door: LocalWarehouse,
    nights: Path,
    dagster_instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state(warehouse, TelegramLinked(update_id=9001, staff_id=STAFF), Emitter.NOTIFIER)
    assert night(dagster_instance, door)
    assert evaluate(door, dagster_instance) == "Failing: nothing."
    kept = dated(nights)

    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 2**20))
        assert not night(dagster_instance, door)
    assert dated(nights) == kept
    for _ in range(2):
        evaluate(door, dagster_instance)
    assert names(door) == ["house_failed nightly", "message_planned house_failed"]
    (failure,) = reads.failures(door, now=dtm.datetime.now(dtm.UTC))
    assert "на диске нет места" in failure_words.said(failure, "ru").what
    assert failure_words.dagster_page(failure) == f"/jobs/{back_up_warehouse.name}"

    assert night(dagster_instance, door)
    evaluate(door, dagster_instance)
    assert names(door)[2:] == ["house_recovered nightly", "message_planned house_recovered"]


def test_a_warehouse_that_is_away_is_told_too(
    door: LocalWarehouse, nights: Path, tmp_path: Path, dagster_instance: dg.DagsterInstance
) -> None:
    with LocalWarehouse(tmp_path / "away.duckdb", credential=Credential.of("pipelines")) as away:
        pass
    assert not night(dagster_instance, away)
    evaluate(door, dagster_instance)
    (failed,) = door.facts_of(names={"house_failed"})
    assert failed.properties["detail"] == "unknown"
    assert list(nights.glob("**/*.duckdb")) == []
