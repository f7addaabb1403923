"""Whom the host sent out of a room is not called back into it, nor to a recording that does not open for them."""

from typing import Literal

from domain.events import ChatModerated, Emitter, MessagePlanned
from domain.leads import fold_lead
from domain.planner import still_holds
from tests.domain.synthetic import Story, at, vera

NIGHT_LATER = 26 * 60


def moderated(story: Story, minutes: float, deed: Literal["guest_banned", "guest_unbanned"]) -> Story:
    done = ChatModerated(action_id=deed, by="host@example.org", deed=deed, guest_id=story.lead_id)
    return story.tell(story.fact(done, Emitter.STUDIO, minutes))


def sent_out(minutes: float = 2) -> Story:
    story = vera().until(-1).enters(0).watches_on(0, minutes).leaves(minutes)
    return moderated(story, minutes, "guest_banned")


def saw(story: Story, template: str) -> list[str]:
    [skipped] = [fact for fact in story.named("message_skipped") if fact.properties["template"] == template]
    return list(skipped.properties["saw"])


def test_who_was_sent_out_is_told_nothing_more_of_the_session() -> None:
    story = sent_out().until(NIGHT_LATER)
    for template in ("live_now_5m", "follow_up_not_attended", "recording_offer"):
        assert story.messages[template] == "exited"
        assert "banned" in saw(story, template)


def test_the_partner_hears_of_the_verdict_all_the_same() -> None:
    assert "partner_not_attended" in sent_out().until(NIGHT_LATER).planned


def test_who_was_let_in_again_is_called_like_everybody() -> None:
    story = moderated(sent_out(), 3, "guest_unbanned").until(NIGHT_LATER)
    assert {"live_now_5m", "follow_up_not_attended", "recording_offer"} <= story.planned.keys()


def test_a_message_that_waits_for_its_turn_is_withheld() -> None:
    story = vera().until(0.5)
    planned = next(fact for fact in story.named("message_planned") if fact.properties["step"] == "live_now")
    story = moderated(story, 0.6, "guest_banned")
    found = still_holds(fold_lead(story.log), story.schedule, planned.as_event(MessagePlanned), at(0.7))
    assert found is not None
    assert (found.state, found.reason, found.saw) == ("skipped", "exited", ("banned",))
