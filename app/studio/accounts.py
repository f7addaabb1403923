"""/studio/accounts: who may log in and what they may do. For administrators."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.access import accounts, journal, second_factor, sessions
from app.access.accounts import Account
from app.access.journal import Deed
from app.access.roles import Role
from app.settings import Settings
from app.shared import warehouse
from app.shared.route import Route
from app.studio import accounts_view, desk
from app.studio.choices import Choice
from app.studio.desk import Desk
from domain.people import ContactError
from warehouse.interface import Warehouse, WarehouseError


@dataclass(frozen=True)
class Colleague:
    """One account as the list shows it."""

    email: str
    role: str
    role_text: str
    since: str
    is_active: bool
    has_second_factor: bool
    places: int
    is_me: bool


class Accounts(Desk):
    """The list of accounts and what is done to them."""

    colleagues: list[Colleague] = []
    roles: list[Choice] = []
    link: str = ""
    """The invitation just made; it is in nobody's memory but this tab's."""

    @rx.event
    async def opened(self) -> None:
        """Show everybody."""
        if await self._may():
            self.link = ""
            await self._show()

    @rx.event
    async def invite(self, typed: dict[str, Any]) -> None:
        """Make an invitation for an e-mail with a role."""
        account = await self._may()
        if account is None:
            return
        self.link, email, role = "", str(typed.get("email") or "").strip(), str(typed.get("role") or "")
        if role not in set(Role) - {Role.PARTNER}:
            self.complaint = self._text("accounts.bad_role")
            return
        try:
            address = Settings().address
            link = await warehouse.get().run(accounts.create_invite, email, role, desk.now(), address)
        except ContactError:
            self.complaint = self._text("accounts.bad_email")
            return
        except WarehouseError:
            self.complaint = self._text("away")
            return
        await self._note(account, "invited", f"{email} ({role})")
        self.link, self.notice = link, self._text("accounts.invited", email=email)

    @rx.event
    async def change_role(self, email: str, role: str) -> None:
        """Give somebody another role."""
        if role not in set(Role) - {Role.PARTNER}:
            return
        await self._change(email, "role_changed", _give_role, role)

    @rx.event
    async def close(self, email: str) -> None:
        """Close an account: its person is out at the next click."""
        await self._change(email, "closed", _close)

    @rx.event
    async def reopen(self, email: str) -> None:
        """Let somebody in again."""
        await self._change(email, "reopened", _reopen)

    @rx.event
    async def drop_second_factor(self, email: str) -> None:
        """Help somebody who lost the phone and the recovery codes."""
        await self._change(email, "second_factor_off", second_factor.turn_off)

    async def _change(self, email: str, deed: Deed, change: Any, *arguments: str) -> None:
        account = await self._may()
        if account is None:
            return
        if "@" not in email:
            self.complaint = self._text(
                "accounts.unknown"
            )  # a partner's cabinet: staff closes it on the partners' page
            return
        if email == account.email:
            self.complaint = self._text("accounts.not_yourself")
            return
        try:
            await warehouse.get().run(change, email, *arguments)
            await self._note(account, deed, " → ".join((email, *arguments)))
        except KeyError:
            self.complaint = self._text("accounts.unknown")
        except WarehouseError:
            self.complaint = self._text("away")
        else:
            self.notice = self._text("accounts.changed", email=email)
        await self._show()

    async def _note(self, account: Account, deed: Deed, about: str) -> None:
        await warehouse.get().run(journal.note, deed, account.email, now=desk.now(), about=about)

    async def _show(self) -> None:
        everybody = await warehouse.get().run(accounts.listed)
        places = await warehouse.get().run(_places, [one.email for one in everybody])
        self.roles = [Choice(str(role), self._text(f"role.{role}")) for role in Role if role != Role.PARTNER]
        self.colleagues = [
            Colleague(
                email=one.email,
                role=str(one.role),
                role_text=self._text(f"role.{one.role}"),
                since=one.created_at,
                is_active=one.is_active,
                has_second_factor=one.has_second_factor,
                places=places[one.email],
                is_me=one.email == self.email,
            )
            for one in everybody
            if "@" in one.email
        ]


def _places(connected: Warehouse, emails: list[str]) -> dict[str, int]:
    return {email: len(sessions.of(connected, email, desk.now())) for email in emails}


def _close(connected: Warehouse, email: str) -> None:
    accounts.set_active(connected, email, desk.now(), is_active=False)
    sessions.end_all(connected, email)


def _reopen(connected: Warehouse, email: str) -> None:
    accounts.set_active(connected, email, desk.now(), is_active=True)


def _give_role(connected: Warehouse, email: str, role: str) -> None:
    accounts.set_role(connected, email, role, desk.now())


PAGES = [
    Route("/studio/accounts", lambda: accounts_view.view(Accounts), title="title.accounts", on_load=Accounts.opened)
]
