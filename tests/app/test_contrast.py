"""The tokens keep WCAG AA by day and by night, wherever text of one stands on the ground of another."""

import re

import pytest

from app.build import ROOT

PAIR = re.compile(r"--([a-z-]+): var\(--day, (#[0-9a-f]{6})\) var\(--night, (#[0-9a-f]{6})\)")
TOKENS = {
    name: {"day": day, "night": night}
    for name, day, night in PAIR.findall((ROOT / "assets" / "efir.css").read_text(encoding="utf-8"))
}
TEXT = 4.5
"""WCAG 2.2, 1.4.3: text of any size."""
MARK = 3.0
"""1.4.11: what one has to see of a control, here the ring around what has the focus."""


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: str) -> float:
    darker, lighter = sorted(luminance(TOKENS[name][theme]) for name in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("ground", ["ground", "panel", "well"])
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "ink-faint", "tally", "good", "warn", "bad"])
def test_text_is_read_on_every_ground(ink: str, ground: str, theme: str) -> None:
    assert contrast(ink, ground, theme) >= TEXT


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize(("ink", "ground"), [("tally-ink", "tally"), ("ground", "ink"), ("ground", "warn")])
def test_text_is_read_on_buttons_and_notes(ink: str, ground: str, theme: str) -> None:
    assert contrast(ink, ground, theme) >= TEXT


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("ground", ["ground", "panel", "well"])
def test_the_focus_is_seen(ground: str, theme: str) -> None:
    assert contrast("focus", ground, theme) >= MARK


def mixed(one: str, other: str, share: float) -> str:
    """`color-mix(in srgb, one share, other)`."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(mine * share + rest * (1 - share)):02x}" for mine, rest in pairs)


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("kind", ["good", "warn", "bad"])
def test_a_tag_is_read_on_its_own_tint(kind: str, theme: str) -> None:
    sheet = (ROOT / "assets" / "studio.css").read_text(encoding="utf-8")
    tint = re.search(rf"color-mix\(in srgb, var\(--{kind}\) (\d+)%, var\(--panel\)\)", sheet)
    assert tint
    ground = mixed(TOKENS[kind][theme], TOKENS["panel"][theme], int(tint[1]) / 100)
    darker, lighter = sorted((luminance(TOKENS[kind][theme]), luminance(ground)))
    assert (lighter + 0.05) / (darker + 0.05) >= TEXT
