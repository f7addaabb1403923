"""How much advertising a webinar's leads bear: the form's fields, and the limits in words. No Reflex."""

import datetime as dtm

from app.shared import texts
from app.studio.forms import Reader
from domain.events import MessageLimits


def limits_of(reader: Reader, old: MessageLimits | None) -> MessageLimits:
    """The limits of a form; changed ones get the next version number."""
    default = MessageLimits()
    typed = MessageLimits(
        version=old.version if old else 1,
        daily_cap=int(reader.number("daily_cap", least=0, most=20, default=default.daily_cap)),
        quiet_from=_clock(reader, "quiet_from", default.quiet_from),
        quiet_to=_clock(reader, "quiet_to", default.quiet_to),
    )
    return typed if old is None or typed == old else typed.model_copy(update={"version": old.version + 1})


def filled_limits(limits: MessageLimits) -> dict[str, str]:
    """The form's values for the limits."""
    return {
        "daily_cap": str(limits.daily_cap),
        "quiet_from": f"{limits.quiet_from:%H:%M}",
        "quiet_to": f"{limits.quiet_to:%H:%M}",
    }


def in_words(limits: MessageLimits, language: str) -> str:
    """The limits as a sentence."""
    key = "none" if limits.quiet_from == limits.quiet_to else "said"
    return texts.translate(
        language, f"studio.limits.{key}", cap=limits.daily_cap, begin=f"{limits.quiet_from:%H:%M}",
        end=f"{limits.quiet_to:%H:%M}", version=limits.version,
    )  # fmt: skip


def _clock(reader: Reader, name: str, default: dtm.time) -> dtm.time:
    typed = reader.text(name, most=5)
    if not typed:
        return default
    try:
        return dtm.datetime.strptime(typed, "%H:%M").time()  # noqa: DTZ007 - the wall clock of whoever reads
    except ValueError:
        reader.wrong[name] = "not_a_clock"
        return default
