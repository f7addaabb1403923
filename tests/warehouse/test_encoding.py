"""Facts as columns: shortcuts on the way there change nothing. What is stored already was written without them."""

import datetime as dtm
import json
import math
import uuid
from hashlib import blake2b
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import ChatPosted, CoreIngestEvent, Emitter, Event, Fact, Utm
from warehouse.encoding import Encoded, encode

NOON = dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)
ZONES = st.timezones() | st.just(dtm.timezone(dtm.timedelta(hours=5, minutes=45)))
MOMENTS = st.datetimes(NOON.replace(tzinfo=None), NOON.replace(tzinfo=None, year=2100), timezones=ZONES)
WORDS = st.text(max_size=12)
PLACE: dict[str, Any] = {"lead_id": "lead", "webinar_id": "w", "session_id": "s"}
STATED: dict[type[Event], Emitter] = {
    ChatPosted: Emitter.TRACKER,
    CoreIngestEvent: Emitter.WEB_FORM,
}

chats = st.builds(
    ChatPosted, action_id=WORDS, position_seconds=st.floats(0, 1e9), reply_to=st.none() | WORDS, seat=st.none()
)
forms = st.builds(
    CoreIngestEvent,
    submission_id=WORDS,
    source=st.none() | WORDS,
    ref=st.none() | WORDS,
    utm=st.builds(Utm, source=st.none() | WORDS, campaign=st.none() | WORDS),
)
facts = st.builds(
    lambda event, moment, correlation: Fact.of(
        event, emitter=STATED[type(event)], occurred_at=moment, correlation_id=correlation, **PLACE
    ),
    chats | forms,
    MOMENTS,
    st.none() | WORDS,
)


def row(fact: Fact) -> dict[str, Any]:
    """What is stored of one fact."""
    encoded = encode([fact])
    assert not encoded.refusals, encoded.refusals
    return dict(encoded.table.to_pylist()[0])


def chat(**more: Any) -> Fact:
    """A chat line, or something like it."""
    fact = Fact.of(ChatPosted(action_id="a"), emitter=Emitter.TRACKER, occurred_at=NOON, **PLACE)
    return fact.model_copy(update=more)


def refusal(encoded: Encoded) -> str:
    """Why the only fact was refused."""
    [refused] = encoded.refusals
    return refused.code


@given(facts)
def test_the_fingerprint_is_that_of_pydantics_own_json_with_its_keys_in_order(fact: Fact) -> None:
    stated = fact.model_dump(mode="json", exclude={"seq", "recorded_at"})
    text = orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)
    assert row(fact)["fingerprint"] == blake2b(text, digest_size=16).digest()


def test_the_fingerprint_of_a_known_fact_is_the_one_that_logs_hold() -> None:
    assert row(chat())["fingerprint"].hex() == "4296c396a98f47bfd70364ff12a41a29"


@given(facts)
def test_the_properties_are_kept_as_they_were_stated(fact: Fact) -> None:
    assert json.loads(row(fact)["properties"]) == fact.properties


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_json_does_not_have_is_refused_and_no_null(number: float) -> None:
    properties = {**chat().properties, "position_seconds": number}
    assert refusal(encode([chat(properties=properties)])) == "invalid_properties"


@given(st.uuids())
def test_an_id_may_be_spelled_in_any_way_a_uuid_is(given_id: uuid.UUID) -> None:
    spellings = (str(given_id), str(given_id).upper(), given_id.hex, given_id.urn, f"{{{given_id}}}")
    assert {row(chat(event_id=text))["event_id"] for text in spellings} == {given_id}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0" * 31,
        "0000000--0000-0000-0000-00000000000",
        "00000000-0000-0000-0000-0000000000 0",
        "00000000-0000-0000-0000-00000000000 ",
        "g0000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000_000000000000",
    ],
)
def test_what_is_no_uuid_is_refused(text: str) -> None:
    assert refusal(encode([chat(event_id=text)])) == "invalid_event_id"
