"""The questions of one session, folded from its facts: what was asked, how many ask it too, what came of it.

Pure and replayable like `airing`. Texts and names are no part of facts: they are put beside them by their ids, and a
question without a text (its author was forgotten) is shown to nobody. Everybody is told numbers, nobody who voted.
"""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.room.stage import millis
from domain.events import Fact, QuestionAnswered, QuestionAsked, QuestionDismissed, QuestionUpvoted

QUESTIONED = frozenset(event.name for event in (QuestionAsked, QuestionUpvoted, QuestionAnswered, QuestionDismissed))
"""Facts the fold needs."""
TOLD = 50
"""Questions a newcomer is given."""
VOTES_EVERY = dtm.timedelta(seconds=1)


@dataclass(slots=True)
class Question:
    """One question."""

    question_id: str
    guest: str
    """Key of the seat it was asked from."""
    asked_at: dtm.datetime
    is_shadow: bool = False
    """Its author was muted: only they see it."""
    votes: set[str] = field(default_factory=set)
    """Keys of those who ask it too."""
    answered_at: dtm.datetime | None = None
    answer_id: str = ""
    is_dismissed: bool = False


@dataclass(slots=True)
class Board:
    """All of them."""

    questions: dict[str, Question] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """By the id of the question or answer."""
    names: dict[str, str] = field(default_factory=dict)
    """Of who asked, by the id of the question."""
    _changed: set[str] = field(default_factory=set)
    _told_at: dtm.datetime | None = None

    def take_all(self, facts: Iterable[Fact]) -> None:
        """Fold facts in the order of the log."""
        for fact in facts:
            self.take(fact)

    def take(self, fact: Fact, guest: str | None = None, *, is_shadow: bool = False) -> None:
        """Fold one fact; others than QUESTIONED say nothing here. `guest` is the key of the seat, if not the lead's."""
        if fact.name not in QUESTIONED:
            return
        who = (fact.lead_id or "") if guest is None else guest
        if fact.name == QuestionAsked.name:
            asked = Question(str(fact.properties["action_id"]), who, fact.occurred_at, is_shadow)
            self.questions.setdefault(asked.question_id, asked)
            self._changed.add(asked.question_id)
        elif question := self.questions.get(str(fact.properties["question_id"])):
            self._changed.add(question.question_id)
            if fact.name == QuestionUpvoted.name:
                question.votes.add(who)
            elif fact.name == QuestionDismissed.name:
                question.is_dismissed = True
            else:
                question.answered_at, question.answer_id = fact.occurred_at, str(fact.properties["action_id"])

    def is_public(self, question_id: str) -> bool:
        """Whether everybody sees it."""
        question = self.questions.get(question_id)
        is_there = question is not None and not question.is_dismissed and not question.is_shadow
        return is_there and question_id in self.texts

    def frame(self, question: Question) -> dict[str, Any]:
        """The question as everybody sees it. An answer without a text was given on air."""
        answer = None
        if question.answered_at:
            answer = {"said": millis(question.answered_at), "text": self.texts.get(question.answer_id, "")}
        return {
            "id": question.question_id,
            "author": self.names.get(question.question_id, ""),
            "text": self.texts.get(question.question_id, ""),
            "said": millis(question.asked_at),
            "votes": len(question.votes),
            "answer": answer,
        }

    def standing(self) -> list[dict[str, Any]]:
        """For a newcomer: open ones first, the most wanted first."""
        public = [question for question in self.questions.values() if self.is_public(question.question_id)]
        public.sort(key=lambda one: (one.answered_at is not None, -len(one.votes), one.asked_at))
        return [self.frame(question) for question in public[:TOLD]]

    def changes(self, now: dtm.datetime) -> dict[str, Any]:
        """What is new, told once a second at most: `questions` to show as they are now or to take away."""
        if not self._changed or (self._told_at is not None and now - self._told_at < VOTES_EVERY):
            return {}
        changed, self._changed, self._told_at = sorted(self._changed), set(), now
        shown = [self.frame(self.questions[name]) for name in changed if self.is_public(name)]
        gone = [{"id": name, "gone": True} for name in changed if self.questions[name].is_dismissed]
        return {"questions": [*shown, *gone]} if shown or gone else {}

    def told_to(self, guest: str) -> dict[str, Any]:
        """What only this guest is told: which are theirs, which they voted for, and those nobody else sees."""
        own = [question for question in self.questions.values() if question.guest == guest]
        shadow = [self.frame(question) for question in own if question.is_shadow and not question.is_dismissed]
        voted = [name for name, question in self.questions.items() if guest in question.votes]
        asked = [question.question_id for question in own]
        told: Mapping[str, list[Any]] = {"asked": asked, "voted": voted, "shadow_questions": shadow}
        return {name: value for name, value in told.items() if value}

    def queue(self) -> list[dict[str, Any]]:
        """What the host sees: also who asked."""
        waiting = [question for question in self.questions.values() if not question.is_dismissed]
        waiting.sort(key=lambda one: (one.answered_at is not None, -len(one.votes), one.asked_at))
        marks = [{"guest": question.guest, "shadow": question.is_shadow} for question in waiting]
        return [self.frame(question) | mark for question, mark in zip(waiting, marks, strict=True)]
