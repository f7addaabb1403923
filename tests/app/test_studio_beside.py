"""Offers and polls in the webinar form: any number, kept over an edit, every mistake beside its field."""

import datetime as dtm

import pytest

from app.studio import beside
from app.studio.forms import Complaints
from app.studio.webinar_form import configured, filled
from domain.events import Offer, Poll, PollOption, WebinarConfigured
from domain.webinars import Schedule, Webinar

NOW = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)
OFFERS = (
    Offer(offer_id="early", title={"ru": "Раннее"}, button={"ru": "Хочу"}, show_at_seconds=60, hide_at_seconds=120),
    Offer(offer_id="hand", title={"ru": "С пульта", "en": "By hand"}, button={"ru": "Да"}, stands_seconds=600,
          fields=("name",), url="https://example.org/course"),
)  # fmt: skip
OPTIONS = (
    PollOption(option_id="a", text={"ru": "Да", "en": "Yes"}),
    PollOption(option_id="b", text={"ru": "Нет", "en": "No"}),
)
POLLS = (Poll(poll_id="p", question={"ru": "Слышно?"}, options=OPTIONS, show_at_seconds=30, close_at_seconds=90),)
BEFORE = Webinar(
    "w",
    WebinarConfigured(
        action_id="a",
        slug="w",
        title={"ru": "В"},
        media_url="sample.mp4",
        duration_seconds=3600,
        offers=OFFERS,
        polls=POLLS,
    ),
)


def typed(**changes: str) -> dict[str, str]:
    """The form as the browser sends it: values by name, unticked boxes left out."""
    form = filled(BEFORE.definition)
    rows = [(beside.OFFER, beside.offer_row(offer)) for offer in OFFERS]
    rows += [(beside.POLL, beside.poll_row(poll)) for poll in POLLS]
    for kind, row in rows:
        names = [name for name in row if name != "id" and not name.startswith("wrong.")]
        form |= {f"{kind}.{row['id']}.{name}": row[name] for name in names}
    return {name: value for name, value in (form | changes).items() if value}


def saved(form: dict[str, str]) -> WebinarConfigured:
    return configured(form, Schedule(), BEFORE, now=NOW).as_event(WebinarConfigured)


def test_what_the_form_shows_it_saves_unchanged() -> None:
    webinar = saved(typed())
    assert (webinar.offers, webinar.polls) == (OFFERS, POLLS)


def test_a_row_without_a_title_is_gone_and_a_new_one_comes_in_its_place_in_time() -> None:
    new = {"offer.new.title_ru": "Среднее", "offer.new.button_ru": "Да", "offer.new.show_at": "0:30",
           "offer.new.has_form": "on", "offer.new.asks_contact": "on"}  # fmt: skip
    webinar = saved(typed(**{"offer.hand.title_ru": "", "offer.hand.title_en": "", **new}))
    assert [offer.offer_id for offer in webinar.offers] == ["new", "early"]
    assert webinar.offers[0].fields == ("contact",)


def test_an_answer_keeps_its_id_when_its_words_change() -> None:
    webinar = saved(typed(**{"poll.p.options_ru": "Да\nНе очень\nНет", "poll.p.options_en": "Yes\nSo so\nNo"}))
    assert [option.option_id for option in webinar.polls[0].options] == ["a", "b", "3"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("offer.early.button_ru", "", "required"),
        ("offer.early.hide_at", "0:30", "hides_before_shown"),
        ("offer.hand.url", "javascript:alert(1)", "not_a_web_address"),
        ("offer.early.has_form", "", ("offer.early.url", "form_or_link")),
        ("offer.hand.asks_name", "", ("offer.hand.has_form", "form_asks_nothing")),
        ("offer.early.show_at", "скоро", "not_a_duration"),
        ("poll.p.options_ru", "Да", "poll_options"),
        ("poll.p.options_en", "Yes", "options_differ"),
        ("poll.p.close_at", "0:10", "closes_before_opened"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(field: str, value: str, code: str | tuple[str, str]) -> None:
    with pytest.raises(Complaints) as found:
        saved(typed(**{field: value}))
    expected = (field, code) if isinstance(code, str) else code
    assert dict([expected]).items() <= dict(found.value.fields).items()
    kind, row, name = expected[0].split(".")
    rows = (
        [beside.offer_row(offer) for offer in OFFERS] if kind == "offer" else [beside.poll_row(poll) for poll in POLLS]
    )
    marked = {one["id"]: one for one in beside.complained(rows, kind, {expected[0]: "Так нельзя."})}
    assert marked[row][f"wrong.{name}"] == "Так нельзя."
