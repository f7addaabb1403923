import datetime as dtm

import pytest

from domain.costs import Cost, CostError, falling_into, parse

MARCH = (dtm.date(2026, 3, 1), dtm.date(2026, 3, 31))


@pytest.mark.parametrize(
    "text",
    [
        "source,amount,since,until\nYandex,15000.50,2026-03-01,2026-03-31",
        "\N{ZERO WIDTH NO-BREAK SPACE}since;until;source;amount\r\n2026-03-01;2026-03-31; yandex ;15 000,50\r\n\r\n",
        "Source\tAmount\tSince\tUntil\nyandex\t15000,5\t2026-03-01\t2026-03-31",
    ],
)
def test_costs_are_read_however_they_are_separated(text: str) -> None:
    assert parse(text) == [Cost("yandex", 1_500_050, *MARCH)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "empty_file")]),
        ("source,amount,since,until", [(2, "empty_file")]),
        ("source,amount\nvk,1", [(1, "missing_columns")]),
        ("source,amount,since,until\n,1,2026-03-01,2026-03-02\nvk,x,2026-03-01,2026-03-02", [
            (2, "no_source"), (3, "not_an_amount"),
        ]),
        ("source,amount,since,until\nvk,-1,2026-03-01,2026-03-02", [(2, "not_an_amount")]),
        ("source,amount,since,until\nvk,NaN,2026-03-01,2026-03-02", [(2, "not_an_amount")]),
        ("source,amount,since,until\nvk,0.001,2026-03-01,2026-03-02", [(2, "not_an_amount")]),
        ("source,amount,since,until\nvk,1,01.03.2026,2026-03-02", [(2, "not_a_date")]),
        ("source,amount,since,until\nvk,1,2026-03-03,2026-03-02", [(2, "ends_before_it_begins")]),
        ("source,amount,since,until\nvk,1,2026-03-01,2026-03-02\nvk,2,2026-03-01,2026-03-02", [(1, "given_twice")]),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused_with_every_reason(text: str, found: list[tuple[int, str]]) -> None:
    with pytest.raises(CostError) as refused:
        parse(text)
    assert [(row.line, row.code) for row in refused.value.rows] == found


def test_a_cost_is_spread_evenly_over_its_days() -> None:
    spent = [Cost("vk", 3100, *MARCH), Cost("vk", 100, dtm.date(2026, 4, 1), dtm.date(2026, 4, 1))]

    assert falling_into(spent, dtm.date(2026, 3, 30), dtm.date(2026, 4, 1)) == {"vk": 300}
    assert falling_into(spent, dtm.date(2025, 1, 1), dtm.date(2027, 1, 1)) == {"vk": 3200}
    assert falling_into(spent, dtm.date(2027, 1, 1), dtm.date(2027, 2, 1)) == {}
