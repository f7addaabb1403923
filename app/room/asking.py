"""Questions of guests and the host's answers: frames in, facts out. Pure, like `speech` and `hosting`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from app.room.speech import MAX_ID, Here, Said, Unheard, action_of, text_of
from app.room.stage import are_questions_open
from domain.events import QuestionAnswered, QuestionAsked, QuestionDismissed, QuestionUpvoted
from warehouse.interface import Personal, PersonalRow

if TYPE_CHECKING:
    from app.room.hosting import Asked

MAX_QUESTION = 300
MAX_ANSWER = 500


def question_id(frame: Mapping[str, Any], here: Here) -> str:
    """The id a guest's question has or would have. Raises Unheard: empty."""
    return action_of(frame, here.guest, "question")


def question(frame: Mapping[str, Any], here: Here) -> Said:
    """A question. Raises Unheard: empty, too_long, questions_closed."""
    text, action_id = text_of(frame, MAX_QUESTION), question_id(frame, here)
    if not are_questions_open(here.programme.webinar, here.programme.session.phase(here.now)):
        raise Unheard("questions_closed")
    seat = here.guest.seat
    row = PersonalRow(seat.lead_id, Personal.QUESTION_TEXT, text, ref=action_id, given_at=here.now)
    named = PersonalRow(seat.lead_id, Personal.GUEST_NAME, here.guest.name, ref=action_id, given_at=here.now)
    rows = (row, named) if seat.guest else (row,)
    return Said(
        (here.fact(QuestionAsked(action_id=action_id, seat=seat.guest or None)),), rows, answer={"question": action_id}
    )


def upvote(frame: Mapping[str, Any], here: Here) -> Said:
    """The guest asks this too; once. Raises Unheard: unknown_question, own_question."""
    named, guest = str(frame.get("question") or "")[:MAX_ID], here.guest.seat.key
    if not here.hall.board.is_public(named):
        raise Unheard("unknown_question")
    asked = here.hall.board.questions[named]
    if asked.guest == guest:
        raise Unheard("own_question")
    return Said(() if guest in asked.votes else (here.fact(QuestionUpvoted(question_id=named)),))


def answer(asked: "Asked") -> Said:
    """The host answers a question: in writing, or (without a text) has answered it on air."""
    question_id = _open(asked)
    action_id = str(uuid4())
    fact = asked.fact(QuestionAnswered(action_id=action_id, by=asked.by, question_id=question_id))
    if not asked.frame.get("text"):
        return Said((fact,))
    text = asked.text("text", MAX_ANSWER)
    row = PersonalRow(asked.by, Personal.QUESTION_TEXT, text, ref=action_id, given_at=asked.now)
    return Said((fact,), (row,))


def dismiss(asked: "Asked") -> Said:
    """The host takes a question off the list."""
    return asked.hosted(QuestionDismissed, question_id=_open(asked))


def _open(asked: "Asked") -> str:
    named = asked.text("question")
    found = asked.hall.board.questions.get(named)
    if found is None or found.is_dismissed:
        raise Unheard("unknown_question")
    return named
