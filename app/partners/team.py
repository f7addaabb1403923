"""/partner/team: whom the partner invited, whom those invited, and a link for the next one."""

from collections.abc import Iterator
from dataclasses import dataclass

import reflex as rx

from app.partners import membership, team_view
from app.partners.cabinet import Cabinet, site
from app.shared import schedule, warehouse
from app.shared.route import Route
from app.studio import desk
from domain.webinars import Schedule
from warehouse.interface import WarehouseError
from warehouse.reads import studio
from warehouse.reads.studio import PartnerNumbers

DEEPEST = 5


@dataclass(frozen=True)
class Member:
    """One invited partner. `depth`: 1 for those one invited oneself."""

    name: str
    depth: int
    indent: str
    leads: int
    attended: int


class PartnerTeam(Cabinet):
    """The tree of invited partners."""

    members: list[Member] = []
    invited_by: str = ""
    link: str = ""
    """An invitation; shown once."""
    as_of: str = ""

    @rx.event
    async def opened(self) -> None:
        """Show the tree."""
        if partner := await self._partner():
            self.link = ""
            await self._show(partner.partner_id)

    @rx.event
    async def invite(self) -> None:
        """Make a one-time link for somebody who is to become a partner."""
        partner = await self._partner()
        if partner is None:
            return
        try:
            self.link = await warehouse.get().run(membership.invitation, partner.partner_id, site(), now=desk.now())
        except WarehouseError:
            self.complaint = self._text("away")

    async def _show(self, partner_id: str) -> None:
        try:
            numbers = {one.partner_id: one for one in await warehouse.get().run(studio.partners)}
        except WarehouseError:
            self.complaint = self._text("away")
            return
        plan = schedule.current()
        above = plan.partners[partner_id].invited_by if partner_id in plan.partners else None
        self.invited_by = numbers[above].name if above in numbers else ""
        self.members = list(tree(plan, numbers, partner_id))
        self.as_of = desk.now().isoformat()


def tree(plan: Schedule, numbers: dict[str, PartnerNumbers], root: str, depth: int = 1) -> Iterator[Member]:
    """Everybody below a partner, depth first, each under who invited them; deeper than DEEPEST is left out."""
    if depth > DEEPEST:
        return
    below = [one.partner_id for one in plan.partners.values() if one.invited_by == root and one.partner_id != root]
    for partner_id in below:
        found = numbers.get(partner_id)
        name = (found.name if found else "") or plan.partners[partner_id].code
        leads, attended = (found.leads, found.attended) if found else (0, 0)
        yield Member(name, depth, f"{(depth - 1) * 1.25}rem", leads, attended)
        yield from tree(plan, numbers, partner_id, depth + 1)


PAGES = [
    Route("/partner/team", lambda: team_view.view(PartnerTeam), title="title.partner_team", on_load=PartnerTeam.opened)
]
