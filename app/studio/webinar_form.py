"""The webinar form: what was typed becomes a `webinar_configured` fact, or complaints field by field. No Reflex."""

import datetime as dtm
import re
import uuid
from collections.abc import Mapping

from app.shared import zones
from app.studio import beside
from app.studio.forms import Complaints, Reader, slug_of
from app.studio.media_form import MEDIA_KINDS, captions_of, media_of
from app.studio.message_limits import filled_limits, limits_of
from domain.events import AttendancePolicy, Emitter, Fact, WebinarConfigured
from domain.reasons import as_clock
from domain.webinars import Schedule, Webinar

SWITCHES = (
    "is_chat_open", "is_lobby_chat_open", "is_guest_link_clickable", "is_question_open", "is_reaction_open",
    "is_script_disclosed", "is_pause_allowed",
)  # fmt: skip
"""What is ticked or not, under the same name in the form and in the webinar."""
MOST_STOP_WORDS = 4_000
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


def configured(form: Mapping[str, object], schedule: Schedule, before: Webinar | None, *, now: dtm.datetime) -> Fact:
    """The `webinar_configured` fact of a filled form, for a new webinar or for `before`. Raises Complaints."""
    reader = Reader(form)
    old = before.definition if before else None
    title = reader.both("title", required=True)
    slug = slug_in(reader, schedule, before, title.get("ru", ""))
    mode = reader.one_of("mode", ("auto", "live"))
    duration = reader.seconds("duration", required=True)
    if duration is not None and duration <= 0:
        reader.wrong["duration"] = "not_a_duration"
    definition = {
        "action_id": str(uuid.uuid4()),
        "slug": slug,
        "title": title,
        "summary": reader.both("summary", most=2_000),
        "host_name": reader.text("host_name", most=120),
        "mode": mode,
        "media_kind": reader.one_of("media_kind", MEDIA_KINDS),
        "media_url": media_of(reader, mode),
        "captions_url": captions_of(reader),
        "duration_seconds": duration or 1,
        "time_zone": _zone(reader),
        **{switch: reader.ticked(switch) for switch in SWITCHES},
        "offers": beside.offers(reader),
        "script": old.script if old else (),
        "polls": beside.polls(reader, old),
        "stop_words": _stop_words(reader),
        "stop_words_deed": reader.one_of("stop_words_deed", ("hold", "shadow")),
        "handouts": old.handouts if old else (),
        "picture": old.picture if old else None,
        "policy": policy_of(
            reader, old.policy if old else None, schedule.last_policy_version(before.webinar_id) if before else 0
        ),
        "limits": limits_of(reader, old.limits if old else None),
        "replay_hours": _replay(reader),
    }
    if reader.wrong:
        raise Complaints(reader.wrong)
    event = WebinarConfigured.model_validate(definition)
    webinar_id = before.webinar_id if before else slug
    return Fact.of(event, emitter=Emitter.STUDIO, occurred_at=now, webinar_id=webinar_id)


def _stop_words(reader: Reader) -> tuple[str, ...]:
    """Words and phrases, one a line or between commas."""
    typed = reader.text("stop_words", most=MOST_STOP_WORDS)
    words = (" ".join(word.split()) for word in re.split(r"[,\n]", typed))
    return tuple(dict.fromkeys(word for word in words if word))


def slug_in(reader: Reader, schedule: Schedule, before: Webinar | None, title: str) -> str:
    """The address in the form, else one made from the title; complains of a wrong or taken one."""
    slug = reader.text("slug", most=60).casefold() or slug_of(title)
    taken = schedule.by_slug(slug) or schedule.webinars.get(slug)
    if not SLUG.fullmatch(slug):
        if title or reader.form.get("slug"):
            reader.wrong["slug"] = "not_a_slug"
    elif taken and (before is None or taken.webinar_id != before.webinar_id):
        reader.wrong["slug"] = "slug_taken"
    return slug


def _zone(reader: Reader) -> str:
    zone = reader.form.get("time_zone") or "Europe/Moscow"
    if zone not in zones.known():
        reader.wrong["time_zone"] = "not_a_zone"
    return zone


def _replay(reader: Reader) -> int | None:
    if not reader.ticked("has_replay"):
        return None
    return int(reader.number("replay_hours", least=1, most=8_760, default=72))


def policy_of(reader: Reader, old: AttendancePolicy | None, last_version: int) -> AttendancePolicy:
    """The attendance policy of a form; a changed one gets a version number that none of this webinar ever had."""
    default = AttendancePolicy()
    typed = AttendancePolicy(
        version=old.version if old else 1,
        attended_minutes=reader.number("attended_minutes", least=0, most=720, default=default.attended_minutes),
        attended_share=reader.number("attended_percent", least=0, most=100, default=default.attended_share * 100) / 100,
        completed_share=reader.number("completed_percent", least=1, most=100, default=default.completed_share * 100)
        / 100,
        grace_minutes=reader.number("grace_minutes", least=0, most=1_440, default=default.grace_minutes),
    )
    if old is None or typed == old:
        return typed
    return typed.model_copy(update={"version": max(last_version, old.version) + 1})


def filled_policy(policy: AttendancePolicy) -> dict[str, str]:
    """The form's values for an attendance policy."""
    return {
        "attended_minutes": f"{policy.attended_minutes:g}",
        "attended_percent": f"{policy.attended_share * 100:g}",
        "completed_percent": f"{policy.completed_share * 100:g}",
        "grace_minutes": f"{policy.grace_minutes:g}",
    }


def filled(definition: WebinarConfigured) -> dict[str, str]:
    """The form's values for a webinar that exists."""
    values = {
        "slug": definition.slug,
        "host_name": definition.host_name,
        "mode": definition.mode,
        "media_kind": definition.media_kind,
        "media_url": definition.media_url,
        "captions_url": definition.captions_url,
        "duration": as_clock(definition.duration_seconds),
        "time_zone": definition.time_zone,
        **{switch: "on" if getattr(definition, switch) else "" for switch in SWITCHES},
        "stop_words": "\n".join(definition.stop_words),
        "stop_words_deed": definition.stop_words_deed,
        "has_replay": "on" if definition.replay_hours is not None else "",
        "replay_hours": str(definition.replay_hours or 72),
        **filled_policy(definition.policy),
        **filled_limits(definition.limits),
    }
    for name, said in (
        ("title", definition.title),
        ("summary", definition.summary),
    ):
        values |= {f"{name}_{language}": said.get(language, "") for language in ("ru", "en")}
    return values


def as_typed(definition: WebinarConfigured) -> dict[str, str]:
    """Every field of the form as it is filled for a webinar, the rows of its offers and polls among them."""
    return {
        **filled(definition),
        **beside.fields(beside.OFFER, map(beside.offer_row, definition.offers)),
        **beside.fields(beside.POLL, map(beside.poll_row, definition.polls)),
    }


def merged(typed: Mapping[str, object], opened: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """What was changed in a form since it was opened; all else as it is `now`, whoever changed it meanwhile."""
    reader = Reader(typed)
    given = {
        name: ("on" if reader.ticked(name) else "") if _is_box(name) else said for name, said in reader.form.items()
    }
    return {
        name: now.get(name, "") if given.get(name, "") == opened.get(name, "").strip() else given.get(name, "")
        for name in {**given, **opened, **now}
    }


def _is_box(name: str) -> bool:
    field = name.rpartition(".")[2]
    return field in SWITCHES or field in {"has_replay", "has_form"} or field.startswith("asks_")


BLANK = filled(
    WebinarConfigured(action_id="", slug="", title={}, duration_seconds=3600, mode="auto", replay_hours=72, offers=())
)
"""The form's values for a new webinar; its keys are the form's fields."""
