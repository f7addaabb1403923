"""What is due at a second of the session: prepared chat lines and offers. Pure; nothing ahead of the clock gets out."""

from collections.abc import Sequence
from typing import Any

from domain.events import Offer, ScriptLine, WebinarConfigured

HISTORY = 60
"""Chat lines a newcomer is given."""


def lines_between(definition: WebinarConfigured, after: float, until: float) -> list[ScriptLine]:
    """Lines of the script with `after < at <= until`, in order."""
    due = [line for line in definition.script if after < line.at_seconds <= until]
    return sorted(due, key=lambda line: line.at_seconds)


def line_frame(line: ScriptLine, number: int) -> dict[str, Any]:
    """A prepared line as the room shows it: marked, so that nobody is told it was said just now by a guest."""
    return {
        "id": f"script-{number}",
        "author": line.author,
        "text": line.text,
        "at": line.at_seconds,
        "simulated": True,
    }


def script_frames(definition: WebinarConfigured, after: float, until: float) -> list[dict[str, Any]]:
    """The due lines, ready to send."""
    order = {id(line): number for number, line in enumerate(definition.script)}
    return [line_frame(line, order[id(line)]) for line in lines_between(definition, after, until)]


def offers_at(definition: WebinarConfigured, position: float, elapsed: float) -> list[Offer]:
    """The offers that stand on the screen at this second. One without a second waits for the host.

    `elapsed` goes on after the end, where the position stands still: what stood there goes at its own time.
    """
    return [
        offer
        for offer in definition.offers
        if offer.show_at_seconds is not None
        and offer.show_at_seconds <= position
        and (offer.hide_at_seconds is None or elapsed < offer.hide_at_seconds)
    ]


def offer_frames(offers: Sequence[tuple[Offer, int | None]]) -> list[dict[str, Any]]:
    """Offers as the room shows them, each with the instant (ms) at which it goes by itself, if it does."""
    return [
        {
            "id": offer.offer_id,
            "title": offer.title,
            "text": offer.text,
            "button": offer.button,
            "form": offer.has_form,
            "fields": offer.fields,
            "url": offer.url,
            "until": until,
        }
        for offer, until in offers
    ]
