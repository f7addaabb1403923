"""What every page of the cabinet stands on: which partner is asking. No data may enter a State before `_partner`."""

from typing import Any

import reflex as rx

from app.access.roles import Role
from app.settings import Settings
from app.shared import schedule, texts, warehouse
from app.shared.layout import anchor
from app.studio.desk import Desk
from app.studio.frame import loading, rail, when_read, zone_line
from domain.webinars import Partner
from warehouse.interface import Personal, WarehouseError

SECTION = "cabinet"
Child = Any
PAGES = (
    ("home", "/partner"), ("links", "/partner/links"), ("leads", "/partner/leads"), ("team", "/partner/team"),
)  # fmt: skip


class Cabinet(Desk):
    """The partner whose cabinet is open. Pages are substates; `await self._partner()` is the first line of each."""

    words: dict[str, str] = texts.section(texts.DEFAULT, SECTION)
    partner_name: str = ""
    is_nobody: bool = False
    """The account belongs to no partner (any more)."""

    async def _partner(self) -> Partner | None:
        """The partner this account belongs to, whatever the client sent; None: nothing is shown."""
        account = await self._may(Role.PARTNER)
        if account is None:
            return None
        self.words = texts.section(self.lang, SECTION)
        try:
            plan = await schedule.refresh()
            partner = plan.partners.get(account.partner_id or "") if account.role == Role.PARTNER else None
            self.is_nobody = partner is None
            if partner is None:
                return None
            names = await warehouse.get().people([partner.partner_id], {Personal.NAME})
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        self.partner_name = names[0].value if names else partner.code
        return partner

    def _word(self, key: str, **values: object) -> str:
        return texts.translate(self.lang, f"{SECTION}.{key}", **values)


def site() -> str:
    """The address of the house, as links carry it."""
    return Settings().address


w = Cabinet.words


def frame(*children: Child, name: str, title: Child, lead: Child = None) -> rx.Component:
    """A page of the cabinet: navigation, title, content. Strangers are told how to get in."""
    t = Desk.t
    return rx.el.div(
        anchor(t["studio.skip"], href="#main", class_name="skip"),
        _rail(name),
        rx.el.main(
            rx.match(
                Desk.access,
                ("granted", when_read(_content(children, title, lead))),
                ("nobody", _closed()),
                ("forbidden", _closed()),
                loading(),
            ),
            class_name=f"desk-main cabinet {name}",
            id="main",
            tab_index=-1,
        ),
        class_name="desk",
        lang=Desk.lang,
    )


def _rail(name: str) -> rx.Component:
    pages = [(key, w[f"cabinet.nav.{key}"], path) for key, path in PAGES]
    return rail(
        name, pages, label=w["cabinet.nav.label"], who=rx.el.span(Cabinet.partner_name, class_name="rail-who wrap")
    )


def _content(children: tuple[Child, ...], title: Child, lead: Child) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.div(rx.el.h1(title, id="page-title", tab_index=-1), lead or rx.fragment(), class_name="desk-title"),
            class_name="desk-head",
        ),
        _banner(Desk.complaint, "bad", "alert", "complaint"),
        _banner(Desk.notice, "good", "status", "notice"),
        rx.cond(
            Cabinet.is_nobody,
            rx.el.section(
                rx.el.h2(w["cabinet.nobody.title"]),
                rx.el.p(w["cabinet.nobody.text"]),
                class_name="empty",
                custom_attrs={"data-testid": "no-partner"},
            ),
            rx.fragment(*children, zone_line()),
        ),
    )


def _banner(text: Child, kind: str, role: str, name: str) -> rx.Component:
    attributes = {"data-kind": kind, "data-testid": name}
    return rx.cond(text != "", rx.el.p(text, class_name="banner", role=role, custom_attrs=attributes))


def _closed() -> rx.Component:
    return rx.el.section(
        rx.el.h1(w["cabinet.closed.title"]),
        rx.el.p(w["cabinet.closed.text"]),
        class_name="notice",
        custom_attrs={"data-testid": "access-nobody"},
    )
