import datetime as dtm
import gzip
import json
import uuid
from pathlib import Path
from typing import Never
from urllib.parse import quote

import httpx
import pytest

from app.api.application import Door, application
from app.api.limits import Buckets
from domain.events import ContractError, Emitter, Fact
from tests.app.calling import Caller
from tests.patience import PATIENCE_SECONDS
from tests.warehouse.stating import running
from warehouse import emitter_keys as keys
from warehouse.credentials import Credential
from warehouse.interface import WarehouseError
from warehouse.local import LocalWarehouse
from warehouse.replay import discard, replay

NOW = dtm.datetime.now(dtm.UTC)
WAS = "2026-01-15T16:00:05Z"


@pytest.fixture
def client(warehouse: LocalWarehouse) -> Caller:
    return Caller(application(lambda: warehouse))


@pytest.fixture
def key(warehouse: LocalWarehouse) -> str:
    return keys.add(warehouse, "tracker", Emitter.TRACKER, now=NOW)


def entered(**changes: object) -> dict[str, object]:
    event = {
        "event_id": str(uuid.uuid4()),
        "name": "client_webinar_entered",
        "occurred_at": WAS,
        "lead_id": "lead-anna",
        "webinar_id": "first",
        "session_id": "session-1",
        "properties": {"visit_no": 1},
    }
    return {**event, **changes}


def post(client: Caller, key: str, body: object, content_type: str = "application/json") -> httpx.Response:
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    headers = {"authorization": f"Bearer {key}", "content-type": content_type}
    return client.post("/api/v1/events", content=content, headers=headers)


def stored(warehouse: LocalWarehouse) -> list[Fact]:
    return warehouse.facts_of(names=["client_webinar_entered"])


def test_an_accepted_event_is_in_the_log_as_the_key_s_emitter(
    client: Caller, key: str, warehouse: LocalWarehouse
) -> None:
    answer = post(client, key, entered())
    assert answer.status_code == 200
    assert answer.json()["results"][0]["status"] == "accepted"
    [fact] = stored(warehouse)
    assert (fact.emitter, fact.lead_id, fact.properties) == (Emitter.TRACKER, "lead-anna", {"visit_no": 1})


def test_a_repeat_is_a_duplicate_and_changes_nothing(client: Caller, key: str, warehouse: LocalWarehouse) -> None:
    event = entered()
    first, again = post(client, key, event), post(client, key, event)
    assert again.status_code == 200
    assert again.json()["results"][0] == {**first.json()["results"][0], "status": "duplicate"}
    assert len(stored(warehouse)) == 1


def test_another_payload_under_the_same_id_is_a_conflict_and_kept_apart(
    client: Caller, key: str, warehouse: LocalWarehouse
) -> None:
    event = entered()
    post(client, key, event)
    answer = post(client, key, {**event, "properties": {"visit_no": 2}})
    assert answer.status_code == 409
    assert [fact.properties["visit_no"] for fact in stored(warehouse)] == [1]
    assert [refused.code for refused in warehouse.rejected(state="open")] == ["conflict"]


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer efir_wrong", "Basic abc", "Bearer nonsense"])
def test_without_a_key_nobody_gets_in_and_nothing_is_kept(
    client: Caller, warehouse: LocalWarehouse, authorization: str
) -> None:
    answer = client.post("/api/v1/events", json=entered(), headers={"authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")
    assert "WWW-Authenticate" in answer.headers
    assert warehouse.rejected() == []


def test_a_revoked_key_is_unknown(warehouse: LocalWarehouse, key: str) -> None:
    keys.revoke(warehouse, "tracker")
    assert post(Caller(application(lambda: warehouse)), key, entered()).status_code == 401


def test_a_key_states_only_its_events(client: Caller, warehouse: LocalWarehouse) -> None:
    narrow = keys.add(warehouse, "narrow", Emitter.TRACKER, ["client_webinar_left"], now=NOW)
    answer = post(client, narrow, entered())
    assert (answer.status_code, answer.json()["results"][0]["code"]) == (403, "event_not_allowed")
    assert len(warehouse.rejected(state="open")) == 1


@pytest.mark.parametrize(
    "event",
    [
        entered(name="core_lead_created"),
        entered(emitter="core"),
        entered(name="touch_recorded", properties={"visitor_id": "v", "landing": "/w/first"}),
    ],
)
def test_the_key_decides_who_speaks_never_the_field(
    client: Caller, key: str, warehouse: LocalWarehouse, event: object
) -> None:
    answer = post(client, key, event)
    assert (answer.status_code, answer.json()["results"][0]["code"]) == (403, "emitter_not_allowed")
    assert warehouse.facts_after(0).facts == ()


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (entered(event_id=None, extra=1), "event_not_allowed"),
        (entered(properties={"mood": "good"}), "event_not_allowed"),
        (entered(name="core_lead_created", event_id="not-a-uuid"), "emitter_not_allowed"),
        (entered(emitter="core", name="client_webinar_left", occurred_at="yesterday"), "emitter_not_allowed"),
        ({"specversion": "1.0", "type": "client_webinar_entered"}, "event_not_allowed"),
        ({"specversion": "1.0", "type": "client_webinar_left", "source": "core"}, "emitter_not_allowed"),
        ({"specversion": "0.3", "type": "core_lead_created"}, "emitter_not_allowed"),
    ],
)
def test_what_a_key_may_not_state_is_refused_for_that_however_malformed_it_is(
    client: Caller, warehouse: LocalWarehouse, event: object, code: str
) -> None:
    narrow = keys.add(warehouse, "narrow", Emitter.TRACKER, ["client_webinar_left"], now=NOW)
    answer = post(client, narrow, event)
    assert (answer.status_code, answer.json()["results"][0]["code"]) == (403, code)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (entered(event_id=None), "missing_id"),
        (entered(event_id="not-a-uuid"), "invalid_envelope"),
        (entered(name="client_webinar_teleported"), "unknown_event"),
        (entered(name=""), "missing_field"),
        (entered(lead_id=None), "missing_field"),
        (entered(occurred_at="yesterday"), "invalid_envelope"),
        (entered(occurred_at="2026-01-15T16:00:05"), "invalid_envelope"),
        (entered(occurred_at=(NOW + dtm.timedelta(hours=1)).isoformat()), "occurred_in_future"),
        (entered(properties={"visit_no": 0}), "invalid_properties"),
        (entered(properties={"visit_no": 1, "mood": "good"}), "invalid_properties"),
        (entered(seq=7), "invalid_envelope"),
        (entered(extra=1), "invalid_envelope"),
        (entered(occurred_at="0001-01-01T00:00:00+14:00"), "invalid_envelope"),
        (entered(occurred_at="9999-12-31T23:59:59-14:00"), "invalid_envelope"),
        (entered(lead_id="l" * 201), "invalid_envelope"),
        (entered(webinar_id="w" * 201), "invalid_envelope"),
        (entered(session_id="s\0"), "invalid_envelope"),
        (entered(correlation_id=" \u202e"), "invalid_envelope"),
        (entered(properties={"visit_no": 1, "note": "n" * 40_000}), "invalid_properties"),
        (entered(version=9), "invalid_version"),
        (7, "invalid_envelope"),
    ],
)
def test_what_breaks_the_contract_is_refused_with_a_reason_and_kept(
    client: Caller, key: str, warehouse: LocalWarehouse, event: object, code: str
) -> None:
    answer = post(client, key, event)
    assert answer.status_code == 422
    [result] = answer.json()["results"]
    assert (result["status"], result["code"]) == ("rejected", code)
    assert result["message"]
    [refused] = warehouse.rejected(state="open")
    assert (refused.rejected_id, refused.stage, refused.code) == (result["rejected_id"], "collect_api:tracker", code)
    assert json.loads(refused.payload) == event


def test_ids_as_long_as_may_be_are_taken(client: Caller, key: str) -> None:
    longest = dict.fromkeys(("lead_id", "webinar_id", "session_id", "correlation_id"), "é" * 200)
    assert post(client, key, entered(**longest)).json()["accepted"] == 1


def test_too_much_is_refused_for_its_size_and_an_endless_name_is_not_repeated(client: Caller, key: str) -> None:
    [large, endless] = post(
        client, key, [entered(properties={"visit_no": 1, "note": "n" * 40_000}), entered(name="n" * 100_000)]
    ).json()["results"]
    assert "at most 32768" in large["message"]
    assert len(endless["message"]) < 200


@pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize("depth", [200, 400, 900, 1010])
def test_what_is_nested_too_deeply_is_refused_and_kept(
    client: Caller, key: str, warehouse: LocalWarehouse, content_type: str, depth: int
) -> None:
    deep = json.dumps(entered(properties={"visit_no": 1, "deep": "?"})).replace('"?"', "[" * depth + "]" * depth)
    answer = post(client, key, deep, content_type)
    assert answer.json()["results"][0]["status"] == "rejected"
    assert "[" * depth in warehouse.rejected(state="open")[0].payload


def test_broken_json_is_kept_as_it_came(client: Caller, key: str, warehouse: LocalWarehouse) -> None:
    answer = post(client, key, '{"event_id": ')
    assert (answer.status_code, answer.json()["results"][0]["code"]) == (422, "invalid_json")
    assert warehouse.rejected(state="open")[0].payload == '{"event_id": '


def test_one_bad_event_of_a_batch_does_not_stop_the_others(client: Caller, key: str, warehouse: LocalWarehouse) -> None:
    answer = post(client, key, [entered(), entered(name="nonsense"), entered()])
    assert answer.status_code == 207
    body = answer.json()
    assert [result["status"] for result in body["results"]] == ["accepted", "rejected", "accepted"]
    assert [result["index"] for result in body["results"]] == [0, 1, 2]
    assert (body["accepted"], body["rejected"]) == (2, 1)
    assert len(stored(warehouse)) == 2


def test_ndjson_is_read_line_by_line_and_a_broken_line_is_refused_alone(
    client: Caller, key: str, warehouse: LocalWarehouse
) -> None:
    lines = [json.dumps(entered()), "", "{broken", json.dumps(entered())]
    answer = post(client, key, "\n".join(lines), "application/x-ndjson")
    assert answer.status_code == 207
    assert [result["status"] for result in answer.json()["results"]] == ["accepted", "rejected", "accepted"]
    assert warehouse.rejected()[0].payload == "{broken"


def cloud_event(**changes: object) -> dict[str, object]:
    event = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "client-webinar-tracker-v2",
        "type": "client_webinar_entered",
        "time": WAS,
        "leadid": "lead-anna",
        "webinarid": "first",
        "sessionid": "session-1",
        "data": {"visit_no": 1},
    }
    return {**event, **changes}


def test_a_cloud_event_becomes_the_same_fact_as_our_envelope(
    client: Caller, key: str, warehouse: LocalWarehouse
) -> None:
    event = cloud_event()
    assert post(client, key, event, "application/cloudevents+json").status_code == 200
    same = entered(event_id=event["id"])
    assert post(client, key, same).json()["results"][0]["status"] == "duplicate"


def test_cloud_events_come_in_batches_too(client: Caller, key: str) -> None:
    answer = post(client, key, [cloud_event(), cloud_event()], "application/cloudevents-batch+json")
    assert (answer.status_code, answer.json()["accepted"]) == (200, 2)
    single = post(client, key, cloud_event(), "application/cloudevents-batch+json")
    assert (single.status_code, single.json()["code"]) == (422, "not_a_batch")


def binary(client: Caller, key: str, event: dict[str, object], body: str, **headers: str) -> httpx.Response:
    """The event as CloudEvents' SDKs send it unless told otherwise: attributes in headers, data as the body."""
    attributes = {f"ce-{name}": quote(str(value), safe=":") for name, value in event.items() if name != "data"}
    authorised = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    return client.post("/api/v1/events", content=body, headers={**authorised, **attributes, **headers})


def test_a_cloud_event_in_binary_mode_is_the_same_fact(client: Caller, key: str, warehouse: LocalWarehouse) -> None:
    event = cloud_event(source="https://пример.example/сайт", id="evt-1")
    assert binary(client, key, event, json.dumps(event["data"])).json()["accepted"] == 1
    assert post(client, key, event, "application/cloudevents+json").json()["duplicate"] == 1
    assert len(stored(warehouse)) == 1


def test_a_cloud_event_in_binary_mode_is_refused_for_the_same_reasons(
    client: Caller, key: str, warehouse: LocalWarehouse
) -> None:
    unknown = binary(client, key, cloud_event(type="applause"), "{}")
    assert (unknown.status_code, unknown.json()["results"][0]["code"]) == (422, "unknown_event")
    assert json.loads(warehouse.rejected()[0].payload)["type"] == "applause", "what is replayed is whole"
    broken = binary(client, key, cloud_event(), "{broken")
    assert (broken.status_code, broken.json()["results"][0]["code"]) == (422, "invalid_json")
    xml = binary(client, key, cloud_event(), "<a/>", **{"content-type": "text/xml"})
    assert (xml.status_code, xml.json()["code"]) == (415, "unknown_media_type")
    no_data = binary(client, key, cloud_event(), "")
    assert (no_data.status_code, no_data.json()["results"][0]["code"]) == (422, "invalid_properties")


def test_a_cloud_event_s_own_kind_of_id_is_known_again(client: Caller, key: str) -> None:
    event = cloud_event(id="evt-17", source="https://partner.example/site")
    assert post(client, key, event).json()["results"][0]["status"] == "accepted"
    assert post(client, key, event).json()["results"][0]["status"] == "duplicate"
    other = cloud_event(id="evt-17", source="https://another.example")
    assert post(client, key, other).json()["results"][0]["status"] == "accepted"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"specversion": "0.3"}, "invalid_envelope"), ({"id": ""}, "missing_field"), ({"time": None}, "missing_field"),
     ({"data_base64": "e30="}, "invalid_envelope"), ({"source": "core"}, "emitter_not_allowed")],
)  # fmt: skip
def test_a_cloud_event_that_is_none_of_ours_is_refused(
    client: Caller, key: str, change: dict[str, object], code: str
) -> None:
    assert post(client, key, cloud_event(**change)).json()["results"][0]["code"] == code


def test_a_body_over_two_mebibytes_is_too_large(client: Caller, key: str) -> None:
    answer = post(client, key, b" " * (2 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_five_hundred_events_are_a_batch_and_one_more_is_too_many(client: Caller, key: str) -> None:
    assert post(client, key, [entered() for _ in range(500)]).json()["accepted"] == 500
    answer = post(client, key, [entered() for _ in range(501)])
    assert (answer.status_code, answer.json()["code"]) == (413, "batch_too_large")


def test_an_empty_batch_and_an_unknown_media_type_say_so(client: Caller, key: str) -> None:
    assert post(client, key, []).json()["code"] == "empty"
    assert post(client, key, " ").json()["code"] == "empty"
    assert post(client, key, "a=1", "application/x-www-form-urlencoded").status_code == 415


def test_a_compressed_body_is_told_to_come_as_it_is(client: Caller, key: str, warehouse: LocalWarehouse) -> None:
    headers = {"authorization": f"Bearer {key}", "content-encoding": "gzip"}
    answer = client.post("/api/v1/events", content=gzip.compress(json.dumps(entered()).encode()), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unknown_encoding")
    assert not warehouse.rejected(state="open")


def test_a_bucket_refills_at_its_pace_and_never_beyond_its_size() -> None:
    bucket = Buckets(per_second=2, burst=4)
    assert [bucket.take("a", 0), bucket.take("a", 0, 3), bucket.take("a", 0)] == [0, 0, 0.5]
    assert [bucket.take("a", 0.5), bucket.take("a", 0.5)] == [0, 0.5]
    assert [bucket.take("a", 100, 4), bucket.take("a", 100)] == [0, 0.5]
    assert bucket.take("b", 0) == 0


def test_what_costs_more_than_a_bucket_holds_is_paid_for_afterwards() -> None:
    bucket = Buckets(per_second=1, burst=2)
    assert bucket.take("a", 0, 10) == 0
    assert [bucket.take("a", 0), bucket.take("a", 8)] == [9, 1]
    bucket.give_back("a", 1)
    assert bucket.take("a", 8) == 0


def test_too_many_events_have_to_wait(warehouse: LocalWarehouse, key: str) -> None:
    door = Door(lambda: warehouse, items=Buckets(per_second=1, burst=2))
    client = Caller(application(lambda: warehouse, door))
    assert post(client, key, [entered(), entered()]).status_code == 200
    answer = post(client, key, entered())
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1


def test_guessing_keys_has_to_wait_too(warehouse: LocalWarehouse) -> None:
    door = Door(lambda: warehouse, strangers=Buckets(per_second=0.01, burst=3))
    client = Caller(application(lambda: warehouse, door))
    assert [post(client, "efir_guess", entered()).status_code for _ in range(4)] == [401, 401, 401, 429]


def test_whoever_guesses_too_much_does_not_reach_the_warehouse_any_more(warehouse: LocalWarehouse, key: str) -> None:
    asked: list[str] = []

    def provider() -> LocalWarehouse:
        asked.append("once")
        return warehouse

    door = Door(provider, strangers=Buckets(per_second=0.01, burst=3))
    client = Caller(application(provider, door))
    assert [post(client, key, entered()).status_code for _ in range(9)] == [200] * 9, "a good key costs nothing"
    asked.clear()
    for guess in range(20):
        post(client, f"efir_guess_{guess}", entered())
    assert len(asked) == 3
    assert post(client, key, entered()).status_code == 200, "a key that was seen is not a stranger's"


def test_a_forged_address_evades_nothing_and_two_clients_behind_our_proxies_share_nothing(
    warehouse: LocalWarehouse,
) -> None:
    def statuses(hops: int, *forwarded: str) -> list[int]:
        door = Door(lambda: warehouse, strangers=Buckets(per_second=0.01, burst=1), trusted_hops=hops)
        client = Caller(application(lambda: warehouse, door), address="10.0.0.1")
        headers = {"authorization": "Bearer efir_guess"}
        return [
            client.post("/api/v1/events", content="{}", headers={**headers, "x-forwarded-for": said}).status_code
            for said in forwarded
        ]

    assert statuses(0, "203.0.113.1", "203.0.113.2") == [401, 429], "nobody is in front: the header is a claim"
    assert statuses(1, "203.0.113.1", "203.0.113.2") == [401, 401], "two clients of our proxy"
    assert statuses(1, "198.51.100.1, 203.0.113.1", "198.51.100.2, 203.0.113.1") == [401, 429], "forged left of it"
    assert statuses(2, "203.0.113.1, 10.0.0.2", "203.0.113.2, 10.0.0.2") == [401, 401], "two of our proxies"
    assert statuses(2, "203.0.113.1", "203.0.113.2") == [401, 429], "it came past one of them: the peer counts"


def test_nothing_is_acknowledged_when_the_warehouse_is_gone(key: str, warehouse: LocalWarehouse) -> None:
    def gone() -> Never:
        raise WarehouseError("The warehouse is not running.")

    answer = post(Caller(application(gone)), key, entered())
    assert (answer.status_code, answer.json()["code"]) == (503, "warehouse_unavailable")


def test_acknowledged_facts_are_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "kept.duckdb"
    credential = Credential.of("app")
    with LocalWarehouse(path, credential=credential) as warehouse:
        key = keys.add(warehouse, "tracker", Emitter.TRACKER, now=NOW)
        answer = post(Caller(application(lambda: warehouse)), key, [entered() for _ in range(50)])
        ids = [result["event_id"] for result in answer.json()["results"]]
    with LocalWarehouse(path, credential=credential) as reopened:
        assert {fact.event_id for fact in stored(reopened)} == set(ids)


def test_a_key_is_shown_once_and_only_its_hash_is_kept(warehouse: LocalWarehouse, key: str) -> None:
    [entry] = warehouse.entries(keys.COLLECTION)
    assert key not in json.dumps(entry.body)
    assert [found.name for found in keys.listed(warehouse)] == ["tracker"]


def test_no_key_speaks_for_our_own_services(warehouse: LocalWarehouse) -> None:
    with pytest.raises(ContractError, match="No key can speak for core"):
        keys.add(warehouse, "evil", Emitter.CORE, now=NOW)
    with pytest.raises(ContractError, match="may not state"):
        keys.add(warehouse, "evil", Emitter.TRACKER, ["core_lead_created"], now=NOW)


def test_a_refused_event_can_be_replayed_once_the_reason_is_gone(client: Caller, warehouse: LocalWarehouse) -> None:
    narrow = keys.add(warehouse, "narrow", Emitter.TRACKER, ["client_webinar_left"], now=NOW)
    refused = post(client, narrow, entered()).json()["results"][0]["rejected_id"]
    receipt = replay(warehouse, refused, now=NOW)
    assert (receipt.status, receipt.code) == ("rejected", "event_not_allowed")
    keys.revoke(warehouse, "narrow")
    assert replay(warehouse, refused, now=NOW).code == "unknown_key"
    assert stored(warehouse) == []
    keys.add(warehouse, "narrow", Emitter.TRACKER, now=NOW)
    assert replay(warehouse, refused, now=NOW).status == "accepted"
    assert len(stored(warehouse)) == 1
    assert warehouse.rejected()[0].state == "replayed"
    with pytest.raises(WarehouseError, match="Nothing open is named"):
        replay(warehouse, refused, now=NOW)


def test_a_fact_of_the_future_is_refused_again_until_its_time_has_come(
    client: Caller, key: str, warehouse: LocalWarehouse
) -> None:
    early = dtm.datetime.now(dtm.UTC) + dtm.timedelta(hours=1)
    [result] = post(client, key, entered(occurred_at=early.isoformat())).json()["results"]
    assert replay(warehouse, result["rejected_id"], now=early - dtm.timedelta(minutes=6)).code == "occurred_in_future"
    assert replay(warehouse, result["rejected_id"], now=early).status == "accepted"


def test_replaying_what_is_still_wrong_says_why_and_leaves_it_open(
    client: Caller, key: str, warehouse: LocalWarehouse
) -> None:
    refused = post(client, key, entered(properties={})).json()["results"][0]["rejected_id"]
    receipt = replay(warehouse, refused, now=NOW)
    assert (receipt.status, receipt.code) == ("rejected", "invalid_properties")
    assert warehouse.rejected()[0].state == "open"
    discard(warehouse, refused)
    assert warehouse.rejected()[0].state == "discarded"


def test_a_conflict_stays_a_conflict_when_replayed(client: Caller, key: str, warehouse: LocalWarehouse) -> None:
    event = entered()
    post(client, key, event)
    post(client, key, {**event, "properties": {"visit_no": 2}})
    [refused] = warehouse.rejected(state="open")
    assert replay(warehouse, refused.rejected_id, now=NOW).status == "conflict"
    assert [fact.properties["visit_no"] for fact in stored(warehouse)] == [1]


def test_acknowledged_facts_survive_the_death_of_the_service(tmp_path: Path) -> None:
    with running(tmp_path) as service, service.door("app") as door:
        key = keys.add(door, "tracker", Emitter.TRACKER, now=NOW)
        answer = post(Caller(application(lambda: door)), key, [entered() for _ in range(20)])
        acknowledged = {result["event_id"] for result in answer.json()["results"] if result["status"] == "accepted"}
        service.process.kill()
        service.process.wait(PATIENCE_SECONDS)
    with running(tmp_path) as restarted, restarted.door("app") as door:
        assert {fact.event_id for fact in door.facts_of(names=["client_webinar_entered"])} == acknowledged
    assert len(acknowledged) == 20
