"""The chat of a room over real sockets: nothing said is lost or doubled, the order holds, what is pinned stays."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.room.talk import KEPT, Talk, in_order, placed
from domain.events import ChatPosted, Fact, HostPosted, WebinarConfigured
from tests.app.rooms import Browser, Page, Rooms, running
from tests.app.test_room_host import console, joined
from warehouse.credentials import Credential
from warehouse.interface import Receipt
from warehouse.local import LocalWarehouse


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_HEARTBEAT_SECONDS", "10")


@pytest.fixture
def rooms(warehouse: LocalWarehouse) -> Iterator[Rooms]:
    with running(warehouse) as opened:
        yield opened


@pytest.fixture
def anna(rooms: Rooms) -> Browser:
    rooms.schedule("S1", starts_in=-1, seconds=3600)
    return rooms.guest("S1", "lead-anna")


def say(page: Page, name: str, text: str, **more: str) -> dict[str, object]:
    page.say(type="chat", id=name, text=text, **more)
    return page.hear("ack")


def test_a_line_said_again_is_the_same_line_and_meets_no_limit(rooms: Rooms, anna: Browser) -> None:
    page = joined(anna)
    first = [say(page, name, name) for name in ("c1", "c2", "c3")]
    assert say(page, "c4", "c4")["error"] == "too_fast"
    page.close()
    again = joined(anna)
    assert [say(again, name, name) for name in ("c1", "c2", "c3")] == first
    assert [fact.name for fact in rooms.facts("S1")].count(ChatPosted.name) == 3
    hello = rooms.guest("S1", "lead-vera").page("p9").hear("hello")
    assert [line["text"] for line in hello["chat"]] == ["c1", "c2", "c3"]


class Forgetful(LocalWarehouse):
    """Its first answer to an append is lost on the way, as by a restart; who asked asks once more."""

    def append(self, facts: Sequence[Fact], **more: Any) -> list[Receipt]:
        super().append(facts, **more)
        return super().append(facts, **more)


def test_a_line_whose_first_receipt_was_lost_is_heard_by_all(tmp_path: Path) -> None:
    with Forgetful(tmp_path / "forgetful.duckdb", credential=Credential.of("admin")) as house, running(house) as rooms:
        rooms.schedule("S1", starts_in=-1, seconds=3600)
        page, other = joined(rooms.guest("S1", "lead-anna")), joined(rooms.guest("S1", "lead-vera"))
        assert say(page, "c1", "слышно?")["ok"]
        assert [line["text"] for line in other.hear("tick", having="chat")["chat"]] == ["слышно?"]


def test_a_line_said_again_after_a_restart_is_still_the_same(warehouse: LocalWarehouse) -> None:
    with running(warehouse) as before:
        before.schedule("S1", starts_in=-1, seconds=3600)
        first = say(joined(before.guest("S1", "lead-anna")), "c1", "дошло?")
    with running(warehouse) as after:
        after.schedule("S1", starts_in=-1, seconds=3600)
        desk = console(after)
        assert desk.do("slow", seconds=60)["ok"]
        page = joined(after.guest("S1", "lead-anna"))
        assert say(page, "c1", "дошло?") == first
        assert [fact.name for fact in after.facts("S1")].count(ChatPosted.name) == 1


def test_what_was_said_in_the_waiting_room_stays_before_what_is_said_on_air(rooms: Rooms) -> None:
    rooms.schedule("L1", starts_in=1800, seconds=3600, mode="live")
    page, desk = joined(rooms.guest("L1", "lead-anna")), console(rooms, "L1")
    assert say(page, "c1", "ждём")["ok"]
    assert desk.do("go_live")["ok"]
    assert page.hear("tick", having="stage")["stage"]["phase"] == "on_air"
    assert desk.do("say", text="начали")["ok"]
    lines = rooms.guest("L1", "lead-vera").page("p2").hear("hello")["chat"]
    assert [line["text"] for line in lines] == ["ждём", "начали"]
    assert lines[0]["at"] <= 0 <= lines[1]["at"]
    picture = desk.until(lambda seen: len(seen["chat"]) == 2)
    assert [line["text"] for line in picture["chat"]] == ["ждём", "начали"]


def test_a_pinned_line_outlives_those_said_after_it_and_a_restart(
    warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.room.talk.KEPT", 3)
    with running(warehouse) as before:
        before.schedule("S1", starts_in=-1, seconds=3600)
        page, desk = joined(before.guest("S1", "lead-anna")), console(before)
        line = say(page, "c1", "важное")["line"]
        assert desk.do("pin", line=line)["ok"]
        for number in range(4):
            assert desk.do("say", text=f"строка {number}")["ok"]
        hello = before.guest("S1", "lead-vera").page("p2").hear("hello")
        assert (hello["pinned"]["text"], hello["chat"][0]["text"]) == ("важное", "строка 1")
    with running(warehouse) as after:
        after.schedule("S1", starts_in=-1, seconds=3600)
        hello = after.guest("S1", "lead-boris").page("p3").hear("hello")
        assert (hello["pinned"]["text"], hello["pinned"]["author"]) == ("важное", "Анна")


def test_an_answer_shows_the_line_it_answers_until_that_is_deleted(rooms: Rooms, anna: Browser) -> None:
    page, desk = joined(anna), console(rooms)
    line = str(say(page, "c1", "кто ведёт?")["line"])
    assert desk.do("say", text="я", reply=line)["ok"]
    told: list[str] = []
    while "я" not in told:  # what newcomers are told is put together once a tick
        told += [one["text"] for one in page.hear("tick", having="chat")["chat"]]
    answer = rooms.guest("S1", "lead-vera").page("p2").hear("hello")["chat"][1]
    assert answer["reply"] == {"id": line, "author": "Анна", "text": "кто ведёт?"}
    (fact,) = [fact for fact in rooms.warehouse.facts_of(session_ids=["S1"]) if fact.name == HostPosted.name]
    assert fact.as_event(HostPosted).reply_to == line
    assert desk.do("delete", line=line)["ok"]
    assert page.hear("tick", having="gone")["gone"] == [line]
    hello = rooms.guest("S1", "lead-vera").page("p3").hear("hello")
    assert [said.get("reply") for said in hello["chat"]] == [{"id": line}]
    assert hello["gone"] == [line]


def test_nobody_can_answer_a_line_they_cannot_see(rooms: Rooms, anna: Browser) -> None:
    page, desk = joined(anna), console(rooms)
    boris = joined(rooms.guest("S1", "lead-boris"), "p2")
    assert desk.do("mute", guest="lead-anna")["ok"]
    hidden = str(say(page, "c1", "невидимое")["line"])
    for number, line in enumerate((hidden, "script-0", "invented")):
        assert say(boris, f"b{number}", f"ответ {number}", reply=line)["ok"]
    lines = rooms.guest("S1", "lead-vera").page("p3").hear("hello")["chat"]
    assert [line["text"] for line in lines] == ["ответ 0", "ответ 1", "ответ 2"]
    assert [line for line in lines if "reply" in line] == []


def test_the_waiting_rooms_chat_has_a_switch_of_its_own(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=1800, seconds=3600, is_lobby_chat_open=False)
    page = rooms.guest("S1", "lead-anna").page("p1")
    assert page.hear("hello")["stage"]["chat"] is False
    assert say(page, "c1", "рано")["error"] == "chat_closed"


def test_what_stood_on_the_screen_at_the_end_stands_there_for_who_comes_back(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-2, seconds=1)
    hello = rooms.guest("S1", "lead-anna").page("p1").hear("hello")
    assert hello["stage"]["phase"] == "over"
    assert [offer["id"] for offer in hello["offers"]] == ["o1"]


def test_a_name_nobody_gave_is_left_to_the_page(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-1, seconds=3600)
    page, desk = joined(rooms.guest("S1", "lead-x", " ")), console(rooms)
    assert say(page, "c1", "кто я?")["ok"]
    assert desk.do("say", text="гость")["ok"]
    lines = rooms.guest("S1", "lead-vera").page("p2").hear("hello")["chat"]
    assert [(line["author"], line.get("host", False)) for line in lines] == [("", False), ("", True)]


def test_a_line_is_ordered_by_its_instant_wherever_the_clock_starts() -> None:
    lines = [{"id": "b", "said": 5_000}, {"id": "s", "at": 1.0}, {"id": "a", "said": 500}]
    assert [line["id"] for line in in_order(placed(line, 1_000) for line in lines)] == ["a", "s", "b"]
    assert [placed(lines[2], zero)["at"] for zero in (0, 1_000)] == [0.5, -0.5]


def test_a_full_chat_forgets_whose_its_oldest_lines_were() -> None:
    talk = Talk()
    for number in range(KEPT + 1):
        talk.say({"id": str(number), "author": "", "text": "", "said": number}, "lead", is_shadow=True)
    definition = WebinarConfigured(action_id="a", slug="w", title={}, duration_seconds=60)
    assert (len(talk.authors), len(talk.shadows), talk.fresh()) == (KEPT, KEPT, [])
    assert talk.find("0", definition) is None
