"""`docs/emitters.md`, from the contract and the credentials: who may state which facts, and through which process."""

from domain.events import CATALOGUE, Emitter
from warehouse.credentials import GRANTS

INTRODUCTION = """# Emitters

Who may state which facts. Written from `domain/events.py` and `warehouse/credentials.py` by `make docs`.

- An emitter states facts about what happened and nothing else: it knows no scenario, consumer, screen or timer.
- The allow-list is enforced by the *credential* that appends, never by the field a fact carries: every process has its
  own token, an outside system has a key bound to one emitter and the events named for it (`efir emitter add`).
- Stating a fact twice changes nothing: the id of a fact follows from its natural key, and ids are unique for ever.
- A fact outside these boundaries is refused and kept with its reason (`rejected_events`), and can be replayed once the
  boundary was drawn anew. Adding an emitter is one line here and a decision of its own.
"""
WHAT = {
    Emitter.WEB_FORM: "The landing page's form, in the visitor's browser, and what it says on its visitor's behalf.",
    Emitter.TELEGRAM_BOT: "The bot's dialogue, when a person registers in the chat.",
    Emitter.COLLECT_API: "An outside system with an emitter key, through `POST /api/v1/events`.",
    Emitter.IMPORT: "A file somebody brought from another system.",
    Emitter.CORE: "The rules about leads: a lead exists, a consent holds, a partner joined.",
    Emitter.CRM: "Staff, by hand, in the studio.",
    Emitter.SCENARIO_SERVICE: "The planner: which message is due, or will not be sent, and why.",
    Emitter.TRACKER: "The room's tracker: what it saw of one lead in one session. It draws no conclusions.",
    Emitter.ATTENDANCE_SERVICE: "The classifier. It observes and gives verdicts; it routes nobody and tells nobody.",
    Emitter.POST_WEBINAR_ROUTER: "The router: which way a lead goes after a verdict.",
    Emitter.STUDIO: "The host's page: webinars, sessions, going on air.",
    Emitter.SCHEDULER: "The clock of AUTO sessions: started, ended.",
    Emitter.NOTIFIER: "The Telegram door: what became of a message, whose chat it is; and what became of a webhook.",
}
"""What each emitter is. A missing one fails the documents' test."""


def markdown() -> str:
    """The page."""
    return "\n".join([INTRODUCTION, *map(_section, Emitter)])


def _section(emitter: Emitter) -> str:
    processes = ", ".join(sorted(process for process, granted in GRANTS.items() if emitter in granted))
    stated = "\n".join(
        f"- [`{name}`](events.md#{name})" for name, event in CATALOGUE.items() if emitter in event.emitters
    )
    return f"## `{emitter}`\n\n{WHAT[emitter]} Credentials: {processes}.\n\n{stated or 'No event yet.'}\n"
