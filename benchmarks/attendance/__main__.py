"""`python -m benchmarks.attendance [--quick]`: verdicts a second, from scratch and for each further interval.

The baseline is the least that anybody could do: one pass over ready pairs of numbers that adds up their union. Every
figure is beside it as a ratio, measured in turn in the same run, so that a busy machine slows both alike.
"""

import argparse
import datetime as dtm
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.attendance import people
from domain.attendance import classify, facts_of
from domain.events import Fact
from domain.reaction import react
from domain.webinars import Schedule

INTERVALS = 200
AFTER = people.START + dtm.timedelta(days=1)
WORLD = people.programme()
SESSION = WORLD.sessions[people.SESSION]
WEBINAR = WORLD.webinars[people.WEBINAR]

Histories = Sequence[list[Fact]]


@dataclass(slots=True)
class Clock:
    """Seconds that each way took, over all leads."""

    seconds: dict[str, float] = field(default_factory=dict)

    def measure(self, name: str, work: Callable[[], object]) -> None:
        """Run it once and add up its time."""
        began = time.perf_counter()
        work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attendance", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="500 leads instead of 10,000")
    parser.add_argument("--leads", type=int, default=0, help="another number of leads")
    given = parser.parse_args(arguments)
    leads = given.leads or (500 if given.quick else 10_000)
    clock, dice = Clock(), random.Random(20260304)  # noqa: S311 - a benchmark must be repeatable
    for number in range(leads):
        one_lead(people.history(number, INTERVALS, dice), clock)
    print(f"A session of {leads:,} leads × {INTERVALS} presence intervals, one core\n")
    base = clock.seconds["plain"]
    for name, words in WORDS.items():
        seconds = clock.seconds[name]
        ratio = f"{seconds / base:6.1f} × the plain union" if name != "plain" else "baseline"
        print(f"{words:<64} {leads / seconds:>9,.0f}/s   {ratio}", flush=True)


WORDS = {
    "plain": "plain union of ready numbers, no rules",
    "verdict": "verdict from scratch: facts → union → outcome → reasons",
    "react": "whole reaction from scratch: verdict, route, scenarios, messages",
    "again": "whole reaction, one interval more on air (the verdict stands)",
    "late": "whole reaction, a late interval after the end (a new verdict)",
}


def one_lead(history: list[Fact], clock: Clock) -> None:
    """Every way, in turn, for one lead."""
    pairs = [_pair(fact) for fact in history if fact.name == "client_webinar_watched"]
    clock.measure("plain", lambda: plain_union(pairs))
    clock.measure("verdict", lambda: classify(facts_of(history, SESSION, WEBINAR), WEBINAR.policy, is_final=True))
    clock.measure("react", lambda: react(history, WORLD, AFTER))
    newest = max(fact.occurred_at for fact in history[:-1])
    before = _settled(history[:-1], WORLD, newest)
    clock.measure("again", lambda: react([*before, history[-1]], WORLD, history[-1].occurred_at))
    over = _settled(history[:-1], WORLD, AFTER)
    clock.measure("late", lambda: react([*over, history[-1]], WORLD, AFTER))


def plain_union(pairs: Sequence[tuple[float, float]]) -> float:
    """Seconds covered by the pairs, clipped to the session."""
    total = end = 0.0
    for since, until in sorted(pairs):
        a, b = max(since, end, 0.0), min(until, people.SECONDS)
        if b > a:
            total += b - a
            end = b
    return total


def _pair(fact: Fact) -> tuple[float, float]:
    return fact.properties["from_position_seconds"], fact.properties["to_position_seconds"]


def _settled(history: list[Fact], world: Schedule, now: dtm.datetime) -> list[Fact]:
    """The log when the reaction has had its say."""
    return [*history, *react(history, world, now).facts]


if __name__ == "__main__":
    main()
