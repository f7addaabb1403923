"""What the studio says of messages to somebody who was two leads: the card, the preview, the outbox. All invented."""

import datetime as dtm
from collections.abc import Iterator

import pytest

from app.access.roles import Role
from app.crm import deeds
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio.lead import LeadPage
from app.studio.scenarios.preview import Preview
from domain.events import Emitter, Fact, RegisteredForSession, WebinarScheduled
from domain.merging import Families
from domain.reaction import react
from pipelines.batch import react_to
from pipelines.programme import Programme
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import ANNA, NAMES, VERA, WEBINAR, tell
from warehouse.local import LocalWarehouse
from warehouse.reads import outbox

NOW = dtm.datetime.now(dtm.UTC)
ME = "marketer@example.org"


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    """Anna, who has Telegram, and Vera, who has not, both have a place in a session in ten days."""
    tell(warehouse)
    plan = WebinarScheduled(
        action_id="soon", starts_at=NOW + dtm.timedelta(days=10), duration_seconds=1200, mode="auto"
    )
    place = {"webinar_id": WEBINAR, "session_id": "soon"}
    facts = [Fact.of(plan, emitter=Emitter.STUDIO, occurred_at=NOW, **place)] + [
        Fact.of(RegisteredForSession(), emitter=Emitter.WEB_FORM, occurred_at=NOW, lead_id=lead, **place)
        for lead in (ANNA, VERA)
    ]
    warehouse.append(facts)
    reacted(warehouse)
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


def reacted(warehouse: LocalWarehouse) -> None:
    react_to(warehouse, [ANNA, VERA], Programme(warehouse).schedule, dtm.datetime.now(dtm.UTC), react, Families())


def reminders(page: LeadPage) -> int:
    """How often the card says that the day before is still to come."""
    return [step.step for step in page.coming].count("За сутки")


def test_card_and_preview_of_either_show_what_the_person_gets_once(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER), f"/studio/leads/{VERA}")
    alone = tab.call(LeadPage, "opened")
    assert (reminders(alone), alone.telegram) == (1, "none")
    deeds.merge(house, VERA, ANNA, by=ME, now=NOW)
    reacted(house)

    card = tab.call(LeadPage, "opened")
    assert (reminders(card), card.telegram) == (1, "linked"), "Anna's chat is Vera's now"
    shown = tab.call(Preview, "show_lead", VERA).steps
    assert [step.state for step in shown if step.label == "За сутки" and step.state == "waiting"] == ["waiting"]
    assert shown == tab.call(Preview, "show_lead", ANNA).steps
    tab.go(f"/studio/leads/{ANNA}")
    assert reminders(tab.call(LeadPage, "opened")) == 1

    deeds.part(house, ANNA, by=ME, now=NOW + dtm.timedelta(seconds=1))
    tab.go(f"/studio/leads/{VERA}")
    assert (reminders(tab.call(LeadPage, "opened")), tab.call(LeadPage, "opened").telegram) == (1, "none")


def test_why_a_message_does_not_come_twice_is_said(house: LocalWarehouse) -> None:
    deeds.merge(house, VERA, ANNA, by=ME, now=NOW)
    reacted(house)
    tab = Tab(cookie(house, Role.MARKETER), "/studio/scenarios/preview")
    confirmations = [one for one in tab.call(Preview, "show_lead", VERA).steps if one.template == "registered"]
    assert [one.state for one in confirmations if one.why.endswith("как другой лид.")] == ["skipped"]


@pytest.mark.parametrize("wanted", [NAMES[ANNA], NAMES[VERA], ANNA, VERA])
def test_the_outbox_finds_everything_that_came_to_the_person(house: LocalWarehouse, wanted: str) -> None:
    def found() -> set[str]:
        return {one.lead_id for one in outbox.messages(house, person=wanted).rows}

    own = ANNA if wanted in {ANNA, NAMES[ANNA]} else VERA
    assert found() == {own}
    counted = sum(one.messages for one in outbox.states(house, now=NOW, person=wanted))
    deeds.merge(house, VERA, ANNA, by=ME, now=NOW)
    assert found() == {ANNA, VERA}
    assert sum(one.messages for one in outbox.states(house, now=NOW, person=wanted)) > counted
    deeds.part(house, ANNA, by=ME, now=NOW + dtm.timedelta(seconds=1))
    assert found() == {own}
