import pytest

from app.access.roles import Role
from app.dashboards import audience_address
from app.dashboards.audience import Audience
from app.dashboards.audience_rows import KindRow, summarised
from app.dashboards.audience_view import PART_OF
from app.dashboards.chart import drawn
from app.dashboards.funnel import Funnel
from app.dashboards.shown import clock, percent
from app.dashboards.sources import Sources, source_rows
from domain.events import Emitter, Fact, TouchRecorded, Utm, Watched
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie, house
from tests.warehouse.small_cohort import ANNA, SESSION, WEBINAR, at
from warehouse.local import LocalWarehouse
from warehouse.reads.audience import Minute, OutcomeCount, Watching
from warehouse.reads.funnel import STAGES, FunnelSlice

__all__ = ["house"]


@pytest.fixture
def analyst(house: LocalWarehouse) -> Tab:
    return Tab(cookie(house, Role.ANALYST))


def test_the_newest_session_is_shown_when_none_is_asked_for(analyst: Tab) -> None:
    page = analyst.call(Audience, "opened")

    assert (page.session, page.title) == (SESSION, "Первый вебинар")
    assert (page.summary.registered, page.summary.entered, page.summary.attended) == ("3", "2", "1")
    assert page.summary.attendance_rate == "33\N{NO-BREAK SPACE}%"
    assert {bar.outcome: bar.leads for bar in page.outcomes} == {
        "form_submitted": 1, "left_before_offer": 1, "missed": 1,
    }  # fmt: skip
    assert len(page.minutes) == 20
    assert (page.offers[0].clicked, page.offers[0].submitted) == (1, 1)


def led_to(analyst: Tab, part: str, value: str = "", minute: str = "") -> Audience:
    """The page after a number of it was pressed."""
    analyst.call(Audience, "look", part, value, minute)
    analyst.go(audience_address.address(SESSION, part, value, minute))
    return analyst.call(Audience, "opened")


def test_a_bar_leads_to_as_many_people_as_it_counts(analyst: Tab) -> None:
    page = led_to(analyst, "outcome", "form_submitted")

    assert (page.people_total, page.people_title) == (1, "Отправил форму")
    assert (page.people[0].lead_id, page.people[0].watched) == (ANNA, "19:50")
    for bar in page.outcomes:
        assert led_to(analyst, "outcome", bar.outcome).people_total == bar.leads


def test_every_single_number_leads_to_its_people(house: LocalWarehouse, analyst: Tab) -> None:
    stretch = Watched(
        connection="phone", from_at=at(0), to_at=at(19), from_position_seconds=0, to_position_seconds=1140
    )
    house.append(
        [
            Fact.of(
                stretch, emitter=Emitter.TRACKER, occurred_at=at(19), lead_id=ANNA, webinar_id=WEBINAR,
                session_id=SESSION,
            )
        ]
    )  # fmt: skip
    first = analyst.call(Audience, "opened")
    whole = ("registered", "entered", "attended", "completed", "replay_watched", "replay_only")
    for name in whole:
        assert f"{led_to(analyst, PART_OF[name]).people_total}" == getattr(first.summary, name), name
    assert first.summary.peak == "1 · 0:00"
    peak = led_to(analyst, PART_OF["peak"], "", first.minute_of["peak"])
    assert (peak.people_total, peak.people_title) == (1, "В комнате · 0:00")
    for bar in first.tenths:
        assert led_to(analyst, "tenth", bar.value).people_total == bar.leads
    for row in first.offers:
        assert led_to(analyst, "offer_clicked", row.offer_id).people_total == row.clicked


def test_live_automatic_and_recorded_stand_side_by_side_with_their_bases(analyst: Tab) -> None:
    page = analyst.call(Audience, "opened")

    third, whole = "33\N{NO-BREAK SPACE}%", "100\N{NO-BREAK SPACE}%"
    auto = KindRow("Автоэфир", 3, f"1 · {third}", "10:25", f"1 · {whole}", f"1 · {whole}", f"1 · {whole}")
    assert page.kinds[0] == auto
    assert page.kinds[1] == KindRow("Запись", 3, "0 · 0\N{NO-BREAK SPACE}%", "—", "0 · —", "0 · —", "0 · —")
    assert page.summary.watched_median == "10:25"
    assert [bar.label for bar in page.tenths[:2]] == ["0:00 – 2:00", "2:00 – 4:00"]


def test_an_unknown_session_is_said_to_be_unknown(analyst: Tab) -> None:
    analyst.go("/studio/audience?session=nothing")
    page = analyst.call(Audience, "opened")
    assert (page.session, page.minutes, page.people) == ("", [], [])


def minute(number: int, present: int, **acts: int) -> Minute:
    blank = dict.fromkeys(Minute.__dataclass_fields__, 0)
    return Minute(**{**blank, "minute": number, "present": present, **acts})


def test_a_chart_has_round_levels_and_marks_in_percent() -> None:
    chart = drawn([minute(n, 37 if n < 5 else 12, offer_shown=n == 8) for n in range(20)])

    assert [level.label for level in chart.levels] == ["10", "20", "30", "40"]
    assert [mark.at for mark in chart.offers] == ["40.00%"]
    twice = drawn([minute(n, 1, offer_shown=n in {3, 4, 9}, poll_answers=n == 6) for n in range(20)])
    assert [mark.label for mark in twice.offers] == ["3", "9"]
    assert [mark.label for mark in twice.polls] == ["6"]
    assert chart.line.startswith("M0.0 22.5")
    assert chart.replay == ""
    assert drawn([]).line == ""


def test_lengths_and_shares_read_well() -> None:
    assert [clock(x) for x in (None, 0, 59.6, 3661)] == ["—", "0:00", "1:00", "1:01:01"]
    assert (percent(0, 0), percent(1, 3)) == ("—", "33\N{NO-BREAK SPACE}%")


def test_every_model_reconciles_to_the_conversions(analyst: Tab) -> None:
    page = analyst.call(Sources, "opened")

    assert page.converted == 3
    assert page.totals == ["3.00"] * 5
    assert page.credit_rows[-1].is_unattributed
    assert {row.source: row.credits[0] for row in page.credit_rows[:-1]} == {
        "yandex": "1.00", "vk": "1.00", "direct": "1.00",
    }  # fmt: skip


def test_every_number_of_a_source_leads_to_its_people(house: LocalWarehouse, analyst: Tab) -> None:
    odd = TouchRecorded(visitor_id="visitor-odd", landing="/", utm=Utm(source="mail & co=5%"))
    house.append([Fact.of(odd, emitter=Emitter.WEB_FORM, occurred_at=at(-1))])
    page = analyst.call(Sources, "opened")
    for row in page.rows:
        for cell in row.cells[1:2]:
            analyst.go(cell.href)
            assert analyst.call(Funnel, "opened").people_total == cell.count
    assert "mail & co=5%" in {row.source for row in page.rows}
    assert all(" " not in row.href for row in page.rows)


def test_an_open_page_counts_again_when_the_log_has_grown(house: LocalWarehouse, analyst: Tab) -> None:
    for page in (Sources, Funnel, Audience):
        before = analyst.call(page, "opened").seq
        assert analyst.call(page, "beat").seq == before
        touch = TouchRecorded(visitor_id=f"visitor-{page.__name__}", landing="/")
        house.append([Fact.of(touch, emitter=Emitter.WEB_FORM, occurred_at=at(0))])
        assert analyst.call(page, "beat").seq > before


def test_imported_costs_become_a_price(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER))
    tab.call(Sources, "opened")
    page = tab.call(
        Sources,
        "take_costs",
        {"csv": "source;amount;since;until\nyandex;1500,50;2026-03-01;2026-03-31\ntv;9;2026-03-01;2026-03-01"},
    )

    assert page.wrong == []
    found = {row.source: (row.cost, row.per_lead, row.per_attendee, row.per_form) for row in page.rows}
    thousand = "1\N{NARROW NO-BREAK SPACE}500.50"
    assert found["yandex"] == (thousand, thousand, thousand, thousand)
    assert found["vk"] == ("", "", "", "")
    assert found["tv"] == ("9.00", "—", "—", "—")
    page = tab.call(Sources, "drop_cost", "2026-03-01:2026-03-01:tv")
    assert [row.source for row in page.cost_rows] == ["yandex"]


def test_a_bad_table_is_kept_in_the_form_and_nothing_is_imported(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER))
    page = tab.call(Sources, "take_costs", {"csv": "source,amount,since,until\nvk,much,2026-03-01,2026-03-02"})

    assert page.wrong == ["Строка 2: «much» — не сумма. Например: 15000 или 15000,50."]
    assert page.typed.endswith("2026-03-02")
    assert house.entries("costs") == []


def test_an_analyst_reads_and_imports_nothing(house: LocalWarehouse, analyst: Tab) -> None:
    page = analyst.call(Sources, "take_costs", {"csv": "source,amount,since,until\nvk,1,2026-03-01,2026-03-02"})
    assert page.access == "forbidden"
    assert house.entries("costs") == []


def test_a_price_is_over_everybody_who_did_it_not_only_those_who_linked_telegram() -> None:
    counts = dict.fromkeys(STAGES, 0) | {"lead": 4}
    anyhow = counts | {"attended": 2, "submitted": 1}
    made = source_rows([FunnelSlice("vk", counts)], [FunnelSlice("vk", anyhow)], {"vk": 800}, "")

    assert [(row.per_lead, row.per_attendee, row.per_form) for row in made] == [("2.00", "4.00", "8.00")]


def test_who_came_without_a_place_makes_no_rate_above_the_whole() -> None:
    walked_in = OutcomeCount("completed", 3, 1, 3, 3, 1, 3, 0, 100.0)

    assert summarised([], [walked_in], Watching()).attendance_rate == "100\N{NO-BREAK SPACE}%"
