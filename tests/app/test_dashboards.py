import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from app.access.roles import Role
from app.dashboards import audience_address, cost_upload, funnel_address, sources_address
from app.dashboards.audience import Audience
from app.dashboards.audience_rows import KindRow, marked, so_far, summarised
from app.dashboards.audience_view import PART_OF
from app.dashboards.chart import drawn
from app.dashboards.compared_view import KIND
from app.dashboards.funnel import Funnel, bars
from app.dashboards.shown import clock, typical
from app.dashboards.sources import Sources
from app.dashboards.sources_rows import price_rows
from domain.attribution import MODELS
from domain.events import Emitter, Fact, TouchRecorded, Utm, Watched
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_studio_handlers import cookie, house
from tests.warehouse.small_cohort import ANNA, SESSION, WEBINAR, at
from warehouse.local import LocalWarehouse
from warehouse.reads.audience import KIND_PARTS, Minute, OutcomeCount, Watching
from warehouse.reads.funnel import STAGES, FunnelSlice, FunnelTimes

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
    auto = KindRow("auto", "Автоэфир", 3, f"1 · {third}", "10:25", f"1 · {whole}", f"1 · {whole}", f"1 · {whole}")
    assert page.kinds[0] == auto
    assert page.kinds[1] == KindRow("replay", "Запись", 3, "0 · 0\N{NO-BREAK SPACE}%", "—", "0 · —", "0 · —", "0 · —")
    assert page.summary.watched_median == "10:25"
    for row in page.kinds:
        for name, slug in KIND:
            if slug in KIND_PARTS:
                shown = led_to(analyst, slug, row.slug)
                assert f"{shown.people_total}" == f"{getattr(row, name)}".split(" · ", maxsplit=1)[0], (row, slug)
    there = led_to(analyst, "kind_attended", "auto")
    assert there.people_title == "Посетили · Автоэфир"
    assert (there.people[0].lead_id, there.people[0].session_at) == (ANNA, at(0).isoformat())
    assert led_to(analyst, "kind_attended", "no kind").people_title == ""
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


def test_lengths_read_well() -> None:
    assert [clock(x) for x in (None, 0, 59.6, 1799.9, 3661)] == ["—", "0:00", "0:59", "29:59", "1:01:01"]
    assert [typical(x) for x in (None, 124.5, 99.999)] == ["—", "2:05", "1:40"], "an average is no moment"


def test_every_model_reconciles_to_the_conversions(analyst: Tab) -> None:
    page = analyst.call(Sources, "opened")

    assert page.converted == 3
    assert page.totals == ["3,00"] * 5
    assert page.credit_rows[-1].is_unattributed
    assert {row.source: row.credits[0] for row in page.credit_rows[:-1]} == {
        "yandex": "1,00", "vk": "1,00", "direct": "1,00",
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


HEADER = "source;campaign;amount;currency;since;until"


def test_what_a_table_would_change_is_said_before_it_is_taken(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER))
    tab.call(Sources, "opened")
    page = tab.call(
        Sources, "look_at_costs", {"csv": "source;amount;since;until\nyandex;1500,50;2026-03-01;2026-03-31"}
    )
    assert [(line.number, line.fate, line.is_bad) for line in page.foreseen] == [(2, "новая", False)]
    assert house.entries("costs") == []

    assert tab.call(Sources, "take_costs").foreseen == []
    assert [row.amount for row in tab.page(Sources).cost_rows] == [
        "1\N{NARROW NO-BREAK SPACE}500,50\N{NO-BREAK SPACE}RUB"
    ]
    again = f"{HEADER}\nyandex;;1;RUB;2026-03-01;2026-03-31\nyandex;;1500,50;USD;2026-03-01;2026-03-31"
    page = tab.call(Sources, "look_at_costs", {"csv": again})
    assert [line.fate.replace("\N{NO-BREAK SPACE}", " ") for line in page.foreseen] == [
        "заменит 1\N{NARROW NO-BREAK SPACE}500,50 RUB", "новая",
    ]  # fmt: skip
    assert len(tab.call(Sources, "take_costs").cost_rows) == 2


def test_what_became_of_a_table_is_to_be_read_while_the_page_counts_again(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER))
    tab.call(Sources, "opened")
    table = "source;amount;since;until\nvk;1,500;2026-03-01;2026-03-31"
    refused = tab.call(Sources, "look_at_costs", {"csv": table}).complaint
    assert refused
    assert tab.call(Sources, "beat").complaint == refused

    tab.call(Sources, "look_at_costs", {"csv": "source;amount;since;until\nvk;1500;2026-03-01;2026-03-31"})
    taken = tab.call(Sources, "take_costs").notice
    assert taken
    assert tab.call(Sources, "beat").notice == taken
    assert tab.call(Sources, "look_at_costs", {"csv": ""}).notice == ""


def test_periods_that_overlap_are_told_before_after_and_on_the_page(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER))
    tab.call(Sources, "opened")
    tab.call(Sources, "look_at_costs", {"csv": f"{HEADER}\nyandex;;31;RUB;2026-03-01;2026-03-31"})
    page = tab.call(Sources, "take_costs")
    assert (page.overlap, page.notice, page.cost_rows[0].overlap) == ("", "Загружено строк: 1.", "")

    later = f"{HEADER}\nvk;;1;RUB;2026-03-01;2026-03-31\nyandex;;7;RUB;2026-03-30;2026-04-05"
    page = tab.call(Sources, "look_at_costs", {"csv": later})
    assert [(line.number, line.fate, line.overlap.replace("\N{NO-BREAK SPACE}", " ")) for line in page.foreseen] == [
        (3, "новая", "пересекается с 2026-03-01 … 2026-03-31 (31,00 RUB)"), (2, "новая", ""),
    ]  # fmt: skip
    assert ": 1." in page.overlap_foreseen

    page = tab.call(Sources, "take_costs")
    assert page.notice.startswith("Загружено строк: 2. Из них пересекаются")
    assert (": 2." in page.overlap, page.overlap_foreseen) == (True, "")
    assert {(row.source, row.period): bool(row.overlap) for row in page.cost_rows} == {
        ("yandex", "2026-03-30 … 2026-04-05"): True,
        ("yandex", "2026-03-01 … 2026-03-31"): True,
        ("vk", "2026-03-01 … 2026-03-31"): False,
    }
    (yandex,) = (row for row in page.prices if row.name == "yandex")
    assert yandex.spend.startswith("38,00"), "both amounts count"

    page = tab.call(Sources, "drop_cost", "2026-03-30:2026-04-05:RUB:yandex:")
    assert (page.overlap, [row.overlap for row in page.cost_rows]) == ("", ["", ""])


def test_costs_become_prices_that_add_up(house: LocalWarehouse) -> None:
    spring = TouchRecorded(visitor_id="visitor-spring", landing="/", utm=Utm(source="yandex", campaign="spring"))
    house.append([Fact.of(spring, emitter=Emitter.WEB_FORM, occurred_at=at(-70))])
    tab = Tab(cookie(house, Role.MARKETER))
    tab.call(Sources, "opened")
    table = (
        f"{HEADER}\nyandex;spring;10;RUB;2026-03-01;2026-03-31\nyandex;;20;RUB;2026-03-01;2026-03-31\n"
        "yandex;;7;USD;2026-03-01;2026-03-31\ntv;;9;RUB;2026-03-01;2026-03-01"
    )
    tab.call(Sources, "look_at_costs", {"csv": table})
    page = tab.call(Sources, "take_costs")
    told = {
        (row.name, row.is_part): (row.spend.replace("\N{NO-BREAK SPACE}", " "), row.prices[0].people.count,
                                  row.prices[0].each.replace("\N{NO-BREAK SPACE}", " "))
        for row in page.prices
    }  # fmt: skip

    assert told["yandex", False] == ("30,00 RUB + 7,00 USD", 1, "30,00 RUB + 7,00 USD")
    assert told["spring", True] == ("10,00 RUB", 0, "—")
    assert told["остальное", True] == ("20,00 RUB + 7,00 USD", 1, "20,00 RUB + 7,00 USD")
    assert told["vk", False] == ("", 1, "")
    assert told["tv", False] == ("9,00 RUB", 0, "—")
    assert told["", False] == ("39,00 RUB + 7,00 USD", 3, "13,00 RUB + 2,33 USD")

    tab.go("/studio/sources?since=2026-03-03&until=2026-03-04&zone=Europe/Moscow")
    page = tab.call(Sources, "opened")
    (yandex,) = (row for row in page.prices if row.name == "yandex")
    # Two of the thirty-one days: 0.64 + 1.30 roubles and 0.45 dollars; the people are those of the same days.
    assert yandex.spend.replace("\N{NO-BREAK SPACE}", " ") == "1,94 RUB + 0,45 USD"
    assert {"since=2026-03-03", "until=2026-03-04"} <= set(yandex.prices[0].people.href.split("?")[1].split("&"))
    assert (yandex.prices[0].people.count, page.converted) == (1, 3)
    tab.go("/studio/sources?until=2026-03-03")
    page = tab.call(Sources, "opened")
    assert (page.rows, page.converted) == ([], 0)


def test_the_sources_add_up_to_the_whole_funnel(analyst: Tab) -> None:
    page = analyst.call(Sources, "opened")
    whole = analyst.call(Funnel, "opened").bars
    assert [cell.count for cell in page.whole.cells] == [bar.count for bar in whole]
    assert page.prices[-1].prices[0].people.count == sum(row.prices[0].people.count for row in page.prices[:-1])


def test_two_periods_without_a_window_are_said_to_be_uneven(analyst: Tab) -> None:
    period = "since=2026-03-04&until=2026-03-04&compare=previous"
    analyst.go(f"/studio/funnel?{period}")
    page = analyst.call(Funnel, "opened")
    assert (page.is_uneven, page.bars[0].before) == (True, "0")
    analyst.go(f"/studio/funnel?{period}&window=7")
    assert not analyst.call(Funnel, "opened").is_uneven


@pytest.mark.parametrize(
    ("count", "earlier", "said"), [(7, 0, "0"), (5, 5, "5 · 0 %"), (9, 6, "6 · +50 %"), (1, 3, "3 · −67 %")]
)
def test_a_change_is_told_with_its_sign(count: int, earlier: int, said: str) -> None:
    found, before = (FunnelSlice("", dict.fromkeys(STAGES, people)) for people in (count, earlier))
    shown = bars(found, FunnelTimes(), before, "ru", is_nested=True)
    assert {bar.before.replace("\N{NO-BREAK SPACE}", " ") for bar in shown} == {said}


def test_every_credit_leads_to_people_whose_parts_add_up_to_it(analyst: Tab) -> None:
    first = analyst.call(Sources, "opened")
    for row in first.credit_rows:
        assert row.has_people == [_hundredths(shown) > 0 for shown in row.credits], "a press leads to somebody"
        for model, shown in zip(MODELS, row.credits, strict=True):
            analyst.go(f"/studio/sources{sources_address.query_of({'model': model, 'source': f'~{row.key}'})}")
            page = analyst.call(Sources, "opened")
            parts = sum(_hundredths(one.credit) for one in page.people)
            assert (page.people_credit, parts) == (shown, _hundredths(shown)), (row.key, model)
            assert page.people_total == len(page.people)


def test_a_bad_table_is_kept_in_the_form_and_nothing_is_imported(house: LocalWarehouse) -> None:
    tab = Tab(cookie(house, Role.MARKETER))
    page = tab.call(
        Sources,
        "look_at_costs",
        {"csv": "source,amount,since,until\nok,1,2026-03-01,2026-03-02\nvk,much,2026-03-01,2026-03-02"},
    )

    assert [(line.number, line.is_bad) for line in page.foreseen] == [(3, True), (2, False)]
    assert (
        page.foreseen[0].fate == "«much» — не сумма. Например: 15000 или 15 000,50; после запятой не больше двух цифр."
    )
    assert (page.bad, page.typed.endswith("2026-03-02")) == (1, True)
    assert tab.call(Sources, "take_costs").bad == 1
    assert house.entries("costs") == []


def test_a_file_of_costs_is_looked_at_before_it_is_taken(house: LocalWarehouse) -> None:
    who = cookie(house, Role.MARKETER)
    caller = Caller(Starlette(routes=cost_upload.routes()))
    headers = {"cookie": who, "origin": "http://localhost:3000"}
    table = f"{HEADER}\nvk;весна;5;;2026-03-01;2026-03-02".encode("cp1251")
    answer = caller.post("/staff/costs", headers=headers, files={"file": ("costs.csv", table)})
    assert answer.status_code == 303

    tab = Tab(who, answer.headers["location"].partition("#")[0])
    assert [line.campaign for line in tab.call(Sources, "opened").foreseen] == ["весна"]
    assert house.entries("costs") == []
    other = Tab(cookie(house, Role.ADMIN), answer.headers["location"].partition("#")[0])
    assert other.call(Sources, "opened").foreseen == []
    nothing = caller.post("/staff/costs", headers=headers, data={"x": "y"})
    assert "problem=no_file" in nothing.headers["location"]
    assert caller.post("/staff/costs", headers={"cookie": who, "origin": "https://example.org"}).status_code == 403
    assert caller.post("/staff/costs", headers={"cookie": cookie(house, Role.ANALYST)}).status_code == 403


def test_an_analyst_reads_and_imports_nothing(house: LocalWarehouse, analyst: Tab) -> None:
    table = {"csv": "source,amount,since,until\nvk,1,2026-03-01,2026-03-02"}
    assert analyst.call(Sources, "look_at_costs", table).access == "forbidden"
    assert analyst.call(Sources, "take_costs").access == "forbidden"
    assert house.entries("costs") == []


def test_a_price_is_over_everybody_who_did_it_not_only_those_who_linked_telegram() -> None:
    counts = dict.fromkeys(STAGES, 0) | {"lead": 4, "attended": 2, "submitted": 1}
    made = price_rows([FunnelSlice("vk", counts)], {}, {("vk", ""): {"RUB": 800}}, {}, "ru")

    assert [one.each for one in made[0].prices] == [f"{price},00\N{NO-BREAK SPACE}RUB" for price in (2, 4, 8)]


def test_who_came_without_a_place_makes_no_rate_above_the_whole() -> None:
    walked_in = OutcomeCount("completed", 3, 1, 3, 3, 1, 3, 0, 100.0)

    assert summarised([], [walked_in], Watching(), "ru").attendance_rate == "100\N{NO-BREAK SPACE}%"


def test_who_is_not_judged_yet_lowers_no_average() -> None:
    watching, entering = (OutcomeCount(*row) for row in (
        ("watching", 1, 1, 1, 1, 1, 0, 0, 660.0), ("undecided", 3, 3, 2, 0, 0, 0, 0, 0.0),
    ))  # fmt: skip

    assert summarised([], [watching, entering], Watching(), "ru").watched_average == "11:00"
    assert summarised([], [entering], Watching(), "ru").watched_average == "—"


def test_of_a_session_on_air_only_minutes_that_are_over_are_drawn() -> None:
    on_air = [minute(0, 5), minute(1, 5, dropped=1), minute(2, 4, dropped=4), *(minute(n, 0) for n in range(3, 45))]

    seen = so_far(on_air, at(0), at(3.2))

    assert [m.minute for m in seen] == [0, 1, 2]
    assert marked(seen)["steepest_drop"].minute == 1
    assert [m.minute for m in so_far(on_air, at(0), at(0.1))] == [0]
    assert so_far(on_air, at(0), at(50)) == on_air


@pytest.mark.parametrize(
    ("zone", "since", "until"),
    [
        ("Asia/Vladivostok", "2026-03-07T14:00Z", "2026-03-08T14:00Z"),
        ("America/New_York", "2026-03-08T05:00Z", "2026-03-09T04:00Z"),
        ("", "2026-03-08T00:00Z", "2026-03-09T00:00Z"),
        ("Mars/Olympus", "2026-03-08T00:00Z", "2026-03-09T00:00Z"),
    ],
    ids=["far east", "an hour shorter", "an address of before", "no such zone"],
)
def test_a_day_of_the_funnel_is_one_where_it_was_chosen(zone: str, since: str, until: str) -> None:
    said = funnel_address.chosen({"since": "2026-03-08", "until": "2026-03-08", "zone": zone})
    wanted = funnel_address.wanted(said, at(0))
    assert (wanted.since, wanted.until) == (dtm.datetime.fromisoformat(since), dtm.datetime.fromisoformat(until))


@given(st.text(max_size=12) | st.dates().map(str), st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago", ""]))
def test_no_address_of_the_funnel_is_too_strange_to_be_read(day: str, zone: str) -> None:
    said = funnel_address.chosen({"since": day, "until": day, "zone": zone})
    wanted = funnel_address.wanted(said, at(0))
    assert wanted.since < wanted.until


def test_the_zone_stands_in_the_address_only_where_days_do() -> None:
    zone = {"zone": "Europe/Moscow"}
    assert funnel_address.address(funnel_address.chosen({"days": "30", **zone})) == "/studio/funnel?days=30"
    assert "zone=Europe" in funnel_address.address(funnel_address.chosen({"breakdown": "week", **zone}))
    assert "zone=Europe" in funnel_address.address(funnel_address.chosen({"since": "2026-03-08", **zone}))


def _hundredths(credit: str) -> int:
    """Credit as a Russian page says it, in hundredths."""
    return int(credit.replace(",", ""))
