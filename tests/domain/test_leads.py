"""How a lead comes to be, and what the log says of them."""

import pytest

from domain.events import (
    Emitter,
    LeadAssigned,
    LeadNoteAdded,
    LeadStageChanged,
    MessageSending,
    MessageSent,
    Utm,
)
from domain.leads import Attendee, born, fold_lead, lead_id_of
from tests.domain.synthetic import ANNA, BORIS, SESSION, Story, at, names_of, vera

DAY = 24 * 60


def created(story: Story) -> dict[str, object]:
    facts = born(fold_lead(story.log), story.log)
    return next(fact.properties for fact in facts if fact.name == "core_lead_created")


def test_a_form_makes_a_lead_and_its_consents() -> None:
    story = Story().touches(-61, source="vk").form(-60)
    facts = born(fold_lead(story.log), story.log)
    assert names_of(facts) == ["core_lead_created", "consent_given", "consent_given", "consent_given"]
    assert {fact.occurred_at for fact in facts} == {at(-60)}
    assert {fact.correlation_id for fact in facts} == {story.log[1].event_id}
    assert [fact.properties["purpose"] for fact in facts[1:]] == ["processing", "marketing", "partner_transfer"]


def test_the_lead_knows_where_it_came_from() -> None:
    said = created(Story().touches(-90, source="vk", partner_id=ANNA).touches(-70, source="ads").form(-60))
    assert (said["lead_source"], said["partner_id"], said["lead_created_via"]) == ("vk", ANNA, "core_ingest")
    assert (said["first_touch_at"], said["lead_created_at"]) == (
        at(-90).isoformat().replace("+00:00", "Z"),
        at(-60).isoformat().replace("+00:00", "Z"),
    )


def test_a_form_nobody_proved_to_be_theirs_changes_neither_language_nor_time_zone() -> None:
    lead = fold_lead(Story().form(-60, language="en").form(-30, language="ru", zone="Asia/Omsk", is_proven=False).log)
    assert (lead.language, lead.time_zone, len(lead.ingests)) == ("en", "Europe/Moscow", 2)


def test_a_source_stated_by_the_form_takes_precedence() -> None:
    assert created(Story().touches(-90, source="vk").form(-60, source=" fair "))["lead_source"] == "fair"


@pytest.mark.parametrize(
    ("said", "expected"), [({}, "direct"), ({"utm": Utm(source="API")}, "api"), ({"source": " "}, "direct")]
)
def test_without_touches_the_form_is_all_there_is(said: dict[str, object], expected: str) -> None:
    made = created(Story().form(-60, **said))
    assert (made["lead_source"], made["first_touch_at"]) == (expected, made["lead_created_at"])


def test_a_partner_named_by_the_form_counts_if_no_earlier_link_does() -> None:
    assert created(Story().form(-60, partner_id=BORIS))["partner_id"] == BORIS
    assert created(Story().touches(-90, partner_id=ANNA).form(-60, partner_id=BORIS))["partner_id"] == ANNA


def test_the_first_form_by_event_time_makes_the_lead() -> None:
    story = Story().form(-30, source="second").form(-60, source="first")
    assert created(story)["lead_source"] == "first"


def test_a_second_form_makes_no_second_lead_but_its_consents_count() -> None:
    story = Story().form(-60, purposes=("processing",)).until(-60).form(-30).until(-30)
    assert names_of(story.log).count("core_lead_created") == 1
    assert names_of(story.log).count("consent_given") == 4
    assert fold_lead(story.log).consents.keys() == {"processing", "marketing", "partner_transfer"}


def test_before_the_form_there_is_nobody() -> None:
    story = Story().touches(-60)
    assert lead_id_of(story.log) is None
    assert born(fold_lead(story.log), story.log) == []


def test_who_was_forgotten_is_not_born_again() -> None:
    story = Story().form(-60).is_erased(-50)
    assert born(fold_lead(story.log), story.log) == []


def test_the_lead_card() -> None:
    story = vera().until(0).enters(1).watches(1, 12).leaves(12).until(30)
    lead = fold_lead(story.log)
    attendee = lead.attendees[SESSION]
    assert (lead.lead_id, lead.partner_id, lead.channel, lead.time_zone) == (
        "lead-vera",
        ANNA,
        "linked",
        "Europe/Moscow",
    )
    assert lead.created is not None
    assert lead.created.lead_source == "vk"
    assert lead.is_registered
    assert lead.erased_at is None
    assert (attendee.entered_at, attendee.status, attendee.first("not_attended")) == (at(1), "attended", None)
    assert attendee.verdict is not None
    assert attendee.routes == {"attended": attendee.verdict.occurred_at}


def test_what_staff_did_is_on_the_card() -> None:
    story = vera()
    for number, event in enumerate(
        [
            LeadStageChanged(action_id="s1", stage="talking", by="olga"),
            LeadStageChanged(action_id="s2", stage="won", by="olga"),
            LeadAssigned(action_id="a1", by="olga", owner="pavel"),
            LeadAssigned(action_id="a2", by="olga", partner_id=BORIS),
            LeadNoteAdded(action_id="n1", by="olga"),
        ]
    ):
        story.tell(story.fact(event, Emitter.CRM, -60 + number, session=None))
    lead = fold_lead(story.log)
    assert (lead.stage, lead.owner, lead.partner_id) == ("won", "pavel", BORIS)


def test_the_newest_delivery_fact_is_kept() -> None:
    story = vera()
    key = "welcome:1:lead-vera:x:welcome"
    said = {"message_key": key, "attempt": 1, "transport": "dry_run"}
    story.tell(story.fact(MessageSending(**said), Emitter.NOTIFIER, -100, session=None))
    assert fold_lead(story.log).delivered[key] == "message_sending"
    sent = MessageSent(**said, transport_message_id="1")
    story.tell(story.fact(sent, Emitter.NOTIFIER, -99, session=None))
    assert fold_lead(story.log).delivered[key] == "message_sent"


def test_blocking_the_bot_closes_the_channel_and_start_opens_it_again() -> None:
    story = vera().blocks(-60)
    assert (fold_lead(story.log).channel, fold_lead(story.log).linked_at) == ("blocked", None)
    story.links(-50, update_id=8)
    assert (fold_lead(story.log).channel, fold_lead(story.log).linked_at) == ("linked", at(-50))


def test_the_newest_form_tells_language_and_zone() -> None:
    story = vera().form(-60, language="en", zone="Asia/Tokyo")
    assert (fold_lead(story.log).language, fold_lead(story.log).time_zone) == ("en", "Asia/Tokyo")
    assert fold_lead(story.form(-50, zone=None).log).time_zone == "Asia/Tokyo"


def test_a_blank_attendee_has_no_verdict() -> None:
    attendee = Attendee("s", "w")
    assert (attendee.status, attendee.verdict, attendee.entered_at) == (None, None, None)
    assert not attendee.is_in_room(at(1))
