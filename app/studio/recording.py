"""/studio/record/<session>: a LIVE session that is over becomes an AUTO webinar with its chat, polls and offers."""

import uuid
from typing import Any

import reflex as rx

from app.room import scripts
from app.shared import schedule, texts, warehouse
from app.shared.route import Route
from app.studio import desk, recording_view, script_versions
from app.studio.desk import HOSTS, Desk
from app.studio.forms import Complaints, Reader
from app.studio.media_form import MEDIA_KINDS, media_of
from app.studio.webinar_form import slug_in
from domain.events import ChatPosted, Emitter, Fact, HostPosted, WebinarConfigured
from domain.reasons import as_clock
from domain.script import RECORDED, Naming, Recording, moved, recorded
from domain.script_files import clock_seconds
from domain.webinars import Session, Webinar
from warehouse.interface import Personal, WarehouseError

FIELDS = ("title_ru", "title_en", "slug", "media_kind", "media_url", "shift", "naming", "is_script_disclosed")
BY_HAND = {"show_at_seconds": None, "close_at_seconds": None}
"""Polls that the clock opened stand in the script: the clock must not open them a second time."""
NAMINGS: tuple[Naming, ...] = ("pseudonym", "anonymous", "keep")


class RecordPage(Desk):
    """One session on its way to an automatic webinar."""

    current_id: str = ""
    title: str = ""
    webinar_id: str = ""
    starts_at: str = ""
    length: str = ""
    obstacle: str = ""
    """Why it cannot be done: unknown, not_live, not_over; "" when it can."""
    lines: int = 0
    polls: int = 0
    offers: int = 0
    pins: int = 0
    left_out: int = 0
    values: dict[str, str] = dict.fromkeys(FIELDS, "")
    wrong: dict[str, str] = dict.fromkeys(FIELDS, "")
    form_key: int = 0

    @rx.event
    async def opened(self) -> None:
        """Show what the session has to give."""
        if not await self._may(*HOSTS):
            return
        self.current_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        found = await self._session()
        if found is None:
            return
        session, webinar = found
        try:
            tape = await tape_of(session, webinar, "pseudonym")
        except WarehouseError:
            self.complaint = self._text("away")
            return
        kinds = [entry.kind for entry in tape.entries]
        self.lines, self.polls, self.pins = kinds.count("line"), kinds.count("poll_open"), kinds.count("pin")
        self.offers, self.left_out = kinds.count("offer_show"), tape.left_out
        definition = webinar.definition
        self.title = texts.localised(definition.title, self.lang)
        self.webinar_id, self.starts_at = webinar.webinar_id, session.opens_at.isoformat()
        self.length = as_clock(session.length_seconds)
        self.wrong = dict.fromkeys(FIELDS, "")
        self.values = {
            **{f"title_{language}": definition.title.get(language, "") for language in texts.LANGUAGES},
            "slug": f"{definition.slug}-auto"[:60],
            "media_kind": definition.media_kind,
            "media_url": definition.media_url,
            "shift": "0",
            "naming": "pseudonym",
            "is_script_disclosed": "on",
        }
        self.form_key += 1

    @rx.event
    async def make(self, typed: dict[str, Any]) -> Any:
        """Make the webinar and its script, and go to the script."""
        account = await self._may(*HOSTS)
        found = await self._session()
        if account is None or found is None:
            return None
        try:
            webinar_id = await make_auto(*found, typed, by=account.email)
        except Complaints as complaints:
            self.values = {name: str(typed.get(name) or "") for name in FIELDS}
            self.wrong = dict.fromkeys(FIELDS, "") | {
                name: self._text(f"wrong.{code}") for name, code in complaints.fields.items()
            }
            self.complaint = self._text("wrong.form", count=len(complaints.fields))
            return None
        except WarehouseError:
            self.complaint = self._text("away")
            return None
        return rx.redirect(f"/studio/webinars/{webinar_id}/script")

    async def _session(self) -> tuple[Session, Webinar] | None:
        plan = await schedule.refresh()
        session = plan.sessions.get(self.current_id)
        webinar = plan.judging(session) if session else None
        if session is None or webinar is None:
            self.obstacle = "unknown"
        elif session.mode != "live" or not session.has_run:
            self.obstacle = "not_live"
        else:
            self.obstacle = "" if session.phase(desk.now()) == "over" else "not_over"
        return None if self.obstacle or session is None or webinar is None else (session, webinar)


async def tape_of(session: Session, webinar: Webinar, naming: Naming) -> Recording:
    """What the log tells of the session, on its clock. Raises WarehouseError."""
    facts = await warehouse.get().facts_of(session_ids=(session.session_id,), names=RECORDED)
    subjects = {
        fact.lead_id or str(fact.properties["by"]) for fact in facts if fact.name in {ChatPosted.name, HostPosted.name}
    }
    rows = await warehouse.get().people(sorted(subjects), (Personal.CHAT_TEXT,)) if subjects else []
    return recorded(
        facts,
        webinar.definition,
        opens_at=session.opens_at,
        length_seconds=session.length_seconds,
        naming=naming,
        texts={(row.subject_id, row.ref) for row in rows},
    )


async def make_auto(session: Session, webinar: Webinar, typed: dict[str, Any], *, by: str) -> str:
    """State the AUTO webinar and the first version of its script; returns its id. Raises Complaints, WarehouseError."""
    reader = Reader(typed)
    slug = slug_in(reader, schedule.current(), None, str(typed.get("title_ru") or ""))
    title = reader.both("title", required=True)
    url = media_of(reader, "auto")
    kind = reader.one_of("media_kind", MEDIA_KINDS)
    shift = reader.text("shift").replace("−", "-")
    seconds = clock_seconds(shift.lstrip("+-") or "0")
    if seconds is None:
        reader.wrong["shift"] = "not_a_duration"
    naming = next((known for known in NAMINGS if known == reader.form.get("naming")), NAMINGS[0])
    tape = await tape_of(session, webinar, naming)
    if reader.wrong or seconds is None:
        raise Complaints(reader.wrong)
    now = desk.now()
    polls = tuple(poll.model_copy(update=BY_HAND) for poll in webinar.definition.polls)
    update = {
        "action_id": str(uuid.uuid4()), "slug": slug, "title": title, "mode": "auto", "media_kind": kind,
        "media_url": url, "polls": polls, "duration_seconds": max(1, round(session.length_seconds)), "script": (),
        "is_script_disclosed": reader.ticked("is_script_disclosed"),
    }  # fmt: skip
    definition = WebinarConfigured.model_validate(webinar.definition.model_copy(update=update).model_dump())
    fact = Fact.of(definition, emitter=Emitter.STUDIO, occurred_at=now, webinar_id=slug)
    await warehouse.get().append([fact])
    await schedule.refresh()
    entries, _ = moved(tape.entries, -seconds if shift.startswith("-") else seconds)
    known, names = await scripts.words(entries)
    base = scripts.Script(0, (), known, names)
    await script_versions.save(
        Webinar(slug, definition),
        script_versions.with_words(entries, base),
        base=base,
        origin=f"session:{session.session_id}",
        by=by,
        now=now,
    )
    return slug


PAGES = [
    Route(
        "/studio/record/[session_id]",
        lambda: recording_view.view(RecordPage),
        title="title.recording",
        on_load=RecordPage.opened,
    )
]
