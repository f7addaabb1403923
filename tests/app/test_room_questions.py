"""Questions, votes, answers, reactions and timed polls and offers over real sockets, and that a restart keeps them."""

import datetime as dtm
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.room import timeline
from app.room.airing import Airing
from app.room.questions import Board
from app.room.reactions import Applause
from domain.events import (
    Emitter,
    Fact,
    Offer,
    OfferLaunched,
    Poll,
    PollClosed,
    PollOpened,
    PollOption,
    QuestionAnswered,
    QuestionAsked,
    QuestionDismissed,
    QuestionUpvoted,
    ReactionsCounted,
)
from domain.webinars import Session
from tests.app.rooms import Browser, Page, Rooms, running
from tests.app.test_room_host import console, joined
from warehouse.interface import Personal
from warehouse.local import LocalWarehouse

ZERO = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)
ANSWERS = (PollOption(option_id="a", text={"ru": "Да"}), PollOption(option_id="b", text={"ru": "Нет"}))
TIMED = Poll(poll_id="p1", question={"ru": "Слышно?"}, options=ANSWERS, show_at_seconds=10, close_at_seconds=30)


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


def ask(page: Page, name: str, text: str) -> dict[str, Any]:
    page.say(type="question", id=name, text=text)
    return page.hear("ack")


def vote(page: Page, question: str) -> dict[str, Any]:
    page.say(type="upvote", id=question[:8], question=question)
    return page.hear("ack")


def listed(rooms: Rooms, name: str, session_id: str = "S1") -> list[dict[str, Any]]:
    return list(rooms.guest(session_id, f"lead-{name}").page(name).hear("hello")["questions"])


def test_a_question_is_asked_wanted_once_by_each_and_answered(rooms: Rooms, anna: Browser) -> None:
    mine, other = joined(anna), joined(rooms.guest("S1", "lead-boris", "Борис"), "p2")
    desk = console(rooms)
    question = ask(mine, "q1", " Будет\nзапись? ")["question"]
    (told,) = other.hear("tick", having="questions")["questions"]
    assert (told["id"], told["author"], told["text"], told["votes"]) == (question, "Анна", "Будет запись?", 0)
    assert [vote(other, question)["ok"], vote(other, question)["ok"]] == [True, True]
    assert vote(mine, question)["error"] == "own_question"
    assert vote(other, "invented")["error"] == "unknown_question"
    queued = desk.until(lambda seen: seen["questions"] and seen["questions"][0]["votes"] == 1)["questions"][0]
    assert (queued["guest"], queued["answer"]) == ("lead-anna", None)
    assert desk.do("answer", question=question, text="Да, завтра")["ok"]
    (shown,) = listed(rooms, "vera")
    assert (shown["votes"], shown["answer"]["text"]) == (1, "Да, завтра")
    facts = [fact.name for fact in rooms.facts("S1")]
    assert (facts.count(QuestionAsked.name), facts.count(QuestionUpvoted.name)) == (1, 1)
    (row,) = rooms.warehouse.people(["lead-anna"], [Personal.QUESTION_TEXT])
    assert row.value == "Будет запись?"
    assert "lead-" not in str(shown)


def test_a_dismissed_question_goes_and_one_answered_on_air_stays(rooms: Rooms, anna: Browser) -> None:
    page, desk = joined(anna), console(rooms)
    first, second = (ask(page, name, name)["question"] for name in ("q1", "q2"))
    assert desk.do("dismiss", question=first)["ok"]
    assert desk.do("answer", question=second)["ok"]
    assert desk.do("answer", question=first)["error"] == "unknown_question"
    assert [(one["id"], one["answer"]["text"]) for one in listed(rooms, "vera")] == [(second, "")]
    gone: set[str] = set()
    while first not in gone:
        gone |= {one["id"] for one in page.hear("tick", having="questions")["questions"] if one.get("gone")}


def test_a_muted_guests_question_is_seen_by_them_and_the_host_only(rooms: Rooms, anna: Browser) -> None:
    page, desk = joined(anna), console(rooms)
    assert desk.do("mute", guest="lead-anna")["ok"]
    question = ask(page, "q1", "никто не видит")["question"]
    assert listed(rooms, "vera") == []
    assert [one["id"] for one in anna.page("p2").hear("hello")["shadow_questions"]] == [question]
    assert desk.until(lambda seen: seen["questions"])["questions"][0]["shadow"] is True


def test_questions_are_refused_when_empty_long_or_too_many(rooms: Rooms, anna: Browser) -> None:
    page = joined(anna)
    errors = [ask(page, str(number), text)["error"] for number, text in enumerate((" ", "x" * 301, "1", "2", "3", "4"))]
    assert errors[:2] == ["empty", "too_long"]
    assert errors[-1] == "too_fast"


def test_a_room_without_questions_takes_none(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-1, seconds=3600, is_question_open=False)
    closed = joined(rooms.guest("S1", "lead-boris"), "p2")
    assert ask(closed, "q", "можно?")["error"] == "questions_closed"


def test_questions_outlive_a_restart_and_a_repeat_is_no_second_one(warehouse: LocalWarehouse) -> None:
    with running(warehouse) as before:
        before.schedule("S1", starts_in=-1, seconds=3600)
        page, desk = joined(before.guest("S1", "lead-anna")), console(before)
        question = ask(page, "q1", "останется?")["question"]
        assert vote(joined(before.guest("S1", "lead-boris"), "p2"), question)["ok"]
        assert desk.do("answer", question=question, text="останется")["ok"]
    with running(warehouse) as after:
        after.schedule("S1", starts_in=-1, seconds=3600)
        page = after.guest("S1", "lead-anna").page("p1")
        hello = page.hear("hello")
        ((shown,), asked) = hello["questions"], hello["asked"]
        assert (shown["author"], shown["text"], shown["votes"]) == ("Анна", "останется?", 1)
        assert (shown["answer"]["text"], asked) == ("останется", [question])
        assert ask(page, "q1", "останется?")["question"] == question
        assert after.guest("S1", "lead-boris").page("p9").hear("hello")["voted"] == [question]
        assert [fact.name for fact in after.facts("S1")].count(QuestionAsked.name) == 1


def question_facts() -> list[Fact]:
    place = {"webinar_id": "w", "session_id": "S1"}

    def tracked(event: Any, lead: str) -> Fact:
        return Fact.of(event, emitter=Emitter.TRACKER, occurred_at=ZERO, lead_id=lead, **place)

    votes = [tracked(QuestionUpvoted(question_id="q"), lead) for lead in ("b", "c", "c")]
    done = QuestionAnswered(action_id="a", by="host", question_id="q")
    return [
        tracked(QuestionAsked(action_id="q"), "a"),
        *votes,
        Fact.of(done, emitter=Emitter.STUDIO, occurred_at=ZERO, **place),
    ]


@given(st.permutations(question_facts()[1:]))
def test_votes_and_answers_count_the_same_in_any_order(later: list[Fact]) -> None:
    board = Board(texts={"q": "вопрос"})
    board.take_all([question_facts()[0], *later])
    (shown,) = board.standing()
    assert (shown["votes"], shown["answer"]) == (2, {"said": round(ZERO.timestamp() * 1000), "text": ""})
    board.take_all([Fact.of(QuestionDismissed(action_id="d", by="h", question_id="q"), emitter=Emitter.STUDIO,
                            occurred_at=ZERO, webinar_id="w", session_id="S1")])  # fmt: skip
    assert board.standing() == []


def test_reactions_are_numbers_for_everybody_and_one_fact_when_the_room_empties(rooms: Rooms, anna: Browser) -> None:
    page, other = joined(anna), joined(rooms.guest("S1", "lead-boris"), "p2")
    for kind in ("heart", "heart", "dance"):
        page.say(type="reaction", kind=kind)
    other.say(type="reaction", kind="heart")
    seen = 0
    while seen < 2:
        seen += page.hear("tick", having="reactions")["reactions"]["heart"]
    assert seen == 2
    for opened in (page, other):
        opened.say(type="bye", position=1, playing=True, page="p1" if opened is page else "p2")
    (fact,) = [f for f in rooms.facts("S1", until=ReactionsCounted.name) if f.name == ReactionsCounted.name]
    assert (fact.lead_id, fact.as_event(ReactionsCounted).counts) == (None, {"heart": 2})


def test_applause_is_stated_once_a_minute() -> None:
    applause, session = Applause(), Session("S1", "w", "auto", ZERO, 3600)
    for second in range(0, 120, 10):
        applause.count("like", ZERO + dtm.timedelta(seconds=second))
    assert applause.due(session, ZERO + dtm.timedelta(seconds=59)) == []
    (fact,) = applause.due(session, ZERO + dtm.timedelta(seconds=60))
    assert fact.as_event(ReactionsCounted).counts == {"like": 12}
    assert applause.due(session, ZERO + dtm.timedelta(seconds=180), is_last=True) == []


def fired(airing: Airing, *seconds: float) -> list[str]:
    """What the clock does at these seconds, folded as it happens."""
    session, names = Session("S1", "w", "auto", ZERO, 3600), []
    for second in seconds:
        facts = timeline.due(airing, (TIMED,), session, ZERO + dtm.timedelta(seconds=second))
        airing.take_all(facts)
        names += [fact.name for fact in facts]
    return names


@given(st.lists(st.floats(0, 60), min_size=1, max_size=20))
def test_a_timed_poll_opens_and_closes_once_however_often_one_looks(seconds: list[float]) -> None:
    looked = sorted(seconds)
    is_seen_open = any(10 <= second < 30 for second in looked)
    expected = [PollOpened.name] * is_seen_open + [PollClosed.name] * (is_seen_open and looked[-1] >= 30)
    assert fired(Airing(), *looked) == expected


def test_a_room_that_opens_anew_states_the_same_facts() -> None:
    session, now = Session("S1", "w", "auto", ZERO, 3600), ZERO + dtm.timedelta(seconds=12)
    first, second = (timeline.due(Airing(), (TIMED,), session, at) for at in (now, now + dtm.timedelta(seconds=9)))
    assert [(fact.event_id, fact.occurred_at) for fact in first] == [
        (fact.event_id, fact.occurred_at) for fact in second
    ]


def test_a_poll_the_host_opens_once_more_is_not_closed_by_the_clock() -> None:
    airing = Airing()
    fired(airing, 12, 31)
    again = PollOpened(action_id="x", by="host", poll=TIMED)
    airing.take(
        Fact.of(
            again, emitter=Emitter.STUDIO, occurred_at=ZERO + dtm.timedelta(seconds=40), webinar_id="w", session_id="S1"
        )
    )
    assert fired(airing, 41, 50) == []
    assert airing.ballot is not None
    assert airing.ballot.is_open


def test_a_timed_poll_is_on_the_screen_answered_and_kept_over_a_restart(warehouse: LocalWarehouse) -> None:
    poll = TIMED.model_copy(update={"show_at_seconds": 1, "close_at_seconds": None})
    with running(warehouse) as before:
        before.schedule("S1", starts_in=-2, seconds=3600, polls=(poll,))
        page = joined(before.guest("S1", "lead-anna"))
        page.say(type="poll", id="v", poll="p1", option="a")
        assert page.hear("ack")["ok"]
    with running(warehouse) as after:
        after.schedule("S1", starts_in=-2, seconds=3600, polls=(poll,))
        hello = after.guest("S1", "lead-boris").page("p2").hear("hello")
        assert [option["votes"] for option in hello["poll"]["options"]] == [1, 0]
        opened = [fact for fact in after.warehouse.facts_of(session_ids=["S1"]) if fact.name == PollOpened.name]
        assert len(opened) == 1


def test_an_offer_says_until_when_it_stands(rooms: Rooms) -> None:
    offers = (
        Offer(offer_id="o1", title={"ru": "По часам"}, button={"ru": "Да"}, show_at_seconds=0, hide_at_seconds=600),
        Offer(
            offer_id="o2", title={"ru": "Рукой"}, button={"ru": "Да"}, stands_seconds=300, fields=("name", "contact")
        ),
    )
    starts_at = rooms.schedule("S1", starts_in=-1, seconds=3600, offers=offers)
    page, desk = rooms.guest("S1", "lead-anna").page("p1"), console(rooms)
    (timed,) = page.hear("hello")["offers"]
    assert timed["until"] == round((starts_at + dtm.timedelta(seconds=600)).timestamp() * 1000)
    assert desk.do("offer_launch", offer="o2")["ok"]
    launched = page.hear("tick", having="offers")["offers"][1]
    assert launched["fields"] == ["name", "contact"]
    (fact,) = [f for f in rooms.warehouse.facts_of(session_ids=["S1"]) if f.name == OfferLaunched.name]
    assert launched["until"] == round((fact.occurred_at + dtm.timedelta(seconds=300)).timestamp() * 1000)


def test_an_offer_launched_by_hand_goes_when_its_time_is_up() -> None:
    offer = Offer(offer_id="o", title={}, button={}, stands_seconds=60)
    airing = Airing(offers={"o": ZERO})
    seen = [airing.standing([offer], [], ZERO + dtm.timedelta(seconds=second)) for second in (1, 59, 60)]
    assert [bool(stands) for stands in seen] == [True, True, False]


def test_a_form_keeps_only_what_the_offer_asks_for(rooms: Rooms) -> None:
    offer = Offer(offer_id="o1", title={"ru": "О"}, button={"ru": "Да"}, show_at_seconds=0, fields=("name",))
    rooms.schedule("S1", starts_in=-1, seconds=3600, offers=(offer,))
    page: Page = joined(rooms.guest("S1", "lead-anna"))
    page.say(type="form", id="f1", offer="o1", answers={"contact": "не спрашивали"})
    assert page.hear("ack")["error"] == "empty"
    page.say(type="form", id="f2", offer="o1", answers={"name": "Анна", "contact": "не спрашивали"})
    assert page.hear("ack")["ok"]
    (row,) = rooms.warehouse.people(["lead-anna"], [Personal.FORM_ANSWERS])
    assert row.value == '{"name": "Анна"}'
