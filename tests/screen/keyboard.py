"""What a page owes to who uses a keyboard: Tab comes to every control, and one sees where it is."""

from playwright.sync_api import Page

STOPS_OF_A_CONTROL = 3
REMEMBER_FOCUS = """() => {
  window.focused = new Map();
  document.activeElement?.blur?.();
  document.addEventListener("focusin", ({ target }) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(target);
    const isSeen = (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    window.focused.set(target, isSeen);
  }, true);
}"""
REACHABLE = """() => {
  const controls = "a[href], button, input, select, textarea, summary, [tabindex]";
  const isThere = (one) => one.checkVisibility({ visibilityProperty: true });
  const isOne = (one) => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && isThere(one);
  const isChosen = (one) => one.type !== "radio" || one.checked
    || !document.querySelector(`input[type=radio][name="${one.name}"]:checked`);
  return [...document.querySelectorAll(controls)].filter((one) => isOne(one) && isChosen(one));
}"""
MISSED = f"""() => {{
  const named = (one) => one.outerHTML.slice(0, 120);
  const reachable = ({REACHABLE})();
  return {{
    unreached: reachable.filter((one) => !window.focused.has(one)).map(named),
    unseen: [...window.focused].filter(([, isSeen]) => !isSeen).map(([one]) => named(one)),
  }};
}}"""


def missed_by_keyboard(page: Page) -> list[str]:
    """What Tab does not come to, and where it comes without being seen. A field for a date takes several of them."""
    page.evaluate(REMEMBER_FOCUS)
    pressed = 0
    while pressed < STOPS_OF_A_CONTROL * int(page.evaluate(f"({REACHABLE})().length")) + 2:  # more come meanwhile
        page.keyboard.press("Tab")
        pressed += 1
        if pressed % 10 == 0 and not page.evaluate(MISSED)["unreached"]:
            break
    missed = page.evaluate(MISSED)
    return [f"{fault}: {element}" for fault in ("unreached", "unseen") for element in missed[fault]]
