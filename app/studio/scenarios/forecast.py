"""A step of somebody's future in words: when in their zone, what becomes of it and why. No Reflex."""

import datetime as dtm
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.shared import texts
from app.studio.bubbles import said, scenario_label
from app.studio.forms import Complaints, Reader
from domain.evaluation import PlannedStep
from domain.imagined import Coming, Person

COMING: tuple[Coming, ...] = ("misses", "attends", "leaves_early")
MOST_HOURS = 720


@dataclass(frozen=True)
class Foreseen:
    """One message of a preview. `at`: local time there, "" if nobody knows; `state`: planned, skipped, waiting."""

    key: str
    scenario: str
    label: str
    recipient: str
    template: str
    at: str
    state: str
    state_text: str
    why: str


def foreseen(steps: Sequence[PlannedStep], zone: ZoneInfo, language: str, *, is_real: bool) -> list[Foreseen]:
    """The steps in the order in which they happen; those without a moment last.

    Of somebody real, what is decided is history; an imagined person has none.
    """
    never = dtm.datetime.max.replace(tzinfo=dtm.UTC)
    ordered = sorted(steps, key=lambda step: (_moment(step) or never, step.message_key))
    lines = [_foreseen(step, zone, language, is_history=is_real and step.is_decided) for step in ordered]
    return lines if is_real else [_settled(line, language) for line in lines]


def _settled(line: Foreseen, language: str) -> Foreseen:
    """An imagined life is over: what still waits for its occasion never had one."""
    if line.state != "waiting" or line.at:
        return line
    return replace(line, state="none", state_text=texts.translate(language, "studio.scenarios.no_occasion"), why="")


def _moment(step: PlannedStep) -> dtm.datetime | None:
    return step.at or step.due_at


def _foreseen(step: PlannedStep, zone: ZoneInfo, language: str, *, is_history: bool) -> Foreseen:
    at = _moment(step)
    word = {"planned": "sent_already" if is_history else "sent", "skipped": "skipped", "waiting": "waits"}
    return Foreseen(
        key=step.step.key,
        scenario=scenario_label(step.run.scenario.name, language),
        label=texts.localised(step.step.label, language),
        recipient=texts.translate(language, f"studio.recipient.{step.step.recipient}"),
        template=step.step.template,
        at=local(at, zone, language) if at else "",
        state=step.state,
        state_text=texts.translate(language, f"studio.scenarios.preview_page.{word[step.state]}"),
        why=" ".join(said(code, language) for code in (step.reason, *step.saw) if code),
    )


def local(moment: dtm.datetime, zone: ZoneInfo, language: str) -> str:
    """A moment there: weekday, date, time."""
    there = moment.astimezone(zone)
    days = texts.translate(language, "studio.scenarios.weekdays").split()
    date = f"{there:%d.%m}" if language == "ru" else f"{there:%d %b}"
    return f"{days[there.weekday()]} {date} {there:%H:%M}" + (f":{there:%S}" if there.second else "")


def person_of(form: Mapping[str, object], session_ids: Sequence[str]) -> Person:
    """The imagined person of a filled form; without a zone of their own the webinar's counts. Raises Complaints."""
    reader = Reader(form)
    hours = reader.number("hours_before", least=0, most=MOST_HOURS, default=72)
    session_id = reader.one_of("session", tuple(session_ids)) if session_ids else ""
    coming = reader.one_of("coming", COMING)
    if reader.wrong or not session_id:
        raise Complaints(reader.wrong or {"session": "session_gone"})
    return Person(
        session_id=session_id,
        hours_before=hours,
        coming=coming,  # type: ignore[arg-type] # one of COMING
        has_partner=reader.ticked("partner"),
        is_linked=reader.ticked("linked"),
        purposes=tuple(p for p in ("processing", "marketing", "partner_transfer") if reader.ticked(p)),
        time_zone=reader.text("zone") or None,
    )
