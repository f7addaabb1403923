"""A visit: where it came from and whose browser it is. What the visitor then does is not decided here."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.attribution import NO_UTM
from domain.events import Emitter, Fact, TouchRecorded, Utm
from domain.referral import code_in
from domain.webinars import Schedule

TOLD = ("ref", *(f"utm_{name}" for name in Utm.model_fields))
"""What an address says of where its visitor comes from."""

MAX_VALUE = 200
"""Longest value kept from an address; nobody's campaign is named longer, and attackers' are."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One opening of a landing page, raw values as they stood in the address."""

    visitor_id: str
    landing: str
    ref: str | None = None
    partner_id: str | None = None
    utm: Utm = NO_UTM
    referrer_host: str | None = None

    def touch(self, webinar_id: str | None, now: dtm.datetime) -> Fact:
        """The visit as a fact."""
        touch = TouchRecorded(
            visitor_id=self.visitor_id,
            landing=self.landing,
            ref=self.ref,
            partner_id=self.partner_id,
            utm=self.utm,
            referrer_host=self.referrer_host,
        )
        return Fact.of(touch, emitter=Emitter.WEB_FORM, occurred_at=now, webinar_id=webinar_id)


def read(  # noqa: PLR0913 - what an address says, and what tells whether to believe it
    *,
    visitor_id: str,
    path: str,
    query: Mapping[str, str],
    referrer_host: str | None,
    schedule: Schedule,
    key: str,
    takes_bare_codes: bool = False,
) -> Visit:
    """The visit behind an address. A `ref` that we did not sign is kept as it stood, without a partner.

    `takes_bare_codes`: also a code without a signature is credited, as before links were signed.
    """
    ref = _short(query.get("ref"))
    code = (code_in(ref, key) or (ref if takes_bare_codes else None)) if ref else None
    partner = schedule.by_code(code) if code else None
    return Visit(
        visitor_id=visitor_id,
        landing=path,
        ref=ref,
        partner_id=partner.partner_id if partner else None,
        utm=Utm(**{name: _short(query.get(f"utm_{name}")) for name in Utm.model_fields}),
        referrer_host=referrer_host,
    )


def referrer(header: str, own_host: str) -> str | None:
    """The host of a Referer header; None for none, for our own pages and for what is no address."""
    try:
        host = urlsplit(header).hostname
    except ValueError:
        return None
    own = own_host.partition(":")[0]
    return host[:MAX_VALUE] if host and host != own else None


def _short(value: str | None) -> str | None:
    return value.strip()[:MAX_VALUE] or None if value else None
