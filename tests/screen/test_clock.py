"""The picture follows the server's clock, whatever pauses, moves or starves it."""

from typing import Any

from playwright.sync_api import Page, Route, expect

from domain.events import WebinarStarted
from tests.screen.room import PATIENCE_MS, Screen, configured, on_air

BLOCK_SOUND = """
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if (!this.muted && !window.tapped) return Promise.reject(new DOMException("tap first", "NotAllowedError"));
  return play.call(this);
};
addEventListener("click", () => { window.tapped = true; }, true);
"""
"""A browser that lets nothing sound before a touch, as phones do."""
TEXT = {"title": {"ru": "Воронка", "en": "The funnel"}, "host_name": "Мария"}
SAMPLE = {"media_url": "sample.mp4", **TEXT}
STREAM = {"media_kind": "hls", "media_url": "hls/index.m3u8", **TEXT}


def sit(screen: Screen, *, starts_in: float = -20, **more: Any) -> Page:
    """Come into an AUTO session that is under way."""
    screen.rooms.schedule("S1", starts_in=starts_in, seconds=120, **(SAMPLE | more))
    page = screen.enter("S1")
    on_air(page)
    return page


def test_a_latecomer_is_within_a_second_of_the_servers_clock(screen: Screen) -> None:
    for kind in (SAMPLE, STREAM):
        page = sit(screen, **kind)
        screen.wait_in_step(page, "S1")
        assert screen.drift(page, "S1") < 1
        page.close()


def test_what_was_moved_or_paused_by_hand_comes_back_to_now(screen: Screen) -> None:
    page = sit(screen)
    screen.wait_in_step(page, "S1")
    page.evaluate("document.querySelector('video').currentTime = 1")
    screen.wait_in_step(page, "S1")
    page.evaluate("document.querySelector('video').pause()")
    screen.wait_in_step(page, "S1")
    assert screen.drift(page, "S1") < 1


def test_a_live_stream_the_system_paused_goes_on_by_itself(screen: Screen) -> None:
    (screen.media / "live").mkdir()
    playlist = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n"
    parts = "".join(f"#EXTINF:6,\npart{number}.ts\n" for number in range(4))
    (screen.media / "live" / "index.m3u8").write_text(playlist + parts)
    for number in range(4):
        sample = screen.sample / "hls" / f"part{number}.ts"
        (screen.media / "live" / f"part{number}.ts").write_bytes(sample.read_bytes())
    screen.rooms.schedule("S1", starts_in=-5, seconds=120, mode="live", media_kind="hls", media_url="live/index.m3u8")
    screen.state(WebinarStarted(), "S1")
    page = screen.enter("S1")
    on_air(page)
    playing = "() => { const video = document.querySelector('video'); return video && !video.paused; }"
    page.wait_for_function(playing, timeout=PATIENCE_MS)
    page.evaluate("document.querySelector('video').pause()")
    page.wait_for_function(playing, timeout=PATIENCE_MS)


def test_without_a_picture_the_room_says_so_until_there_is_one(screen: Screen) -> None:
    screen.rooms.schedule("S1", starts_in=-5, seconds=120, mode="live", media_url="", **TEXT)
    screen.state(WebinarStarted(), "S1")
    page = screen.enter("S1")
    expect(page.locator("[data-testid=curtain-no-picture]")).to_be_visible(timeout=PATIENCE_MS)
    screen.state(configured(mode="live", media_url="sample.mp4"))
    expect(page.locator("video")).to_be_visible(timeout=PATIENCE_MS)
    screen.wait_in_step(page, "S1")


def test_an_expired_address_is_renewed_and_the_picture_comes(screen: Screen) -> None:
    refused: list[str] = []

    def once(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=403, body="expired")

    screen.context.route("**/media/*/sample.mp4", once)
    with screen.context.expect_event("request", lambda asked: asked.url.endswith("/rooms/S1/media")):
        page = sit(screen)
        expect(page.locator("[data-testid=video-lost]")).to_be_visible(timeout=PATIENCE_MS)
        screen.wait_in_step(page, "S1")
    expect(page.locator("[data-testid=video-lost]")).to_be_hidden()
    assert len(refused) == 1


def test_a_stream_that_is_not_there_yet_is_waited_for(screen: Screen) -> None:
    missed: list[str] = []

    def later(route: Route) -> None:
        if len(missed) < 2:
            missed.append(route.request.url)
            route.fulfill(status=404)
        else:
            route.continue_()

    screen.context.route("**/media/*/index.m3u8", later)
    page = sit(screen, **STREAM)
    expect(page.locator("[data-testid=video-lost]")).to_be_visible(timeout=PATIENCE_MS)
    screen.wait_in_step(page, "S1")
    assert len(missed) == 2


def test_a_lost_network_is_said_and_caught_up_with(screen: Screen) -> None:
    page = sit(screen)
    screen.wait_in_step(page, "S1")
    screen.context.set_offline(True)
    expect(page.locator("[data-testid=reconnecting]")).to_be_visible(timeout=PATIENCE_MS)
    screen.context.set_offline(False)
    expect(page.locator("[data-testid=reconnecting]")).to_be_hidden(timeout=PATIENCE_MS)
    screen.wait_in_step(page, "S1")
    assert screen.drift(page, "S1") < 1


def test_a_pause_that_is_allowed_ends_at_the_current_second(screen: Screen) -> None:
    page = sit(screen, is_pause_allowed=True)
    screen.wait_in_step(page, "S1")
    page.locator("#hold").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#resume")).to_be_visible()
    page.wait_for_function("(zero) => (Date.now() - zero) / 1000 - document.querySelector('video').currentTime > 2",
                           arg=screen.zero("S1"), timeout=PATIENCE_MS)  # fmt: skip
    assert page.evaluate("document.querySelector('video').paused"), "nothing resumes what the viewer paused"
    page.locator("#resume").click()
    screen.wait_in_step(page, "S1")
    assert screen.drift(page, "S1") < 1


def test_pausing_is_not_offered_where_it_is_not_allowed(screen: Screen) -> None:
    page = sit(screen)
    screen.wait_in_step(page, "S1")
    assert page.locator("#hold").count() == 0
    assert page.locator("video").get_attribute("controls") is None


def test_sound_waits_for_a_tap_where_the_browser_wants_one(screen: Screen) -> None:
    screen.context.add_init_script(BLOCK_SOUND)
    page = sit(screen)
    expect(page.locator("#unmute")).to_be_visible(timeout=PATIENCE_MS)
    screen.wait_in_step(page, "S1")
    assert page.evaluate("document.querySelector('video').muted")
    page.locator("#unmute").click()
    expect(page.locator("#unmute")).to_be_hidden()
    assert not page.evaluate("document.querySelector('video').muted")


def test_the_lock_screen_names_the_show_and_lets_go_of_it_afterwards(screen: Screen) -> None:
    page = sit(screen, starts_in=-112)
    screen.wait_in_step(page, "S1")
    told = page.evaluate("[navigator.mediaSession.metadata?.title, navigator.mediaSession.metadata?.artist]")
    assert told == ["Воронка", "Мария"]
    expect(page.locator("[data-testid=curtain-over]")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("navigator.mediaSession.metadata") is None
