import datetime as dtm
import threading
from pathlib import Path

import pytest

from warehouse import expired, tokens
from warehouse.credentials import Credential
from warehouse.interface import Personal, PersonalRow, VersionConflict
from warehouse.local import LocalWarehouse

DAY = dtm.timedelta(days=1)


def test_an_entry_comes_back_with_its_version(warehouse: LocalWarehouse) -> None:
    assert warehouse.put("accounts", "anna", {"role": "host"}) == 1
    assert warehouse.put("accounts", "anna", {"role": "admin"}) == 2
    entry = warehouse.get("accounts", "anna")
    assert entry is not None
    assert (entry.body, entry.version) == ({"role": "admin"}, 2)
    assert warehouse.get("accounts", "boris") is None


def test_a_write_on_an_old_version_is_refused_and_changes_nothing(warehouse: LocalWarehouse) -> None:
    warehouse.put("accounts", "anna", {"n": 1}, expect_version=0)
    for expected in (0, 2):
        with pytest.raises(VersionConflict, match="version 1"):
            warehouse.put("accounts", "anna", {"n": 2}, expect_version=expected)
    assert warehouse.entries("accounts")[0].body == {"n": 1}


def test_of_many_writers_of_one_version_exactly_one_wins(warehouse: LocalWarehouse) -> None:
    warehouse.put("seats", "one", {"by": None})
    won: list[int] = []

    def take(number: int) -> None:
        try:
            warehouse.put("seats", "one", {"by": number}, expect_version=1)
        except VersionConflict:
            return
        won.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entry = warehouse.get("seats", "one")
    assert entry is not None
    assert won == [entry.body["by"]]


def test_a_removed_entry_is_gone_also_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        for key in ("a", "b"):
            warehouse.put("things", key, {"key": key})
        warehouse.delete("things", "a")
        warehouse.delete("things", "never there")
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        assert [entry.key for entry in warehouse.entries("things")] == ["b"]
        assert warehouse.put("things", "a", {}, expect_version=0) == 1


def words_in_tables(warehouse: LocalWarehouse, word: str) -> list[str]:
    """Tables of the database file in which the word stands anywhere."""
    tables = warehouse.sql(
        "select table_schema || '.' || table_name as name from information_schema.tables"
    ).to_pylist()
    return [
        table["name"]
        for table in tables
        if warehouse.sql(f"select 1 from {table['name']} t where contains(t::varchar, ?)", [word]).num_rows
    ]


def update(chat: int, text: str) -> dict[str, object]:
    person = {"id": chat, "first_name": "Zinaida"}
    return {"update_id": 1, "message": {"chat": {**person, "type": "private"}, "from": person, "text": text}}


def test_a_handled_update_leaves_neither_name_nor_words_in_any_table(warehouse: LocalWarehouse) -> None:
    warehouse.put("telegram_updates", "1", update(7, "a private word"))
    warehouse.put("telegram_updates", "1", update(7, "a private word, edited"))
    warehouse.put("telegram_updates", "2", update(8, "another one"))
    assert words_in_tables(warehouse, "private word")
    warehouse.delete("telegram_updates", "1")
    assert words_in_tables(warehouse, "private word") == []
    assert [entry.key for entry in warehouse.entries("telegram_updates")] == ["2"]
    assert warehouse.put("telegram_updates", "1", {}, expect_version=0) == 1


def test_whoever_is_erased_leaves_no_update_behind_that_was_waiting_or_put_aside(warehouse: LocalWarehouse) -> None:
    warehouse.append([], personal=[PersonalRow("anna", Personal.TELEGRAM_CHAT_ID, "7")])
    warehouse.put("telegram_updates", "1", update(7, "waiting"))
    warehouse.put("telegram_updates_failed", "2", {"callback_query": {"from": {"id": 7}, "data": "waiting"}})
    warehouse.put("telegram_updates", "3", update(8, "somebody else"))
    warehouse.erase("anna")
    assert words_in_tables(warehouse, "waiting") == []
    assert [entry.key for entry in warehouse.entries("telegram_updates")] == ["3"]


def test_a_token_can_be_looked_at_without_using_it_up(warehouse: LocalWarehouse, now: dtm.datetime) -> None:
    token = tokens.mint(warehouse, "telegram_link", {"lead_id": "anna"}, now=now, ttl=DAY, single_use=True)
    assert tokens.peek(warehouse, "telegram_link", token, now=now) == {"lead_id": "anna"}
    assert tokens.peek(warehouse, "telegram_link", token, now=now) == {"lead_id": "anna"}
    assert tokens.peek(warehouse, "join", token, now=now) is None
    assert tokens.peek(warehouse, "telegram_link", token, now=now + DAY) is None
    assert tokens.redeem(warehouse, "telegram_link", token, now=now) == {"lead_id": "anna"}
    assert tokens.peek(warehouse, "telegram_link", token, now=now) is None


def test_superseded_versions_are_cleared_away_at_start(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        for number in range(5):
            warehouse.put("things", "a", {"n": number})
        warehouse.put("things", "gone", {})
        warehouse.delete("things", "gone")
    with LocalWarehouse(path, credential=Credential.of("admin")) as warehouse:
        assert warehouse.sql("select key, version from registry_log").to_pylist() == [{"key": "a", "version": 5}]
        assert warehouse.sql("select body->>'$.n' as n from registry").to_pylist() == [{"n": "4"}]


def test_a_token_opens_what_it_was_made_for_until_it_expires(warehouse: LocalWarehouse, now: dtm.datetime) -> None:
    token = tokens.mint(warehouse, "join", {"lead_id": "anna"}, now=now, ttl=DAY)
    assert len(token) >= 22
    assert tokens.redeem(warehouse, "join", token, now=now) == {"lead_id": "anna"}
    assert tokens.redeem(warehouse, "join", token, now=now + DAY / 2) == {"lead_id": "anna"}
    assert tokens.redeem(warehouse, "join", token, now=now + DAY) is None
    assert tokens.redeem(warehouse, "replay", token, now=now) is None
    assert tokens.redeem(warehouse, "join", "guessed", now=now) is None


def test_a_token_is_stored_only_as_a_digest(warehouse: LocalWarehouse, now: dtm.datetime) -> None:
    token = tokens.mint(warehouse, "join", {}, now=now, ttl=DAY)
    stored = warehouse.sql("select key || body::varchar as text from registry")["text"][0].as_py()
    assert token not in stored


def test_a_single_use_token_opens_once_however_many_try(warehouse: LocalWarehouse, now: dtm.datetime) -> None:
    token = tokens.mint(warehouse, "telegram_link", {"lead_id": "anna"}, now=now, ttl=DAY, single_use=True)
    opened: list[dict[str, object] | None] = []
    threads = [
        threading.Thread(target=lambda: opened.append(tokens.redeem(warehouse, "telegram_link", token, now=now)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [body for body in opened if body] == [{"lead_id": "anna"}]


def test_a_revoked_token_opens_nothing(warehouse: LocalWarehouse, now: dtm.datetime) -> None:
    token = tokens.mint(warehouse, "join", {}, now=now, ttl=DAY)
    tokens.revoke(warehouse, "join", token)
    assert tokens.redeem(warehouse, "join", token, now=now) is None


def test_what_has_expired_is_swept_and_nothing_else(warehouse: LocalWarehouse, now: dtm.datetime) -> None:
    tokens.mint(warehouse, "join", {}, now=now, ttl=DAY)
    kept = tokens.mint(warehouse, "join", {"a": 1}, now=now, ttl=3 * DAY)
    warehouse.put("account_sessions", "over", {"expires_at": (now + DAY).isoformat()})
    warehouse.put("account_sessions", "open", {"expires_at": (now + 3 * DAY).isoformat()})
    warehouse.put("accounts", "anna@example.org", {"role": "admin"})
    used = tokens.mint(warehouse, "telegram_link", {}, now=now, ttl=DAY, single_use=True)
    assert tokens.redeem(warehouse, "telegram_link", used, now=now) == {}
    assert expired.sweep(warehouse, now=now + 2 * DAY) == 2
    assert expired.sweep(warehouse, now=now + 2 * DAY) == 0
    assert tokens.redeem(warehouse, "join", kept, now=now) == {"a": 1}
    assert [entry.key for entry in warehouse.entries("account_sessions")] == ["open"]
    assert warehouse.get("accounts", "anna@example.org")
    tokens.bind(warehouse, "telegram_link", used, {}, now=now + 2 * DAY, ttl=DAY, single_use=True)
    assert tokens.redeem(warehouse, "telegram_link", used, now=now + 2 * DAY) is None, "used is used"
    assert expired.sweep(warehouse, now=now + 370 * DAY) == 3


def test_what_follows_from_a_token_is_bound_once_and_opens_nothing_before(
    warehouse: LocalWarehouse, now: dtm.datetime
) -> None:
    token = tokens.derived("join", "page-token")
    assert token == tokens.derived("join", "page-token")
    assert len({token, tokens.derived("me", "page-token"), tokens.derived("join", "other")}) == 3
    assert tokens.redeem(warehouse, "join", token, now=now) is None
    for _ in range(2):
        tokens.bind(warehouse, "join", token, {"lead_id": "anna"}, now=now, ttl=DAY, single_use=True)
    assert [entry.version for entry in warehouse.entries(tokens.COLLECTION)] == [1]
    assert tokens.redeem(warehouse, "join", token, now=now) == {"lead_id": "anna"}
    tokens.bind(warehouse, "join", token, {"lead_id": "anna"}, now=now + 3 * DAY, ttl=DAY, single_use=True)
    assert tokens.redeem(warehouse, "join", token, now=now + 3 * DAY) is None, "used is used, also when bound anew"
