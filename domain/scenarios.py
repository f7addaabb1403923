"""The scenarios as data: what starts them, what they send, when, to whom, on which condition. No evaluation here.

A change that running leads must not notice is an edit; any other change is a new version beside the old one.
"""

import datetime as dtm
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Recipient = Literal["candidate", "partner"]
MessageClass = Literal["transactional", "critical", "marketing"]
Occasion = Literal[
    "trigger", "due", "session_start", "on_air", "session_end", "replay_end", "moved", "cancelled", "welcomed",
    "entered", "offer_clicked", "form_submitted", "attended", "not_attended", "route_attended", "route_not_attended",
]  # fmt: skip
"""Moments a step can hang on. `on_air` is when a LIVE host really started; `welcomed` when the welcome went out;
`route_attended` never comes before the session's end: nobody is thanked while still watching."""
Condition = Literal[
    "entered", "not_entered", "not_in_room", "is_attended", "is_not_attended", "form_submitted", "replay_watched",
    "has_replay", "has_attended", "not_begun", "has_next_session", "registered_again",
]  # fmt: skip


class Moment(BaseModel):
    """An occasion and a distance from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    occasion: Occasion
    offset: dtm.timedelta = dtm.timedelta(0)


class Step(BaseModel):
    """One message: due at its anchor, sent if every condition holds then, never at or after the earliest `until`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    template: str
    label: dict[str, str]
    recipient: Recipient = "candidate"
    message_class: MessageClass = "transactional"
    anchor: Moment
    at_most_early: dtm.timedelta = dtm.timedelta(0)
    """How much before its anchor a wave of this message may start, so that its last one is not late."""
    until: tuple[Moment, ...] = Field(min_length=1)
    conditions: tuple[Condition, ...] = ()
    exits: tuple[Condition, ...] = ()
    catch_up: bool = False
    """May be sent after its moment (within `until`): when Telegram was linked later, or it was due before the start."""
    is_each_time: bool = False
    """Said for each moment its occasion comes at, not once for ever: a session may move again."""


class Scenario(BaseModel):
    """A trigger and its steps. Session-bound scenarios run once per lead and session."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: int = 1
    label: dict[str, str]
    trigger: str
    """Wire names of the facts that start it, in words for the UI."""
    is_session_bound: bool
    steps: tuple[Step, ...]

    @model_validator(mode="after")
    def _steps_make_sense(self) -> Self:
        keys = [step.key for step in self.steps]
        if len(set(keys)) != len(keys):
            raise ValueError(f"{self.name}: a step key occurs twice, and message keys must be unique")
        for step in self.steps:
            if step.label.keys() != {"ru", "en"}:
                raise ValueError(f"{self.name}.{step.key}: the label needs ru and en")
            if not self.is_session_bound and step.anchor.occasion not in ("trigger", "welcomed"):
                raise ValueError(f"{self.name}.{step.key}: only a session-bound scenario can hang on a session")
        return self


def _minutes(occasion: Occasion, minutes: float = 0) -> Moment:
    return Moment(occasion=occasion, offset=dtm.timedelta(minutes=minutes))


def _hours(occasion: Occasion, hours: float) -> Moment:
    return Moment(occasion=occasion, offset=dtm.timedelta(hours=hours))


SETTLING_MINUTES = 0.25
"""«We are live» waits this long: pages that were just opened need a moment to report that somebody is there."""

WELCOME = Scenario(
    name="welcome",
    label={"ru": "Приветствие", "en": "Welcome"},
    trigger="core_lead_created (web_form)",
    is_session_bound=False,
    steps=(
        Step(
            key="partner_new_lead",
            template="partner_new_lead",
            label={"ru": "Партнёру: новый лид", "en": "Partner: new lead"},
            recipient="partner",
            anchor=_minutes("trigger"),
            until=(_hours("due", 24),),
            catch_up=True,
        ),
        Step(
            key="welcome",
            template="welcome",
            label={"ru": "Приветствие", "en": "Welcome"},
            anchor=_minutes("trigger"),
            until=(_hours("due", 7 * 24),),
            catch_up=True,
        ),
        Step(
            key="welcome_follow_up",
            template="welcome_follow_up",
            label={"ru": "Через 10 минут после приветствия", "en": "10 minutes after the welcome"},
            anchor=_minutes("welcomed", 10),
            until=(_hours("due", 12),),
            conditions=("not_begun",),
        ),
    ),
)

# The windows (due … until) of the reminders do not overlap, so that two of them never arrive together.
SESSION = Scenario(
    name="session",
    label={"ru": "До эфира и на старте", "en": "Before the session and at its start"},
    trigger="client_webinar_registered",
    is_session_bound=True,
    steps=(
        Step(
            key="registered",
            template="registered",
            label={"ru": "Подтверждение записи", "en": "Registration confirmed"},
            anchor=_minutes("trigger"),
            until=(_minutes("session_end"),),
            catch_up=True,
        ),
        Step(
            key="reminder_24h",
            template="reminder_24h",
            label={"ru": "За сутки", "en": "The day before"},
            anchor=_hours("session_start", -24),
            at_most_early=dtm.timedelta(minutes=30),
            until=(_hours("session_start", -2),),
            conditions=("not_begun", "not_entered"),
        ),
        Step(
            key="reminder_1h",
            template="reminder_1h",
            label={"ru": "За час", "en": "One hour before"},
            message_class="critical",
            anchor=_hours("session_start", -1),
            at_most_early=dtm.timedelta(minutes=30),
            until=(_minutes("session_start", -15),),
            conditions=("not_begun", "not_entered"),
        ),
        Step(
            key="reminder_10m",
            template="reminder_10m",
            label={"ru": "За 10 минут", "en": "10 minutes before"},
            message_class="critical",
            anchor=_minutes("session_start", -10),
            at_most_early=dtm.timedelta(minutes=5),  # until here the reminder before it may still come
            until=(_minutes("session_start"),),
            conditions=("not_begun", "not_entered", "not_in_room"),
        ),
        Step(
            key="live_now",
            template="live_now",
            label={"ru": "Мы в эфире", "en": "We are live"},
            message_class="critical",
            anchor=_minutes("on_air", SETTLING_MINUTES),
            until=(_minutes("on_air", 5), _minutes("session_end")),
            conditions=("not_in_room",),
        ),
        Step(
            key="live_now_5m",
            template="live_now_5m",
            label={"ru": "Эфир идёт 5 минут", "en": "5 minutes on air"},
            message_class="critical",
            anchor=_minutes("on_air", 5),
            until=(_minutes("on_air", 20), _minutes("session_end")),
            conditions=("not_in_room",),
        ),
        Step(
            key="session_moved",
            template="session_moved",
            label={"ru": "Эфир перенесён", "en": "The session was moved"},
            message_class="critical",
            anchor=_minutes("moved"),
            until=(_minutes("session_start"),),
            conditions=("not_begun",),
            is_each_time=True,
        ),
        Step(
            key="session_cancelled",
            template="session_cancelled",
            label={"ru": "Эфир отменён", "en": "The session was called off"},
            message_class="critical",
            anchor=_minutes("cancelled"),
            until=(_minutes("session_end"),),
            catch_up=True,
        ),
    ),
)


def _alert(kind: Occasion, ru: str, en: str, hours: float) -> Step:
    return Step(
        key=f"partner_{kind}",
        template=f"partner_{kind}",
        label={"ru": ru, "en": en},
        recipient="partner",
        anchor=_minutes(kind),
        until=(_hours("due", hours),),
        # A verdict that was corrected meanwhile is not reported.
        conditions=(("is_attended",) if kind == "attended" else ("is_not_attended",) if kind == "not_attended" else ()),
        # A stricter policy may judge anew; that is no news for anybody who was told the better one.
        exits=("has_attended",) if kind == "not_attended" else (),
        catch_up=True,
    )


ALERTS = Scenario(
    name="alerts",
    label={"ru": "Сигналы партнёру", "en": "Partner alerts"},
    trigger="client_webinar_entered, _offer_clicked, _form_submitted, _attendance_classified",
    is_session_bound=True,
    steps=(
        _alert("entered", "Партнёру: лид в эфире", "Partner: the lead is in the room", 2),
        _alert("offer_clicked", "Партнёру: переход по предложению", "Partner: offer clicked", 24),
        _alert("form_submitted", "Партнёру: форма отправлена", "Partner: form submitted", 24),
        _alert("attended", "Партнёру: лид посетил эфир", "Partner: the lead attended", 24),
        _alert("not_attended", "Партнёру: лид не пришёл", "Partner: the lead did not attend", 24),
    ),
)

AFTER = Scenario(
    name="after",
    label={"ru": "После эфира", "en": "After the session"},
    trigger="post_webinar_route",
    is_session_bound=True,
    steps=(
        Step(
            key="follow_up_attended",
            template="follow_up_attended",
            label={"ru": "Посетившим", "en": "To those who attended"},
            message_class="marketing",
            anchor=_minutes("route_attended"),
            until=(_hours("due", 24),),
            conditions=("is_attended",),
            exits=("form_submitted",),
            catch_up=True,
        ),
        Step(
            key="follow_up_not_attended",
            template="follow_up_not_attended",
            label={"ru": "Не посетившим", "en": "To those who did not attend"},
            message_class="marketing",
            anchor=_minutes("route_not_attended"),
            until=(_hours("due", 24),),
            conditions=("is_not_attended",),
            # Quiet hours may hold it until the morning: who has seen the recording by then needs no pity.
            exits=("form_submitted", "has_attended", "replay_watched"),
            catch_up=True,
        ),
        Step(
            key="recording_offer",
            template="recording_offer",
            label={"ru": "Предложение записи", "en": "The recording is offered"},
            # They registered to see it: the recording is what they came for, not advertising.
            message_class="transactional",
            anchor=_minutes("route_not_attended", 1),
            until=(_hours("due", 48), _minutes("replay_end")),
            conditions=("is_not_attended", "has_replay"),
            exits=("form_submitted", "has_attended", "replay_watched"),
            catch_up=True,
        ),
        Step(
            key="next_session_offer",
            template="next_session_offer",
            label={"ru": "Другое время", "en": "Another time"},
            message_class="marketing",
            anchor=_hours("route_not_attended", 20),
            until=(_hours("due", 24),),
            conditions=("is_not_attended", "has_next_session"),
            exits=("form_submitted", "has_attended", "replay_watched", "registered_again"),
        ),
    ),
)

SCENARIOS: dict[tuple[str, int], Scenario] = {
    (scenario.name, scenario.version): scenario for scenario in (WELCOME, SESSION, ALERTS, AFTER)
}
"""Every version that some lead may still be running, by name and version."""

CURRENT: dict[str, Scenario] = {name: SCENARIOS[name, version] for name, version in sorted(SCENARIOS)}
"""The version new leads start."""

TEMPLATES: frozenset[str] = frozenset(step.template for scenario in SCENARIOS.values() for step in scenario.steps)
"""Every text the notifier must have."""
