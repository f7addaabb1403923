"""Pages read published tables and patch them with later facts: the answers are those of the log alone."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.events import (
    CoreIngestEvent,
    CoreLeadCreated,
    Emitter,
    Entered,
    Fact,
    LeadMerged,
    LeadTagged,
    LeadUnmerged,
    OfferClicked,
    RegisteredForSession,
    ReplayWatched,
    TelegramBlocked,
    TouchRecorded,
    Utm,
)
from domain.merging import survivors
from tests.warehouse import small_cohort
from tests.warehouse.small_cohort import ANNA, BORIS, PETR, SESSION, VERA, WEBINAR, at
from warehouse import tables
from warehouse.credentials import Credential
from warehouse.interface import Published, Warehouse
from warehouse.local import LocalWarehouse
from warehouse.reads import audience, funnel, later, leads, outbox, partners, studio
from warehouse.reads.audience import WebinarKinds
from warehouse.reads.funnel import FunnelFilter
from warehouse.reads.leads import LeadFilter
from warehouse.reads.patching import KEYS

pytestmark = pytest.mark.long
BY_CAMPAIGN = FunnelFilter(now=at(90), breakdown="campaign", attribution="last")
WHO = (ANNA, BORIS, VERA)
MORE: tuple[Callable[[int, str], Fact], ...] = (
    lambda n, who: of(
        LeadTagged(action_id=f"tag-{n}", tag=f"tag {n % 2}", is_on=n % 3 > 0, by="staff"), Emitter.CRM, who, n
    ),
    lambda n, who: of(LeadMerged(action_id=f"merge-{n}", into_lead_id=another(who)), Emitter.CRM, who, n),
    lambda n, who: of(LeadUnmerged(action_id=f"unmerge-{n}", by="staff"), Emitter.CRM, who, n),
    lambda n, who: of(TelegramBlocked(cause=f"update-{n}"), Emitter.NOTIFIER, who, n),
    lambda n, who: of(Entered(visit_no=n + 10), Emitter.TRACKER, who, n, session_id=SESSION, webinar_id=WEBINAR),
    lambda n, who: of(RegisteredForSession(), Emitter.WEB_FORM, who, n, session_id=f"later-{n}", webinar_id="second"),
    lambda n, who: of(
        OfferClicked(action_id=f"click-{n}", offer_id="offer-1"),
        Emitter.TRACKER,
        who,
        n,
        session_id=SESSION,
        webinar_id=WEBINAR,
    ),
    lambda n, who: of(
        ReplayWatched(
            connection=f"tv-{n}",
            from_at=at(200),
            to_at=at(201),
            from_position_seconds=7.5 * n,
            to_position_seconds=7.5 * n + 60,
        ),
        Emitter.TRACKER,
        who,
        n,
        session_id=SESSION,
        webinar_id=WEBINAR,
    ),
    lambda n, who: Fact.of(
        TouchRecorded(
            visitor_id=who.replace("lead", "visitor"), landing="/w/pervyy", utm=Utm(campaign=f"campaign {n % 3}")
        ),
        emitter=Emitter.WEB_FORM,
        occurred_at=at(30 + 7 * n % 11 - 60 * (n % 2)),
    ),
    lambda n, who: of(
        CoreIngestEvent(submission_id=f"again-{n}", visitor_id=another(who).replace("lead", "visitor")),
        Emitter.WEB_FORM,
        who,
        n,
    ),
)
BY_ANOTHERS_BROWSER = len(MORE) - 1
ASKED: dict[str, Callable[[Warehouse], object]] = {
    "leads": lambda w: leads.leads(w, LeadFilter()),
    "board": lambda w: leads.board(w, ("new", "won"), LeadFilter(), limit=2),
    "searched": lambda w: [leads.leads(w, LeadFilter(search=said)) for said in ("примеров", "0000002", "example.org")],
    "tagged": lambda w: [leads.leads(w, LeadFilter(tag=tag)) for tag in ("tag 0", "tag 1")],
    "of a webinar": lambda w: leads.leads(w, LeadFilter(webinar_id="second")),
    "sources": leads.sources,
    "sessions": studio.session_numbers,
    "partners": studio.partners,
    "links": lambda w: partners.links(w, PETR),
    "contests": lambda w: partners.contests(w, PETR),
    "leads since": lambda w: partners.leads_since(w, PETR, at(-60)),
    "funnel by last campaign": lambda w: funnel.funnel(w, BY_CAMPAIGN),
    "funnel within half an hour": lambda w: funnel.whole(w, FunnelFilter(now=at(90), window_seconds=1_800)),
    "kinds": lambda w: audience.kinds(w, WebinarKinds(WEBINAR, 0.95, settled=at(90))),
    "messages": outbox.messages,
    "skipped": lambda w: outbox.messages(w, state="skipped", reason="channel_gone"),
    "states": lambda w: outbox.states(w, now=at(30)),
}


def of(event: object, emitter: Emitter, who: str, number: int, **place: str) -> Fact:
    return Fact.of(event, emitter=emitter, occurred_at=at(30 + 7 * number % 11), lead_id=who, **place)  # type: ignore[arg-type]


def another(who: str) -> str:
    return WHO[(WHO.index(who) + 1) % len(WHO)]


def story() -> list[Fact]:
    return [
        *small_cohort.programme(), *small_cohort.people(), *small_cohort.in_the_room(), *small_cohort.messages()
    ]  # fmt: skip


def publish(warehouse: LocalWarehouse, names: Sequence[str]) -> None:
    seq = warehouse.health()["last_seq"]
    for name in names:
        warehouse.publish_table(warehouse.stage_table(name, tables.live(name)), Published(name, seq, "test"))


def answers(warehouse: Warehouse) -> dict[str, object]:
    return {name: ask(warehouse) for name, ask in ASKED.items()}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shuffle=st.integers(0, 99),
    cut=st.integers(0, 30),
    more=st.lists(st.tuples(st.sampled_from(range(len(MORE))), st.sampled_from(WHO)), max_size=8),
)
@example(shuffle=11, cut=11, more=[(1, ANNA), (1, VERA), (1, BORIS)])
def test_pages_are_told_what_the_log_says(
    shuffle: int, cut: int, more: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    facts = [*story(), *(MORE[kind](number, who) for number, (kind, who) in enumerate(more))]
    random.Random(shuffle).shuffle(facts)  # noqa: S311 - the arrival order of this example
    path = tmp_path_factory.mktemp("fresh") / "warehouse.duckdb"
    half = (cut + len(facts)) // 2
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        warehouse.append([], personal=small_cohort.personal())
        warehouse.append(facts[:cut], quarantine=False)
        publish(warehouse, tuple(KEYS))
        warehouse.append(facts[cut:half], quarantine=False)
        answers(warehouse)
        warehouse.append(facts[half:], quarantine=False)
        patched = answers(warehouse)
        publish(warehouse, tuple(KEYS))
        assert patched == answers(warehouse)


@pytest.mark.parametrize("limits", [{"MOST_CARRIED": 0}, {"MOST_CARRIED": 30}, {"MOST_CONCERNED": 1}])
def test_of_however_many_the_answers_are_the_same(
    limits: dict[str, int], warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, limit in limits.items():
        monkeypatch.setattr(later, name, limit)
    warehouse.append([], personal=small_cohort.personal())
    warehouse.append(story()[:20])
    publish(warehouse, tuple(KEYS))
    for facts in (story()[20:40], story()[40:], [make(number, VERA) for number, make in enumerate(MORE)]):
        warehouse.append(facts)
        answers(warehouse)
    patched = answers(warehouse)
    publish(warehouse, tuple(KEYS))
    assert patched == answers(warehouse)


def test_what_was_found_goes_on_when_tables_are_published_anew(warehouse: LocalWarehouse) -> None:
    warehouse.append([], personal=small_cohort.personal())
    warehouse.append(story())
    publish(warehouse, tuple(KEYS))
    for number, make in enumerate(MORE):
        warehouse.append([make(number, WHO[number % 3])])
        patched = answers(warehouse)
        publish(warehouse, tuple(KEYS)[number % 3 :])
        assert answers(warehouse) == patched
    publish(warehouse, tuple(KEYS))
    assert answers(warehouse) == patched


def test_what_is_known_of_one_log_answers_nothing_about_another(warehouse: LocalWarehouse, tmp_path: Path) -> None:
    with LocalWarehouse(tmp_path / "restored.duckdb", credential=Credential.of("admin")) as restored:
        for one, who, number in ((warehouse, ANNA, 1), (restored, BORIS, 2)):
            small_cohort.tell(one)
            publish(one, tuple(KEYS))
            one.append([MORE[0](number, who), MORE[1](number, who)])
        answers(warehouse)
        restored.__dict__["known"] = warehouse.known
        patched = answers(restored)
        publish(restored, tuple(KEYS))
        assert patched == answers(restored)


def test_visits_stay_with_their_owner_when_another_who_came_by_that_browser_does_something(
    warehouse: LocalWarehouse,
) -> None:
    small_cohort.tell(warehouse)
    warehouse.append([MORE[BY_ANOTHERS_BROWSER](1, VERA)])
    publish(warehouse, tuple(KEYS))
    warehouse.append([MORE[4](2, VERA)])
    patched = answers(warehouse)
    publish(warehouse, tuple(KEYS))
    assert patched == answers(warehouse)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(more=st.lists(st.tuples(st.sampled_from([1, 1, 2]), st.sampled_from(WHO)), max_size=8))
@example(more=[(1, ANNA), (1, VERA), (1, BORIS)])
def test_tables_and_rules_know_the_same_survivors_of_merges(
    more: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    facts = [MORE[kind](number, who) for number, (kind, who) in enumerate(more)]
    path = tmp_path_factory.mktemp("merged") / "warehouse.duckdb"
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        warehouse.append(facts, quarantine=False)
        rows = warehouse.sql(tables.text("survivors")).to_pylist()
        stored = warehouse.facts_of(names={LeadMerged.name, LeadUnmerged.name})
    assert {row["lead_id"]: row["survivor_id"] for row in rows} == survivors(stored)


def test_leads_nobody_published_yet_are_listed_at_once(warehouse: LocalWarehouse) -> None:
    small_cohort.tell(warehouse)
    publish(warehouse, tuple(KEYS))
    for number, known in enumerate(([ANNA], ["new-0", ANNA], ["new-1", "new-0", ANNA])):
        page = leads.leads(warehouse, LeadFilter(partner_id=PETR))
        assert [row.lead_id for row in page.rows] == known
        assert {row.partner_name for row in page.rows} == {"Пётр Партнёров"}
        created = CoreLeadCreated(
            lead_source="vk", first_touch_at=at(40), lead_created_at=at(41), entry=Emitter.WEB_FORM, partner_id=PETR,
            ingest_event_id=f"form-{number}",
        )  # fmt: skip
        moment = at(41 + number)
        warehouse.append([Fact.of(created, emitter=Emitter.CORE, occurred_at=moment, lead_id=f"new-{number}")])
