"""A saved script over real sockets: it plays by the AUTO clock, only what is due, for late comers too."""

import datetime as dtm
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.events import Emitter, Fact, Poll, PollOption, ScriptEntry, ScriptSaved
from tests.app.rooms import WEBINAR, Rooms, running
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse

POLL = Poll(
    poll_id="q1",
    question={"ru": "Слышно?"},
    options=(PollOption(option_id="1", text={"ru": "Да"}), PollOption(option_id="2", text={"ru": "Нет"})),
)
PAST = (
    ScriptEntry(entry_id="hi", at_seconds=1, kind="line", subject_id="lead-of-then", ref="r1"),
    ScriptEntry(entry_id="gone", at_seconds=2, kind="line", subject_id="lead-forgotten", ref="r2", author="Кто-то"),
    ScriptEntry(entry_id="host", at_seconds=3, kind="line", author="Ведущий", text="Начинаем", is_host=True),
    ScriptEntry(entry_id="pin", at_seconds=4, kind="pin", target="host"),
    ScriptEntry(entry_id="open", at_seconds=5, kind="poll_open", poll=POLL, target="q1"),
    ScriptEntry(entry_id="hide", at_seconds=6, kind="offer_hide", target="o1"),
)
SECRET = "ещё-не-время"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_HEARTBEAT_SECONDS", "10")


@pytest.fixture
def rooms(warehouse: LocalWarehouse) -> Iterator[Rooms]:
    with running(warehouse) as opened:
        yield opened


def save(rooms: Rooms, *entries: ScriptEntry) -> None:
    now = dtm.datetime.now(dtm.UTC)
    words = [
        PersonalRow("lead-of-then", Personal.NAME, "Марина Образцова", given_at=now),
        PersonalRow("lead-of-then", Personal.CHAT_TEXT, "Всем привет", ref="r1", given_at=now),
    ]
    event = ScriptSaved(revision=1, by="host@example.org", entries=entries)
    fact = Fact.of(event, emitter=Emitter.STUDIO, occurred_at=now, webinar_id=WEBINAR)
    rooms.warehouse.append([fact], personal=words)


def test_who_comes_late_finds_what_the_script_has_done_and_nothing_of_the_future(rooms: Rooms) -> None:
    later = ScriptEntry(entry_id="later", at_seconds=3000, kind="line", author="Анна", text=SECRET)
    save(rooms, *PAST, later)
    rooms.schedule("S1", starts_in=-60, seconds=3600)
    hello = rooms.guest("S1", "lead-anna").page("p1").hear("hello")
    assert [(line["author"], line["text"]) for line in hello["chat"]] == [
        ("Марина", "Всем привет"),
        ("Ведущий", "Начинаем"),
    ]
    assert all(line["simulated"] for line in hello["chat"])
    assert hello["pinned"]["id"] == "host"
    assert (hello["poll"]["id"], hello["poll"]["open"]) == ("q1", True)
    assert hello["offers"] == [], "the script hid the offer that its timetable shows"
    assert SECRET not in str(hello)
    assert "lead-of-then" not in str(hello)


def test_what_comes_due_is_told_and_a_poll_of_the_script_takes_answers(rooms: Rooms) -> None:
    soon = (
        ScriptEntry(entry_id="l", at_seconds=6, kind="line", author="Анна", text="вот и я"),
        ScriptEntry(entry_id="q", at_seconds=6, kind="poll_open", poll=POLL, target="q1"),
    )
    save(rooms, *soon)
    rooms.schedule("S1", starts_in=-1, seconds=3600, is_script_disclosed=False)
    page = rooms.guest("S1", "lead-anna").page("p1")
    assert page.hear("hello")["chat"] == []
    page.beat(1)
    frame = page.hear("tick", having="poll")
    (line,) = frame["chat"]
    assert (line["id"], line["text"], line["at"]) == ("l", "вот и я", 6)
    assert "simulated" not in line, "undisclosed: no mark on the page"
    page.say(type="poll", id="a", poll="q1", option="2")
    assert page.hear("ack")["ok"]
    votes = {option["id"]: option["votes"] for option in page.hear("tick", having="poll")["poll"]["options"]}
    assert votes == {"1": 0, "2": 1}
    counted = {fact.name for fact in rooms.facts("S1")}
    assert "client_webinar_chat_posted" not in counted, "a line of the script is nobody's"


def test_the_script_and_the_hosts_hand_stand_after_a_restart_as_they_stood(warehouse: LocalWarehouse) -> None:
    hellos = []
    for life in range(2):
        with running(warehouse) as rooms:
            if life == 0:
                save(rooms, *PAST)
            rooms.schedule("S1", starts_in=-60, seconds=3600)
            hellos.append(rooms.guest("S1", f"lead-{life}").page("p").hear("hello"))
    told = [{key: hello[key] for key in ("chat", "pinned", "poll", "offers")} for hello in hellos]
    assert told[0] == told[1]
    assert told[0]["poll"]["open"]
