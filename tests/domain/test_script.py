"""A live session becomes a script: what is in it, what is left out, and that the order of arrival changes nothing."""

import datetime as dtm
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import script
from domain.events import (
    ChatModerated,
    ChatPosted,
    Emitter,
    Event,
    Fact,
    HostPosted,
    MessagePinned,
    Offer,
    OfferHidden,
    OfferLaunched,
    Poll,
    PollClosed,
    PollOpened,
    PollOption,
    ScriptEntry,
    ScriptLine,
    WebinarConfigured,
)

ZERO = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)
POLL = Poll(
    poll_id="q1",
    question={"ru": "Слышно?"},
    options=(PollOption(option_id="1", text={"ru": "Да"}), PollOption(option_id="2", text={"ru": "Нет"})),
)
DEFINITION = WebinarConfigured(
    action_id="a",
    slug="live",
    title={"ru": "Эфир"},
    duration_seconds=600,
    host_name="Глеб Примеров",
    mode="live",
    offers=(
        Offer(offer_id="timed", title={"ru": "К"}, button={"ru": "Хочу"}, show_at_seconds=100, hide_at_seconds=200),
        Offer(offer_id="hand", title={"ru": "Р"}, button={"ru": "Хочу"}),
    ),
)


def hosted(event: Event, second: float) -> Fact:
    at = ZERO + dtm.timedelta(seconds=second)
    return Fact.of(event, emitter=Emitter.STUDIO, occurred_at=at, webinar_id="w", session_id="S")


def said(lead: str, name: str, second: float) -> Fact:
    at = ZERO + dtm.timedelta(seconds=second)
    event = ChatPosted(action_id=name, position_seconds=max(0, second))
    return Fact.of(event, emitter=Emitter.TRACKER, occurred_at=at, lead_id=lead, webinar_id="w", session_id="S")


def moderated(name: str, deed: str, second: float, **about: str) -> Fact:
    return hosted(ChatModerated(action_id=name, by="h", deed=deed, **about), second)  # type: ignore[arg-type]


EVENING = [
    said("anna", "early", -30),
    said("anna", "hello", 5),
    said("boris", "spam", 6),
    said("boris", "fine", 8),
    moderated("m1", "line_deleted", 9, line_id="spam"),
    hosted(HostPosted(action_id="welcome", by="host@example.org"), 10),
    hosted(MessagePinned(action_id="p1", by="h", line_id="welcome"), 11),
    hosted(MessagePinned(action_id="p2", by="h", line_id="spam"), 12),
    moderated("m2", "guest_muted", 20, guest_id="boris"),
    said("boris", "unheard", 25),
    moderated("m3", "guest_unmuted", 30, guest_id="boris"),
    said("boris", "heard", 35),
    said("vera", "held", 40),
    moderated("m4", "line_held", 40, line_id="held"),
    said("vera", "let-in", 41),
    moderated("m5", "line_held", 41, line_id="let-in"),
    moderated("m6", "line_released", 50, line_id="let-in"),
    hosted(PollOpened(action_id="o1", by="h", poll=POLL), 60),
    hosted(PollClosed(action_id="c1", by="h", poll_id="q1"), 90),
    hosted(PollClosed(action_id="c2", by="h", poll_id="q1", is_put_away=True), 95),
    hosted(OfferLaunched(action_id="l1", by="h", offer_id="hand"), 120),
    hosted(OfferHidden(action_id="h1", by="h", offer_id="timed"), 150),
    said("anna", "late", 700),
    said("gleb", "forgotten", 61),
]
TEXTS = {
    (fact.lead_id or "host@example.org", fact.properties["action_id"])
    for fact in EVENING
    if fact.name in {ChatPosted.name, HostPosted.name} and fact.lead_id != "gleb"
}


def record(naming: script.Naming = "pseudonym", facts: Sequence[Fact] = EVENING) -> script.Recording:
    return script.recorded(facts, DEFINITION, opens_at=ZERO, length_seconds=600, naming=naming, texts=TEXTS)


def test_the_script_holds_what_everybody_saw_in_its_order() -> None:
    told = [(entry.at_seconds, entry.kind, entry.ref or entry.target) for entry in record().entries]

    assert told == [
        (5, "line", "hello"), (8, "line", "fine"), (10, "line", "welcome"), (11, "pin", "welcome"),
        (35, "line", "heard"), (41, "line", "let-in"),
        (60, "poll_open", "q1"), (90, "poll_close", "q1"), (95, "poll_away", "q1"),
        (100, "offer_show", "timed"), (120, "offer_show", "hand"), (150, "offer_hide", "timed"),
    ]  # fmt: skip
    # early, spam, unheard, held, late, forgotten
    assert record().left_out == 6


def test_a_muted_guests_seat_beside_the_leads_own_is_unheard_and_the_lead_is_not() -> None:
    at = ZERO + dtm.timedelta(seconds=25)
    event = ChatPosted(action_id="beside", position_seconds=25, seat="strangers-seat")
    beside = Fact.of(event, emitter=Emitter.TRACKER, occurred_at=at, lead_id="anna", webinar_id="w", session_id="S")
    mute = moderated("m0", "guest_muted", 20, guest_id="anna:strangers-seat")
    facts = [mute, beside, said("anna", "hello", 26)]
    told = script.recorded(
        facts, DEFINITION, opens_at=ZERO, length_seconds=600, naming="keep", texts=TEXTS | {("anna", "beside")}
    )
    assert [entry.ref for entry in told.entries if entry.kind == "line"] == ["hello"]


def test_no_word_and_no_name_of_a_guest_stands_in_the_entries() -> None:
    entries = record("keep").entries
    assert {entry.text for entry in entries} == {""}
    assert {entry.author for entry in entries if not entry.is_host} == {""}
    assert all(entry.is_simulated for entry in entries)


@pytest.mark.parametrize(("naming", "names"), [("pseudonym", ["Алина", "Борис", "Вера"]), ("anonymous", ["Гость"] * 3)])
def test_guests_are_called_otherwise_and_each_always_the_same(naming: script.Naming, names: list[str]) -> None:
    authors = {entry.subject_id: entry.author for entry in record(naming).entries if entry.kind == "line"}
    assert [authors[lead] for lead in ("anna", "boris", "vera")] == names
    assert authors["host@example.org"] == "Глеб Примеров"


@given(st.permutations(EVENING))
def test_the_order_of_arrival_changes_nothing(facts: list[Fact]) -> None:
    assert record(facts=facts) == record()


@given(st.lists(st.floats(0, 600, allow_nan=False), max_size=30), st.integers(0, 900))
def test_later_and_back_is_where_it_was(seconds: list[float], shift: int) -> None:
    entries = script.in_order(
        ScriptEntry(entry_id=str(number), at_seconds=round(at, 1), kind="line", author="А", text="т")
        for number, at in enumerate(seconds)
    )
    later, lost = script.moved(entries, shift)
    assert lost == 0
    assert script.moved(later, -shift) == (entries, 0)


def test_what_falls_off_the_beginning_is_counted_and_the_scene_stands() -> None:
    kept, lost = script.moved(record().entries, -100)
    assert lost == 5
    assert [(entry.at_seconds, entry.kind) for entry in kept] == [
        (0, "pin"), (0, "poll_open"), (0, "poll_close"), (0, "poll_away"), (0, "offer_show"), (20, "offer_show"),
        (50, "offer_hide"),
    ]  # fmt: skip
    assert script.faults(kept, DEFINITION) == {"p1": "no_such_line"}


def test_a_line_is_forgotten_with_its_author_even_when_it_was_edited() -> None:
    entries = record("keep").entries
    texts = {key: f"слова {key[1]}" for key in TEXTS}
    names = {("anna", ""): "Анна", ("boris", ""): "Борис", ("vera", ""): "Вера"}
    full = script.filled(entries, texts, names)
    assert full[0].text == "слова hello"
    assert full[0].author == "Анна"
    edited = (full[0].model_copy(update={"text": "иначе"}), *full[1:])
    stored, changed = script.emptied(edited, texts, names, lambda: "new")
    assert changed == {("anna", "new"): "иначе"}
    assert {entry.text for entry in stored} == {""}
    assert stored[0].author == ""
    assert script.filled(stored, texts | changed, names) == (edited[0].model_copy(update={"ref": "new"}), *edited[1:])
    without_anna = {key: text for key, text in (texts | changed).items() if key[0] != "anna"}
    assert all(entry.subject_id != "anna" for entry in script.filled(stored, without_anna, names))


def test_a_second_shows_what_a_late_guest_finds() -> None:
    entries = record().entries
    moment = script.at_second(entries, 92)
    assert [line.ref for line in moment.lines] == ["hello", "fine", "welcome", "heard", "let-in"]
    assert (moment.poll and moment.poll.target, moment.is_poll_open) == ("q1", False)
    assert moment.offers == ()
    assert moment.pinned is not None
    assert moment.pinned.ref == "welcome"
    assert script.at_second(entries, 130).offers == ("timed", "hand")
    assert script.at_second(entries, 160).poll is None


def test_offers_get_the_times_of_the_script() -> None:
    timed, by_hand = script.timed_offers(record().entries, DEFINITION.offers)
    assert (timed.show_at_seconds, timed.hide_at_seconds) == (100, 150)
    assert (by_hand.show_at_seconds, by_hand.hide_at_seconds) == (120, None)
    assert [offer.show_at_seconds for offer in script.timed_offers((), DEFINITION.offers)] == [None, None]


def test_what_cannot_play_is_told() -> None:
    entries = (
        ScriptEntry(entry_id="a", at_seconds=1, kind="offer_show", target="gone"),
        ScriptEntry(entry_id="b", at_seconds=2, kind="pin", target="nobody-said"),
        ScriptEntry(entry_id="c", at_seconds=3, kind="poll_close", target="q1"),
        ScriptEntry(entry_id="d", at_seconds=601, kind="line", author="А", text="поздно"),
    )
    assert script.faults(entries, DEFINITION) == {
        "a": "no_such_offer", "b": "no_such_line", "c": "poll_not_open", "d": "after_the_end",
    }  # fmt: skip


def test_the_lines_a_webinar_was_configured_with_play_until_a_script_is_saved() -> None:
    lines = (ScriptLine(at_seconds=9, author="Б", text="два"), ScriptLine(at_seconds=3, author="А", text="раз"))
    entries = script.of_definition(DEFINITION.model_copy(update={"script": lines}))
    assert [(entry.entry_id, entry.text) for entry in entries] == [("script-1", "раз"), ("script-0", "два")]
