"""What each page asks of the warehouse when it is opened, as the page's code asks it."""

import datetime as dtm
from collections.abc import Callable, Mapping

from warehouse.interface import Warehouse
from warehouse.reads import audience, funnel, leads, outbox, partners, programme, sources, studio
from warehouse.reads.audience import WebinarKinds
from warehouse.reads.funnel import Behind, FunnelFilter
from warehouse.reads.leads import LeadFilter

Question = Callable[[Warehouse], object]
NOW = dtm.datetime(2026, 4, 1, tzinfo=dtm.UTC)
MONTH = 30 * 86_400
SESSION, WEBINAR, PARTNER = "session-3", "bench", "partner-7"
STAGES = ("new", "contacted", "interested", "negotiating", "won", "lost")
PLAIN = FunnelFilter(now=NOW)
OWN = FunnelFilter(now=NOW, partner_id=PARTNER)
CHOICES: Mapping[str, Question] = {"choices: sources": leads.sources, "choices: partners": partners.names}
"""What the filters of several pages offer."""
PAGES: Mapping[str, Mapping[str, Question]] = {
    "a process starts": {"the programme": programme.schedule},
    "home": {
        "numbers of sessions": studio.session_numbers,
        "who is in the room": lambda w: studio.in_room(w, NOW),
        "the newest leads": lambda w: leads.leads(w, LeadFilter(), limit=8),
        "messages by state": lambda w: outbox.states(w, now=NOW),
    },
    "leads": {
        **CHOICES,
        "choices: tags": leads.tags,
        "a page of leads": lambda w: leads.leads(w, LeadFilter()),
    },
    "leads: searched": {"by a part of a phone": lambda w: leads.leads(w, LeadFilter(search="0000123"))},
    "leads: of a partner": {"attended": lambda w: leads.leads(w, LeadFilter(partner_id=PARTNER, verdict="attended"))},
    "board": {"the newest of each stage": lambda w: leads.board(w, STAGES, LeadFilter(), limit=30)},
    "a lead's card": {
        "the lead": lambda w: leads.leads(w, LeadFilter(), ids=["lead-777"], limit=1),
        "their facts": lambda w: w.facts_of(lead_ids=["lead-777"]),
    },
    "funnel": {
        **CHOICES,
        "counts and times": lambda w: funnel.whole(w, PLAIN),
        "histogram": lambda w: funnel.histogram(w, PLAIN, "submitted"),
    },
    "funnel: people of a bar": {"people": lambda w: funnel.people(w, PLAIN, Behind("entered"))},
    "funnel: within 30 days": {
        "counts and times": lambda w: funnel.whole(w, FunnelFilter(now=NOW, window_seconds=MONTH)),
    },
    "funnel: by last campaign": {
        "counts": lambda w: funnel.funnel(w, FunnelFilter(now=NOW, breakdown="campaign", attribution="last")),
    },
    "sources": {
        "funnel by source": lambda w: funnel.funnel(w, FunnelFilter(now=NOW, breakdown="source")),
        "paths of the models": lambda w: sources.paths(w, funnel.BEGINNING, funnel.END),
    },
    "audience": {
        "curve": lambda w: audience.curve(w, SESSION),
        "outcomes": lambda w: audience.outcomes(w, SESSION),
        "offers": lambda w: audience.offers(w, SESSION),
        "how long they watched": lambda w: audience.watching(w, SESSION),
        "live, auto and recording": lambda w: audience.kinds(w, WebinarKinds(WEBINAR, 0.95, settled=NOW)),
    },
    "outbox": {
        "a page of messages": outbox.messages,
        "messages by state": lambda w: outbox.states(w, now=NOW),
    },
    "outbox: failed": {"a page of messages": lambda w: outbox.messages(w, state="failed")},
    "partner's cabinet": {
        "everybody's numbers": studio.partners,
        "own funnel": lambda w: funnel.funnel(w, OWN),
        "contests": lambda w: partners.contests(w, PARTNER),
    },
    "partner's leads": {"a page of leads": lambda w: leads.leads(w, LeadFilter(partner_id=PARTNER))},
    "partner's links": {"links": lambda w: partners.links(w, PARTNER)},
}
