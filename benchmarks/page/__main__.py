"""`python -m benchmarks.page [--quick]`: weight and first picture of the pages on a slow phone, and a visit's price.

The phone: 360 px wide, four times slower than this machine, on Lighthouse's slow 4G (1.6 Mbit/s, 150 ms both ways),
nothing cached. JavaScript is counted as it travels. LCP: the browser's own largest contentful paint, asked half a
second after the video's first frame is there, where there is one; that frame's own time is told beside it.
Goals: at most 300 kB of JavaScript in the room while a stream plays, LCP within 2 s. Exit code 1 when one is missed.
"""

import argparse
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.page.house import AHEAD, ON_AIR, OVER, WEBINAR, House, house

MOST_SCRIPT_KB, MOST_LCP_SECONDS = 300.0, 2.0
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
CPU_SLOWDOWN = 4
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--mute-audio",
         "--autoplay-policy=no-user-gesture-required"]  # fmt: skip
OBSERVE = """
new PerformanceObserver((list) => {
  const last = list.getEntries().at(-1);
  window.lcp = [last.startTime, last.element?.className || last.element?.tagName || last.url];
}).observe({ type: "largest-contentful-paint", buffered: true });
document.addEventListener("loadeddata", () => { window.frame ??= performance.now(); }, true);
"""
PATIENCE_MS = 60_000
SETTLE_MS = 500


@dataclass(frozen=True)
class Page:
    """One page and the sign that it is there."""

    name: str
    is_there: str

    def address(self, at: House) -> str:
        """Its address for somebody new."""
        if self.name == "landing":
            return f"{at.url}/w/{WEBINAR}"
        session = {"lobby": AHEAD, "room": ON_AIR, "replay": OVER}[self.name]
        return at.link(session, purpose="replay" if self.name == "replay" else "join")

    @property
    def plays(self) -> bool:
        """A stream runs in it: what that needs is counted, and its first frame is waited for."""
        return self.name in {"room", "replay"}


PAGES = (
    Page("landing", "#submit"),
    Page("lobby", "[data-testid=countdown]"),
    Page("room", "video"),
    Page("replay", "video"),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one load a page instead of five, ten visits not fifty")
    is_quick = parser.parse_args(arguments).quick
    with house() as at, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        missed = [text for page in PAGES for text in _load(browser, at, page, times=1 if is_quick else 5)]
        for page in PAGES:
            _visit(browser, at, page, times=10 if is_quick else 50)
        browser.close()
    sys.exit("\n".join(missed) or 0)


def _load(browser: Browser, at: House, page: Page, *, times: int) -> list[str]:
    """Print weight and LCP of a cold load on the slow phone; what misses its goal."""
    loads = [_one_load(browser, page, page.address(at)) for _ in range(times)]
    weight = max(load.script_kb for load in loads)
    lcp = statistics.median(load.lcp for load in loads)
    worst = max(load.lcp for load in loads)
    frame = f", first frame {statistics.median(load.frame for load in loads):.2f} s" if page.plays else ""
    painted = f"(worst {worst:.2f}; {loads[-1].painted})"
    print(f"{page.name:<8} JavaScript {weight:6.0f} kB, LCP {lcp:5.2f} s {painted}{frame}", flush=True)
    wrong: list[str] = []
    if page.name == "room" and weight > MOST_SCRIPT_KB:
        wrong.append(f"The room's JavaScript: {weight:.0f} kB, goal {MOST_SCRIPT_KB:.0f}")
    if lcp > MOST_LCP_SECONDS:
        wrong.append(f"The largest paint of {page.name}: {lcp:.2f} s, goal {MOST_LCP_SECONDS}")
    return wrong


@dataclass(frozen=True)
class Load:
    """One cold load: kilobytes of script that travelled, seconds to the largest paint and what that was."""

    script_kb: float
    lcp: float
    painted: str
    frame: float
    """Seconds to the first frame of the video; 0 without one."""


def _one_load(browser: Browser, page: Page, address: str) -> Load:
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    tab = context.new_page()
    tab.add_init_script(OBSERVE)
    line = context.new_cdp_session(tab)
    scripts: dict[str, float] = {}

    def begun(told: dict[str, Any]) -> None:
        if told["type"] == "Script":
            scripts[told["requestId"]] = 0

    def come(told: dict[str, Any]) -> None:
        if told["requestId"] in scripts:
            scripts[told["requestId"]] = told["encodedDataLength"]

    line.on("Network.responseReceived", begun)
    line.on("Network.loadingFinished", come)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", NETWORK)
    line.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    tab.goto(address)
    tab.locator(page.is_there).first.wait_for(state="attached", timeout=PATIENCE_MS)
    tab.wait_for_load_state("load" if page.plays else "networkidle")
    if page.plays:  # the picture runs: every script it needs has come
        tab.wait_for_function("() => window.frame", timeout=PATIENCE_MS)
    tab.wait_for_timeout(SETTLE_MS)
    (milliseconds, painted), frame = tab.evaluate("[window.lcp, window.frame ?? 0]")
    context.close()
    return Load(sum(scripts.values()) / 1000, milliseconds / 1000, str(painted), frame / 1000)


def _visit(browser: Browser, at: House, page: Page, *, times: int) -> None:
    """Print what the app's process spends on one visit of a real browser that has nothing cached."""
    addresses = [page.address(at) for _ in range(times)]
    before = at.cpu_seconds()
    for address in addresses:
        context = browser.new_context()
        tab = context.new_page()
        tab.goto(address)
        tab.locator(page.is_there).first.wait_for(state="attached", timeout=PATIENCE_MS)
        context.close()
    print(f"{page.name:<8} {1000 * (at.cpu_seconds() - before) / times:5.1f} ms of server CPU a visit", flush=True)


if __name__ == "__main__":
    main()
