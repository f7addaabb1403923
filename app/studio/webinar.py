"""/studio/webinars/<id>: a webinar's sessions, and what a host does with them: schedule, move, cancel, go live, end."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from app.registration.landing_view import picture_path
from app.settings import Settings
from app.shared import schedule, texts, warehouse
from app.shared.numbers import decimal
from app.shared.route import Route
from app.studio import desk, programme, webinar_view
from app.studio.cards import SessionCard, session_card
from app.studio.desk import HOSTS, READERS, Desk
from app.studio.forms import Complaints
from domain.embeds import has_picture
from domain.events import Fact
from domain.webinars import Session, Webinar
from warehouse.interface import WarehouseError
from warehouse.reads import studio


class WebinarPage(Desk):
    """One webinar and its sessions."""

    title: str = ""
    slug: str = ""
    link: str = ""
    has_picture: bool = True
    zone: str = ""
    mode: str = ""
    current_id: str = ""
    is_missing: bool = False
    ahead: list[SessionCard] = []
    past: list[SessionCard] = []
    asking: str = ""
    """What the host is asked to confirm: `cancel:<session>`, `end:<session>`, `move:<session>` or ""."""
    wrong_start: str = ""
    form_key: int = 0
    handouts: list[dict[str, str]] = []
    picture: str = ""
    """Address of what the links to the landing unfurl with."""
    has_own_picture: bool = False

    @rx.event
    async def opened(self) -> None:
        """Show the webinar."""
        if not await self._may(*READERS):
            return
        self.asking = self.wrong_start = ""
        await self._show()
        self._say_handout(self.router.url.query_parameters.get("handout", ""))
        self._say_picture(self.router.url.query_parameters.get("picture", ""))

    @rx.event
    async def ask(self, question: str) -> None:
        """Ask before something that cannot be taken back; "" takes the question back."""
        if await self._may(*HOSTS):
            self.asking, self.wrong_start = question, ""

    @rx.event
    async def schedule_session(self, typed: dict[str, Any]) -> None:
        """A new session."""
        await self._act(lambda webinar, _: self._new_session(webinar, typed), "scheduled")

    @rx.event
    async def move(self, typed: dict[str, Any]) -> None:
        """The session at another time. The form names the session."""

        def moved(webinar: Webinar, session: Session | None) -> Fact:
            zone = webinar.definition.time_zone
            starts_at = programme.start_of(str(typed.get("starts_at", "")), zone, now=desk.now())
            return programme.rescheduled(_there(session), webinar, starts_at, now=desk.now())

        await self._act(moved, "moved", str(typed.get("session_id", "-")))

    @rx.event
    async def cancel(self, session_id: str) -> None:
        """The session will not happen."""
        await self._act(
            lambda _, session: programme.cancelled(_there(session), now=desk.now()), "cancelled", session_id
        )

    @rx.event
    async def go_live(self, session_id: str) -> None:
        """On air, now."""
        await self._act(lambda _, session: programme.started(_there(session), now=desk.now()), "started", session_id)

    @rx.event
    async def end(self, session_id: str) -> None:
        """Off air, now."""
        await self._act(lambda _, session: programme.ended(_there(session), now=desk.now()), "ended", session_id)

    def _new_session(self, webinar: Webinar, typed: dict[str, Any]) -> Fact:
        moment = desk.now()
        starts_at = programme.start_of(str(typed.get("starts_at", "")), webinar.definition.time_zone, now=moment)
        return programme.scheduled(webinar, schedule.current(), starts_at, now=moment)

    async def _act(self, stated: Callable[[Webinar, Session | None], Fact], done: str, session_id: str = "") -> None:
        """State one fact about a session of this webinar and show what came of it."""
        if not await self._may(*HOSTS):
            return
        plan = await schedule.refresh()
        webinar, session = plan.webinars.get(self.current_id), plan.sessions.get(session_id)
        if webinar is None or (session_id and (session is None or session.webinar_id != self.current_id)):
            self.complaint = self._text("wrong.session_gone")
            return
        try:
            await warehouse.get().append([stated(webinar, session)], quarantine=False)
        except Complaints as found:
            self._complain(found)
            return
        except WarehouseError:
            self.complaint = self._text("away")
            return
        self.asking = self.wrong_start = ""
        self.form_key += 1
        await self._show()
        self.notice = self._text(f"done.{done}")

    def _complain(self, found: Complaints) -> None:
        sentences = {field: self._text(f"wrong.{code}") for field, code in found.fields.items()}
        self.wrong_start = sentences.get("starts_at", "")
        self.complaint = sentences.get("session", "")

    def _say_handout(self, code: str) -> None:
        """What became of a file that was sent or removed: the route that did it leads back here with a code."""
        if code in {"added", "removed"}:
            self.notice = self._text(f"done.handout_{code}")
        elif code in {"too_big", "none", "kind", "many", "gone", "away"}:
            self.complaint = self._text(f"wrong.handout_{code}")

    def _say_picture(self, code: str) -> None:
        """The same for the picture of the links."""
        if code in {"sent", "removed"}:
            self.notice = self._text(f"picture.done.{code}")
        elif code in {"too_big", "none", "kind", "small", "large", "away"}:
            self.complaint = self._text(f"picture.wrong.{code}")

    async def _show(self) -> None:
        plan, moment = await schedule.refresh(), desk.now()
        self.current_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        webinar = plan.webinars.get(self.current_id)
        self.is_missing = webinar is None
        if webinar is None:
            return
        self.title = texts.localised(webinar.definition.title, self.lang)
        self.slug, self.zone, self.mode = webinar.slug, webinar.definition.time_zone, webinar.definition.mode
        self.link = f"{Settings().address}/w/{webinar.slug}"
        self.has_picture = has_picture(webinar.definition.media_kind, webinar.definition.media_url)
        self.picture, self.has_own_picture = picture_path(webinar), webinar.definition.picture is not None
        self.handouts = [
            {
                "id": one.handout_id,
                "title": one.title,
                "size": decimal(max(0.1, one.size_bytes / 1_048_576), self.lang, 1),
            }
            for one in webinar.definition.handouts
        ]
        numbers = await warehouse.get().run(studio.session_numbers)
        present = await warehouse.get().run(studio.in_room, moment)
        cards = [
            session_card(session, webinar, numbers, present, language=self.lang, now=moment)
            for session in plan.sessions_of(webinar.webinar_id)
        ]
        self.ahead = [card for card in cards if card.phase in {"lobby", "on_air"}]
        self.past = [card for card in reversed(cards) if card.phase in {"over", "cancelled"}]


def _there(session: Session | None) -> Session:
    if session is None:
        raise Complaints({"session": "session_gone"})
    return session


PAGES = [
    Route(
        "/studio/webinars/[webinar_id]",
        lambda: webinar_view.view(WebinarPage),
        title="title.webinar",
        on_load=WebinarPage.opened,
    )
]
