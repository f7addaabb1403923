"""Messages to those who run the house about what does not work in it: whether one still holds, and its text."""

import datetime as dtm

from domain import failure_words
from domain.dates import Language, distance_in_words, moment_in_words, zone_of
from domain.failures import Failure
from domain.staff_alerts import FAILED, still_holds
from domain.webinars import Schedule
from notifier.messages import Button, Rendered, RenderError, fill, labels
from notifier.particulars import LANGUAGE_CHOICES
from notifier.pending import Letter, Pending
from notifier.standing import Standing
from warehouse.interface import Warehouse
from warehouse.reads import failures


def standing(warehouse: Warehouse, pending: Pending, now: dtm.datetime) -> Standing:
    """Read the newest facts and decide. Blocking. Raises WarehouseError."""
    found = still_holds(pending.planned, _about(warehouse, pending, now), failures.staff(warehouse), now)
    if found.then == "send":
        return Standing("send", valid_until=pending.planned.valid_until)
    return Standing("withhold", reason=found.reason, saw=found.saw)


def write(
    warehouse: Warehouse, pending: Pending, chat: str, schedule: Schedule, *, site: str, now: dtm.datetime
) -> Letter:
    """What failed (or works again), since when, what to do, and a button to where. Raises RenderError, WarehouseError.

    Moments are told in the time zone of the newest webinar: an account has none.
    """
    failure = _about(warehouse, pending, now)
    if failure is None:
        raise RenderError(f"There is no failure {pending.fact.correlation_id}.")
    language = _language(warehouse, chat)
    said = failure_words.said(failure, language)
    zone = zone_of(*(held.definition.time_zone for held in list(schedule.webinars.values())[-1:]))
    ended = failure.recovered_at
    text = fill(
        pending.planned.template,
        language,
        label=said.label,
        what=said.what,
        advice=said.advice,
        since=moment_in_words(failure.since, zone, language),
        ended=moment_in_words(ended, zone, language) if ended else "",
        lasted=distance_in_words((ended or now) - failure.since, language),
        is_settled=bool(failure.by),
    )
    page = failure_words.studio_page(failure) if pending.planned.template == FAILED else failure_words.FAILURES_PAGE
    return Letter(Rendered(text, (Button(labels(language)["failures"], url=f"{site}{page}"),)), language)


def _about(warehouse: Warehouse, pending: Pending, now: dtm.datetime) -> Failure | None:
    found = failures.failures(warehouse, now=now)
    return next((one for one in found if one.failure_id == pending.fact.correlation_id), None)


def _language(warehouse: Warehouse, chat: str) -> Language:
    """What was chosen in the bot, or the page they linked from was in."""
    chosen = warehouse.get(LANGUAGE_CHOICES, f"telegram:{chat}")
    return "en" if chosen and chosen.body["language"] == "en" else "ru"
