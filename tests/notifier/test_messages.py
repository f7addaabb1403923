"""Every text in both languages: it renders with much, little and hostile values, and Telegram would take it."""

import dataclasses
import datetime as dtm
import html
from zoneinfo import ZoneInfo

import pytest

from domain.dates import Language, distance_in_words, moment_in_words, until_in_words, zone_of
from domain.events import TextButton
from domain.message_text import BUTTONS, VARIABLES, check, samples
from domain.saved_texts import SavedText, SavedTexts
from domain.scenarios import TEMPLATES
from notifier.messages import LANGUAGES, STOP_DATA, TEXTS, Particulars, RenderError, fill, labels, render
from tests.botapi.checks import complaint
from warehouse.shipped_texts import FOLDER, shipped

FULL = Particulars(
    name="Анна",
    title="Первый вебинар: как начать",
    host="Ольга Лебедева (пример)",
    starts="среда, 26 ноября, 19:00 (Москва, UTC+3)",
    starts_in="10 минут",
    session_minutes=60,
    watched_minutes=42,
    room_url="https://example.org/j/abc",
    replay_url="https://example.org/r/abc",
    replay_until="субботы, 29 ноября, 20:00 (Москва, UTC+3)",
    landing_url="https://example.org/w/first",
    offer_title="Наставничество на месяц",
    offer_text="Четыре встречи и разбор вашей работы.",
    offer_button="Записаться",
    offer_url="https://example.org/offer",
    lead_name="Анна",
    source="newsletter",
)
BARE = Particulars(title="Первый вебинар", lead_name="А•••")
HOSTILE = dataclasses.replace(FULL, **dict.fromkeys(("name", "title", "host", "lead_name"), '<b>&"' + "я" * 5000))


def taken_by_telegram(text: str) -> bool:
    return complaint({"text": text, "parse_mode": "HTML"}) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", BUTTONS)
def test_every_template_renders_in_every_language_whatever_is_known(template: str, language: Language) -> None:
    for particulars in (FULL, BARE, HOSTILE):
        text = render(template, language, particulars).text
        assert taken_by_telegram(text), text
        assert "None" not in text
        assert "  " not in text.replace("\n", " \n").replace(" \n", "\n")
    assert FULL.title in html.unescape(render(template, language, FULL).text) or template.startswith("welcome")


def test_every_template_of_every_scenario_has_its_texts() -> None:
    assert set(BUTTONS) == TEMPLATES
    for language in LANGUAGES:
        assert {path.stem for path in (FOLDER / language).glob("*.j2")} == TEMPLATES


def test_both_languages_have_the_same_texts() -> None:
    ru, en = ({path.name for path in (TEXTS / language).iterdir()} for language in LANGUAGES)
    assert ru == en


def test_values_are_escaped_and_cannot_run_code() -> None:
    text = render("welcome", "en", dataclasses.replace(FULL, name="<a href='x'>{{ 7 * 7 }}</a>")).text
    assert "&lt;a href=" in text
    assert "{{ 7 * 7 }}" in text


def test_a_variable_nobody_knows_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(RenderError, match="UndefinedError"):
        fill("reply_partner_leads", "ru")
    with pytest.raises(RenderError, match="TemplateNotFound"):
        fill("no_such_template", "ru")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", BUTTONS)
def test_every_shipped_text_would_pass_the_studios_check(template: str, language: Language) -> None:
    check(shipped(template, language), language)


def test_the_samples_speak_of_everything_a_message_may_speak_of() -> None:
    assert set(VARIABLES) == {field.name for field in dataclasses.fields(Particulars)}
    for language in LANGUAGES:
        assert all(sample.keys() == set(VARIABLES) for sample in samples(language).values())


def saved(text: str | None, revision: int = 1) -> SavedText:
    return SavedText(revision, text, "a@b.example", dtm.datetime(2026, 3, 1, tzinfo=dtm.UTC))


def test_the_newest_saved_text_is_the_one_that_is_sent() -> None:
    texts = SavedTexts({("welcome", "ru", "a"): (saved("Раз"), saved("Два, {{ name }}", 2))})
    found = render("welcome", "ru", FULL, texts=texts)
    assert (found.text, found.revision, found.variant) == ("Два, Анна", 2, "a")
    assert render("welcome", "en", FULL, texts=texts).revision == 0, "the other language is untouched"
    back = SavedTexts({("welcome", "ru", "a"): (saved("Раз"), saved(None, 2))})
    assert render("welcome", "ru", FULL, texts=back).text == render("welcome", "ru", FULL).text


def test_a_variant_without_a_text_is_written_with_the_first_one() -> None:
    texts = SavedTexts({("welcome", "ru", "b"): (saved("Б"),)})
    assert render("welcome", "ru", FULL, texts=texts, variant="b").variant == "b"
    assert render("welcome", "en", FULL, texts=texts, variant="b").variant == "a"


def test_a_saved_text_that_fails_somebody_gives_way_to_the_shipped_one() -> None:
    texts = SavedTexts({("welcome", "ru", "a"): (saved("{{ gone }}", 7),)})
    found = render("welcome", "ru", FULL, texts=texts)
    assert (found.revision, found.text) == (0, render("welcome", "ru", FULL).text)


def test_saved_buttons_take_the_place_of_the_shipped_ones() -> None:
    own = (TextButton(kind="offer", label="Хочу"), TextButton(kind="room"))
    version = dataclasses.replace(saved("Привет"), buttons=own)
    texts = SavedTexts({("welcome", "ru", "a"): (version,)})
    found = render("welcome", "ru", FULL, texts=texts, can_stop=True).buttons
    assert [(button.text, button.url) for button in found[:2]] == [
        ("Хочу", FULL.offer_url), (labels("ru")["room"], FULL.room_url),
    ]  # fmt: skip
    assert found[2].data == STOP_DATA
    none = SavedTexts({("welcome", "ru", "a"): (dataclasses.replace(version, buttons=()),)})
    assert render("welcome", "ru", FULL, texts=none).buttons == ()


def test_buttons_appear_where_there_is_something_to_open() -> None:
    assert [button.text for button in render("follow_up_attended", "ru", FULL, can_stop=True).buttons] == [
        "Записаться",
        "Смотреть запись",
        "Не присылать такое",
    ]
    assert render("follow_up_attended", "ru", BARE).buttons == ()
    assert render("welcome", "ru", FULL).buttons[0].url == FULL.room_url
    bare_with_landing = dataclasses.replace(BARE, landing_url=FULL.landing_url)
    assert [button.url for button in render("welcome", "en", bare_with_landing).buttons] == [FULL.landing_url]
    assert render("recording_offer", "en", BARE, can_stop=True).buttons[-1].data == STOP_DATA


@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        ("Europe/Moscow", "ru", "среда, 25 ноября, 19:00 (Москва, UTC+3)"),
        ("Asia/Vladivostok", "ru", "четверг, 26 ноября, 02:00 (Владивосток, UTC+10)"),
        ("America/New_York", "en", "Wednesday, 25 November, 11:00 (New York, UTC−5)"),
        ("Asia/Kolkata", "en", "Wednesday, 25 November, 21:30 (Kolkata, UTC+5:30)"),
        ("Nowhere/Atlantis", "ru", "среда, 25 ноября, 16:00 (UTC)"),
    ],
)
def test_a_moment_is_told_in_the_readers_zone_with_the_zone_named(zone: str, language: Language, words: str) -> None:
    assert moment_in_words(dtm.datetime(2026, 11, 25, 16, tzinfo=dtm.UTC), zone_of(zone), language) == words


@pytest.mark.parametrize(("language", "later"), [("ru", "напомним"), ("en", "remind")])
def test_who_registers_after_the_start_is_promised_no_reminder(language: Language, later: str) -> None:
    assert later in render("registered", language, FULL).text
    assert later not in render("registered", language, dataclasses.replace(FULL, starts_in="")).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_offered_and_the_recording_are_paragraphs_of_their_own(language: Language) -> None:
    told = render("follow_up_attended", language, FULL).text.split("\n\n")
    assert [FULL.offer_title in told[1], FULL.replay_until in told[2]] == [True, True]
    assert "" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_missed_it_is_promised_a_recording_only_where_there_is_one(language: Language) -> None:
    assert FULL.replay_until in render("follow_up_not_attended", language, FULL).text
    without = render("follow_up_not_attended", language, dataclasses.replace(FULL, replay_until="", replay_url=""))
    assert {"ru": "апис", "en": "recording"}[language] not in without.text


def test_what_follows_until_is_in_the_genitive() -> None:
    week = [dtm.datetime(2026, 11, day, 16, tzinfo=dtm.UTC) for day in range(23, 30)]
    ru = [until_in_words(moment, ZoneInfo("Europe/Moscow"), "ru") for moment in week]
    assert ru[2] == "среды, 25 ноября, 19:00 (Москва, UTC+3)"
    assert [words.partition(",")[0] for words in ru] == [
        "понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья"
    ]  # fmt: skip
    utc = ZoneInfo("UTC")
    assert [until_in_words(moment, utc, "en") for moment in week] == [moment_in_words(one, utc, "en") for one in week]


def test_the_offset_is_the_one_of_that_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer = moment_in_words(dtm.datetime(2026, 7, 1, 10, tzinfo=dtm.UTC), berlin, "en")
    assert summer == "Wednesday, 1 July, 12:00 (Berlin, UTC+2)"


@pytest.mark.parametrize(
    ("minutes", "ru", "en"),
    [
        (0.2, "минуту", "a minute"),
        (3, "3 минуты", "3 minutes"),
        (9.7, "10 минут", "10 minutes"),
        (21, "21 минуту", "21 minutes"),
        (59.6, "час", "an hour"),
        (120, "2 часа", "2 hours"),
        (60 * 11, "11 часов", "11 hours"),
        (60 * 24 - 5, "сутки", "a day"),
        (60 * 24 * 21, "21 день", "21 days"),
    ],
)
def test_a_distance_is_told_as_people_say_it(minutes: float, ru: str, en: str) -> None:
    distance = dtm.timedelta(minutes=minutes)
    assert (distance_in_words(distance, "ru"), distance_in_words(distance, "en")) == (ru, en)
