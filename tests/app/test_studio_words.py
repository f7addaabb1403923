import datetime as dtm
import re
from pathlib import Path
from typing import get_args

import pytest

from app.shared import texts
from app.studio.bubbles import pieces_of
from app.studio.timeline import DETAILS, timeline
from domain.events import (
    CATALOGUE,
    Emitter,
    Fact,
    Outcome,
    Poll,
    PollAnswered,
    PollOpened,
    PollOption,
    Purpose,
    WebinarConfigured,
)
from domain.funnel import STAGES
from domain.webinars import fold_schedule
from tests.warehouse.small_cohort import ANNA, in_the_room, messages, people, personal, programme
from warehouse.reads import funnel, outbox

APP = Path(__file__).parent.parent.parent / "app"
NAMED = re.compile(r't\["(studio\.[a-z_.0-9]+)"\]|_text\("([a-z_.0-9]+)"')


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_event_outcome_purpose_and_state_has_words(language: str) -> None:
    wanted = {
        *(f"fact.{name}" for name in CATALOGUE),
        *(f"outcome.{outcome}" for outcome in get_args(Outcome)),
        *(f"purpose.{purpose}" for purpose in get_args(Purpose)),
        *(f"message.{state}" for state in outbox.STATES),
    }
    assert {key for key in wanted if f"studio.{key}" not in texts.catalogue(language)} == set()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_word_the_studio_asks_for_is_there(language: str) -> None:
    sources = "\n".join(path.read_text() for part in ("studio", "dashboards") for path in (APP / part).glob("*.py"))
    asked = {full or f"studio.{short}" for full, short in NAMED.findall(sources)}
    assert len(asked) > 100
    assert asked - set(texts.catalogue(language)) == set()


def test_every_detail_is_of_an_event_of_the_contract() -> None:
    assert set(DETAILS) <= set(CATALOGUE)


def test_the_funnel_s_stages_are_those_of_the_domain() -> None:
    assert tuple(stage.slug for stage in STAGES) == funnel.STAGES


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_fact_of_a_life_can_be_told(language: str) -> None:
    facts = [*people(), *in_the_room(), *messages()]
    told = timeline(facts, personal(), fold_schedule(programme()), language)
    assert len(told) == len(facts)
    assert all(entry.title for entry in told)
    entered = next(entry for entry in told if entry.name == "client_webinar_entered")
    assert entered.about == {"ru": "Первый вебинар", "en": "First webinar"}[language]
    assert ANNA not in " ".join(entry.detail for entry in told)


def test_an_answer_to_a_poll_is_told_in_words_not_by_its_number() -> None:
    now = dtm.datetime(2026, 3, 4, 15, tzinfo=dtm.UTC)
    options = (PollOption(option_id="1", text={"ru": "Да"}), PollOption(option_id="2", text={"ru": "Пока нет"}))
    prepared, asked = (
        Poll(poll_id=poll_id, question={"ru": question}, options=options)
        for poll_id, question in (("p1", "Вели вебинары?"), ("p2", "Слышно?"))
    )
    webinar = WebinarConfigured(action_id="c", slug="w", title={"ru": "Эфир"}, duration_seconds=60, polls=(prepared,))
    opened = PollOpened(action_id="o", by="host@example.org", poll=asked)
    place = {"webinar_id": "w", "session_id": "s"}
    answers = [
        Fact.of(
            PollAnswered(action_id=poll_id, poll_id=poll_id, option=option),
            emitter=Emitter.TRACKER, occurred_at=now, lead_id="vera", **place,
        )
        for poll_id, option in (("p1", "2"), ("p2", "1"), ("p3", "1"))
    ]  # fmt: skip
    plan = fold_schedule([Fact.of(webinar, emitter=Emitter.STUDIO, occurred_at=now, webinar_id="w")])
    hosts = [Fact.of(opened, emitter=Emitter.STUDIO, occurred_at=now, **place)]
    told = {entry.detail for entry in timeline(answers, (), plan, "ru", opened=hosts)}
    assert told == {"Вели вебинары? — Пока нет", "Слышно? — Да", "1"}


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("просто <b>важно</b>", [("просто ", "plain"), ("важно", "bold")]),
        ("<b>a <i>b</i> c</b>", [("a ", "bold"), ("b", "italic"), (" c", "bold")]),
        ("1 &lt; 2 &amp; 3", [("1 < 2 & 3", "plain")]),
        ("<script>alert(1)</script>", [("alert(1)", "plain")]),
        ('<img src=x onerror="alert(1)">', []),
        ('<a href="javascript:alert(1)">x</a>', [("x", "link")]),
        ("</b>unopened", [("unopened", "plain")]),
    ],
)
def test_a_message_is_taken_apart_and_never_trusted(text: str, pieces: list[tuple[str, str]]) -> None:
    assert [(piece.text, piece.style) for piece in pieces_of(text)] == pieces
