"""Numbers in a reader's language."""

import pytest

from app.dashboards.sources_rows import each
from app.shared.numbers import counted, decimal, percent, seconds
from app.studio.desk import Desk
from app.studio.home import Home
from app.studio.measures import span


@pytest.mark.parametrize(
    ("language", "shown"),
    [("ru", "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,89"), ("en", "1,234,567.89")],
)
def test_thousands_and_digits_are_apart_as_the_language_has_it(language: str, shown: str) -> None:
    assert decimal(1234567.891, language, 2) == shown


def test_a_share_of_nobody_is_not_zero() -> None:
    assert percent(0, 0, "ru") == "—"
    assert percent(1, 3, "ru") == "33\N{NO-BREAK SPACE}%"
    assert percent(1, 3, "en") == "33%"


def test_a_share_has_two_digits_where_the_second_says_something() -> None:
    shares = [percent(part, 1000, "ru") for part in (0, 32, 70, 99.9, 420)]
    assert [share.removesuffix("\N{NO-BREAK SPACE}%") for share in shares] == ["0", "3,2", "7", "10", "42"]


def test_a_half_goes_up_as_people_expect() -> None:
    assert [percent(part, whole, "en") for part, whole in ((5, 8), (1, 8), (1, 80), (13, 200))] == [
        "63%", "13%", "1.3%", "6.5%",
    ]  # fmt: skip
    assert [decimal(number, "en", 2) for number in (25.125, 1.005, -0.125)] == ["25.13", "1.01", "-0.13"]
    assert [each({"RUB": minor}, 4, "en") for minor in (10_050, 10_049)] == [
        "25.13\N{NO-BREAK SPACE}RUB", "25.12\N{NO-BREAK SPACE}RUB",
    ]  # fmt: skip
    assert [span(seconds, "en") for seconds in (2.5, 12.5 * 60)] == ["3 s", "13 min"]


def test_unknown_seconds_are_not_said() -> None:
    assert (seconds(None, "ru"), seconds(0.234, "ru"), seconds(0.234, "en")) == ("", "0,23", "0.23")


def test_the_browser_counts_in_the_readers_language_and_leaves_words_alone() -> None:
    shown = counted(Home.facts, Desk.lang)
    assert "toLocaleString" in str(shown)
    states = {hook for hook in shown._get_all_var_data().hooks if "useStateContext" in hook}  # noqa: SLF001 - what a page would need
    assert len(states) == 2, "the number's State and the language's"
    assert counted("—", Desk.lang) == "—"
