"""Every frame a guest receives is read: nothing ahead of its time, no source, nobody else's identity."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.events import Offer, Poll, PollOption, ScriptLine
from tests.app.rooms import Page, Rooms, running
from tests.app.test_room_host import console
from tests.patience import PATIENCE_SECONDS
from warehouse.local import LocalWarehouse

FUTURE = (
    ScriptLine(at_seconds=0, author="Марина", text="уже было"),
    ScriptLine(at_seconds=3000, author="Тайна", text="ещё будет"),
)
OFFERS = (
    Offer(offer_id="by-hand", title={"ru": "Секретное предложение"}, button={"ru": "Да"}),
    Offer(offer_id="later", title={"ru": "Позднее предложение"}, button={"ru": "Да"}, show_at_seconds=3000),
)
ANSWERS = (PollOption(option_id="a", text={"ru": "Да"}), PollOption(option_id="b", text={"ru": "Нет"}))
POLLS = (Poll(poll_id="prepared", question={"ru": "Неоткрытый опрос"}, options=ANSWERS),)
SECRETS = (
    "Тайна", "ещё будет", "Секретное", "by-hand", "Позднее", "later", "Неоткрытый", "prepared", "secret/film.mp4",
    "lead-boris", "Борисов", "host@example.org", "lead-muted", "ругань",
)  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_HEARTBEAT_SECONDS", "10")


@pytest.fixture
def rooms(warehouse: LocalWarehouse) -> Iterator[Rooms]:
    with running(warehouse) as opened:
        yield opened


def read_until(page: Page, word: str) -> list[str]:
    """Every frame as it came, up to the one with this word."""
    frames: list[str] = []
    while not frames or word not in frames[-1]:
        frames.append(json.dumps(json.loads(page.socket.recv(timeout=PATIENCE_SECONDS)), ensure_ascii=False))
    return frames


def test_no_frame_tells_a_guest_what_is_not_theirs(rooms: Rooms) -> None:
    more = {"media_url": "secret/film.mp4", "script": FUTURE, "offers": OFFERS, "polls": POLLS}
    rooms.schedule("S1", starts_in=-5, seconds=3600, **more)
    anna = rooms.guest("S1", "lead-anna", "Анна Аннова").page("p1")
    boris = rooms.guest("S1", "lead-boris", "Борис Борисов").page("p2")
    muted = rooms.guest("S1", "lead-muted", "Вера Верова").page("p3")
    told = read_until(anna, "hello")
    for page in (anna, boris, muted):
        page.beat(1)
    desk = console(rooms)
    assert desk.do("poll_open", question="Открытый опрос", options=["Да", "Нет"])["ok"]
    told += read_until(anna, "Открытый опрос")
    poll = json.loads(told[-1])["poll"]["id"]
    boris.say(type="poll", id="v", poll=poll, option="1")
    assert desk.do("mute", guest="lead-muted")["ok"]
    muted.say(type="chat", id="m", text="ругань")
    muted.hear("ack")
    boris.say(type="chat", id="c", text="привет")
    told += read_until(anna, "привет")
    assert desk.do("say", text="последнее слово")["ok"]
    told += read_until(anna, "последнее слово")
    assert "уже было" in told[0]
    assert {secret for secret in SECRETS for frame in told if secret in frame} == set()


def test_answers_and_refusals_and_questions_tell_nothing_either(rooms: Rooms) -> None:
    timed = POLLS[0].model_copy(update={"show_at_seconds": 3000})
    more = {"media_url": "secret/film.mp4", "script": FUTURE, "offers": OFFERS, "polls": (timed,)}
    rooms.schedule("S1", starts_in=-5, seconds=3600, **more)
    anna = rooms.guest("S1", "lead-anna", "Анна Аннова").page("p1")
    boris = rooms.guest("S1", "lead-boris", "Борис Борисов").page("p2")
    muted = rooms.guest("S1", "lead-muted", "Вера Верова").page("p3")
    for page in (anna, boris, muted):
        page.hear("hello")
        page.beat(1)
    desk = console(rooms)
    assert desk.do("mute", guest="lead-muted")["ok"]
    muted.say(type="question", id="m", text="ругань")
    muted.hear("ack")
    boris.say(type="question", id="q", text="Сколько стоит?")
    question = boris.hear("ack")["question"]
    told = read_until(anna, "Сколько стоит?")
    tried: tuple[dict[str, Any], ...] = (
        {"type": "upvote", "question": question},
        {"type": "upvote", "question": "invented"},
        {"type": "chat", "text": "ответ на будущее", "reply": "script-1"},
        {"type": "poll", "poll": POLLS[0].poll_id, "option": "a"},
        {"type": "offer_shown", "offer": "nothing"},
        {"type": "form", "offer": "nothing", "answers": {"name": "Анна"}},
    )
    for number, frame in enumerate(tried):
        anna.say(id=f"w{number}", **frame)
        told += read_until(anna, f'"w{number}"')
    anna.say(type="reaction", kind="heart")
    told += read_until(anna, "reactions")
    assert desk.do("answer", question=question, text="Ответим письмом")["ok"]
    told += read_until(anna, "Ответим письмом")
    told += read_until(rooms.guest("S1", "lead-vera").page("p4"), "hello")
    assert {secret for secret in SECRETS for frame in told if secret in frame} == set()


def test_a_replay_shows_whose_words_no_more_than_the_room_did(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-60, seconds=3600, media_url="secret/film.mp4", offers=OFFERS, polls=POLLS)
    anna, boris = rooms.guest("S1", "lead-anna"), rooms.guest("S1", "lead-boris", "Борис Борисов")
    page = boris.page("p2")
    page.hear("hello")
    page.say(type="chat", id="c", text="до свидания")
    assert page.hear("ack")["ok"]
    rooms.move("S1", starts_in=-60, seconds=60)
    page.watch("over")
    told = read_until(anna.page("r1", use="replay"), "hello")
    assert "до свидания" in told[-1]
    assert {secret for secret in SECRETS if secret in told[-1]} == set()


def test_a_ticket_tells_nothing_of_the_show(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-5, seconds=3600, media_url="secret/film.mp4", script=FUTURE, offers=OFFERS)
    answer = rooms.guest("S1", "lead-anna").ticket().text
    assert {secret for secret in SECRETS if secret in answer} == set()
