"""Light, dark, or as the system says: one choice, right from the first paint, with no script of the page's own."""

from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.shared import theme
from tests.screen.room import PATIENCE_MS, Screen

GROUND = "getComputedStyle(document.body).backgroundColor"
DAY, NIGHT = "rgb(237, 239, 236)", "rgb(13, 16, 18)"


def chosen(context: BrowserContext) -> str:
    """What the cookie keeps."""
    return next((one.get("value", "") for one in context.cookies() if one.get("name") == "efir_theme"), "")


def lobby(screen: Screen, page: Page | None = None) -> Page:
    """A waiting room."""
    screen.rooms.schedule("S1", starts_in=600, seconds=120, media_url="sample.mp4")
    page = screen.enter("S1", page=page)
    expect(page.locator("[data-testid=countdown]")).to_be_visible(timeout=PATIENCE_MS)
    return page


def test_without_a_choice_the_page_follows_the_system(screen: Screen) -> None:
    page = screen.context.new_page()
    page.emulate_media(color_scheme="light")
    lobby(screen, page)
    assert page.evaluate(GROUND) == DAY
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(GROUND) == NIGHT


def test_the_button_goes_round_says_where_it_is_and_is_remembered(screen: Screen) -> None:
    page = screen.context.new_page()
    page.emulate_media(color_scheme="light")
    lobby(screen, page)
    button = page.locator("#theme")
    for name, ground, said in (
        ("light", DAY, "Оформление: светлое"),
        ("dark", NIGHT, "Оформление: тёмное"),
        ("auto", DAY, "Оформление: как в системе"),
        ("light", DAY, "Оформление: светлое"),
        ("dark", NIGHT, "Оформление: тёмное"),
    ):
        button.press("Enter")
        expect(button).to_have_accessible_name(said)
        assert (page.evaluate(GROUND), chosen(screen.context)) == (ground, name)
    page.reload()
    assert page.evaluate(GROUND) == NIGHT
    frame = page.locator("meta[name=theme-color]").evaluate_all("(metas) => metas.map((meta) => meta.content)")
    assert frame == ["#0d1012", "#0d1012"]


def test_the_first_paint_is_right_before_any_script_has_come(screen: Screen) -> None:
    lobby(screen)
    own = {"name": "efir_theme", "value": "dark", "url": screen.rooms.origin}
    screen.context.add_cookies([own])  # type: ignore[list-item] # a dict will do
    screen.context.route("**/*.js", lambda route: route.abort())
    page = screen.context.new_page()
    page.emulate_media(color_scheme="light")
    for path in ("/room/S1", "/w/funnel"):
        page.goto(screen.rooms.origin + path)
        assert page.evaluate(GROUND) == NIGHT, path


def test_the_picture_stays_in_the_dark(screen: Screen) -> None:
    page = screen.context.new_page()
    page.emulate_media(color_scheme="light")
    screen.rooms.schedule("S1", starts_in=-5, seconds=120, media_url="sample.mp4")
    screen.enter("S1", page=page)
    picture = page.locator("[data-testid=screen]")
    expect(picture).to_be_visible(timeout=PATIENCE_MS)
    assert picture.evaluate("(box) => getComputedStyle(box).colorScheme") == "dark"
    assert page.evaluate(GROUND) == DAY


def test_paper_is_always_day_and_has_its_bars(browser: Browser) -> None:
    page = browser.new_page(color_scheme="dark")
    page.set_content(
        "<html data-theme='dark'><body><main class='desk-main'><p>12</p><form class='filters'></form></main>"
    )
    for sheet in theme.stylesheets():
        page.add_style_tag(path=theme.ASSETS / sheet.lstrip("/"))
    ink = "getComputedStyle(document.querySelector('p')).color"
    assert page.evaluate(ink) == "rgb(238, 241, 236)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ink) == "rgb(20, 24, 26)"
    assert page.evaluate("getComputedStyle(document.querySelector('p')).printColorAdjust") == "exact"
    expect(page.locator(".filters")).to_be_hidden()
    page.close()


def test_bars_are_seen_where_the_system_chooses_all_colours(browser: Browser) -> None:
    page = browser.new_page(forced_colors="active", color_scheme="light")
    page.set_content("<main class='desk-main'><span class='bar-fill'></span></main>")
    for sheet in theme.stylesheets():
        page.add_style_tag(path=theme.ASSETS / sheet.lstrip("/"))
    bar, ground = "getComputedStyle(document.querySelector('.bar-fill')).backgroundColor", GROUND
    assert page.evaluate(bar) != page.evaluate(ground)
    page.close()


def test_the_switch_of_the_theme_is_seen_where_the_system_chooses_all_colours(browser: Browser) -> None:
    page = browser.new_page(forced_colors="active", color_scheme="light")
    page.set_content("<button class='theme-switch'></button>")
    page.add_style_tag(path=theme.ASSETS / "efir.css")
    icon = "getComputedStyle(document.querySelector('.theme-switch'), '::before').backgroundColor"
    assert page.evaluate(icon) != page.evaluate(GROUND)
    page.close()
