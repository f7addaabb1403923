"""What staff does about webhooks, as facts: the studio's page and the command line say it the same way. No Reflex."""

import datetime as dtm
import uuid
from collections.abc import Collection, Mapping

from app.settings import Settings
from app.shared import signing
from app.studio.forms import Complaints, Reader, short_id
from domain.events import (
    Emitter,
    Event,
    Fact,
    WebhookEndpointSet,
    WebhookEndpointSwitched,
    WebhookReplayRequested,
    WebhookSecretRotated,
    WebhookTestRequested,
)
from domain.webhooks import DELIVERABLE, LONGEST_URL, Endpoint, UrlError, clean_url, secret_of

TICKED = "type-"
"""The form's boxes are named after the facts they stand for."""


def endpoint_set(typed: Mapping[str, object], *, endpoint_id: str = "", by: str, now: dtm.datetime) -> Fact:
    """An endpoint as it was typed; without an id a new one. Raises Complaints for `url`, `note` and `types`."""
    reader = Reader(typed)
    url = reader.text("url", most=LONGEST_URL, required=True)
    note = reader.text("note", most=120)
    types = tuple(name for name in DELIVERABLE if reader.ticked(f"{TICKED}{name}"))
    if "url" not in reader.wrong:
        try:
            url = clean_url(url, is_private_allowed=Settings().webhook_allow_private)
        except UrlError as error:
            reader.wrong["url"] = error.code
    if not types:
        reader.wrong["types"] = "no_event_types"
    if reader.wrong:
        raise Complaints(reader.wrong)
    given = {"endpoint_id": endpoint_id or short_id(), "action_id": uuid.uuid4().hex, "by": by}
    return _stated(WebhookEndpointSet(url=url, note=note, event_types=types, **given), now)


def ticked(types: Collection[str]) -> dict[str, str]:
    """Chosen facts as the form sends them."""
    return {f"{TICKED}{name}": "on" for name in types}


def switched(endpoint_id: str, state: str, *, by: str, now: dtm.datetime) -> Fact:
    """Pause an endpoint, let it go on, delete it."""
    given = {"endpoint_id": endpoint_id, "action_id": uuid.uuid4().hex, "state": state, "by": by}
    return _stated(WebhookEndpointSwitched.model_validate(given), now)


def rotated(endpoint_id: str, *, by: str, now: dtm.datetime) -> tuple[Fact, str]:
    """A new secret: the fact, and the secret, which is told nowhere else."""
    event = WebhookSecretRotated(endpoint_id=endpoint_id, action_id=uuid.uuid4().hex, by=by)
    return _stated(event, now), secret_of(signing.key(), endpoint_id, event.action_id)


def tested(endpoint_id: str, *, by: str, now: dtm.datetime) -> Fact:
    """Send something, to see whether it arrives."""
    return _stated(WebhookTestRequested(endpoint_id=endpoint_id, action_id=uuid.uuid4().hex, by=by), now)


def replayed(endpoint_id: str, delivery_id: str | None, *, by: str, now: dtm.datetime) -> Fact:
    """Send one delivery again, or every dead one."""
    given = {"endpoint_id": endpoint_id, "action_id": uuid.uuid4().hex, "by": by}
    return _stated(WebhookReplayRequested(delivery_id=delivery_id, **given), now)


def first_secret(endpoint_id: str) -> str:
    """The secret a new endpoint begins with."""
    return secret_of(signing.key(), endpoint_id, "")


def is_overlapping(endpoint: Endpoint, now: dtm.datetime) -> bool:
    """Whether the secret before the newest one still signs."""
    return len(endpoint.secrets(signing.key(), now)) > 1


def _stated(event: Event, now: dtm.datetime) -> Fact:
    return Fact.of(event, emitter=Emitter.STUDIO, occurred_at=now)
