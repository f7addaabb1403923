"""The contract: who may state what, ids that follow from natural keys, and refusals that say what to do."""

import datetime as dtm
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import (
    CATALOGUE,
    ContractError,
    Emitter,
    Entered,
    Fact,
    MessagePlanned,
    MessageSkipped,
    RegisteredForSession,
    check_envelope,
    deterministic_id,
    event_class,
    natural_id,
    parse,
)
from tests.domain.synthetic import Story, at

SEEDED = {
    "core_ingest_event", "core_lead_created", "scenario_start", "client_webinar_registered", "client_webinar_entered",
    "client_webinar_left", "client_webinar_completed", "client_webinar_form_submitted",
    "client_webinar_attendance_classified", "post_webinar_route",
}  # fmt: skip


def test_the_canonical_names_are_there() -> None:
    assert CATALOGUE.keys() >= SEEDED


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_event_is_documented_and_its_key_exists(name: str) -> None:
    cls = CATALOGUE[name]
    fields = {*Fact.model_fields, *cls.model_fields}
    assert cls.__doc__
    assert cls.emitters
    assert set(cls.key) <= fields
    assert set(cls.requires) <= set(Fact.model_fields)


def test_only_the_tracker_says_who_is_in_the_room() -> None:
    for name in ("client_webinar_entered", "client_webinar_watched", "client_webinar_left", "client_webinar_completed"):
        assert CATALOGUE[name].emitters == {Emitter.TRACKER}


def test_the_same_fact_has_the_same_id() -> None:
    story = Story()
    first, again = (story.fact(Entered(visit_no=1), Emitter.TRACKER, minute) for minute in (1, 2))
    assert first.event_id == again.event_id == natural_id(again)
    assert story.fact(Entered(visit_no=2), Emitter.TRACKER, 1).event_id != first.event_id
    assert uuid.UUID(first.event_id).version == 5


def test_a_client_may_bring_its_own_id() -> None:
    fact = Fact.of(
        RegisteredForSession(),
        emitter=Emitter.COLLECT_API,
        occurred_at=at(0),
        lead_id="l",
        webinar_id="w",
        session_id="s",
        event_id="from-the-client",
    )
    assert fact.event_id == "from-the-client"


def test_a_message_is_planned_or_skipped_and_never_both() -> None:
    assert MessagePlanned.key_space == MessageSkipped.key_space == "message"


def test_an_id_does_not_depend_on_how_a_moment_is_written() -> None:
    moscow = dtm.timezone(dtm.timedelta(hours=3))
    assert deterministic_id("x", at(0)) == deterministic_id("x", at(0).astimezone(moscow))


@given(st.lists(st.one_of(st.text(), st.integers(), st.none(), st.booleans()), max_size=4))
def test_different_keys_have_different_ids(key: list[object]) -> None:
    assert deterministic_id("x", *key) != deterministic_id("y", *key)
    assert deterministic_id("x", *key) != deterministic_id("x", *key, "")


def test_who_may_not_state_an_event_is_told_who_may() -> None:
    with pytest.raises(ContractError, match="allowed: client-webinar-tracker-v2") as refused:
        Story().fact(Entered(visit_no=1), Emitter.COLLECT_API, 0)
    assert refused.value.code == "emitter_not_allowed"


def test_a_missing_field_is_named() -> None:
    with pytest.raises(ContractError, match="needs webinar_id") as refused:
        Story().fact(Entered(visit_no=1), Emitter.TRACKER, 0, session=None)
    assert refused.value.code == "missing_field"


def test_a_message_is_about_a_lead_unless_it_is_for_the_house_itself() -> None:
    story = {"message_key": "k", "scenario": "s", "scenario_version": 1, "step": "s", "template": "t"}
    moments = {"message_class": "critical", "due_at": at(0), "valid_until": at(1)}
    for recipient in ("candidate", "partner"):
        stated = MessagePlanned(**story, **moments, recipient=recipient)
        with pytest.raises(ContractError, match="needs lead_id"):
            Fact.of(stated, emitter=Emitter.SCENARIO_SERVICE, occurred_at=at(0))
    to_staff = MessagePlanned(**story, **moments, recipient="staff", staff_id="staff:x")
    assert Fact.of(to_staff, emitter=Emitter.SCENARIO_SERVICE, occurred_at=at(0)).lead_id is None


def test_an_unknown_event_is_refused_with_those_that_may_be_meant() -> None:
    with pytest.raises(ContractError, match=r"Did you mean client_webinar_entered\b") as refused:
        event_class("client_webinar_enterd")
    assert refused.value.code == "unknown_event"
    with pytest.raises(ContractError, match=r"no event 'applause'\. All of them: docs/events\.md") as refused:
        event_class("applause")
    assert refused.value.code == "unknown_event"


@pytest.mark.parametrize("properties", [{}, {"visit_no": 0}, {"visit_no": 1, "phone": "+79991234567"}])
def test_properties_that_break_the_contract_are_refused(properties: dict[str, object]) -> None:
    with pytest.raises(ContractError) as refused:
        parse("client_webinar_entered", properties)
    assert refused.value.code == "invalid_properties"


def test_a_fact_survives_the_wire() -> None:
    fact = Story().fact(Entered(visit_no=1), Emitter.TRACKER, 1)
    back = Fact.model_validate_json(fact.model_dump_json())
    assert back == fact
    assert back.event() == Entered(visit_no=1)
    check_envelope(back)


def test_moments_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        Fact(event_id="x", name="x", emitter=Emitter.CORE, occurred_at="2026-03-04T15:00:00")
