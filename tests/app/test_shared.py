"""What every page stands on: texts in both languages, heads of dynamic pages, headers, signatures, the build."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from app import build
from app.app import PAGES
from app.registration import landing_view
from app.room.seats import Seat, cookie_name, cookie_value, seat_in, seat_of_ticket, ticket
from app.shared import signing, texts
from app.shared.headers import SecurityHeaders, content_security_policy, script_hashes
from app.shared.html import Head, tags
from domain.metrics import METRICS
from tests.app.calling import Caller

SEAT = Seat("lead-1", "funnel", "S1")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFIR_HOME", str(tmp_path))


def test_every_text_exists_in_both_languages_with_the_same_placeholders() -> None:
    russian, english = texts.catalogue("ru"), texts.catalogue("en")
    assert russian.keys() == english.keys()
    holes = re.compile(r"\{(\w+)\}")
    assert {key for key in russian if set(holes.findall(russian[key])) != set(holes.findall(english[key]))} == set()
    assert {key for key in russian if not russian[key].strip() or not english[key].strip()} == set()


def test_one_showing_of_a_webinar_has_one_name_in_russian() -> None:
    """It is «эфир», as people see it, for staff too, and where numbers are defined."""
    told = [*texts.catalogue("ru").values(), *(metric.definition["ru"] for metric in METRICS)]
    assert [text for text in told if re.search(r"сесси|сеанс", text, re.IGNORECASE)] == []


@pytest.mark.parametrize(("folder", "section"), [("room", "room"), ("air", "studio.air")])
def test_every_text_the_scripts_ask_for_exists(folder: str, section: str) -> None:
    scripts = (Path(build.ROOT) / "assets" / folder).glob("*.js*")
    asked = {key for path in scripts for key in re.findall(r"""\bt\("([a-z_.]+)["']""", path.read_text("utf-8"))}
    assert asked
    assert {key for key in asked if f"{section}.{key}" not in texts.catalogue("ru")} == set()


@pytest.mark.parametrize(
    ("query", "cookie", "header", "chosen"),
    [
        ("en", "ru", "ru", "en"),
        ("", "en", "ru", "en"),
        ("xx", "", "en-GB,en;q=0.9,ru;q=0.8", "en"),
        ("", "", "de;q=1, ru;q=0.5, en;q=0.4", "ru"),
        ("", "", "de", "ru"),
        ("", "", "en;q=oops", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_then_chosen_then_the_browsers(
    query: str, cookie: str, header: str, chosen: str
) -> None:
    assert texts.preferred(query, cookie, header) == chosen


def test_a_head_is_escaped() -> None:
    head = Head(
        title='Курс "</title><script>alert(1)</script>', description="a & b", language="en", url="https://x/w/a"
    )
    page = tags(head)
    assert "<script>alert" not in page
    assert page.count("<title>") == 1
    assert page.count('property="og:image"') == 0
    assert '<meta name="description" content="a &amp; b">' in page
    assert '<meta property="og:url" content="https://x/w/a">' in page


def page_app(folder: Path) -> SecurityHeaders:
    async def html(_: object) -> HTMLResponse:
        return HTMLResponse("<p>")

    async def text(_: object) -> PlainTextResponse:
        return PlainTextResponse("x")

    routes = [Route(path, html) for path in ("/w/a", "/thanks/t")] + [Route("/assets/a.js", text)]
    return SecurityHeaders(
        Starlette(routes=routes), policy=content_security_policy(script_hashes(folder)), is_https=True
    )


def test_only_the_builds_own_inline_scripts_may_run(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<script>a()</script><script src="/x.js"></script>', encoding="utf-8")
    answer = Caller(page_app(tmp_path)).get("/w/a")
    policy = answer.headers["content-security-policy"]
    assert policy.count("'sha256-") == 1
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in answer.headers["strict-transport-security"]


def test_addresses_with_a_token_are_told_to_nobody_and_hashed_files_are_kept(tmp_path: Path) -> None:
    visitor = Caller(page_app(tmp_path))
    secret, public = visitor.get("/thanks/t").headers, visitor.get("/w/a").headers
    assert (secret["referrer-policy"], secret["cache-control"]) == ("no-referrer", "no-store")
    assert (public["referrer-policy"], public["cache-control"]) == ("strict-origin-when-cross-origin", "no-cache")
    assert "immutable" in visitor.get("/assets/a.js").headers["cache-control"]


def test_a_seat_is_what_we_signed_for_this_session_only() -> None:
    cookies = {cookie_name("S1"): cookie_value(SEAT), cookie_name("S2"): cookie_value(SEAT)}
    assert seat_in(cookies, "S1") == SEAT
    assert seat_in(cookies, "S2") is None
    assert seat_in({cookie_name("S1"): cookie_value(SEAT) + "x"}, "S1") is None
    assert seat_in({}, "S1") is None


def test_a_ticket_opens_its_own_session_and_no_signature_serves_another_purpose() -> None:
    assert seat_of_ticket(ticket(SEAT, "replay"), "S1") == (SEAT, "replay")
    assert seat_of_ticket(ticket(SEAT, "room"), "S2") is None
    assert seat_of_ticket(cookie_value(SEAT), "S1") is None
    assert signing.unsign("ticket", ticket(SEAT, "room"), max_age_seconds=-1) is None


def test_the_bundle_is_freed_of_the_port_it_was_built_for() -> None:
    freed, count = build.BAKED.subn(lambda _: build.PORTLESS, b"EVENT:`ws://localhost:3000/_event`,X:1")
    assert count == 1
    assert b"3000" not in freed
    assert b"globalThis.location?.port" in freed


def test_the_fingerprint_follows_the_sources_and_nothing_else(tmp_path: Path) -> None:
    for name in ("app/page.py", "assets/a.css", "domain/x.py", "tests/test.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1", encoding="utf-8")
    before = build.fingerprint(tmp_path)
    (tmp_path / "tests/test.py").write_text("2", encoding="utf-8")
    assert build.fingerprint(tmp_path) == before
    (tmp_path / "app/page.py").write_text("2", encoding="utf-8")
    assert build.fingerprint(tmp_path) != before


def test_every_page_has_a_title_in_both_languages() -> None:
    keys = {str(route.title) for route in PAGES if isinstance(route.title, str)}
    assert len(keys) > 20
    for language in texts.LANGUAGES:
        assert keys <= texts.section(language, "title").keys(), language
    assert not [route.path for route in PAGES if isinstance(route.title, str) and not route.title.startswith("title.")]


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ('{"b": {"d": 2, "c": 1}, "a": 0}', '{"a": 0, "b": {"c": 1, "d": 2}}'),
        ('{"a": 0, "b": {"c": 1, "d": 3}}', '{"a": 0, "b": {"c": 1, "d": 3}}'),
    ],
)
def test_a_build_that_only_turned_the_manifests_keys_about_leaves_it_as_it_was(
    tmp_path: Path, after: str, left: str
) -> None:
    manifest = tmp_path / "package.json"
    manifest.write_text(after)
    build.put_back(manifest, b'{"a": 0, "b": {"c": 1, "d": 2}}')
    assert manifest.read_text() == left


def test_a_landing_unfurls_with_a_picture_of_our_own() -> None:
    card = landing_view.OWN_CARD
    picture = Path(build.__file__).parent.parent / "assets" / card.name
    data = picture.read_bytes()
    size = (int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    assert (data[:4], size, len(data) < 60_000) == (b"\x89PNG", (card.width, card.height), True)
    head = Head("Эфир", image=f"https://efir.example.org/{card.name}")
    page = tags(head)
    assert '<meta property="og:image" content="https://efir.example.org/og.png">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
