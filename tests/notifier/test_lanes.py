"""The lanes with virtual time: ceilings, priorities, silence after a 429, and nobody waiting for somebody else."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from notifier.lanes import Lanes, Limits, Priority


def drain(lanes: Lanes[str], *, until: float = 600.0, answer_seconds: float = 0.05) -> list[tuple[float, str]]:
    """Take everything in virtual time; each message is settled `answer_seconds` after it left."""
    now, sent, settling = 0.0, [], []
    while now < until:
        for at, chat in [entry for entry in settling if entry[0] <= now]:
            lanes.release(chat, now)
            settling.remove((at, chat))
        ticket = lanes.take(now)
        if ticket is not None:
            sent.append((now, ticket.item))
            settling.append((now + answer_seconds, ticket.chat))
            continue
        moments = [at for at, _ in settling] + ([] if (at := lanes.next_at(now)) is None else [at])
        if not moments:
            break
        now = max(now + 1e-6, min(moments))
    return sent


def busiest(times: list[float], window: float) -> int:
    """The most messages in any window of that length."""
    return max(sum(1 for other in times if start <= other < start + window) for start in times)


def test_a_wave_stays_under_thirty_a_second_and_takes_no_longer_than_it_must() -> None:
    lanes: Lanes[str] = Lanes()
    for number in range(200):
        lanes.put(str(number), chat=str(number), priority=Priority.LIVE_NOW)
    sent = drain(lanes)
    times = [at for at, _ in sent]
    assert len(sent) == 200
    assert busiest(times, 1.0) <= 28
    assert times[-1] <= 200 / 25


def test_what_was_held_up_before_the_call_does_not_leave_in_a_crowd() -> None:
    lanes: Lanes[str] = Lanes()
    for number in range(50):
        lanes.put(str(number), chat=str(number), priority=Priority.LIVE_NOW)
    now, taken = 0.0, []
    while len(taken) < 50:
        ticket = lanes.take(now)
        if ticket is None:
            now = max(now + 1e-6, lanes.next_at(now) or 0.0)
        else:
            taken.append(ticket)
    calls = [lanes.call_at(ticket.chat, now + 1.0) for ticket in taken]
    assert busiest(calls, 1.0) <= 28


def test_one_chat_gets_one_message_a_second_while_others_go_on() -> None:
    lanes: Lanes[str] = Lanes()
    for number in range(3):
        lanes.put(f"one-{number}", chat="1", priority=Priority.CRITICAL)
    lanes.put("other", chat="2", priority=Priority.MARKETING)
    sent = {item: at for at, item in drain(lanes)}
    assert sent["other"] < 0.1
    assert sent["one-1"] - sent["one-0"] >= 1
    assert sent["one-2"] - sent["one-1"] >= 1


def test_a_group_gets_twenty_messages_a_minute() -> None:
    lanes: Lanes[str] = Lanes()
    for number in range(45):
        lanes.put(str(number), chat="-100500", priority=Priority.CRITICAL)
    times = [at for at, _ in drain(lanes)]
    assert len(times) == 45
    assert busiest(times, 60.0) <= 20


def test_the_urgent_overtake_the_waiting_and_equals_keep_their_order() -> None:
    lanes: Lanes[str] = Lanes(Limits(burst=1))
    order = [Priority.MARKETING, Priority.TRANSACTIONAL, Priority.CRITICAL, Priority.LIVE_NOW, Priority.REPLY]
    for number, priority in enumerate(order * 2):
        lanes.put(f"{priority.name} {number}", chat=str(number), priority=priority)
    assert [item.split()[0] for _, item in drain(lanes)] == [
        name for name in ("REPLY", "LIVE_NOW", "CRITICAL", "TRANSACTIONAL", "MARKETING") for _ in range(2)
    ]


def test_a_flood_answer_silences_everybody_and_a_shorter_one_does_not_end_it_early() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.put("first", chat="1", priority=Priority.LIVE_NOW)
    lanes.put("second", chat="2", priority=Priority.REPLY)
    lanes.halt(5.0)
    lanes.halt(2.0)
    assert all(at >= 5.0 for at, _ in drain(lanes))


def test_a_chat_that_hangs_holds_nobody_up() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.put("hangs", chat="1", priority=Priority.LIVE_NOW)
    lanes.put("waits behind it", chat="1", priority=Priority.LIVE_NOW)
    lanes.put("free", chat="2", priority=Priority.LIVE_NOW)
    taken = [ticket.item for _ in range(3) if (ticket := lanes.take(100.0))]
    assert taken == ["hangs", "free"]
    assert lanes.next_at(100.0) is None
    lanes.release("1", 130.0)
    ticket = lanes.take(131.0)
    assert ticket is not None
    assert ticket.item == "waits behind it"


def test_a_chat_rests_from_the_answer_for_the_request_may_have_come_late() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.put("first", chat="1", priority=Priority.CRITICAL)
    lanes.put("second", chat="1", priority=Priority.CRITICAL)
    assert lanes.take(100.0)
    lanes.call_at("1", 100.0)
    lanes.answered("1", 100.7)
    lanes.release("1", 100.8)
    assert lanes.take(101.69) is None
    ticket = lanes.take(101.7)
    assert ticket is not None
    assert ticket.item == "second"


@given(
    st.lists(
        st.tuples(st.sampled_from(["1", "2", "3", "-7"]), st.sampled_from(list(Priority)), st.floats(0, 5)), max_size=40
    )
)
def test_nothing_is_lost_or_doubled_and_every_ceiling_holds(puts: list[tuple[str, Priority, float]]) -> None:
    lanes: Lanes[str] = Lanes()
    for number, (chat, priority, not_before) in enumerate(puts):
        lanes.put(f"{number}:{chat}:{not_before}", chat=chat, priority=priority, not_before=not_before)
    assert len(lanes) == len(puts)
    sent = drain(lanes)
    assert sorted(item for _, item in sent) == sorted(f"{n}:{c}:{t}" for n, (c, _, t) in enumerate(puts))
    for chat in ("1", "2", "3", "-7"):
        times = [at for at, item in sent if item.split(":")[1] == chat]
        assert all(later - earlier >= 0.999 for earlier, later in itertools.pairwise(times))
    assert all(at >= float(item.split(":")[2]) for at, item in sent)
    assert len(lanes) == 0
