"""What the webinar form takes as a video: any usual address of the kind chosen, and a sentence for everything else."""

import datetime as dtm
from typing import Any

import pytest

from app.shared import texts
from app.studio import webinars_view
from app.studio.forms import Complaints
from app.studio.webinar_form import BLANK, SWITCHES, configured, filled
from app.studio.webinars import WebinarForm
from domain.events import WebinarConfigured
from domain.webinars import Schedule, Webinar

NOW = dtm.datetime(2026, 11, 22, 12, tzinfo=dtm.UTC)
RUTUBE = "0123456789abcdef0123456789abcdef"
CODE = f'<iframe src="https://rutube.ru/play/embed/{RUTUBE}/" allow="autoplay"></iframe>'


def saved(**typed: str) -> WebinarConfigured:
    """The definition a filled form makes."""
    form = {**BLANK, "title_ru": "Вебинар", "duration": "45", "media_url": "sample.mp4", **typed}
    return configured(form, Schedule(), None, now=NOW).as_event(WebinarConfigured)


def complaint(field: str, **typed: str) -> str:
    with pytest.raises(Complaints) as found:
        saved(**typed)
    return found.value.fields[field]


@pytest.mark.parametrize(
    ("kind", "address", "kept"),
    [
        ("vk", "https://vkvideo.ru/video-123_456", "https://vkvideo.ru/video-123_456"),
        ("rutube", CODE, f"https://rutube.ru/play/embed/{RUTUBE}/"),
        ("youtube", "https://youtu.be/abcdefghijk", "https://youtu.be/abcdefghijk"),
        ("hls", "https://cdn.example/live/index.m3u8?key=1", "https://cdn.example/live/index.m3u8?key=1"),
    ],
)
def test_the_usual_addresses_are_taken(kind: str, address: str, kept: str) -> None:
    definition = saved(media_kind=kind, media_url=address)
    assert (definition.media_kind, definition.media_url) == (kind, kept)


@pytest.mark.parametrize(
    ("kind", "address", "code"),
    [
        ("vk", "https://youtu.be/abcdefghijk", "not_on_vk"),
        ("rutube", "https://rutube.ru/channel/1/", "not_on_rutube"),
        ("youtube", "https://youtube.com/@channel", "not_on_youtube"),
        ("file", "https://vk.com/video-1_2", "choose_vk"),
        ("hls", f"https://rutube.ru/video/{RUTUBE}/", "choose_rutube"),
        ("hls", "https://cdn.example/film.mp4", "not_a_stream"),
        ("file", "javascript:alert(1)", "not_a_media_address"),
        ("file", "http://[broken", "not_a_media_address"),
        ("file", "", "required"),
    ],
)
def test_what_cannot_be_shown_gets_a_sentence_that_says_what_to_do(kind: str, address: str, code: str) -> None:
    assert complaint("media_url", media_kind=kind, media_url=address) == code
    for language in texts.LANGUAGES:
        assert texts.translate(language, f"studio.wrong.{code}")


def test_a_live_webinar_may_wait_for_its_stream() -> None:
    assert saved(mode="live", media_kind="hls", media_url="").media_url == ""


def test_captions_are_webvtt() -> None:
    assert saved(captions_url="talk.vtt").captions_url == "talk.vtt"
    assert complaint("captions_url", captions_url="talk.srt") == "not_captions"
    assert complaint("captions_url", captions_url="../talk.vtt") == "not_captions"


def test_what_was_saved_stands_in_the_form_again() -> None:
    chosen: dict[str, Any] = {
        "media_kind": "vk", "media_url": "https://vk.com/video-1_2", "captions_url": "", "is_pause_allowed": "on",
    }  # fmt: skip
    definition = saved(**chosen)
    assert definition.is_pause_allowed
    assert chosen.items() <= filled(definition).items()
    again = configured({**BLANK, **filled(definition)}, Schedule(), Webinar("w", definition), now=NOW)
    assert again.as_event(WebinarConfigured).media_url == definition.media_url


def test_the_form_has_each_field_once() -> None:
    shown = str(webinars_view.form(WebinarForm).render())
    assert {name: shown.count(f'id:"{name}"') for name in SWITCHES} == dict.fromkeys(SWITCHES, 1)
