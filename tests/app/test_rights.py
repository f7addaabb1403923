import asyncio
import datetime as dtm
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from app.access.roles import Role
from app.rights import erasing
from app.rights.dossier import dossier
from app.rights.family import UnknownLead
from app.rights.me import Me
from app.rights.routes import routes
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio.lead import LeadPage
from app.studio.rights import LeadRights
from domain.events import ConsentGiven, Emitter, Fact, LeadMerged, Purpose
from domain.reaction import react
from domain.webinars import fold_schedule
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import ANNA, BORIS, NAMES, PHONES, VERA, at, tell
from tests.warehouse.test_erasure import holders
from warehouse import tokens
from warehouse.client import FlightWarehouse
from warehouse.forgotten import FILE_NAME, Forgotten
from warehouse.interface import Personal
from warehouse.local import LocalWarehouse
from warehouse.settings import Settings as WarehouseSettings

NOW = dtm.datetime.now(dtm.UTC)


def agree(house: LocalWarehouse, lead: str, purpose: Purpose) -> None:
    event = ConsentGiven(purpose=purpose, text_version="2026-11", given_by=f"form-{lead}")
    house.append([Fact.of(event, emitter=Emitter.CORE, occurred_at=at(-9), lead_id=lead)])


def my_link(house: LocalWarehouse) -> str:
    return "/me/" + tokens.mint(house, "me", {"lead_id": ANNA}, now=NOW, ttl=dtm.timedelta(days=1))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WarehouseSettings:
    """A home with folders for the database and its copies; the database of these tests lies elsewhere."""
    monkeypatch.setenv("EFIR_HOME", str(tmp_path / "home"))
    settings = WarehouseSettings()
    settings.backups.mkdir(parents=True)
    settings.database.parent.mkdir(parents=True)
    return settings


@pytest.fixture
def house(
    warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch, settings: WarehouseSettings
) -> Iterator[LocalWarehouse]:
    tell(warehouse)
    agree(warehouse, ANNA, "processing")
    agree(warehouse, ANNA, "marketing")
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


@pytest.fixture
def anna(house: LocalWarehouse) -> Tab:
    return Tab(at=my_link(house))


def test_a_person_sees_their_consents_with_version_and_time(anna: Tab) -> None:
    me = anna.call(Me, "opened")
    assert me.status == "open"
    assert [(one.purpose, one.text_version, one.withdrawn_at) for one in me.agreements] == [
        ("marketing", "2026-11", ""),
        ("processing", "2026-11", ""),
    ]
    assert me.known[0] == NAMES[ANNA]
    assert "+79990000001" not in me.known, "the link may have been forwarded"


def test_a_consent_is_withdrawn_at_once_and_once(anna: Tab, house: LocalWarehouse) -> None:
    anna.call(Me, "withdraw", "marketing")
    me = anna.call(Me, "withdraw", "marketing")
    assert [bool(one.withdrawn_at) for one in me.agreements] == [True, False]
    [fact] = house.facts_of(lead_ids=[ANNA], names=["consent_withdrawn"])
    assert (fact.properties["purpose"], str(fact.emitter)) == ("marketing", "crm")


def test_forgetting_needs_the_question_first(anna: Tab, house: LocalWarehouse) -> None:
    assert anna.call(Me, "forget").status == "loading"
    assert house.people([ANNA])
    assert anna.call(Me, "ask", True).is_asking  # noqa: FBT003 - as a client calls it
    me = anna.call(Me, "forget")
    assert (me.status, me.known, me.agreements) == ("forgotten", [], [])
    assert house.people([ANNA]) == []
    assert anna.call(Me, "opened").status == "unknown"


def test_a_guessed_link_opens_nothing(house: LocalWarehouse) -> None:
    stranger = Tab(at="/me/guess")
    for handler, arguments in (("opened", ()), ("withdraw", ("marketing",)), ("ask", (True,)), ("forget", ())):
        me = stranger.call(Me, handler, *arguments)
        assert (me.status, me.known, me.agreements) == ("unknown", [], [])
    assert not house.facts_of(names=["consent_withdrawn", "lead_erased"])


def test_a_person_takes_their_data_along(house: LocalWarehouse) -> None:
    caller = Caller(Starlette(routes=routes()))
    path = my_link(house)
    answer = caller.get(f"{path}/data")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    document = answer.json()
    assert {row["value"] for row in document["personal_data"] if row["kind"] != "message_text"} == {
        NAMES[ANNA],
        "+79990000001",
    }
    assert [one["purpose"] for one in document["consents"]] == ["processing", "marketing"]
    assert all(fact.get("lead_id") in {ANNA, None} for fact in document["facts"])
    assert caller.get("/me/guess/data").status_code == 404


def test_without_a_warehouse_a_person_is_asked_to_come_again(house: LocalWarehouse) -> None:
    path = my_link(house)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    connection.install(FlightWarehouse(port, "none", patience_seconds=0))
    caller = Caller(Starlette(routes=routes()))
    for language, sentence in (
        ("ru", "Мы ничего не изменили"),
        ("en", "Nothing was changed"),
    ):
        answer = caller.get(f"{path}/data", headers={"accept-language": language})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        assert sentence in answer.text
    cookies = {"cookie": "efir_session=anything"}
    assert caller.get(f"/staff/leads/{BORIS}/data", headers=cookies).status_code == 503


@pytest.mark.parametrize(
    ("role", "status"), [(None, 401), (Role.MARKETER, 403), (Role.PARTNER, 403), (Role.ADMIN, 200)]
)
def test_only_administrators_hand_out_somebody_s_data(house: LocalWarehouse, role: Role | None, status: int) -> None:
    headers = {"cookie": cookie(house, role)} if role else {}
    answer = Caller(Starlette(routes=routes())).get(f"/staff/leads/{BORIS}/data", headers=headers)
    assert answer.status_code == status


def test_an_administrator_forgets_a_person_after_typing_the_word(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.ADMIN), f"/studio/leads/{ANNA}")
    assert tab.call(LeadRights, "forget", {"word": "да"}).wrong
    assert house.people([ANNA])
    then: Any = asyncio.run(tab.page(LeadRights).forget({"word": "Забыть "}))
    assert [one.fn.__qualname__ for one in then] == [
        "LeadPage.opened", "LeadCrm.opened", "LeadTasks.opened", "LeadRights.cleanse",
    ], "the whole card forgets before the backups are rewritten"  # fmt: skip
    assert house.people([ANNA]) == []
    [fact] = house.facts_of(lead_ids=[ANNA], names=["lead_erased"])
    assert fact.properties["by"] == "admin@example.org"
    card = tab.call(LeadPage, "opened")
    assert (card.is_erased, card.contacts, card.bubbles) == (True, [], [])


def backed_up(house: LocalWarehouse, settings: WarehouseSettings) -> None:
    """A backup that holds Anna, who is about to be forgotten."""
    house.backup(settings.backups)
    assert holders(settings.home, (NAMES[ANNA], PHONES[ANNA]))
    Forgotten(settings.database.with_name(FILE_NAME)).add([ANNA])  # what the warehouse of this home would do


def test_the_button_takes_the_person_out_of_the_backups_too(house: LocalWarehouse, settings: WarehouseSettings) -> None:
    backed_up(house, settings)
    tab = Tab(cookie(house, Role.ADMIN), f"/studio/leads/{ANNA}")
    tab.call(LeadRights, "forget", {"word": "забыть"})
    assert "очищено: 1" in tab.call(LeadRights, "cleanse").notice
    assert holders(settings.home, (NAMES[ANNA], PHONES[ANNA])) == {}


def test_who_forgets_themselves_leaves_the_backups_too(
    anna: Tab, house: LocalWarehouse, settings: WarehouseSettings
) -> None:
    backed_up(house, settings)
    anna.call(Me, "ask", True)  # noqa: FBT003 - as a client calls it
    assert anna.call(Me, "forget").status == "forgotten"
    assert holders(settings.home, (NAMES[ANNA], PHONES[ANNA])) == {}


def test_a_marketer_cannot_forget_anybody(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER), f"/studio/leads/{ANNA}")
    assert tab.call(LeadRights, "forget", {"word": "забыть"}).access == "forbidden"
    assert house.people([ANNA])


def test_merged_leads_are_one_person(house: LocalWarehouse) -> None:
    merged = LeadMerged(action_id="merge-1", into_lead_id=ANNA)
    house.append([Fact.of(merged, emitter=Emitter.CRM, occurred_at=at(50), lead_id=VERA)])
    assert dossier(house, VERA, now=NOW)["lead_ids"] == sorted([ANNA, VERA])
    erased = erasing.erase(house, VERA, by="admin", now=NOW)
    assert erased.lead_ids == tuple(sorted([ANNA, VERA]))
    assert house.people([ANNA, VERA]) == []
    assert house.people([BORIS])


def test_nothing_is_sent_to_somebody_who_was_forgotten(house: LocalWarehouse) -> None:
    erasing.erase(house, BORIS, by="admin", now=NOW)
    plan = fold_schedule(house.facts_of(names=["webinar_configured", "webinar_scheduled", "partner_joined"]))
    found = react(house.facts_of(lead_ids=[BORIS]), plan, NOW)
    assert not [fact for fact in found.facts if fact.name == "message_planned"], "a verdict may come, a message may not"
    assert house.find_people(Personal.PHONE, "+79990000002") == []


def test_nobody_is_nobody(house: LocalWarehouse) -> None:
    with pytest.raises(UnknownLead):
        erasing.erase(house, "nobody", by="admin", now=NOW)
