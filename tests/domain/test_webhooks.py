import base64
import datetime as dtm
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import (
    CATALOGUE,
    Emitter,
    Event,
    Fact,
    LeadStageChanged,
    WebhookEndpointDisabled,
    WebhookEndpointSet,
    WebhookEndpointSwitched,
    WebhookSecretRotated,
)
from domain.webhooks import (
    DELIVERABLE,
    LONGEST_RETRY_AFTER,
    OVERLAP,
    RETRIES,
    UrlError,
    body_of,
    clean_url,
    delivery_id,
    fold_endpoints,
    may_be_called,
    secret_of,
    signature,
    tried_again,
    why_not,
)

NOW = dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)
MINUTE = dtm.timedelta(minutes=1)


def fact(event: Event, minutes: int, seq: int, emitter: Emitter = Emitter.STUDIO) -> Fact:
    made = Fact.of(event, emitter=emitter, occurred_at=NOW + minutes * MINUTE)
    return made.model_copy(update={"seq": seq})


ADDED = fact(
    WebhookEndpointSet(endpoint_id="e1", action_id="a", url="https://a.example/", event_types=("consent_given",)), 0, 7
)
CHANGED = fact(
    WebhookEndpointSet(endpoint_id="e1", action_id="b", url="https://b.example/", event_types=("lead_tagged",)), 1, 8
)
PAUSED = fact(WebhookEndpointSwitched(endpoint_id="e1", action_id="c", state="paused"), 2, 9)
DISABLED = fact(
    WebhookEndpointDisabled(endpoint_id="e1", delivery_id="d", attempt=6, reason="gone"), 3, 10, Emitter.NOTIFIER
)
RESUMED = fact(WebhookEndpointSwitched(endpoint_id="e1", action_id="d", state="active"), 4, 11)
ROTATED = fact(WebhookSecretRotated(endpoint_id="e1", action_id="r"), 5, 12)


def test_the_signature_is_the_one_of_the_specifications_own_library() -> None:
    """The expected value is what the PyPI library `standardwebhooks` 1.1.0 signs these with."""
    at = dtm.datetime.fromtimestamp(1614265330, dtm.UTC)
    signed = signature(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_make_two_signatures_of_the_same_bytes() -> None:
    secrets = [secret_of("key", "e1", ""), secret_of("key", "e1", "r")]
    parts = signature(secrets, "id", NOW, b"{}").split(" ")
    for secret, part in zip(secrets, parts, strict=True):
        mac = hmac.digest(base64.b64decode(secret[6:]), f"id.{int(NOW.timestamp())}.{{}}".encode(), hashlib.sha256)
        assert part == f"v1,{base64.b64encode(mac).decode()}"
    assert len(set(parts)) == 2


@given(st.permutations([ADDED, CHANGED, PAUSED, DISABLED, RESUMED, ROTATED]))
def test_an_endpoint_is_the_same_in_whatever_order_its_facts_arrive(facts: list[Fact]) -> None:
    endpoint = fold_endpoints(facts)["e1"]
    assert (endpoint.url, endpoint.state, endpoint.since_seq) == ("https://b.example/", "active", 7)
    assert endpoint.event_types == {"lead_tagged"}
    assert [action for action, _ in endpoint.rotations] == ["r"]


@pytest.mark.parametrize(
    ("facts", "state", "reason"),
    [
        ([ADDED], "active", ""),
        ([ADDED, PAUSED], "paused", ""),
        ([ADDED, PAUSED, DISABLED], "paused", ""),
        ([ADDED, DISABLED], "disabled", "gone"),
        ([ADDED, DISABLED, RESUMED], "active", ""),
        ([ADDED, PAUSED, CHANGED], "paused", ""),
    ],
)
def test_what_an_endpoint_is_follows_from_its_newest_fact(facts: list[Fact], state: str, reason: str) -> None:
    endpoint = fold_endpoints(facts)["e1"]
    assert (endpoint.state, endpoint.reason) == (state, reason)


def test_the_old_secret_signs_for_a_day_beside_the_new_one() -> None:
    endpoint = fold_endpoints([ADDED, ROTATED])["e1"]
    first, second = secret_of("key", "e1", ""), secret_of("key", "e1", "r")
    turned = ROTATED.occurred_at
    assert endpoint.secrets("key", turned + OVERLAP - MINUTE) == (second, first)
    assert endpoint.secrets("key", turned + OVERLAP) == (second,)
    assert fold_endpoints([ADDED])["e1"].secrets("key", NOW) == (first,)


def test_a_secret_changed_twice_in_a_day_leaves_no_receiver_behind() -> None:
    again = fact(WebhookSecretRotated(endpoint_id="e1", action_id="s"), 65, 13)
    endpoint = fold_endpoints([ADDED, ROTATED, again])["e1"]
    first, second, third = (secret_of("key", "e1", one) for one in ("", "r", "s"))
    assert endpoint.secrets("key", again.occurred_at) == (third, second, first)
    assert endpoint.secrets("key", ROTATED.occurred_at + OVERLAP) == (third, second)
    assert endpoint.secrets("key", again.occurred_at + OVERLAP) == (third,)


def test_the_schedule_is_the_fields_and_a_receiver_may_ask_for_more_but_not_for_ever() -> None:
    pauses, left, at = [], len(RETRIES), NOW
    while (following := tried_again(left, at)) is not None:
        pauses.append((following - at).total_seconds())
        at, left = following, left - 1
    assert pauses == [30, 60, 150, 360, 720]
    assert tried_again(5, NOW, retry_after=90) == NOW + dtm.timedelta(seconds=90)
    assert tried_again(5, NOW, retry_after=10) == NOW + dtm.timedelta(seconds=30)
    assert tried_again(5, NOW, retry_after=10**9) == NOW + LONGEST_RETRY_AFTER
    assert tried_again(0, NOW, retry_after=90) is None


@pytest.mark.parametrize(
    ("status", "code"),
    [(200, ""), (204, ""), (301, "redirect"), (307, "redirect"), (410, "gone"), (404, "status"), (500, "status")],
)
def test_only_a_success_is_a_success(status: int, code: str) -> None:
    assert why_not(status) == code


@pytest.mark.parametrize(
    ("address", "by_default", "if_allowed"),
    [
        ("8.8.8.8", True, True),
        ("2606:4700::1111", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("10.1.2.3", False, True),
        ("192.168.0.1", False, True),
        ("fc00::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("64:ff9b::7f00:1", False, True),
        ("2002:0a00:0001::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("fd00:ec2::254", False, False),
        ("100.100.100.200", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - judged, not bound
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("240.0.0.1", False, False),
        ("255.255.255.255", False, False),
    ],
)
def test_only_public_addresses_are_called_and_metadata_never(address: str, by_default: bool, if_allowed: bool) -> None:  # noqa: FBT001 - a table
    assert may_be_called(address, is_private_allowed=False) is by_default
    assert may_be_called(address, is_private_allowed=True) is if_allowed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://crm.example.org/hook?a=1#top ", "https://crm.example.org/hook?a=1"),
        ("https://пример.рф", "https://xn--e1afmkfd.xn--p1ai/"),
        ("https://[2606:4700::1111]:8443/x", "https://[2606:4700::1111]:8443/x"),
    ],
)
def test_an_address_is_kept_as_it_will_be_called(typed: str, kept: str) -> None:
    assert clean_url(typed, is_private_allowed=False) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "not_a_url"),
        ("crm.example.org", "not_a_url"),
        ("ftp://crm.example.org/", "not_a_url"),
        ("https://crm example.org/", "not_a_url"),
        ("https://crm.example.org:99999/", "not_a_url"),
        ("http://crm.example.org/", "url_not_https"),
        ("https://user:word@crm.example.org/", "url_with_password"),
        ("https://127.0.0.1/", "url_private"),
        ("https://localhost:8080/", "url_private"),
        ("https://metadata.google.internal/", "url_private"),
        ("https://[::1]/", "url_private"),
    ],
)
def test_an_address_that_cannot_be_called_says_why(typed: str, code: str) -> None:
    with pytest.raises(UrlError) as refused:
        clean_url(typed, is_private_allowed=False)
    assert refused.value.code == code


def test_the_operator_may_allow_plain_http_on_the_own_machine_but_not_the_metadata() -> None:
    assert clean_url("http://localhost:9000/x", is_private_allowed=True) == "http://localhost:9000/x"
    with pytest.raises(UrlError, match="url_private"):
        clean_url("http://169.254.169.254/latest", is_private_allowed=True)


def test_deliveries_are_never_delivered_and_everything_else_of_a_lead_may_be() -> None:
    assert not [name for name in DELIVERABLE if name.startswith("webhook_")]
    assert {"core_lead_created", "client_webinar_attendance_classified", "message_sent"} <= set(DELIVERABLE)
    assert set(DELIVERABLE) < set(CATALOGUE)


def test_an_id_is_of_one_fact_at_one_endpoint() -> None:
    assert delivery_id("e1", "f1") == delivery_id("e1", "f1")
    assert len({delivery_id(e, f) for e in ("e1", "e2") for f in ("f1", "f2")}) == 4


def test_no_account_leaves_the_house_and_the_bytes_do_not_depend_on_the_order_of_keys() -> None:
    event = LeadStageChanged(action_id="a", stage="warm", by="olga@efir.example")
    data: dict[str, Any] = {**event.model_dump(), "owner": None}
    body = body_of({"id": "1", "data": data})
    assert json.loads(body)["data"] == {"action_id": "a", "stage": "warm", "by": "staff", "owner": None}
    assert body == body_of({"data": dict(reversed(data.items())), "id": "1"})
