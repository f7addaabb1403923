import csv
import datetime as dtm
import io
import zipfile
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from app.access.roles import Role
from app.crm import deeds, sheets, stages
from app.crm.routes import routes
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio.bulk import Bulk
from app.studio.crm import LeadCrm
from app.studio.lead import LeadPage
from app.studio.leads import Leads
from domain.leads import fold_lead
from domain.merging import survivors
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import ANNA, BORIS, NAMES, PHONES, VERA, tell
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse
from warehouse.reads import leads
from warehouse.reads.leads import LeadFilter

NOW = dtm.datetime.now(dtm.UTC)
ME = "marketer@example.org"


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    tell(warehouse)
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


@pytest.fixture
def card(house: LocalWarehouse) -> Tab:
    return Tab(cookie(house, Role.MARKETER), f"/studio/leads/{ANNA}")


def listed(house: LocalWarehouse, **wanted: str) -> list[str]:
    return [row.lead_id for row in leads.leads(house, LeadFilter(**wanted)).rows]


def test_a_lead_gets_a_stage_an_owner_tags_and_notes(card: Tab, house: LocalWarehouse) -> None:
    card.call(LeadCrm, "opened")
    card.call(LeadCrm, "move", "contacted")
    card.call(LeadCrm, "assign", ME)
    card.call(LeadCrm, "tag", {"tag": "  VIP  клиент "})
    card.call(LeadCrm, "tag", {"tag": "потом"})
    card.call(LeadCrm, "untag", "потом")
    crm = card.call(LeadCrm, "note", {"note": "Перезвонить в пятницу"})
    assert (crm.stage, crm.owner, crm.tags) == ("contacted", ME, ["vip клиент"])
    assert [(note.by, note.text) for note in crm.notes] == [(ME, "Перезвонить в пятницу")]
    assert "Перезвонить" not in str(house.facts_of(lead_ids=[ANNA])), "a note's text is personal data"
    assert listed(house, stage="contacted") == listed(house, owner=ME) == listed(house, tag="vip клиент") == [ANNA]
    assert listed(house, stage="new") == [VERA, BORIS]
    assert listed(house, tag="потом") == []


def test_blank_tags_and_notes_are_nothing(card: Tab, house: LocalWarehouse) -> None:
    before = house.health()["last_seq"]
    card.call(LeadCrm, "tag", {"tag": "   "})
    card.call(LeadCrm, "note", {"note": "\n"})
    assert house.health()["last_seq"] == before


def test_an_analyst_looks_on(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.ANALYST), f"/studio/leads/{ANNA}")
    assert tab.call(LeadCrm, "opened").may_work is False
    assert tab.call(LeadCrm, "move", "won").access == "forbidden"
    assert fold_lead(house.facts_of(lead_ids=[ANNA])).stage is None


def test_many_are_moved_at_once(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER), "/studio/leads")
    tab.call(Bulk, "opened")
    for lead in (ANNA, VERA, BORIS):
        tab.call(Bulk, "pick", lead, True)  # noqa: FBT003 - as a client calls it
    tab.call(Bulk, "pick", BORIS, False)  # noqa: FBT003 - as a client calls it
    assert not tab.call(Bulk, "move", {"stage": "no-such-stage"}).notice
    assert tab.call(Bulk, "move", {"stage": "won"}).picked == []
    assert set(listed(house, stage="won")) == {ANNA, VERA}


def test_the_pipeline_is_the_house_s_own(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER), "/studio/leads")
    page = tab.call(Bulk, "save_stages", {"stages": "new: Новый / New\nпривет"})
    assert "привет" in page.wrong
    assert stages.stages(house) == list(stages.DEFAULTS)
    tab.call(Bulk, "save_stages", {"stages": "call: Звонок / Call\npaid: Оплата"})
    assert [stage.slug for stage in stages.stages(house)] == ["new", "call", "paid"]
    assert stages.read(stages.as_text(list(stages.DEFAULTS))) == list(stages.DEFAULTS)


def test_filters_stand_in_the_address(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.ANALYST), "/studio/leads")
    assert tab.call(Leads, "narrow", {"source": "vk", "search": "Вера & Ко"}).address == (
        "?search=%D0%92%D0%B5%D1%80%D0%B0+%26+%D0%9A%D0%BE&source=vk"
    )
    tab.go("/studio/leads?source=vk&stage=new")
    assert [line.lead_id for line in tab.call(Leads, "opened").lines] == [VERA]


def test_two_leads_of_one_person_are_suggested_merged_and_parted(card: Tab, house: LocalWarehouse) -> None:
    house.append([], personal=[PersonalRow(VERA, Personal.PHONE, PHONES[ANNA])])
    crm = card.call(LeadCrm, "opened")
    assert [(twin.lead_id, twin.name) for twin in crm.twins] == [(VERA, NAMES[VERA])]
    crm = card.call(LeadCrm, "merge", VERA)
    assert ([one.lead_id for one in crm.merged], crm.twins) == ([VERA], [])
    assert listed(house) == [BORIS, ANNA]
    entries = card.call(LeadPage, "opened").entries
    assert len(entries) > len(house.facts_of(lead_ids=[ANNA])), "both histories are told"
    crm = card.call(LeadCrm, "part", VERA)
    assert crm.merged == []
    assert listed(house) == [VERA, BORIS, ANNA]
    assert fold_lead(house.facts_of(lead_ids=[VERA])).merged_into is None


def test_a_merge_never_makes_a_circle(house: LocalWarehouse) -> None:
    assert deeds.merge(house, ANNA, VERA, by=ME, now=NOW)
    assert not deeds.merge(house, VERA, ANNA, by=ME, now=NOW)
    assert not deeds.merge(house, ANNA, "nobody", by=ME, now=NOW)
    assert deeds.merge(house, BORIS, VERA, by=ME, now=NOW + dtm.timedelta(seconds=1))
    merges = house.facts_of(names=["lead_merged", "lead_unmerged"])
    assert survivors(merges) == {VERA: BORIS, ANNA: BORIS}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("@SUM(1)", "'@SUM(1)"),
        ("-2+3", "'-2+3"), ("\t=1", "'\t=1"), (" =1", "' =1"), ("＝1", "'＝1"), ("Анна", "Анна"),
        ("+79990000001", "+79990000001"),
    ],
)  # fmt: skip
def test_nothing_people_type_becomes_a_formula(typed: str, written: str) -> None:
    assert sheets.safe(typed) == written


def test_the_list_goes_out_as_a_file_with_the_page_s_filters(house: LocalWarehouse) -> None:
    house.append([], personal=[PersonalRow(VERA, Personal.NAME, '=cmd|"calc"')])
    caller, headers = Caller(Starlette(routes=routes())), {"cookie": cookie(house, Role.MARKETER)}
    answer = caller.get("/staff/leads.csv?source=vk", headers=headers)
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["name"], row["email"], row["stage"]) == ('\'=cmd|"calc"', "vera@example.org", "new")
    book = zipfile.ZipFile(io.BytesIO(caller.get("/staff/leads.xlsx", headers=headers).content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 4
    assert "<f>" not in sheet
    assert len(house.entries("access_journal")) == 2


@pytest.mark.parametrize(("role", "status"), [(None, 401), (Role.ANALYST, 403), (Role.HOST, 403), (Role.PARTNER, 403)])
def test_contacts_do_not_leave_with_everybody(house: LocalWarehouse, role: Role | None, status: int) -> None:
    headers = {"cookie": cookie(house, role)} if role else {}
    assert Caller(Starlette(routes=routes())).get("/staff/leads.xlsx", headers=headers).status_code == status
