"""A list is seen before it is taken in, taken in once, and what is refused comes back mended."""

import asyncio
import csv
import datetime as dtm
import io
import json
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from app.access.roles import Role
from app.crm import batches, deeds, importing, uploads
from app.crm.importing import Terms
from app.rights import erasing
from app.shared import schedule
from app.shared import warehouse as connection
from app.studio.importing import ImportPage
from domain.events import Fact
from domain.imports import parse
from domain.leads import born, fold_lead
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import ANNA, EMAILS, NAMES, PETR, PHONES, VERA, tell
from warehouse.interface import Personal
from warehouse.local import LocalWarehouse

NOW = dtm.datetime.now(dtm.UTC)
LIST = f"""name,phone,email,partner,registered_at,utm_source
Анна Другая,{PHONES[ANNA]},anna@example.org,,,
Новый Человек,+79991112233,,petr,2026-03-01 10:00,vk
Новый Человек,+79991112233,,petr,2026-03-01 10:00,vk
Кто-то,123,,,,
Чужой,+79994445566,,no-such-partner,,
"""
TERMS = Terms(("processing", "marketing"), "форма на example.org, март 2026", "marketer@example.org")
ORIGIN = {"origin": "http://localhost:3000"}


@pytest.fixture
def house(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWarehouse]:
    tell(warehouse)
    connection.install(warehouse)
    monkeypatch.setattr(schedule, "_projection", schedule.Projection())
    yield warehouse
    connection.install(None)


def imported(house: LocalWarehouse) -> list[Fact]:
    return [fact for fact in house.facts_of(names=["core_ingest_event"]) if fact.emitter == "import"]


def test_the_dry_run_tells_every_row_and_changes_nothing(house: LocalWarehouse) -> None:
    before = house.health()["last_seq"]
    outcomes = importing.forecast(house, parse(LIST))
    assert [(one.happens, one.code) for one in outcomes] == [
        ("same", ""), ("new", ""), ("same", ""), ("refused", "phone_too_short"), ("refused", "unknown_partner"),
    ]  # fmt: skip
    assert outcomes[0].lead_id == ANNA
    assert house.health()["last_seq"] == before
    assert house.find_people(Personal.PHONE, "+79991112233") == []


def test_a_list_is_gone_after_its_hour_though_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "KEPT", dtm.timedelta(0))

    async def kept() -> str:
        key = batches.keep(batches.Batch(TERMS.by, "list.csv", parse(LIST)))
        assert batches.find(key, TERMS.by)
        for _ in range(3):  # turns of the loop
            await asyncio.sleep(0)
        return key

    key = asyncio.run(kept())
    assert batches.find(key, TERMS.by) is None


def test_taking_in_keeps_what_is_known_adds_what_is_missing_and_states_consents(house: LocalWarehouse) -> None:
    seen: list[int] = []
    outcomes = importing.take(house, parse(LIST), TERMS, now=NOW, progress=seen.append)
    assert [one.happens for one in outcomes] == ["same", "new", "again", "refused", "refused"]
    assert seen == [5]
    anna = {row.kind: row.value for row in house.people([ANNA]) if not row.ref}
    assert (anna[Personal.NAME], anna[Personal.EMAIL]) == (NAMES[ANNA], "anna@example.org")
    [new] = house.find_people(Personal.PHONE, "+79991112233")
    facts = house.facts_of(lead_ids=[new])
    created, *consents = born(fold_lead(facts), facts)
    assert (created.properties["partner_id"], created.properties["entry"]) == (PETR, "import")
    assert created.properties["lead_created_at"].startswith("2026-03-01T07:00")
    assert {fact.properties["purpose"] for fact in consents} == {"processing", "marketing"}
    [evidence] = house.people([new], {Personal.CONSENT_EVIDENCE})
    assert json.loads(evidence.value)["ground"] == TERMS.ground
    text = json.dumps([fact.model_dump(mode="json") for fact in imported(house)], ensure_ascii=False)
    assert not [secret for secret in (PHONES[ANNA], "9991112233", "anna@example.org", "Новый") if secret in text]


def test_the_same_file_again_changes_nothing(house: LocalWarehouse) -> None:
    importing.take(house, parse(LIST), TERMS, now=NOW)
    before, pieces = house.health()["last_seq"], len(house.people([ANNA]))
    again = importing.take(house, parse(LIST), TERMS, now=NOW + dtm.timedelta(days=1))
    assert importing.counts(again) == {"new": 0, "same": 0, "again": 3, "refused": 2}
    assert (house.health()["last_seq"], len(house.people([ANNA]))) == (before, pieces)
    assert importing.counts(importing.forecast(house, parse(LIST)))["again"] == 3


def test_without_stated_consent_nobody_is_taken_in(house: LocalWarehouse) -> None:
    for terms in (Terms(("marketing",), "форма", "me"), Terms(("processing",), "  ", "me")):
        with pytest.raises(ValueError, match="Consent"):
            importing.take(house, parse(LIST), terms, now=NOW)
    assert imported(house) == []


def test_contacts_of_a_merged_lead_lead_to_the_one_that_goes_on(house: LocalWarehouse) -> None:
    cookie(house, Role.MARKETER)
    deeds.merge(house, ANNA, VERA, by="marketer@example.org", now=NOW)
    [outcome] = importing.take(house, parse(f"email\n{EMAILS[VERA]}"), TERMS, now=NOW)
    assert (outcome.happens, outcome.lead_id) == ("same", ANNA)


def test_a_forgotten_person_does_not_come_back_as_they_were(house: LocalWarehouse) -> None:
    erasing.erase(house, ANNA, by="me", now=NOW)
    [outcome] = importing.take(house, parse(f"phone\n{PHONES[ANNA]}"), TERMS, now=NOW)
    assert outcome.lead_id != ANNA


def test_a_long_list_is_taken_in_portions_and_the_numbers_agree(
    house: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 50)
    text = "phone,name\n" + "\n".join(f"+7999{number:07},Лид {number}" for number in range(1000, 1110))
    seen: list[int] = []
    foreseen = importing.counts(importing.forecast(house, parse(text)))
    outcomes = importing.take(house, parse(text), TERMS, now=NOW, progress=seen.append)
    assert seen == [50, 100, 110]
    assert importing.counts(outcomes) == foreseen == {"new": 110, "same": 0, "again": 0, "refused": 0}
    assert len({fact.lead_id for fact in imported(house)}) == 110


def uploaded(house: LocalWarehouse, text: str, role: Role = Role.MARKETER) -> tuple[Caller, str, dict[str, str]]:
    headers = {"cookie": cookie(house, role), **ORIGIN}
    visitor = Caller(Starlette(routes=uploads.routes()))
    files = {"file": ("people.csv", text.encode("cp1251"), "text/csv")}
    answer = visitor.post("/staff/imports", headers=headers, files=files)
    assert answer.status_code == 303
    return visitor, answer.headers["location"], headers


def test_the_page_shows_the_dry_run_and_takes_the_list_in(house: LocalWarehouse) -> None:
    visitor, address, headers = uploaded(house, LIST)
    tab = Tab(headers["cookie"], address)
    page = tab.call(ImportPage, "opened")
    assert (page.new, page.same, page.again, page.refused, page.rows) == (1, 2, 0, 2, 5)
    assert page.kind == "обычный CSV"
    assert [line.happens for line in page.shown[:2]] == ["refused", "refused"]
    assert "•" in page.shown[2].who
    assert tab.call(ImportPage, "take", {"processing": "on"}).wrong
    assert imported(house) == []
    page = tab.call(ImportPage, "take", {"processing": "on", "ground": "форма"})
    assert (page.is_taken, page.new, page.again) == (True, 1, 1)
    assert "Новых лидов: 1" in page.notice
    answer = visitor.get(f"/staff/imports/{page.batch_id}/errors.csv", headers=headers)
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=parse(LIST).delimiter))
    assert [(row["name"], bool(row["reason"])) for row in rows] == [("Кто-то", True), ("Чужой", True)]


def test_a_list_is_nobody_else_s_and_a_stranger_s_form_is_refused(house: LocalWarehouse) -> None:
    visitor, address, _ = uploaded(house, LIST)
    key = address.partition("batch=")[2]
    other = {"cookie": cookie(house, Role.ADMIN), **ORIGIN}
    assert visitor.get(f"/staff/imports/{key}/errors.csv", headers=other).status_code == 404
    assert Tab(other["cookie"], address).call(ImportPage, "opened").problem
    for role, status in ((Role.ANALYST, 403), (Role.PARTNER, 403)):
        refused = visitor.post("/staff/imports", headers={"cookie": cookie(house, role), **ORIGIN}, files={})
        assert refused.status_code == status
    foreign = {"cookie": cookie(house, Role.MARKETER), "origin": "https://elsewhere.example"}
    assert visitor.post("/staff/imports", headers=foreign, files={}).status_code == 403


@pytest.mark.parametrize(
    ("data", "problem"), [(b"PK\x03\x04\0\0", "not_text"), (b"", "no_file"), (b"name;age\n1;2", "no_contacts")]
)
def test_a_file_that_is_no_list_is_explained(house: LocalWarehouse, data: bytes, problem: str) -> None:
    headers = {"cookie": cookie(house, Role.MARKETER), **ORIGIN}
    visitor = Caller(Starlette(routes=uploads.routes()))
    files = {"file": ("people.csv", data, "text/csv")} if data else {"other": ("", b"", "text/csv")}
    answer = visitor.post("/staff/imports", headers=headers, files=files)
    assert f"problem={problem}" in answer.headers["location"]
    assert Tab(headers["cookie"], answer.headers["location"]).call(ImportPage, "opened").problem


def test_text_comes_in_the_encodings_of_exports() -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1251", "utf-16"):
        assert batches.decoded("Имя".encode(encoding)) == "Имя"
