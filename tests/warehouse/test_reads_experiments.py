"""An experiment's numbers, checked by hand: five people, two wordings."""

import datetime as dtm
from typing import Literal

from domain.events import (
    CoreIngestEvent,
    Emitter,
    Entered,
    Event,
    Fact,
    MessagePlanned,
    MessageSending,
    MessageSent,
    OfferClicked,
)
from warehouse.local import LocalWarehouse
from warehouse.reads.experiments import WordingResults, results

START = dtm.datetime(2026, 3, 4, 12, 0, tzinfo=dtm.UTC)
HOUR = dtm.timedelta(hours=1)


def said(event: Event, emitter: Emitter, lead: str, hours: float) -> Fact:
    where = {"webinar_id": "w", "session_id": "s"} if event.name.startswith("client_") else {}
    return Fact.of(event, emitter=emitter, occurred_at=START + hours * HOUR, lead_id=lead, **where)


def message(
    lead: str,
    variant: str,
    hours: float,
    *,
    language: str = "ru",
    written_in: Literal["ru", "en"] | None = None,
    template: str = "welcome",
) -> list[Fact]:
    key = f"{template}-{lead}"
    form = CoreIngestEvent.model_validate({"submission_id": lead, "language": language})
    planned = MessagePlanned.model_validate(
        {
            "message_key": key, "scenario": "welcome", "scenario_version": 1, "step": "welcome",
            "recipient": "candidate", "template": template, "message_class": "transactional",
            "due_at": START, "valid_until": START + 99 * HOUR, "variant": variant,
        }
    )  # fmt: skip
    sending = MessageSending(
        message_key=key, attempt=1, transport="dry_run", revision=1, variant=variant, language=written_in
    )
    sent = MessageSent(message_key=key, attempt=1, transport="dry_run", transport_message_id="1")
    return [
        said(form, Emitter.WEB_FORM, lead, -1),
        said(planned, Emitter.SCENARIO_SERVICE, lead, hours),
        said(sending, Emitter.NOTIFIER, lead, hours),
        said(sent, Emitter.NOTIFIER, lead, hours),
    ]


def test_only_what_happened_within_a_day_of_a_matured_message_counts(warehouse: LocalWarehouse) -> None:
    entered = Entered(visit_no=1)
    warehouse.append(
        [
            *message("anna", "a", 1),
            said(entered, Emitter.TRACKER, "anna", 3),
            said(OfferClicked(action_id="1", offer_id="o"), Emitter.TRACKER, "anna", 4),
            *message("boris", "a", 1),
            said(entered, Emitter.TRACKER, "boris", 26),  # a day and an hour later: not because of the message
            *message("vera", "b", 2),
            said(entered, Emitter.TRACKER, "vera", 5),
            *message("gleb", "b", 40),  # sent eight hours before we look: too young
            said(entered, Emitter.TRACKER, "gleb", 41),
            *message("early", "a", -0.5),  # before the experiment
            *message("emma", "a", 1, language="en"),
            *message("petr", "a", 1, template="registered"),
        ]
    )
    found = results(warehouse, "welcome", "ru", since=START, now=START + 48 * HOUR)
    assert found == {
        "a": WordingResults(sent=2, matured=2, entered=1, clicked=1),
        "b": WordingResults(sent=2, matured=1, entered=1),
    }


def test_a_message_counts_in_the_language_it_was_written_in(warehouse: LocalWarehouse) -> None:
    warehouse.append([*message("anna", "a", 1, language="ru", written_in="en"), *message("boris", "b", 1)])
    english, russian = (
        results(warehouse, "welcome", language, since=START, now=START + 48 * HOUR) for language in ("en", "ru")
    )
    assert (english["a"].sent, english["b"].sent) == (1, 0)
    assert (russian["a"].sent, russian["b"].sent) == (0, 1)


def test_without_messages_there_are_no_results(warehouse: LocalWarehouse) -> None:
    found = results(warehouse, "welcome", "ru", since=START, now=START)
    assert found == {"a": WordingResults(), "b": WordingResults()}
