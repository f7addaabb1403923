"""The event contract: one class per fact, in the order a lead lives through them.

The docstring of a class is its public documentation; `docs/events.md`, the JSON Schema, the codec and the emitters'
allow-list are derived from this file. Facts carry no personal data: people are referred to by `lead_id` only.
"""

import datetime as dtm
import difflib
import json
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from domain.recurrence import ScheduleRule

NAMESPACE = uuid.UUID("5b0c9a0e-5f3e-5d2e-9c1a-0ef1a0ef1a0e")
"""Namespace of every deterministic id; changing it would make every stored fact a stranger."""


def _in_utc(moment: dtm.datetime) -> dtm.datetime:
    try:
        return moment.astimezone(dtm.UTC)
    except OverflowError as error:
        raise ValueError("there is no such moment in UTC: its year is not of 1 to 9999") from error


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_in_utc)]
LONGEST_NAME = 80
"""As much of an unknown name is looked at and repeated."""
Purpose = Literal["processing", "marketing", "partner_transfer"]
Mode = Literal["live", "auto"]


class Emitter(StrEnum):
    """Who may state facts. A credential is bound to emitters; the field in a fact is checked against it."""

    WEB_FORM = "web_form"
    TELEGRAM_BOT = "telegram_bot"
    COLLECT_API = "collect_api"
    IMPORT = "import"
    CORE = "core"
    CRM = "crm"
    SCENARIO_SERVICE = "scenario-service"
    TRACKER = "client-webinar-tracker-v2"
    ATTENDANCE_SERVICE = "client-webinar-attendance-service"
    POST_WEBINAR_ROUTER = "post-webinar-router"
    STUDIO = "studio"
    SCHEDULER = "scheduler"
    NOTIFIER = "notifier"


DOORS = frozenset({Emitter.WEB_FORM, Emitter.TELEGRAM_BOT, Emitter.COLLECT_API})
STAFF = frozenset({Emitter.CORE, Emitter.CRM})
STAGE = frozenset({Emitter.STUDIO, Emitter.SCHEDULER})


def deterministic_id(name: str, *key: object) -> str:
    """UUIDv5 of a name and a natural key: the same fact always gets the same id."""
    return str(uuid.uuid5(NAMESPACE, json.dumps([name, *(_plain(part) for part in key)], ensure_ascii=False)))


def _plain(part: object) -> object:
    if isinstance(part, dtm.datetime):
        return part.astimezone(dtm.UTC).isoformat()
    return part if isinstance(part, int | float | str | bool) or part is None else str(part)


class Event(BaseModel):
    """What happened: the typed properties of a fact. Subclasses are the contract."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    version: ClassVar[int] = 1
    emitters: ClassVar[frozenset[Emitter]]
    key: ClassVar[tuple[str, ...]]
    """Fields of the envelope or of the properties that identify the fact."""
    requires: ClassVar[tuple[str, ...]] = ()
    """Envelope fields that must be set."""
    requires_unless: ClassVar[tuple[str, str] | None] = None
    """A property and its value with which they need not be."""
    key_space: ClassVar[str | None] = None
    """Events of one key space exclude each other: the first one with a key wins (a message is planned or skipped)."""


E = TypeVar("E", bound=Event)


class Utm(BaseModel):
    """Where a visit came from, raw as it was read from the address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    term: str | None = None


class TouchRecorded(Event):
    """A visitor opened one of our pages: the raw material of attribution."""

    name = "touch_recorded"
    emitters = DOORS
    key = ("visitor_id", "occurred_at", "landing")

    visitor_id: str
    landing: str
    ref: str | None = None
    """Partner link code as it stood in the address."""
    partner_id: str | None = None
    """Partner the code belongs to, if it is valid."""
    utm: Utm = Utm()
    referrer_host: str | None = None


class ConsentChoice(BaseModel):
    """One ticked box: what for, and which version of the text stood beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: Purpose
    text_version: str


class CoreIngestEvent(Event):
    """A form (or bot dialogue, import, API call) handed us a person. The single entry of leads into the system."""

    name = "core_ingest_event"
    emitters = frozenset({*DOORS, Emitter.IMPORT})
    key = ("submission_id",)
    requires = ("lead_id",)

    submission_id: str
    visitor_id: str | None = None
    source: str | None = None
    """`payload.source` where the door states one; else the first touch decides."""
    ref: str | None = None
    partner_id: str | None = None
    utm: Utm = Utm()
    language: Literal["ru", "en"] = "ru"
    time_zone: str | None = None
    consents: tuple[ConsentChoice, ...] = ()
    is_proven: bool = True
    """False: somebody typed a contact of a known lead in a browser that is not known to be theirs (decision 0012).

    Such a form is a touch and a registration of that lead; it changes nothing else about them and states no consent.
    """


class CoreLeadCreated(Event):
    """The canonical lead exists. Partner attribution is frozen here."""

    name = "core_lead_created"
    emitters = frozenset({Emitter.CORE})
    key = ("lead_id",)
    requires = ("lead_id",)

    lead_source: str
    lead_created_via: Literal["core_ingest"] = "core_ingest"
    first_touch_at: UtcDatetime
    lead_created_at: UtcDatetime
    entry: Emitter
    """Which door brought the lead in; the welcome scenario starts for `web_form`."""
    partner_id: str | None = None
    ingest_event_id: str


class LeadMerged(Event):
    """Staff found that two leads are one person; `into_lead_id` goes on, both histories stay."""

    name = "lead_merged"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    into_lead_id: str
    by: str = ""
    """Account of the person who merged them; empty for the command line."""


class LeadUnmerged(Event):
    """Staff took a merge back: the lead goes on by itself again, with everything of its own."""

    name = "lead_unmerged"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    by: str


class LeadTagged(Event):
    """Staff put a tag on the lead, or took it off."""

    name = "lead_tagged"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    tag: str
    is_on: bool = True
    by: str


class LeadStageChanged(Event):
    """Staff (or a rule) moved the lead to another stage of the pipeline."""

    name = "lead_stage_changed"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    stage: str
    by: str


class LeadNoteAdded(Event):
    """Staff wrote a note; its text is personal data and lives in `people` under this action id."""

    name = "lead_note_added"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    by: str


class LeadNoteEdited(Event):
    """Staff wrote a note anew; its newest text stands in `people` under the id of the action that added it."""

    name = "lead_note_edited"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    note_id: str
    by: str


class LeadNoteRemoved(Event):
    """Staff took a note away."""

    name = "lead_note_removed"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    note_id: str
    by: str


class LeadTaskAdded(Event):
    """Somebody of the house is to do something about the lead; the title lives in `people` under this action id."""

    name = "lead_task_added"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    due_at: UtcDatetime
    owner: str
    """Account of whoever is to do it."""
    by: str


class LeadTaskChanged(Event):
    """A task is due at another moment, or somebody else is to do it. What is null stays as it was."""

    name = "lead_task_changed"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    task_id: str
    due_at: UtcDatetime | None = None
    owner: str | None = None
    by: str


class LeadTaskDone(Event):
    """A task was done, or (`is_done` false) turned out not to be."""

    name = "lead_task_done"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    task_id: str
    is_done: bool = True
    by: str


class LeadAssigned(Event):
    """The lead got an owner, or staff re-assigned it to another partner (audited). An empty id: to nobody."""

    name = "lead_assigned"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    by: str
    owner: str | None = None
    partner_id: str | None = None
    reason: str = ""


class ConsentGiven(Event):
    """The person agreed to one purpose under one version of the text."""

    name = "consent_given"
    emitters = STAFF
    key = ("lead_id", "purpose", "given_by")
    requires = ("lead_id",)

    purpose: Purpose
    text_version: str
    given_by: str
    """Id of the event or action in which the box was ticked."""


class ConsentWithdrawn(Event):
    """The person took consent for one purpose back; every marketing step exits."""

    name = "consent_withdrawn"
    emitters = STAFF
    key = ("lead_id", "purpose", "action_id")
    requires = ("lead_id",)

    purpose: Purpose
    action_id: str
    """Id of the event or action that withdrew it."""


class LeadErased(Event):
    """The person was forgotten: personal data is gone, the facts stay anonymous."""

    name = "lead_erased"
    emitters = STAFF
    key = ("action_id",)
    requires = ("lead_id",)

    action_id: str
    by: str


class PartnerJoined(Event):
    """A partner may now bring leads; the name lives in `people` under the partner id."""

    name = "partner_joined"
    emitters = frozenset({Emitter.CORE})
    key = ("partner_id",)

    partner_id: str
    code: str
    """The code in the partner's links, unique."""
    invited_by: str | None = None


class PartnerLinkCreated(Event):
    """A partner got a further link, for one webinar or with preset UTM values."""

    name = "partner_link_created"
    emitters = frozenset({Emitter.CORE})
    key = ("partner_id", "code")

    partner_id: str
    code: str
    utm: Utm = Utm()


AlertKind = Literal["new_lead", "entered", "offer_clicked", "form_submitted", "attended", "not_attended"]


class PartnerAlertsChanged(Event):
    """A partner wants alerts of one kind, or no more of them; said to the bot or in the cabinet."""

    name = "partner_alerts_changed"
    emitters = frozenset({Emitter.NOTIFIER, Emitter.CORE})
    key = ("partner_id", "action_id")

    partner_id: str
    kind: AlertKind
    is_on: bool
    action_id: str


class PartnerLeaderboardChanged(Event):
    """A partner wants to stand in the leaderboard (and see it), or no longer."""

    name = "partner_leaderboard_changed"
    emitters = frozenset({Emitter.CORE})
    key = ("partner_id", "action_id")

    partner_id: str
    is_on: bool
    action_id: str


FailureKind = Literal["run", "check", "stale", "process", "disk", "backup", "webhook", "telegram", "reaction"]


class HouseFailed(Event):
    """Something of the house does not work. Whoever looks after it says so once; it lasts until `house_recovered`."""

    name = "house_failed"
    emitters = frozenset({Emitter.CORE})
    key = ("kind", "subject", "since")

    kind: FailureKind
    subject: str
    """What it is: a job, `table.check`, a process, an endpoint's id, a folder of the data."""
    since: UtcDatetime
    """When it began, as far as it is known; names the failure for ever."""
    detail: str = ""
    """A code, a number or an id to look it up by: never what a person or a program said."""


class HouseRecovered(Event):
    """What had failed works again, or staff has settled it."""

    name = "house_recovered"
    emitters = frozenset({Emitter.CORE})
    key = ("kind", "subject", "since")

    kind: FailureKind
    subject: str
    since: UtcDatetime
    """Of the failure that is over."""
    by: str | None = None
    """Account of who settled it by hand; None: it was seen to work."""


class StaffAlertsChanged(Event):
    """One of those who run the house wants alerts about one kind of failure, or no more of them."""

    name = "staff_alerts_changed"
    emitters = frozenset({Emitter.CORE})
    key = ("staff_id", "action_id")

    staff_id: str
    """Stands for one link of one account to one Telegram; which account it is lies in the registry."""
    kind: FailureKind
    is_on: bool
    action_id: str


class StaffAlertsEnded(Event):
    """A `staff_id` is over: unlinked, or its account may no longer run the house. Linking again makes a new one."""

    name = "staff_alerts_ended"
    emitters = frozenset({Emitter.CORE})
    key = ("staff_id",)

    staff_id: str


class ScenarioStart(Event):
    """A scenario begins for a lead; its steps follow from the catalogue."""

    name = "scenario_start"
    emitters = frozenset({Emitter.SCENARIO_SERVICE})
    key = ("scenario", "scenario_version", "lead_id", "trigger")
    requires = ("lead_id",)

    scenario: str
    scenario_version: int
    trigger: str
    """Session id for session-bound scenarios, else the id of the triggering event."""


class _Switch(Event):
    emitters = frozenset({Emitter.STUDIO})
    key = ("action_id",)

    action_id: str
    scenario: str
    step: str | None = None
    """One step of it; None: the whole scenario."""
    by: str


class ScenarioPaused(_Switch):
    """Staff holds a scenario (or one step of it): what comes due waits, nobody is thrown out."""

    name = "scenario_paused"


class ScenarioResumed(_Switch):
    """The scenario (or step) goes on: what waited goes out if it is not too late, else it is skipped."""

    name = "scenario_resumed"


class TextButton(BaseModel):
    """A button of a message: where it leads, and what it says ("" the shipped words)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["room", "replay", "book", "landing", "offer"]
    label: str = Field(default="", max_length=60)


class TemplateSaved(Event):
    """Staff wrote a version of a message's text. The newest of a template, language and variant is current."""

    name = "template_saved"
    emitters = frozenset({Emitter.STUDIO})
    key = ("template", "language", "variant", "revision")

    template: str
    language: Literal["ru", "en"]
    variant: Literal["a", "b"] = "a"
    """A saved variant `b` is an experiment: half of the new messages are written with it."""
    revision: int = Field(ge=1)
    """Counts the saved versions; the shipped text is number 0."""
    text: str | None = None
    """Jinja source of Telegram HTML; None: back to the shipped text (`a`), or the end of the experiment (`b`)."""
    buttons: tuple[TextButton, ...] | None = None
    """Which buttons stand under it, in this order, and what they say; None: those it was shipped with."""
    by: str


OfferField = Literal["name", "contact", "comment"]


class Offer(BaseModel):
    """Something to click or fill in, shown in the room for a while."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offer_id: str
    title: dict[str, str]
    text: dict[str, str] = {}
    button: dict[str, str]
    show_at_seconds: int | None = None
    """Position in the session; None: the host launches it by hand."""
    hide_at_seconds: int | None = None
    stands_seconds: int | None = None
    """Launched by hand it stands for so long; None: until it is hidden."""
    has_form: bool = True
    fields: tuple[OfferField, ...] = ("contact", "comment")
    """What the form asks for, in this order."""
    url: str | None = None


class ScriptLine(BaseModel):
    """A prepared chat line of an AUTO webinar; always marked as simulated and never counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_seconds: float
    author: str
    text: str


class PollOption(BaseModel):
    """One answer of a poll."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    option_id: str
    text: dict[str, str]


class Poll(BaseModel):
    """A question with answers to choose one of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    poll_id: str
    question: dict[str, str]
    options: tuple[PollOption, ...] = Field(min_length=2, max_length=10)
    show_at_seconds: int | None = None
    """Position in the session at which the clock opens it; None: the host does, by hand."""
    close_at_seconds: int | None = None


EntryKind = Literal["line", "poll_open", "poll_close", "poll_away", "offer_show", "offer_hide", "pin", "unpin"]


class ScriptEntry(BaseModel):
    """What happens by itself at a second of a session. It is simulated, no fact about anybody, and never counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry_id: str
    at_seconds: float = Field(ge=0)
    """Position on the session's clock."""
    kind: EntryKind
    is_simulated: Literal[True] = True
    author: str = ""
    """Name a line is shown under; empty with a `subject_id`: the person's first name."""
    text: str = ""
    is_host: bool = False
    subject_id: str | None = None
    """Lead id or account of who said a recorded line: its text lies in `people` under it and `ref`."""
    ref: str | None = None
    poll: Poll | None = None
    """The question of `poll_open`."""
    target: str | None = None
    """Id of the poll, the offer or the entry of the line it is about."""


class Handout(BaseModel):
    """A file the host may hand out in the room."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    handout_id: str
    title: str
    """Its own name, with the ending."""
    media_type: str
    size_bytes: int = Field(gt=0)


class Picture(BaseModel):
    """What a link to a webinar shows where it unfurls."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Of its file: the beginning of the content's SHA-256 in hexadecimal, and the ending."""
    media_type: Literal["image/png", "image/jpeg", "image/webp"]
    width: int = Field(gt=0)
    """Pixels."""
    height: int = Field(gt=0)
    """Pixels."""


class AttendancePolicy(BaseModel):
    """When a lead counts as attended and completed (definitions of product.md, default v1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    attended_minutes: float = 10
    attended_share: float = 0.30
    completed_share: float = 0.95
    grace_minutes: float = 10


class MessageLimits(BaseModel):
    """How much advertising a webinar's leads bear, by their own clock. `version` counts what staff saved."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    daily_cap: int = Field(default=3, ge=0, le=20)
    """Marketing messages per lead and calendar day; 0: none at all."""
    quiet_from: dtm.time = dtm.time(22)
    quiet_to: dtm.time = dtm.time(9)
    """Marketing waits from `quiet_from` to `quiet_to`, usually over midnight; both the same: no quiet hours."""


class WebinarConfigured(Event):
    """The studio saved a webinar: everything its pages, room and rules need. The newest one is current."""

    name = "webinar_configured"
    emitters = frozenset({Emitter.STUDIO})
    key = ("action_id",)
    requires = ("webinar_id",)

    action_id: str
    slug: str
    title: dict[str, str]
    summary: dict[str, str] = {}
    host_name: str = ""
    mode: Mode = "auto"
    media_kind: Literal["file", "hls", "youtube", "vk", "rutube"] = "file"
    media_url: str = ""
    """Address of the video; a path without a scheme is a file in the media folder. Empty: no picture yet (LIVE)."""
    captions_url: str = ""
    """WebVTT subtitles of a file or stream; a path without a scheme is a file in the media folder."""
    is_pause_allowed: bool = False
    """Guests may pause; when they go on they are back at the session's second."""
    duration_seconds: int = Field(gt=0)
    time_zone: str = "Europe/Moscow"
    is_chat_open: bool = True
    is_lobby_chat_open: bool = True
    """Guests may write before the start already; it takes an open chat."""
    is_guest_link_clickable: bool = False
    """Web addresses in guests' lines are links; the host's always are."""
    is_question_open: bool = True
    """Guests may ask questions and vote for others'."""
    is_reaction_open: bool = True
    """Guests may react while on air."""
    is_script_disclosed: bool = True
    """Lines that come from the script are marked as recorded on the page; in the data they always are."""
    stop_words: tuple[str, ...] = ()
    """Chat lines with one of these are treated as `stop_words_deed` says; a `*` at the end stands for any ending."""
    stop_words_deed: Literal["hold", "shadow"] = "hold"
    """Hold: nobody else sees the line until the host lets it through. Shadow: only its author ever does."""
    offers: tuple[Offer, ...] = ()
    script: tuple[ScriptLine, ...] = ()
    polls: tuple[Poll, ...] = ()
    """Prepared; the host opens them by hand, the session's clock those that have a second."""
    handouts: tuple[Handout, ...] = ()
    """Files; the host shows them in the room by hand."""
    picture: Picture | None = None
    """Of the links to the landing; None: the house's own card."""
    policy: AttendancePolicy = AttendancePolicy()
    limits: MessageLimits = MessageLimits()
    replay_hours: int | None = 72
    """How long after the session's end the replay stays open; None: no replay."""


class ScheduleRuleSet(Event):
    """Sessions of the webinar come about by this rule from now on; what was announced stays. The newest counts."""

    name = "webinar_schedule_rule_set"
    emitters = frozenset({Emitter.STUDIO})
    key = ("webinar_id", "action_id")
    requires = ("webinar_id",)

    action_id: str
    rule: ScheduleRule
    by: str = ""
    """Account of the person who set it; empty for the command line."""


class ScriptSaved(Event):
    """Staff saved a version of a webinar's script: what comes by itself in its AUTO sessions. The newest one plays.

    Texts that people said live in `people` and are forgotten with them; prepared texts stand here.
    """

    name = "webinar_script_saved"
    emitters = frozenset({Emitter.STUDIO})
    key = ("webinar_id", "revision")
    requires = ("webinar_id",)

    revision: int = Field(ge=1)
    """Counts the saved versions of a webinar."""
    by: str
    """Account of who saved it."""
    origin: str = ""
    """Where it comes from: `edited`, `session:<id>` (a recording), `file:<name>`, `revision:<number>` (an undo)."""
    entries: tuple[ScriptEntry, ...] = ()


class WebinarScheduled(Event):
    """A session of a webinar has a start and a length.

    A form or the bot states it for the slot of a rule that somebody has just chosen (`action_id` is `rule`).
    """

    name = "webinar_scheduled"
    emitters = STAGE | {Emitter.WEB_FORM, Emitter.TELEGRAM_BOT}
    key = ("session_id", "action_id")
    requires = ("webinar_id", "session_id")

    action_id: str
    starts_at: UtcDatetime
    duration_seconds: int = Field(gt=0)
    mode: Mode


class WebinarRescheduled(Event):
    """The session moved; every timer that hangs on it moves with it."""

    name = "webinar_rescheduled"
    emitters = STAGE
    key = ("session_id", "action_id")
    requires = ("webinar_id", "session_id")

    action_id: str
    starts_at: UtcDatetime
    duration_seconds: int = Field(gt=0)


class WebinarCancelled(Event):
    """The session will not happen; nothing more is sent for it."""

    name = "webinar_cancelled"
    emitters = STAGE
    key = ("session_id", "action_id")
    requires = ("webinar_id", "session_id")

    action_id: str


class WebinarStarted(Event):
    """On air. For LIVE this is the moment the session's clock starts."""

    name = "webinar_started"
    emitters = STAGE
    key = ("session_id",)
    requires = ("webinar_id", "session_id")


class WebinarEnded(Event):
    """Off air. Negative verdicts follow after the grace period."""

    name = "webinar_ended"
    emitters = STAGE
    key = ("session_id",)
    requires = ("webinar_id", "session_id")


class PolicyApplied(Event):
    """A session that is over is to be judged anew under this policy: new verdicts follow, what was sent stays sent.

    Without it a session keeps the policy that was in force when it ended.
    """

    name = "webinar_policy_applied"
    emitters = STAGE
    key = ("session_id", "policy_version")
    requires = ("webinar_id", "session_id")

    policy_version: int
    policy: AttendancePolicy
    by: str = ""
    """Account of the person who asked for it; empty for a job or the command line."""


class _Hosted(Event):
    """What the host does in the room by hand."""

    emitters = frozenset({Emitter.STUDIO})
    key = ("session_id", "action_id")
    requires = ("webinar_id", "session_id")

    action_id: str
    by: str
    """Account of the host."""


class OfferLaunched(_Hosted):
    """The host showed an offer in the room, whatever its timetable says."""

    name = "webinar_offer_launched"

    offer_id: str


class OfferHidden(_Hosted):
    """The host took an offer off the screen."""

    name = "webinar_offer_hidden"

    offer_id: str


class PollOpened(_Hosted):
    """The host put a question to the room. The poll that was open is closed by it."""

    name = "webinar_poll_opened"

    poll: Poll


class PollClosed(_Hosted):
    """No more answers are taken; the results stay on the screen until the next poll or until it is put away."""

    name = "webinar_poll_closed"

    poll_id: str
    is_put_away: bool = False


class MessagePinned(_Hosted):
    """A line of the chat stands above the others; without a line nothing is pinned any more."""

    name = "webinar_message_pinned"

    line_id: str | None = None


class HostPosted(_Hosted):
    """The host wrote in the chat; the text lives in `people` under the account and this action id."""

    name = "webinar_host_posted"

    reply_to: str | None = None
    """The line it answers."""


class QuestionAnswered(_Hosted):
    """The host answered a guest's question: in writing (the text lives in `people` under the account) or on air."""

    name = "webinar_question_answered"

    question_id: str


class QuestionDismissed(_Hosted):
    """The host took a guest's question off the list."""

    name = "webinar_question_dismissed"

    question_id: str


class HandoutShown(_Hosted):
    """The host put a file on the room's list."""

    name = "webinar_handout_shown"

    handout_id: str


class HandoutHidden(_Hosted):
    """The host took a file off the room's list."""

    name = "webinar_handout_hidden"

    handout_id: str


class ChatModerated(_Hosted):
    """The host kept order in the chat. A muted guest still sees their own lines; a banned one is out of the room."""

    name = "webinar_chat_moderated"

    deed: Literal[
        "line_deleted", "guest_muted", "guest_unmuted", "guest_banned", "guest_unbanned", "slow_mode_set",
        "line_held", "line_shadowed", "line_released",
    ]  # fmt: skip
    """The words list holds or shadows lines by itself (`by` is `stop_words`); the host lets held ones through."""
    line_id: str | None = None
    guest_id: str | None = None
    """Whose seat it is about: a lead id, or `lead id:guest` for a seat beside it (decision 0012)."""
    seconds: int | None = Field(default=None, ge=0, le=600)
    """Slow mode: pause between two lines of a guest; 0 is off."""


class RegisteredForSession(Event):
    """The lead has a place in a session."""

    name = "client_webinar_registered"
    emitters = DOORS
    key = ("session_id", "lead_id")
    requires = ("lead_id", "webinar_id", "session_id")


class _Tracked(Event):
    """What the room's tracker sees: always one lead in one session."""

    emitters = frozenset({Emitter.TRACKER})
    requires = ("lead_id", "webinar_id", "session_id")


class Entered(_Tracked):
    """The first heartbeat of a visit from a playing page. A page load or a link preview is not an entry.

    Visits count from 1; those of a guest's seat beside the lead's own (decision 0012) from a number of their own.
    """

    name = "client_webinar_entered"
    key = ("session_id", "lead_id", "visit_no")

    visit_no: int = Field(ge=1)


class Watched(_Tracked):
    """A presence interval of one connection while the session plays: wall clock and media position."""

    name = "client_webinar_watched"
    key = ("session_id", "lead_id", "connection", "from_at")

    connection: str
    from_at: UtcDatetime
    to_at: UtcDatetime
    from_position_seconds: float
    to_position_seconds: float
    is_visible: bool = True


class Left(_Tracked):
    """The visit ended: the socket closed, its heartbeats stopped (then at the last one), the host sent them out."""

    name = "client_webinar_left"
    key = ("session_id", "lead_id", "visit_no")

    visit_no: int = Field(ge=1)
    reason: Literal["closed", "timed_out", "taken_over", "session_over", "banned"] = "closed"


class Completed(_Tracked):
    """The lead has seen the session to its end: watched at least the policy's completion share."""

    name = "client_webinar_completed"
    key = ("session_id", "lead_id")

    watched_seconds: float


class FormSubmitted(_Tracked):
    """The offer's form was sent; the answers are personal data and live in `people` under the event id."""

    name = "client_webinar_form_submitted"
    key = ("session_id", "lead_id", "visit_no", "offer_id")

    visit_no: int = Field(ge=1)
    offer_id: str


class OfferShown(_Tracked):
    """The offer was on the lead's screen."""

    name = "client_webinar_offer_shown"
    key = ("session_id", "lead_id", "action_id")

    action_id: str
    offer_id: str


class OfferClicked(_Tracked):
    """The lead clicked the offer."""

    name = "client_webinar_offer_clicked"
    key = ("session_id", "lead_id", "action_id")

    action_id: str
    offer_id: str


class PollAnswered(_Tracked):
    """The lead answered a poll."""

    name = "client_webinar_poll_answered"
    key = ("session_id", "lead_id", "action_id")

    action_id: str
    poll_id: str
    option: str


class QuestionAsked(_Tracked):
    """The lead asked a question; the text lives in `people` under the action id."""

    name = "client_webinar_question_asked"
    key = ("session_id", "lead_id", "action_id")

    action_id: str
    seat: str | None = None
    """The guest's seat beside the lead's own it was asked from (decision 0012); without it, it was the lead."""


class QuestionUpvoted(_Tracked):
    """The lead asks this question too; one vote of a lead for a question."""

    name = "client_webinar_question_upvoted"
    key = ("session_id", "lead_id", "question_id")

    question_id: str


ReactionKind = Literal["heart", "like", "fire", "smile", "wow"]


class ReactionsCounted(Event):
    """How many reactions a room gave in a stretch of a minute at most; whose they were is not kept."""

    name = "webinar_reactions_counted"
    emitters = frozenset({Emitter.TRACKER})
    key = ("session_id", "from_at")
    requires = ("webinar_id", "session_id")

    from_at: UtcDatetime
    to_at: UtcDatetime
    counts: dict[ReactionKind, int]


class ChatPosted(_Tracked):
    """The lead wrote in the chat; the text lives in `people` under the action id."""

    name = "client_webinar_chat_posted"
    key = ("session_id", "lead_id", "action_id")

    action_id: str
    position_seconds: float = 0
    reply_to: str | None = None
    """The line it answers."""
    seat: str | None = None
    """The guest's seat beside the lead's own it was said from (decision 0012); without it, it was the lead."""


class ReplayWatched(_Tracked):
    """A stretch of the recording was watched. Its own fact: it never flips the status of the verdict on the session."""

    name = "client_webinar_replay_watched"
    key = ("session_id", "lead_id", "connection", "from_at")

    connection: str
    from_at: UtcDatetime
    to_at: UtcDatetime
    from_position_seconds: float
    to_position_seconds: float


Outcome = Literal[
    "missed", "lobby_only", "left_before_offer", "left_after_offer", "completed", "joined_late",
    "offer_clicked", "form_submitted", "watched_replay", "watching",
]  # fmt: skip
"""Nine final outcomes; `watching` stands for the tenth answer, «attended already, the rest is not known yet»."""


class AttendanceFacts(BaseModel):
    """What a verdict was based on, in seconds of the session's clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_seconds: float
    """From clock zero to the end; the planned length until the end is known."""
    watched_seconds: float
    joined_at_seconds: float | None = None
    """Position of the first presence; None: never present."""
    left_at_seconds: float | None = None
    """Position of the last presence."""
    visits: int = 0
    offer_shown: bool = False
    offer_clicked: bool = False
    form_submitted: bool = False
    completed: bool = False
    """Seen to the end: by the numbers, or because the tracker said so."""
    planned_seconds: float | None = None
    """The planned length: running over must not take back that somebody attended."""
    lobby_seconds: float = 0
    """Presence before clock zero; never counted as watched."""
    offer_at_seconds: float | None = None
    """Position of the first offer with a fixed time."""
    replay_seconds: float = 0
    """How much of the recording was watched later; no part of `watched_seconds`."""


class AttendanceClassified(Event):
    """The verdict on one lead in one session, with its reasons. A later fact makes a new verdict, never an edit."""

    name = "client_webinar_attendance_classified"
    emitters = frozenset({Emitter.ATTENDANCE_SERVICE})
    key = ("session_id", "lead_id", "policy_version", "facts_digest")
    requires = ("lead_id", "webinar_id", "session_id")

    status: Literal["attended", "not_attended"]
    outcome: Outcome
    reasons: tuple[str, ...]
    policy_version: int
    facts: AttendanceFacts
    facts_digest: str


class PostWebinarRoute(Event):
    """Which way the lead goes after the webinar."""

    name = "post_webinar_route"
    emitters = frozenset({Emitter.POST_WEBINAR_ROUTER})
    key = ("session_id", "lead_id", "route")
    requires = ("lead_id", "webinar_id", "session_id")

    route: Literal["attended", "not_attended"]
    verdict_event_id: str


class _Message(Event):
    """A message is known by its key: (scenario, version, lead, session or trigger, step)."""

    message_key: str


class MessagePlanned(_Message):
    """The message is due and allowed: hand it to the recipient. Unique for ever by its key."""

    name = "message_planned"
    emitters = frozenset({Emitter.SCENARIO_SERVICE})
    key = ("message_key",)
    key_space = "message"
    requires = ("lead_id",)
    requires_unless = ("recipient", "staff")

    scenario: str
    scenario_version: int
    step: str
    recipient: Literal["candidate", "partner", "staff"]
    partner_id: str | None = None
    staff_id: str | None = None
    """Who of the house it is for; such a message is about no lead, and its `correlation_id` names the failure."""
    template: str
    message_class: Literal["transactional", "critical", "marketing"]
    due_at: UtcDatetime
    valid_until: UtcDatetime
    variant: str = "a"


class MessageSkipped(_Message):
    """The message will not be sent; the reason and the facts it was based on are recorded."""

    name = "message_skipped"
    emitters = frozenset({Emitter.SCENARIO_SERVICE})
    key = ("message_key",)
    key_space = "message"
    requires = ("lead_id",)

    scenario: str
    scenario_version: int
    step: str
    recipient: Literal["candidate", "partner"]
    partner_id: str | None = None
    template: str
    due_at: UtcDatetime | None = None
    reason: str
    """expired, missed, condition, exited, no_consent, channel_gone, cancelled, capped, superseded, no_partner, muted"""
    saw: tuple[str, ...] = ()


class _Delivery(_Message):
    emitters = frozenset({Emitter.NOTIFIER})
    key = ("message_key", "attempt")

    attempt: int = Field(ge=1)
    transport: Literal["telegram", "dry_run"]
    revision: int | None = None
    """Which saved version of the text it was written with; 0 is the shipped text, None: not known."""
    variant: str | None = None
    """The A/B variant of the text that was really used."""


class MessageSending(_Delivery):
    """Recorded before the call to the Bot API: from here on the outcome may be unknown."""

    name = "message_sending"

    language: Literal["ru", "en"] | None = None
    """What it was written in; None: not known."""


class MessageSent(_Delivery):
    """The Bot API (or the dry run) took the message."""

    name = "message_sent"

    transport_message_id: str
    latency_seconds: float | None = None
    """From `message_planned` recorded to accepted."""


class MessageFailed(_Delivery):
    """Not delivered, for sure. With `retry_at` another attempt follows; without, it is final until staff replays it."""

    name = "message_failed"

    code: str
    detail: str
    retry_at: UtcDatetime | None = None


class MessageWithheld(_Delivery):
    """Planned, and not sent after all: when its turn came it held no more. Final, and nobody was written to."""

    name = "message_withheld"

    reason: str
    """As of `message_skipped`: expired, condition, exited, no_consent, channel_gone, cancelled, muted, missed"""
    saw: tuple[str, ...] = ()


class MessageUncertain(_Delivery):
    """Nobody can know whether it arrived: the Bot API has no idempotency key. Shown to staff, not sent again."""

    name = "message_uncertain"

    detail: str


class LanguageChosen(Event):
    """A lead or partner chose in the bot what language to be written to in; it counts over what a form said."""

    name = "language_chosen"
    emitters = frozenset({Emitter.TELEGRAM_BOT, Emitter.NOTIFIER})
    key = ("update_id", "lead_id", "partner_id")

    update_id: int
    language: Literal["ru", "en"]
    partner_id: str | None = None


class CanaryReleased(Event):
    """Once a minute: a fact about nobody, let loose to see how soon it is answered. Counted nowhere."""

    name = "canary_released"
    emitters = frozenset({Emitter.NOTIFIER})
    key = ("minute",)

    minute: UtcDatetime


class CanaryReturned(Event):
    """The reaction saw the canary: the time between the two facts is what a real fact waits for its decision."""

    name = "canary_returned"
    emitters = frozenset({Emitter.SCENARIO_SERVICE})
    key = ("minute",)

    minute: UtcDatetime


class TelegramLinked(Event):
    """A chat belongs to this lead or partner, or to one of the house; the chat id lives in `people`."""

    name = "telegram_linked"
    emitters = frozenset({Emitter.NOTIFIER})
    key = ("update_id",)

    update_id: int
    partner_id: str | None = None
    staff_id: str | None = None
    transport: Literal["telegram", "dry_run"] = "telegram"


class TelegramBlocked(Event):
    """The person blocked the bot, or the chat is gone; later steps skip."""

    name = "telegram_blocked"
    emitters = frozenset({Emitter.NOTIFIER})
    key = ("cause",)

    cause: str
    """`update:<id>` or `message:<key>:<attempt>`."""
    partner_id: str | None = None
    staff_id: str | None = None


class TelegramUnblocked(Event):
    """The person came back."""

    name = "telegram_unblocked"
    emitters = frozenset({Emitter.NOTIFIER})
    key = ("cause",)

    cause: str
    partner_id: str | None = None
    staff_id: str | None = None


class _WebhookDeed(Event):
    """What staff did about an address that facts are sent to."""

    emitters = frozenset({Emitter.STUDIO})
    key = ("endpoint_id", "action_id")

    endpoint_id: str
    action_id: str
    by: str = ""
    """Account of who did it; empty for the command line."""


class WebhookEndpointSet(_WebhookDeed):
    """Staff added an address that facts are sent to, or changed it. The newest one of an endpoint counts."""

    name = "webhook_endpoint_set"

    url: str
    event_types: tuple[str, ...] = Field(min_length=1)
    """Names of the facts it gets, from when it says so on."""
    note: str = ""
    """What it is for, in staff's words."""


class WebhookEndpointSwitched(_WebhookDeed):
    """Staff paused an endpoint, let it go on, or deleted it. What happens during a pause is sent after it."""

    name = "webhook_endpoint_switched"

    state: Literal["active", "paused", "deleted"]


class WebhookSecretRotated(_WebhookDeed):
    """An endpoint has a new secret; for a day deliveries are signed with the old one, too. No secret stands here."""

    name = "webhook_secret_rotated"


class WebhookTestRequested(_WebhookDeed):
    """Staff asked for a delivery to try the endpoint out: this very fact is sent, to this endpoint only."""

    name = "webhook_test_requested"


class WebhookReplayRequested(_WebhookDeed):
    """Staff wants one delivery sent again, or every dead one of the endpoint."""

    name = "webhook_replay_requested"

    delivery_id: str | None = None
    """None: all that are dead now."""


class WebhookAttempted(Event):
    """A fact was sent to an endpoint, once. What the receiver answered lies in `people`: it may hold anything."""

    name = "webhook_attempted"
    emitters = frozenset({Emitter.NOTIFIER})
    key = ("delivery_id", "attempt")

    delivery_id: str
    """The `webhook-id`: of one fact and one endpoint, always the same."""
    endpoint_id: str
    fact_id: str
    """Event id of the fact that was sent."""
    attempt: int = Field(ge=1)
    outcome: Literal["delivered", "failed", "dead"]
    """failed: another attempt follows at `retry_at`; dead: none does until staff replays it."""
    code: str = ""
    """Why not: status, redirect, gone, timeout, unreachable, broken_off, private_address, invalid_answer."""
    status: int | None = None
    """HTTP status, if there was an answer."""
    detail: str = ""
    retry_at: UtcDatetime | None = None
    tries_left: int = Field(default=0, ge=0)
    """How many retries may follow this attempt."""
    took_seconds: float = 0


class WebhookEndpointDisabled(Event):
    """Nothing more is sent to an endpoint until staff turns it on again: it is gone, or nothing arrives there."""

    name = "webhook_endpoint_disabled"
    emitters = frozenset({Emitter.NOTIFIER})
    key = ("endpoint_id", "delivery_id", "attempt")

    endpoint_id: str
    delivery_id: str
    """The delivery that was the last straw."""
    attempt: int
    reason: Literal["gone", "dead_letters"]


def _leaves(cls: type[Event]) -> list[type[Event]]:
    found = [] if cls.__name__.startswith("_") or cls is Event else [cls]
    for child in cls.__subclasses__():
        found.extend(_leaves(child))
    return found


def catalogue() -> dict[str, type[Event]]:
    """Every event of the contract by its wire name, in the order of this file."""
    order = list(globals())
    return {cls.name: cls for cls in sorted(_leaves(Event), key=lambda cls: order.index(cls.__name__))}


class ContractError(ValueError):
    """A fact breaks the contract. `code` is stable; the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code beside the message."""
        super().__init__(message)
        self.code = code


class Fact(BaseModel):
    """The envelope: one line of the log. `seq` and `recorded_at` are set by the log."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: str
    name: str
    version: int = 1
    emitter: Emitter
    occurred_at: UtcDatetime
    lead_id: str | None = None
    webinar_id: str | None = None
    session_id: str | None = None
    correlation_id: str | None = None
    properties: dict[str, Any] = {}
    seq: int | None = None
    recorded_at: UtcDatetime | None = None

    @classmethod
    def of(  # noqa: PLR0913 - the envelope has this many fields
        cls,
        event: Event,
        *,
        emitter: Emitter,
        occurred_at: dtm.datetime,
        lead_id: str | None = None,
        webinar_id: str | None = None,
        session_id: str | None = None,
        correlation_id: str | None = None,
        event_id: str | None = None,
    ) -> Self:
        """Put a typed event into its envelope; the id follows from the natural key unless the client brings its own.

        Raises ContractError `emitter_not_allowed` or `missing_field`.
        """
        fact = cls(
            event_id=event_id or "",
            name=event.name,
            version=event.version,
            emitter=emitter,
            occurred_at=occurred_at,
            lead_id=lead_id,
            webinar_id=webinar_id,
            session_id=session_id,
            correlation_id=correlation_id,
            properties=event.model_dump(mode="json"),
        )
        check_envelope(fact)
        return fact if event_id else fact.model_copy(update={"event_id": natural_id(fact)})

    def event(self) -> Event:
        """The typed properties. Raises ContractError `unknown_event` or `invalid_properties`."""
        return parse(self.name, self.properties)

    def as_event(self, cls: type[E]) -> E:
        """The typed properties as the class the caller expects."""
        return cls.model_validate(self.properties)


def natural_id(fact: Fact) -> str:
    """The deterministic id of a fact, from its event's natural key."""
    cls = event_class(fact.name)
    stated: Mapping[str, Any] = {**fact.__dict__, **fact.properties}
    return deterministic_id(cls.key_space or cls.name, *(stated[field] for field in cls.key))


def event_class(name: str) -> type[Event]:
    """The class of a wire name. Raises ContractError `unknown_event`."""
    try:
        return CATALOGUE[name]
    except KeyError:
        near = difflib.get_close_matches(name[:LONGEST_NAME], CATALOGUE, n=3)
        guess = f" Did you mean {' or '.join(near)}?" if near else ""
        message = f"There is no event {name[:LONGEST_NAME]!r}.{guess} All of them: docs/events.md."
        raise ContractError("unknown_event", message) from None


def parse(name: str, properties: Mapping[str, Any]) -> Event:
    """Typed properties from plain ones. Raises ContractError `unknown_event` or `invalid_properties`."""
    cls = event_class(name)
    try:
        return cls.model_validate(properties)
    except ValueError as error:
        raise ContractError("invalid_properties", f"{name}: {error}") from error


def check_emitter(name: str, emitter: Emitter) -> None:
    """Raise ContractError if the emitter may not state this event, or there is no such event."""
    cls = event_class(name)
    if emitter not in cls.emitters:
        allowed = ", ".join(sorted(cls.emitters))
        raise ContractError("emitter_not_allowed", f"{emitter} may not state {name}; allowed: {allowed}.")


def check_envelope(fact: Fact) -> None:
    """Raise ContractError if the emitter may not state this event, or a field it needs is missing."""
    check_emitter(fact.name, fact.emitter)
    cls = event_class(fact.name)
    unless = cls.requires_unless
    if unless and fact.properties.get(unless[0]) == unless[1]:
        return
    for field in cls.requires:
        if not getattr(fact, field):
            raise ContractError("missing_field", f"{fact.name} needs {field}.")


CATALOGUE = catalogue()
