"""The picture of a webinar's links: checked by content, given to anybody, gone when another takes its place."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.access.roles import Role
from app.registration import landing_view
from app.room import entry
from app.settings import Settings
from app.shared import schedule
from app.studio import pictures
from domain.events import Picture
from tests.app.landing_page import Visitor
from tests.app.rooms import WEBINAR, Rooms, running
from tests.app.test_room_handouts import staff
from tests.domain.test_pictures import jpeg, png
from warehouse.local import LocalWarehouse

AT = f"/staff/webinars/{WEBINAR}/picture"


@pytest.fixture
def rooms(warehouse: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rooms]:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    plain = entry.routes
    monkeypatch.setattr(entry, "routes", lambda settings: [*plain(settings), *pictures.routes(settings)])
    with running(warehouse) as opened:
        opened.schedule("S1", starts_in=600, seconds=3600)
        yield opened


def send(client: httpx.Client, content: bytes, name: str = "card.png") -> str:
    answer = client.post(AT, files={"file": (name, content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("picture=")[2].partition("#")[0]


def current() -> Picture | None:
    return schedule.current().webinars[WEBINAR].definition.picture


def test_a_link_unfurls_with_the_picture_by_its_absolute_address(rooms: Rooms, tmp_path: Path) -> None:
    assert 'content="http://localhost:3000/og.png"' in Visitor(tmp_path, WEBINAR, Settings()).opens().text
    assert send(staff(rooms), png(1200, 630)) == "sent"
    picture = current()
    assert picture
    path = landing_view.picture_path(schedule.current().webinars[WEBINAR])
    page = Visitor(tmp_path, WEBINAR, Settings()).opens().text
    assert f'<meta property="og:image" content="http://localhost:3000{path}">' in page
    assert '<meta property="og:image:width" content="1200">' in page
    given = httpx.get(rooms.origin + path)
    assert (given.content, given.headers["content-type"]) == (png(1200, 630), "image/png")
    assert "immutable" in given.headers["cache-control"]
    assert given.headers["x-content-type-options"] == "nosniff"


def test_another_picture_takes_its_place_and_the_file_before_is_gone(rooms: Rooms, tmp_path: Path) -> None:
    client = staff(rooms)
    send(client, png(1200, 630))
    before = landing_view.picture_path(schedule.current().webinars[WEBINAR])
    assert send(client, jpeg(1200, 630), "named.png") == "sent"
    picture = current()
    assert picture
    assert (picture.media_type, picture.name.rpartition(".")[2]) == ("image/jpeg", "jpg"), "by content, not by name"
    folder = tmp_path / "media" / "pictures" / WEBINAR
    assert [path.name for path in folder.iterdir()] == [picture.name]
    assert httpx.get(rooms.origin + before).status_code == 404
    assert client.post(f"{AT}/remove").status_code == 303
    assert (current(), list(folder.iterdir())) == (None, [])


def test_the_same_picture_again_is_kept(rooms: Rooms) -> None:
    client = staff(rooms)
    send(client, png(1200, 630))
    assert send(client, png(1200, 630)) == "sent"
    assert httpx.get(rooms.origin + landing_view.picture_path(schedule.current().webinars[WEBINAR])).status_code == 200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "none"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (png(599, 400), "small"),
        (jpeg(5000, 630), "large"),
        (png(1200, 630) + bytes(pictures.MAX_BYTES), "too_big"),
    ],
    ids=["empty", "script", "small", "large", "heavy"],
)
def test_what_will_not_do_is_refused_with_its_reason(rooms: Rooms, content: bytes, code: str) -> None:
    assert send(staff(rooms), content) == code
    assert current() is None


def test_only_hosts_may_and_only_from_our_own_pages(rooms: Rooms) -> None:
    files = {"file": ("card.png", png(1200, 630))}
    assert staff(rooms, Role.ANALYST).post(AT, files=files).status_code == 403
    assert httpx.post(rooms.origin + AT, files=files, headers={"origin": rooms.origin}).status_code == 401
    foreign = staff(rooms).post(AT, files=files, headers={"origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert httpx.get(f"{rooms.origin}/pictures/{WEBINAR}/..%2F..%2Fsecret").status_code == 404
    assert current() is None


@pytest.mark.parametrize("webinar_id", ["nobody-announced", "%2e%2e"])
def test_nothing_is_written_for_a_webinar_that_is_not_there(rooms: Rooms, tmp_path: Path, webinar_id: str) -> None:
    answer = staff(rooms).post(AT.replace(WEBINAR, webinar_id), files={"file": ("card.png", png(1200, 630))})
    assert answer.status_code == 404
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []
