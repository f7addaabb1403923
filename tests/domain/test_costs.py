import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.costs import BadRow, Cost, CostError, added, falling_into, overlapping, parse, read

MARCH = (dtm.date(2026, 3, 1), dtm.date(2026, 3, 31))
HEADER = "source,amount,since,until"


@pytest.mark.parametrize(
    "text",
    [
        "source,amount,since,until\nYandex,15000.50,2026-03-01,2026-03-31",
        "\N{ZERO WIDTH NO-BREAK SPACE}since;until;source;amount\r\n2026-03-01;2026-03-31; yandex ;15 000,50\r\n\r\n",
        "Source\tAmount\tSince\tUntil\nyandex\t15000,5\t2026-03-01\t2026-03-31",
        "Источник;Кампания;Сумма;Валюта;С;По\nyandex;;15000,50;;01.03.2026;31.3.2026\n;;;;;",
    ],
)
def test_costs_are_read_however_they_are_separated(text: str) -> None:
    assert parse(text, "RUB") == [Cost("yandex", "", "RUB", 1_500_050, *MARCH)]


def test_a_row_may_name_its_campaign_and_its_currency() -> None:
    text = f"{HEADER},campaign,currency\nvk,10,2026-03-01,2026-03-31,Spring,usd\nvk,10,2026-03-01,2026-03-31,,"
    assert parse(text, "RUB") == [Cost("vk", "Spring", "USD", 1000, *MARCH), Cost("vk", "", "RUB", 1000, *MARCH)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "empty_file")]),
        (HEADER, [(2, "empty_file")]),
        ("source,amount\nvk,1", [(1, "missing_columns")]),
        (f'{HEADER}\n"vk,1\n' + "x" * 200_000, [(1, "bad_quotes")]),
        (f"{HEADER},budget\nvk,1,2026-03-01,2026-03-02,9", [(1, "unknown_columns")]),
        (f"{HEADER}\n,1,2026-03-01,2026-03-02\nvk,x,2026-03-01,2026-03-02", [(2, "no_source"), (3, "not_an_amount")]),
        (f"{HEADER}\nvk,-1,2026-03-01,2026-03-02", [(2, "not_an_amount")]),
        (f"{HEADER}\nvk,NaN,2026-03-01,2026-03-02", [(2, "not_an_amount")]),
        (f"{HEADER}\nvk,0.001,2026-03-01,2026-03-02", [(2, "not_an_amount")]),
        (f'{HEADER}\nvk,"1,500",2026-03-01,2026-03-02', [(2, "not_an_amount")]),
        (f"{HEADER}\nvk,1.500.00,2026-03-01,2026-03-02", [(2, "not_an_amount")]),
        (f"{HEADER}\nvk,1,31.02.2026,2026-03-02", [(2, "not_a_date")]),
        (f"{HEADER}\nvk,1,03/01/2026,2026-03-02", [(2, "not_a_date")]),
        (f"{HEADER}\nvk,1,2026-03-03,2026-03-02", [(2, "ends_before_it_begins")]),
        (f"{HEADER}\nvk,1,2026-03-01", [(2, "other_columns")]),
        (f"{HEADER},currency\nvk,1,2026-03-01,2026-03-02,roubles", [(2, "no_currency")]),
        (
            f"{HEADER}\nvk,1,2026-03-01,2026-03-02\nok,1,2026-03-01,2026-03-02\nVK,2,2026-03-01,2026-03-02",
            [(2, "given_twice"), (4, "given_twice")],
        ),
    ],
)
def test_a_bad_table_is_refused_with_every_reason(text: str, found: list[tuple[int, str]]) -> None:
    with pytest.raises(CostError) as refused:
        parse(text, "RUB")
    assert [(row.line, row.code) for row in refused.value.rows] == found


def test_what_stands_twice_is_told_in_words() -> None:
    twice = f"{HEADER},campaign\nvk,1,2026-03-01,2026-03-02,spring\nvk,2,2026-03-01,2026-03-02,spring"
    assert {line.wrong and line.wrong.text for line in read(twice, "RUB")} == {
        "vk · spring · RUB · 2026-03-01 … 2026-03-02"
    }


def test_a_dry_run_says_line_by_line_what_is_good_and_what_is_not() -> None:
    good, bad = read(f"{HEADER}\nvk,1,2026-03-01,2026-03-31\n\nvk,x,2026-03-01,2026-03-31", "RUB")
    assert (good.number, good.cost, good.wrong) == (2, Cost("vk", "", "RUB", 100, *MARCH), None)
    assert (bad.number, bad.cost, bad.wrong) == (4, None, BadRow(4, "not_an_amount", "x"))


def test_a_cost_is_spread_evenly_over_its_days() -> None:
    day = dtm.date(2026, 4, 1)
    spent = [Cost("vk", "", "RUB", 3100, *MARCH), Cost("vk", "", "RUB", 100, day, day)]

    assert falling_into(spent, dtm.date(2026, 3, 30), day) == {("vk", ""): {"RUB": 300}}
    assert falling_into(spent, dtm.date(2025, 1, 1), dtm.date(2027, 1, 1)) == {("vk", ""): {"RUB": 3200}}
    assert falling_into(spent, dtm.date(2027, 1, 1), dtm.date(2027, 2, 1)) == {}


@given(minor=st.integers(0, 10**9), days=st.integers(1, 90), cut=st.integers(0, 90))
def test_the_parts_of_a_cost_add_up_to_it(minor: int, days: int, cut: int) -> None:
    since = dtm.date(2026, 1, 1)
    until = since + dtm.timedelta(days=days - 1)
    middle = since + dtm.timedelta(days=min(cut, days))
    cost = [Cost("vk", "", "RUB", minor, since, until)]
    parts = [falling_into(cost, since, middle - dtm.timedelta(days=1)), falling_into(cost, middle, until)]
    assert added(spent for part in parts for spent in part.values()) == {"RUB": minor}


def test_two_currencies_are_never_one_sum() -> None:
    costs = [Cost("vk", name, currency, 100, *MARCH) for name, currency in (("", "RUB"), ("", "USD"), ("a", "RUB"))]
    spent = falling_into(costs, *MARCH)
    assert spent == {("vk", ""): {"RUB": 100, "USD": 100}, ("vk", "a"): {"RUB": 100}}
    assert added(spent.values()) == {"RUB": 200, "USD": 100}


def test_costs_that_count_the_same_days_are_named_to_each_other() -> None:
    month = Cost("vk", "", "RUB", 3100, *MARCH)
    week = Cost("vk", "", "RUB", 700, dtm.date(2026, 3, 31), dtm.date(2026, 4, 6))
    april = Cost("vk", "", "RUB", 900, dtm.date(2026, 4, 7), dtm.date(2026, 4, 30))
    others = [Cost("vk", "a", "RUB", 1, *MARCH), Cost("vk", "", "USD", 1, *MARCH), Cost("ok", "", "RUB", 1, *MARCH)]

    told = overlapping([april, week, month, *others])
    assert {key: (found.oldest, found.total) for key, found in told.items()} == {
        month.key: ((week,), 1),
        week.key: ((month,), 1),
    }
    assert overlapping([month, Cost("vk", "", "RUB", 5, *MARCH)]) == {}


def test_of_many_overlapping_costs_the_oldest_are_named_and_all_counted() -> None:
    days = [dtm.date(2026, 3, number) for number in range(1, 32)]
    daily = [Cost("vk", "", "RUB", 100, day, day) for day in days]
    month = Cost("vk", "", "RUB", 3100, *MARCH)

    told = overlapping([*daily, month])
    assert (told[month.key].oldest, told[month.key].total) == (tuple(daily[:3]), 31)
    assert (told[daily[30].key].oldest, told[daily[30].key].total) == ((month,), 1)
    assert overlapping(daily) == {}
