"""What a step hangs on and asks for, read off a lead and a session: moments and conditions, one entry per name."""

import datetime as dtm
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.events import Fact
from domain.leads import Attendee, Lead
from domain.offers import another
from domain.scenarios import Condition, Moment, Occasion, Scenario, Step
from domain.webinars import Schedule, Session, Webinar

Instant = dtm.datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """One scenario running for one lead: what started it and the session it is bound to (None: not announced yet)."""

    scenario: Scenario
    start: Fact
    lead: Lead
    session: Session | None
    webinar: Webinar | None
    schedule: Schedule = field(default_factory=Schedule, repr=False)

    @property
    def trigger(self) -> str:
        """Session id, or the id of the fact that started it."""
        return str(self.start.properties["trigger"])

    @property
    def attendee(self) -> Attendee:
        """The lead in the run's session; blank if there is no session."""
        return self.lead.attendees.get(self.trigger) or Attendee(self.trigger, "")

    def next_session(self, now: dtm.datetime) -> Session | None:
        """The earliest other session of the webinar that has not begun."""
        if self.session is None:
            return None
        return another(self.schedule, self.session.webinar_id, self.session.session_id, now)

    def is_registered_again(self, now: dtm.datetime) -> bool:
        """The lead has a place in another session of the webinar that is not over."""
        places = (self.schedule.sessions.get(key) for key, one in self.lead.attendees.items() if one.registered_at)
        webinar_id = self.session.webinar_id if self.session else ""
        return any(one and one.webinar_id == webinar_id and one != self.session and one.is_open(now) for one in places)

    @property
    def lead_id(self) -> str:
        """Whom the scenario was started for: of merged leads the one that registered, for ever, whoever goes on."""
        return self.start.lead_id or self.lead.lead_id

    def key(self, step: Step) -> str:
        """The message's name for ever: (scenario, version, lead, session or trigger, step), and of what recurs when."""
        return self._root + self._name_of(step)

    def promise(self, step: Step) -> tuple[str, str, str]:
        """What the person is promised, once: the same for all of their leads, whatever the key."""
        return (self.scenario.name, self.trigger if self.scenario.is_session_bound else "", self._name_of(step))

    def is_earlier_time(self, step: Step, key: str) -> bool:
        """Whether a message is this step's, for a moment that was its occasion once and is not any more."""
        return step.is_each_time and key != self.key(step) and key.startswith(f"{self._root}{step.key}@")

    @property
    def _root(self) -> str:
        return f"{self.scenario.name}:{self.scenario.version}:{self.lead_id}:{self.trigger}:"

    def _name_of(self, step: Step) -> str:
        at = moment_of(self, step.anchor) if step.is_each_time else None
        return f"{step.key}@{at:%Y%m%dT%H%M%S}" if at else step.key


def moment_of(run: Run, moment: Moment, due_at: Instant = None) -> Instant:
    """When it is, as far as anybody can know now; None if there has been no such occasion."""
    base = due_at if moment.occasion == "due" else _MOMENTS[moment.occasion](run)
    return base + moment.offset if base else None


def holds(run: Run, condition: Condition, now: dtm.datetime) -> bool:
    """Whether the condition is true at this moment."""
    return _CONDITIONS[condition](run, now)


def seen_instead(run: Run, condition: Condition) -> str:
    """What was true instead of a condition that does not hold: the code a skip records."""
    if condition in ("is_attended", "is_not_attended"):
        return f"status_{run.attendee.status or 'unknown'}"
    return _OPPOSITES.get(condition, f"not_{condition}")


def _welcomed(run: Run) -> Instant:
    step = next((step for step in run.scenario.steps if step.key == "welcome"), None)
    welcome = run.lead.decided.get(run.key(step)) if step else None
    return welcome.occurred_at if welcome and welcome.name == "message_planned" else None


def _on_air(run: Run) -> Instant:
    if run.session is None:
        return None
    return run.session.started_at if run.session.mode == "live" else run.session.starts_at


def _session_end(run: Run) -> Instant:
    return run.session.ends_at if run.session else None


def _replay_end(run: Run) -> Instant:
    hours = run.webinar.replay_hours if run.webinar else None
    return run.session.ends_at + dtm.timedelta(hours=hours) if run.session and hours is not None else None


def _route_attended(run: Run) -> Instant:
    routed = run.attendee.routes.get("attended")
    if routed is None or run.session is None or not run.session.is_end_known:
        return None
    return max(routed, run.session.ends_at)


_MOMENTS: Mapping[Occasion, Callable[[Run], Instant]] = {
    "trigger": lambda run: run.start.occurred_at,
    "session_start": lambda run: run.session.starts_at if run.session else None,
    "on_air": _on_air,
    "session_end": _session_end,
    "replay_end": _replay_end,
    "moved": lambda run: run.session.moved_at if run.session else None,
    "cancelled": lambda run: run.session.cancelled_at if run.session else None,
    "welcomed": _welcomed,
    "entered": lambda run: run.attendee.entered_at,
    "offer_clicked": lambda run: run.attendee.offer_clicked_at,
    "form_submitted": lambda run: run.attendee.form_submitted_at,
    "attended": lambda run: run.attendee.first("attended"),
    "not_attended": lambda run: run.attendee.first("not_attended"),
    "route_attended": _route_attended,
    "route_not_attended": lambda run: run.attendee.routes.get("not_attended"),
}


def _not_begun(run: Run, now: dtm.datetime) -> bool:
    # A LIVE host may begin before the planned start: then «we are live» has taken the reminder's place.
    if run.scenario.is_session_bound:
        return run.session is None or run.session.phase(now) == "lobby"
    places = [run.schedule.sessions.get(key) for key, one in run.lead.attendees.items() if one.registered_at]
    phases = {session.phase(now) for session in places if session is not None} - {"cancelled"}
    return not phases or "lobby" in phases


_CONDITIONS: Mapping[Condition, Callable[[Run, dtm.datetime], bool]] = {
    "entered": lambda run, _: bool(run.attendee.entries),
    "not_entered": lambda run, _: not run.attendee.entries,
    "not_in_room": lambda run, now: not run.attendee.is_in_room(now),
    "not_begun": _not_begun,
    "is_attended": lambda run, _: run.attendee.status == "attended",
    "is_not_attended": lambda run, _: run.attendee.status == "not_attended",
    "has_attended": lambda run, _: "attended" in run.attendee.routes,
    "form_submitted": lambda run, _: run.attendee.form_submitted_at is not None,
    "replay_watched": lambda run, _: run.attendee.replay_at is not None,
    "has_next_session": lambda run, now: run.next_session(now) is not None,
    "registered_again": lambda run, now: run.is_registered_again(now),
    "has_replay": lambda run, _: run.webinar is not None and run.webinar.replay_hours is not None,
}
_OPPOSITES: Mapping[Condition, str] = {
    "not_entered": "entered",
    "not_in_room": "in_room",
    "not_begun": "begun",
    "has_replay": "no_replay",
    "has_next_session": "no_next_session",
}
