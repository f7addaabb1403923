"""Webhooks out: who gets which facts, how a delivery is signed, when it is tried again, whom we never call.

The wire follows Standard Webhooks 1.0 (https://www.standardwebhooks.com). No clock and no network in here.
"""

import base64
import datetime as dtm
import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from domain.arrival import arrival_key
from domain.events import (
    CATALOGUE,
    Fact,
    WebhookEndpointDisabled,
    WebhookEndpointSet,
    WebhookEndpointSwitched,
    WebhookSecretRotated,
    WebhookTestRequested,
    deterministic_id,
)

State = Literal["active", "paused", "disabled", "deleted"]

RETRIES = tuple(dtm.timedelta(seconds=seconds) for seconds in (30, 60, 150, 360, 720))
"""Pauses before the second to the sixth attempt."""
LONGEST_RETRY_AFTER = RETRIES[-1]
"""A receiver may ask for a longer pause than the schedule's (`Retry-After`), up to this one."""
DEAD_IN_A_ROW = 5
"""So many dead deliveries without a single success between them disable an endpoint."""
OVERLAP = dtm.timedelta(days=1)
"""How long a secret still signs after the next one came."""
ANSWER_KEPT = 500
"""Characters of a receiver's answer that are kept."""
LONGEST_URL = 500
GONE = 410

ENDPOINT_EVENTS: frozenset[str] = frozenset(
    event.name for event in (WebhookEndpointSet, WebhookEndpointSwitched, WebhookEndpointDisabled, WebhookSecretRotated)
)
"""What the list of endpoints is folded from."""
_OF_THE_HOUSE = frozenset(
    {"webinar_configured", "webinar_script_saved", "template_saved", "canary_released", "canary_returned"}
)
"""Settings of the house with everything in them, and facts about nobody: no business of a receiver."""
DELIVERABLE: tuple[str, ...] = tuple(
    name for name in CATALOGUE if not name.startswith("webhook_") and name not in _OF_THE_HOUSE
)
"""Facts an endpoint may choose, in the contract's order. Deliveries are not delivered: it would never end."""
_STAFF_FIELDS = frozenset({"by", "owner"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that facts are sent to."""

    endpoint_id: str
    url: str
    event_types: frozenset[str]
    note: str
    state: State
    reason: str
    """Why it is disabled: gone or dead_letters; "" otherwise."""
    since_seq: int
    """Facts after this one are its business."""
    set_seq: int
    """The fact that said last where it is and what it gets."""
    changed_at: dtm.datetime
    rotations: tuple[tuple[str, dtm.datetime], ...] = ()
    """Action id and moment of every new secret after the first, oldest first."""

    def gets(self, fact: Fact) -> bool:
        """Whether the fact is to be sent here."""
        if fact.name == WebhookTestRequested.name:
            return bool(fact.properties["endpoint_id"] == self.endpoint_id)
        return fact.name in self.event_types

    def is_set_anew_by(self, fact: Fact) -> bool:
        """Whether this fact says anew what the endpoint gets, later than what is known here."""
        is_ours = fact.name == WebhookEndpointSet.name and fact.properties["endpoint_id"] == self.endpoint_id
        return is_ours and (fact.seq or 0) > self.set_seq

    def secrets(self, signing_key: str, now: dtm.datetime) -> tuple[str, ...]:
        """Secrets that sign at this moment, the newest first: each goes a day after the next one came."""
        generations = ["", *(action for action, _ in self.rotations)]
        ended = [at + OVERLAP for _, at in self.rotations]
        still = [one for one, until in zip(generations, ended, strict=False) if now < until]
        return tuple(secret_of(signing_key, self.endpoint_id, one) for one in (generations[-1], *reversed(still)))


def fold_endpoints(facts: Iterable[Fact]) -> dict[str, Endpoint]:
    """Every endpoint ever added, by id, deleted ones too, from facts in any order."""
    found: dict[str, Endpoint] = {}
    for fact in sorted(facts, key=arrival_key):
        endpoint_id = str(fact.properties.get("endpoint_id", ""))
        known = found.get(endpoint_id)
        if fact.name == WebhookEndpointSet.name:
            found[endpoint_id] = _set(known, fact)
        elif known is None:
            continue
        elif fact.name == WebhookEndpointSwitched.name:
            state = fact.as_event(WebhookEndpointSwitched).state
            found[endpoint_id] = replace(known, state=state, reason="", changed_at=fact.occurred_at)
        elif fact.name == WebhookEndpointDisabled.name and known.state == "active":
            reason = fact.as_event(WebhookEndpointDisabled).reason
            found[endpoint_id] = replace(known, state="disabled", reason=reason, changed_at=fact.occurred_at)
        elif fact.name == WebhookSecretRotated.name:
            turn = (fact.as_event(WebhookSecretRotated).action_id, fact.occurred_at)
            found[endpoint_id] = replace(known, rotations=(*known.rotations, turn))
    return found


def _set(known: Endpoint | None, fact: Fact) -> Endpoint:
    event = fact.as_event(WebhookEndpointSet)
    types = frozenset(event.event_types)
    if known is None:
        seq, at = fact.seq or 0, fact.occurred_at
        return Endpoint(event.endpoint_id, event.url, types, event.note, "active", "", seq, seq, at)
    return replace(known, url=event.url, event_types=types, note=event.note, set_seq=fact.seq or 0)


def delivery_id(endpoint_id: str, fact_id: str) -> str:
    """The `webhook-id` of a fact at an endpoint: a receiver that has seen it may drop the repeat."""
    return deterministic_id("webhook", endpoint_id, fact_id)


def secret_of(signing_key: str, endpoint_id: str, generation: str) -> str:
    """A secret of an endpoint, `whsec_…`; it follows from the house's own key and is stored nowhere."""
    digest = hmac.digest(signing_key.encode(), f"efir.webhook:{endpoint_id}:{generation}".encode(), hashlib.sha256)
    return f"whsec_{base64.b64encode(digest).decode()}"


def signature(secrets: Sequence[str], message_id: str, at: dtm.datetime, body: bytes) -> str:
    """The `webhook-signature` header: `v1,<base64 of HMAC-SHA256 over id.timestamp.body>` for each secret."""
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + body
    keys = (base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}" for key in keys)


def body_of(cloud_event: Mapping[str, Any]) -> bytes:
    """The body of a delivery: the fact as CloudEvents JSON, byte for byte the same at every attempt.

    Accounts of staff are e-mail addresses; each leaves as the word `staff`.
    """
    data = {name: "staff" if name in _STAFF_FIELDS and value else value for name, value in cloud_event["data"].items()}
    return json.dumps({**cloud_event, "data": data}, ensure_ascii=False, sort_keys=True).encode()


def tried_again(
    tries_left: int, now: dtm.datetime, *, retry_after: int | None = None, pauses: Sequence[dtm.timedelta] = RETRIES
) -> dtm.datetime | None:
    """When an attempt that failed is followed by another, with so many retries left; None: it is dead."""
    if tries_left == 0:
        return None
    asked = min(dtm.timedelta(seconds=retry_after or 0), LONGEST_RETRY_AFTER)
    return now + max(pauses[-tries_left], asked)


def why_not(status: int) -> str:
    """What an HTTP status means: "" delivered, else the code of an attempt. Redirects are not followed."""
    if 200 <= status < 300:  # noqa: PLR2004 - any success
        return ""
    if 300 <= status < 400:  # noqa: PLR2004 - any redirect
        return "redirect"
    return "gone" if status == GONE else "status"


def may_be_called(address: str, *, is_private_allowed: bool) -> bool:
    """Whether we may connect to this IP address at all.

    Only public ones; with `is_private_allowed` also loopback and private networks, but never link-local addresses
    (where clouds keep their metadata). IPv4 addresses written as IPv6 are judged as what they lead to.
    """
    found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        found = _led_to(found)
    if found.is_link_local or found.is_multicast or found.is_unspecified or str(found) in _METADATA:
        return False
    if found.is_global:
        return True
    return is_private_allowed and (found.is_loopback or (found.is_private and not found.is_reserved))


_METADATA = frozenset({"fd00:ec2::254", "100.100.100.200"})
"""Metadata services that are not link-local."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _led_to(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address


class UrlError(ValueError):
    """An address that cannot be called; `code` is stable, its text is under `studio.wrong`."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def clean_url(typed: str, *, is_private_allowed: bool) -> str:
    """The address as it is kept, its host in ASCII. What a name resolves to is judged anew at every connection.

    Raises UrlError `not_a_url`, `url_not_https`, `url_with_password` or `url_private`.
    """
    try:
        parts = urlsplit(typed.strip())
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        path = urlunsplit(("", "", parts.path or "/", parts.query, "")).encode("ascii").decode()
    except ValueError as error:
        raise UrlError("not_a_url") from error
    if parts.scheme not in {"http", "https"} or not host or any(letter.isspace() for letter in typed.strip()):
        raise UrlError("not_a_url")
    if parts.username or parts.password:
        raise UrlError("url_with_password")
    if parts.scheme == "http" and not is_private_allowed:
        raise UrlError("url_not_https")
    if _is_private(host, is_private_allowed=is_private_allowed):
        raise UrlError("url_private")
    place = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{place}{f':{port}' if port else ''}{path}"


def _is_private(host: str, *, is_private_allowed: bool) -> bool:
    """Whether a host says by itself that it is not on the public internet."""
    if host == "localhost" or host.endswith((".localhost", ".internal", ".local")):
        return not is_private_allowed
    try:
        return not may_be_called(host, is_private_allowed=is_private_allowed)
    except ValueError:
        return False
