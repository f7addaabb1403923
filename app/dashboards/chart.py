"""Geometry of the audience curve, in a box of 1000 × 300: points of the lines, marks, labels. No Reflex, no words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.reads.audience import Minute

WIDTH, HEIGHT = 1000, 300
TICKS, LEVELS = 6, 4
MOST_TICK_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120)


@dataclass(frozen=True)
class Mark:
    """A label beside the plot, `at` percent from the left or the bottom."""

    at: str
    label: str


@dataclass(frozen=True)
class Chart:
    """The curve as SVG takes it; marks are percentages, so that labels keep their size on a phone."""

    area: str = ""
    line: str = ""
    replay: str = ""
    chat: str = ""
    levels: tuple[Mark, ...] = ()
    ticks: tuple[Mark, ...] = ()
    offers: tuple[Mark, ...] = ()
    polls: tuple[Mark, ...] = ()


def drawn(minutes: Sequence[Minute]) -> Chart:
    """The chart of these minutes; an empty one without any."""
    if not minutes:
        return Chart()
    top = _ceiling(max(max(m.present, m.replaying) for m in minutes))
    loudest = max((m.chat_lines + m.questions for m in minutes), default=0)
    present = _steps([m.present for m in minutes], top)
    return Chart(
        area=f"M0 {HEIGHT} L{present} L{WIDTH} {HEIGHT} Z",
        line=f"M{present}",
        replay=f"M{_steps([m.replaying for m in minutes], top)}" if any(m.replaying for m in minutes) else "",
        chat=_columns([m.chat_lines + m.questions for m in minutes], loudest) if loudest else "",
        levels=tuple(Mark(f"{100 * n / LEVELS:.1f}%", f"{top * n // LEVELS}") for n in range(1, LEVELS + 1)),
        ticks=tuple(Mark(_left(minute, len(minutes)), f"{minute}") for minute in _ticks(len(minutes))),
        offers=_begun([m.offer_shown for m in minutes]),
        polls=_begun([m.poll_answers for m in minutes]),
    )


def _begun(values: Sequence[int]) -> tuple[Mark, ...]:
    """A mark where something begins: in a minute that has it after one that has not. The label is the minute."""
    minutes = [n for n, value in enumerate(values) if value and not (n and values[n - 1])]
    return tuple(Mark(_left(minute, len(values)), f"{minute}") for minute in minutes)


def _ceiling(most: int) -> int:
    """The next number that divides into the levels and reads well."""
    size = 10 ** max(0, math.floor(math.log10(max(1, most))) - 1)
    return max(LEVELS, math.ceil(most / (LEVELS * size)) * LEVELS * size)


def _steps(values: Sequence[int], top: int) -> str:
    """Points through the middle of every minute, level at both ends."""
    points = [(0.0, values[0]), *(((n + 0.5) / len(values), value) for n, value in enumerate(values))]
    points.append((1.0, values[-1]))
    return " L".join(f"{WIDTH * x:.1f} {HEIGHT * (1 - y / top):.1f}" for x, y in points)


def _columns(values: Sequence[int], loudest: int) -> str:
    """Chat as columns in the lowest fifth."""
    wide = WIDTH / len(values)
    return " ".join(
        f"M{wide * (n + 0.2):.1f} {HEIGHT} v{-HEIGHT / 5 * value / loudest:.1f} h{wide * 0.6:.1f} V{HEIGHT} Z"
        for n, value in enumerate(values)
        if value
    )


def _left(minute: int, minutes: int) -> str:
    return f"{100 * minute / minutes:.2f}%"


def _ticks(minutes: int) -> range:
    step = next((step for step in MOST_TICK_STEPS if minutes / step <= TICKS), 240)
    return range(0, minutes, step)
