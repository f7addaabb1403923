"""The attendance policy in the studio: versions, the preview with its people, applying it; and the card's «why»."""

import datetime as dtm
from collections.abc import Iterator
from typing import Any

import pytest

from app.access import accounts, sessions
from app.access.roles import Role
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio.lead import LeadPage
from app.studio.policy import PolicyPage
from app.studio.webinars import WebinarForm
from domain import events
from domain.events import AttendancePolicy, Emitter, Event, Fact
from domain.reaction import react
from domain.reclassification import applied
from domain.webinars import fold_schedule
from tests.app.tab import Tab
from tests.moulds import Story
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse

WEBINAR, SESSION = "vecher", "session-1"
NOW = dtm.datetime.now(dtm.UTC)
START = NOW - dtm.timedelta(hours=5)
WATCHED = {"lead-anna": (-10, 5), "lead-boris": (2, 15), "lead-vera": (0, 60)}
NAMES = {"lead-anna": "Анна Примерова", "lead-boris": "Борис Образцов", "lead-vera": "Vera Sample"}
ADDRESS = f"/studio/webinars/{WEBINAR}/policy"


def at(minutes: float) -> dtm.datetime:
    return START + dtm.timedelta(minutes=minutes)


def fact(
    event: Event, emitter: Emitter, minutes: float, lead: str | None = None, *, session: str | None = SESSION
) -> Fact:
    return Fact.of(
        event, emitter=emitter, occurred_at=at(minutes), lead_id=lead, webinar_id=WEBINAR, session_id=session
    )


def saved(policy: AttendancePolicy, minutes: float) -> Fact:
    offer = events.Offer(offer_id="o", title={"ru": "Курс"}, button={"ru": "Хочу"}, show_at_seconds=2400)
    event = events.WebinarConfigured(
        action_id=f"save-{minutes}", slug=WEBINAR, title={"ru": "Вечер"}, duration_seconds=3600, offers=(offer,),
        media_url="sample.mp4", policy=policy,
    )  # fmt: skip
    return fact(event, Emitter.STUDIO, minutes, session=None)


def attendance() -> list[Fact]:
    """Anna: ten minutes of lobby and five of the session; Boris: thirteen; Vera: all of it."""
    told: list[Fact] = []
    for lead, (since, until) in WATCHED.items():
        seen = events.Watched(
            connection="page",
            from_at=at(since),
            to_at=at(until),
            from_position_seconds=0,
            to_position_seconds=until * 60,
        )
        told += [
            fact(events.CoreIngestEvent(submission_id=lead), Emitter.WEB_FORM, -600, lead, session=None),
            fact(events.RegisteredForSession(), Emitter.WEB_FORM, -600, lead),
            fact(events.Entered(visit_no=1), Emitter.TRACKER, max(0, since), lead),
            fact(seen, Emitter.TRACKER, until, lead),
        ]
    return told


def judged(warehouse: LocalWarehouse) -> None:
    """A session that is over, and what the reaction says of everybody in it."""
    plan = events.WebinarScheduled(action_id="plan", starts_at=START, duration_seconds=3600, mode="auto")
    personal = [PersonalRow(lead, Personal.NAME, name, given_at=NOW) for lead, name in NAMES.items()]
    programme = [saved(AttendancePolicy(), -9000), fact(plan, Emitter.STUDIO, -9000)]
    warehouse.append([*programme, *attendance()], personal=personal)
    judge(warehouse)


@pytest.fixture
def story() -> Story:
    return judged


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


def judge(warehouse: LocalWarehouse) -> None:
    """What the reaction does."""
    plan = fold_schedule(warehouse.facts_of(webinar_ids=[WEBINAR]))
    for lead in WATCHED:
        warehouse.append(react(warehouse.facts_of(lead_ids=[lead]), plan, NOW).facts, quarantine=False)


def cookie(house: LocalWarehouse, role: Role) -> str:
    account = accounts.Account(f"{role}@example.org", role)
    house.put(accounts.COLLECTION, account.email, {"role": str(role), "is_active": True})
    return f"efir_session={sessions.start(house, account, NOW)}"


@pytest.fixture
def host(house: LocalWarehouse) -> Tab:
    tab = Tab(cookie(house, Role.HOST), ADDRESS)
    tab.call(PolicyPage, "opened")
    return tab


def typed(**changed: str) -> dict[str, str]:
    return {
        "attended_minutes": "10",
        "attended_percent": "30",
        "completed_percent": "95",
        "grace_minutes": "10",
        **changed,
    }


def test_the_policy_in_force_is_shown(host: Tab) -> None:
    page = host.page(PolicyPage)
    assert (page.version, page.title, page.stale) == (1, "Вечер", 0)
    assert page.values["attended_minutes"] == "10"
    assert "10 мин или 30\N{NO-BREAK SPACE}%" in page.words


@pytest.mark.parametrize(
    ("changed", "gained", "lost"),
    [
        ({"attended_minutes": "14"}, [], ["Борис Образцов"]),
        ({"attended_minutes": "5"}, ["Анна Примерова"], []),
        ({"attended_percent": "5"}, ["Анна Примерова"], []),
        ({"grace_minutes": "30"}, [], []),
    ],
)
def test_the_preview_counts_and_names_whom_the_policy_turns(
    host: Tab, house: LocalWarehouse, changed: dict[str, str], gained: list[str], lost: list[str]
) -> None:
    before = house.health()["last_seq"]
    page = host.call(PolicyPage, "preview", typed(**changed))
    assert (page.gained, page.lost, page.unchanged) == (len(gained), len(lost), 3 - len(gained) - len(lost))
    assert [one.name for one in page.people if one.becomes == "attended"] == gained
    assert [one.name for one in page.people if one.becomes == "not_attended"] == lost
    assert (page.is_looking, page.done, page.total, page.is_other, page.looked_version) == (False, 3, 3, True, 2)
    assert house.health()["last_seq"] == before


def test_a_policy_is_kept_under_the_next_number_and_the_past_waits_for_a_word(host: Tab, house: LocalWarehouse) -> None:
    host.call(PolicyPage, "preview", typed(attended_minutes="14"))
    page = host.call(PolicyPage, "keep")
    assert (page.version, page.stale, page.is_other) == (2, 1, False)
    assert "v2" in page.notice
    judge(house)
    assert statuses(house)["lead-boris"] == [(1, "attended")]
    assert host.call(PolicyPage, "ask", "apply").asking == "apply"
    page = host.call(PolicyPage, "apply")
    assert (page.stale, page.asking) == (0, "")
    [stated] = house.facts_of(session_ids=[SESSION], names=["webinar_policy_applied"])
    assert (stated.properties["policy_version"], stated.properties["by"]) == (2, "host@example.org")
    judge(house)
    assert statuses(house)["lead-boris"] == [(1, "attended"), (2, "not_attended")]
    last = house.health()["last_seq"]
    host.call(PolicyPage, "apply")
    assert house.health()["last_seq"] == last


def statuses(house: LocalWarehouse) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for one in house.facts_of(session_ids=[SESSION], names=["client_webinar_attendance_classified"]):
        found.setdefault(one.lead_id or "", []).append((one.properties["policy_version"], one.properties["status"]))
    return found


def test_the_same_policy_makes_no_version_and_an_old_number_is_never_used_again(
    host: Tab, house: LocalWarehouse
) -> None:
    assert not host.call(PolicyPage, "preview", typed()).is_other
    host.call(PolicyPage, "keep")
    assert len(house.facts_of(webinar_ids=[WEBINAR], names=["webinar_configured"])) == 1
    for minutes in ("14", "10"):
        host.call(PolicyPage, "preview", typed(attended_minutes=minutes))
        host.call(PolicyPage, "keep")
    versions = [
        (one.properties["policy"]["version"], one.properties["policy"]["attended_minutes"])
        for one in house.facts_of(webinar_ids=[WEBINAR], names=["webinar_configured"])
    ]
    assert versions == [(1, 10), (2, 14), (3, 10)]


def test_the_webinar_form_counts_on_by_itself(house: LocalWarehouse, host: Tab) -> None:
    host.go(f"/studio/webinars/{WEBINAR}/edit")
    values = host.call(WebinarForm, "opened").values
    host.call(WebinarForm, "save", {**values, "grace_minutes": "20"})
    assert schedule.current().webinars[WEBINAR].policy.version == 2
    host.call(WebinarForm, "save", {**values, "grace_minutes": "20", "host_name": "Ведущая"})
    assert schedule.current().webinars[WEBINAR].policy.version == 2


def test_what_is_no_number_is_said(host: Tab, house: LocalWarehouse) -> None:
    page = host.call(PolicyPage, "preview", typed(attended_minutes="много", completed_percent="0"))
    assert {name for name, sentence in page.wrong.items() if sentence} == {"attended_minutes", "completed_percent"}
    assert not page.has_looked
    host.call(PolicyPage, "keep")
    assert len(house.facts_of(webinar_ids=[WEBINAR], names=["webinar_configured"])) == 1


CALLS: list[tuple[str, tuple[Any, ...]]] = [
    ("opened", ()), ("preview", (typed(attended_minutes="1"),)), ("keep", ()), ("ask", ("apply",)), ("apply", ()),
]  # fmt: skip


@pytest.mark.parametrize(("handler", "arguments"), CALLS, ids=[name for name, _ in CALLS])
@pytest.mark.parametrize("role", [None, Role.PARTNER])
def test_who_is_no_staff_sees_nothing_and_changes_nothing(
    house: LocalWarehouse, handler: str, arguments: tuple[Any, ...], role: Role | None
) -> None:
    tab = Tab(cookie(house, role) if role else "efir_session=guess", ADDRESS)
    before = house.health()["last_seq"]
    page = tab.call(PolicyPage, handler, *arguments)
    assert page.access == ("forbidden" if role else "nobody")
    assert (page.title, page.rows, page.people, page.asking) == ("", [], [], "")
    assert house.health()["last_seq"] == before


def test_a_marketer_may_look_but_neither_keep_nor_apply(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER), ADDRESS)
    assert tab.call(PolicyPage, "preview", typed(attended_minutes="14")).lost == 1
    before = house.health()["last_seq"]
    for handler in ("keep", "apply"):
        assert tab.call(PolicyPage, handler).access == "forbidden"
    assert house.health()["last_seq"] == before


# --- why


def why(host: Tab, lead: str) -> Any:
    host.go(f"/studio/leads/{lead}")
    [card] = host.call(LeadPage, "opened").verdicts
    return card


def test_a_verdict_shows_its_facts_its_policy_and_where_the_lead_was(host: Tab) -> None:
    card = why(host, "lead-anna")
    assert (card.status, card.outcome, card.policy_version) == ("not_attended", "Ушёл до предложения", 1)
    assert "10 мин или 30\N{NO-BREAK SPACE}%" in card.policy
    assert {line.name: line.value for line in card.facts} == {
        "watched": "5:00", "needed": "10:00", "lobby": "10:00", "joined": "0:00", "left": "5:00", "visits": "1",
        "offer": "40:00",
    }  # fmt: skip
    # The lobby takes 16 % of the bar for 30 minutes, the session the other 84 for 60.
    assert [(one.kind, one.left, one.width) for one in card.bar] == [("lobby", 10.67, 5.33), ("watched", 16.0, 7.0)]
    assert (card.start_mark, card.offer_mark, card.offer_at) == (16.0, 72.0, "40:00")
    assert card.bar[1].words == "На эфире: 0:00 – 5:00"


def test_without_a_lobby_the_whole_bar_is_the_session(host: Tab) -> None:
    card = why(host, "lead-boris")
    assert [(one.kind, one.left, one.width) for one in card.bar] == [("watched", 3.33, 21.67)]
    assert (card.start_mark, card.offer_mark) == (0, 66.67)


def test_earlier_verdicts_say_what_changed(host: Tab, house: LocalWarehouse) -> None:
    strict = AttendancePolicy(version=2, attended_minutes=14)
    session = fold_schedule(house.facts_of(webinar_ids=[WEBINAR])).sessions[SESSION]
    house.append([saved(strict, 200), *applied([session], strict, emitter=Emitter.STUDIO, now=at(201))])
    judge(house)
    card = why(host, "lead-boris")
    assert (card.status, card.policy_version) == ("not_attended", 2)
    [before] = card.earlier
    assert (before.status, before.policy_version) == ("attended", 1)
    assert before.changes == ["Правило: v1 → v2.", "Вывод: Посетил → Не посетил."]
    assert "14 мин" in card.policy


def test_the_card_speaks_english_too(host: Tab) -> None:
    host.go("/studio/leads/lead-vera?lang=en")
    [card] = host.call(LeadPage, "opened").verdicts
    assert (card.status_text, card.facts[0].label) == ("Attended", "Watched")
    assert card.bar[0].words == "On air: 0:00 – 1:00:00"
