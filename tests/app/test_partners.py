"""The cabinet shows a partner what is theirs and nothing of anybody else, whoever asks and however."""

import asyncio
import datetime as dtm
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette

from app.access.matrix import HANDLERS, PAGES, PARTNERS, ROUTES
from app.access.roles import Role
from app.crm import deeds
from app.crm import routes as crm_routes
from app.partners import membership, own
from app.partners.brought import PartnerLeads
from app.partners.cabinet import Cabinet
from app.partners.entrance import routes
from app.partners.home import PartnerHome
from app.partners.spreading import PartnerLinks
from app.partners.team import PartnerTeam
from app.rights import routes as rights_routes
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio.desk import Desk
from app.studio.gate import Gate
from app.studio.partners import Partners
from domain.events import (
    ConsentGiven,
    ConsentWithdrawn,
    Emitter,
    Fact,
    LeadAssigned,
    PartnerJoined,
    TouchRecorded,
)
from domain.people import grouped
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_matrix import Arrival, every_handler
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import ANNA, BORIS, EMAILS, NAMES, PETR, PHONES, VERA, WEBINAR, at, tell
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse
from warehouse.reads import partners, studio

NOW = dtm.datetime.now(dtm.UTC)
OLGA = "partner-olga"
OWN = {"home": PartnerHome, "links": PartnerLinks, "leads": PartnerLeads, "team": PartnerTeam}
SECRETS = (ANNA, NAMES[ANNA], PHONES[ANNA], PHONES[ANNA][-7:], NAMES[PETR], PETR)
"""What names Petr's lead, or Petr himself."""


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    """Petr brought Anna; Olga brought nobody yet."""
    tell(warehouse)
    joined = Fact.of(PartnerJoined(partner_id=OLGA, code="olga"), emitter=Emitter.CORE, occurred_at=at(-8000))
    warehouse.append([joined], personal=[PersonalRow(OLGA, Personal.NAME, "Ольга Соседова")])
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


def entered(house: LocalWarehouse, partner_id: str) -> str:
    """A Cookie header of this partner's session, by a one-time link and its button."""
    link = membership.login_link(house, partner_id, "", by="staff@example.org", now=NOW)
    visitor = Caller(Starlette(routes=routes(lambda: house)))
    assert visitor.get(link).status_code == 200
    answer = visitor.post(link, headers={"origin": "http://localhost:3000"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/partner")
    return f"efir_session={answer.cookies['efir_session']}"


def shown(tab: Tab) -> str:
    """Everything that a tab's states hold and would send to the browser."""
    return "".join(str(tab.page(cls).dict(include_computed=True)) for cls in (Cabinet, *OWN.values()))


def touch(partner_id: str, ref: str, visitor: str, minutes: float) -> Fact:
    seen = TouchRecorded(visitor_id=visitor, landing="/w/pervyy", ref=ref, partner_id=partner_id)
    return Fact.of(seen, emitter=Emitter.WEB_FORM, occurred_at=at(minutes), webinar_id=WEBINAR)


def agreed(lead: str, minutes: float) -> Fact:
    given = ConsentGiven(purpose="partner_transfer", text_version="1", given_by=f"form-{lead}")
    return Fact.of(given, emitter=Emitter.CORE, occurred_at=at(minutes), lead_id=lead)


def test_a_link_opens_the_cabinet_once_and_a_preview_uses_nothing_up(house: LocalWarehouse) -> None:
    link = membership.login_link(house, PETR, "", by="staff@example.org", now=NOW)
    visitor = Caller(Starlette(routes=routes(lambda: house)))
    assert [visitor.get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert visitor.post(link, headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert visitor.post(link, headers={"origin": "http://localhost:3000"}).status_code == 303
    assert visitor.post(link, headers={"origin": "http://localhost:3000"}).status_code == 410


def test_the_numbers_are_those_of_the_studio(house: LocalWarehouse) -> None:
    page = Tab(entered(house, PETR), "/partner").call(PartnerHome, "opened")
    petr = next(one for one in studio.partners(house) if one.partner_id == PETR)
    assert (page.partner_name, page.touches, page.leads, page.registered, page.attended) == (
        NAMES[PETR], petr.touches, petr.leads, petr.registered, petr.attended,
    )  # fmt: skip
    assert [step.count for step in page.steps] == [1] * 9
    assert page.window_days == 30


def test_contacts_are_masked_until_the_lead_agrees_and_again_when_they_take_it_back(house: LocalWarehouse) -> None:
    tab = Tab(entered(house, PETR), "/partner/leads")
    [line] = tab.call(PartnerLeads, "opened").lines
    assert (line.name, line.contact, line.is_open) == ("А•••", "+7••••••••01", False)
    assert NAMES[ANNA] not in shown(tab)
    house.append([agreed(ANNA, -50)])
    [line] = tab.call(PartnerLeads, "opened").lines
    assert (line.name, line.contact, line.is_open) == (NAMES[ANNA], grouped(PHONES[ANNA]), True)
    taken = ConsentWithdrawn(purpose="partner_transfer", action_id="away")
    house.append([Fact.of(taken, emitter=Emitter.CRM, occurred_at=at(90), lead_id=ANNA)])
    assert tab.call(PartnerLeads, "opened").lines[0].name == "А•••"


def test_links_carry_the_partner_s_code_and_utm_and_count_what_they_brought(house: LocalWarehouse) -> None:
    tab = Tab(entered(house, PETR), "/partner/links")
    page = tab.call(PartnerLinks, "opened")
    assert [(card.touches, card.leads) for card in page.cards] == [(1, 1)]
    page = tab.call(PartnerLinks, "create", {"webinar": "nowhere", "preset": "vk", "campaign": "<script>"})
    assert page.wrong["webinar"]
    assert page.wrong["campaign"]
    page = tab.call(PartnerLinks, "create", {"webinar": "pervyy", "preset": "vk", "campaign": "may"})
    made = page.cards[0]
    found = re.search(r"ref=((petr-[0-9a-f]{6})\.\w+)&", made.address)
    assert found
    ref, code = found.groups()
    assert made.address.endswith("&utm_source=vk&utm_medium=social&utm_campaign=may")
    assert made.qr.startswith("data:image/svg+xml")
    house.append([touch(PETR, ref.upper(), "visitor-boris", -3), touch(PETR, ref, "visitor-new", -2)])
    assert [(card.touches, card.leads) for card in tab.call(PartnerLinks, "opened").cards] == [(2, 0), (1, 1)]
    holder = asyncio.run(schedule.refresh()).by_code(code.upper())
    assert holder is not None
    assert holder.partner_id == PETR


def test_alerts_and_the_leaderboard_are_the_partner_s_wish(house: LocalWarehouse) -> None:
    petr, olga = Tab(entered(house, PETR), "/partner"), Tab(entered(house, OLGA), "/partner")
    page = petr.call(PartnerHome, "switch", "entered", False)  # noqa: FBT003 - as a client calls it
    assert [one.kind for one in page.alerts if not one.is_on] == ["entered"]
    assert petr.call(PartnerHome, "switch", "no-such-kind", False).complaint == ""  # noqa: FBT003 - as a client calls it
    assert petr.call(PartnerHome, "rank", True).ranks[0].name == NAMES[PETR]  # noqa: FBT003 - as a client calls it
    assert olga.call(PartnerHome, "opened").ranks == [], "who does not take part sees nothing"
    ranks = olga.call(PartnerHome, "rank", True).ranks  # noqa: FBT003 - as a client calls it
    assert [(one.place, one.name, one.attended, one.is_me) for one in ranks] == [
        (1, NAMES[PETR], 1, False), (2, "Ольга Соседова", 0, True),
    ]  # fmt: skip


def test_who_is_invited_joins_under_who_invited_them(house: LocalWarehouse) -> None:
    tab = Tab(entered(house, PETR), "/partner/team")
    link = tab.call(PartnerTeam, "invite").link.removeprefix("http://localhost:3000")
    visitor, headers = Caller(Starlette(routes=routes(lambda: house))), {"origin": "http://localhost:3000"}
    assert visitor.get(link).status_code == 200
    refused = visitor.post(link, headers=headers, data={"name": "Нина", "code": "petr"})
    assert (refused.status_code, "Нина" in refused.text) == (422, True)
    answer = visitor.post(link, headers=headers, data={"name": "Нина", "code": "nina"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/partner")
    assert visitor.post(link, headers=headers, data={"name": "Ещё", "code": "more"}).status_code == 410
    assert [(one.name, one.depth) for one in tab.call(PartnerTeam, "opened").members] == [("Нина", 1)]
    nina = Tab(f"efir_session={answer.cookies['efir_session']}", "/partner/team").call(PartnerTeam, "opened")
    assert (nina.partner_name, nina.invited_by) == ("Нина", NAMES[PETR])


def test_a_contested_lead_is_explained_to_both_and_names_nobody(house: LocalWarehouse) -> None:
    house.append([touch(OLGA, "olga", "visitor-anna", -61), touch(OLGA, "olga", "visitor-boris", -31 - 45 * 24 * 60)])
    petr, olga = Tab(entered(house, PETR), "/partner"), Tab(entered(house, OLGA), "/partner")
    [mine] = petr.call(PartnerHome, "opened").contests
    assert (mine.is_own, mine.why.endswith("ваша была первой.")) == (True, True)
    found = {one.why: one.is_own for one in olga.call(PartnerHome, "opened").contests}
    assert set(found.values()) == {False}
    assert any(why.startswith("Раньше вашей") for why in found)
    assert any("больше чем за 30 дней" in why for why in found)
    assert not any(secret in shown(olga) for secret in SECRETS)
    assert partners.contests(house, OLGA)[1] == 2


def test_a_lead_given_to_another_partner_leaves_with_its_contacts(house: LocalWarehouse) -> None:
    house.append([agreed(ANNA, -50)])
    cookie(house, Role.MARKETER)
    petr, olga = Tab(entered(house, PETR), "/partner/leads"), Tab(entered(house, OLGA), "/partner/leads")
    deeds.reassign(house, ANNA, OLGA, "договорились", by="marketer@example.org", now=NOW)
    assert petr.call(PartnerLeads, "opened").lines == []
    assert [line.name for line in olga.call(PartnerLeads, "opened").lines] == [NAMES[ANNA]]
    story = olga.call(PartnerLeads, "explain", ANNA).story
    assert "решением сотрудника" in story


def test_staff_opens_and_closes_a_cabinet(house: LocalWarehouse) -> None:
    header = entered(house, PETR)
    staff = Tab(cookie(house, Role.MARKETER), "/studio/partners")
    assert Tab(header, "/partner").call(PartnerHome, "opened").access == "granted"
    staff.call(Partners, "close_cabinet", PETR)
    assert Tab(header, "/partner").call(PartnerHome, "opened").access == "nobody"
    page = staff.call(Partners, "make_cabinet_link", PETR)
    assert (page.link_of, page.link_opens) == (PETR, "cabinet")
    link = page.bot_link.removeprefix("http://localhost:3000")
    answer = Caller(Starlette(routes=routes(lambda: house))).post(link, headers={"origin": "http://localhost:3000"})
    assert answer.status_code == 303


def test_a_cabinet_is_no_way_into_the_studio_even_with_another_role(house: LocalWarehouse) -> None:
    entered(house, PETR)
    body = house.get("accounts", f"partner:{PETR}")
    assert body
    house.put("accounts", f"partner:{PETR}", {**body.body, "role": "admin"})
    link = membership.login_link(house, PETR, "", by="staff@example.org", now=NOW)
    visitor = Caller(Starlette(routes=routes(lambda: house)))
    assert visitor.post(link, headers={"origin": "http://localhost:3000"}).status_code == 410


TEMPTING: dict[str, Any] = {
    "switch": ["entered", False], "rank": [True], "create": [{"webinar": "pervyy", "preset": "vk", "partner_id": PETR}],
    "narrow": [{"webinar_id": "first", "search": NAMES[ANNA], "partner_id": PETR}], "turn": [1], "explain": [ANNA],
}  # fmt: skip
"""What an evil partner would send."""


@pytest.mark.parametrize("name", [name for name, who in HANDLERS.items() if who == PARTNERS])
def test_no_handler_tells_a_partner_of_another_s_lead(house: LocalWarehouse, name: str) -> None:
    cls, handler = every_handler()[name], name.partition(".")[2]
    tab = Tab(entered(house, OLGA), f"/partner/leads?partner_id={PETR}&lead_id={ANNA}")
    before = house.facts_of(names=["partner_alerts_changed", "partner_link_created", "partner_leaderboard_changed"])
    tab.call(cls, handler, *TEMPTING.get(handler, []))
    assert not [secret for secret in SECRETS if secret in shown(tab)]
    after = house.facts_of(names=["partner_alerts_changed", "partner_link_created", "partner_leaderboard_changed"])
    assert all(fact.properties["partner_id"] == OLGA for fact in after[len(before) :])


def test_every_other_handler_is_closed_to_partners(house: LocalWarehouse) -> None:
    header = entered(house, OLGA)
    for name, who in HANDLERS.items():
        if isinstance(who, frozenset) and Role.PARTNER not in who:
            tab = Tab(header)
            arrival = Arrival(every_handler()[name], name.partition(".")[2])
            assert asyncio.run(Gate().preprocess(None, tab.root, arrival)) is not None, name  # type: ignore[arg-type]
            assert tab.page(Desk).access == "forbidden"


def test_every_page_that_is_not_theirs_and_every_file_is_closed_to_partners(house: LocalWarehouse) -> None:
    header = {"cookie": entered(house, OLGA)}
    staff_routes = [path for path, who in ROUTES.items() if isinstance(who, frozenset) and Role.PARTNER not in who]
    app = Starlette(routes=[*crm_routes.routes(), *rights_routes.routes()])
    reached = 0
    for path in staff_routes:
        address = path.replace("{lead_id}", ANNA).replace("{session}", "session-1")
        answer = Caller(app).get(address, headers=header)
        reached += answer.status_code == 403
        assert answer.status_code in {403, 404, 405}, path  # what only takes POST is tried where it is tested
        assert not [secret for secret in SECRETS if secret in answer.text]
    assert reached >= 4
    assert {path for path, who in PAGES.items() if who == PARTNERS} == {
        "/partner", "/partner/links", "/partner/leads", "/partner/team",
    }  # fmt: skip


def test_an_account_of_no_partner_is_told_what_to_do(house: LocalWarehouse) -> None:
    page = Tab(cookie(house, Role.PARTNER), "/partner").call(PartnerHome, "opened")
    assert (page.is_nobody, page.leads, page.steps) == (True, 0, [])


def test_staff_sees_no_cabinet_and_strangers_are_told_the_way_in(house: LocalWarehouse) -> None:
    for header in ("", cookie(house, Role.MARKETER)):
        assert Tab(header, "/partner").call(PartnerHome, "opened").access in {"nobody", "forbidden"}


def test_a_lead_that_is_merged_is_asked_for_its_consent_as_one_person(house: LocalWarehouse) -> None:
    cookie(house, Role.MARKETER)
    deeds.merge(house, ANNA, VERA, by="marketer@example.org", now=NOW)
    house.append([agreed(VERA, -5)])
    assert own.agreed(house, [ANNA]) == {ANNA}
    assert own.leads(house, PETR)[0][0].name == NAMES[ANNA]


def test_a_lead_assigned_by_hand_is_whose_it_was_given_to(house: LocalWarehouse) -> None:
    given = LeadAssigned(action_id="hand", by="a@example.org", partner_id=OLGA, reason="звонок")
    house.append([Fact.of(given, emitter=Emitter.CRM, occurred_at=at(70), lead_id=BORIS)])
    assert own.is_own(house, OLGA, BORIS)
    assert not own.is_own(house, PETR, BORIS)
    assert EMAILS[VERA] not in shown(Tab(entered(house, OLGA), "/partner/leads"))
