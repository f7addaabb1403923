"""The derived tables `partner_results` and `message_results`: what partners brought, what became of messages."""

from pipelines.marts import Claim, Column, Mart, unique
from pipelines.plots import asked_bars, counted
from warehouse import tables

STEP = ("scenario", "step_name", "template", "recipient", "variant")

messages = Mart(
    name="messages",
    meaning=(
        "One row per message that became due: to whom, by which step, and what became of it. A message is in exactly "
        "one state: waiting, sending, retrying, sent, failed, uncertain or skipped. Texts are not here: they are "
        "personal data and live beside the log."
    ),
    deps=("events", "reaction"),
    columns=(
        Column("message_key", "string", "The intent, unique for ever."),
        Column("lead_id", "string", "Whom it is about, as the fact says (see `survivors` for merged leads)."),
        Column("scenario", "string", "The scenario."),
        Column("step_name", "string", "Its step."),
        Column("template", "string", "The template of the text."),
        Column("recipient", "string", "candidate or partner."),
        Column("variant", "string", "The A/B variant."),
        Column("partner_id", "string", "The partner it is to, or whose lead it is about."),
        Column("state", "string", "What became of it."),
        Column("reason", "string", "Why it was skipped."),
        Column("planned_at", "timestamp", "When it was decided to send it; empty: it was skipped."),
        Column("sent_at", "timestamp", "When the Bot API (or the dry run) took it."),
        Column("accepted_at", "timestamp", "When the log knew of it."),
        Column("latency_seconds", "float", "From the decision being in the log to Telegram's answer, seconds."),
        Column("attempts", "integer", "How often the Bot API was called."),
        Column("seq", "integer", "The fact of the decision, in the log."),
        Column("newest_attempt_seq", "integer", "The newest fact of what became of it."),
    ),
    picture=counted("Messages by state", "messages", "state"),
    claims=(
        unique("message_keys_are_unique", "No message stands here twice.", "messages", "message_key", is_of_part=True),
        Claim(
            "every_message_has_a_step",
            "Every message says which step it is of.",
            tables.claim("empty_keys", table="messages", key="step_name"),
            is_of_part=True,
        ),
    ),
    grain="person",
    key="lead_id",
)

partner_results = Mart(
    name="partner_results",
    meaning=(
        "One row per partner: visits by their links, leads that are theirs, and how far those came (each lead once a "
        "column, in any order of stages). A lead is a partner's by the first valid link within 30 days before it was "
        "created, frozen then, or by staff. `contested`: leads of theirs that followed another partner's link as well."
    ),
    deps=("touches", "leads", "funnel_stages", "lead_metrics", "events"),
    columns=(
        Column("partner_id", "string", "The partner."),
        Column("touches", "integer", "Visits through their links."),
        Column("visitors", "integer", "Browsers behind those visits."),
        Column("leads", "integer", "Leads that are theirs."),
        Column("linked", "integer", "… of them who linked Telegram."),
        Column("registered", "integer", "… of them who took a place in some session."),
        Column("entered", "integer", "… of them who entered some session."),
        Column("attended", "integer", "… of them who attended some session."),
        Column("completed", "integer", "… of them who saw some session to the end."),
        Column("clicked", "integer", "… of them who clicked an offer."),
        Column("submitted", "integer", "… of them who sent an offer's form."),
        Column("contested", "integer", "… of them who followed another partner's link as well."),
        Column("newest_lead_at", "timestamp", "When their newest lead was created."),
    ),
    picture=asked_bars(
        "Leads by partner",
        "select left(partner_id, 8) as partner, leads from marts.partner_results order by leads desc",
    ),
    claims=(
        unique("one_row_per_partner", "Each partner stands here once.", "partner_results", "partner_id"),
        Claim(
            "counts_are_the_people_behind_them",
            "Counted anew from `leads` and `lead_metrics`, every partner has the same numbers.",
            tables.claim("partners_unlike_people"),
        ),
    ),
)

message_results = Mart(
    name="message_results",
    meaning=(
        "One row per scenario, step, template, recipient and A/B variant: how many messages stand in each state. "
        "**skipped** is on purpose, with a reason; **uncertain**: the connection broke after the request was written, "
        "and nobody can know. Latency: from the decision being in the log to Telegram's answer."
    ),
    deps=("messages",),
    columns=(
        Column("scenario", "string", "The scenario."),
        Column("step_name", "string", "Its step."),
        Column("template", "string", "The template of the text."),
        Column("recipient", "string", "candidate or partner."),
        Column("variant", "string", "The A/B variant."),
        Column("messages", "integer", "Messages that became due: each is in one of the states below."),
        Column("waiting", "integer", "Planned, nobody tried yet."),
        Column("sending", "integer", "Handed over, no answer yet."),
        Column("retrying", "integer", "Refused for now, tried again later."),
        Column("sent", "integer", "Accepted by the Bot API (or the dry run)."),
        Column("failed", "integer", "Refused for good."),
        Column("uncertain", "integer", "Unknown whether it arrived."),
        Column("skipped", "integer", "Not sent on purpose."),
        Column("median_latency_seconds", "float", "Median latency of those sent, seconds."),
        Column("p95_latency_seconds", "float", "95th percentile of it, seconds."),
    ),
    picture=counted("Messages by state", "messages", "state"),
    claims=(
        unique(
            "one_row_per_step_and_variant",
            "Scenario, step, template, recipient and variant identify a row.",
            "message_results",
            *STEP,
        ),
        Claim("states_add_up", "Every message is in exactly one state.", tables.claim("states_do_not_add_up")),
        Claim(
            "counts_are_the_messages_behind_them",
            "As many messages are counted as `messages` has.",
            tables.claim("results_unlike_messages"),
        ),
    ),
)
