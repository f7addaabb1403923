"""What is due at a second of the session: lines of the script and offers. Pure; nothing ahead of the clock gets out."""

from collections.abc import Sequence
from typing import Any

from domain.events import Offer, ScriptEntry, WebinarConfigured
from domain.script import due

HISTORY = 60
"""Chat lines a newcomer is given."""


def line_frame(entry: ScriptEntry, *, is_told: bool) -> dict[str, Any]:
    """A line of the script as the room shows it; `is_told` marks it, so that nobody thinks it was said just now."""
    frame: dict[str, Any] = {
        "id": entry.entry_id,
        "author": entry.author,
        "text": entry.text,
        "at": entry.at_seconds,
    }
    return frame | ({"host": True} if entry.is_host else {}) | ({"simulated": True} if is_told else {})


def line_frames(
    entries: Sequence[ScriptEntry], after: float, until: float, *, is_told: bool = True, most: int | None = None
) -> list[dict[str, Any]]:
    """The lines with `after < at <= until`, ready to send, in order; with `most` only the last ones."""
    lines = [entry for entry in due(entries, after, until) if entry.kind == "line"]
    return [line_frame(entry, is_told=is_told) for entry in (lines[-most:] if most else lines)]


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
