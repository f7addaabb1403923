import threading

from domain.events import Emitter, Fact, PartnerJoined
from tests.warehouse.stating import NOW
from warehouse.interface import Identity, Personal, PersonalRow
from warehouse.local import LocalWarehouse

PHONE, EMAIL = Personal.PHONE, Personal.EMAIL
ANNA = "+79990000001"


def test_unknown_contacts_belong_to_the_proposed_lead_from_now_on(warehouse: LocalWarehouse) -> None:
    assert warehouse.identify({PHONE: ANNA}, proposed_lead_id="lead-1") == Identity("lead-1", is_known=False)
    assert warehouse.identify({PHONE: ANNA}, proposed_lead_id="lead-2") == Identity("lead-1", is_known=True)


def test_a_known_phone_brings_a_new_e_mail_to_the_same_lead(warehouse: LocalWarehouse) -> None:
    warehouse.identify({PHONE: ANNA}, proposed_lead_id="lead-1")
    warehouse.identify({PHONE: ANNA, EMAIL: "anna@example.org"}, proposed_lead_id="lead-2")
    assert warehouse.identify({EMAIL: "anna@example.org"}, proposed_lead_id="lead-3").lead_id == "lead-1"


def test_contacts_of_two_leads_name_the_older_one_and_mention_the_other(warehouse: LocalWarehouse) -> None:
    warehouse.identify({EMAIL: "anna@example.org"}, proposed_lead_id="lead-1")
    warehouse.identify({PHONE: ANNA}, proposed_lead_id="lead-2")
    found = warehouse.identify({PHONE: ANNA, EMAIL: "anna@example.org"}, proposed_lead_id="lead-3")
    assert found == Identity("lead-1", is_known=True, also=("lead-2",))


def test_the_same_person_from_twenty_tabs_at_once_is_one_lead(warehouse: LocalWarehouse) -> None:
    found: list[Identity] = []
    barrier = threading.Barrier(20)

    def submit(tab: int) -> None:
        barrier.wait()
        found.append(warehouse.identify({PHONE: ANNA}, proposed_lead_id=f"lead-{tab}"))

    tabs = [threading.Thread(target=submit, args=(tab,)) for tab in range(20)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len({identity.lead_id for identity in found}) == 1
    assert [identity.is_known for identity in found].count(False) == 1


def test_a_partner_who_registers_becomes_a_lead_of_their_own(warehouse: LocalWarehouse) -> None:
    joined = Fact.of(PartnerJoined(partner_id="partner-1", code="p1"), emitter=Emitter.CORE, occurred_at=NOW)
    warehouse.append([joined], personal=[PersonalRow("partner-1", EMAIL, "partner@example.org")])
    found = warehouse.identify({EMAIL: "partner@example.org"}, proposed_lead_id="lead-1")
    assert found == Identity("lead-1", is_known=False)


def test_the_newest_value_of_a_kind_and_reference_is_current(warehouse: LocalWarehouse) -> None:
    warehouse.append(
        [],
        personal=[
            PersonalRow("anna", Personal.NAME, "Новая фамилия", given_at=NOW),
            PersonalRow("anna", Personal.NAME, "Старая фамилия", given_at=NOW.replace(year=2025)),
            PersonalRow("anna", Personal.CHAT_TEXT, "первое", ref="a", given_at=NOW),
            PersonalRow("anna", Personal.CHAT_TEXT, "второе", ref="b", given_at=NOW),
        ],
    )
    names = warehouse.people(["anna"], [Personal.NAME])
    assert names == [PersonalRow("anna", Personal.NAME, "Новая фамилия", given_at=NOW)]
    assert {row.value for row in warehouse.people(["anna"])} == {"Новая фамилия", "первое", "второе"}


def test_people_are_found_by_what_is_current_only(warehouse: LocalWarehouse) -> None:
    warehouse.append([], personal=[PersonalRow("anna", EMAIL, "old@example.org", given_at=NOW.replace(year=2025))])
    warehouse.append([], personal=[PersonalRow("anna", EMAIL, "new@example.org", given_at=NOW)])
    assert warehouse.find_people(EMAIL, "old@example.org") == []
    assert warehouse.find_people(EMAIL, "new@example.org") == ["anna"]


def test_an_erased_person_is_gone_and_their_contacts_are_nobody_s(warehouse: LocalWarehouse) -> None:
    warehouse.identify({PHONE: ANNA, EMAIL: "anna@example.org"}, proposed_lead_id="lead-1")
    assert warehouse.erase("lead-1") == 2
    assert warehouse.people(["lead-1"]) == []
    assert warehouse.identify({PHONE: ANNA}, proposed_lead_id="lead-2") == Identity("lead-2", is_known=False)
    assert warehouse.erase("nobody") == 0


def test_whoever_is_not_known_to_be_the_owner_adds_no_contact_to_them(warehouse: LocalWarehouse) -> None:
    warehouse.identify({PHONE: ANNA}, proposed_lead_id="lead-1")
    both = {PHONE: ANNA, EMAIL: "stranger@example.org"}
    assert warehouse.identify(both, proposed_lead_id="lead-2", proven=()) == Identity("lead-1", is_known=True)
    assert not warehouse.identify({EMAIL: "stranger@example.org"}, proposed_lead_id="lead-3", proven=()).is_known
    found = warehouse.identify(both, proposed_lead_id="lead-4", proven=("lead-3",))
    assert (found.lead_id, found.also) == ("lead-3", ("lead-1",)), "the proven lead is answered first"


def test_the_owner_adds_a_contact(warehouse: LocalWarehouse) -> None:
    warehouse.identify({PHONE: ANNA}, proposed_lead_id="lead-1")
    warehouse.identify({PHONE: ANNA, EMAIL: "anna@example.org"}, proposed_lead_id="lead-2", proven=("lead-1",))
    assert warehouse.identify({EMAIL: "anna@example.org"}, proposed_lead_id="lead-3").lead_id == "lead-1"
