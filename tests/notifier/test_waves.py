"""10,000 reminders to distinct chats: in virtual time at Telegram's pace, and the queue's ETA while they wait."""

import asyncio
import datetime as dtm
import heapq
import itertools

from app.shared import telegram
from app.shared.warehouse import Connection
from domain.scenarios import CURRENT
from domain.waves import early_by
from notifier.lanes import Lanes, Limits, Priority
from tests.notifier.house import House, now

PEOPLE = 10_000
MINIMUM_SECONDS = PEOPLE / Limits().per_second


def sent(lanes: Lanes[int], *, answer_seconds: float = 0.1) -> list[float]:
    """When each message leaves, in virtual seconds; each is settled a little later."""
    now, left, settling = 0.0, [], list[tuple[float, str]]()
    while True:
        while settling and settling[0][0] <= now:
            lanes.release(heapq.heappop(settling)[1], now)
        ticket = lanes.take(now)
        if ticket is not None:
            at = lanes.call_at(ticket.chat, now)
            left.append(at)
            heapq.heappush(settling, (at + answer_seconds, ticket.chat))
            continue
        moments = [settling[0][0]] if settling else []
        moments += [] if (again := lanes.next_at(now)) is None else [again]
        if not moments:
            return sorted(left)
        now = max(now + 1e-6, min(moments))


def test_ten_thousand_due_at_once_finish_within_a_tenth_over_the_minimum() -> None:
    lanes: Lanes[int] = Lanes()
    for number in range(PEOPLE):
        lanes.put(number, chat=str(number), priority=Priority.CRITICAL)
    times = sent(lanes)
    assert len(times) == PEOPLE
    assert times[-1] - times[0] <= 1.1 * MINIMUM_SECONDS
    assert max(b - a for a, b in itertools.pairwise(times)) < 1
    assert all(times[number + 30] - times[number] > 1 for number in range(PEOPLE - 30))


def test_a_wave_that_starts_early_is_over_when_it_is_due() -> None:
    step = next(step for step in CURRENT["session"].steps if step.key == "reminder_1h")
    anchor = 2 * MINIMUM_SECONDS
    lanes: Lanes[int] = Lanes()
    for number in range(PEOPLE):
        early = early_by(f"lead-{number}", step.key, PEOPLE, step.at_most_early).total_seconds()
        lanes.put(number, chat=str(number), priority=Priority.CRITICAL, not_before=anchor - early)
    times = sent(lanes)
    assert times[0] >= anchor - MINIMUM_SECONDS
    assert times[-1] - times[0] <= 1.1 * MINIMUM_SECONDS
    assert times[-1] <= anchor + 0.02 * MINIMUM_SECONDS


async def _queue(house: House) -> telegram.Queue:
    return await telegram.queue(Connection(house.warehouse), now=now())


def test_the_page_is_told_how_many_wait_and_how_long_that_takes(dry_house: House) -> None:
    dry_house.a_webinar()
    leads = [dry_house.a_lead(f"Гость {number}", chat=10**12 + number, is_registered=False) for number in range(8)]
    for lead in leads:
        dry_house.plan(lead)
    dry_house.limits = Limits(per_second=0.5)
    dry_house.start()
    for _ in range(100):
        queue = asyncio.run(_queue(dry_house))
        if queue.waiting:
            break
        dry_house.warehouse.facts_after(10**9, wait_seconds=0.1)
    assert 1 <= queue.waiting <= 8
    later = now() + dtm.timedelta(minutes=1)
    stale = asyncio.run(telegram.queue(Connection(dry_house.warehouse), now=later))
    assert stale.waiting == 0, "what a notifier said a minute ago holds no more"
    assert queue.eta_seconds >= queue.waiting / 0.5
