"""The form of a schedule rule: what was typed, read or complained about; a rule as the form shows it. No Reflex."""

import datetime as dtm
import re
import uuid
from collections.abc import Mapping

from app.studio.forms import Complaints, Reader
from domain.events import Emitter, Fact, ScheduleRuleSet, WebinarCancelled
from domain.offers import obsolete
from domain.recurrence import MOST_PER_DAY, Blackout, Kind, RuleError, ScheduleRule, check_rrule
from domain.webinars import Schedule, Webinar

KINDS: tuple[Kind, ...] = ("none", "recurring", "just_in_time", "on_demand")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES: tuple[tuple[str, ...], ...] = tuple(
    zip(("пн", "вт", "ср", "чт", "пт", "сб", "вс"), ("mo", "tu", "we", "th", "fr", "sa", "su"), strict=True)
)
"""How a day may be written in a blackout: in Russian, in English."""

BLACKOUT = re.compile(r"(?:(\S+)\s+)?(\d{1,2}:\d{2})\s*[-–—]\s*(\d{1,2}:\d{2})")
FIELDS = (
    "kind", "days", "weeks", "times", "first_day", "rrule", "every_minutes", "lead_minutes", "blackouts", "days_off"
)  # fmt: skip


def read(typed: Mapping[str, object], webinar: Webinar, *, today: dtm.date) -> ScheduleRule:
    """The rule of the form. Raises Complaints, every fault at its field."""
    reader = Reader(typed)
    kind = reader.one_of("kind", KINDS)
    if kind in {"just_in_time", "on_demand"} and webinar.definition.mode == "live":
        reader.wrong["kind"] = "needs_recording"
    values: dict[str, object] = {
        "kind": kind,
        "every_minutes": int(reader.number("every_minutes", least=15, most=60, default=15)),
        "lead_minutes": int(reader.number("lead_minutes", least=0, most=60, default=3)),
        "blackouts": _blackouts(reader),
        "days_off": _days_off(reader),
    }
    if kind == "recurring":
        values |= {"rrule": _rrule(reader), "times": _times(reader), "first_day": _first_day(reader, today)}
    if reader.wrong:
        raise Complaints(reader.wrong)
    return ScheduleRule.model_validate(values)


def filled(rule: ScheduleRule, language: str) -> dict[str, str]:
    """The form as it stands for a rule, days in a language; a rule ticks cannot say stands in its own field."""
    simple = re.fullmatch(r"FREQ=WEEKLY(?:;INTERVAL=(\d+))?;BYDAY=([A-Z,]+)", rule.rrule)
    days = simple[2].split(",") if simple else []
    return {
        "kind": rule.kind,
        **{day: "on" if day in days else "" for day in DAYS},
        "weeks": (simple[1] if simple else None) or "1",
        "times": ", ".join(f"{time:%H:%M}" for time in rule.times),
        "first_day": rule.first_day.isoformat() if rule.first_day else "",
        "rrule": "" if simple else rule.rrule,
        "every_minutes": str(rule.every_minutes),
        "lead_minutes": str(rule.lead_minutes),
        "blackouts": "\n".join(_in_words(blackout, language) for blackout in rule.blackouts),
        "days_off": "\n".join(day.isoformat() for day in rule.days_off),
    }


def kept(webinar: Webinar, rule: ScheduleRule, plan: Schedule, registered: Mapping[str, int], *, by: str,
         now: dtm.datetime) -> list[Fact]:  # fmt: skip
    """The facts of another rule: the rule, and the end of sessions of the old one in which nobody has a place."""
    ids = {"webinar_id": webinar.webinar_id}
    change = ScheduleRuleSet(action_id=str(uuid.uuid4()), rule=rule, by=by)
    gone = [s for s in obsolete(plan, webinar.webinar_id, rule, now) if not registered.get(s.session_id)]
    return [
        Fact.of(change, emitter=Emitter.STUDIO, occurred_at=now, **ids),
        *(
            Fact.of(
                WebinarCancelled(action_id=change.action_id),
                emitter=Emitter.STUDIO,
                occurred_at=now,
                session_id=session.session_id,
                **ids,
            )
            for session in gone
        ),
    ]


def _rrule(reader: Reader) -> str:
    own = reader.text("rrule", most=300).upper()
    days = [day for day in DAYS if reader.ticked(day)]
    weeks = int(reader.number("weeks", least=1, most=52, default=1))
    if not own and not days:
        reader.wrong["days"] = "rrule_empty"
        return ""
    rule = own or f"FREQ=WEEKLY{f';INTERVAL={weeks}' if weeks > 1 else ''};BYDAY={','.join(days)}"
    try:
        check_rrule(rule)
    except RuleError as error:
        reader.wrong["rrule"] = error.code
    return rule.removeprefix("RRULE:")


def _times(reader: Reader) -> tuple[dtm.time, ...]:
    found = [_time(text) for text in re.split(r"[\s,;]+", reader.text("times", required=True)) if text]
    if "times" not in reader.wrong and (None in found or len(found) > MOST_PER_DAY):
        reader.wrong["times"] = "not_a_time"
    return tuple(sorted({time for time in found if time}))


def _first_day(reader: Reader, today: dtm.date) -> dtm.date:
    text = reader.text("first_day")
    day = _day(text) if text else today
    if day is None:
        reader.wrong["first_day"] = "not_a_day"
    return day or today


def _blackouts(reader: Reader) -> tuple[Blackout, ...]:
    found: list[Blackout] = []
    for line in reader.text("blackouts", most=1000).splitlines():
        if not line.strip():
            continue
        parts = BLACKOUT.fullmatch(line.strip().lower())
        since, until = (_time(parts[2]), _time(parts[3])) if parts else (None, None)
        days = _weekdays(parts[1]) if parts else None
        if since is None or until is None or days is None:
            reader.wrong["blackouts"] = "not_a_blackout"
            continue
        found.append(Blackout(since=since, until=until, weekdays=days))
    return tuple(found)


def _weekdays(text: str | None) -> tuple[int, ...] | None:
    """`пн,ср` or `mo,we`; nothing: every day; None: unreadable."""
    if not text:
        return tuple(range(7))
    found = [next((n for n, names in enumerate(NAMES) if part in names), None) for part in text.split(",") if part]
    return None if None in found or not found else tuple(number for number in found if number is not None)


def _days_off(reader: Reader) -> tuple[dtm.date, ...]:
    days = [_day(text) for text in re.split(r"[\s,;]+", reader.text("days_off", most=2000)) if text]
    if None in days:
        reader.wrong["days_off"] = "not_a_day"
    return tuple(sorted({day for day in days if day}))


def _time(text: str) -> dtm.time | None:
    hour, _, minute = text.partition(":")
    try:
        return dtm.time(int(hour), int(minute))
    except ValueError:
        return None


def _day(text: str) -> dtm.date | None:
    try:
        day, month, year = text.split(".") if "." in text else reversed(text.split("-"))
        return dtm.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _in_words(blackout: Blackout, language: str) -> str:
    is_daily = len(blackout.weekdays) == len(DAYS)
    days = "" if is_daily else ",".join(NAMES[day][language == "en"] for day in blackout.weekdays) + " "
    return f"{days}{blackout.since:%H:%M}-{blackout.until:%H:%M}"
