import contextlib
import fcntl
import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS
from tests.warehouse.small_cohort import ANNA, BORIS, PETR, START, tell
from tests.warehouse.stating import end, start, touch
from warehouse import tokens
from warehouse.copies import cleanse
from warehouse.credentials import Credential
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.settings import Settings

ADMIN = Credential.of("admin")
NAME, PHONE, EMAIL, CHAT = "Анна Примерова", "+79990000001", "anna.primerova@example.org", "777000111222"
SAYINGS = ("Скажите, а скидка для пенсионеров будет?", "Хочу на курс, позвоните после шести")
SECRETS = (NAME, PHONE, EMAIL, CHAT, *SAYINGS, json.dumps(SAYINGS[0])[1:-1])


def forms(value: str) -> set[bytes]:
    """How a text may stand in a file: as it is, or as JSON escapes it."""
    return {value.encode(), json.dumps(value)[1:-1].encode(), value.encode("utf-16-le")}


def holders(folder: Path, values: tuple[str, ...] = SECRETS) -> dict[str, list[str]]:
    """Which files under the folder hold which of the values, byte by byte."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        for value in values:
            if any(form in data for form in forms(value)):
                found.setdefault(path.name, []).append(value)
    return found


def live(warehouse: LocalWarehouse) -> None:
    """Anna leaves traces wherever somebody can."""
    tell(warehouse)
    warehouse.append(
        [],
        personal=[
            PersonalRow(ANNA, Personal.EMAIL, EMAIL),
            PersonalRow(ANNA, Personal.TELEGRAM_CHAT_ID, CHAT),
            PersonalRow(ANNA, Personal.CHAT_TEXT, SAYINGS[0], ref="chat-1"),
            PersonalRow(ANNA, Personal.NAME, "Анна Прежняя"),
            PersonalRow(ANNA, Personal.NAME, NAME),
            PersonalRow(f"telegram:{CHAT}", Personal.MESSAGE_TEXT, json.dumps({"text": NAME}), ref="reply:1"),
        ],
    )
    warehouse.put("telegram_updates", "17", {"message": {"chat": {"id": int(CHAT)}, "text": SAYINGS[1]}})
    warehouse.put("telegram_languages", f"telegram:{CHAT}", {"language": "ru"})
    tokens.mint(warehouse, "thanks", {"lead_id": ANNA}, now=START, ttl=START - START.replace(year=2025))
    warehouse.reject(
        stage="api",
        code="invalid",
        message="no",
        payload=json.dumps({"phone": PHONE, "name": NAME}),
        emitter="web_form",
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def house(home: Path) -> Iterator[LocalWarehouse]:
    with LocalWarehouse(home / "warehouse" / "warehouse.duckdb", credential=ADMIN) as opened:
        live(opened)
        yield opened


def test_after_an_erasure_no_byte_of_the_person_is_left_while_everything_runs(
    house: LocalWarehouse, home: Path
) -> None:
    assert {value for values in holders(home).values() for value in values} >= {NAME, PHONE, EMAIL, SAYINGS[0]}
    facts = house.health()["facts"]
    house.erase(ANNA)
    house.rewrite()
    assert holders(home) == {}
    assert house.people([ANNA]) == []
    assert house.entries("tokens") == house.entries("telegram_updates") == house.entries("telegram_languages") == []
    assert house.rejected() == []
    assert house.health()["facts"] == facts
    assert len(house.facts_of(lead_ids=[ANNA])) > 5
    assert "Борис Образцов" in {row.value for row in house.people([BORIS])}


def test_after_the_rewriting_everything_goes_on(house: LocalWarehouse, home: Path) -> None:
    house.erase(ANNA)
    house.rewrite()
    [receipt] = house.append([touch("visitor-new")])
    assert receipt.status == "accepted"
    assert house.append([touch("visitor-new")])[0].status == "duplicate"
    house.put("notes", "one", {"still": "works"})
    assert house.sql("select count(*) as n from people where kind = 'name'").to_pylist() == [{"n": 3}]
    house.close()
    with LocalWarehouse(home / "warehouse" / "warehouse.duckdb", credential=ADMIN) as again:
        assert again.health()["self_check"] == "ok"
        assert again.get("notes", "one")
        assert again.append([touch("visitor-new")])[0].status == "duplicate"


def test_readers_and_writers_notice_nothing_of_a_rewriting(house: LocalWarehouse) -> None:
    stop, failures, rounds = threading.Event(), [], [0]

    def ask(number: int) -> None:
        try:
            while not stop.is_set():
                house.append([touch(f"visitor-{number}-{rounds[0]}")])
                assert house.sql("select count(*) as n from events").to_pylist()[0]["n"] > 30
                rounds[0] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
            failures.append(error)

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for asker in askers:
        asker.start()
    for subject in (ANNA, BORIS, PETR):
        house.erase(subject)
        house.rewrite()
    stop.set()
    for asker in askers:
        asker.join()
    assert failures == []
    assert rounds[0] > 10


def test_what_was_under_way_does_not_bring_the_person_back(house: LocalWarehouse) -> None:
    house.erase(ANNA)
    late = touch("visitor-anna", landing="/late")
    house.append([late], personal=[PersonalRow(ANNA, Personal.MESSAGE_TEXT, "{}", ref="m-late")])
    assert house.people([ANNA]) == []


def test_who_comes_again_is_somebody_new(house: LocalWarehouse) -> None:
    house.erase(ANNA)
    found = house.identify({Personal.PHONE: PHONE}, proposed_lead_id="lead-new")
    assert (found.lead_id, found.is_known) == ("lead-new", False)


def test_a_restored_copy_forgets_them_again(house: LocalWarehouse, home: Path, tmp_path: Path) -> None:
    copy = house.backup(tmp_path / "elsewhere")
    house.erase(ANNA)
    house.close()
    shutil.copyfile(copy, home / "warehouse" / "warehouse.duckdb")
    with LocalWarehouse(home / "warehouse" / "warehouse.duckdb", credential=ADMIN) as restored:
        assert restored.people([ANNA]) == []
        restored.rewrite()
        assert holders(home) == {}


def test_an_interrupted_rewriting_is_made_up_for_at_the_next_start(house: LocalWarehouse, home: Path) -> None:
    house.erase(ANNA)
    house.rewrite()
    house.close()
    remembered = home / "warehouse" / "forgotten.json"
    remembered.write_text(json.dumps({**json.loads(remembered.read_text()), "is_rewritten": False}))
    with LocalWarehouse(home / "warehouse" / "warehouse.duckdb", credential=ADMIN) as again:
        again.rewrite()
        assert not again.health()["is_rewrite_due"]


def test_backups_are_cleansed_of_whoever_was_erased(house: LocalWarehouse, home: Path) -> None:
    settings = Settings(home=home)
    house.backup(settings.backups)
    house.erase(ANNA)
    house.rewrite()
    assert holders(home) != {}
    told: list[int] = []
    assert cleanse(settings, heard=lambda _, found: told.append(found)) == 1
    assert told == [1]
    assert holders(home) == {}
    [copy] = settings.backups.iterdir()
    with LocalWarehouse(copy, credential=ADMIN) as opened:
        assert opened.health()["facts"] == house.health()["facts"]
        assert opened.people([BORIS])


def test_a_cleansing_takes_out_whoever_was_erased_while_it_waited_for_another(
    house: LocalWarehouse, home: Path
) -> None:
    house.backup(Settings(home=home).backups)
    with (home / "warehouse" / "cleansing.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        second = threading.Thread(target=cleanse, args=(Settings(home=home),))
        second.start()
        house.erase(ANNA)
        house.rewrite()
    second.join(PATIENCE_SECONDS)
    assert holders(home) == {}


@pytest.mark.crash
@pytest.mark.parametrize("point", ["before_exchange", "after_exchange"])
def test_a_kill_during_the_rewriting_loses_nothing(home: Path, point: str) -> None:
    with LocalWarehouse(home / "warehouse" / "warehouse.duckdb", credential=ADMIN) as opened:
        live(opened)
        facts = opened.health()["facts"]
    doomed = start(home, EFIR_FAILPOINT=f"{point}:1:0")
    with doomed.door(patience_seconds=0) as door, contextlib.suppress(WarehouseError):
        door.erase(ANNA)
        door.append([touch("visitor-wakes-the-writer")])
    doomed.process.wait(PATIENCE_SECONDS)
    end(doomed)
    survivor = start(home)
    try:
        with survivor.door() as door:
            while door.health()["is_rewrite_due"]:
                time.sleep(0.05)
            health = door.health()
            assert health["self_check"] == "ok"
            assert health["facts"] >= facts
            assert door.people([ANNA]) == []
            assert door.people([BORIS])
    finally:
        end(survivor)
    assert holders(home) == {}
