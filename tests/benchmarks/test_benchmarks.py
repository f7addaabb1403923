"""Each benchmark starts and comes to its end, in its smallest size: what it measures is claimed by nobody here.

What needs a built frontend (`idle`, `page`, `room.restart`) is tried without the house it measures.
"""

import asyncio
import importlib
import re
import tempfile
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from benchmarks import __main__ as every
from benchmarks.attendance import __main__ as attendance
from benchmarks.delivery import __main__ as delivery
from benchmarks.delivery import chain, crowd
from benchmarks.idle import __main__ as idle
from benchmarks.log import __main__ as log
from benchmarks.marts import __main__ as marts
from benchmarks.page import house as page
from benchmarks.pages import __main__ as pages
from benchmarks.planner import __main__ as planner
from benchmarks.reaction import __main__ as reaction
from benchmarks.room import evening, limit, state
from benchmarks.room.gauge import free_port
from pipelines import refreshing
from tests.botapi.server import BotApi
from warehouse.local import LocalWarehouse

pytestmark = pytest.mark.timeout(900)
"""A whole house may start on a machine that others keep busy."""
FOLDER = Path(every.__file__).parent


def benchmark(name: str) -> ModuleType:
    """The module that `python -m benchmarks.<name>` runs."""
    is_folder = (FOLDER / name / "__main__.py").exists()
    return importlib.import_module(f"benchmarks.{name}{'.__main__' if is_folder else ''}")


def test_every_folder_is_run_by_make_bench() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/__main__.py")} | {"room.restart"} == set(every.NAMES)


@pytest.mark.parametrize("name", every.NAMES)
def test_each_is_imported_and_explains_its_options(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        benchmark(name).main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert f"python -m benchmarks.{name} " in told
    assert "--quick" in told


def test_attendance(capsys: pytest.CaptureFixture[str]) -> None:
    attendance.main(["--leads", "1"])
    told = capsys.readouterr().out
    assert all(words in told for words in attendance.WORDS.values())


def test_planner(capsys: pytest.CaptureFixture[str]) -> None:
    planner.main(["--leads", "2"])
    told = capsys.readouterr().out
    assert all(name in told for name, _ in planner.MOMENTS)


def test_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(log, "TURN_SECONDS", 0.02)
    monkeypatch.setattr(log, "WAITS_SECONDS", 0.4)
    monkeypatch.setattr(log, "SIZES", (100,))
    log.main(["--rows", "1000", "--turns", "1", "--folder", str(tmp_path)])
    assert "300/s, filled: p50" in capsys.readouterr().out


def test_marts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(refreshing, "make", refreshing.make)  # the benchmark puts its clock around it
    path = tmp_path / "warehouse.duckdb"
    facts = marts.generate(path, 40, 0, 40)
    for way in ("whole", "plain"):
        marts.main(["--way", way, "--path", str(path)])
    assert marts.generate(path, 40, 40, 42) > facts
    marts.main(["--way", "day", "--path", str(path)])
    told = capsys.readouterr().out
    assert len(re.findall(marts.CPU, told)) == 3
    assert told.count("broken claims: none") == 2
    assert "credits that differ: 0" in told


def test_pages(capsys: pytest.CaptureFixture[str]) -> None:
    pages.main(["--leads", "40"])
    told = capsys.readouterr().out
    assert "over published tables:" in told
    assert f"over published tables and {pages.IN_A_MINUTE} facts more:" in told


def test_idle_tells_what_a_process_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    idle.report(tmp_path, psutil.Process(), seconds=0.01)
    told = capsys.readouterr().out
    assert "supervisor" in told
    assert "together" in told


def test_the_pages_house_invites_to_every_page(warehouse: LocalWarehouse) -> None:
    page.announce(warehouse)
    at = page.House("http://localhost", warehouse, psutil.Process())
    assert at.link(page.ON_AIR).startswith("http://localhost/j/")
    assert at.link(page.OVER, purpose="replay").startswith("http://localhost/r/")
    assert at.cpu_seconds() > 0


def test_delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "IDLE_SECONDS", 0.1)
    with BotApi() as api:
        figures = delivery.measure(tmp_path, api, samples=2, wave=2)
    assert (figures["samples"], figures["wave, arrived"]) == (2, 2)
    assert crowd.measure(2)["crowd, recorded as sent"] == 2


def test_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EFIR_HOME", "EFIR_PORT", "EFIR_WAREHOUSE_PORT"):
        monkeypatch.setenv(name, "")  # the benchmark sets them for its processes: this takes them back
    told = asyncio.run(evening.run(tmp_path, clients=2, rate=20, seconds=0.4, core=0))
    assert (told["joined"], told["lines"]) == (2, 2)
    assert told["facts entered: in the log / expected"] == "2 / 2"
    raw = asyncio.run(limit.run(clients=2, seconds=1, octets=200, frames=2, core=0))
    assert raw["raw: server µs per page and frame"] >= 0
    told = asyncio.run(state.run(clients=2, seconds=1, octets=200, core=0))
    assert told["Reflex State: clients"] == 2


def test_the_reaction_and_the_chain_with_real_dagster(capsys: pytest.CaptureFixture[str]) -> None:
    port = {"EFIR_WAREHOUSE_PORT": str(free_port())}
    # not `tmp_path`: the code server's socket stands in the home, and a socket's path is short
    with (
        tempfile.TemporaryDirectory(prefix="efir-") as home,
        BotApi() as api,
        chain.running(Path(home), api, port) as house,
    ):
        told = chain.walked(house, api, port, samples=2, people=2)
        assert told["chain, 2 sockets: sockets open at the end"] == "2 / 2"
        reaction.report(house.warehouse, samples=4, attendees=2)
    assert "form handed in, 2 attendees watching" in capsys.readouterr().out
