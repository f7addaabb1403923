"""One step of one scenario for one lead at one moment: planned, skipped and why, or waiting and until when.

The checks stand here once and are asked twice: when the message is planned, and again just before it is sent.
"""

import datetime as dtm
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from domain.events import Emitter, Fact, MessageLimits, MessagePlanned, MessageSkipped, Purpose
from domain.occasions import Run, holds, moment_of, seen_instead
from domain.quiet_hours import local_day, quiet_until, zone_of
from domain.scenarios import MessageClass, Step
from domain.waves import early_by
from domain.webinars import Channel, Schedule

SALT = "efir-1"
"""Changing it deals the A/B variants anew."""
_PURPOSES: dict[MessageClass, Purpose] = {
    "transactional": "processing",
    "critical": "processing",
    "marketing": "marketing",
}
State = Literal["planned", "skipped", "waiting"]


@dataclass(frozen=True, slots=True)
class Told:
    """The person was told the same already, as another of their leads, and when."""

    lead_id: str
    at: dtm.datetime


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """What becomes of one step: planned or skipped at `at`, or waiting (then `at` is when to look again, if known)."""

    message_key: str
    run: Run
    step: Step
    state: State
    due_at: dtm.datetime | None = None
    valid_until: dtm.datetime | None = None
    at: dtm.datetime | None = None
    reason: str = ""
    saw: tuple[str, ...] = ()
    is_decided: bool = False
    """The decision is in the log already."""
    delivery: str | None = None
    """Name of the newest delivery fact."""
    variants: tuple[str, ...] = ("a",)
    """What is dealt at this moment."""

    @property
    def variant(self) -> str:
        """The A/B variant, sticky per lead and step."""
        return variant_of(self.run.lead_id, f"{self.run.scenario.name}.{self.step.key}", self.variants)

    def fact(self) -> Fact:
        """The decision for the log. Only for planned and skipped steps."""
        session = self.run.session
        return Fact.of(
            self._planned() if self.state == "planned" else self._skipped(),
            emitter=Emitter.SCENARIO_SERVICE,
            occurred_at=self.at or self.run.start.occurred_at,
            lead_id=self.run.lead_id,
            webinar_id=session.webinar_id if session else self.run.start.webinar_id,
            session_id=session.session_id if session else self.run.start.session_id,
            correlation_id=self.run.start.correlation_id,
        )

    def _planned(self) -> MessagePlanned:
        due_at = self.due_at or self.run.start.occurred_at
        return MessagePlanned(
            **self._name(),
            message_class=self.step.message_class,
            due_at=due_at,
            valid_until=self.valid_until or due_at,
            variant=self.variant,
        )

    def _skipped(self) -> MessageSkipped:
        return MessageSkipped(**self._name(), due_at=self.due_at, reason=self.reason, saw=self.saw)

    def _name(self) -> dict[str, Any]:
        """What both decisions say of the message."""
        return {
            "message_key": self.message_key,
            "scenario": self.run.scenario.name,
            "scenario_version": self.run.scenario.version,
            "step": self.step.key,
            "recipient": self.step.recipient,
            "partner_id": self.run.lead.partner_id if self.step.recipient == "partner" else None,
            "template": self.step.template,
        }


def variant_of(lead_id: str, step: str, variants: Sequence[str]) -> str:
    """The same lead always gets the same variant of a step; leads spread evenly over the variants."""
    if len(variants) == 1:
        return variants[0]
    number = int.from_bytes(hashlib.sha256(f"{SALT}:{step}:{lead_id}".encode()).digest()[:8])
    return variants[number % len(variants)]


class Evaluation:
    """One step at one moment. The checks stand in the order in which a message can fail.

    `siblings` are the steps evaluated before it in the same pass; they count towards the daily cap. `told`: the person
    gets this message as another of their leads.
    """

    def __init__(
        self,
        run: Run,
        step: Step,
        schedule: Schedule,
        now: dtm.datetime,
        siblings: Sequence[PlannedStep] = (),
        told: Told | None = None,
    ) -> None:
        self.run, self.step, self.now, self.siblings, self.told = run, step, now, siblings, told
        self.schedule = schedule
        self.lead = run.lead
        self.key = run.key(step)
        self.anchored_at = moment_of(run, step.anchor)
        self.due_at = self._due_at()
        ends = (moment_of(run, until, self.anchored_at) for until in step.until)
        self.valid_until = min((end for end in ends if end), default=None)

    def result(self) -> PlannedStep:
        """The decision in the log if there is one; else today's."""
        decided = self.lead.decided.get(self.key)
        if decided is not None:
            return self._decided(decided)
        checks = (
            *(self._gone, self._doubled, self._timing, self._hold),
            *(self._permission, self._reach, self._link, self._restraint),
        )
        found = next((found for found in (check() for check in checks) if found), None)
        return found or self._step("planned", self._ready())

    def at_sending(self, planned: MessagePlanned) -> PlannedStep:
        """What is true of a message that was planned and has its turn now: planned (send it), waiting or skipped.

        Everything is asked again but what planning alone decides: whether it came late, and the daily cap, in which
        it is counted. A session that moved away since takes its message along; staff's pause holds it.
        """
        self.due_at = self._moved(planned)
        if self.step.recipient == "partner" and self.lead.partner_id != planned.partner_id:
            return self._skip("no_partner", "reassigned")
        checks = (
            *(self._gone, self._doubled, self._timing, self._hold),
            *(self._permission, self._reach, self._quiet, self._conditions),
        )
        found = next((found for found in (check() for check in checks) if found), None)
        return found or self._step("planned", self.now)

    def overtaken(self) -> PlannedStep:
        """The same was planned for an earlier time its occasion came: the newest says what is true now."""
        return self._skip("superseded", "said_anew", at=self.now)

    def _moved(self, planned: MessagePlanned) -> dtm.datetime | None:
        """When a planned message is due by today's programme: as far off its limit as it was, if that moved away."""
        if self.anchored_at is None or self.now >= self.anchored_at - self.step.at_most_early:
            return self.anchored_at and min(self.anchored_at, self.now)
        moved_by = self.valid_until - planned.valid_until if self.valid_until else dtm.timedelta(0)
        return min(self.anchored_at, max(planned.due_at + moved_by, self.anchored_at - self.step.at_most_early))

    def _due_at(self) -> dtm.datetime | None:
        """The anchor, or a little before it where many are due: never before the lead was there to be reminded."""
        if self.anchored_at is None or not self.step.at_most_early or self.run.session is None:
            return self.anchored_at
        registered = self.schedule.registered.get(self.run.session.session_id, 0)
        pace, at_most = self.schedule.per_second, self.step.at_most_early
        early = self.anchored_at - early_by(self.run.lead_id, self.step.key, registered, at_most, pace)
        return max(early, min(self.anchored_at, self.run.start.occurred_at))

    def _decided(self, fact: Fact) -> PlannedStep:
        return PlannedStep(
            self.key,
            self.run,
            self.step,
            "planned" if fact.name == MessagePlanned.name else "skipped",
            due_at=self.due_at,
            valid_until=self.valid_until,
            at=fact.occurred_at,
            reason=fact.properties.get("reason", ""),
            saw=tuple(fact.properties.get("saw", ())),
            is_decided=True,
            delivery=self.lead.delivered.get(self.key),
        )

    def _step(self, state: State, at: dtm.datetime | None, reason: str = "", *saw: str) -> PlannedStep:
        return PlannedStep(
            self.key, self.run, self.step, state, self.due_at, self.valid_until, at, reason, saw, variants=self._dealt()
        )

    def _dealt(self) -> tuple[str, ...]:
        """Variants of the text. Partners are too few to learn from and take part in no experiment."""
        if self.step.recipient == "partner":
            return ("a",)
        return self.schedule.texts.variants(self.step.template, self.lead.language)

    def _skip(self, reason: str, *saw: str, at: dtm.datetime | None = None) -> PlannedStep:
        return self._step("skipped", at or self.due_at or self.run.start.occurred_at, reason, *saw)

    def _gone(self) -> PlannedStep | None:
        """Nobody to write to, or nothing to write about."""
        if erased_at := self.lead.erased_at or self.lead.forgotten.get(self.run.lead_id):
            return self._skip("exited", "erased", at=erased_at)
        if not self.run.scenario.is_session_bound:
            return None
        if self.run.session is None:
            return self._step("waiting", None, "no_occasion", "session_unknown")
        is_about_it = self.step.anchor.occasion == "cancelled"
        return self._skip("cancelled") if self.run.session.status == "cancelled" and not is_about_it else None

    def _doubled(self) -> PlannedStep | None:
        """One person, one message: what another of their leads was told is not said again, merged or parted."""
        if self.told is None:
            return None
        at = max(self.told.at, self.run.start.occurred_at)
        return self._skip("superseded", f"told_as_{self.told.lead_id}", at=at)

    def _timing(self) -> PlannedStep | None:
        """Not yet, or never again."""
        if self.due_at is None or self.anchored_at is None:
            return self._step("waiting", None, "no_occasion")
        if self.anchored_at < self.run.start.occurred_at and not self.step.catch_up:
            return self._skip("missed", "due_before_start", at=self.run.start.occurred_at)
        if self.now < self.due_at:
            return self._step("waiting", self.due_at, "not_due")
        if self.step.recipient == "partner" and self.lead.partner_id is None:
            return self._skip("no_partner")
        if self.valid_until and self.now >= self.valid_until:
            return self._too_late(self.valid_until)
        return None

    def _too_late(self, valid_until: dtm.datetime) -> PlannedStep:
        channel, _ = self._channel()
        if channel == "none":
            return self._skip("channel_gone", "telegram_not_linked", at=valid_until)
        return self._skip("expired", *(["paused"] if self._is_held(valid_until) else []), at=valid_until)

    def _hold(self) -> PlannedStep | None:
        """Held by staff: nothing but time decides anything. Resumed, the step goes on where it stood."""
        return self._step("waiting", self.valid_until, "paused") if self._is_held(self.now) else None

    def _is_held(self, moment: dtm.datetime) -> bool:
        return self.schedule.pauses.is_held(self.run.scenario.name, self.step.key, moment)

    def _released(self, moment: dtm.datetime) -> dtm.datetime:
        """The moment, or the end of the pause it falls into. Only asked where nothing is held now."""
        return self.schedule.pauses.released_at(self.run.scenario.name, self.step.key, moment) or self.now

    def _permission(self) -> PlannedStep | None:
        """Exits and consent, as they stand at this moment."""
        exits: list[str] = [condition for condition in self.step.exits if holds(self.run, condition, self.now)]
        if self.step.recipient == "candidate" and self.run.attendee.is_banned:
            exits.append("banned")  # neither the room nor the recording opens for them
        if exits:
            return self._skip("exited", *exits)
        purpose = _PURPOSES[self.step.message_class]
        if purpose in self.lead.withdrawn:
            return self._skip("no_consent", f"{purpose}_withdrawn")
        # A partner's alert goes to the partner: the lead's withdrawal stops it, an unticked box does not.
        if self.step.recipient == "candidate" and purpose not in self.lead.consents:
            return self._skip("no_consent", f"{purpose}_not_given")
        return None

    def _reach(self) -> PlannedStep | None:
        """The channel: wait for one that was never there, give up one that is gone."""
        channel, _ = self._channel()
        if self._is_muted():
            return self._skip("muted", "alerts_off")
        if channel == "blocked":
            return self._skip("channel_gone", "telegram_blocked")
        if channel == "none":
            return self._step("waiting", self.valid_until, "waiting_for_telegram")
        return None

    def _link(self) -> PlannedStep | None:
        """Somebody who linked Telegram after the moment missed it."""
        _, linked_at = self._channel()
        if linked_at and self.anchored_at and linked_at > self.anchored_at and not self.step.catch_up:
            return self._skip("missed", "telegram_linked_later", at=linked_at)
        return None

    def _restraint(self) -> PlannedStep | None:
        """Quiet hours, the cap and the conditions; then it goes out."""
        return self._quiet() or self._cap() or self._conditions()

    def _quiet(self) -> PlannedStep | None:
        """Quiet hours hold marketing, and drop it where it would be late in the morning."""
        if self.step.message_class != "marketing":
            return None
        ready = self._released_at()
        held = self._quiet_until(max(ready, self.now))
        if held and self.valid_until and held >= self.valid_until:
            return self._skip("expired", "quiet_hours", at=ready)
        return self._step("waiting", held, "quiet_hours") if held and self.now < held else None

    def _cap(self) -> PlannedStep | None:
        if self.step.message_class != "marketing":
            return None
        cap, zone = self._limits().daily_cap, self._zone()
        is_full = self._sent_on(local_day(self.now, zone), zone) >= cap
        return self._skip("capped", f"{cap}_a_day", at=self._ready()) if is_full else None

    def _conditions(self) -> PlannedStep | None:
        failed = [seen_instead(self.run, c) for c in self.step.conditions if not holds(self.run, c, self.now)]
        return self._skip("condition", *failed, at=self._ready()) if failed else None

    def _released_at(self) -> dtm.datetime:
        """Since when nothing held it: due, reachable, not paused."""
        return self._released(max(self.due_at or self.now, self._channel()[1] or self.run.start.occurred_at))

    def _ready(self) -> dtm.datetime:
        """The moment it could go out: not held, and marketing not within quiet hours."""
        ready = self._released_at()
        is_held = self.step.message_class == "marketing"
        return max(ready, (self._quiet_until(ready) if is_held else None) or ready)

    def _quiet_until(self, moment: dtm.datetime) -> dtm.datetime | None:
        limits = self._limits()
        return quiet_until(moment, self._zone(), limits.quiet_from, limits.quiet_to)

    def _limits(self) -> MessageLimits:
        return self.run.webinar.limits if self.run.webinar else MessageLimits()

    def _channel(self) -> tuple[Channel, dtm.datetime | None]:
        if self.step.recipient == "candidate":
            return self.lead.channel, self.lead.reached_since.get(self.run.lead_id, self.lead.linked_at)
        partner = self.schedule.partners.get(self.lead.partner_id or "")
        return (partner.channel, partner.linked_at) if partner else ("none", None)

    def _is_muted(self) -> bool:
        """The partner has switched this kind of alert off."""
        partner = self.schedule.partners.get(self.lead.partner_id or "")
        is_theirs = self.step.recipient == "partner" and partner is not None
        return is_theirs and partner is not None and self.step.template.removeprefix("partner_") in partner.muted

    def _zone(self) -> ZoneInfo:
        return zone_of(self.lead.time_zone, self.run.webinar.definition.time_zone if self.run.webinar else None)

    def _sent_on(self, day: dtm.date, zone: ZoneInfo) -> int:
        """Marketing messages of that day that came or may come, those planned in this very pass included."""
        logged = [
            fact.occurred_at
            for key, fact in self.lead.decided.items()
            if fact.name == MessagePlanned.name
            and fact.properties["message_class"] == "marketing"
            and key not in self.lead.not_to_come
        ]
        fresh = [
            step.at
            for step in self.siblings
            if step.state == "planned" and not step.is_decided and step.step.message_class == "marketing"
        ]
        return sum(at is not None and local_day(at, zone) == day for at in [*logged, *fresh])
