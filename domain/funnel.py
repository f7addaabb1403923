"""The funnel's stages, in order, and its rules: what counts as reached, in which window. Counting is the warehouse's.

The warehouse applies the same rules to a million people in SQL; a test holds the two together.
"""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Mode = Literal["ordered", "strict", "any"]
MODES: tuple[Mode, ...] = ("ordered", "strict", "any")
WINDOWS_DAYS = (1, 7, 14, 30, 90)
"""Conversion windows a marketer may choose from, over the whole funnel; none is the default."""
Moments = tuple[dtm.datetime | None, ...]
"""When each stage was reached, in the order of `STAGES`; None: not reached."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. `slug` is also the column `<slug>_at` of the table `funnel_stages`."""

    slug: str
    event: str
    """Wire name of the fact that gets a lead here."""
    label: dict[str, str]
    condition: str = ""
    """What the fact must say besides being there, for the documentation."""


STAGES: tuple[Stage, ...] = (
    Stage("touched", "touch_recorded", {"ru": "Касание", "en": "Touch"}),
    Stage("lead", "core_lead_created", {"ru": "Лид", "en": "Lead"}),
    Stage("linked", "telegram_linked", {"ru": "Telegram привязан", "en": "Telegram linked"}),
    Stage("registered", "client_webinar_registered", {"ru": "Записался на эфир", "en": "Registered"}),
    Stage("entered", "client_webinar_entered", {"ru": "Вошёл в комнату", "en": "Entered"}),
    Stage(
        "attended",
        "client_webinar_attendance_classified",
        {"ru": "Посетил эфир", "en": "Attended"},
        condition="status = attended",
    ),
    Stage("completed", "client_webinar_completed", {"ru": "Досмотрел до конца", "en": "Completed"}),
    Stage("clicked", "client_webinar_offer_clicked", {"ru": "Открыл предложение", "en": "Offer clicked"}),
    Stage("submitted", "client_webinar_form_submitted", {"ru": "Отправил форму", "en": "Form submitted"}),
)
"""Unit: lead (a visitor who is no lead yet counts as touched). Ordered: a stage counts after all before it."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far one person came. `is_open`: the window has not elapsed, they may still come further."""

    moments: Moments
    is_open: bool = False

    @property
    def reached(self) -> int:
        """How many stages were reached."""
        return sum(moment is not None for moment in self.moments)


def walked(firsts: Moments, mode: Mode) -> Moments:
    """When each stage was reached, from when each one's first fact was (the first touch is always known).

    ordered: a stage counts only with every stage before it, at the latest of their moments: people link Telegram after
    they registered and click an offer before they have seen the end, and have come all the way nevertheless.
    strict: besides, the first fact of every stage comes not before the first fact of the stage ahead of it.
    any: every stage counts by itself, whatever became of the others.
    """
    if mode == "any":
        return firsts
    found: list[dtm.datetime | None] = []
    latest = first = firsts[0]
    for moment in firsts:
        if moment is None or latest is None or first is None or (mode == "strict" and moment < first):
            break
        latest, first = max(latest, moment), moment
        found.append(latest)
    return (*found, *(None for _ in firsts[len(found) :]))


def within(moments: Moments, touches: Sequence[dtm.datetime], window: dtm.timedelta, now: dtm.datetime) -> Way:
    """The way within one window over the whole funnel.

    The window begins with a touch (the anchor), the first one or a later one up to the moment the person became a
    lead: the touch that takes them furthest, the earliest of those that take them equally far.
    """
    start, lead_at = moments[0], moments[1]
    if start is None:
        raise ValueError("Everybody's way begins with a touch.")
    anchors = sorted({start, *(at for at in touches if at >= start and (lead_at is None or at <= lead_at))})
    last = anchors[-1]
    furthest = max([start, *(at for at in moments[1:] if at is not None and at <= last + window)])
    anchor = next(at for at in anchors if at + window >= furthest)
    inside = tuple(at if at is not None and at <= anchor + window else None for at in moments[1:])
    return Way((anchor, *inside), is_open=last + window > now and inside[-1] is None)
