"""The examples of docs/attendance.md, run: what the page says by hand is what the rules say."""

import datetime as dtm
import re
from pathlib import Path
from typing import get_args

import pytest

from domain import events
from domain.attendance import classify, facts_of, minimum_seconds
from domain.events import AttendancePolicy, Emitter, Event, Fact, Offer, Outcome, WebinarConfigured
from domain.reasons import as_clock
from domain.webinars import Session, Webinar

PAGE = (Path(__file__).parent.parent / "docs" / "attendance.md").read_text(encoding="utf-8")
ZERO = dtm.datetime(2026, 3, 4, 15, tzinfo=dtm.UTC)
OFFER = Offer(offer_id="o", title={}, button={}, show_at_seconds=2400)
ACTS: dict[str, Event] = {
    "click": events.OfferClicked(action_id="c", offer_id="o"),
    "form": events.FormSubmitted(visit_no=1, offer_id="o"),
    "recording": events.ReplayWatched(
        connection="r",
        from_at=ZERO + dtm.timedelta(hours=3),
        to_at=ZERO + dtm.timedelta(hours=4),
        from_position_seconds=0,
        to_position_seconds=3600,
    ),
}


def table(title: str) -> list[list[str]]:
    """The rows of the table under a heading."""
    lines = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return rows[2:]


def seconds(text: str) -> int:
    minutes, rest = text.lstrip("−").split(":")
    return (int(minutes) * 60 + int(rest)) * (-1 if text.startswith("−") else 1)


def fact(event: Event) -> Fact:
    return Fact.of(event, emitter=Emitter.TRACKER, occurred_at=ZERO, lead_id="l", webinar_id="w", session_id="s")


def presence(text: str) -> list[Fact]:
    found = []
    for number, (since, until) in enumerate(re.findall(r"(−?\d+:\d\d)–(−?\d+:\d\d)", text)):
        a, b = (ZERO + dtm.timedelta(seconds=seconds(at)) for at in (since, until))
        interval = events.Watched(
            connection=str(number), from_at=a, to_at=b, from_position_seconds=0, to_position_seconds=0
        )
        found.append(fact(interval))
    return found


EXAMPLES = table("Examples, computed by hand")


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{row[0]} {row[1]} {row[2]} {row[3]}" for row in EXAMPLES])
def test_an_example_of_the_page_is_true(example: list[str]) -> None:
    length, stretches, acts, numbers, watched, needed, status, outcome = example
    minutes, share, completion = (float(number) for number in numbers.split("/"))
    policy = AttendancePolicy(attended_minutes=minutes, attended_share=share / 100, completed_share=completion / 100)
    offers = (OFFER,) if length == "60:00" else ()
    webinar = Webinar(
        "w", WebinarConfigured(action_id="1", slug="w", title={}, duration_seconds=60, offers=offers, policy=policy)
    )
    told = [*presence(stretches), *(fact(ACTS[act]) for act in acts.split(", ") if act)]
    facts = facts_of(told, Session("s", "w", "auto", ZERO, seconds(length)), webinar)
    verdict = classify(facts, policy, is_final=True)
    assert verdict is not None
    said = (_clock(facts.watched_seconds), _clock(minimum_seconds(facts, policy)), verdict.status, verdict.outcome)
    assert said == (watched, needed, status, outcome)


def _clock(value: float) -> str:
    """60:00, not 1:00:00: the page counts minutes."""
    text = as_clock(value)
    return text if text.count(":") == 1 else f"{int(value) // 60}:{int(value) % 60:02}"


def test_there_are_examples_of_every_outcome_and_every_outcome_is_explained() -> None:
    outcomes = set(get_args(Outcome)) - {"watching"}
    assert {row[-1] for row in EXAMPLES} == outcomes
    assert {row[0].strip("`") for row in table("The nine outcomes")} == outcomes
    assert len(outcomes) == 9


def test_the_page_names_the_default_policy() -> None:
    policy = AttendancePolicy()
    words = (
        f"`v1`): {policy.attended_minutes:g} minutes, {policy.attended_share * 100:g} %, "
        f"completion {policy.completed_share * 100:g} %, grace {policy.grace_minutes:g} minutes."
    )
    assert words in PAGE
