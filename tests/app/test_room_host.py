"""The host's console over real sockets: what the host does by hand, what guests see of it, and that it outlives us."""

import datetime as dtm
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from app.access import accounts, sessions
from app.access.roles import Role
from app.room import console as room_console
from app.room import halls as clock
from app.room import hosting, stop_words
from domain.events import (
    ChatModerated,
    Emitter,
    Entered,
    Fact,
    Left,
    OfferHidden,
    PollAnswered,
    Watched,
    WebinarEnded,
    WebinarStarted,
)
from tests.app.rooms import WEBINAR, Browser, Page, Rooms, running
from tests.patience import PATIENCE_SECONDS
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


class Console(Page):
    """The host's page."""

    def do(self, kind: str, **frame: Any) -> dict[str, Any]:
        """A command and its answer."""
        self.say(type=kind, id=kind, **frame)
        return self.hear("ack")

    def until(self, holds: Any) -> dict[str, Any]:
        """The next picture of the room for which this holds."""
        while True:
            picture = self.hear("desk")
            if holds(picture):
                return picture


def console(rooms: Rooms, session_id: str = "S1", role: Role | None = Role.HOST, origin: str = "") -> Console:
    headers = {}
    if role is not None:
        now = dtm.datetime.now(dtm.UTC)
        account = accounts.Account(f"{role}@example.org", role)
        rooms.warehouse.put(accounts.COLLECTION, account.email, {"role": str(role), "is_active": True})
        headers = {"Cookie": f"efir_session={sessions.start(rooms.warehouse, account, now)}"}
    path = f"ws://{rooms.address}/api/v1/rooms/{session_id}/desk"
    opening = connect(path, origin=Origin(origin or rooms.origin), additional_headers=headers, compression=None)
    return Console(rooms.stack.enter_context(opening))


@pytest.fixture
def anna(rooms: Rooms) -> Browser:
    rooms.schedule("S1", starts_in=-1, seconds=3600)
    return rooms.guest("S1", "lead-anna")


def joined(browser: Browser, page: str = "p1") -> Page:
    opened = browser.page(page)
    opened.hear("hello")
    opened.beat(1)
    return opened


@pytest.mark.parametrize("role", [None, Role.ANALYST, Role.MARKETER, Role.PARTNER])
def test_only_hosts_get_a_console(rooms: Rooms, anna: Browser, role: Role | None) -> None:
    desk = console(rooms, role=role)
    with pytest.raises(ConnectionClosed) as closed:
        desk.read_on()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def logged_out(rooms: Rooms, email: str) -> None:
    sessions.end_all(rooms.warehouse, email)


def demoted(rooms: Rooms, email: str) -> None:
    accounts.set_role(rooms.warehouse, email, Role.MARKETER, dtm.datetime.now(dtm.UTC))


def shut(rooms: Rooms, email: str) -> None:
    accounts.set_active(rooms.warehouse, email, dtm.datetime.now(dtm.UTC), is_active=False)


@pytest.mark.parametrize("end", [logged_out, demoted, shut])
def test_a_console_that_only_listens_is_shut_with_its_session(
    rooms: Rooms, anna: Browser, end: Callable[[Rooms, str], None]
) -> None:
    desk = console(rooms)
    desk.hear("desk")
    end(rooms, f"{Role.HOST}@example.org")
    with pytest.raises(ConnectionClosed) as closed:
        desk.read_on()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_host_is_no_attendee(rooms: Rooms, anna: Browser) -> None:
    desk = console(rooms)
    assert desk.hear("desk")["present"] == 0
    joined(anna)
    desk.until(lambda seen: seen["present"] == 1 and seen["watching"] == 1)


def test_the_audience_comes_by_itself_and_begins_with_what_the_log_knows(rooms: Rooms) -> None:
    zero = rooms.schedule("S1", starts_in=-100, seconds=3600)
    tracked = {"emitter": Emitter.TRACKER, "lead_id": "lead-vera", "webinar_id": WEBINAR, "session_id": "S1"}
    until = zero + dtm.timedelta(seconds=25)
    seen = Watched(connection="p", from_at=zero, to_at=until, from_position_seconds=0, to_position_seconds=25)
    rooms.warehouse.append(
        [Fact.of(Entered(visit_no=1), occurred_at=zero, **tracked), Fact.of(seen, occurred_at=until, **tracked)]  # type: ignore[arg-type]
    )
    desk = console(rooms)
    assert "audience" not in desk.hear("desk")
    whole = desk.hear("audience")
    assert (whole["whole"], [point[1:] for point in whole["points"]]) == (True, [[1, 1], [0, 0], [0, 0]])
    assert abs(whole["now"] - dtm.datetime.now(dtm.UTC).timestamp() * 1000) < 60_000


def test_a_live_session_goes_on_air_and_off_from_the_console(rooms: Rooms) -> None:
    rooms.schedule("L1", starts_in=1, seconds=3600, mode="live")
    guest = rooms.guest("L1", "lead-anna").page("p1")
    guest.hear("hello")
    desk = console(rooms, "L1")
    assert desk.do("go_live")["ok"]
    assert guest.hear("tick", having="stage")["stage"]["phase"] == "on_air"
    assert desk.do("go_live")["error"] == "session_is_live"
    assert desk.do("end")["ok"]
    assert guest.hear("tick", having="stage")["stage"]["phase"] == "over"
    facts = {fact.name for fact in rooms.warehouse.facts_of(session_ids=["L1"])}
    assert {WebinarStarted.name, WebinarEnded.name} <= facts


def test_an_offer_is_hidden_and_launched_by_hand(rooms: Rooms, anna: Browser) -> None:
    page, desk = joined(anna), console(rooms)
    assert desk.do("offer_hide", offer="o1")["ok"]
    assert page.hear("tick", having="offers")["offers"] == []
    assert desk.do("offer_launch", offer="o1")["ok"]
    assert [offer["id"] for offer in page.hear("tick", having="offers")["offers"]] == ["o1"]
    assert desk.do("offer_launch", offer="never")["error"] == "unknown_offer"


def test_what_a_host_does_is_told_before_the_clock_would(
    warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "TICK_SECONDS", 3600.0)
    with running(warehouse) as rooms:
        rooms.schedule("S1", starts_in=-1, seconds=3600)
        page, desk = joined(rooms.guest("S1", "lead-anna")), console(rooms)
        assert desk.do("offer_hide", offer="o1")["ok"]
        assert page.hear("tick", having="offers")["offers"] == []


def test_what_a_host_did_is_seen_when_the_log_has_it_however_long_that_takes(
    warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, is_let = warehouse.append, threading.Event()

    def slowly(facts: Sequence[Fact], **given: Any) -> list[Receipt]:
        if any(fact.name == OfferHidden.name for fact in facts):
            assert is_let.wait(PATIENCE_SECONDS)
        return append(facts, **given)

    monkeypatch.setattr(warehouse, "append", slowly)
    monkeypatch.setattr(room_console, "STORE_SECONDS", 0.05)
    with running(warehouse) as rooms:
        rooms.schedule("S1", starts_in=-1, seconds=3600)
        page = rooms.guest("S1", "lead-anna").page("p1")
        assert page.hear("hello")["offers"]
        desk = console(rooms)
        assert desk.do("offer_hide", offer="o1")["error"] == "not_saved"
        is_let.set()
        assert page.hear("tick", having="offers")["offers"] == []


def test_a_poll_is_answered_once_and_everybody_sees_the_numbers(rooms: Rooms, anna: Browser) -> None:
    page, other, desk = joined(anna), joined(rooms.guest("S1", "lead-boris"), "p2"), console(rooms)
    assert desk.do("poll_open", question="Слышно?", options=["Да", "Нет"])["ok"]
    poll = page.hear("tick", having="poll")["poll"]
    assert (poll["question"], poll["open"]) == ({"ru": "Слышно?"}, True)
    for option, error in (("9", "unknown_option"), ("1", None), ("2", None)):
        page.say(type="poll", id=option, poll=poll["id"], option=option)
        assert page.hear("ack")["error"] == error
    while not (seen := other.hear("tick", having="poll")["poll"]) or seen["options"][0]["votes"] != 1:
        pass
    assert [option["votes"] for option in seen["options"]] == [1, 0]
    assert desk.do("poll_close", poll=poll["id"])["ok"]
    while other.hear("tick", having="poll")["poll"]["open"]:
        pass
    other.say(type="poll", id="late", poll=poll["id"], option="1")
    assert other.hear("ack")["error"] == "poll_closed"
    (answer,) = [fact for fact in rooms.facts("S1") if fact.name == PollAnswered.name]
    assert (answer.lead_id, answer.as_event(PollAnswered).option) == ("lead-anna", "1")
    assert desk.do("poll_away", poll=poll["id"])["ok"]
    assert other.hear("tick", having="poll")["poll"] is None


def test_a_deleted_line_vanishes_and_stays_away(rooms: Rooms, anna: Browser) -> None:
    page, desk = joined(anna), console(rooms)
    page.say(type="chat", id="c1", text="реклама")
    line = page.hear("ack")["line"]
    assert desk.do("pin", line=line)["ok"]
    assert page.hear("tick", having="pinned")["pinned"]["text"] == "реклама"
    assert desk.do("delete", line=line)["ok"]
    frame = page.hear("tick", having="gone")
    assert (frame["gone"], frame["pinned"]) == ([line], None)
    hello = rooms.guest("S1", "lead-vera").page("p3").hear("hello")
    assert (hello["chat"], hello["pinned"]) == ([], None)


def test_a_muted_guest_talks_to_nobody_and_does_not_know(rooms: Rooms, anna: Browser) -> None:
    page, other, desk = joined(anna), joined(rooms.guest("S1", "lead-boris"), "p2"), console(rooms)
    assert desk.do("mute", guest="lead-anna")["ok"]
    page.say(type="chat", id="c1", text="меня никто не видит")
    assert page.hear("ack")["ok"]
    assert desk.do("say", text="Всем привет")["ok"]
    (line,) = other.hear("tick", having="chat")["chat"]
    assert (line["text"], line["host"]) == ("Всем привет", True)
    assert [own["text"] for own in anna.page("p1").hear("hello")["shadow"]] == ["меня никто не видит"]
    assert "lead-" not in str(line)


def test_a_banned_guest_is_out_and_stays_out(rooms: Rooms, anna: Browser) -> None:
    page, desk = joined(anna), console(rooms)
    desk.until(lambda seen: seen["present"] == 1)
    assert desk.do("ban", guest="lead-anna")["ok"]
    for opened in (page, anna.page("p2")):
        with pytest.raises(ConnectionClosed) as closed:
            opened.read_on()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4410
    (left,) = rooms.facts("S1", until="client_webinar_left")[-1:]
    assert left.as_event(Left).reason == "banned"
    (done,) = [fact for fact in rooms.warehouse.facts_of(session_ids=["S1"]) if fact.name == ChatModerated.name]
    assert done.as_event(ChatModerated).guest_id == done.lead_id == "lead-anna", "messages ask the lead's facts"
    assert desk.do("unban", guest="lead-anna")["ok"]
    assert anna.page("p4").hear("hello")["name"] == "Анна"


def test_a_command_that_breaks_is_answered(
    rooms: Rooms, anna: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = console(rooms)

    def broken(_: hosting.Asked) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setitem(hosting.COMMANDS, "slow", broken)
    assert desk.do("slow", seconds=10)["error"] == "not_saved"
    assert "a fault of ours" in caplog.text
    assert desk.do("say", text="Пульт жив")["ok"]


def test_slow_mode_makes_guests_wait(rooms: Rooms, anna: Browser) -> None:
    page, desk = joined(anna), console(rooms)
    assert desk.do("slow", seconds=60)["ok"]
    assert page.hear("tick", having="slow")["slow"] == 60
    errors = []
    for text in ("один", "два"):
        page.say(type="chat", id=text, text=text)
        errors.append(page.hear("ack")["error"])
    assert errors == [None, "slow"]


def test_what_the_host_did_outlives_a_restart(warehouse: LocalWarehouse) -> None:
    with running(warehouse) as before:
        before.schedule("S1", starts_in=-1, seconds=3600)
        page, desk = joined(before.guest("S1", "lead-anna")), console(before)
        assert desk.do("poll_open", question="Слышно?", options=["Да", "Нет"])["ok"]
        poll = page.hear("tick", having="poll")["poll"]["id"]
        page.say(type="poll", id="a", poll=poll, option="2")
        assert page.hear("ack")["ok"]
        assert desk.do("mute", guest="lead-anna")["ok"]
        page.say(type="chat", id="c1", text="в пустоту")
        assert page.hear("ack")["ok"]
        assert desk.do("say", text="Начинаем")["ok"]
    with running(warehouse) as after:
        after.schedule("S1", starts_in=-1, seconds=3600)
        hello = after.guest("S1", "lead-vera").page("p2").hear("hello")
        assert [line["text"] for line in hello["chat"]] == ["Начинаем"]
        assert [option["votes"] for option in hello["poll"]["options"]] == [0, 1]
        again = after.guest("S1", "lead-anna").page("p3").hear("hello")
        assert (again["answered"], [line["text"] for line in again["shadow"]]) == ("2", ["в пустоту"])


def test_a_line_with_a_stop_word_waits_for_the_host(warehouse: LocalWarehouse) -> None:
    with running(warehouse) as rooms:
        rooms.schedule("S1", starts_in=-1, seconds=3600, stop_words=("казино", "крипт*", "пишите в личку"))
        anna = rooms.guest("S1", "lead-anna")
        page, other, desk = joined(anna), joined(rooms.guest("S1", "lead-boris"), "p2"), console(rooms)
        page.say(type="chat", id="c1", text="Купите КРИПТУ!")
        line = page.hear("ack")["line"]
        seen = desk.until(lambda picture: picture["chat"])["chat"][0]
        assert (seen["held"], seen["shadow"]) == (True, False)
        page.say(type="chat", id="c2", text="обычная строка")
        assert [said["text"] for said in other.hear("tick", having="chat")["chat"]] == ["обычная строка"]
        assert desk.do("release", line=line)["ok"]
        assert [said["text"] for said in other.hear("tick", having="chat")["chat"]] == ["Купите КРИПТУ!"]
        assert desk.do("release", line=line)["error"] == "not_held"
        page.say(type="chat", id="c3", text="Пишите, в личку")
        assert page.hear("ack")["ok"]
    with running(warehouse) as rooms:
        rooms.schedule("S1", starts_in=-1, seconds=3600)
        chat = rooms.guest("S1", "lead-vera").page("p3").hear("hello")["chat"]
        assert [said["text"] for said in chat] == ["Купите КРИПТУ!", "обычная строка"]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("казино", True), ("Казино!", True), ("казинос", False), ("криптовалюта", True), ("ещё", True),
        ("пишите, в ЛИЧКУ", True), ("в личку пишите", False), ("", False),
    ],
)  # fmt: skip
def test_the_words_list_knows_words_stems_and_phrases(text: str, is_found: bool) -> None:  # noqa: FBT001 - a case
    assert stop_words.matches(text, ("казино", "Крипт*", "пишите в личку", "еще")) is is_found
