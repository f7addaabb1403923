import datetime as dtm
import re
from collections.abc import Callable, Iterator
from typing import Any, cast

import pyotp
import pytest
from starlette.applications import Starlette

from app.access import accounts, browsers, journal, own, passwords, second_factor, sessions
from app.access.attempts import Attempts
from app.access.roles import Role
from app.access.routes import routes
from app.settings import Settings
from app.shared import warehouse as connection
from app.studio.accounts import Accounts
from app.studio.audit import Audit
from domain.events import Emitter, Fact, LeadErased
from tests.app.calling import Caller
from tests.app.tab import Tab
from tests.app.test_access import ADDRESS, OURS, PASSWORD, join, log_in
from tests.app.test_studio_handlers import cookie
from tests.warehouse.small_cohort import tell
from warehouse.local import LocalWarehouse

NOW = dtm.datetime.now(dtm.UTC)
ANNA, HOST = "anna@example.org", "host@example.org"


@pytest.fixture
def browser(warehouse: LocalWarehouse) -> Caller:
    settings, attempts = Settings(public_url=ADDRESS), Attempts()
    door = [*routes(lambda: warehouse, settings, attempts), *own.routes(lambda: warehouse, settings, attempts)]
    return Caller(Starlette(routes=door), base=ADDRESS)


def secured(browser: Caller, warehouse: LocalWarehouse) -> tuple[str, list[str]]:
    """Anna turns her second factor on; the secret and the recovery codes."""
    join(browser, warehouse)
    page = browser.get("/account").text
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert found
    secret = found[1]
    answer = browser.post("/account/second-factor", data={"secret": secret, "code": code(secret, -1)}, headers=OURS)
    codes = re.findall(r"<li>([a-z2-9-]{19})</li>", answer.text)
    assert len(codes) == second_factor.RECOVERY_CODES
    browser.post("/logout", headers=OURS)
    return secret, codes


def code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(dtm.datetime.now(dtm.UTC) + dtm.timedelta(seconds=30 * steps))


def half_way(browser: Caller) -> str:
    answer = log_in(browser)
    assert "efir_session" not in answer.headers.get("set-cookie", "")
    found = re.search(r'name="step" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def finish(browser: Caller, typed: str) -> int:
    answer = browser.post("/login/code", data={"step": half_way(browser), "code": typed}, headers=OURS)
    return int(answer.status_code)


def test_with_a_second_factor_the_password_alone_opens_nothing(browser: Caller, warehouse: LocalWarehouse) -> None:
    secret, _ = secured(browser, warehouse)
    half_way(browser)
    assert browser.get("/account").status_code == 303
    assert finish(browser, "000000") == 401
    good = code(secret)
    assert finish(browser, good) == 303
    assert browser.get("/account").status_code == 200
    browser.post("/logout", headers=OURS)
    assert finish(browser, good) == 401, "a code works once"


def test_a_recovery_code_replaces_the_phone_once(browser: Caller, warehouse: LocalWarehouse) -> None:
    _, codes = secured(browser, warehouse)
    stored = str(warehouse.get(accounts.COLLECTION, ANNA))
    assert not any(one in stored or one.replace("-", "") in stored for one in codes)
    assert finish(browser, codes[0].upper()) == 303
    browser.post("/logout", headers=OURS)
    assert finish(browser, codes[0]) == 401
    assert [entry.deed for entry in journal.newest(warehouse)].count("recovery_code_used") == 1


def test_the_step_between_password_and_code_is_single_use(browser: Caller, warehouse: LocalWarehouse) -> None:
    secret, _ = secured(browser, warehouse)
    step = half_way(browser)
    browser.post("/login/code", data={"step": step, "code": "000000"}, headers=OURS)
    answer = browser.post("/login/code", data={"step": step, "code": code(secret)}, headers=OURS)
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


def test_codes_cannot_be_guessed_at_leisure(browser: Caller, warehouse: LocalWarehouse) -> None:
    secret, _ = secured(browser, warehouse)
    answers = [finish(browser, f"{guess:06}") for guess in range(6)]
    assert answers == [401] * 5 + [429]
    assert finish(browser, code(secret)) == 429


def test_a_second_factor_goes_off_with_a_good_code_only(browser: Caller, warehouse: LocalWarehouse) -> None:
    secret, codes = secured(browser, warehouse)
    assert finish(browser, code(secret)) == 303
    assert browser.post("/account/second-factor/off", data={"code": "123456"}, headers=OURS).status_code == 422
    assert browser.post("/account/second-factor/off", data={"code": codes[1]}, headers=OURS).status_code == 303
    found = accounts.find(warehouse, ANNA)
    assert found
    assert not found.has_second_factor


def test_a_code_guessed_on_one_page_counts_on_the_other(browser: Caller, warehouse: LocalWarehouse) -> None:
    secret, _ = secured(browser, warehouse)
    assert finish(browser, code(secret)) == 303
    guesses = [browser.post("/account/second-factor/off", data={"code": f"{n:06}"}, headers=OURS) for n in range(5)]
    assert [answer.status_code for answer in guesses] == [422] * 5
    assert finish(browser, code(secret, 1)) == 429


def test_a_new_password_by_invitation_does_not_take_the_second_factor_away(
    browser: Caller, warehouse: LocalWarehouse
) -> None:
    secured(browser, warehouse)
    link = accounts.create_invite(warehouse, ANNA, Role.ADMIN, NOW, ADDRESS).removeprefix(ADDRESS)
    answer = browser.post(link, data={"password": PASSWORD, "again": PASSWORD}, headers=OURS)
    assert "set-cookie" not in answer.headers
    assert half_way(browser)


CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome на Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/142.0.0.0", "Edge на Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} YaBrowser/25.10.0.0 Safari/537.36", "Yandex Browser на Windows"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36", "Chrome на Android"),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1",
            "Safari на iPhone",
        ),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Safari/605.1.15", "Safari на macOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox на Linux"),
        ("curl/8.14.1", "curl/8.14.1"),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_its_name_and_an_unknown_one_as_it_calls_itself(agent: str, name: str) -> None:
    assert browsers.named(agent, "ru") == name
    assert browsers.named(agent, "en") == name.replace(" на ", " on ")


def test_one_s_sessions_are_listed_and_others_are_ended(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    account = accounts.find(warehouse, ANNA)
    assert account
    other = sessions.start(warehouse, account, NOW, address="203.0.113.9", browser="Firefox of a friend")
    assert "Firefox of a friend" in browser.get("/account").text
    stranger = sessions.start(warehouse, accounts.Account("eve@example.org", Role.HOST), NOW)
    for token in (other, stranger):
        browser.post("/account/sessions", data={"key": sessions.key_of(token)}, headers=OURS)
    assert sessions.account_of(warehouse, other, NOW) is None
    assert len(sessions.of(warehouse, "eve@example.org", NOW)) == 1, "nobody ends what is not theirs"


@pytest.mark.parametrize("path", ["/account/sessions", "/account/second-factor", "/account/second-factor/off"])
def test_a_form_from_elsewhere_changes_nothing(browser: Caller, warehouse: LocalWarehouse, path: str) -> None:
    join(browser, warehouse)
    assert browser.post(path, data={}, headers={"origin": "https://evil.example"}).status_code == 403


@pytest.fixture
def admin(warehouse: LocalWarehouse) -> Iterator[Tab]:
    tell(warehouse)
    connection.install(warehouse)
    cookie(warehouse, Role.HOST)
    yield Tab(cookie(warehouse, Role.ADMIN))
    connection.install(None)


def test_an_administrator_invites_changes_and_closes(admin: Tab, warehouse: LocalWarehouse) -> None:
    page = admin.call(Accounts, "invite", {"email": "New@Example.org ", "role": "marketer"})
    assert page.link.startswith("http://localhost")
    assert admin.call(Accounts, "invite", {"email": "nonsense", "role": "host"}).complaint
    assert admin.call(Accounts, "invite", {"email": "x@example.org", "role": "partner"}).complaint
    page = admin.call(Accounts, "change_role", HOST, "analyst")
    assert {one.email: one.role for one in page.colleagues} == {"admin@example.org": "admin", HOST: "analyst"}
    assert len(sessions.of(warehouse, HOST, NOW)) == 1
    assert not {one.email: one.is_active for one in admin.call(Accounts, "close", HOST).colleagues}[HOST]
    assert sessions.of(warehouse, HOST, NOW) == []
    assert {one.email: one.is_active for one in admin.call(Accounts, "reopen", HOST).colleagues}[HOST]


class Meanwhile:
    """A warehouse in which somebody else does one deed just before the first entry is written."""

    def __init__(self, warehouse: LocalWarehouse, deed: Callable[[LocalWarehouse], object]) -> None:
        self._warehouse, self._deeds = warehouse, [deed]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._warehouse, name)

    def put(self, *entry: Any, **expected: Any) -> int:
        while self._deeds:
            self._deeds.pop()(self._warehouse)
        return self._warehouse.put(*entry, **expected)


@pytest.mark.parametrize(
    ("has_alerts", "deed"),
    [
        (False, lambda house: accounts.set_role(house, ANNA, Role.ADMIN, NOW)),
        (False, lambda house: accounts.authenticated(house, ANNA, PASSWORD)),
        (False, lambda house: accounts.staff_id_of(house, ANNA)),
        (True, lambda house: accounts.end_alerts(house, ANNA, NOW)),
        (False, lambda house: second_factor.turn_off(house, ANNA)),
    ],
    ids=["role", "login", "alerts", "no_alerts", "no_second_factor"],
)
def test_a_closed_account_stays_closed_whoever_changes_it_at_that_moment(
    browser: Caller,
    warehouse: LocalWarehouse,
    has_alerts: bool,  # noqa: FBT001 - a case
    deed: Callable[[Any], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    join(browser, warehouse)
    if has_alerts:
        accounts.staff_id_of(warehouse, ANNA)
    monkeypatch.setattr(passwords, "is_outdated", lambda _: True)  # as after a release with dearer hashes
    deed(Meanwhile(warehouse, lambda house: accounts.set_active(house, ANNA, NOW, is_active=False)))
    found = accounts.find(warehouse, ANNA)
    assert found
    assert not found.is_active


def test_two_who_change_one_account_lose_nothing_of_each_other(browser: Caller, warehouse: LocalWarehouse) -> None:
    join(browser, warehouse)
    house = cast("LocalWarehouse", Meanwhile(warehouse, lambda one: accounts.set_role(one, ANNA, Role.HOST, NOW)))
    accounts.set_active(house, ANNA, NOW, is_active=False)
    found = accounts.find(warehouse, ANNA)
    assert found
    assert (found.role, found.is_active) == (Role.HOST, False)


def test_an_account_is_there_while_its_telegram_is_forgotten(browser: Caller, warehouse: LocalWarehouse) -> None:
    """Forgetting deletes every document that names the id: what names it by then must not be the account."""
    join(browser, warehouse)
    staff_id = accounts.staff_id_of(warehouse, ANNA)
    seen: list[accounts.Account | None] = []

    class Watched(Meanwhile):
        def erase(self, subject_id: str) -> int:
            count = warehouse.erase(subject_id)
            seen.append(accounts.find(warehouse, ANNA))
            return count

    assert accounts.end_alerts(cast("LocalWarehouse", Watched(warehouse, lambda _: None)), ANNA, NOW)
    assert seen == [accounts.find(warehouse, ANNA)]
    assert seen[0]
    assert not seen[0].staff_id
    assert not warehouse.people([staff_id])


def test_an_invitation_from_before_a_decision_about_the_account_is_void(
    browser: Caller, warehouse: LocalWarehouse
) -> None:
    """A link for a new password, not used yet, neither opens a closed account again nor gives an old role back."""
    join(browser, warehouse)
    links = [accounts.create_invite(warehouse, ANNA, Role.ADMIN, NOW, ADDRESS).removeprefix(ADDRESS) for _ in range(2)]
    later = NOW + dtm.timedelta(seconds=1)
    fields = {"password": PASSWORD, "again": PASSWORD}
    accounts.set_role(warehouse, ANNA, Role.ANALYST, later)
    assert browser.post(links[0], data=fields, headers=OURS).status_code == 410
    accounts.set_active(warehouse, ANNA, later, is_active=False)
    assert browser.get(links[1]).status_code == 410
    assert browser.post(links[1], data=fields, headers=OURS).status_code == 410
    found = accounts.find(warehouse, ANNA)
    assert found
    assert (found.role, found.is_active) == (Role.ANALYST, False)
    anew = accounts.create_invite(warehouse, ANNA, Role.HOST, later, ADDRESS).removeprefix(ADDRESS)
    assert browser.post(anew, data=fields, headers=OURS).status_code == 303


def test_nobody_shuts_themselves_out(admin: Tab, warehouse: LocalWarehouse) -> None:
    me = "admin@example.org"
    for handler, arguments in (("close", (me,)), ("change_role", (me, "host")), ("drop_second_factor", (me,))):
        assert admin.call(Accounts, handler, *arguments).complaint
    found = accounts.find(warehouse, me)
    assert found
    assert (found.role, found.is_active) == (Role.ADMIN, True)


def test_the_journal_tells_who_did_what(admin: Tab) -> None:
    admin.call(Accounts, "close", HOST)
    page = admin.call(Audit, "opened")
    assert (page.lines[0].who, page.lines[0].what, page.lines[0].about) == ("admin@example.org", "закрыл доступ", HOST)
    assert {line.kind for line in page.lines} == {"access", "fact"}
    assert [line.at for line in page.lines] == sorted((line.at for line in page.lines), reverse=True)


def test_the_journal_speaks_in_words_and_not_in_codes(admin: Tab, warehouse: LocalWarehouse) -> None:
    admin.call(Accounts, "invite", {"email": "new@example.org", "role": "marketer"})
    admin.call(Accounts, "change_role", HOST, "analyst")
    gone = [LeadErased(action_id=f"erased-{by}", by=by) for by in ("self", "cli")]
    warehouse.append([Fact.of(one, emitter=Emitter.CRM, occurred_at=NOW, lead_id=one.by) for one in gone])

    lines = admin.call(Audit, "opened").lines
    assert {line.about for line in lines} >= {"new@example.org (маркетолог)", f"{HOST} → аналитик"}
    assert {line.who for line in lines} >= {"сам человек", "командная строка"}
    assert not {line.who for line in lines} & {"self", "cli"}


def test_the_journal_forgets_after_a_year(warehouse: LocalWarehouse) -> None:
    journal.note(warehouse, "login", ANNA, now=NOW - dtm.timedelta(days=400))
    journal.note(warehouse, "login", ANNA, now=NOW)
    journal.sweep(warehouse, now=NOW)
    assert len(journal.newest(warehouse)) == 1


def spoken(page: str) -> list[str]:
    """Where the page leads in other languages."""
    return [address.replace("&amp;", "&") for address in re.findall(r'<a class="lang" href="([^"]+)"', page)]


def test_the_other_language_is_got_from_every_page_that_has_an_address(
    browser: Caller, warehouse: LocalWarehouse
) -> None:
    link = accounts.create_invite(warehouse, HOST, Role.HOST, NOW, ADDRESS).removeprefix(ADDRESS)
    refused = browser.post("/login?lang=en", data={"email": HOST, "next": "/studio/board?a=1"}, headers=OURS)
    assert spoken(refused.text) == [f"/login?next=%2Fstudio%2Fboard%3Fa%3D1&lang={code}" for code in ("ru", "en")]
    short = browser.post(link, data={"password": "short", "again": "short"}, headers=OURS)
    foreign = browser.post("/account/sessions", data={}, headers={"origin": "https://elsewhere.example"})
    for page in (refused, short, foreign):
        assert [browser.get(address).status_code for address in spoken(page.text)] == [200, 200]


def test_what_is_shown_once_has_no_other_language(browser: Caller, warehouse: LocalWarehouse) -> None:
    secured(browser, warehouse)
    assert spoken(log_in(browser).text) == []


def test_a_used_up_invitation_offers_no_form_to_fill_in_vain(browser: Caller, warehouse: LocalWarehouse) -> None:
    link = accounts.create_invite(warehouse, HOST, Role.HOST, NOW, ADDRESS).removeprefix(ADDRESS)
    typed = {"password": PASSWORD, "again": PASSWORD}
    assert 'name="password"' in browser.get(link).text
    browser.post(link, data=typed, headers=OURS)
    for gone in (browser.post(link, data=typed, headers=OURS), browser.get(link), browser.get("/invite/never-was")):
        assert gone.status_code == 410
        assert 'name="password"' not in gone.text
        assert 'href="/login"' in gone.text


def test_who_comes_back_to_the_second_step_begins_anew(browser: Caller) -> None:
    answer = browser.get("/login/code")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
