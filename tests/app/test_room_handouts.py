"""Files: taken in the studio, shown by the host, given to who holds a seat, always as a download."""

import datetime as dtm
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from app.access import accounts, sessions
from app.access.roles import Role
from app.room import entry
from app.shared import schedule
from app.studio import handouts
from tests.app.rooms import WEBINAR, Browser, Rooms, running
from tests.app.test_room_host import console, joined
from warehouse.local import LocalWarehouse


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))
    monkeypatch.setenv("EFIR_HEARTBEAT_SECONDS", "10")
    plain = entry.routes
    monkeypatch.setattr(entry, "routes", lambda settings: [*plain(settings), *handouts.routes(settings)])


@pytest.fixture
def rooms(warehouse: LocalWarehouse) -> Iterator[Rooms]:
    with running(warehouse) as opened:
        opened.schedule("S1", starts_in=-1, seconds=3600)
        yield opened


def staff(rooms: Rooms, role: Role = Role.HOST) -> httpx.Client:
    account = accounts.Account(f"{role}@example.org", role)
    rooms.warehouse.put(accounts.COLLECTION, account.email, {"role": str(role), "is_active": True})
    token = sessions.start(rooms.warehouse, account, dtm.datetime.now(dtm.UTC))
    client = httpx.Client(base_url=rooms.origin, headers={"origin": rooms.origin}, cookies={"efir_session": token})
    return rooms.stack.enter_context(client)


def send(client: httpx.Client, name: str, content: bytes = b"%PDF-1.7 sample") -> str:
    answer = client.post(f"/staff/webinars/{WEBINAR}/handouts", files={"file": (name, content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("handout=")[2].partition("#")[0]


def test_a_file_goes_from_the_studio_over_the_console_to_a_seat(rooms: Rooms) -> None:
    anna = rooms.guest("S1", "lead-anna")
    page, desk, client = joined(anna), console(rooms), staff(rooms)
    assert send(client, "Программа курса.pdf") == "added"
    (known,) = schedule.current().webinars[WEBINAR].definition.handouts
    assert desk.do("handout_show", handout="invented")["error"] == "unknown_handout"
    assert desk.do("handout_show", handout=known.handout_id)["ok"]
    while not (shown := page.hear("tick", having="handouts")["handouts"]):
        pass
    whole = anna.http.get(shown[0]["url"])
    assert (whole.content, whole.headers["content-type"]) == (b"%PDF-1.7 sample", "application/pdf")
    assert whole.headers["content-disposition"].startswith("attachment")
    assert whole.headers["x-content-type-options"] == "nosniff"
    part = anna.http.get(shown[0]["url"], headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"%PDF")
    assert Browser(rooms, "S1").http.get(shown[0]["url"]).status_code == 403
    assert anna.http.get("/handouts/invented/x.pdf").status_code == 403
    assert [one["title"] for one in rooms.guest("S1", "lead-vera").page("p2").hear("hello")["handouts"]] == [
        known.title
    ]
    assert client.post(f"/staff/webinars/{WEBINAR}/handouts/{known.handout_id}/remove").status_code == 303
    assert anna.http.get(shown[0]["url"]).status_code == 404


def test_files_sent_at_the_same_time_are_all_kept(rooms: Rooms) -> None:
    with ThreadPoolExecutor(6) as hosts:
        done = hosts.map(lambda n: send(staff(rooms), f"file {n}.pdf"), range(6))
        assert list(done) == ["added"] * 6
    known = schedule.current().webinars[WEBINAR].definition.handouts
    assert sorted(one.title for one in known) == [f"file {n}.pdf" for n in range(6)]


def test_what_cannot_be_handed_out_is_refused_with_a_reason(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    client = staff(rooms)
    monkeypatch.setattr(handouts, "MAX_BYTES", 1_000)
    monkeypatch.setattr(handouts, "SPARE_BYTES", 1_000)
    assert [send(client, "page.html"), send(client, "empty.pdf", b""), send(client, "run.exe")] == [
        "kind",
        "none",
        "kind",
    ]
    assert [send(client, "long.pdf", b"x" * 1_001), send(client, "huge.pdf", b"x" * 9_000)] == ["too_big", "too_big"]
    monkeypatch.setattr(handouts, "MOST", 0)
    assert send(client, "one.pdf") == "many"
    assert schedule.current().webinars[WEBINAR].definition.handouts == ()


def test_only_hosts_from_our_own_pages_send_files(rooms: Rooms) -> None:
    path, file = f"/staff/webinars/{WEBINAR}/handouts", {"file": ("a.pdf", b"x")}
    assert staff(rooms, Role.MARKETER).post(path, files=file).status_code == 403
    assert Browser(rooms, "S1").http.post(path, files=file).status_code == 401
    assert staff(rooms).post(path, files=file, headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\docs\\План.docx", "План.docx"),
        ('a"b<c>.pdf', "a b c .pdf"),
        (" .. ", ""),
        (f"{'д' * 300}.pdf", f"{'д' * 110}.pdf"),
    ],
)
def test_a_name_is_only_a_name(typed: str, kept: str) -> None:
    assert handouts.clean(typed) == kept
