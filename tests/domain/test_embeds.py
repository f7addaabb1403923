"""Any usual address of a video service names its video; others name none."""

import pytest

from domain.embeds import Embed, EmbedKind, embed_of, has_picture, kind_of, tidy

RUTUBE = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/watch?v=abcdefghijk&t=3",
        "https://youtu.be/abcdefghijk?si=x",
        "https://www.youtube.com/embed/abcdefghijk",
        "https://www.youtube.com/live/abcdefghijk",
        "https://m.youtube.com/shorts/abcdefghijk",
        "youtube.com/watch?v=abcdefghijk",
        "abcdefghijk",
        '<iframe width="560" src="https://www.youtube.com/embed/abcdefghijk?si=x" allowfullscreen></iframe>',
    ],
)
def test_any_usual_youtube_address_gives_the_video(address: str) -> None:
    assert embed_of("youtube", address) == Embed("abcdefghijk")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://vk.com/video-123_456", Embed("-123_456")),
        ("https://vkvideo.ru/video123_456", Embed("123_456")),
        ("https://vk.ru/clip-123_456", Embed("-123_456")),
        ("https://vkvideo.ru/playlist/-123_7/video-123_456", Embed("-123_456")),
        ("https://vk.com/video/@host?z=video-123_456%2Fclub123", Embed("-123_456")),
        ("https://vk.com/video_ext.php?oid=-123&id=456&hash=0a1b2c", Embed("-123_456", "0a1b2c")),
        ('<iframe src="https://vkvideo.ru/video_ext.php?oid=-1&amp;id=2&amp;hd=2"></iframe>', Embed("-1_2")),
        ("-123_456", Embed("-123_456")),
    ],
)
def test_any_usual_vk_address_gives_the_video(address: str, found: Embed) -> None:
    assert embed_of("vk", address) == found


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (f"https://rutube.ru/video/{RUTUBE}/", Embed(RUTUBE)),
        (f"https://rutube.ru/video/private/{RUTUBE}/?p=a-B_c", Embed(RUTUBE, "a-B_c")),
        (f"https://rutube.ru/play/embed/{RUTUBE}", Embed(RUTUBE)),
        (f"https://rutube.ru/live/video/{RUTUBE}/", Embed(RUTUBE)),
        (f"https://rutube.ru/shorts/{RUTUBE}/", Embed(RUTUBE)),
        (f'<iframe src="//rutube.ru/play/embed/{RUTUBE}/" allow="autoplay"></iframe>', Embed(RUTUBE)),
        (RUTUBE, Embed(RUTUBE)),
    ],
)
def test_any_usual_rutube_address_gives_the_video(address: str, found: Embed) -> None:
    assert embed_of("rutube", address) == found


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("youtube", "https://vk.com/video-1_2"),
        ("youtube", "https://youtube.com/@channel"),
        ("youtube", "https://evil.example/watch?v=abcdefghijk"),
        ("youtube", "https://youtube.com.evil.example/watch?v=abcdefghijk"),
        ("vk", "https://vk.com/club1"),
        ("vk", "https://vk.com/video_ext.php?oid=1&id=2');alert(1)//"),
        ("rutube", "https://rutube.ru/channel/123/"),
        ("rutube", ""),
        ("vk", "http://[broken/video-1_2"),
    ],
)
def test_what_is_no_video_of_the_service_is_none(kind: EmbedKind, address: str) -> None:
    assert embed_of(kind, address) is None
    assert not has_picture(kind, address)


def test_a_key_that_is_no_key_is_left_out() -> None:
    assert embed_of("rutube", f"https://rutube.ru/video/private/{RUTUBE}/?p=%22%3E") == Embed(RUTUBE)


def test_the_service_is_known_by_its_host_only() -> None:
    assert kind_of("https://m.vkvideo.ru/video-1_2") == "vk"
    assert kind_of("youtu.be/abcdefghijk") == "youtube"
    assert kind_of("https://cdn.example/rutube.ru/film.mp4") is None
    assert kind_of("film.mp4") is None
    assert tidy('<iframe src="//rutube.ru/play/embed/1"></iframe>') == "https://rutube.ru/play/embed/1"
