"""The funnel's stages, in order: their names, the facts behind them and their words. Counting is the warehouse's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. `slug` is also the column `<slug>_at` of the table `funnel_stages`."""

    slug: str
    event: str
    """Wire name of the fact that gets a lead here."""
    label: dict[str, str]
    condition: str = ""
    """What the fact must say besides being there, for the documentation."""


STAGES: tuple[Stage, ...] = (
    Stage("touched", "touch_recorded", {"ru": "Касание", "en": "Touch"}),
    Stage("lead", "core_lead_created", {"ru": "Лид", "en": "Lead"}),
    Stage("linked", "telegram_linked", {"ru": "Telegram привязан", "en": "Telegram linked"}),
    Stage("registered", "client_webinar_registered", {"ru": "Записался на эфир", "en": "Registered"}),
    Stage("entered", "client_webinar_entered", {"ru": "Вошёл в комнату", "en": "Entered"}),
    Stage(
        "attended",
        "client_webinar_attendance_classified",
        {"ru": "Посетил эфир", "en": "Attended"},
        condition="status = attended",
    ),
    Stage("completed", "client_webinar_completed", {"ru": "Досмотрел до конца", "en": "Completed"}),
    Stage("clicked", "client_webinar_offer_clicked", {"ru": "Открыл предложение", "en": "Offer clicked"}),
    Stage("submitted", "client_webinar_form_submitted", {"ru": "Отправил форму", "en": "Form submitted"}),
)
"""Unit: lead (a visitor who is no lead yet counts as touched). Ordered: a stage counts after all before it."""
