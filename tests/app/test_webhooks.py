# ruff: noqa: F811 - the fixture `house` is another file's
import datetime as dtm
import uuid

import pytest

from app.access.roles import Role
from app.settings import Settings
from app.studio.home import Home
from app.studio.webhooks import WebhooksPage
from domain.events import Emitter, Fact, LeadStageChanged, WebhookAttempted, WebhookEndpointDisabled
from domain.webhooks import DELIVERABLE, secret_of
from tests.app.tab import Tab
from tests.app.test_studio_handlers import NOW, cookie, house  # noqa: F401 - the fixture
from warehouse import secrets
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse
from warehouse.reads import webhooks
from warehouse.reads.condition import WebhookCount, webhook_count

FORM = {"url": "https://crm.example.org/efir", "note": "CRM", "type-lead_stage_changed": "on", "type-bogus": "on"}


@pytest.fixture
def tab(house: LocalWarehouse) -> Tab:
    return Tab(cookie(house, Role.ADMIN), "/studio/webhooks")


def added(tab: Tab) -> WebhooksPage:
    page = tab.call(WebhooksPage, "keep", FORM)
    assert page.wrong == {"url": "", "note": "", "types": ""}
    return page


def attempt(
    house: LocalWarehouse,
    endpoint_id: str,
    outcome: str,
    number: int = 1,
    **more: object,
) -> str:
    fact = Fact.of(
        LeadStageChanged(action_id=uuid.uuid4().hex, stage="warm", by="test"), emitter=Emitter.CRM, occurred_at=NOW,
        lead_id="lead-x",
    )  # fmt: skip
    delivery = f"delivery-{uuid.uuid4().hex}"
    event = WebhookAttempted.model_validate(
        {"delivery_id": delivery, "endpoint_id": endpoint_id, "fact_id": fact.event_id, "attempt": number,
         "outcome": outcome, **more}
    )  # fmt: skip
    said = PersonalRow("lead-x", Personal.WEBHOOK_ANSWER, "Internal error", ref=delivery)
    house.append([fact, Fact.of(event, emitter=Emitter.NOTIFIER, occurred_at=NOW)], personal=[said])
    return delivery


def test_an_endpoint_is_added_and_its_secret_is_shown_once(tab: Tab, house: LocalWarehouse) -> None:
    page = added(tab)
    [card] = page.cards
    assert (card.url, card.note, card.state, card.types) == (FORM["url"], "CRM", "active", ["lead_stage_changed"])
    assert page.secret == secret_of(secrets.ensure(Settings().home).signing_key, card.endpoint_id, "")
    assert page.notice
    secret = page.secret
    assert tab.call(WebhooksPage, "opened").secret == ""
    assert secret not in str([fact.properties for fact in house.facts_of(names=["webhook_endpoint_set"])])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "http://crm.example.org/"}, "url"),
        ({"url": "https://192.168.1.1/"}, "url"),
        ({"url": "https://a:b@crm.example.org/"}, "url"),
        ({"type-lead_stage_changed": ""}, "types"),
        ({"note": "x" * 200}, "note"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stated(
    tab: Tab,
    house: LocalWarehouse,
    changed: dict[str, str],
    field: str,
) -> None:
    page = tab.call(WebhooksPage, "keep", {**FORM, **changed})
    assert [name for name, text in page.wrong.items() if text] == [field]
    assert webhooks.endpoints(house) == {}


def test_an_endpoint_is_changed_paused_turned_on_and_deleted(tab: Tab, house: LocalWarehouse) -> None:
    one = added(tab).cards[0].endpoint_id
    page = tab.call(WebhooksPage, "edit", one)
    assert (page.editing, page.draft["url"], page.picked) == (one, FORM["url"], ["lead_stage_changed"])
    page = tab.call(WebhooksPage, "keep", {"url": "https://new.example.org/", "type-consent_given": "on"})
    assert [(card.endpoint_id, card.url, card.types) for card in page.cards] == [
        (one, "https://new.example.org/", ["consent_given"])
    ]
    assert (page.editing, page.picked) == ("", [])
    assert tab.call(WebhooksPage, "switch", one, "paused").cards[0].state == "paused"
    assert tab.call(WebhooksPage, "switch", one, "active").cards[0].state == "active"
    assert tab.call(WebhooksPage, "ask", one).asked == one
    assert tab.call(WebhooksPage, "switch", one, "deleted").cards == []
    assert tab.call(WebhooksPage, "switch", one, "active").complaint
    tab.page(WebhooksPage).editing = one
    assert tab.call(WebhooksPage, "keep", FORM).complaint
    assert webhooks.endpoints(house) == {}


def test_a_new_secret_is_another_one_and_the_page_says_that_both_sign(tab: Tab) -> None:
    page = added(tab)
    first, one = page.secret, page.cards[0].endpoint_id
    page = tab.call(WebhooksPage, "rotate", one)
    assert page.secret not in {"", first}
    assert page.secret_of == one
    assert page.cards[0].is_overlapping


def test_deliveries_are_shown_with_status_attempts_answer_and_why(tab: Tab, house: LocalWarehouse) -> None:
    one = added(tab).cards[0].endpoint_id
    attempt(house, one, "delivered", status=204)
    retry_at = NOW + dtm.timedelta(seconds=30)
    attempt(house, one, "failed", code="timeout", retry_at=retry_at, tries_left=5)
    dead = attempt(house, one, "dead", number=6, code="status", status=500, took_seconds=1.25)
    page = tab.call(WebhooksPage, "look_into", one)
    assert (page.cards[0].delivered, page.cards[0].failed, page.cards[0].dead) == (1, 1, 1)
    assert webhook_count(house) == WebhookCount(1, 0, 0, webhooks.Numbers(1, 1, 1))
    line, waiting, fine = page.deliveries
    assert (line.delivery_id, line.outcome, line.status, line.attempts, line.took) == (dead, "dead", "500", 6, "1,25")
    assert (line.answer, line.retry_at) == ("Internal error", "")
    assert "ошибкой" in line.why
    assert (waiting.retry_at, waiting.status) == (retry_at.isoformat(), "")
    assert fine.why == ""
    assert [shown.outcome for shown in tab.call(WebhooksPage, "choose", "dead").deliveries] == ["dead"]


def test_one_delivery_or_all_dead_ones_are_sent_again(tab: Tab, house: LocalWarehouse) -> None:
    one = added(tab).cards[0].endpoint_id
    dead, other = (attempt(house, one, "dead", code="status", status=500) for _ in range(2))
    fine = attempt(house, one, "delivered", status=200)
    tab.call(WebhooksPage, "look_into", one)
    tab.call(WebhooksPage, "replay", dead)
    assert [owed.delivery_id for owed in webhooks.backlog(house, one)] == [dead]
    tab.call(WebhooksPage, "replay", "nobody's")
    tab.call(WebhooksPage, "replay", fine)
    assert {owed.delivery_id for owed in webhooks.backlog(house, one)} == {dead, fine}
    tab.call(WebhooksPage, "replay_dead", one)
    owed = webhooks.backlog(house, one)
    assert {each.delivery_id for each in owed} == {dead, other, fine}
    assert all(each.is_replay for each in owed)


def test_a_disabled_endpoint_says_why_and_what_to_do(tab: Tab, house: LocalWarehouse) -> None:
    one = added(tab).cards[0].endpoint_id
    event = WebhookEndpointDisabled(endpoint_id=one, delivery_id="d", attempt=6, reason="dead_letters")
    moment = dtm.datetime.now(dtm.UTC)
    house.append([Fact.of(event, emitter=Emitter.NOTIFIER, occurred_at=moment)])
    [card] = tab.call(WebhooksPage, "opened").cards
    assert card.state == "disabled"
    assert "5" in card.why
    assert tab.call(Home, "opened").webhooks_off == 1
    assert webhook_count(house).disabled == 1
    attempt(house, one, "dead", code="status")
    assert "включите" in tab.call(WebhooksPage, "replay_dead", one).notice
    tab.call(WebhooksPage, "switch", one, "active")
    assert tab.call(Home, "opened").webhooks_off == 0


def test_a_test_event_is_asked_for_as_a_fact(tab: Tab, house: LocalWarehouse) -> None:
    one = added(tab).cards[0].endpoint_id
    assert tab.call(WebhooksPage, "test", one).open_id == one
    [fact] = house.facts_of(names=["webhook_test_requested"])
    assert fact.properties["endpoint_id"] == one


def test_every_fact_that_may_be_chosen_stands_in_the_form_once(tab: Tab) -> None:
    page = tab.call(WebhooksPage, "opened")
    offered = [choice.value for _, choices in page.groups for choice in choices]
    assert sorted(offered) == sorted(DELIVERABLE)


@pytest.mark.parametrize("role", [Role.HOST, Role.MARKETER, Role.ANALYST, Role.PARTNER])
def test_nobody_but_an_administrator_sees_or_does_anything(house: LocalWarehouse, role: Role) -> None:
    stranger = Tab(cookie(house, role), "/studio/webhooks")
    page = stranger.call(WebhooksPage, "keep", FORM)
    assert (page.access, page.cards, page.secret) == ("forbidden", [], "")
    assert webhooks.endpoints(house) == {}
