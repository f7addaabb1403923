"""What must hold after an episode: the log's story of every message against what the Bot API server really saw."""

import datetime as dtm
import json
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.botapi.telegram_state import Call
from tests.kills.episode import WRITERS, Episode

CLOCKS_APART_SECONDS = 0.05
"""Silence is kept by the monotonic clock and stated by the wall's."""


@dataclass(frozen=True)
class Story:
    """One message: how its attempts ended, and how often it reached the screen."""

    key: str
    outcomes: tuple[str, ...]
    received: int

    @property
    def sent(self) -> int:
        return self.outcomes.count("message_sent")

    @property
    def uncertain(self) -> int:
        return self.outcomes.count("message_uncertain")


def judge(episode: Episode, facts: list[Any], texts: list[dict[str, Any]], calls: list[Call]) -> list[Story]:
    """Assert everything; returns the stories for the sum over all episodes."""
    called, keys = [call for call in calls if call.method == "sendMessage"], _keys(texts)
    sends = [call for call in called if not _is_answer(call, keys)]
    stories = _stories(facts, texts, sends)
    for story in stories:
        assert story.sent <= story.received <= story.sent + story.uncertain, story
        assert story.received <= 1, f"twice on the screen: {story}"
        assert len(story.outcomes) >= 1, f"never settled: {story}"
    _everybody_was_considered(episode, facts)
    _staff_is_told_once(episode, facts)
    _ceilings_hold(called, sends)
    _silence_holds(facts, sends, _keys(texts))
    return stories


def _stories(facts: list[Any], texts: list[dict[str, Any]], sends: list[Call]) -> list[Story]:
    keys = _keys(texts)
    received = Counter(keys[_seen(call)] for call in sends if call.delivered)
    assert all(_seen(call) in keys for call in sends), "a call nobody recorded before making it"
    final: dict[str, list[str]] = {}
    for fact in facts:
        if fact.name == "message_planned":
            final.setdefault(fact.properties["message_key"], [])
        elif fact.name in {
            "message_sent",
            "message_uncertain",
            "message_failed",
            "message_withheld",
        } and not fact.properties.get("retry_at"):
            final.setdefault(fact.properties["message_key"], []).append(fact.name)
    return [Story(key, tuple(outcomes), received[key]) for key, outcomes in final.items()]


def _keys(texts: list[dict[str, Any]]) -> dict[tuple[str, ...], str]:
    """What each recorded attempt looks like on the wire → its message. Personal links make every attempt unique."""
    found = {}
    for row in texts:
        body = json.loads(row["value"])
        found[(body["text"], *(button["url"] for button in body["buttons"] if button["url"]))] = row["ref"]
    return found


def _seen(call: Call) -> tuple[str, ...]:
    rows = json.loads(call.params.get("reply_markup") or "{}").get("inline_keyboard", [])
    return (call.params["text"], *(button["url"] for row in rows for button in row if button.get("url")))


def _everybody_was_considered(episode: Episode, facts: list[Any]) -> None:
    """Nothing is lost: a welcome and a confirmation were decided for everybody who came."""
    choices = [fact for fact in facts if fact.name in {"message_planned", "message_skipped"}]
    decided = Counter(fact.lead_id for fact in choices if fact.lead_id)
    short = [lead for lead, least in episode.people.items() if decided[lead] < least]
    assert not short, f"{len(short)} of {len(episode.people)} people were forgotten"
    strangers = decided.keys() - episode.people.keys()
    assert len(strangers) == episode.strangers, f"{len(strangers)} leads came of {episode.strangers} strangers"


def _staff_is_told_once(episode: Episode, facts: list[Any]) -> None:
    """However many observers say it and whoever dies: one message a failure, one for the end of the one that ended."""
    planned = [fact for fact in facts if fact.name == "message_planned" and fact.properties["recipient"] == "staff"]
    told = Counter((fact.correlation_id, fact.properties["template"]) for fact in planned)
    assert max(told.values(), default=1) == 1, f"told again: {told}"
    assert len(planned) <= len(episode.failing) + 1, f"{len(planned)} messages of {len(episode.failing)} failures"


def _is_answer(call: Call, keys: dict[tuple[str, ...], str]) -> bool:
    """An answer to somebody who writes: no message of a scenario, and the log does not know it."""
    return (call.chat_id or 0) >= WRITERS and _seen(call) not in keys


def _ceilings_hold(called: list[Call], sends: list[Call]) -> None:
    times = sorted(call.at for call in called)
    busiest = max((bisect_right(times, start + 0.999) - number for number, start in enumerate(times)), default=0)
    assert busiest <= 30, f"{busiest} calls in one second"
    by_chat: dict[int | None, float] = {}
    for call in sorted((call for call in sends if (call.chat_id or 0) < WRITERS), key=lambda call: call.at):
        gap = call.at - by_chat.get(call.chat_id, call.at - 10)
        assert gap > 0.9, f"chat {call.chat_id}: {gap:.2f} s between two calls"
        by_chat[call.chat_id] = call.at


def _silence_holds(facts: list[Any], sends: list[Call], keys: dict[tuple[str, ...], str]) -> None:
    """Nothing is announced and sent while a 429 that the log knows of is served.

    Judged by the order of the log, not by how long an answer took: a call announced before was in flight, and a 429
    that died with its process is unknowable.
    """
    announced: dict[str, list[Any]] = {}
    for fact in facts:
        if fact.name == "message_sending":
            announced.setdefault(fact.properties["message_key"], []).append(fact)
    floods = [
        fact for fact in facts if fact.name == "message_failed" and fact.properties["code"] == "too_many_requests"
    ]
    for call in sends:
        before = [fact for fact in announced[keys[_seen(call)]] if fact.recorded_at.timestamp() <= call.unix_at]
        for flood in floods:
            silent_until = dtm.datetime.fromisoformat(flood.properties["retry_at"]).timestamp()
            if flood.seq < before[-1].seq:
                assert call.unix_at >= silent_until - CLOCKS_APART_SECONDS, f"{call} while {flood} is served"
