"""Every row of the delivery table, with a real Bot API server that misbehaves: what is recorded, what is sent again."""

import datetime as dtm
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import pytest

from domain.events import (
    ConsentWithdrawn,
    Emitter,
    Event,
    Fact,
    RegisteredForSession,
    WebinarEnded,
    WebinarScheduled,
    WebinarStarted,
)
from notifier import delivery
from notifier.delivery import ASKED_ANEW_AFTER_SECONDS, RECORDING_AT_ONCE, RESEND_AFTER
from notifier.lanes import Limits
from tests.botapi.server import BotApi
from tests.botapi.telegram_state import Mischief
from tests.notifier.house import HOUR, SESSION, SITE, WEBINAR, House, now
from tests.patience import PATIENCE_SECONDS
from warehouse import tokens
from warehouse.interface import Receipt, Warehouse


@pytest.fixture
def lead(house: House) -> str:
    house.a_webinar()
    return house.a_lead()


def test_a_planned_message_is_recorded_before_it_is_sent_and_settled_after(
    house: House, api: BotApi, lead: str
) -> None:
    house.start()
    key = house.plan(lead)
    final = house.await_final(key)
    assert house.story(key) == ["message_sending", "message_sent"]
    message = api.messages(1001)[0]
    assert "Анна" in message["text"]
    assert "Первый вебинар" in message["text"]
    assert final.properties["transport_message_id"] == str(message["message_id"])
    assert final.properties["latency_seconds"] < 2
    sending = house.facts("message_sending")[0]
    assert sending.recorded_at is not None
    assert sending.recorded_at.timestamp() <= message["at"]


def test_the_text_is_kept_beside_the_fact_as_the_recipient_sees_it(house: House, api: BotApi, lead: str) -> None:
    house.start()
    key = house.plan(lead)
    house.await_final(key)
    kept = json.loads(house.texts_of(lead)[key])
    assert kept["lang"] == "ru"
    assert kept["text"] == api.messages(1001)[0]["text"]
    assert kept["buttons"][0]["url"].startswith(f"{SITE}/j/")
    assert "1001" not in kept["chat"]


@pytest.mark.parametrize(
    ("mischief", "outcomes", "delivered"),
    [
        ("bad_request", ["message_sending", "message_failed"], 0),
        ("hang_after_delivery", ["message_sending", "message_uncertain"], 1),
        ("error_after_delivery", ["message_sending", "message_uncertain"], 1),
        ("error_before_delivery", ["message_sending", "message_uncertain"], 0),
        ("garbage_after_delivery", ["message_sending", "message_uncertain"], 1),
        ("reset_after_delivery", ["message_sending", "message_uncertain"], 1),
        ("reset_before_delivery", ["message_sending", "message_uncertain"], 0),
    ],
)
def test_what_is_refused_or_unknown_is_never_sent_again(
    house: House, api: BotApi, lead: str, mischief: Mischief, outcomes: list[str], delivered: int
) -> None:
    api.misbehave(mischief, seconds=3)
    house.start(**({"telegram_read_seconds": 1.0} if mischief == "hang_after_delivery" else {}))
    key = house.plan(lead)
    house.await_final(key)
    other = house.plan(house.a_lead("Борис Примеров", chat=1002))
    house.await_final(other)
    assert house.story(key) == outcomes
    assert len(api.messages(1001)) == delivered
    assert len([call for call in api.calls("sendMessage") if call.chat_id == 1001]) == 1
    assert house.story(other) == ["message_sending", "message_sent"]


def test_a_refusal_keeps_telegrams_words(house: House, api: BotApi, lead: str) -> None:
    api.misbehave("bad_request")
    house.start()
    final = house.await_final(house.plan(lead))
    assert final.properties["code"] == "bad_request"
    assert "can't be sent" in final.properties["detail"]


@pytest.mark.parametrize("mischief", ["forbidden", "deactivated", "chat_not_found"])
def test_a_channel_that_is_gone_is_stated_as_blocked(house: House, api: BotApi, lead: str, mischief: Mischief) -> None:
    api.misbehave(mischief)
    house.start()
    key = house.plan(lead)
    house.await_final(key)
    blocked = house.await_fact("telegram_blocked")
    assert blocked.lead_id == lead
    assert blocked.properties["cause"] == f"message:{key}:1"
    assert house.story(key) == ["message_sending", "message_failed"]


def test_a_partner_whose_channel_is_gone_is_blocked_and_not_the_lead(house: House, api: BotApi, lead: str) -> None:
    partner = house.a_partner(chat=2001)
    api.misbehave("forbidden", chat_id=2001)
    house.start()
    house.await_final(house.plan(lead, "partner_entered", partner_id=partner))
    assert house.await_fact("telegram_blocked").properties["partner_id"] == partner


def test_after_a_429_everybody_is_silent_for_as_long_as_telegram_says_and_then_all_arrive(
    house: House, api: BotApi, lead: str
) -> None:
    others = [house.a_lead(f"Гость {number}", chat=1100 + number) for number in range(5)]
    api.misbehave("too_many_requests", chat_id=1001, seconds=2)
    house.start()
    keys = [house.plan(lead)]
    (refused,) = api.wait_for_calls(1)
    keys += [house.plan(other) for other in others]
    for key in keys:
        assert house.await_final(key).name == "message_sent"
    after = [call for call in api.calls("sendMessage") if call.at > refused.at]
    assert len(after) == 6
    assert min(call.at for call in after) - refused.at >= 1.95
    assert house.story(keys[0]) == ["message_sending", "message_failed", "message_sending", "message_sent"]
    retry_at = dtm.datetime.fromisoformat(house.facts("message_failed")[0].properties["retry_at"])
    assert retry_at - house.facts("message_sending")[0].occurred_at > dtm.timedelta(seconds=1.95)
    assert [len(api.messages(chat)) for chat in (1001, 1100, 1104)] == [1, 1, 1]


def test_a_429_without_retry_after_is_not_sent_for_sure_either(house: House, api: BotApi, lead: str) -> None:
    api.misbehave("too_many_requests_bare")
    house.start()
    key = house.plan(lead)
    assert house.await_final(key).name == "message_sent"
    assert len(api.messages(1001)) == 1


def test_a_server_that_cannot_be_reached_costs_time_and_nothing_else(house: House, lead: str, api: BotApi) -> None:
    house.start()
    house.await_final(house.plan(lead))
    api.__exit__(None, None, None)
    key = house.plan(lead, "reminder_10m")
    failed = house.await_fact("message_failed", message_key=key)
    assert failed.properties["code"] == "unreachable"
    assert failed.properties["retry_at"]
    with BotApi(api.port) as again:
        assert house.await_final(key).name == "message_sent"
        assert len(again.messages(1001)) == 1


def test_a_message_whose_time_has_passed_is_not_sent_and_this_is_stated(house: House, api: BotApi, lead: str) -> None:
    key = house.plan(lead, valid_for=dtm.timedelta(seconds=-1))
    house.start()
    final = house.await_final(key)
    assert (final.name, final.properties["reason"]) == ("message_withheld", "expired")
    assert house.story(key) == ["message_withheld"]
    assert not api.calls("sendMessage")


def test_a_retry_never_crosses_the_end_of_validity(house: House, api: BotApi, lead: str) -> None:
    later = [dtm.timedelta(0)]
    house.now = lambda: now() + later[0]
    api.misbehave("too_many_requests", seconds=2)
    house.start()
    key = house.plan(lead, valid_for=dtm.timedelta(minutes=5))
    house.await_fact("message_failed", message_key=key)
    later[0] = dtm.timedelta(minutes=6)
    final = house.await_final(key)
    assert (final.name, final.properties["reason"]) == ("message_withheld", "expired")
    assert house.story(key) == ["message_sending", "message_failed", "message_withheld"]
    assert not api.messages()


def test_somebody_without_a_chat_costs_nobody_else_anything(house: House, api: BotApi, lead: str) -> None:
    house.start()
    key = house.plan(house.a_lead("Вера Примерова", chat=None))
    assert house.await_final(key).properties["code"] == "no_chat"
    assert house.await_final(house.plan(lead)).name == "message_sent"


def test_a_text_that_cannot_be_rendered_fails_visibly(house: House, api: BotApi, lead: str) -> None:
    house.start()
    final = house.await_final(house.plan(lead, "no_such_template"))
    assert final.properties["code"] == "render_failed"
    assert not api.calls("sendMessage")


def test_a_mistake_of_ours_in_writing_is_no_endless_loop_and_tells_nobody_s_data(
    house: House, api: BotApi, lead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather = delivery.gather

    def mistaken(*about: Any, **more: Any) -> Any:
        written = gather(*about, **more)
        if written.name == "Анна":
            raise KeyError(written.name)
        return written

    monkeypatch.setattr(delivery, "gather", mistaken)
    house.start()
    key = house.plan(lead)
    final = house.await_final(key)
    assert house.story(key) == ["message_failed"]
    assert (final.properties["code"], final.properties["detail"]) == ("render_failed", "KeyError")
    assert house.await_final(house.plan(house.a_lead("Вера Примерова", chat=1002))).name == "message_sent"
    assert not api.messages(1001)


def test_an_uncertain_message_of_a_chosen_class_is_sent_exactly_once_more(house: House, api: BotApi, lead: str) -> None:
    later = [0.0]
    house.monotonic = lambda: time.monotonic() + later[0]
    api.misbehave("error_after_delivery", times=3)
    house.start(resend_uncertain=("critical",))
    key = house.plan(lead)
    ordinary = house.plan(house.a_lead("Борис", chat=1002), "registered")
    house.await_fact("message_uncertain", message_key=key, attempt=2)
    house.await_final(ordinary)
    assert house.story(key) == ["message_sending", "message_uncertain"] * 2
    assert house.story(ordinary) == ["message_sending", "message_uncertain"]
    assert len(api.messages(1001)) == 2
    later[0] = 2 * RESEND_AFTER.total_seconds()
    house.await_final(house.plan(house.a_lead("Вера", chat=1003)))
    house.stop()
    house.start(resend_uncertain=("critical",))
    house.await_final(house.plan(house.a_lead("Глеб", chat=1004)))
    assert house.story(key) == ["message_sending", "message_uncertain"] * 2
    assert len(api.messages(1001)) == 2


class Slow:
    """A warehouse that takes records of attempts only when it is let, and knows whom others were asked about."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._changed, self._held, self._asked = threading.Condition(), 0, Counter[str]()
        self._is_let = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._warehouse, name)

    def append(self, facts: Sequence[Fact], **more: Any) -> list[Receipt]:
        if any(fact.name == "message_sending" for fact in facts):
            with self._changed:
                self._held += 1
                self._changed.notify_all()
            assert self._is_let.wait(PATIENCE_SECONDS)
        return self._warehouse.append(facts, **more)

    def facts_of(self, **wanted: Any) -> list[Fact]:
        found = self._warehouse.facts_of(**wanted)
        with self._changed:
            self._asked.update(wanted.get("lead_ids") or ())
            self._changed.notify_all()
        return found

    def await_line(self, held: int, last: str) -> None:
        """Until so many records are held up and the last one's lead was asked about: for its text and its turn."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._held == held and self._asked[last] > 1, PATIENCE_SECONDS)

    def let(self) -> None:
        self._is_let.set()


def test_what_changed_while_a_message_stood_in_line_counts(house: House, api: BotApi, lead: str) -> None:
    slow, later = Slow(house.warehouse), [0.0]
    house.warehouse, house.monotonic = cast("Warehouse", slow), lambda: time.monotonic() + later[0]
    ahead = [house.a_lead(f"Гость {number}", chat=3000 + number) for number in range(RECORDING_AT_ONCE)]
    house.start()
    first = [house.plan(one) for one in ahead]
    slow.await_line(RECORDING_AT_ONCE, ahead[-1])
    key = house.plan(lead)
    slow.await_line(RECORDING_AT_ONCE, lead)
    house.state(ConsentWithdrawn(purpose="processing", action_id="test"), Emitter.CORE, lead_id=lead)
    later[0] = 2 * ASKED_ANEW_AFTER_SECONDS
    slow.let()
    assert house.await_final(key).properties["reason"] == "no_consent"
    assert [house.await_final(one).name for one in first] == ["message_sent"] * RECORDING_AT_ONCE
    assert api.messages(1001) == []


def test_a_message_whose_record_took_until_it_was_too_late_is_not_sent(house: House, api: BotApi, lead: str) -> None:
    slow, later = Slow(house.warehouse), [dtm.timedelta(0)]
    house.warehouse, house.now = cast("Warehouse", slow), lambda: now() + later[0]
    house.start()
    key = house.plan(lead)
    slow.await_line(1, lead)
    later[0] = dtm.timedelta(hours=1)
    slow.let()
    assert house.await_final(key).properties["reason"] == "expired"
    assert house.story(key) == ["message_sending", "message_withheld"]
    assert api.calls("sendMessage") == []


def test_only_a_way_in_is_worth_two_messages(house: House, api: BotApi, lead: str) -> None:
    partner = house.a_partner(chat=2001)
    api.misbehave("error_after_delivery", times=2)
    house.start(resend_uncertain=("transactional",))
    way_in, alert = house.plan(lead, "registered"), house.plan(lead, "partner_entered", partner_id=partner)
    assert house.await_final(alert).name == "message_uncertain"
    assert house.await_fact("message_sent", message_key=way_in).properties["attempt"] == 2
    house.stop()
    house.start(resend_uncertain=("transactional",))
    house.await_final(house.plan(house.a_lead("Борис", chat=1002)))
    assert house.story(alert) == ["message_sending", "message_uncertain"]


def test_a_429_to_an_answer_silences_the_next_process_too(house: House, api: BotApi, lead: str) -> None:
    api.misbehave("too_many_requests", seconds=3)
    house.start()
    api.user_sends("/help", chat_id=1500)
    (refused,) = api.wait_for_calls(1)
    house.await_entry("notifier_state", "silent_until")
    house.stop()
    key = house.plan(lead)
    house.start()
    assert house.await_final(key).name == "message_sent"
    after = [call.at for call in api.calls("sendMessage") if call.at > refused.at]
    assert min(after) - refused.at >= 2.9


def test_a_wave_keeps_telegrams_ceilings_and_the_urgent_go_first(house: House, api: BotApi, lead: str) -> None:
    leads = [house.a_lead(f"Гость {number}", chat=3000 + number) for number in range(24)]
    marketing = [house.plan(one, "follow_up_attended") for one in leads]
    urgent = [house.plan(one, "live_now") for one in leads[:10]]
    house.limits = Limits()
    house.start()
    for key in (*marketing, *urgent):
        assert house.await_final(key).name == "message_sent"
    calls = api.calls("sendMessage")
    times = [call.at for call in calls]
    assert max(sum(1 for at in times if start <= at < start + 1) for start in times) <= 30
    places = [number for number, call in enumerate(calls) if "эфире!" in call.params["text"]]
    assert len(places) == 10
    assert max(places) < 24  # a few of the others were under way already; in order of planning all 24 would be
    for chat in range(3000, 3010):
        mine = [call.at for call in calls if call.chat_id == chat]
        assert all(later - earlier >= 0.9 for earlier, later in itertools.pairwise(mine))


def test_stopping_takes_less_than_five_seconds_even_while_telegram_hangs(house: House, api: BotApi, lead: str) -> None:
    api.misbehave("hang_after_delivery", seconds=30)
    running = house.start(telegram_read_seconds=30)
    key = house.plan(lead)
    api.wait_for_calls(1)
    assert running.end() < 5
    house.running = None
    assert house.story(key) == ["message_sending", "message_uncertain"]


def test_a_link_in_a_message_opens_the_room_of_this_lead(house: House, api: BotApi, lead: str) -> None:
    house.start()
    house.await_final(house.plan(lead))
    button = json.loads(api.messages(1001)[0]["reply_markup"])["inline_keyboard"][0][0]
    place = tokens.redeem(house.warehouse, "join", button["url"].rpartition("/")[2], now=now())
    assert place == {"lead_id": lead, "session_id": SESSION, "webinar_id": "first-webinar"}


def test_addresses_telegram_would_refuse_as_buttons_stand_in_the_text(house: House, api: BotApi, lead: str) -> None:
    house.start(public_url="http://localhost:3000")
    assert house.await_final(house.plan(lead)).name == "message_sent"
    assert "http://localhost:3000/j/" in api.messages(1001)[0]["text"]


def test_a_partner_sees_a_leads_name_only_with_consent_to_that(house: House, api: BotApi) -> None:
    house.a_webinar()
    partner = house.a_partner(chat=2001)
    shy = house.a_lead("Галина Примерова", partner_id=partner)
    open_ = house.a_lead("Дмитрий Примеров", chat=1002, partner_id=partner, consents=("processing", "partner_transfer"))
    house.start()
    for lead_id in (shy, open_):
        assert house.await_final(house.plan(lead_id, "partner_entered", partner_id=partner)).name == "message_sent"
    texts = " ".join(message["text"] for message in api.messages(2001))
    assert "Дмитрий Примеров" in texts
    assert "Галина" not in texts
    assert "Г•••" in texts


def test_everybody_reads_their_own_language_and_clock(house: House, api: BotApi) -> None:
    house.a_webinar()
    far = house.a_lead("Eve Example", chat=1003, language="en", time_zone="Asia/Vladivostok")
    house.start()
    house.await_final(house.plan(far, "registered"))
    text = api.messages(1003)[0]["text"]
    assert "Eve, your place is reserved" in text
    assert "Vladivostok, UTC+10" in text


def test_a_recording_is_as_long_as_the_show_was_not_as_it_was_planned(house: House, api: BotApi) -> None:
    house.a_webinar(starts_in=-2 * HOUR)
    live = WebinarScheduled(action_id="live", starts_at=now() - 2 * HOUR, duration_seconds=3600, mode="live")
    place = {"webinar_id": WEBINAR, "session_id": "live000001"}
    house.state(live, Emitter.STUDIO, **place)
    began = now() - dtm.timedelta(minutes=100)
    show: list[tuple[Event, dtm.datetime]] = [
        (WebinarStarted(), began),
        (WebinarEnded(), began + dtm.timedelta(minutes=75)),
    ]
    for event, at in show:
        house.state(event, Emitter.STUDIO, occurred_at=at, **place)
    lead = house.a_lead(chat=1003)
    house.state(RegisteredForSession(), Emitter.WEB_FORM, lead_id=lead, **place)
    house.start()
    house.await_final(house.plan(lead, "recording_offer", session_id="live000001"))
    assert "75 мин" in api.messages(1003)[0]["text"]


def test_who_links_telegram_after_their_session_is_not_welcomed_to_it(house: House, api: BotApi) -> None:
    house.a_webinar(starts_in=-2 * HOUR)
    late, again = house.a_lead(chat=1003), house.a_lead(chat=1004)
    ahead = house.a_session("ahead00001", 3 * HOUR)
    house.state(RegisteredForSession(), Emitter.WEB_FORM, lead_id=again, webinar_id=WEBINAR, session_id=ahead)
    house.start()
    for lead in (late, again):
        house.await_final(house.plan(lead, "welcome"))
    text = api.messages(1003)[0]["text"]
    assert "Выберите время" in text
    assert "UTC" not in text, "no time that has passed"
    assert "UTC" in api.messages(1004)[0]["text"]
    assert "Выберите время" not in api.messages(1004)[0]["text"]


def test_idle_costs_next_to_nothing(house: House, lead: str) -> None:
    house.start()
    house.await_final(house.plan(lead))
    began = time.process_time()
    house.warehouse.facts_after(10**9, wait_seconds=1, names={"message_sent"})
    assert time.process_time() - began < 0.4
