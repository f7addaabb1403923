"""Messages as their recipient sees them: Telegram's small HTML taken apart into pieces. Never rendered as HTML."""

import datetime as dtm
import json
from dataclasses import dataclass
from html.parser import HTMLParser

from app.shared import texts
from app.shared.numbers import seconds
from domain.reasons import explain
from domain.scenarios import CURRENT
from domain.staff_alerts import SCENARIO as HOUSE
from domain.webinars import Schedule
from warehouse.reads.outbox import Message

STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "under", "ins": "under", "s": "struck",
    "del": "struck", "code": "code", "pre": "code", "a": "link", "tg-spoiler": "plain", "blockquote": "italic",
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A stretch of text in one style: plain, bold, italic, under, struck, code or link."""

    text: str
    style: str


@dataclass(frozen=True)
class BubbleButton:
    """A button under a message."""

    text: str
    url: str


@dataclass(frozen=True)
class Bubble:
    """One message of the outbox, ready to show."""

    message_key: str
    lead_id: str
    lead_name: str
    recipient: str
    reader_name: str
    """Of a partner, or of one of the house."""
    scenario: str
    step: str
    about: str
    state: str
    state_text: str
    why: str
    pieces: list[Piece]
    buttons: list[BubbleButton]
    planned_at: str
    due_at: str
    sent_at: str
    latency: str
    attempts: int
    transport: str
    can_resend: bool


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's shape
        if tag == "br":
            self.pieces.append(Piece("\n", "plain"))
        elif tag in STYLES:
            self._open.append(STYLES[tag])

    def handle_endtag(self, tag: str) -> None:
        style = STYLES.get(tag)
        if style in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(style)]

    def handle_data(self, data: str) -> None:
        self.pieces.append(Piece(data, self._open[-1] if self._open else "plain"))


def pieces_of(text: str) -> list[Piece]:
    """A message's HTML as stretches of text; whatever is no tag of Telegram's is dropped, its text kept."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.pieces


def bubble(message: Message, schedule: Schedule, language: str, *, now: dtm.datetime) -> Bubble:
    """A message in the reader's language. What is past its time by now cannot be sent again."""
    webinar = schedule.webinars.get(message.webinar_id or "")
    return Bubble(
        message_key=message.message_key,
        lead_id=message.lead_id,
        lead_name=message.lead_name or texts.translate(language, "studio.nameless") if message.lead_id else "",
        recipient=texts.translate(language, f"studio.recipient.{message.recipient}"),
        reader_name=message.partner_name or message.staff_name,
        scenario=scenario_label(message.scenario, language),
        step=step_label(message.scenario, message.step, language),
        about=texts.localised(webinar.definition.title, language) if webinar else "",
        state=message.state,
        state_text=texts.translate(language, f"studio.message.{'withheld' if message.is_withheld else message.state}"),
        why=_why(message, language),
        pieces=pieces_of(message.text),
        buttons=[BubbleButton(button.text, button.url) for button in message.buttons],
        planned_at=message.planned_at.isoformat(),
        due_at=message.due_at.isoformat() if message.due_at else "",
        sent_at=message.sent_at.isoformat() if message.sent_at else "",
        latency=seconds(message.latency_seconds, language),
        attempts=message.attempts,
        transport=message.transport,
        can_resend=message.state == "failed" and (message.valid_until is None or now < message.valid_until),
    )


def scenario_label(name: str, language: str) -> str:
    """What a scenario is called; what the house tells its own people is none of the catalogue."""
    if name == HOUSE:
        return texts.translate(language, "studio.scenario.house")
    scenario = CURRENT.get(name)
    return texts.localised(scenario.label, language) if scenario else name


def step_label(scenario: str, key: str, language: str) -> str:
    """What a step is called."""
    if scenario == HOUSE:
        return texts.translate(language, f"studio.scenario.{key}")
    steps = CURRENT[scenario].steps if scenario in CURRENT else ()
    step = next((step for step in steps if step.key == key), None)
    return texts.localised(step.label, language) if step else key


def _why(message: Message, language: str) -> str:
    if message.state == "skipped":
        return " ".join(said(code, language) for code in (message.reason, *message.saw))
    return " — ".join(part for part in (message.code, message.detail) if part)


def said(code: str, language: str) -> str:
    """A reason code as a sentence."""
    return explain(code, "en" if language == "en" else "ru")


def form_answers(value: str) -> str:
    """Answers of a form (JSON) as one line."""
    try:
        answers = json.loads(value)
    except ValueError:
        return value
    return "; ".join(f"{name}: {text}" for name, text in answers.items()) if isinstance(answers, dict) else value
