import asyncio
import datetime as dtm
from collections.abc import Iterator

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from starlette.applications import Starlette

from app.access import accounts, attempts, guard, passwords, sessions
from app.access.attempts import WINDOW_SECONDS, Attempts
from app.access.roles import Role
from app.access.routes import routes
from app.settings import Settings
from app.shared import warehouse as connection
from tests.app.calling import Caller
from warehouse.interface import WarehouseError
from warehouse.local import LocalWarehouse

NOW = dtm.datetime.now(dtm.UTC)
ADDRESS = "http://localhost:3000"
OURS = {"origin": ADDRESS}
PASSWORD = "шесть зелёных лошадей"


def visitor(warehouse: LocalWarehouse, *, settings: Settings | None = None, tries: Attempts | None = None) -> Caller:
    chosen = settings or Settings(public_url=ADDRESS)
    return Caller(Starlette(routes=routes(lambda: warehouse, chosen, tries)), base=chosen.address)


@pytest.fixture
def browser(warehouse: LocalWarehouse) -> Caller:
    return visitor(warehouse)


def invite(warehouse: LocalWarehouse, email: str = "anna@example.org", role: Role = Role.ADMIN) -> str:
    return accounts.create_invite(warehouse, email, role, NOW, ADDRESS).removeprefix(ADDRESS)


def join(browser: Caller, warehouse: LocalWarehouse, email: str = "anna@example.org", role: Role = Role.ADMIN) -> None:
    answer = browser.post(invite(warehouse, email, role), data={"password": PASSWORD, "again": PASSWORD}, headers=OURS)
    assert answer.status_code == 303


def log_in(browser: Caller, password: str = PASSWORD, email: str = "anna@example.org", **more: str) -> httpx.Response:
    return browser.post("/login", data={"email": email, "password": password, **more}, headers=OURS)


def cookie(browser: Caller) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def test_the_invited_sets_a_password_and_is_in_the_studio_at_once(browser: Caller, warehouse: LocalWarehouse) -> None:
    link = invite(warehouse)
    assert "minlength" in browser.get(link).text
    answer = browser.post(link, data={"password": PASSWORD, "again": PASSWORD}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio")
    header = answer.headers["set-cookie"]
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    account = sessions.account_of(warehouse, browser.cookies["efir_session"], NOW)
    assert account == accounts.find(warehouse, "anna@example.org")
    assert account.role == Role.ADMIN


def test_the_house_spends_what_rfc_9106_asks_for_on_a_password(costly: PasswordHasher) -> None:
    assert extract_parameters(costly.hash(PASSWORD)) == RFC_9106_LOW_MEMORY


def test_an_invitation_works_once(browser: Caller, warehouse: LocalWarehouse) -> None:
    link = invite(warehouse)
    fields = {"password": PASSWORD, "again": PASSWORD}
    assert browser.post(link, data=fields, headers=OURS).status_code == 303
    assert browser.post(link, data=fields, headers=OURS).status_code == 410


def test_only_the_newest_invitation_of_a_person_works(browser: Caller, warehouse: LocalWarehouse) -> None:
    earlier, newest, bobs = invite(warehouse), invite(warehouse), invite(warehouse, "bob@example.org")
    fields = {"password": PASSWORD, "again": PASSWORD}
    assert [browser.get(link).status_code for link in (earlier, newest, bobs)] == [410, 200, 200]
    assert browser.post(earlier, data=fields, headers=OURS).status_code == 410
    assert browser.post(newest, data=fields, headers=OURS).status_code == 303
    assert browser.post(earlier, data=fields, headers=OURS).status_code == 410, "nobody sets this password anew"


def test_an_invitation_ends_after_seven_days(warehouse: LocalWarehouse) -> None:
    link = accounts.create_invite(warehouse, "anna@example.org", "host", NOW - dtm.timedelta(days=8), ADDRESS)
    assert accounts.accept_invite(warehouse, link.rpartition("/")[2], PASSWORD, NOW) is None
    assert accounts.find(warehouse, "anna@example.org") is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("короткий", "too_short"),
        ("x" * 201, "too_long"),
        ("anna@example.org", "same_as_email"),
        ("1" * 12, "monotonous"),
    ],
)
def test_a_weak_password_is_refused_and_does_not_cost_the_link(
    warehouse: LocalWarehouse, password: str, code: str
) -> None:
    token = invite(warehouse).rpartition("/")[2]
    with pytest.raises(passwords.WeakPassword) as refused:
        accounts.accept_invite(warehouse, token, password, NOW)
    assert refused.value.code == code
    assert accounts.accept_invite(warehouse, token, PASSWORD, NOW) is not None


def test_two_different_passwords_are_sent_back(browser: Caller, warehouse: LocalWarehouse) -> None:
    answer = browser.post(invite(warehouse), data={"password": PASSWORD, "again": "другой пароль"}, headers=OURS)
    assert answer.status_code == 422
    assert "не совпадают" in answer.text


def test_only_the_hash_of_a_password_is_kept(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    [entry] = warehouse.entries(accounts.COLLECTION)
    assert entry.body["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in str(entry.body)
    assert all(
        browser.cookies["efir_session"] not in (one.key + str(one.body))
        for one in warehouse.entries(sessions.COLLECTION)
    )


def test_the_right_password_logs_in_and_the_wrong_one_keeps_what_was_typed(
    browser: Caller, warehouse: LocalWarehouse
) -> None:
    join(browser, warehouse)
    stranger = visitor(warehouse)
    wrong = log_in(stranger, "не тот пароль")
    assert wrong.status_code == 401
    assert 'value="anna@example.org"' in wrong.text
    assert "не подходят" in wrong.text
    assert log_in(stranger, email=" Anna@Example.ORG ").headers["location"] == "/studio"


def test_an_unknown_name_is_told_the_same_as_a_wrong_password(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    unknown, wrong = (
        log_in(visitor(warehouse), "не тот пароль", email) for email in ("eve@example.org", "anna@example.org")
    )
    assert unknown.status_code == wrong.status_code
    assert unknown.text.replace("eve@", "anna@") == wrong.text


@pytest.mark.parametrize(
    ("asked", "went"),
    [("/studio/leads", "/studio/leads"), ("//evil.example", "/studio"), ("https://evil.example", "/studio"),
     ("/\\evil.example", "/studio"), ("javascript:alert(1)", "/studio"), ("/a\r\nSet-Cookie: x", "/studio")],
)  # fmt: skip
def test_after_login_one_goes_where_one_wanted_but_never_elsewhere(
    browser: Caller, warehouse: LocalWarehouse, asked: str, went: str
) -> None:
    join(browser, warehouse)
    assert log_in(visitor(warehouse), next=asked).headers["location"] == went


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}, {"referer": "https://evil.example/x"}]
)
def test_a_form_from_another_site_is_refused(
    browser: Caller, warehouse: LocalWarehouse, headers: dict[str, str]
) -> None:
    join(browser, warehouse)
    stranger = visitor(warehouse)
    answer = stranger.post("/login", data={"email": "anna@example.org", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert "efir_session" not in stranger.cookies
    assert browser.post("/logout", headers=headers).status_code == 403


def test_logout_ends_the_session_on_the_server(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    stolen = browser.cookies["efir_session"]
    assert browser.post("/logout", headers=OURS).headers["location"] == "/login"
    assert sessions.account_of(warehouse, stolen, NOW) is None


def test_five_wrong_passwords_have_to_wait_even_for_the_right_one(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    stranger = visitor(warehouse, tries=Attempts(per_pair=3))
    assert [log_in(stranger, f"не тот пароль {n}").status_code for n in range(3)] == [401, 401, 401]
    blocked = log_in(stranger)
    assert blocked.status_code == 429
    assert "через 15 мин" in blocked.text
    assert 0 < int(blocked.headers["retry-after"]) <= WINDOW_SECONDS


def test_a_forged_address_does_not_evade_the_limit_of_passwords(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)

    def statuses(hops: int, *forwarded: str) -> list[int]:
        settings = Settings(public_url=ADDRESS, trusted_proxy_hops=hops)
        stranger = visitor(warehouse, settings=settings, tries=Attempts(per_pair=1))
        typed = {"email": "anna@example.org", "password": "не тот"}
        return [
            stranger.post("/login", data=typed, headers={**OURS, "x-forwarded-for": said}).status_code
            for said in forwarded
        ]

    assert statuses(0, "203.0.113.1", "203.0.113.2") == [401, 429]
    assert statuses(1, "198.51.100.1, 203.0.113.1", "198.51.100.2, 203.0.113.1") == [401, 429]
    assert statuses(1, "203.0.113.1", "203.0.113.2") == [401, 401]


def test_passwords_tried_all_at_once_are_limited_like_those_tried_one_by_one(
    browser: Caller, warehouse: LocalWarehouse
) -> None:
    join(browser, warehouse)
    app = Starlette(routes=routes(lambda: warehouse, Settings(public_url=ADDRESS), Attempts(per_pair=3)))

    async def storm() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client:
            tries = (
                client.post("/login", data={"email": "anna@example.org", "password": f"не тот {n}"}, headers=OURS)
                for n in range(12)
            )
            return sorted(answer.status_code for answer in await asyncio.gather(*tries))

    assert asyncio.run(storm()) == [401] * 3 + [429] * 9


def test_the_right_password_costs_no_try(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    stranger = visitor(warehouse, tries=Attempts(per_pair=2, per_address=3, per_account=3))
    answers = [log_in(stranger, password) for password in (PASSWORD, "не тот", PASSWORD, PASSWORD, "не тот", PASSWORD)]
    assert [answer.status_code for answer in answers] == [303, 401, 303, 303, 401, 303]


def test_what_nobody_could_check_costs_no_try(warehouse: LocalWarehouse) -> None:
    def away() -> LocalWarehouse:
        raise WarehouseError("away")

    tries = Attempts(per_pair=1)
    closed = Caller(Starlette(routes=routes(away, Settings(public_url=ADDRESS), tries)))
    for _ in range(2):
        with pytest.raises(WarehouseError):
            log_in(closed)
    assert log_in(visitor(warehouse, tries=tries), "не тот").status_code == 401


def test_attempts_are_forgiven_after_a_quarter_of_an_hour() -> None:
    tries = Attempts(per_pair=2)
    assert [tries.begin("anna", "203.0.113.9", second) for second in (0.0, 60.0)] == [0, 0]
    assert tries.begin("anna", "203.0.113.9", 61) == pytest.approx(attempts.WINDOW_SECONDS - 61)
    assert tries.begin("anna", "198.51.100.7", 61) == 0
    assert tries.begin("anna", "203.0.113.9", attempts.WINDOW_SECONDS + 1) == 0


@pytest.mark.parametrize("named", [("anna", ""), ("", "203.0.113.9")])
def test_neither_one_address_nor_many_try_for_ever(named: tuple[str, str]) -> None:
    """Another account from the same address, and the same account from another address, are counted together."""
    account, address = named
    tries = Attempts(per_address=4, per_account=4)
    waits = [tries.begin(account or f"account {n}", address or f"203.0.113.{n}", 0) for n in range(5)]
    assert waits == [0, 0, 0, 0, attempts.WINDOW_SECONDS]


def test_over_tls_the_cookie_is_bound_to_the_host(warehouse: LocalWarehouse) -> None:
    browser = visitor(warehouse, settings=Settings(public_url="https://efir.example"))
    token = invite(warehouse)
    answer = browser.post(
        token, data={"password": PASSWORD, "again": PASSWORD}, headers={"origin": "https://efir.example"}
    )
    assert answer.headers["set-cookie"].startswith("__Host-efir_session=")
    assert "Secure" in answer.headers["set-cookie"]


def test_a_session_ends_after_seven_days(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    token = browser.cookies["efir_session"]
    now = dtm.datetime.now(dtm.UTC)
    assert sessions.account_of(warehouse, token, now + dtm.timedelta(days=6))
    assert sessions.account_of(warehouse, token, now + dtm.timedelta(days=7)) is None


def test_a_new_password_ends_the_other_sessions(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    old = browser.cookies["efir_session"]
    join(visitor(warehouse), warehouse)
    assert sessions.account_of(warehouse, old, NOW) is None


async def _asked(header: str, *roles: Role) -> Role:
    return (await guard.require(header, *roles)).role


@pytest.fixture
def connected(warehouse: LocalWarehouse) -> Iterator[None]:
    connection.install(warehouse)
    yield
    connection.install(None)


@pytest.mark.usefixtures("connected")
class TestRequire:
    def test_nobody_gets_nothing(self) -> None:
        for header in ("", "efir_session=", "efir_session=guess", "other=1", "efir_session;;;"):
            with pytest.raises(guard.AccessDenied) as refused:
                asyncio.run(_asked(header, *Role))
            assert refused.value.account is None

    def test_a_role_opens_its_doors_and_no_others(self, browser: Caller, warehouse: LocalWarehouse) -> None:
        join(browser, warehouse, "host@example.org", Role.HOST)
        assert asyncio.run(_asked(cookie(browser), Role.HOST)) == Role.HOST
        with pytest.raises(guard.AccessDenied):
            asyncio.run(_asked(cookie(browser), Role.MARKETER))
        with pytest.raises(guard.AccessDenied):
            asyncio.run(_asked(cookie(browser)))

    def test_an_administrator_may_everything(self, browser: Caller, warehouse: LocalWarehouse) -> None:
        join(browser, warehouse)
        assert asyncio.run(_asked(cookie(browser), Role.HOST)) == Role.ADMIN

    def test_a_closed_account_is_out_at_once(self, browser: Caller, warehouse: LocalWarehouse) -> None:
        join(browser, warehouse)
        accounts.set_active(warehouse, "anna@example.org", NOW, is_active=False)
        with pytest.raises(guard.AccessDenied):
            asyncio.run(_asked(cookie(browser), *Role))
        assert log_in(visitor(warehouse)).status_code == 401


def test_pages_speak_both_languages(browser: Caller, warehouse: LocalWarehouse) -> None:
    russian, english = browser.get("/login").text, browser.get("/login?lang=en").text
    assert "Вход для сотрудников" in russian
    assert "Staff login" in english
    assert "Staff login · Efir</title>" in english
    assert "Эфир" not in english
