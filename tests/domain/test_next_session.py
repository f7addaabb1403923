"""Another time for those who missed theirs: only if there is one, and not to whoever has found it already."""

import datetime as dtm
from dataclasses import replace

from domain.events import Emitter, RegisteredForSession
from tests.domain.synthetic import START, Story, at, schedule, scheduled, vera

AGAIN = "s-again"
NEXT_DAY = 70 + 20 * 60
"""Twenty hours after the verdict, in minutes from clock zero."""


def missed(*, has_next: bool = True) -> Story:
    more = [scheduled(starts_at=START + dtm.timedelta(days=3), session=AGAIN)] if has_next else []
    story = vera()
    return replace(story, schedule=schedule(*more)).until(NEXT_DAY - 1)


def test_who_missed_it_is_offered_the_next_session_the_day_after() -> None:
    story = missed().until(NEXT_DAY + 1)
    assert story.planned["next_session_offer"] == NEXT_DAY
    [offer] = [fact for fact in story.log if fact.properties.get("template") == "next_session_offer"]
    assert offer.properties["message_class"] == "marketing"


def test_without_another_session_nothing_is_offered() -> None:
    story = missed(has_next=False).until(NEXT_DAY + 1)
    assert story.messages["next_session_offer"] == "condition"
    assert "no_next_session" in saw(story)


def test_a_session_that_runs_at_that_moment_is_no_other_time() -> None:
    """It may be over when the message is read."""
    running = scheduled(starts_at=at(NEXT_DAY - 10), session=AGAIN)
    story = replace(vera(), schedule=schedule(running)).until(NEXT_DAY + 1)
    assert story.messages["next_session_offer"] == "condition"
    assert "no_next_session" in saw(story)


def test_who_has_a_place_at_another_time_is_not_offered_one() -> None:
    story = missed()
    place = story.fact(RegisteredForSession(), Emitter.WEB_FORM, NEXT_DAY - 1, session=AGAIN)
    story = story.tell(place).until(NEXT_DAY + 1)
    assert story.messages["next_session_offer"] == "exited"
    assert saw(story) == ["registered_again"]


def test_whom_the_night_kept_waiting_and_who_saw_the_recording_meanwhile_needs_no_pity() -> None:
    late = START + dtm.timedelta(hours=4)  # 22:00 in Moscow: the verdict comes at night, the recording with it
    story = replace(vera(), schedule=schedule(scheduled(starts_at=late))).until(5 * 60 + 20)
    assert story.planned["recording_offer"] == 5 * 60 + 11
    assert "follow_up_not_attended" not in story.messages
    story = story.watches_replay(5 * 60 + 20, 5 * 60 + 40).until(NEXT_DAY)
    assert story.messages["follow_up_not_attended"] == "exited"


def test_who_came_is_offered_nothing() -> None:
    more = scheduled(starts_at=START + dtm.timedelta(days=3), session=AGAIN)
    story = replace(vera(), schedule=schedule(more)).until(0).enters(0.1).watches_on(0.1, 59.6).leaves(59.9)
    assert story.until(NEXT_DAY + 1).planned.get("next_session_offer") is None
    assert story.now == at(NEXT_DAY + 1)


def saw(story: Story) -> list[str]:
    [skipped] = [fact for fact in story.log if fact.properties.get("template") == "next_session_offer"]
    return list(skipped.properties["saw"])
