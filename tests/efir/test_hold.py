import datetime as dtm
import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from efir.process.hold import Held, Hold, holder_of

SINCE = dtm.datetime(2026, 3, 4, 12, tzinfo=dtm.UTC)
OTHER = """
import datetime as dtm, sys
from pathlib import Path
from efir.process.hold import Hold
hold = Hold(Path(sys.argv[1]))
hold.take("http://localhost:3000", dtm.datetime(2026, 3, 4, 12, tzinfo=dtm.UTC))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_holder_is_told_who_holds_the_folder_since_when_and_where(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    with pytest.raises(Held) as told:
        Hold(tmp_path).take("http://localhost:4000", SINCE)
    other.communicate()
    for word in (str(other.pid), "2026-03-04T12:00:00+00:00", "http://localhost:3000", str(tmp_path)):
        assert word in str(told.value)


def test_a_killed_holder_holds_nothing_and_leaves_a_mark(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    other.kill()
    other.communicate()
    hold = Hold(tmp_path)
    hold.take("http://localhost:3000", SINCE)
    assert hold.was_left_unclean
    hold.release()


def test_a_released_folder_is_clean_and_nobodys(tmp_path: Path) -> None:
    first, second = Hold(tmp_path), Hold(tmp_path)
    first.take("here", SINCE)
    first.release()
    assert holder_of(tmp_path) is None
    second.take("there", SINCE)
    assert not second.was_left_unclean
    second.release()


def test_who_only_looks_whether_the_folder_is_held_keeps_nobody_from_taking_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "efir.lock").open("a+") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)  # `efir status`, caught in the middle
        monkeypatch.setattr("efir.process.hold.time.sleep", lambda _: fcntl.flock(looking, fcntl.LOCK_UN))
        mine = Hold(tmp_path)
        mine.take("here", SINCE)
    mine.release()
