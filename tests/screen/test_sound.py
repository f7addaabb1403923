"""The sound check of the waiting room: a tone one asked for, and what to do when there is none."""

from playwright.sync_api import Page, expect

from tests.screen.room import PATIENCE_MS, Screen

LISTEN = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.tones.push([Math.round(this.frequency.value), this.context.state]);
  return start.apply(this, when);
};
"""
"""Notes every tone, and whether the browser lets it sound."""
DEAF = "delete window.AudioContext; delete window.webkitAudioContext;"


def wait_inside(screen: Screen, script: str) -> Page:
    """Stand in the waiting room."""
    screen.rooms.schedule("S1", starts_in=600, seconds=120)
    page = screen.context.new_page()
    page.add_init_script(script)
    screen.enter("S1", page=page)
    expect(page.locator("#sound-play")).to_be_visible(timeout=PATIENCE_MS)
    return page


def test_a_tone_sounds_when_asked_for_and_who_hears_it_is_done(screen: Screen) -> None:
    page = wait_inside(screen, LISTEN)
    assert page.evaluate("window.tones") == [], "nothing sounds by itself"
    page.locator("#sound-play").click()
    expect(page.locator("#sound-yes")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("window.tones") == [[440, "running"], [554, "running"], [659, "running"]]
    page.locator("#sound-yes").click()
    expect(page.get_by_test_id("sound-heard")).to_be_visible()
    expect(page.get_by_test_id("sound-check")).to_have_count(0)


def test_who_hears_nothing_is_told_what_to_do_and_may_try_again(screen: Screen) -> None:
    page = wait_inside(screen, LISTEN)
    page.locator("#sound-play").click()
    page.locator("#sound-no").click()
    expect(page.get_by_test_id("sound-silent")).not_to_be_empty()
    page.locator("#sound-play").click()
    expect(page.locator("#sound-yes")).to_be_visible(timeout=PATIENCE_MS)
    assert len(page.evaluate("window.tones")) == 6


def test_a_browser_that_can_play_no_tone_says_so(screen: Screen) -> None:
    page = wait_inside(screen, DEAF)
    page.locator("#sound-play").click()
    expect(page.get_by_test_id("sound-silent")).not_to_be_empty()
