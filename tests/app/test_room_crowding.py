"""A full room over real sockets: people wait in line, are told their place, and come in by themselves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.room.crowding import Addresses
from app.room.halls import halls
from tests.app.rooms import Rooms, running
from tests.app.test_room_host import console
from warehouse.local import LocalWarehouse


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_ROOM_CAPACITY", "2")


@pytest.fixture
def rooms(warehouse: LocalWarehouse) -> Iterator[Rooms]:
    with running(warehouse) as opened:
        opened.schedule("S1", starts_in=-1, seconds=3600)
        yield opened


def test_who_finds_the_room_full_waits_in_line_and_comes_in_by_themselves(rooms: Rooms) -> None:
    anna, boris = (rooms.guest("S1", f"lead-{name}").page(name) for name in ("anna", "boris"))
    for page in (anna, boris):
        page.hear("hello")
    vera = rooms.guest("S1", "lead-vera").page("vera")
    assert vera.hear("queue") == {"type": "queue", "position": 1, "of": 1}
    gleb = rooms.guest("S1", "lead-gleb").page("gleb")
    assert gleb.hear("queue") == {"type": "queue", "position": 2, "of": 2}
    desk = console(rooms)
    assert desk.until(lambda picture: picture["queue"] == 2)["present"] == 2

    anna.say(type="bye", position=1, playing=True, page="anna")
    assert vera.hear("hello")["present"] >= 1
    assert gleb.hear("queue") == {"type": "queue", "position": 1, "of": 1}
    desk.until(lambda picture: picture["queue"] == 1)


def test_who_goes_away_in_line_makes_room_and_who_has_a_seat_keeps_it(rooms: Rooms) -> None:
    guests = {name: rooms.guest("S1", f"lead-{name}") for name in ("anna", "boris", "vera", "gleb")}
    anna = guests["anna"].page("anna")
    anna.hear("hello")
    guests["boris"].page("boris").hear("hello")
    vera = guests["vera"].page("vera")
    vera.hear("queue")
    gleb = guests["gleb"].page("gleb")
    assert gleb.hear("queue")["position"] == 2
    vera.close()
    assert gleb.hear("queue") == {"type": "queue", "position": 1, "of": 1}
    assert guests["anna"].page("anna").hear("hello"), "a reconnect needs no new seat"


def test_the_line_has_an_end(rooms: Rooms) -> None:
    for number in range(2):
        rooms.guest("S1", f"lead-in-{number}").page("p").hear("hello")
    for number in range(2):
        rooms.guest("S1", f"lead-waits-{number}").page("p").hear("queue")
    late = rooms.guest("S1", "lead-late").page("p")
    with pytest.raises(ConnectionClosed) as closed:
        late.read_on()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4430


def test_one_address_has_its_share_of_sockets(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halls.addresses, "most", 2)
    guests = [rooms.guest("S1", f"lead-{number}") for number in range(3)]
    for guest in guests[:2]:
        guest.page("p").hear("hello")
    with pytest.raises(InvalidStatus):
        guests[2].page("p")


def test_addresses_are_forgotten_with_their_last_socket() -> None:
    addresses = Addresses(most=1)
    assert addresses.enter("a")
    assert not addresses.enter("a")
    assert addresses.enter("b")
    addresses.leave("a")
    assert addresses.enter("a")
    assert all(addresses.enter("") for _ in range(3)), "nobody knows whose"
