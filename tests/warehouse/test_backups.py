"""Copies of the warehouse: there is a whole one or none, one at a time, and a copy that can be used is always left."""

import resource
import shutil
import tempfile
import threading
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from domain.events import Fact
from tests.warehouse.small_cohort import ANNA, tell
from tests.warehouse.stating import touch
from warehouse import database, house
from warehouse.backups import Harmed, back_up, examine
from warehouse.copies import dated, newest
from warehouse.credentials import Credential
from warehouse.interface import NoRoom, WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.settings import Settings

ADMIN = Credential.of("admin")
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - what shutil answers


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def opened(settings: Settings) -> Iterator[LocalWarehouse]:
    with LocalWarehouse(settings.database, credential=ADMIN) as warehouse:
        yield warehouse


def touches(count: int, landing: str = "/w/first") -> list[Fact]:
    return [touch(f"visitor-{number}", landing=landing) for number in range(count)]


def files(folder: Path) -> list[str]:
    """Everything below the folder that a copy could have left."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != ".lock")


@contextmanager
def files_no_longer_than(size_bytes: int) -> Iterator[None]:
    """The kernel refuses to write behind this length in any file of this process, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_nightly_copy_is_examined_and_can_be_opened_in_another_place(
    opened: LocalWarehouse, settings: Settings, tmp_path: Path
) -> None:
    opened.append(touches(300))
    made = back_up(opened, settings, kept=7)
    assert (made.facts, made.dropped, made.path.parent) == (300, (), settings.nightly_backups)
    assert files(settings.backups) == [made.path.name]
    found = newest(settings)
    assert found is not None
    assert (found.path, found.size_bytes) == (made.path, made.size_bytes)
    elsewhere = tmp_path / "elsewhere" / "warehouse.duckdb"
    elsewhere.parent.mkdir()
    shutil.copyfile(made.path, elsewhere)
    with LocalWarehouse(elsewhere, credential=ADMIN) as restored:
        assert restored.health()["self_check"] == "ok"
        assert [fact.event_id for fact in restored.facts_of(names={"touch_recorded"})] == [
            fact.event_id for fact in opened.facts_of(names={"touch_recorded"})
        ]


def test_so_many_copies_are_kept_and_what_was_made_by_hand_stays(opened: LocalWarehouse, settings: Settings) -> None:
    by_hand = opened.backup(settings.backups)
    (settings.nightly_backups).mkdir()
    (settings.nightly_backups / "warehouse-of-mine.duckdb").touch()
    made = [back_up(opened, settings, kept=3).path for _ in range(5)]
    assert [copy.path for copy in dated(settings.nightly_backups)] == made[:1:-1]
    last = back_up(opened, settings, kept=1)
    assert last.dropped == (made[3], made[2], made[4]), "all that is above the number first, so that there is room"
    assert files(settings.backups) == sorted([by_hand.name, last.path.name, "warehouse-of-mine.duckdb"])


def test_without_room_nothing_is_written_and_the_earlier_copy_stays(
    opened: LocalWarehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.append(touches(10))
    earlier = back_up(opened, settings, kept=1).path
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, house.SPARE_BYTES))
        with pytest.raises(
            NoRoom, match=r"There is no room for a copy in .*staging: 1\.00 GiB are needed, 1\.00 are free"
        ):
            back_up(opened, settings, kept=1)
    assert files(settings.backups) == [earlier.name]
    assert files(settings.database.parent / "staging") == []
    assert back_up(opened, settings, kept=1).facts == 10


def test_a_disk_that_is_full_half_way_leaves_no_half_copy_and_the_log_goes_on(
    opened: LocalWarehouse, settings: Settings
) -> None:
    opened.append(touches(2_000))
    earlier = back_up(opened, settings, kept=2).path
    with files_no_longer_than(600_000), pytest.raises(WarehouseError, match="could not be written"):
        back_up(opened, settings, kept=2)
    assert files(settings.backups) == [earlier.name]
    assert files(settings.database.parent / "staging") == []
    opened.append(touches(5, landing="/w/second"))
    assert back_up(opened, settings, kept=2).facts == 2_005


def test_on_another_disk_there_is_a_whole_copy_or_none_too(opened: LocalWarehouse, settings: Settings) -> None:
    opened.append(touches(10))
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        other = Path(memory)
        assert other.stat().st_dev != settings.database.stat().st_dev
        copy = opened.backup(other)
        assert (copy.parent, examine(copy)) == (other, 10)
        with files_no_longer_than(600_000), pytest.raises(WarehouseError, match="could not be written"):
            opened.backup(other)
        assert files(other) == [copy.name]
    assert files(settings.database.parent / "staging") == []


def test_a_copy_that_does_not_add_up_is_thrown_away_and_the_good_one_stays(
    opened: LocalWarehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.append(touches(3))
    good = back_up(opened, settings, kept=1).path
    backup = opened.backup

    def harmed(harm: Callable[[Path], None]) -> Callable[[Path], Path]:
        def made(folder: Path) -> Path:
            harm(path := backup(folder))
            return path

        return made

    for harm in (doubled, cut_off):
        monkeypatch.setattr(opened, "backup", harmed(harm))
        with pytest.raises(Harmed):
            back_up(opened, settings, kept=1)
        assert files(settings.backups) == [good.name]


def doubled(copy: Path) -> None:
    """The same fact twice, as a broken primary key would let it in."""
    with duckdb.connect(copy) as connection:
        connection.execute("create table twice as from events union all from events")
        connection.execute("drop table events")
        connection.execute("alter table twice rename to events")


def cut_off(copy: Path) -> None:
    """The end of the file is missing."""
    with copy.open("r+b") as file:
        file.truncate(copy.stat().st_size // 2)


def test_never_two_copies_at_once(opened: LocalWarehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.append(touches(10))
    copying, may_go_on = threading.Event(), threading.Event()

    def slow(*arguments: object, **named: int) -> None:
        copying.set()
        assert may_go_on.wait(60)
        database.copy_database(*arguments, **named)  # type: ignore[arg-type]  # what it was called with

    monkeypatch.setattr(house, "copy_database", slow)
    monkeypatch.setattr(house, "COPY_PATIENCE_SECONDS", 0.0)
    first = threading.Thread(target=back_up, args=(opened, settings), kwargs={"kept": 3})
    first.start()
    assert copying.wait(60)
    with pytest.raises(WarehouseError, match="Another copy of the warehouse is being made"):
        opened.backup(settings.backups)
    with pytest.raises(WarehouseError, match="Another nightly copy is being made"):
        back_up(opened, settings, kept=3)
    may_go_on.set()
    first.join(60)
    assert len(dated(settings.nightly_backups)) == 1
    assert opened.backup(settings.backups).exists()


def test_what_a_killed_copy_left_goes_with_the_next_start_and_the_next_night(settings: Settings) -> None:
    left = settings.nightly_backups / "unexamined" / "warehouse-20260101T000000000000Z.duckdb"
    half = settings.database.parent / "staging" / "copying.duckdb"
    for path in (left, half, half.with_name("copying.duckdb.wal")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    with LocalWarehouse(settings.database, credential=ADMIN) as warehouse:
        assert files(half.parent) == []
        assert newest(settings) is None, "what nobody examined is no copy"
        made = back_up(warehouse, settings, kept=1)
    assert files(settings.backups) == [made.path.name]


def test_whoever_is_erased_while_a_copy_is_made_is_not_in_it(
    opened: LocalWarehouse, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(opened)
    backup = opened.backup

    def and_then_erased(folder: Path) -> Path:
        path = backup(folder)
        opened.erase(ANNA)
        return path

    monkeypatch.setattr(opened, "backup", and_then_erased)
    made = back_up(opened, settings, kept=1)
    with duckdb.connect(made.path, read_only=True) as connection:
        (left,) = connection.execute("select count(*) from people where subject_id = ?", [ANNA]).fetchone() or (None,)
    assert left == 0
