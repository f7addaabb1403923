"""Moments of a step in words: «10 min after the welcome», «until the end of the session». No Reflex."""

import datetime as dtm

from app.shared import texts
from domain.scenarios import Moment, Scenario, Step


def span(length: dtm.timedelta, language: str) -> str:
    """A distance in its largest whole unit: 7 days, 24 h, 10 min, 15 s."""
    seconds = round(abs(length).total_seconds())
    for unit, size in (("days", 86400 * 2), ("hours", 3600), ("minutes", 60)):
        if seconds >= size and seconds % (86400 if unit == "days" else size) == 0:
            number = seconds // (86400 if unit == "days" else size)
            return texts.translate(language, f"studio.span.{unit}", number=number)
    return texts.translate(language, "studio.span.seconds", number=seconds)


def due(step: Step, scenario: Scenario, language: str) -> str:
    """When the step is due."""
    return _at("due", step.anchor, scenario, language)


def until(step: Step, scenario: Scenario, language: str) -> str:
    """Until when it may still be sent."""
    said = [_at("until", moment, scenario, language) for moment in step.until]
    return texts.translate(language, "studio.scenarios.or").join(said)


def _at(kind: str, moment: Moment, scenario: Scenario, language: str) -> str:
    place = f"{scenario.name}_trigger" if moment.occasion == "trigger" else moment.occasion
    occasion = texts.translate(language, f"studio.scenarios.occasion.{place}")
    side = "after" if moment.offset > dtm.timedelta(0) else "before" if moment.offset else "at"
    return texts.translate(
        language, f"studio.scenarios.{kind}.{side}", occasion=occasion, span=span(moment.offset, language)
    )
