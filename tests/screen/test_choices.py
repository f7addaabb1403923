"""What a viewer may choose: captions, the picture's quality, an offer whose form they have begun."""

from playwright.sync_api import expect

from domain.events import Offer
from tests.screen.room import PATIENCE_MS, Screen, on_air

SHOWING = "[...document.querySelector('video').textTracks].map((track) => [track.mode, track.cues?.length ?? 0])"


def test_captions_are_switched_on_and_off(screen: Screen) -> None:
    (screen.media / "talk.vtt").write_text("WEBVTT\n\n00:00.000 --> 02:00.000\nДобрый день\n", encoding="utf-8")
    screen.rooms.schedule("S1", starts_in=-10, seconds=120, media_url="sample.mp4", captions_url="talk.vtt")
    page = screen.enter("S1")
    on_air(page)
    button = page.locator("#captions")
    expect(button).to_be_visible(timeout=PATIENCE_MS)
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    page.wait_for_function(f"() => JSON.stringify({SHOWING}) === '[[\"showing\",1]]'", timeout=PATIENCE_MS)
    button.click()
    page.wait_for_function(f"() => {SHOWING}[0][0] === 'disabled'", timeout=PATIENCE_MS)


def test_without_captions_there_is_no_button_for_them(screen: Screen) -> None:
    screen.rooms.schedule("S1", starts_in=-10, seconds=120, media_url="sample.mp4")
    page = screen.enter("S1")
    on_air(page)
    screen.wait_in_step(page, "S1")
    assert page.locator("#captions").count() == 0
    assert page.locator("#quality").count() == 0


def test_the_quality_of_a_stream_is_chosen_from_what_it_has(screen: Screen) -> None:
    folder = screen.media / "two"
    folder.mkdir()
    for part in (screen.sample / "hls").iterdir():
        (folder / part.name).write_bytes(part.read_bytes())
    (folder / "small.m3u8").write_text((folder / "index.m3u8").read_text())
    (folder / "master.m3u8").write_text(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=1280x720\nindex.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=640x360\nsmall.m3u8\n"
    )
    screen.rooms.schedule("S1", starts_in=-10, seconds=120, media_kind="hls", media_url="two/master.m3u8")
    page = screen.enter("S1")
    on_air(page)
    choice = page.locator("#quality")
    expect(choice).to_be_visible(timeout=PATIENCE_MS)
    assert choice.locator("option").all_inner_texts() == ["Авто", "720p", "360p"]
    with page.expect_response("**/small.m3u8", timeout=PATIENCE_MS):
        choice.select_option(label="360p")
    screen.wait_in_step(page, "S1")


def test_whoever_fills_in_a_form_may_finish_it_though_the_offer_has_gone(screen: Screen) -> None:
    course = Offer(
        offer_id="course", title={"ru": "Курс"}, button={"ru": "Хочу"}, show_at_seconds=0, hide_at_seconds=25
    )
    screen.rooms.schedule("S1", starts_in=-5, seconds=120, media_url="sample.mp4", offers=(course,))
    page, other = screen.enter("S1"), screen.enter("S1", page=screen.browser.new_context(locale="ru-RU").new_page())
    on_air(page)
    page.get_by_test_id("offer-open").click(timeout=PATIENCE_MS)
    page.get_by_test_id("offer-contact").fill("+7 900 000-00-01")
    expect(page.get_by_test_id("offer-late")).to_be_visible(timeout=PATIENCE_MS)
    expect(other.get_by_test_id("offer")).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.get_by_test_id("offer-contact")).to_have_value("+7 900 000-00-01")
    page.get_by_test_id("offer-submit").click()
    expect(page.get_by_test_id("offer-done")).to_be_visible(timeout=PATIENCE_MS)
    other.context.close()
