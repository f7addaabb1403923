"""When each offer stood on the screen of a session, on its recording's clock: by timetable and by the host's hand."""

from collections.abc import Iterable
from typing import Any

from app.room.script import offer_frames
from domain.events import Fact, Offer, OfferHidden, OfferLaunched, WebinarConfigured
from domain.webinars import Session

Stretch = tuple[float, float | None]
"""From and to in seconds of the recording; None: to the end."""


def offers_of_recording(session: Session, definition: WebinarConfigured, aired: Iterable[Fact]) -> list[dict[str, Any]]:
    """The offers that were shown, each with its stretches under `when`. `aired`: what the host did, in log order."""
    deeds: dict[str, list[tuple[float, bool]]] = {}
    for fact in aired:
        if fact.name in {OfferLaunched.name, OfferHidden.name}:
            at = max(0.0, (fact.occurred_at - session.opens_at).total_seconds())
            deeds.setdefault(str(fact.properties["offer_id"]), []).append((at, fact.name == OfferLaunched.name))
    shown = [(offer, stretches(offer, deeds.get(offer.offer_id, []))) for offer in definition.offers]
    # An offer planned for later than the session went was never on the screen: a recording tells nothing of it.
    seen = [(offer, [stretch for stretch in when if stretch[0] < session.length_seconds]) for offer, when in shown]
    return [{**offer_frames([(offer, None)])[0], "when": when} for offer, when in seen if when]


def stretches(offer: Offer, deeds: list[tuple[float, bool]]) -> list[Stretch]:
    """When the offer stood: by its timetable until the host touched it, from then on as the host left it."""
    touched = deeds[0][0] if deeds else None
    changes = [*_timetable(offer, touched), *deeds]
    found: list[Stretch] = []
    since: float | None = None
    for at, is_shown in changes:
        if is_shown and since is None:
            since = at
        elif not is_shown and since is not None:
            found += [(since, at)] if at > since else []
            since = None
    return found if since is None else [*found, (since, None)]


def _timetable(offer: Offer, until: float | None) -> list[tuple[float, bool]]:
    planned = [(at, is_shown) for at, is_shown in ((offer.show_at_seconds, True), (offer.hide_at_seconds, False))]
    return [
        (float(at), is_shown)
        for at, is_shown in planned
        if at is not None and offer.show_at_seconds is not None and (until is None or at < until)
    ]
