import asyncio
import datetime as dtm
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
import reflex as rx

from app.access import accounts, sessions
from app.access.roles import Role
from app.dashboards.audience import Audience
from app.dashboards.funnel import Funnel
from app.dashboards.sources import Sources
from app.shared import schedule, telegram
from app.shared import warehouse as connection
from app.studio.bubbles import bubble
from app.studio.desk import Desk
from app.studio.forgetting import ForgetStaffPages
from app.studio.home import Home
from app.studio.lead import LeadPage
from app.studio.leads import Leads
from app.studio.outbox import Outbox
from app.studio.partners import Partners
from app.studio.redefining import redefined
from app.studio.rejected import RejectedPage
from app.studio.scenarios.editor import Editor, Texts
from app.studio.scenarios.preview import Preview
from app.studio.scenarios.timelines import Timelines
from app.studio.webinar import WebinarPage
from app.studio.webinars import WebinarForm, Webinars
from domain.events import AttendancePolicy, CanaryReleased, Emitter, Fact, Offer, WebinarConfigured
from domain.people import grouped
from domain.reaction import answer
from domain.webinars import Schedule
from tests.app.tab import Tab
from tests.warehouse.small_cohort import ANNA, BORIS, PETR, SESSION, VERA, WEBINAR, tell
from warehouse import resending
from warehouse.credentials import Credential
from warehouse.interface import Personal
from warehouse.local import LocalWarehouse
from warehouse.reads import outbox
from warehouse.reads.canary import LOST_AFTER, Canary

NOW = dtm.datetime.now(dtm.UTC)
PASSWORD = "шесть зелёных лошадей"
PAGES = (
    Home, Webinars, WebinarForm, WebinarPage, Leads, LeadPage, Outbox, Partners, RejectedPage, Funnel, Timelines,
    Preview, Texts, Editor, Audience, Sources,
)  # fmt: skip
OPEN_TO_ALL = {"hush", "setvar", "set_chosen_lang"}
WORDS = {"lang", "t", "chosen_lang", "access", "email", "role", "notice", "complaint"}
"""Vars of the desk itself: texts of the catalogue, and what is said to whoever is refused."""


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalWarehouse, str]]:
    """A house that nobody may change, and a partner's cookie in it: one for all the tests that are refused."""
    path = tmp_path_factory.mktemp("settled") / "warehouse.duckdb"
    with LocalWarehouse(path, credential=Credential.of("admin")) as opened:
        tell(opened)
        yield opened, cookie(opened, Role.PARTNER)


@pytest.fixture
def closed(
    settled: tuple[LocalWarehouse, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[LocalWarehouse, str]]:
    connection.install(settled[0])
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield settled
    connection.install(None)


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    tell(warehouse)
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


def cookie(house: LocalWarehouse, role: Role) -> str:
    """Of somebody with this role who is logged in; how one comes by a password is `test_access.py`."""
    account = accounts.Account(f"{role}@example.org", role)
    body = {"role": str(role), "is_active": True, "created_at": NOW.isoformat()}
    house.put(accounts.COLLECTION, account.email, body)
    return f"efir_session={sessions.start(house, account, NOW)}"


@pytest.fixture
def admin(house: LocalWarehouse) -> Tab:
    return Tab(cookie(house, Role.ADMIN))


def handlers(page: type[rx.State]) -> list[str]:
    return sorted(name for name in page.event_handlers if name not in OPEN_TO_ALL and not name.startswith("_"))


def shown(state: rx.State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in type(state).base_vars if name not in WORDS}


CALLS = [(page, name) for page in PAGES for name in handlers(page) if name in vars(page)]
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "turn": (1,),
    "look": ("lead", "", ""),
    "look_into": ("lead", "vk"),
    "save": ({"title_ru": "Взлом", "duration": "10", "media_url": "x.mp4"},),
    "narrow": ({"search": ""},),
    "beat": (),
    "choose": ("sent",),
    "take_costs": (),
    "look_at_costs": ({"csv": "source,amount,since,until\nvk,1,2026-03-01,2026-03-02"},),
    "drop_cost": ("2026-03-01:2026-03-02:vk",),
    "add": ({"name": "Mallory", "code": "mallory"},),
    "make_bot_link": (PETR,),
    "make_cabinet_link": (PETR,),
    "close_cabinet": (PETR,),
    "lead_to": ("pervyy",),
    "schedule_session": ({"starts_at": "2027-01-01T12:00"},),
    "move": ({"session_id": SESSION, "starts_at": "2027-01-01T12:00"},),
    "cancel": (SESSION,),
    "go_live": (SESSION,),
    "end": (SESSION,),
    "ask": (f"cancel:{SESSION}",),
    "add_row": ("offer",),
    "remove_row": ("offer", "invented"),
    "replay": ("any",),
    "resend": ("any",),
    "discard": ("any",),
    "switch": ("session", "", True),
    "choose_kind": (False,),
    "find": ({"search": ""},),
    "show_lead": (ANNA,),
    "pick": ("en", "b"),
    "try_out": ("{{ name }}",),
    "restore": (0,),
    "end_experiment": (),
    "show_imagined": ({"session": SESSION, "linked": "on"},),
}
ADDRESSES = {WebinarPage: f"/studio/webinars/{WEBINAR}", LeadPage: f"/studio/leads/{ANNA}"}


def test_every_handler_is_among_the_tried_ones() -> None:
    assert {name for _, name in CALLS} - {"opened"} <= set(ARGUMENTS)
    assert len(CALLS) > 20


def stored(house: LocalWarehouse) -> tuple[int, int, int]:
    return house.health()["last_seq"], len(house.entries("tokens")), len(house.rejected())


@pytest.mark.parametrize(("page", "name"), CALLS, ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.parametrize("visitor", ["stranger", "partner"])
def test_who_is_no_staff_sees_nothing_and_changes_nothing(
    closed: tuple[LocalWarehouse, str], visitor: str, page: type[rx.State], name: str
) -> None:
    house, of_partner = closed
    before, blank = stored(house), shown(Tab().page(page))
    at = ADDRESSES.get(page, "/studio")  # type: ignore[call-overload]
    state = Tab(of_partner if visitor == "partner" else "efir_session=guess", at).call(
        page, name, *ARGUMENTS.get(name, ())
    )
    assert (state.access, state.email) == ("forbidden" if visitor == "partner" else "nobody", "")
    assert shown(state) == blank
    assert stored(house) == before


def test_a_marketer_reads_but_does_not_go_on_air(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER), f"/studio/webinars/{WEBINAR}")
    assert tab.call(WebinarPage, "opened").title == "Первый вебинар"
    assert tab.call(WebinarPage, "cancel", SESSION).access == "forbidden"
    assert schedule.current().sessions[SESSION].status == "scheduled"


def test_who_logs_out_loses_what_was_on_the_page(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.ADMIN))
    assert tab.call(Leads, "opened").total == 3
    accounts.set_active(house, "admin@example.org", NOW, is_active=False)
    assert tab.call(Leads, "turn", 1).lines == []


class Load:
    """What a page load or a reconnect sends first."""

    def __init__(self, sent: str) -> None:
        self.name = f"reflex___state____state.{sent}"


def load(tab: Tab, sent: str) -> None:
    asyncio.run(ForgetStaffPages().preprocess(None, tab.root, Load(sent)))  # type: ignore[arg-type]


@pytest.mark.parametrize("sent", ["hydrate", "hydrate_and_load"])
@pytest.mark.parametrize("successor", ["", "efir_session=guess", Role.HOST])
def test_the_next_person_in_a_tab_is_not_sent_what_the_last_one_saw(
    house: LocalWarehouse, admin: Tab, sent: str, successor: str
) -> None:
    assert admin.call(Leads, "opened").lines
    admin.cookie = cookie(house, successor) if isinstance(successor, Role) else successor
    admin.go("/studio/leads")
    load(admin, sent)
    assert admin.page(Leads).lines == []
    assert admin.page(Desk).access == "checking"
    assert "Анна" not in str(admin.root.dict())


def test_a_reconnect_of_the_same_person_keeps_the_page(admin: Tab) -> None:
    admin.call(Leads, "opened")
    load(admin, "hydrate_and_load")
    assert admin.page(Leads).total == 3


def test_home_shows_the_state_of_things(admin: Tab) -> None:
    home = admin.call(Home, "opened")
    assert (home.total_leads, home.facts, home.self_check) == (3, 39, "ok")
    assert [line.name for line in home.newest] == ["Vera Sample", "Борис Образцов", "Анна Примерова"]
    assert (home.sent, home.undelivered, home.latency) == (2, 2, "1,45")


def test_leads_are_searched_and_filtered_from_the_address_too(admin: Tab) -> None:
    assert [line.lead_id for line in admin.call(Leads, "narrow", {"search": "образц"}).lines] == [BORIS]
    admin.go("/studio/leads?source=vk")
    assert [line.lead_id for line in admin.call(Leads, "opened").lines] == [VERA]


def test_a_lead_s_card_tells_everything_in_words(admin: Tab) -> None:
    admin.go(f"/studio/leads/{ANNA}/")
    card = admin.call(LeadPage, "opened")
    assert (card.name, card.contacts, card.partner) == ("Анна Примерова", [grouped("+79990000001")], "Пётр Партнёров")
    [verdict] = card.verdicts
    assert (verdict.status_text, verdict.outcome, verdict.share) == (
        "Посетил",
        "Отправил форму",
        "99\N{NO-BREAK SPACE}%",
    )
    assert verdict.reasons == ["Просмотрено 19:50 из 20:00."]
    assert {"touch_recorded", "core_ingest_event", "client_webinar_entered", "message_sent"} <= {
        e.name for e in card.entries
    }
    assert [entry.at for entry in card.entries] == sorted((entry.at for entry in card.entries), reverse=True)
    [bubble] = card.bubbles
    assert [(piece.text, piece.style) for piece in bubble.pieces] == [
        ("Анна", "bold"),
        (", вы записаны & ждём", "plain"),
    ]


def test_an_unknown_lead_is_said_to_be_missing(admin: Tab) -> None:
    admin.go("/studio/leads/nobody")
    assert admin.call(LeadPage, "opened").is_missing


def test_quiet_hours_and_the_cap_are_saved_with_a_version(admin: Tab) -> None:
    admin.go(f"/studio/webinars/{WEBINAR}/edit")
    values = {**admin.call(WebinarForm, "opened").values, "media_url": "sample.mp4"}
    assert (values["daily_cap"], values["quiet_from"], values["quiet_to"]) == ("3", "22:00", "09:00")
    assert admin.call(WebinarForm, "save", {**values, "quiet_from": "late"}).wrong["quiet_from"]
    admin.call(WebinarForm, "save", {**values, "daily_cap": "1", "quiet_from": "21:30"})
    limits = asyncio.run(schedule.refresh()).webinars[WEBINAR].limits
    assert (limits.version, limits.daily_cap, limits.quiet_from) == (2, 1, dtm.time(21, 30))


def test_the_outbox_says_why(admin: Tab) -> None:
    [skipped] = admin.call(Outbox, "choose", "skipped").bubbles
    assert skipped.why == "Telegram не привязан или бот заблокирован. Telegram так и не привязали."
    [failed] = admin.call(Outbox, "choose", "failed").bubbles
    assert (failed.state_text, failed.why) == ("Не доставлено", "400 — chat not found")


def test_the_outbox_is_narrowed_by_person_scenario_and_state_and_the_address_says_so(admin: Tab) -> None:
    whole = admin.call(Outbox, "choose", "")
    everything = whole.total
    page = admin.call(Outbox, "narrow", {"person": "Анна", "scenario": "welcome"})
    assert 0 < page.total < everything
    assert {bubble.lead_name for bubble in page.bubbles} == {"Анна Примерова"}
    page = admin.call(Outbox, "choose", "sent")
    assert {bubble.state for bubble in page.bubbles} == {"sent"}
    assert parse_qs(page.address[1:]) == {"state": ["sent"], "person": ["Анна"], "scenario": ["welcome"]}
    admin.go(f"/studio/outbox{page.address}")
    again = admin.call(Outbox, "opened")
    assert [bubble.message_key for bubble in again.bubbles] == [bubble.message_key for bubble in page.bubbles]
    nobody = admin.call(Outbox, "narrow", {"person": "Никто", "scenario": ""})
    assert (nobody.bubbles, nobody.total) == ([], 0)


def test_the_outbox_shows_the_canary_and_misses_it(admin: Tab, house: LocalWarehouse) -> None:
    assert admin.call(Outbox, "opened").canary == ""
    minute = dtm.datetime.now(dtm.UTC).replace(second=0, microsecond=0)
    released = Fact.of(CanaryReleased(minute=minute), emitter=Emitter.NOTIFIER, occurred_at=minute)
    house.append([released])
    house.append(answer([released], minute))
    page = admin.call(Outbox, "beat")
    assert float(page.canary.replace(",", ".")) >= 0
    assert not page.is_canary_lost
    lost = Canary(released_at=minute, answered_at=None)
    assert (lost.is_lost(minute), lost.is_lost(minute + LOST_AFTER)) == (False, True)


def test_what_can_only_expire_again_is_not_offered_to_be_sent_again(admin: Tab, house: LocalWarehouse) -> None:
    [failed] = admin.call(Outbox, "choose", "failed").bubbles
    assert not failed.can_resend  # the cohort's evening was long ago
    [row] = outbox.messages(house, state="failed").rows
    assert row.valid_until is not None
    earlier = row.valid_until - dtm.timedelta(seconds=1)
    assert bubble(row, Schedule(), "ru", now=earlier).can_resend


def test_a_host_asks_for_a_failed_message_to_be_sent_again(admin: Tab, house: LocalWarehouse) -> None:
    [failed] = admin.call(Outbox, "choose", "failed").bubbles
    assert admin.call(Outbox, "resend", failed.message_key).notice
    assert list(resending.asked(house).values()) == [failed.message_key]


def test_the_funnel_s_bars_lead_to_their_people(admin: Tab) -> None:
    page = admin.call(Funnel, "opened")
    assert [bar.count for bar in page.bars] == [4, 3, 2, 2, 2, 1, 1, 1, 1]
    assert all(bar.definition for bar in page.bars)
    admin.go("/studio/funnel?stage=linked&lost=1")
    page = admin.call(Funnel, "opened")
    assert [(person.lead_id, person.name) for person in page.people] == [(VERA, "Vera Sample")]
    admin.go("/studio/funnel?breakdown=partner&stage=touched&slice=~")
    page = admin.call(Funnel, "opened")
    assert [(row.label, row.cells[0].count) for row in page.rows] == [("не указано", 3), ("Пётр Партнёров", 1)]
    assert page.people_total == 3


def form(**changes: str) -> dict[str, str]:
    typed = {
        "title_ru": "Второй вебинар",
        "duration": "45",
        "media_url": "sample.mp4",
        "mode": "live",
        "time_zone": "Asia/Omsk",
    }
    return {**typed, **changes}


def test_a_webinar_is_made_scheduled_aired_and_ended(admin: Tab, house: LocalWarehouse) -> None:
    admin.go("/studio/webinars/new")
    admin.call(WebinarForm, "opened")
    admin.call(WebinarForm, "save", form())
    admin.go("/studio/webinars/vtoroy-vebinar")
    assert admin.call(WebinarPage, "opened").title == "Второй вебинар"
    later = (NOW + dtm.timedelta(days=1)).strftime("%Y-%m-%dT12:00")
    [card] = admin.call(WebinarPage, "schedule_session", {"starts_at": later}).ahead
    assert card.starts_at.endswith("06:00:00+00:00"), "noon in Omsk"
    moved = admin.call(
        WebinarPage, "move", {"session_id": card.session_id, "starts_at": later.replace("12:00", "15:30")}
    )
    assert moved.ahead[0].local_start.endswith("15:30")
    assert admin.call(WebinarPage, "go_live", card.session_id).ahead[0].phase == "on_air"
    assert "уже идёт" in admin.call(WebinarPage, "move", {"session_id": card.session_id, "starts_at": later}).complaint
    assert [done.phase for done in admin.call(WebinarPage, "end", card.session_id).past] == ["over"]
    names = [fact.name for fact in house.facts_of(webinar_ids=["vtoroy-vebinar"])]
    assert names == [
        "webinar_configured", "webinar_scheduled", "webinar_rescheduled", "webinar_started", "webinar_ended",
    ]  # fmt: skip
    assert house.rejected() == []


def test_what_is_wrong_with_a_webinar_is_said_field_by_field(admin: Tab, house: LocalWarehouse) -> None:
    before = house.health()["last_seq"]
    page = admin.call(WebinarForm, "save", form(title_ru="", duration="вечно", slug="pervyy", time_zone="Mars/Base"))
    assert {field for field, sentence in page.wrong.items() if sentence} == {
        "title_ru",
        "duration",
        "slug",
        "time_zone",
    }
    assert house.health()["last_seq"] == before


def test_a_form_saves_what_was_changed_in_it_and_no_more(admin: Tab) -> None:
    """Meanwhile the policy, an offer's time and a switch are changed elsewhere, and an offer is added."""

    def offer(name: str, **more: Any) -> Offer:
        return Offer(offer_id=name, title={"ru": name}, button={"ru": "Взять"}, url="https://example.org", **more)

    async def changed(**fields: Any) -> WebinarConfigured:
        await redefined(WEBINAR, lambda _: fields)
        return (await schedule.refresh()).webinars[WEBINAR].definition

    asyncio.run(changed(offers=(offer("a"), offer("b")), is_pause_allowed=True, media_url="sample.mp4"))
    admin.go(f"/studio/webinars/{WEBINAR}/edit")
    page = admin.call(WebinarForm, "opened")
    rows = {f"offer.{row['id']}.{name}": row[name] for row in page.offers for name in row if "wrong." not in name}
    typed = {**page.values, **rows, "title_ru": "Новое имя", "offer.b.title_ru": "", "is_pause_allowed": "on"}
    del typed["is_script_disclosed"]  # as a browser sends a box that was unticked
    policy = AttendancePolicy(version=2, attended_minutes=7)
    elsewhere = (offer("a", show_at_seconds=60), offer("b"), offer("c"))
    asyncio.run(changed(policy=policy, offers=elsewhere, is_chat_open=False))
    admin.call(WebinarForm, "save", typed)
    saved = asyncio.run(schedule.refresh()).webinars[WEBINAR].definition
    assert (saved.title["ru"], saved.is_script_disclosed, saved.is_pause_allowed) == ("Новое имя", False, True)
    assert (saved.policy, saved.is_chat_open) == (policy, False)
    assert [(one.offer_id, one.show_at_seconds) for one in saved.offers] == [("a", 60), ("c", None)]


def test_rows_of_offers_and_polls_come_and_go_before_anything_is_saved(admin: Tab, house: LocalWarehouse) -> None:
    before = house.health()["last_seq"]
    admin.go("/studio/webinars/new")
    admin.call(WebinarForm, "opened")
    (offer,) = admin.call(WebinarForm, "add_row", "offer").offers
    (poll,) = admin.call(WebinarForm, "add_row", "poll").polls
    page = admin.call(WebinarForm, "save", form(**{f"offer.{offer['id']}.title_ru": "Курс"}))
    assert "Заполните" in page.offers[0]["wrong.button_ru"]
    page = admin.call(WebinarForm, "remove_row", "offer", offer["id"])
    assert (page.offers, [row["id"] for row in page.polls]) == ([], [poll["id"]])
    assert house.health()["last_seq"] == before


def test_a_playlist_needs_a_folder_of_its_own(admin: Tab) -> None:
    page = admin.call(WebinarForm, "save", form(media_kind="hls", media_url="index.m3u8"))
    assert "своя папка" in page.wrong["media_url"]


def test_auto_runs_itself_and_a_cancelled_session_stays_cancelled(admin: Tab) -> None:
    admin.go(f"/studio/webinars/{WEBINAR}")
    admin.call(WebinarPage, "opened")
    assert "сам, по часам" in admin.call(WebinarPage, "go_live", SESSION).complaint
    assert "Такого эфира" in admin.call(WebinarPage, "cancel", "of-another-webinar").complaint
    (card,) = admin.call(WebinarPage, "cancel", SESSION).past
    assert (card.phase, card.registered > 0, card.attended_percent) == ("cancelled", True, "—")
    assert "уже отменён" in admin.call(WebinarPage, "cancel", SESSION).complaint


def test_a_partner_gets_a_code_a_link_and_a_bot_link(
    admin: Tab, house: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = admin.call(Partners, "add", {"name": "Мария Выдумкина", "code": ""})
    card = next(card for card in page.cards if card.name == "Мария Выдумкина")
    assert card.code == "mariya-vydumkina"
    assert card.link.startswith("http://localhost:3000/w/pervyy?ref=mariya-vydumkina.")
    assert card.qr.startswith("data:image/svg+xml")
    assert house.find_people(Personal.NAME, "Мария Выдумкина") == [card.partner_id]
    house.put("telegram_bot", "current", {"username": "efir_test_bot", "transport": "telegram"})
    monkeypatch.setattr(telegram, "FRESH_SECONDS", -1.0)
    page = admin.call(Partners, "opened")
    starts = {card.code: card.bot_start for card in page.cards}
    assert starts["mariya-vydumkina"].startswith("https://t.me/efir_test_bot?start=mariya-vydumkina-")
    page = admin.call(Partners, "make_bot_link", card.partner_id)
    assert page.bot_link.startswith(("http://localhost:3000/telegram/", "https://t.me/"))
    assert (page.link_of, page.link_opens) == (card.partner_id, "bot")


@pytest.mark.parametrize("payload", ['{"name": "\\ud800"}', "[" * 20_000], ids=["half a character", "depth"])
def test_no_refusal_is_too_odd_to_be_shown_and_closed(admin: Tab, house: LocalWarehouse, payload: str) -> None:
    """A state that is no UTF-8 ended the socket: the page, and every other of that tab, said «loading» for ever."""
    odd = house.reject(stage="append", code="invalid_json", message="no", payload=payload, emitter="collect_api")
    (shown,) = admin.call(RejectedPage, "opened").refusals
    assert shown.payload.encode() == payload[:5_000].encode()
    assert "Снова отклонено" in admin.call(RejectedPage, "replay", odd).complaint
    assert admin.call(RejectedPage, "discard", odd).refusals == []


def test_a_code_belongs_to_one_partner(admin: Tab, house: LocalWarehouse) -> None:
    before = house.health()["last_seq"]
    assert (
        admin.call(Partners, "add", {"name": "Другой", "code": "PETR"}).wrong["code"]
        == "Такой код уже есть у другого партнёра."
    )
    assert admin.call(Partners, "add", {"name": "", "code": ""}).wrong["name"]
    assert house.health()["last_seq"] == before


def test_a_refusal_can_be_replayed_or_discarded(admin: Tab, house: LocalWarehouse) -> None:
    fact = house.facts_of(lead_ids=[ANNA], names=["client_webinar_entered"])[0]
    payload = fact.model_copy(
        update={"event_id": "0b5f0c36-6f0c-4f0e-9a3e-0a0a0a0a0a0a", "lead_id": VERA}
    ).model_dump_json(exclude={"seq", "recorded_at"})
    good, bad = (
        house.reject(stage="append", code="emitter_not_allowed", message="no", payload=text, emitter=str(fact.emitter))
        for text in (payload, "{broken")
    )
    assert len(admin.call(RejectedPage, "opened").refusals) == 2
    assert "в журнале" in admin.call(RejectedPage, "replay", good).notice
    assert "Снова отклонено" in admin.call(RejectedPage, "replay", bad).complaint
    assert admin.call(RejectedPage, "discard", bad).refusals == []
    assert [fact.lead_id for fact in house.facts_of(lead_ids=[VERA], names=["client_webinar_entered"])] == [VERA]


def test_pages_speak_english_when_asked(admin: Tab) -> None:
    admin.go(f"/studio/leads/{ANNA}?lang=en")
    card = admin.call(LeadPage, "opened")
    assert card.verdicts[0].reasons == ["Watched 19:50 of 20:00."]
    assert card.t["studio.nav.leads"] == "Leads"


def test_what_an_address_says_is_kept_in_the_other_language_and_at_the_login(house: LocalWarehouse) -> None:
    stranger = Tab(at="/studio/funnel?source=a%26b&lang=en")
    shown = stranger.call(Funnel, "opened")
    assert (shown.access, shown.kept_query) == ("nobody", "&source=a%26b")
    assert shown.way_in == "/login?next=%2Fstudio%2Ffunnel%3Fsource%3Da%2526b"
    reader = Tab(cookie(house, Role.ANALYST), "/studio/funnel?days=30")
    assert reader.call(Funnel, "opened").kept_query == "&days=30"
