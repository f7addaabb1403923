"""Work on many leads: tasks, the board, views kept, bulk actions, duplicates."""

import datetime as dtm
from collections.abc import Iterator

import pytest

from app.access.roles import Role
from app.crm import deeds, tasks
from app.rights import dossier, erasing
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio import bulk, tasks_view
from app.studio import tasks as task_pages
from app.studio.board import Board
from app.studio.bulk import Bulk
from app.studio.crm import LeadCrm
from app.studio.kept import LeadViews
from app.studio.lead import LeadPage
from app.studio.leads import Leads
from app.studio.tasks import LeadTasks, Tasks, moment_of
from app.studio.twins import Duplicates
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import ANNA, BORIS, EMAILS, NAMES, PHONES, VERA, tell
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse
from warehouse.reads import leads, worklist
from warehouse.reads.deeds import staff_deeds
from warehouse.reads.leads import LeadFilter

NOW = dtm.datetime.now(dtm.UTC)
ON = True
ME = "marketer@example.org"


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    tell(warehouse)
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


def listed(house: LocalWarehouse, **wanted: str) -> set[str]:
    return {row.lead_id for row in leads.leads(house, LeadFilter(**wanted)).rows}


def test_a_task_is_added_seen_done_and_goes_with_the_person(house: LocalWarehouse) -> None:
    card = Tab(cookie(house, Role.MARKETER), f"/studio/leads/{ANNA}")
    page = card.call(LeadTasks, "add", {"title": "  Позвонить  Анне ", "due": "2026-03-05T10:00"})
    [task] = page.lines
    assert (task.title, task.owner, task.state, task.due_at) == (
        "Позвонить Анне", ME, "overdue", "2026-03-05T07:00:00+00:00",
    )  # fmt: skip
    assert "Позвонить" not in str(house.facts_of(lead_ids=[ANNA])), "a title is personal data"
    assert any("Позвонить Анне" in entry.detail for entry in card.call(LeadPage, "opened").entries)
    assert "Позвонить Анне" in dossier.as_json(dossier.dossier(house, ANNA, now=NOW))
    mine = Tab(cookie(house, Role.MARKETER), "/studio/tasks")
    assert [one.lead_name for one in mine.call(Tasks, "opened").lines] == [NAMES[ANNA]]
    assert mine.page(Tasks).overdue == 1
    assert mine.call(Tasks, "settle", task.task_id, True).lines == []  # noqa: FBT003 - as a client calls it
    assert card.call(LeadTasks, "opened").lines[0].state == "done"
    assert card.call(LeadTasks, "settle", task.task_id, False).lines[0].state == "overdue"  # noqa: FBT003 - as a client calls it
    erasing.erase(house, ANNA, by=ME, now=NOW)
    assert listed(house) == {BORIS, VERA}, "nothing can be done to a forgotten lead: it is in no list"
    assert worklist.tasks(house, now=NOW).rows == ()


def test_a_task_is_due_in_the_zone_of_whoever_adds_it(house: LocalWarehouse) -> None:
    card = Tab(cookie(house, Role.MARKETER), f"/studio/leads/{ANNA}")
    [task] = card.call(LeadTasks, "add", {"title": "x", "due": "2026-03-05T10:00", "zone": "Asia/Tokyo"}).lines
    assert task.due_at == "2026-03-05T01:00:00+00:00"
    drawn = str(tasks_view.panel(LeadTasks, LeadCrm).render())
    assert "ZoneField" in drawn, "the form carries it"
    assert "ZoneNote" in drawn, "and names it"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"title": " ", "due": "2026-03-05T10:00"}, "что нужно"), ({"title": "x", "due": ""}, "дату"),
        ({"title": "x", "due": "2026-03-05T10:00", "owner": "nobody@example.org"}, "сотрудника"),
    ],
)  # fmt: skip
def test_a_task_that_says_too_little_is_refused(house: LocalWarehouse, typed: dict[str, str], why: str) -> None:
    card = Tab(cookie(house, Role.MARKETER), f"/studio/leads/{ANNA}")
    assert why in card.call(LeadTasks, "add", typed).wrong
    assert worklist.tasks(house, now=NOW).rows == ()


def test_a_task_is_moved_and_handed_over_from_the_list_and_from_the_card(house: LocalWarehouse) -> None:
    cookie(house, Role.HOST)
    card = Tab(cookie(house, Role.MARKETER), f"/studio/leads/{ANNA}")
    [task] = card.call(LeadTasks, "add", {"title": "Позвонить", "due": "2026-03-05T10:00"}).lines
    mine = Tab(cookie(house, Role.MARKETER), "/studio/tasks")
    mine.call(Tasks, "opened")
    mine.call(Tasks, "begin_edit", task.task_id)
    page = mine.call(Tasks, "change", {"due": "2126-03-06T12:30", "owner": ME})
    assert [(one.due_at, one.owner, one.state) for one in page.lines] == [("2126-03-06T09:30:00+00:00", ME, "open")]
    assert (page.edited, page.overdue, page.total) == ("", 0, 1)
    assert page.notice
    card.call(LeadTasks, "opened")
    card.call(LeadTasks, "begin_edit", task.task_id)
    [line] = card.call(LeadTasks, "change", {"due": "2126-03-06T12:30", "owner": "host@example.org"}).lines
    assert (line.due_at, line.owner) == ("2126-03-06T09:30:00+00:00", "host@example.org")
    assert mine.call(Tasks, "opened").lines == [], "it is another's now"
    told = [fact for fact in house.facts_of(lead_ids=[ANNA]) if fact.name == "lead_task_changed"]
    stated = [(fact.properties["by"], fact.properties.get("owner"), fact.properties.get("due_at")) for fact in told]
    assert stated == [(ME, None, "2126-03-06T09:30:00Z"), (ME, "host@example.org", None)], "only what was changed"
    [moved, handed] = [one for one in card.call(LeadPage, "opened").entries if one.name == "lead_task_changed"][::-1]
    assert (moved.detail, moved.due_at) == (f"«Позвонить» · {ME}", "2126-03-06T09:30:00Z")
    assert handed.detail == f"«Позвонить» · → host@example.org · {ME}"
    journal, _ = staff_deeds(house, limit=100)
    assert [deed.by for deed in journal if deed.name == "lead_task_changed"] == [ME, ME]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"due": "", "owner": ME}, "дату"), ({"due": "2026-03-05T10:00", "owner": "nobody@example.org"}, "сотрудника"),
        ({"due": "2026-03-05T10:00", "owner": "analyst@example.org"}, "сотрудника"),
    ],
)  # fmt: skip
def test_a_change_of_a_task_that_cannot_be_is_refused(house: LocalWarehouse, typed: dict[str, str], why: str) -> None:
    cookie(house, Role.ANALYST)
    card = Tab(cookie(house, Role.MARKETER), f"/studio/leads/{ANNA}")
    [task] = card.call(LeadTasks, "add", {"title": "Позвонить", "due": "2026-03-05T10:00"}).lines
    card.call(LeadTasks, "begin_edit", task.task_id)
    page = card.call(LeadTasks, "change", typed)
    assert why in page.edit_wrong
    assert page.edited == task.task_id, "the form stays, to be mended"
    assert worklist.tasks(house, now=NOW).rows[0].owner == ME
    assert not [fact for fact in house.facts_of(lead_ids=[ANNA]) if fact.name == "lead_task_changed"]


def test_who_moves_a_task_does_not_undo_that_another_handed_it_over(house: LocalWarehouse) -> None:
    cookie(house, Role.HOST)
    card = Tab(cookie(house, Role.MARKETER), f"/studio/leads/{ANNA}")
    [task] = card.call(LeadTasks, "add", {"title": "Позвонить", "due": "2026-03-05T10:00"}).lines
    card.call(LeadTasks, "begin_edit", task.task_id)
    tasks.change(house, task.task_id, None, "host@example.org", by="admin@example.org", now=NOW)
    [line] = card.call(LeadTasks, "change", {"due": "2026-03-07T10:00", "owner": ME}).lines
    assert (line.owner, line.due_at) == ("host@example.org", "2026-03-07T07:00:00+00:00")


def test_all_tasks_are_there_page_by_page(house: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_pages, "PAGE_SIZE", 2)
    desk = Tab(cookie(house, Role.MARKETER), "/studio/tasks")
    for day in range(1, 6):
        tasks.add(house, ANNA, f"Дело {day}", dtm.datetime(2026, 3, day, tzinfo=dtm.UTC), ME, by=ME, now=NOW)
    page = desk.call(Tasks, "opened")
    assert ([one.title for one in page.lines], page.total, page.overdue, page.pages) == (["Дело 1", "Дело 2"], 5, 5, 3)
    desk.call(Tasks, "turn", 1)
    page = desk.call(Tasks, "turn", 1)
    assert [one.title for one in page.lines] == ["Дело 5"]
    page = desk.call(Tasks, "settle", page.lines[0].task_id, True)  # noqa: FBT003 - as a client calls it
    assert ([one.title for one in page.lines], page.page_no, page.pages) == (["Дело 3", "Дело 4"], 2, 2)
    assert desk.call(Tasks, "choose", "all").page_no == 1


def test_a_task_s_moment_is_that_of_the_zone() -> None:
    assert moment_of("2026-03-05T10:00", "Asia/Tokyo") == dtm.datetime(2026, 3, 5, 1, tzinfo=dtm.UTC)
    assert moment_of("2026-03-05T10:00", "../etc") == dtm.datetime(2026, 3, 5, 7, tzinfo=dtm.UTC)


def test_the_board_moves_by_dragging_and_by_its_menu(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.HOST), "/studio/board")
    board = tab.call(Board, "opened")
    assert [(column.slug, column.total) for column in board.columns][:2] == [("new", 3), ("contacted", 0)]
    tab.call(Board, "hold", ANNA)
    board = tab.call(Board, "drop", "won")
    assert (board.held, listed(house, stage="won")) == ("", {ANNA})
    board = tab.call(Board, "move", BORIS, "lost", not ON)
    assert (board.shown, listed(house, stage="lost")) == ("new", {BORIS})
    assert tab.call(Board, "move", BORIS, "contacted", ON).shown == "contacted", "the focus went there"
    assert tab.call(Board, "show", "lost").shown == "lost"
    assert tab.call(Board, "show", "nowhere").shown == "lost"
    assert tab.call(Board, "move", BORIS, "nowhere", ON).complaint
    tab.call(Board, "drop", "won")
    assert listed(house, stage="won") == {ANNA}, "nothing was held"
    onlooker = Tab(cookie(house, Role.ANALYST), "/studio/board")
    assert onlooker.call(Board, "opened").may_work is False
    assert onlooker.call(Board, "move", VERA, "won", ON).access == "forbidden"


def test_many_leads_get_an_owner_a_tag_and_a_file_at_once(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER), "/studio/leads")

    def tick(*ids: str) -> None:
        for one in ids:
            tab.call(Bulk, "pick", one, True)  # noqa: FBT003 - as a client calls it

    tick(ANNA, VERA)
    tab.call(Bulk, "assign", {"owner": ME})
    assert listed(house, owner=ME) == {ANNA, VERA}
    tick(ANNA, BORIS)
    tab.call(Bulk, "tag", {"tag": "VIP", "way": "on"})
    tick(ANNA)
    tab.call(Bulk, "tag", {"tag": "vip", "way": "off"})
    assert listed(house, tag="vip") == {BORIS}
    tick(ANNA)
    tab.call(Bulk, "export")
    assert house.entries("access_journal")[-1].body["about"] == "1 → csv"
    tab.call(Bulk, "assign", {"owner": ""})
    assert listed(house, owner=ME) == {VERA}
    host = Tab(cookie(house, Role.HOST), "/studio/leads")
    assert host.call(Bulk, "export").access == "forbidden"


def test_a_page_and_everybody_the_filters_find_are_ticked_at_once(
    house: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie(house, Role.PARTNER)
    tab = Tab(cookie(house, Role.MARKETER), "/studio/leads")
    tab.call(Leads, "narrow", {"verdict": "not_attended"})
    assert set(tab.call(Bulk, "pick_page").picked) == {BORIS, VERA}
    tab.call(Leads, "narrow", {"search": "Анна"})
    assert set(tab.call(Bulk, "pick_page").picked) == {ANNA, BORIS, VERA}, "ticks of other pages stay"
    assert tab.call(Bulk, "clear").picked == []
    tab.call(Leads, "narrow", {})
    assert set(tab.call(Bulk, "pick_all").picked) == {ANNA, BORIS, VERA}
    owners = [one.value for one in tab.call(Leads, "opened").owners]
    assert owners == [ME], "partners own no leads of the house"
    assert not tab.page(Bulk).complaint
    tab.call(Bulk, "tag", {"tag": "все", "way": "on"})
    assert listed(house, tag="все") == {ANNA, BORIS, VERA}
    monkeypatch.setattr(bulk, "MOST", 2)
    page = tab.call(Bulk, "pick_all")
    assert (set(page.picked), "2" in page.complaint) == ({BORIS, VERA}, True), "the newest, and it is said"
    page = tab.call(Bulk, "pick", ANNA, ON)
    assert (ANNA in page.picked, bool(page.complaint)) == (False, True)


def test_a_view_is_kept_shared_and_forgotten_by_its_owner_alone(house: LocalWarehouse) -> None:
    mine, other = Tab(cookie(house, Role.MARKETER), "/studio/leads"), Tab(cookie(house, Role.HOST), "/studio/leads")
    mine.call(Leads, "narrow", {"source": "vk"})
    mine.call(LeadViews, "keep", {"name": "Из VK", "shared": "on"})
    mine.call(LeadViews, "keep", {"name": "Мой"})
    assert mine.call(LeadViews, "keep", {"name": " "}).complaint
    mine.call(Leads, "narrow", {"source": "vk", "search": NAMES[ANNA]})
    assert "без поиска" in mine.call(LeadViews, "keep", {"name": "Мой"}).notice, "a person could not be forgotten there"
    assert [(one.name, one.address) for one in mine.call(LeadViews, "opened").kept] == [
        ("Из VK", "?source=vk"), ("Мой", "?source=vk"),
    ]  # fmt: skip
    [shared] = other.call(LeadViews, "opened").kept
    assert shared.name == "Из VK"
    for taken in (" ", "Мой"):
        assert mine.call(LeadViews, "rename", {"view_id": shared.view_id, "name": taken}).complaint
    assert other.call(LeadViews, "rename", {"view_id": shared.view_id, "name": "Чужой"}).complaint
    assert mine.call(LeadViews, "rename", {"view_id": shared.view_id, "name": " ВКонтакте  весна "}).notice
    [renamed] = other.call(LeadViews, "opened").kept
    assert (renamed.name, renamed.address) == ("ВКонтакте весна", shared.address)
    assert len(other.call(LeadViews, "drop", shared.view_id).kept) == 1
    assert [one.name for one in mine.call(LeadViews, "drop", shared.view_id).kept] == ["Мой"]


def test_pairs_alike_are_found_merged_and_kept_apart(house: LocalWarehouse) -> None:
    house.append(
        [],
        personal=[
            PersonalRow(VERA, Personal.NAME, NAMES[ANNA].upper()),
            PersonalRow(VERA, Personal.PHONE, "+4412" + PHONES[ANNA][-7:]),
            PersonalRow(BORIS, Personal.EMAIL, "ve.ra+club@example.org"),
        ],
    )
    assert EMAILS[VERA] == "vera@example.org"
    tab = Tab(cookie(house, Role.MARKETER), "/studio/duplicates")
    page = tab.call(Duplicates, "opened")
    assert [({pair.one_id, pair.other_id}, pair.why.split()[1]) for pair in page.pairs] == [
        ({BORIS, VERA}, "же"), ({ANNA, VERA}, "же"),
    ]  # fmt: skip
    page = tab.call(Duplicates, "keep_apart", VERA, ANNA)
    assert [{pair.one_id, pair.other_id} for pair in page.pairs] == [{BORIS, VERA}]
    page = tab.call(Duplicates, "merge", BORIS, VERA)
    assert {pair.one_id + pair.other_id for pair in page.pairs} == {ANNA + BORIS}, "what Vera was is Boris now"
    assert VERA not in listed(house)


def test_sure_pairs_are_merged_at_once_after_a_question_and_parted_again(house: LocalWarehouse) -> None:
    same = [PersonalRow(lead, Personal.PHONE, PHONES[ANNA], ref=f"second-{lead}") for lead in (BORIS, VERA)]
    house.append([], personal=same)
    before = listed(house)
    tab = Tab(cookie(house, Role.MARKETER), "/studio/duplicates")
    page = tab.call(Duplicates, "opened")
    assert (page.sure, page.picked) == (len(page.pairs), [])
    assert not tab.call(Duplicates, "ask", ON).is_asked, "nothing is ticked"
    page = tab.call(Duplicates, "pick_sure")
    assert page.picked == [pair.key for pair in page.pairs]
    assert tab.call(Duplicates, "ask", ON).is_asked
    page = tab.call(Duplicates, "merge_picked")
    assert (page.pairs, len(page.undoable), page.is_asked) == ([], 2, False)
    assert len(listed(house)) == len(before) - 2
    assert {fact.properties["by"] for fact in house.facts_of(names=["lead_merged"])} == {page.email}
    page = tab.call(Duplicates, "undo")
    assert (page.undoable, listed(house)) == ([], before)
    page = tab.call(Duplicates, "pick", page.pairs[0].key, ON)
    assert len(page.picked) == 1
    assert tab.call(Duplicates, "pick", page.pairs[0].key, not ON).picked == []


def test_a_tag_and_an_owner_go_to_the_lead_that_goes_on(house: LocalWarehouse) -> None:
    cookie(house, Role.MARKETER)
    deeds.merge(house, ANNA, VERA, by=ME, now=NOW)
    deeds.tag(house, [VERA, ANNA], "once", is_on=True, by=ME, now=NOW)
    assert len([fact for fact in house.facts_of(names=["lead_tagged"]) if fact.lead_id == ANNA]) == 1
