"""The room's page as it is sent: the webinar's name in the visitor's language, one script, nothing that is not due."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.room.page import ENTRY
from app.shared.bundle import MANIFEST
from tests.app.rooms import Rooms, running
from warehouse.local import LocalWarehouse

TITLE = {"ru": "Воронка <продаж>", "en": "The funnel"}


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse: LocalWarehouse) -> Iterator[Rooms]:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    client = tmp_path / "build" / "client"
    (client / "assets").mkdir(parents=True)
    made = {
        ENTRY: {"file": "assets/main-1.js", "css": ["assets/main-1.css"], "dynamicImports": ["hls"]},
        "hls": {"file": "assets/hls-1.js"},
    }
    (client.parent / MANIFEST).write_text(json.dumps(made))
    (client / "assets" / "main-1.css").write_text(".room{color:red}")
    with running(warehouse, client=client) as opened:
        yield opened


def test_the_page_is_named_in_the_visitors_language_and_escaped(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=600, seconds=120, title=TITLE)
    russian = httpx.get(f"{rooms.origin}/room/S1", headers={"accept-language": "ru"})
    english = httpx.get(f"{rooms.origin}/room/S1", headers={"accept-language": "en"})
    assert "<title>Воронка &lt;продаж&gt;</title>" in russian.text
    assert ("<title>The funnel</title>" in english.text, '<html lang="en">' in english.text) == (True, True)
    assert "no-store" in russian.headers["cache-control"]
    assert russian.text.count("<script") == 4, "the theme, the focus, the bundle, and the texts as data"


def test_a_room_that_does_not_exist_is_not_found_and_says_so_on_the_page(rooms: Rooms) -> None:
    answer = httpx.get(f"{rooms.origin}/room/NOWHERE")
    assert answer.status_code == 404
    assert 'id="page"' in answer.text


def test_the_waiting_room_comes_along_for_who_has_a_seat_only(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=600, seconds=120, media_url="secret/film.mp4", title=TITLE)
    seated = rooms.guest("S1", "lead-anna").http.get("/room/S1").text
    told = json.loads(seated.split('id="told">')[1].split("</script>")[0])
    assert told["early"]["phase"] == "lobby"
    assert "secret/film" not in seated
    stranger = httpx.get(f"{rooms.origin}/room/S1").text
    assert '"early": null' in stranger


def test_what_plays_a_stream_is_fetched_with_the_page_once_it_plays(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=-5, seconds=120, media_kind="hls", media_url="hls/index.m3u8")
    rooms.schedule("S2", starts_in=600, seconds=120, media_kind="hls", media_url="hls/index.m3u8")
    assert "hls-1.js" in httpx.get(f"{rooms.origin}/room/S1").text
    assert "hls-1.js" not in httpx.get(f"{rooms.origin}/room/S2").text


def test_the_page_is_packed_for_who_takes_it_packed(rooms: Rooms) -> None:
    rooms.schedule("S1", starts_in=600, seconds=120)
    with httpx.stream("GET", f"{rooms.origin}/room/S1", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    plain = httpx.get(f"{rooms.origin}/room/S1", headers={"accept-encoding": "identity"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
