"""Players of other services, by the messages they document: a page of ours speaks their side over its own clock."""

import datetime as dtm

import pytest
from playwright.sync_api import Frame, Page, expect

from app.shared import schedule
from tests.screen.room import PATIENCE_MS, Screen, on_air

CLOCK = """
  let state = 'unstarted', base = 0, since = 0, isMuted = false, volume = 1;
  const time = () => base + (state === 'playing' ? (performance.now() - since) / 1000 : 0);
  let isTapped = !NEEDS_TAP;
  const turn = (next) => { base = time(); since = performance.now(); state = next; changed(); };
  const play = () => isTapped && state !== 'playing' && turn('playing');
  const seek = (to) => { base = to; since = performance.now(); };
  addEventListener('click', () => { isTapped = true; play(); });
"""
YOUTUBE = """
  const STATES = { unstarted: -1, playing: 1, paused: 2 };
  const tell = (event) => parent.postMessage(JSON.stringify({ event, info: { playerState: STATES[state],
    currentTime: time(), duration: 600 } }), '*');
  const changed = () => tell('infoDelivery');
  addEventListener('message', ({ data }) => {
    const said = JSON.parse(data);
    if (said.event === 'listening') return tell('initialDelivery');
    if (said.func === 'playVideo') play();
    if (said.func === 'pauseVideo') turn('paused');
    if (said.func === 'seekTo') seek(said.args[0]);
    if (said.func === 'mute' || said.func === 'unMute') isMuted = said.func === 'mute';
    if (said.func === 'setVolume') volume = said.args[0] / 100;
    tell('infoDelivery');
  });
  setInterval(() => state === 'playing' && tell('infoDelivery'), 200);
"""
VK = """
  let isKnown = false;
  const told = () => ({ state, time: time(), duration: 600, volume, muted: isMuted });
  const tell = (event) => isKnown && parent.postMessage({ event, ...told() }, '*');
  const changed = () => tell(state === 'playing' ? 'started' : 'paused');
  addEventListener('message', ({ data }) => {
    if (data.method === 'init') { isKnown = true; return tell('inited'); }
    if (data.method === 'play') play();
    if (data.method === 'pause') turn('paused');
    if (data.method === 'seek') { seek(data.time); tell('seeked'); }
    if (data.method === 'mute' || data.method === 'unmute') isMuted = data.method === 'mute';
    if (data.method === 'set_volume') volume = data.volume;
  });
  setInterval(() => state === 'playing' && tell('timeupdate'), 200);
"""
RUTUBE = """
  const tell = (type, data) => parent.postMessage(JSON.stringify({ type, data }), '*');
  const changed = () => tell('player:changeState', { state });
  addEventListener('message', ({ data }) => {
    const said = JSON.parse(data);
    if (said.type === 'player:play') play();
    if (said.type === 'player:pause') turn('paused');
    if (said.type === 'player:setCurrentTime') seek(said.data.time);
    if (said.type === 'player:mute' || said.type === 'player:unMute') isMuted = said.type === 'player:mute';
    if (said.type === 'player:setVolume') volume = said.data.volume;
  });
  tell('player:ready', { videoId: 'x' });
  tell('player:durationChange', { duration: 600 });
  setInterval(() => tell('player:currentTime', { time: time() }), 200);
"""
SERVICES = {
    "youtube": ("https://www.youtube-nocookie.com/**", "https://youtu.be/abcdefghijk", YOUTUBE, "/embed/abcdefghijk?"),
    "vk": ("https://vkvideo.ru/**", "https://vk.com/video-123_456", VK, "/video_ext.php?oid=-123&id=456"),
    "rutube": (
        "https://rutube.ru/**",
        f"https://rutube.ru/video/private/{'0a' * 16}/?p=key",
        RUTUBE,
        f"/play/embed/{'0a' * 16}/?",
    ),
}
services = pytest.mark.parametrize("kind", list(SERVICES))


def show(screen: Screen, kind: str, *, needs_tap: bool = False) -> tuple[Page, Frame]:
    """Come into a session on a service's video; the page and the player's frame in it."""
    pattern, address, script, _ = SERVICES[kind]
    spoken = CLOCK.replace("NEEDS_TAP", str(needs_tap).lower()) + script
    body = f"<!doctype html><body style='height:100vh'><script>{spoken}</script>"
    screen.context.route(pattern, lambda route: route.fulfill(content_type="text/html", body=body))
    screen.rooms.schedule("S1", starts_in=-30, seconds=300, media_kind=kind, media_url=address)
    page = screen.enter("S1")
    on_air(page)
    frame = page.locator("iframe#video").element_handle(timeout=PATIENCE_MS).content_frame()
    assert frame is not None
    frame.wait_for_url(pattern, timeout=PATIENCE_MS)
    return page, frame


def drift(frame: Frame) -> float:
    """Seconds between the embed's own clock and the server's."""
    session = schedule.current().sessions["S1"]
    before = session.position_seconds(dtm.datetime.now(dtm.UTC))
    shown = float(frame.evaluate("time()"))
    after = session.position_seconds(dtm.datetime.now(dtm.UTC))
    return max(before - shown, shown - after, 0.0)


@services
def test_an_embed_is_kept_at_the_sessions_second(screen: Screen, kind: str) -> None:
    page, frame = show(screen, kind)
    assert SERVICES[kind][3] in frame.url
    frame.wait_for_function("time() > 29", timeout=PATIENCE_MS)
    assert drift(frame) < 1.5
    frame.evaluate("seek(3)")
    frame.wait_for_function("time() > 29", timeout=PATIENCE_MS)
    frame.evaluate("turn('paused')")
    frame.wait_for_function("state === 'playing'", timeout=PATIENCE_MS)
    assert screen.rooms.facts("S1", until="client_webinar_entered")
    page.locator("#volume").fill("0.5")
    frame.wait_for_function("volume === 0.5 && !isMuted", timeout=PATIENCE_MS)
    assert page.evaluate("getComputedStyle(document.querySelector('#video')).pointerEvents") == "none"


@services
def test_the_first_tap_goes_to_the_embed_where_only_it_counts(screen: Screen, kind: str) -> None:
    page, frame = show(screen, kind, needs_tap=True)
    expect(page.locator("[data-testid=tap-video]")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("iframe#video").click()
    frame.wait_for_function("state === 'playing'", timeout=PATIENCE_MS)
    expect(page.locator("[data-testid=tap-video]")).to_be_hidden(timeout=PATIENCE_MS)
    page.wait_for_function("() => getComputedStyle(document.querySelector('#video')).pointerEvents === 'none'")
