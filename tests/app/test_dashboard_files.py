"""The people behind a number as a file: for whom, as many as the page counts, and never a formula."""

import csv
import io
import re
import zipfile

import pytest
from starlette.applications import Starlette

from app.access import journal
from app.access.roles import Role
from app.dashboards import audience_address, funnel_address, sources_address
from app.dashboards.audience import Audience
from app.dashboards.funnel import Funnel
from app.dashboards.routes import AUDIENCE, FUNNEL, SOURCES, routes
from app.dashboards.sources import Sources
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie, house
from tests.warehouse.small_cohort import ANNA, NAMES, PHONES, SESSION
from warehouse.interface import Personal, PersonalRow
from warehouse.local import LocalWarehouse

__all__ = ["house"]

OF_FUNNEL = funnel_address.query_of(funnel_address.chosen({"stage": "registered"}))
OF_SOURCES = sources_address.query_of({"conversion": "lead", "model": "first", "source": "~yandex"})
OF_AUDIENCE = audience_address.query_of({"session": SESSION, "part": "registered"})
FILES = [
    (name, kind, query)
    for name, query in (("funnel", OF_FUNNEL), ("audience", OF_AUDIENCE), ("sources", OF_SOURCES))
    for kind in ("csv", "xlsx")
]
FORMULA = '=HYPERLINK("https://example.org","win")'


def taken(who: str, path: str) -> tuple[int, bytes]:
    answer = Caller(Starlette(routes=routes())).get(path, headers={"cookie": who})
    return answer.status_code, answer.content


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def sheet_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(("role", "status"), [
    (Role.ADMIN, 200), (Role.MARKETER, 200), (Role.ANALYST, 403), (Role.HOST, 403), (Role.PARTNER, 403),
])  # fmt: skip
def test_only_who_works_with_people_takes_them_away(house: LocalWarehouse, role: Role, status: int) -> None:
    who = cookie(house, role)
    assert [taken(who, f"/staff/{name}.{kind}{query}")[0] for name, kind, query in FILES] == [status] * len(FILES)


def test_a_stranger_takes_nothing(house: LocalWarehouse) -> None:
    assert house
    assert [taken("", f"/staff/{name}.{kind}{query}")[0] for name, kind, query in FILES] == [401] * len(FILES)


@pytest.mark.parametrize(
    "path",
    [
        "/staff/funnel.csv",
        "/staff/funnel.csv?stage=nothing",
        "/staff/audience.csv",
        f"/staff/audience.csv?session={SESSION}",
        "/staff/audience.csv?part=registered",
        "/staff/sources.csv?model=first",
    ],
)
def test_an_address_without_a_number_is_told_what_to_do(house: LocalWarehouse, path: str) -> None:
    status, words = taken(cookie(house, Role.MARKETER), path)
    assert (status, "Чьих людей" in words.decode()) == (400, True)


def test_a_file_of_the_funnel_holds_as_many_people_as_every_bar_counts(house: LocalWarehouse) -> None:
    who = cookie(house, Role.MARKETER)
    page = Tab(who, "/studio/funnel").call(Funnel, "opened")
    for bar in page.bars:
        query = funnel_address.query_of(page.chosen, stage=bar.slug)
        rows = lines(taken(who, f"/staff/funnel.csv{query}")[1])
        assert len(rows) == bar.count, bar.slug
        book = sheet_of(taken(who, f"/staff/funnel.xlsx{query}")[1])
        assert len(re.findall(r"<row ", book)) == bar.count + 1, bar.slug
    assert tuple(rows[0]) == FUNNEL


@pytest.mark.parametrize(("name", "query"), [("funnel", OF_FUNNEL), ("audience", OF_AUDIENCE), ("sources", OF_SOURCES)])
def test_whoever_is_taken_away_can_be_called(house: LocalWarehouse, name: str, query: str) -> None:
    rows = lines(taken(cookie(house, Role.MARKETER), f"/staff/{name}.csv{query}")[1])
    (anna,) = (row for row in rows if row["lead_id"] == ANNA)
    assert (anna["name"], anna["phone"], anna["email"]) == (NAMES[ANNA], PHONES[ANNA], "")


def test_a_file_of_the_audience_holds_the_people_of_the_page(house: LocalWarehouse) -> None:
    who = cookie(house, Role.MARKETER)
    page = Tab(who, f"/studio/audience{OF_AUDIENCE}").call(Audience, "opened")
    rows = lines(taken(who, f"/staff/audience.csv{page.files}")[1])

    assert [row["lead_id"] for row in rows] == [one.lead_id for one in page.people]
    assert len(rows) == page.people_total == int(page.summary.registered)
    assert tuple(rows[0]) == AUDIENCE
    anna = next(row for row in rows if row["lead_id"] == ANNA)
    assert (anna["verdict"], anna["outcome"], anna["watched_seconds"]) == ("attended", "form_submitted", "1190")


def test_a_file_of_a_credit_adds_up_to_it(house: LocalWarehouse) -> None:
    who = cookie(house, Role.MARKETER)
    page = Tab(who, f"/studio/sources{OF_SOURCES}").call(Sources, "opened")
    rows = lines(taken(who, f"/staff/sources.csv{page.files}")[1])

    assert (len(rows), tuple(rows[0])) == (page.people_total, SOURCES)
    assert f"{sum(float(row['credit']) for row in rows):.2f}" == page.people_credit.replace(",", ".")


def test_a_name_is_never_a_formula(house: LocalWarehouse) -> None:
    house.append([], personal=[PersonalRow(ANNA, Personal.NAME, FORMULA)])
    who = cookie(house, Role.MARKETER)
    for name, kind, query in FILES:
        content = taken(who, f"/staff/{name}.{kind}{query}")[1]
        if kind == "csv":
            assert f"'{FORMULA}" in {row["name"] for row in lines(content)}, name
        else:
            assert "<f>" not in sheet_of(content), name


def test_who_took_what_stands_in_the_journal(house: LocalWarehouse) -> None:
    who = cookie(house, Role.MARKETER)
    taken(who, f"/staff/audience.csv{OF_AUDIENCE}")
    noted = [entry.body for entry in house.entries(journal.COLLECTION)]
    assert [note["about"] for note in noted if note["deed"] == "leads_exported"] == ["audience registered: 3 → csv"]


def test_who_may_not_take_a_file_is_shown_a_page_with_the_way_on(house: LocalWarehouse) -> None:
    nobody = taken("", "/staff/funnel.csv")[1].decode()
    assert "Нужно войти" in nobody
    assert 'href="/login"' in nobody
    analyst = taken(cookie(house, Role.ANALYST), "/staff/funnel.csv")[1].decode()
    assert "не для вашей роли" in analyst
    assert 'href="/studio"' in analyst
