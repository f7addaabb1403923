"""/studio/webinars/<id>/policy: the attendance policy, what another one would change, and applying it to the past."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.studio import desk, policy_view
from app.studio.desk import HOSTS, READERS, Desk
from app.studio.forms import Reader
from app.studio.redefining import redefined
from app.studio.webinar_form import filled_policy, policy_of
from app.studio.why import in_words
from domain.attendance import minimum_seconds
from domain.events import AttendancePolicy, Emitter
from domain.reasons import as_clock
from domain.reclassification import Change, Effect, applied, finished, outdated
from domain.webinars import Schedule, Session, Webinar
from warehouse.interface import Personal, WarehouseError
from warehouse.reads import attendance

BLANK = filled_policy(AttendancePolicy())
PEOPLE_SHOWN = 200


@dataclass(frozen=True)
class EffectRow:
    """What the policy would do to one session."""

    session_id: str
    starts_at: str
    version: int
    gained: int
    lost: int
    unchanged: int


@dataclass(frozen=True)
class Turned:
    """Somebody whose verdict the policy would turn."""

    lead_id: str
    session_id: str
    name: str
    starts_at: str
    watched: str
    before: str
    before_needed: str
    after: str
    after_needed: str
    becomes: str


class PolicyPage(Desk):
    """The policy of one webinar."""

    current_id: str = ""
    title: str = ""
    is_missing: bool = False
    version: int = 0
    words: str = ""
    values: dict[str, str] = dict(BLANK)
    wrong: dict[str, str] = dict.fromkeys(BLANK, "")
    form_key: str = "blank"
    done: int = 0
    total: int = 0
    is_looking: bool = False
    has_looked: bool = False
    is_other: bool = False
    """The policy looked at is not the one in force."""
    looked_version: int = 0
    looked_words: str = ""
    looked_values: dict[str, str] = {}
    rows: list[EffectRow] = []
    gained: int = 0
    lost: int = 0
    unchanged: int = 0
    people: list[Turned] = []
    stale: int = 0
    """Finished sessions under an earlier policy."""
    asking: str = ""

    @rx.event
    async def opened(self) -> None:
        """Show the policy in force."""
        if not await self._may(*READERS):
            return
        self.current_id = self._id()
        self._forget_look()
        await self._show()

    @rx.event
    async def preview(self, typed: dict[str, Any]) -> AsyncIterator[None]:
        """What the typed policy would change in every session that is over; says how far it is."""
        if not await self._may(*READERS):
            return
        plan = await schedule.refresh()
        webinar = plan.webinars.get(self._id())
        policy = self._read(typed, plan, webinar) if webinar else None
        if webinar is None or policy is None:
            return
        try:
            async for _ in self._look(plan, webinar, policy):
                yield
        except WarehouseError:
            self.complaint = self._text("away")
        self.is_looking = False

    @rx.event
    async def keep(self) -> None:
        """Keep the policy that was looked at; sessions that are over keep theirs."""
        if not await self._may(*HOSTS):
            return
        plan = await schedule.refresh()
        webinar = plan.webinars.get(self._id())
        policy = self._read(self.looked_values, plan, webinar) if webinar and self.has_looked else None
        if webinar is None or policy is None or policy == webinar.policy:
            return
        try:
            await redefined(webinar.webinar_id, lambda _: {"policy": policy})
            await self._show()
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.is_other = False
        self.notice = self._text("policy.saved", version=policy.version)

    @rx.event
    async def ask(self, question: str) -> None:
        """Ask before judging anew (`apply`); "" takes the question back."""
        if await self._may(*HOSTS):
            self.asking = question

    @rx.event
    async def apply(self) -> None:
        """Have every session under an earlier policy judged anew; the reaction follows within seconds."""
        account = await self._may(*HOSTS)
        if not account:
            return
        plan, moment = await schedule.refresh(), desk.now()
        sessions = outdated(plan, self._id(), moment)
        if sessions:
            policy = plan.webinars[self._id()].policy
            facts = applied(sessions, policy, emitter=Emitter.STUDIO, now=moment, by=account.email)
            try:
                await warehouse.get().append(facts, quarantine=False)
            except WarehouseError:
                self.complaint = self._text("away")
                return
        self._forget_look()
        await self._show()
        self.notice = self._text("policy.applied", sessions=len(sessions))

    async def _look(self, plan: Schedule, webinar: Webinar, policy: AttendancePolicy) -> AsyncIterator[None]:
        self._forget_look()
        self.is_looking, self.looked_values = True, dict(self.values)
        self.looked_version, self.looked_words = policy.version, in_words(policy, self.lang)
        self.is_other = policy != webinar.policy
        yield
        turned: list[tuple[Session, Change]] = []
        for session, batches in await self._plan(plan, webinar, policy):
            found, judging = Effect(session.session_id), plan.judging(session) or webinar
            for leads in batches:
                part = await warehouse.get().run(attendance.effect_on, leads, session, judging, policy)
                found, self.done = found.plus(part), self.done + len(leads)
                yield
            self._count(session, judging.policy.version, found)
            turned += [(session, change) for change in (*found.gained, *found.lost)]
        await self._name(turned, policy, plan)
        self.has_looked = True

    async def _plan(
        self, plan: Schedule, webinar: Webinar, policy: AttendancePolicy
    ) -> Sequence[tuple[Session, list[list[str]]]]:
        """The sessions with their leads in batches; newest first."""
        over = reversed(finished(plan, webinar.webinar_id, policy, desk.now()))
        found = [(one, await warehouse.get().run(attendance.batches, one.session_id)) for one in over]
        self.total = sum(len(leads) for _, batches in found for leads in batches)
        return found

    def _count(self, session: Session, version: int, found: Effect) -> None:
        starts_at, gained, lost = session.starts_at.isoformat(), len(found.gained), len(found.lost)
        row = EffectRow(session.session_id, starts_at, version, gained, lost, found.unchanged)
        self.rows = [*self.rows, row]
        self.gained += gained
        self.lost += lost
        self.unchanged += found.unchanged

    async def _name(self, turned: list[tuple[Session, Change]], policy: AttendancePolicy, plan: Schedule) -> None:
        """The people behind the numbers."""
        shown = turned[:PEOPLE_SHOWN]
        rows = await warehouse.get().people(sorted({change.lead_id for _, change in shown}), [Personal.NAME])
        names = {row.subject_id: row.value for row in rows}
        nameless = self._text("nameless")
        self.people = [
            _turned(change, session, names.get(change.lead_id, nameless), (_judged_by(plan, session, policy), policy),
                    self.lang)
            for session, change in shown
        ]  # fmt: skip

    def _read(self, typed: dict[str, Any], plan: Schedule, webinar: Webinar) -> AttendancePolicy | None:
        """The typed policy; None when something is wrong with it (then the page says what)."""
        reader = Reader({name: typed.get(name, "") for name in BLANK})
        policy = policy_of(reader, webinar.policy, plan.last_policy_version(webinar.webinar_id))
        self.wrong = dict.fromkeys(BLANK, "") | {
            field: self._text(f"wrong.{code}") for field, code in reader.wrong.items()
        }
        if reader.wrong:
            self.complaint = self._text("wrong.form", count=len(reader.wrong))
            return None
        self.values = filled_policy(policy)
        return policy

    async def _show(self) -> None:
        plan = await schedule.refresh()
        webinar = plan.webinars.get(self._id())
        self.is_missing = webinar is None
        if webinar is None:
            return
        self.title = texts.localised(webinar.definition.title, self.lang)
        self.version, self.words = webinar.policy.version, in_words(webinar.policy, self.lang)
        self.values, self.wrong = filled_policy(webinar.policy), dict.fromkeys(BLANK, "")
        self.form_key = f"{webinar.webinar_id}:{webinar.definition.action_id}"
        self.stale = len(outdated(plan, webinar.webinar_id, desk.now()))

    def _forget_look(self) -> None:
        self.is_looking = self.has_looked = self.is_other = False
        self.asking = ""
        self.done = self.total = self.gained = self.lost = self.unchanged = 0
        self.rows, self.people = [], []

    def _id(self) -> str:
        """The webinar of /studio/webinars/<id>/policy."""
        parts = self.router.url.path.strip("/").split("/")
        return parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - the third part


def _judged_by(plan: Schedule, session: Session, otherwise: AttendancePolicy) -> AttendancePolicy:
    judging = plan.judging(session)
    return judging.policy if judging else otherwise


def _turned(
    change: Change, session: Session, name: str, policies: tuple[AttendancePolicy, AttendancePolicy], language: str
) -> Turned:
    facts = change.after.facts
    before, after = (texts.translate(language, f"studio.verdict.{v.status}") for v in (change.before, change.after))
    needed = [as_clock(minimum_seconds(facts, policy)) for policy in policies]
    return Turned(
        lead_id=change.lead_id,
        session_id=session.session_id,
        name=name,
        starts_at=session.starts_at.isoformat(),
        watched=as_clock(facts.watched_seconds),
        before=before,
        before_needed=needed[0],
        after=after,
        after_needed=needed[1],
        becomes=change.after.status,
    )


PAGES = [
    Route(
        "/studio/webinars/[webinar_id]/policy",
        lambda: policy_view.view(PolicyPage),
        title="title.policy",
        on_load=PolicyPage.opened,
    )
]
