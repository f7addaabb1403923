"""The room in a real browser: the show keeps its own time, a seat is one, and nobody faces a blank page."""

import datetime as dtm
import uuid

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from domain.events import AttendancePolicy, Emitter, WebinarConfigured
from tests.journeys.house import House
from warehouse import tokens

pytestmark = pytest.mark.journey

PATIENCE_MS = 20_000
POSITION = "document.querySelector('video')?.currentTime ?? -1"
BLOCK_SOUND = """
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if (!this.muted && !window.tapped) return Promise.reject(new DOMException("tap first", "NotAllowedError"));
  return play.call(this);
};
addEventListener("click", () => { window.tapped = true; }, true);
"""
"""A browser that lets nothing sound before a touch, as phones do."""


def hls_webinar(house: House, slug: str) -> str:
    """An AUTO webinar on the sample as an HLS stream."""
    texts = {"ru": "Поток (синтетический пример)", "en": "A stream (synthetic sample)"}
    configured = WebinarConfigured(
        action_id=f"configure-{slug}",
        slug=slug,
        title=texts,
        media_kind="hls",
        media_url="hls/index.m3u8",
        duration_seconds=120,
        policy=AttendancePolicy(),
    )
    house.state(configured, Emitter.STUDIO, webinar_id=slug)
    return slug


def come_in(page: Page, house: House, webinar_id: str, session_id: str, lead_id: str) -> None:
    """Follow a personal link into the room."""
    body = {"lead_id": lead_id, "webinar_id": webinar_id, "session_id": session_id}
    now = dtm.datetime.now(dtm.UTC)
    token = tokens.mint(house.warehouse, "join", body, now=now, ttl=dtm.timedelta(hours=1))
    page.goto(f"{house.url}/j/{token}")


def drift(page: Page) -> float:
    """Seconds between the player and the clock the room shows."""
    shown = page.locator("[data-testid=timecode]").inner_text()
    minutes, seconds = shown.split(":")
    return float(page.evaluate(POSITION)) - (int(minutes) * 60 + int(seconds))


def wait_in_step(page: Page) -> None:
    """The player stands where the session's clock stands (the clock is shown in whole seconds)."""
    script = """() => {
        const video = document.querySelector('video');
        const shown = document.querySelector('[data-testid=timecode]')?.innerText ?? '';
        const [minutes, seconds] = shown.split(':').map(Number);
        return video && !video.paused && Math.abs(video.currentTime - minutes * 60 - seconds) < 2;
    }"""
    page.wait_for_function(script, timeout=PATIENCE_MS)


def test_a_latecomer_sees_the_current_second_and_cannot_move_it(house: House, desk: BrowserContext) -> None:
    webinar = hls_webinar(house, "room-hls")
    session = house.add_session(webinar, "ROOMHLS", starts_in=-20, seconds=120)
    page = desk.new_page()
    page.add_init_script(BLOCK_SOUND)
    lead = str(uuid.uuid4())
    come_in(page, house, webinar, session, lead)
    expect(page.locator(".room[data-phase=on_air]")).to_be_visible(timeout=PATIENCE_MS)
    wait_in_step(page)
    assert page.evaluate(POSITION) > 15
    page.locator("#unmute").click()
    expect(page.locator("#unmute")).to_be_hidden()
    page.evaluate("document.querySelector('video').currentTime = 1")
    wait_in_step(page)
    page.evaluate("document.querySelector('video').pause()")
    wait_in_step(page)
    assert abs(drift(page)) < 2
    assert page.locator("video").get_attribute("controls") is None
    entered = house.wait_for("client_webinar_entered", where=lambda fact: fact.lead_id == lead)
    assert entered.session_id == session


def test_the_seat_follows_the_newer_page_and_can_be_taken_back(house: House, desk: BrowserContext) -> None:
    webinar = house.add_webinar("room-seat", seconds=120)
    session = house.add_session(webinar, "ROOMSEAT", starts_in=-5, seconds=120)
    first, second = desk.new_page(), desk.new_page()
    lead = str(uuid.uuid4())
    come_in(first, house, webinar, session, lead)
    expect(first.locator("video")).to_be_visible(timeout=PATIENCE_MS)
    second.goto(f"{house.url}/room/{session}")
    expect(first.locator("[data-testid=curtain-taken-over]")).to_be_visible(timeout=PATIENCE_MS)
    expect(second.locator("video")).to_be_visible(timeout=PATIENCE_MS)
    first.locator("#take-back").click()
    expect(second.locator("[data-testid=curtain-taken-over]")).to_be_visible(timeout=PATIENCE_MS)
    expect(first.locator("video")).to_be_visible(timeout=PATIENCE_MS)


def test_closing_the_page_is_leaving_at_once(house: House, desk: BrowserContext) -> None:
    webinar = house.add_webinar("room-leave", seconds=120)
    session = house.add_session(webinar, "ROOMLEAVE", starts_in=-5, seconds=120)
    page, lead = desk.new_page(), str(uuid.uuid4())
    come_in(page, house, webinar, session, lead)
    house.wait_for("client_webinar_entered", where=lambda fact: fact.lead_id == lead)
    page.close(run_before_unload=False)
    left = house.wait_for("client_webinar_left", seconds=5, where=lambda fact: fact.lead_id == lead)
    assert left.properties["reason"] == "closed"


def test_without_a_seat_the_room_says_where_to_get_one(house: House, phone: BrowserContext) -> None:
    webinar = house.add_webinar("room-door", seconds=120)
    session = house.add_session(webinar, "ROOMDOOR", starts_in=600, seconds=120)
    page = phone.new_page()
    page.goto(f"{house.url}/room/{session}")
    expect(page.locator("[data-testid=curtain-refused-no_seat]")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#to-landing").click()
    expect(page.locator("#submit")).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"{house.url}/replay/{session}")
    expect(page.locator("[data-testid=curtain-refused-no_seat]")).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"{house.url}/room/NOWHERE")
    expect(page.locator("[data-testid=curtain-refused-unknown]")).to_be_visible(timeout=PATIENCE_MS)


YOUTUBE = """<!doctype html><script>
  // Speaks the embed's side of the postMessage protocol over a clock of its own.
  let state = -1, base = 0, since = 0;
  const time = () => base + (state === 1 ? (performance.now() - since) / 1000 : 0);
  const tell = (event) => parent.postMessage(JSON.stringify({ event, info: { playerState: state, currentTime: time(),
    duration: 600 } }), '*');
  addEventListener('message', (message) => {
    const said = JSON.parse(message.data);
    if (said.event === 'listening') return tell('initialDelivery');
    if (said.func === 'playVideo' && state !== 1) { since = performance.now(); state = 1; }
    if (said.func === 'seekTo') { base = said.args[0]; since = performance.now(); }
    tell('infoDelivery');
  });
  setInterval(() => state === 1 && tell('infoDelivery'), 200);
  window.time = time;
</script>"""


def test_a_youtube_embed_is_kept_at_the_sessions_second(house: House, desk: BrowserContext) -> None:
    texts = {"ru": "Встроенное видео (синтетический пример)"}
    configured = WebinarConfigured(
        action_id="configure-room-youtube",
        slug="room-youtube",
        title=texts,
        media_kind="youtube",
        media_url="https://youtu.be/abcdefghijk",
        duration_seconds=300,
    )
    house.state(configured, Emitter.STUDIO, webinar_id="room-youtube")
    session = house.add_session("room-youtube", "ROOMYOUTUBE", starts_in=-30, seconds=300)
    desk.route(
        "https://www.youtube-nocookie.com/**",
        lambda route: route.fulfill(content_type="text/html", body=YOUTUBE),
    )
    page, lead = desk.new_page(), str(uuid.uuid4())
    come_in(page, house, "room-youtube", session, lead)
    expect(page.locator("iframe#video")).to_be_visible(timeout=PATIENCE_MS)
    entered = house.wait_for("client_webinar_entered", where=lambda fact: fact.lead_id == lead)
    frame = page.locator("iframe#video").element_handle(timeout=PATIENCE_MS).content_frame()
    assert frame is not None
    frame.wait_for_url("https://www.youtube-nocookie.com/**", timeout=PATIENCE_MS)
    assert "controls=0" in frame.url
    frame.wait_for_function("time() > 30", timeout=PATIENCE_MS)
    now = dtm.datetime.now(dtm.UTC)
    position = float(frame.evaluate("time()"))
    assert abs(position - (now - entered.occurred_at).total_seconds() - 30) < 10
