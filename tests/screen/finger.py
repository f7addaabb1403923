"""What a page owes to who uses a finger: every control takes 44 pixels each way, however small it is drawn."""

from playwright.sync_api import Page

ENOUGH = 43
"""Of 44 pixels, as a browser rounds them."""
SMALL = """(enough) => {
  const REACH = 30;
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const isInText = (one) => one.matches("a") && getComputedStyle(one).display === "inline"
    && [...one.parentElement.childNodes].some((other) => other.nodeType === 3 && /[^\\s·←]/.test(other.data));
  const isAside = (one) => one.matches(".skip, .meaning-name") || isInText(one);
  const owner = (one) => one.matches("[type=checkbox], [type=radio]") && one.labels.length ? one.labels[0] : one;
  const wide = (one, horizontal) => {
    const box = one.getBoundingClientRect();
    const at = [box.left + box.width / 2, box.top + box.height / 2];
    const hits = (step) => {
      const [x, y] = horizontal ? [at[0] + step, at[1]] : [at[0], at[1] + step];
      const hit = document.elementFromPoint(x, y);
      return hit && (one.contains(hit) || owner(one).contains(hit));
    };
    let found = 0;
    for (const way of [1, -1]) for (let step = way; Math.abs(step) <= REACH && hits(step); step += way) found += 1;
    return found;
  };
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const isPressed = (one) => one.tabIndex >= 0 && seen(one) && !isAside(one);
  return [...document.querySelectorAll(controls)].filter(isPressed).flatMap((one) => {
    owner(one).scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const [width, height] = [wide(owner(one), true), wide(owner(one), false)];
    return Math.min(width, height) < enough ? [`${width}x${height}: ${one.outerHTML.slice(0, 140)}`] : [];
  });
}"""


def too_small_for_a_finger(page: Page) -> list[str]:
    """Controls a finger misses. Links in a sentence and names that tell what a number means are as high as the text."""
    page.evaluate("document.activeElement?.blur()")  # what shows itself on focus covers what is below
    page.keyboard.press("Escape")
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return list(page.evaluate(SMALL, ENOUGH))
