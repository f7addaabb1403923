"""A lead's facts in words, newest first: what happened, when, who says so. Watch intervals of a visit are one line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from app.shared import texts
from app.studio.bubbles import form_answers, said, scenario_label, step_label
from app.studio.doers import doer
from domain.events import Fact, Poll, PollOpened
from domain.reasons import as_clock
from domain.webinars import Schedule
from warehouse.interface import Personal, PersonalRow

WATCHED = "client_webinar_watched"
KINDS = {
    "client_webinar_": "room", "message_": "message", "telegram_": "message", "core_": "lead", "consent_": "lead",
    "lead_": "lead", "touch_": "touch", "scenario_": "rule", "post_": "rule",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. `count`: how many facts it stands for; `due_at`: until when a task is to be done."""

    event_id: str
    at: str
    name: str
    title: str
    detail: str
    about: str
    emitter: str
    kind: str
    count: int = 1
    due_at: str = ""


def timeline(
    facts: Sequence[Fact],
    personal: Sequence[PersonalRow],
    schedule: Schedule,
    language: str,
    stages: Mapping[str, str] = MappingProxyType({}),
    opened: Sequence[Fact] = (),
) -> list[Entry]:
    """Every fact, newest first by event time; watch intervals that follow one another are drawn together.

    `stages` are the names of the pipeline's stages by slug; `opened` are polls that hosts opened where the lead was.
    """
    written = {row.ref: row for row in personal if row.ref}
    ordered = sorted(facts, key=lambda fact: (fact.occurred_at, fact.seq or 0))
    polls = _polls(schedule, opened)
    lines: list[Entry] = []
    for fact, entry in ((fact, _entry(fact, written, schedule, language)) for fact in _drawn_together(ordered)):
        poll = polls.get(str(fact.properties.get("poll_id")))
        detail = _answer(fact, poll, language) if poll else entry.detail
        lines.append(replace(entry, detail=detail, count=int(fact.properties.get("_count", 1))))
    return [_named(entry, stages) for entry in reversed(lines)]


def _polls(schedule: Schedule, opened: Sequence[Fact]) -> dict[str, Poll]:
    """Polls by id: those prepared for a webinar, and those asked as they came to the host's mind."""
    prepared = (poll for webinar in schedule.webinars.values() for poll in webinar.definition.polls)
    asked = (fact.as_event(PollOpened).poll for fact in opened)
    return {poll.poll_id: poll for poll in (*prepared, *asked)}


def _answer(fact: Fact, poll: Poll, language: str) -> str:
    """The question and what was chosen, in words; the answer's id where that answer is no more."""
    chosen = str(fact.properties.get("option"))
    words = {option.option_id: texts.localised(option.text, language) for option in poll.options}
    return f"{texts.localised(poll.question, language)} — {words.get(chosen, chosen)}"


def _named(entry: Entry, stages: Mapping[str, str]) -> Entry:
    """A stage by its name; one that is no more keeps its slug."""
    if entry.name != "lead_stage_changed":
        return entry
    slug, _, by = entry.detail.partition(" · ")
    return replace(entry, detail=f"{stages.get(slug, slug)} · {by}")


def _drawn_together(facts: Sequence[Fact]) -> list[Fact]:
    drawn: list[Fact] = []
    for fact in facts:
        before = drawn[-1] if drawn else None
        is_next = before and before.name == fact.name == WATCHED and before.session_id == fact.session_id
        if before and is_next:
            drawn[-1] = before.model_copy(
                update={
                    "properties": before.properties
                    | {
                        "to_position_seconds": fact.properties["to_position_seconds"],
                        "_count": before.properties.get("_count", 1) + 1,
                    }
                }
            )
        else:
            drawn.append(fact)
    return drawn


def _entry(fact: Fact, written: Mapping[str, PersonalRow], schedule: Schedule, language: str) -> Entry:
    webinar = schedule.webinars.get(fact.webinar_id or "")
    describe = DETAILS.get(fact.name)
    given_to = fact.properties.get("partner_id")
    is_regiven = fact.name == "lead_assigned" and given_to is not None
    known = schedule.partners.get(given_to or "") if is_regiven else None
    stated = {**fact.properties, "partner_id": known.code} if known else fact.properties
    return Entry(
        event_id=fact.event_id,
        at=fact.occurred_at.isoformat(),
        name=fact.name,
        title=texts.translate(language, f"studio.fact.{'lead_reassigned' if is_regiven else fact.name}"),
        detail=describe(stated, language) if describe else _spoken(fact, written, language),
        about=texts.localised(webinar.definition.title, language) if webinar else "",
        emitter=str(fact.emitter),
        kind=next((kind for prefix, kind in KINDS.items() if fact.name.startswith(prefix)), "rule"),
        due_at=str(fact.properties.get("due_at") or "") if fact.name.startswith("lead_task_") else "",
    )


def _spoken(fact: Fact, written: Mapping[str, PersonalRow], language: str) -> str:
    """What the person wrote; what staff wrote or did, and who of them."""
    stated = fact.properties
    ids = map(str, (stated.get("task_id"), stated.get("note_id"), stated.get("action_id"), fact.event_id))
    row = next((written[one] for one in ids if one in written), None)
    if row and row.kind == Personal.FORM_ANSWERS:
        return form_answers(row.value)
    is_told = row and row.value and row.kind not in {Personal.MESSAGE_TEXT, Personal.CONSENT_EVIDENCE}
    words = texts.translate(language, "common.quoted", text=row.value) if row and is_told else ""
    by = doer(stated.get("by") or "", language)
    return " · ".join(part for part in (words, *_of_task(fact, language), by) if part)


def _of_task(fact: Fact, language: str) -> list[str]:
    """Whose a task is, or what became of it."""
    if fact.name == "lead_task_done":
        return [texts.translate(language, f"studio.tasks.{'is_done' if fact.properties['is_done'] else 'is_open'}")]
    is_given = fact.name.startswith("lead_task_") and fact.properties.get("owner")
    return [f"→ {fact.properties['owner']}"] if is_given else []


def _touch(stated: Mapping[str, Any], _: str) -> str:
    utm = {name: value for name, value in (stated.get("utm") or {}).items() if value}
    parts = [stated["landing"], *(f"utm_{name}={value}" for name, value in utm.items())]
    if stated.get("ref"):
        parts.append(f"ref={stated['ref']}")
    if stated.get("referrer_host"):
        parts.append(f"← {stated['referrer_host']}")
    return " · ".join(parts)


def _verdict(stated: Mapping[str, Any], language: str) -> str:
    outcome = texts.translate(language, f"studio.outcome.{stated['outcome']}")
    return " ".join(
        [f"{outcome}.", *(said(code, language) for code in stated["reasons"]), f"(v{stated['policy_version']})"]
    )


def _message(stated: Mapping[str, Any], language: str) -> str:
    scenario = str(stated["scenario"])
    return f"{scenario_label(scenario, language)} → {step_label(scenario, stated['step'], language)}"


def _skipped(stated: Mapping[str, Any], language: str) -> str:
    return " ".join(
        [f"{_message(stated, language)}.", *(said(code, language) for code in (stated["reason"], *stated["saw"]))]
    )


def _delivery(stated: Mapping[str, Any], language: str) -> str:
    scenario, _, rest = str(stated["message_key"]).partition(":")
    by = texts.translate(language, "studio.outbox.dry_run") if stated["transport"] == "dry_run" else "Telegram"
    parts = (by, stated.get("code"), stated.get("detail"), rest and scenario_label(scenario, language))
    return " · ".join(str(part) for part in parts if part)


def _assigned(stated: Mapping[str, Any], language: str) -> str:
    """Who looks after the lead, or whose it became (the partner's code; the name is on the card), why and by whom."""
    owner = stated.get("owner")
    parts = [texts.translate(language, "studio.crm.nobody") if owner == "" else owner]
    if stated.get("partner_id") is not None:
        partner = stated["partner_id"] or texts.translate(language, "studio.crm.no_partner")
        parts.append(f"{texts.translate(language, 'studio.crm.partner')}: {partner}")
    return " · ".join(str(part) for part in (*parts, stated.get("reason"), stated.get("by")) if part)


DETAILS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "touch_recorded": _touch,
    "core_ingest_event": lambda stated, _: " · ".join(
        str(part) for part in (stated.get("source"), stated.get("ref"), stated.get("time_zone")) if part
    ),
    "core_lead_created": lambda stated, _: str(stated["lead_source"]),
    "consent_given": lambda stated, language: texts.translate(language, f"studio.purpose.{stated['purpose']}"),
    "consent_withdrawn": lambda stated, language: texts.translate(language, f"studio.purpose.{stated['purpose']}"),
    "scenario_start": lambda stated, language: scenario_label(stated["scenario"], language),
    WATCHED: lambda stated, _: (
        f"{as_clock(stated['from_position_seconds'])} → {as_clock(stated['to_position_seconds'])}"
    ),
    "client_webinar_replay_watched": lambda stated, _: (
        f"{as_clock(stated['from_position_seconds'])} → {as_clock(stated['to_position_seconds'])}"
    ),
    "client_webinar_completed": lambda stated, _: as_clock(stated["watched_seconds"]),
    "client_webinar_left": lambda stated, language: texts.translate(language, f"studio.left.{stated['reason']}"),
    "webinar_chat_moderated": lambda stated, language: texts.translate(language, f"studio.deed.{stated['deed']}"),
    "client_webinar_poll_answered": lambda stated, _: str(stated["option"]),
    "client_webinar_attendance_classified": _verdict,
    "post_webinar_route": lambda stated, language: texts.translate(language, f"studio.verdict.{stated['route']}"),
    "message_planned": _message,
    "message_skipped": _skipped,
    "message_sending": _delivery,
    "message_sent": _delivery,
    "message_failed": _delivery,
    "message_uncertain": _delivery,
    "message_withheld": lambda stated, language: " ".join(
        said(code, language) for code in (stated["reason"], *stated["saw"])
    ),
    "lead_stage_changed": lambda stated, _: f"{stated['stage']} · {stated['by']}",
    "lead_assigned": _assigned,
    "lead_tagged": lambda stated, _: f"{'+' if stated['is_on'] else '−'} {stated['tag']} · {stated['by']}",
    "lead_merged": lambda stated, _: " · ".join(filter(None, (f"→ {stated['into_lead_id'][:8]}", stated.get("by")))),
}
"""What to say beside the title, by event; for the others what the person wrote, if anything."""
