"""/studio/failures: what of the house does not work now, since when, what to do; and what was over lately."""

import datetime as dtm
from dataclasses import dataclass

import reflex as rx

from app.access import accounts
from app.access.roles import Role
from app.settings import Settings
from app.shared import warehouse
from app.shared.route import Route
from app.studio import desk, failures_view
from app.studio.desk import READERS, Desk
from app.studio.measures import span
from domain import failure_words
from domain.failures import SETTLED_BY_HAND, Failure, over
from warehouse.interface import WarehouseError
from warehouse.reads import failures

SHOWN_PAST = 50


@dataclass(frozen=True)
class Line:
    """One failure, ready to show."""

    failure_id: str
    kind: str
    label: str
    what: str
    advice: str
    since: str
    ended: str
    lasted: str
    by: str
    page: str
    """Where in the studio to look into it; "" for nowhere else."""
    dagster: str
    """Address in Dagster; "" when it is no matter of Dagster's."""
    can_settle: bool


class Failures(Desk):
    """The list, what lasts first."""

    lasting: list[Line] = []
    past: list[Line] = []
    is_away: bool = False
    as_of: str = ""
    may_settle: bool = False
    gets_alerts: bool = True
    """False: who looks could have them in Telegram, and has not linked it."""

    @rx.event
    async def opened(self) -> None:
        """Show what there is."""
        if await self._may(*READERS):
            await self._show()

    @rx.event
    async def beat(self) -> None:
        """Look again: the page is being looked at."""
        if await self._still(*READERS):
            await self._show()

    @rx.event
    async def settle(self, failure_id: str) -> None:
        """Close a failure that nothing will make well by itself: a run nobody is going to repeat."""
        account = await self._may()
        if account is None:
            return
        now = desk.now()
        try:
            known = await warehouse.get().run(failures.failures, now=now)
            found = next((one for one in known if one.failure_id == failure_id and one.is_open), None)
            if found is not None and found.kind in SETTLED_BY_HAND:
                await warehouse.get().append([over(found, now, by=account.email)], quarantine=False)
        except WarehouseError:
            self.complaint = self._text("away")
            return
        await self._show()
        self.notice = self._text("failures.settled")

    async def _show(self) -> None:
        now = desk.now()
        try:
            found = await warehouse.get().run(failures.failures, now=now)
            self.gets_alerts = await self._is_linked()
        except WarehouseError:
            self.is_away, self.lasting, self.past = True, [], []
            return
        self.is_away, self.as_of = False, now.isoformat()
        self.may_settle = self.role == str(Role.ADMIN)
        address = Settings().dagster_address
        lines = [(one, self._line(one, now, address)) for one in found]
        self.lasting = [line for one, line in lines if one.is_open]
        over_lately = sorted(
            ((one.recovered_at, line) for one, line in lines if one.recovered_at),
            key=lambda pair: pair[0],
            reverse=True,
        )
        self.past = [line for _, line in over_lately[:SHOWN_PAST]]

    async def _is_linked(self) -> bool:
        account = await warehouse.get().run(accounts.find, self.email)
        if account is None or not account.runs_the_house:
            return True
        return account.staff_id in await warehouse.get().run(failures.staff)

    def _line(self, failure: Failure, now: dtm.datetime, dagster: str) -> Line:
        words = failure_words.said(failure, "en" if self.lang == "en" else "ru")
        page, there = failure_words.studio_page(failure), failure_words.dagster_page(failure)
        return Line(
            failure_id=failure.failure_id,
            kind=failure.kind,
            label=words.label,
            what=words.what,
            advice=words.advice,
            since=failure.since.isoformat(),
            ended=failure.recovered_at.isoformat() if failure.recovered_at else "",
            lasted=span(((failure.recovered_at or now) - failure.since).total_seconds(), self.lang),
            by=failure.by,
            page="" if page == failure_words.FAILURES_PAGE else page,
            dagster=f"{dagster}{there}" if there else "",
            can_settle=failure.kind in SETTLED_BY_HAND,
        )


PAGES = [
    Route("/studio/failures", lambda: failures_view.view(Failures), title="title.failures", on_load=Failures.opened)
]
