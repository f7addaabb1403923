import csv
import datetime as dtm
import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, cast

import pytest
from starlette.applications import Starlette

from app.access import journal
from app.access.roles import Role
from app.crm import deeds, sheets, stages
from app.crm.routes import routes
from app.dashboards.sources import Sources
from app.rights import erasing
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio.audit import Audit
from app.studio.board import Board
from app.studio.bulk import Bulk
from app.studio.crm import LeadCrm
from app.studio.lead import LeadPage
from app.studio.leads import Leads
from app.studio.twins import Duplicates
from domain import cells
from domain.events import Fact, LeadErased, LeadMerged, LeadStageChanged
from domain.leads import fold_lead
from domain.merging import LONGEST_CHAIN, MERGES, survivors
from domain.people import grouped
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import ANNA, BORIS, NAMES, PETR, PHONES, SESSION, VERA, at, tell
from warehouse.interface import Personal, PersonalRow, Receipt, Warehouse
from warehouse.local import LocalWarehouse
from warehouse.reads import leads, sources, studio
from warehouse.reads.deeds import staff_deeds
from warehouse.reads.leads import LeadFilter, all_leads
from warehouse.reads.partners import leads_since

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


class Forgetful:
    """A warehouse whose first answer to an append is lost on the way, as by a restart; who asked asks once more."""

    def __init__(self, warehouse: LocalWarehouse) -> None:
        self._warehouse = warehouse

    def __getattr__(self, name: str) -> Any:
        return getattr(self._warehouse, name)

    def append(self, facts: Sequence[Fact], **more: Any) -> list[Receipt]:
        self._warehouse.append(facts, **more)
        return self._warehouse.append(facts, **more)


def test_a_deed_whose_first_receipt_was_lost_is_done_once(house: LocalWarehouse) -> None:
    deeds.note(cast("Warehouse", Forgetful(house)), ANNA, "Перезвонить", by=ME, now=NOW)
    assert [fact.name for fact in house.facts_of(lead_ids=[ANNA])].count("lead_note_added") == 1


def test_two_who_merge_a_pair_the_other_way_round_at_once_can_be_put_right(house: LocalWarehouse) -> None:
    """Neither saw the other's merge: a circle, in which nobody goes on, until somebody merges them again."""
    for lead, into in ((ANNA, BORIS), (BORIS, ANNA)):
        deeds.state(house, [deeds.fact_of(LeadMerged(action_id=lead, into_lead_id=into, by=ME), lead, NOW)])
    assert survivors(house.facts_of(names=MERGES)) == {}
    assert deeds.merge(house, ANNA, BORIS, by=ME, now=NOW + dtm.timedelta(seconds=1))
    assert survivors(house.facts_of(names=MERGES)) == {BORIS: ANNA}
    deeds.part(house, BORIS, by=ME, now=NOW + dtm.timedelta(seconds=2))
    assert survivors(house.facts_of(names=MERGES)) == {}


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


def test_a_stage_with_leads_in_it_does_not_go(house: LocalWarehouse) -> None:
    """Its leads would be on no board and found by no filter."""
    tab = Tab(cookie(house, Role.MARKETER), "/studio/leads")
    deeds.move(house, [ANNA, VERA], "won", by=ME, now=NOW)
    wanted = "new: Новый / New\nlost: Отказ / Lost"
    page = tab.call(Bulk, "save_stages", {"stages": wanted})
    assert "Купил" in page.wrong
    assert "2" in page.wrong
    assert page.text == wanted, "what was typed stays, to be mended"
    assert stages.stages(house) == list(stages.DEFAULTS)
    deeds.move(house, [ANNA, VERA], "new", by=ME, now=NOW)
    assert tab.call(Bulk, "save_stages", {"stages": wanted}).notice
    assert [one.slug for one in stages.stages(house)] == ["new", "lost"]


def test_a_lead_at_a_stage_of_old_is_still_seen(house: LocalWarehouse) -> None:
    """Two leads parted again, or a move in the very moment the stage went: it is there until nobody is in it."""
    tab = Tab(cookie(house, Role.MARKETER), "/studio/leads")
    tab.call(Bulk, "save_stages", {"stages": "new: Новый / New"})
    deeds.state(house, [deeds.fact_of(LeadStageChanged(action_id="a", stage="won", by=ME), ANNA, NOW)])
    board = Tab(cookie(house, Role.MARKETER), "/studio/board").call(Board, "opened")
    assert [(column.slug, column.total) for column in board.columns] == [("new", 2), ("won", 1)]
    assert [one.value for one in tab.call(Leads, "opened").stages] == ["new", "won"]
    card = Tab(cookie(house, Role.MARKETER), f"/studio/leads/{ANNA}").call(LeadCrm, "opened")
    assert ([one.value for one in card.stages], card.stage) == (["new", "won"], "won")
    deeds.move(house, [ANNA], "new", by=ME, now=NOW)
    assert [one.slug for one in stages.standing(house)] == ["new"]


def test_what_was_done_to_many_is_said_and_the_filters_know_it(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER), "/studio/leads")
    tab.call(Leads, "opened")
    tab.call(Bulk, "pick", ANNA, True)  # noqa: FBT003 - as a client calls it
    assert tab.call(Bulk, "tag", {"tag": "горячий"}).notice, "nothing that follows puts it away"
    assert [one.value for one in tab.page(Leads).tags] == ["горячий"]
    assert next(line for line in tab.page(Leads).lines if line.lead_id == ANNA).tags == ["горячий"]


def test_phones_are_grouped_for_people_and_whole_in_files(card: Tab, house: LocalWarehouse) -> None:
    shown = grouped(PHONES[ANNA])
    assert shown != PHONES[ANNA]
    assert card.call(LeadPage, "opened").contacts[0] == shown
    tab = Tab(cookie(house, Role.MARKETER), "/studio/leads")
    page = tab.call(Leads, "narrow", {"search": shown})
    assert [line.contact for line in page.lines] == [shown], "and is found as it is shown"
    assert PHONES[ANNA].encode() in b"".join(sheets.as_csv(leads.leads(house, LeadFilter()).rows))


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


def test_two_leads_whom_nothing_suggests_are_found_on_the_card_and_merged(card: Tab, house: LocalWarehouse) -> None:
    assert card.call(LeadCrm, "opened").twins == []
    crm = card.call(LeadCrm, "look_for", {"search": NAMES[ANNA]})
    assert (crm.found, crm.found_count) == ([], 0), "nobody is merged with themselves"
    crm = card.call(LeadCrm, "look_for", {"search": PHONES[BORIS]})
    assert [(one.lead_id, one.name) for one in crm.found] == [(BORIS, NAMES[BORIS])]
    crm = card.call(LeadCrm, "merge", BORIS)
    assert ([one.lead_id for one in crm.merged], crm.found, crm.looked_for) == ([BORIS], [], "")
    assert listed(house) == [VERA, ANNA]
    crm = card.call(LeadCrm, "look_for", {"search": PHONES[BORIS]})
    assert crm.found == [], "they are one already"
    crm = card.call(LeadCrm, "merge", BORIS)
    assert "один человек" in crm.complaint


def test_a_forgotten_lead_is_merged_with_nobody(house: LocalWarehouse) -> None:
    deeds.state(house, [deeds.fact_of(LeadErased(action_id="e", by=ME), BORIS, NOW)])
    assert not deeds.merge(house, ANNA, BORIS, by=ME, now=NOW)
    assert not deeds.merge(house, BORIS, ANNA, by=ME, now=NOW)


def test_a_merged_lead_counts_once_everywhere_with_all_it_did(card: Tab, house: LocalWarehouse) -> None:
    """Anna (partner Petr's, attended) goes on in Boris's card: every list, number and card says the same of the one."""
    house.append([], personal=[PersonalRow(ANNA, Personal.TELEGRAM_NAME, "@anna_primer")])
    deeds.note(house, ANNA, "Заметка об Анне", by=ME, now=NOW)
    deeds.tag(house, [ANNA], "vip", is_on=True, by=ME, now=NOW)
    assert deeds.merge(house, BORIS, ANNA, by=ME, now=NOW)
    boris = next(row for row in leads.leads(house, LeadFilter()).rows if row.lead_id == BORIS)
    assert (boris.name, boris.phone) == (NAMES[BORIS], PHONES[BORIS]), "the survivor's own words come first"
    assert (boris.partner_id, boris.tags, boris.registrations, boris.created_at) == (PETR, ("vip",), 1, at(-60))
    assert listed(house, search="анна") == listed(house, search="@anna_primer") == listed(house, tag="vip") == [BORIS]
    [petr] = studio.partners(house)
    assert (petr.leads, petr.registered, petr.attended) == (1, 1, 0), "the newest verdict on the session is Boris's"
    assert leads_since(house, PETR, None) == 1
    assert studio.session_numbers(house)[SESSION].registered == 2
    card.go(f"/studio/leads/{BORIS}")
    page, crm = card.call(LeadPage, "opened"), card.call(LeadCrm, "opened")
    assert page.partner == NAMES[PETR]
    assert page.contacts == [grouped(PHONES[BORIS]), grouped(PHONES[ANNA]), "@anna_primer"]
    assert [verdict.outcome for verdict in page.verdicts] == ["Ушёл до предложения"]
    assert len(page.verdicts[0].earlier) == 1, "Anna's verdict on the same session is an earlier one"
    assert ANNA in {bubble.lead_id for bubble in page.bubbles}
    assert [note.text for note in crm.notes] == ["Заметка об Анне"]
    assert crm.tags == ["vip"]
    crm = card.call(LeadCrm, "move", "won")
    assert listed(house, stage="won") == [BORIS]


def test_nobody_may_look_after_a_lead_again(card: Tab, house: LocalWarehouse) -> None:
    card.call(LeadCrm, "opened")
    assert card.call(LeadCrm, "assign", ME).owner == ME
    assert card.call(LeadCrm, "assign", "").owner == ""
    assert listed(house, owner=ME) == []


@pytest.mark.parametrize(
    ("handler", "typed", "why"),
    [
        ("move", "no-such-stage", "этапа"), ("assign", "stranger@example.org", "сотрудника"),
        ("reassign", {"partner": PETR}, "почему"), ("reassign", {"partner": "nobody", "reason": "так"}, "партнёра"),
        ("part", VERA, "не объединён"), ("remove_note", "no-such-note", "заметки"),
    ],
)  # fmt: skip
def test_what_is_not_possible_is_refused_in_words(
    card: Tab, house: LocalWarehouse, handler: str, typed: object, why: str
) -> None:
    card.call(LeadCrm, "opened")
    before = house.health()["last_seq"]
    assert why in card.call(LeadCrm, handler, typed).complaint
    assert house.health()["last_seq"] == before


def test_an_unknown_or_forgotten_lead_is_refused(house: LocalWarehouse) -> None:
    cookie(house, Role.MARKETER)
    with pytest.raises(deeds.Refused, match="unknown_lead"):
        deeds.move(house, [ANNA, "nobody"], "won", by=ME, now=NOW)
    erasing.erase(house, ANNA, by=ME, now=NOW)
    with pytest.raises(deeds.Refused, match="unknown_lead"):
        deeds.note(house, ANNA, "ещё жива", by=ME, now=NOW)


def test_a_partner_closed_account_or_partner_s_account_is_no_owner(house: LocalWarehouse) -> None:
    cookie(house, Role.PARTNER)
    with pytest.raises(deeds.Refused, match="unknown_owner"):
        deeds.assign(house, [ANNA], "partner@example.org", by=ME, now=NOW)


def test_a_lead_goes_to_another_partner_with_a_reason_that_stays(card: Tab, house: LocalWarehouse) -> None:
    crm = card.call(LeadCrm, "opened")
    assert (crm.partner_id, crm.partner_reason) == (PETR, "")
    crm = card.call(LeadCrm, "reassign", {"partner": "", "reason": "  пришла  сама "})
    assert (crm.partner_id, crm.partner_reason) == ("", f"пришла сама · {ME}")
    assert listed(house, partner_id=PETR) == []
    assert leads_since(house, PETR, None) == studio.partners(house)[0].leads == 0
    assert fold_lead(house.facts_of(lead_ids=[ANNA])).partner_id is None
    crm = card.call(LeadCrm, "reassign", {"partner": PETR, "reason": "ошиблись"})
    assert (crm.partner_id, listed(house, partner_id=PETR)) == (PETR, [ANNA])
    deed = staff_deeds(house, limit=1)[0][0]
    assert (deed.name, deed.by, deed.lead_id, deed.about) == ("lead_reassigned", ME, ANNA, "ошиблись")
    line = Tab(cookie(house, Role.ADMIN), "/studio/audit").call(Audit, "opened").lines[0]
    assert (line.what, line.about, line.link) == ("Передан другому партнёру", "ошиблись", f"/studio/leads/{ANNA}")
    told = card.call(LeadPage, "opened").entries[0]
    assert (told.title, told.detail.split(" · ")[:2]) == (
        "Передан другому партнёру",
        ["Кому принадлежит лид: petr", "ошиблись"],
    )


def test_a_host_gives_no_lead_to_a_partner(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.HOST), f"/studio/leads/{ANNA}")
    assert tab.call(LeadCrm, "reassign", {"partner": "", "reason": "x"}).access == "forbidden"


def test_notes_are_written_anew_and_taken_away(card: Tab, house: LocalWarehouse) -> None:
    card.call(LeadCrm, "opened")
    first = card.call(LeadCrm, "note", {"note": "первая"}).notes[0].note_id
    card.call(LeadCrm, "note", {"note": "вторая"})
    assert card.call(LeadCrm, "begin_edit", first).edited == first
    crm = card.call(LeadCrm, "edit_note", {"note": "первая, исправленная"})
    assert (crm.edited, [note.text for note in crm.notes]) == ("", ["вторая", "первая, исправленная"])
    crm = card.call(LeadCrm, "remove_note", first)
    assert [note.text for note in crm.notes] == ["вторая"]
    told = [fact.name for fact in house.facts_of(lead_ids=[ANNA]) if fact.name.startswith("lead_note")]
    assert told == ["lead_note_added", "lead_note_added", "lead_note_edited", "lead_note_removed"]


def test_the_journal_has_every_change_and_comes_page_by_page(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.ADMIN), "/studio/audit")
    tab.call(Bulk, "save_stages", {"stages": "call: Звонок / Call"})
    tab.call(Sources, "look_at_costs", {"csv": "source,amount,since,until\nyandex,100,2026-03-01,2026-03-31"})
    tab.call(Sources, "take_costs")
    tab.call(Sources, "drop_cost", sources.costs(house, "RUB")[0].key)
    lines = tab.call(Audit, "opened").lines
    assert [line.what for line in lines[:3]] == [
        "удалил расход", "загрузил расходы", "изменил этапы воронки продаж",
    ]  # fmt: skip
    assert {line.about for line in lines[:2]} == {"yandex · RUB · 2026-03-01 … 2026-03-31"}
    later = dtm.datetime.now(dtm.UTC) + dtm.timedelta(minutes=1)
    for number in range(205):
        journal.note(house, "login", f"{number}@example.org", now=later + dtm.timedelta(seconds=number))
    page = tab.call(Audit, "opened")
    assert (page.pages, len(page.lines), page.lines[0].who) == (3, 100, "204@example.org")
    assert tab.call(Audit, "turn", 1).lines[0].who == "104@example.org"


def test_a_merge_never_makes_a_circle(house: LocalWarehouse) -> None:
    assert deeds.merge(house, ANNA, VERA, by=ME, now=NOW)
    assert not deeds.merge(house, VERA, ANNA, by=ME, now=NOW)
    assert not deeds.merge(house, ANNA, "nobody", by=ME, now=NOW)
    assert deeds.merge(house, BORIS, VERA, by=ME, now=NOW + dtm.timedelta(seconds=1))
    merges = house.facts_of(names=["lead_merged", "lead_unmerged"])
    assert survivors(merges) == {VERA: BORIS, ANNA: BORIS}


def test_a_chain_of_merges_that_would_not_be_followed_is_refused(house: LocalWarehouse) -> None:
    chain = [ANNA, *(f"lead-{number}" for number in range(LONGEST_CHAIN - 1)), BORIS]
    for number, (lead, head) in enumerate(pairwise(chain)):
        fact = deeds.fact_of(LeadMerged(action_id=f"merge-{number}", into_lead_id=head, by=ME), lead, NOW)
        deeds.state(house, [fact])
    with pytest.raises(deeds.Refused, match="long_chain"):
        deeds.merge(house, VERA, BORIS, by=ME, now=NOW)
    page = Tab(cookie(house, Role.MARKETER), "/studio/duplicates").call(Duplicates, "merge", VERA, BORIS)
    assert "подряд" in page.complaint
    assert not house.facts_of(lead_ids=[BORIS], names=["lead_merged"])
    assert deeds.merge(house, BORIS, VERA, by=ME, now=NOW)
    assert survivors(house.facts_of(names=MERGES)) == dict.fromkeys([*chain[:-1], VERA], BORIS)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("@SUM(1)", "'@SUM(1)"),
        ("-2+3", "'-2+3"), ("\t=1", "'\t'=1"), (" =1", "' =1"), ("＝1", "'＝1"), ("Анна", "Анна"),
        ("+79990000001", "+79990000001"), ("Анна;=1+1", "Анна;'=1+1"), ('Анна; "@SUM(1)', "Анна;' \"@SUM(1)"),
        ("Анна\n=1", "Анна\n'=1"), ("a;b=c - d", "a;b=c - d"),
        ("Привет ;-) да; -нет", "Привет ;-) да;' -нет"), ("Анна;-cmd|' /C calc'!A0", "Анна;'-cmd|' /C calc'!A0"),
    ],
)  # fmt: skip
def test_nothing_people_type_becomes_a_formula(typed: str, written: str) -> None:
    assert cells.guarded(typed) == written
    assert cells.bare(written) == typed


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


def test_a_file_has_every_lead_however_many(house: LocalWarehouse) -> None:
    rows = list(all_leads(house, LeadFilter(), until=NOW, at_once=2))
    assert [row.lead_id for row in rows] == listed(house)
    text = b"".join(sheets.as_csv([rows[0]] * 2500)).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 2500


@pytest.mark.parametrize(("role", "status"), [(None, 401), (Role.ANALYST, 403), (Role.HOST, 403), (Role.PARTNER, 403)])
def test_contacts_do_not_leave_with_everybody(house: LocalWarehouse, role: Role | None, status: int) -> None:
    headers = {"cookie": cookie(house, role)} if role else {}
    assert Caller(Starlette(routes=routes())).get("/staff/leads.xlsx", headers=headers).status_code == status
