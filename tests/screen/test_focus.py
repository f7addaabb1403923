"""The focus of who uses a keyboard, on pages that change under it: assets/focus.js in a page of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.shared import theme

PAGE = """<main id="main" tabindex="-1">
  <form><input id="search"><button id="show" type="button">Show</button></form>
  <ul>
    <li><a href="#one">One</a> <button type="button">Discard</button></li>
    <li><a href="#two">Two</a> <button type="button">Discard</button></li>
  </ul>
  <p><button id="next" type="button">Next</button></p>
</main>"""
RENEW_FORM = "document.querySelector('form').outerHTML = document.querySelector('form').outerHTML"
RENEW_FORM_LATER = """() => {
  const form = document.querySelector("form"), copy = form.outerHTML;
  form.remove();
  window.renew = () => document.getElementById("main").insertAdjacentHTML("afterbegin", copy);
}"""
FOCUSED = "document.activeElement.innerText"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with a form, a list and a button at its end."""
    opened = browser.new_page()
    opened.set_content(PAGE)
    opened.add_script_tag(path=theme.ASSETS / theme.FOCUS_SCRIPT.lstrip("/"))
    yield opened
    opened.close()


def on(page: Page, selector: str) -> None:
    """Stand there by keyboard."""
    page.keyboard.press("Tab")
    page.locator(selector).focus()


def test_a_control_that_is_made_anew_keeps_the_focus(page: Page) -> None:
    on(page, "#show")
    page.evaluate(RENEW_FORM)
    expect(page.locator("#show")).to_be_focused()


def test_a_control_that_comes_back_later_has_the_focus_again(page: Page) -> None:
    on(page, "#show")
    page.evaluate(RENEW_FORM_LATER)
    expect(page.get_by_role("link", name="One")).to_be_focused()
    page.evaluate("window.renew()")
    expect(page.locator("#show")).to_be_focused()


def test_who_has_gone_on_meanwhile_is_not_taken_back(page: Page) -> None:
    on(page, "#show")
    page.evaluate(RENEW_FORM_LATER)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Discard"
    page.evaluate("window.renew()")
    assert page.evaluate(FOCUSED) == "Discard"


def test_when_a_line_goes_the_next_one_has_the_focus_and_after_the_last_what_is_near(page: Page) -> None:
    on(page, "li:first-child button")
    page.evaluate("document.querySelector('li').remove()")
    expect(page.get_by_role("link", name="Two")).to_be_focused()
    page.evaluate("document.querySelector('li').remove()")
    expect(page.locator("#next")).to_be_focused()
    page.evaluate("document.querySelector('p').remove()")
    expect(page.locator("#show")).to_be_focused()
    page.evaluate("document.querySelector('form').remove()")
    expect(page.locator("#main")).to_be_focused()


def test_a_button_that_rests_lends_the_focus_and_gets_it_back(page: Page) -> None:
    on(page, "#next")
    page.evaluate("document.getElementById('next').disabled = true")
    expect(page.get_by_role("button", name="Discard").last).to_be_focused()
    page.evaluate("document.getElementById('next').disabled = false")
    expect(page.locator("#next")).to_be_focused()


def test_who_points_with_a_mouse_and_who_has_left_a_control_are_let_alone(page: Page) -> None:
    page.locator("li button").first.click()
    page.evaluate("document.querySelector('li').remove()")
    assert page.evaluate("document.activeElement === document.body")
    on(page, "#show")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('li').remove()")
    assert page.evaluate("document.activeElement === document.body")


def test_the_last_question_is_never_answered_by_a_key_held_down(page: Page) -> None:
    on(page, "#next")
    page.evaluate("""document.querySelector("p").innerHTML =
      "<button id='yes' data-kind='danger'>Delete</button><button id='no'>Keep</button>" """)
    expect(page.locator("#no")).to_be_focused()
