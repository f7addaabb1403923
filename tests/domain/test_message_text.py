"""What the studio accepts can be sent, and what Telegram would refuse is not accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.message_text import TEXT_LIMIT, VARIABLES, TextError, check, check_telegram, samples, written
from tests.examples import examples


def refused(source: str) -> str:
    with pytest.raises(TextError) as found:
        check(source, "ru")
    return found.value.code


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "empty"),
        ("{% if name %}Привет{% endif %}", "empty"),
        ("Привет, {{ nmae }}", "unknown"),
        ("{% if title %}Да{% else %}{{ nmae }}{% endif %}", "unknown"),
        ("Привет, {{ name }", "syntax"),
        ("{% if name %}Привет", "syntax"),
        ("{% for x in title %}{{ x }}{% endfor %}", "not_allowed"),
        ("{{ title.__class__ }}", "not_allowed"),
        ("{{ title|safe }}", "not_allowed"),
        ("{% include 'x' %}", "not_allowed"),
        ("{{ cycler() }}", "not_allowed"),
        ("<b>Привет", "unclosed"),
        ("<b><i>Привет</b></i>", "unclosed"),
        ("<h1>Привет</h1>", "tag"),
        ("Привет<br/>", "tag"),
        ("Я <3 эфиры", "tag"),
        ("<!-- нет -->Да", "tag"),
        ("<a href='javascript:1'>Сюда</a>", "link"),
        ("<a>Сюда</a>", "link"),
        ("я" * (TEXT_LIMIT + 1), "too_long"),
        ("{{ title }}" * 400, "too_long"),
    ],
)
def test_what_cannot_be_sent_is_not_accepted(source: str, code: str) -> None:
    assert refused(source) == code


@pytest.mark.parametrize(
    "source",
    [
        "Привет!",
        "{% if name %}{{ name }}, здравствуйте{% else %}Здравствуйте{% endif %}!",
        "<b>{{ title|upper }}</b> {{ starts or 'скоро' }}",
        '<a href="https://example.org/">Сюда</a> &lt;3',
        "{{ watched_minutes if watched_minutes is not none else 0 }} из {{ session_minutes }}",
    ],
)
def test_what_can_be_sent_is_accepted(source: str) -> None:
    check(source, "ru")


def test_a_value_that_looks_like_markup_stays_text() -> None:
    assert written("{{ name }}", {"name": "<b>&"}) == "&lt;b&gt;&amp;"


def test_both_languages_know_the_same_samples() -> None:
    assert samples("ru").keys() == samples("en").keys()


words = st.lists(
    st.sampled_from([*(f"{{{{ {name} }}}}" for name in VARIABLES), "{% if name %}", "{% endif %}", "<b>", "</b>", "<i>",
                     "</i>", "слово", " ", "<", "&", "{{", "}}", "{% else %}", "<a href='https://e.org'>", "</a>"]),
    max_size=12,
)  # fmt: skip


@given(words)
@examples(200)
def test_whatever_is_accepted_suits_telegram_for_every_sample(parts: list[str]) -> None:
    source = "".join(parts)
    try:
        check(source, "ru")
    except TextError:
        return
    for values in samples("ru").values():
        text = written(source, values)
        assert 0 < len(text) <= TEXT_LIMIT
        check_telegram(text)
