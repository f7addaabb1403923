"""How soon the reaction looks at a lead after which fact. Says nothing about what then happens."""

from domain import events
from domain.events import CATALOGUE

DELIVERY = frozenset(
    {events.MessageSending.name, events.MessageSent.name, events.MessageUncertain.name, events.MessageWithheld.name}
)
"""No rule waits for these."""

CALM = frozenset(
    event.name
    for event in (
        events.Watched,
        events.ReplayWatched,
        events.ChatPosted,
        events.PollAnswered,
        events.QuestionAsked,
        events.OfferShown,
    )
)
"""A full room states these by the dozen a second: looking at each lead every two seconds is soon enough."""

DERIVED = frozenset(
    event.name
    for event in (
        events.CoreLeadCreated,
        events.ConsentGiven,
        events.ScenarioStart,
        events.MessagePlanned,
        events.MessageSkipped,
        events.AttendanceClassified,
        events.PostWebinarRoute,
        events.CanaryReturned,
    )
)
"""Stated by the reaction: when not by this process, then by a run of `react_in_bulk`, and there is no hurry."""

PROMPT = frozenset(CATALOGUE) - DELIVERY - CALM - DERIVED
"""Facts that end a wait at once."""
