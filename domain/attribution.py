"""Where leads come from: sources, the partner contract and the credit of touches. Pure arithmetic over touches."""

import datetime as dtm
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from domain.arrival import arrival_key
from domain.events import CoreIngestEvent, Fact, TouchRecorded, Utm

DIRECT = "direct"
UNATTRIBUTED = "unattributed"
NO_UTM = Utm()
PARTNER_WINDOW_DAYS = 30
CREDIT = 100
"""One conversion in minor units: credits are integers, in hundredths of a conversion."""
Model = Literal["first", "last", "last_non_direct", "linear", "position"]
MODELS: tuple[Model, ...] = ("first", "last", "last_non_direct", "linear", "position")
_FIRST, _MIDDLE, _LAST = 40, 20, 40

_LABELS: dict[str, str] = {
    **dict.fromkeys(("google", "yandex", "bing", "duckduckgo", "yahoo", "baidu"), "search"),
    **dict.fromkeys(("vk", "instagram", "facebook", "youtube", "tiktok", "twitter", "linkedin", "rutube"), "social"),
    **dict.fromkeys(("telegram", "whatsapp", "viber"), "messenger"),
    **dict.fromkeys(("gmail", "outlook"), "email"),
}
"""Names that tell the class wherever they stand in a host."""
_HOSTS: dict[str, str] = {
    **dict.fromkeys(("ya.ru", "go.mail.ru"), "search"),
    **dict.fromkeys(("ok.ru", "dzen.ru", "x.com", "t.co"), "social"),
    **dict.fromkeys(("t.me", "wa.me", "max.ru"), "messenger"),
    **dict.fromkeys(("mail.ru", "e.mail.ru", "mail.google.com", "mail.yandex.ru"), "email"),
}
"""Hosts whose names are too short or too common to be recognised by a label."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One visit that may have led here, raw values as they were read."""

    touched_at: dtm.datetime
    utm: Utm = NO_UTM
    referrer_host: str | None = None
    ref: str | None = None
    partner_id: str | None = None
    visitor_id: str | None = None
    landing: str = ""

    @property
    def source(self) -> str:
        """`utm_source` in lower case, else the referrer's class, else `direct`."""
        stated = (self.utm.source or "").strip().lower()
        return stated or referrer_class(self.referrer_host)


def touches_of(facts: Iterable[Fact]) -> tuple[Touch, ...]:
    """The touches in event order. A form that carries UTM values or a partner is itself the last touch of its visit."""
    found: list[Touch] = []
    for fact in sorted(facts, key=arrival_key):
        if fact.name == TouchRecorded.name:
            found.append(_visit(fact))
        elif fact.name == CoreIngestEvent.name:
            form = fact.as_event(CoreIngestEvent)
            if form.utm != NO_UTM or form.partner_id:
                found.append(Touch(fact.occurred_at, form.utm, None, form.ref, form.partner_id, form.visitor_id))
    return tuple(found)


def _visit(fact: Fact) -> Touch:
    seen = fact.as_event(TouchRecorded)
    partner = (seen.ref, seen.partner_id)
    return Touch(fact.occurred_at, seen.utm, seen.referrer_host, *partner, seen.visitor_id, seen.landing)


def referrer_class(host: str | None) -> str:
    """search, social, messenger, email, referral; `direct` without a referrer.

    Our own hosts are no referrers: the door leaves them out.
    """
    name = (host or "").strip().lower().rstrip(".").removeprefix("www.").removeprefix("m.")
    if not name:
        return DIRECT
    known = (_LABELS[label] for label in name.split(".")[:-1] if label in _LABELS)
    return _HOSTS.get(name) or next(known, "referral")


def source_of(touches: Sequence[Touch]) -> str:
    """The source of the first touch by event time; `direct` if there was none."""
    return min(touches, key=lambda touch: touch.touched_at).source if touches else DIRECT


def partner_of(touches: Iterable[Touch], created_at: dtm.datetime, *, days: int = PARTNER_WINDOW_DAYS) -> str | None:
    """The partner of the first valid link within `days` before the lead was created. Later links do not overwrite."""
    since = created_at - dtm.timedelta(days=days)
    valid = [touch for touch in touches if touch.partner_id and since <= touch.touched_at <= created_at]
    return min(valid, key=lambda touch: touch.touched_at).partner_id if valid else None


def credits_of(sources: Sequence[str], amount: int, model: Model) -> dict[str, int]:
    """Share an amount (integer minor units) among the touches' sources, oldest first; the shares sum exactly to it.

    position is 40/20/40: the first and the last get 40 % each, those between share 20 %; two touches get half each.
    Without touches everything goes to `unattributed`, so that totals always reconcile.
    """
    if not sources:
        return {UNATTRIBUTED: amount}
    shares = _split(amount, _weights(sources, model))
    credit: dict[str, int] = {}
    for source, share in zip(sources, shares, strict=True):
        if share:
            credit[source] = credit.get(source, 0) + share
    return credit or {sources[-1]: 0}


def shared(paths: Mapping[tuple[str, ...], int], model: Model) -> dict[str, int]:
    """The credit of every source, in hundredths, for so many conversions after each path of touches, oldest first.

    The credits sum exactly to `CREDIT` times the conversions.
    """
    total: dict[str, int] = {}
    for path, conversions in paths.items():
        for source, credit in credits_of(path, CREDIT, model).items():
            total[source] = total.get(source, 0) + credit * conversions
    return total


def _weights(sources: Sequence[str], model: Model) -> list[int]:
    count = len(sources)
    if model == "linear":
        return [1] * count
    if model == "position" and count > 1:
        between = count - 2
        if not between:
            return [1, 1]
        # Scaled by the number between so that every weight stays an integer.
        return [_FIRST * between, *([_MIDDLE] * between), _LAST * between]
    chosen = 0 if model in ("first", "position") else _last(sources, model)
    return [int(index == chosen) for index in range(count)]


def _last(sources: Sequence[str], model: Model) -> int:
    if model == "last_non_direct":
        return max((i for i, source in enumerate(sources) if source != DIRECT), default=len(sources) - 1)
    return len(sources) - 1


def _split(amount: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder: whole shares first, what is left over goes one by one to the largest fractions."""
    total = sum(weights)
    sign, size = (-1, -amount) if amount < 0 else (1, amount)
    shares = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % total), i))
    for index in by_remainder[: size - sum(shares)]:
        shares[index] += 1
    return [sign * share for share in shares]
