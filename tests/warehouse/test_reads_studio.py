import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import (
    Emitter,
    Fact,
    LeadAssigned,
    LeadMerged,
    LeadStageChanged,
    MessageWithheld,
    PartnerJoined,
)
from tests.warehouse.small_cohort import ANNA, BORIS, PETR, SESSION, VERA, WEBINAR, at, tell
from warehouse.interface import Personal, PersonalRow, WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.reads import leads, outbox, partners, searching, studio
from warehouse.reads.deliveries import backlog
from warehouse.reads.leads import LeadFilter
from warehouse.reads.scenarios import step_numbers


@pytest.fixture
def told(warehouse: LocalWarehouse) -> LocalWarehouse:
    tell(warehouse)
    return warehouse


def just_now() -> dtm.datetime:
    """When the log took the cohort's facts: by its own clock."""
    return dtm.datetime.now(dtm.UTC)


def ids(page: leads.LeadPage) -> list[str]:
    return [row.lead_id for row in page.rows]


def test_leads_are_listed_newest_first_with_who_they_are(told: LocalWarehouse) -> None:
    page = leads.leads(told, LeadFilter())
    assert (ids(page), page.total) == ([VERA, BORIS, ANNA], 3)
    anna = page.rows[2]
    assert (anna.name, anna.phone, anna.source, anna.partner_name) == (
        "Анна Примерова", "+79990000001", "yandex", "Пётр Партнёров",
    )  # fmt: skip
    assert (anna.verdict, anna.outcome, anna.telegram, anna.registrations) == (
        "attended", "form_submitted", "linked", 1,
    )  # fmt: skip
    assert anna.created_at == at(-60)


@given(st.text("аеёпт АЕЁ", min_size=1))
def test_what_a_search_looks_at_first_passes_over_nobody(name: str) -> None:
    typed = name.replace("ё", "е").replace("Ё", "Е")
    assert searching.searched(typed)["piece"] in name.lower()
    assert searching.searched(name) == searching.searched(typed) | {"search": name.strip().lower()}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (LeadFilter(search="анна"), [ANNA]),
        (LeadFilter(search="ОБРАЗЦ"), [BORIS]),
        (LeadFilter(search="8 (999) 000-00-02"), [BORIS]),
        (LeadFilter(search="999 000-00-02"), [BORIS]),
        (LeadFilter(search="8 999 000 00"), [BORIS, ANNA]),
        (LeadFilter(search="Примерова  Анна"), [ANNA]),
        (LeadFilter(search="примёрова"), [ANNA]),
        (LeadFilter(search="Анна Образцова"), []),
        (LeadFilter(search="nobody-0000002@example.org"), []),
        (LeadFilter(search="vera@"), [VERA]),
        (LeadFilter(search="lead-b"), [BORIS]),
        (LeadFilter(search="'; drop table events; --"), []),
        (LeadFilter(source="vk"), [VERA]),
        (LeadFilter(partner_id=PETR), [ANNA]),
        (LeadFilter(webinar_id=WEBINAR), [VERA, BORIS, ANNA]),
        (LeadFilter(webinar_id="second"), []),
        (LeadFilter(verdict="not_attended"), [VERA, BORIS]),
        (LeadFilter(verdict="none"), []),
        (LeadFilter(telegram="none"), [VERA]),
        (LeadFilter(telegram="linked", verdict="not_attended"), [BORIS]),
    ],
)
def test_filters_narrow_the_list(told: LocalWarehouse, wanted: LeadFilter, found: list[str]) -> None:
    assert ids(leads.leads(told, wanted)) == found


def test_a_page_knows_how_many_there_are_in_all(told: LocalWarehouse) -> None:
    page = leads.leads(told, LeadFilter(), limit=1, offset=1)
    assert (ids(page), page.total) == ([BORIS], 3)


def test_a_merged_lead_is_listed_under_the_one_that_goes_on(told: LocalWarehouse) -> None:
    merged = LeadMerged(action_id="merge-1", into_lead_id=ANNA)
    told.append([Fact.of(merged, emitter=Emitter.CRM, occurred_at=at(60), lead_id=VERA)])
    assert ids(leads.leads(told, LeadFilter())) == [BORIS, ANNA]


def test_the_board_shows_the_newest_of_each_stage_and_counts_them_all(told: LocalWarehouse) -> None:
    moved = LeadStageChanged(action_id="move-1", stage="won", by="staff")
    told.append([Fact.of(moved, emitter=Emitter.CRM, occurred_at=at(60), lead_id=ANNA)])
    stages = ("new", "won", "lost")
    board = leads.board(told, stages, LeadFilter(), limit=1)
    found = {stage: (ids(page), page.total) for stage, page in board.items()}
    assert found == {"new": ([VERA], 2), "won": ([ANNA], 1), "lost": ([], 0)}
    for stage in stages:
        assert board[stage] == leads.leads(told, LeadFilter(stage=stage), limit=1)
    nobodys = leads.board(told, stages, LeadFilter(owner="nobody@example.org"))
    assert {page.total for page in nobodys.values()} == {0}
    assert leads.board(told, (), LeadFilter()) == {}


def test_sources_are_ranked(told: LocalWarehouse) -> None:
    assert leads.sources(told) == ["direct", "vk", "yandex"]


def test_a_session_s_numbers_count_each_lead_once(told: LocalWarehouse) -> None:
    assert studio.session_numbers(told) == {SESSION: studio.SessionNumbers(3, 2, 1, 1, 1)}
    assert studio.in_room(told, at(30)) == {SESSION: 2}


def test_partners_are_named_by_their_names_and_the_nameless_come_last(told: LocalWarehouse) -> None:
    joined = [PartnerJoined(partner_id=who, code=who) for who in ("partner-a", "partner-b")]
    told.append(
        [Fact.of(one, emitter=Emitter.CORE, occurred_at=at(0)) for one in joined],
        personal=[PersonalRow("partner-b", Personal.NAME, "аня")],
    )
    assert list(partners.names(told).items()) == [("partner-b", "аня"), (PETR, "Пётр Партнёров"), ("partner-a", "")]


def test_a_partner_s_numbers_are_those_of_the_partner_s_leads(told: LocalWarehouse) -> None:
    [petr] = studio.partners(told)
    assert (petr.name, petr.touches, petr.leads, petr.registered, petr.attended) == ("Пётр Партнёров", 1, 1, 1, 1)
    assert (petr.alerts_sent, petr.alerts_skipped) == (1, 0)


def test_a_reassigned_lead_counts_for_its_new_partner(told: LocalWarehouse) -> None:
    assigned = LeadAssigned(action_id="assign-1", by="admin@example.org", partner_id=PETR, reason="asked for")
    told.append([Fact.of(assigned, emitter=Emitter.CRM, occurred_at=at(60), lead_id=BORIS)])
    [petr] = studio.partners(told)
    assert (petr.leads, petr.registered, petr.attended) == (2, 2, 1)
    assert ids(leads.leads(told, LeadFilter(partner_id=PETR))) == [BORIS, ANNA]


def test_every_message_has_one_state(told: LocalWarehouse) -> None:
    states = {message.message_key: message.state for message in outbox.messages(told).rows}
    assert states == {
        "m-sent": "sent", "m-alert": "sent", "m-failed": "failed", "m-uncertain": "uncertain",
        "m-retrying": "retrying", "m-skipped": "skipped", "m-waiting": "waiting",
    }  # fmt: skip


def test_states_are_counted_and_sending_is_timed(told: LocalWarehouse) -> None:
    counts = {count.state: count for count in outbox.states(told, now=just_now())}
    assert {state: count.messages for state, count in counts.items()} == {
        "waiting": 1, "retrying": 1, "sent": 2, "uncertain": 1, "failed": 1, "skipped": 1,
    }  # fmt: skip
    assert (counts["sent"].p50_seconds, counts["sent"].p95_seconds) == (pytest.approx(1.0), pytest.approx(1.45))


def test_only_the_last_hour_is_timed(told: LocalWarehouse) -> None:
    [sent] = [c for c in outbox.states(told, now=just_now() + dtm.timedelta(hours=2)) if c.state == "sent"]
    assert (sent.messages, sent.p50_seconds) == (2, None)


def test_what_was_withheld_is_skipped_and_says_that_it_had_been_planned(told: LocalWarehouse) -> None:
    event = MessageWithheld(
        message_key="m-waiting", attempt=1, transport="telegram", reason="exited", saw=("form_submitted",)
    )
    planned = next(message for message in outbox.messages(told).rows if message.message_key == "m-waiting")
    told.append([Fact.of(event, emitter=Emitter.NOTIFIER, occurred_at=at(90), lead_id=planned.lead_id)])
    withheld = next(message for message in outbox.messages(told, state="skipped").rows if message.is_withheld)
    assert (withheld.message_key, withheld.reason, withheld.saw) == ("m-waiting", "exited", ("form_submitted",))
    assert not any(count.state == "waiting" for count in outbox.states(told, now=at(90)))
    assert "m-waiting" not in {one.planned.properties["message_key"] for one in backlog(told).messages}
    assert step_numbers(told)["after", "follow_up_attended"].reasons == (("exited", 1),)


@pytest.mark.parametrize(
    ("person", "found"),
    [("анна", True), ("ПАРТН", True), ("999 000-00-01", True), ("lead-a", True), ("nobody", False), ("%", False)],
)
def test_the_messages_of_a_person_are_found_and_counted(told: LocalWarehouse, person: str, *, found: bool) -> None:
    page = outbox.messages(told, person=person)
    assert (page.total > 0) == found
    assert sum(count.messages for count in outbox.states(told, now=at(90), person=person)) == page.total
    narrowed = outbox.messages(told, person=person, scenario="welcome")
    counts = outbox.states(told, now=at(90), person=person, scenario="welcome")
    assert sum(count.messages for count in counts) == narrowed.total


def test_a_message_is_shown_as_its_recipient_saw_it(told: LocalWarehouse) -> None:
    [sent] = [message for message in outbox.messages(told, state="sent", lead_id=ANNA).rows if message.text]
    assert sent.text == "<b>Анна</b>, вы записаны &amp; ждём"
    assert sent.buttons == (outbox.Button("Войти", "https://example.org/j/x"),)
    assert (sent.lead_name, sent.latency_seconds) == ("Анна Примерова", 0.5)


def test_a_skipped_message_says_why(told: LocalWarehouse) -> None:
    [skipped] = outbox.messages(told, state="skipped").rows
    assert (skipped.reason, skipped.saw, skipped.text) == ("channel_gone", ("telegram_not_linked",), "")


def test_a_forgotten_person_s_messages_lose_their_text(told: LocalWarehouse) -> None:
    told.erase(ANNA)
    assert all(not message.text and not message.lead_name for message in outbox.messages(told, lead_id=ANNA).rows)


def test_an_empty_house_has_empty_answers(warehouse: LocalWarehouse) -> None:
    assert leads.leads(warehouse, LeadFilter()) == leads.LeadPage((), 0)
    assert outbox.messages(warehouse) == outbox.MessagePage((), 0)
    assert (outbox.states(warehouse, now=at(0)), studio.partners(warehouse), studio.session_numbers(warehouse)) == (
        [],
        [],
        {},
    )


def test_the_studio_s_questions_are_answered_read_only(warehouse: LocalWarehouse) -> None:
    with pytest.raises(WarehouseError):
        warehouse.sql("delete from events")
