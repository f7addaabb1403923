"""The derived tables `partner_results` and `message_results`: what partners brought, what became of messages."""

import polars as pl

from pipelines.marts import Claim, Column, Mart, Read, ask, duplicates
from pipelines.plots import bars

STATES = ("waiting", "sending", "retrying", "sent", "failed", "uncertain", "skipped")
STEP = ("scenario", "step_name", "template", "recipient", "variant")


def _recounted(read: Read) -> pl.DataFrame:
    """Partners whose numbers differ from counting their leads here and now."""
    leads = read("leads").filter(pl.col("partner_id").is_not_null())
    metrics = read("lead_metrics").select("lead_id", sessions_attended="attended", form="has_submitted_form")
    counted = (
        leads.join(metrics, on="lead_id", how="left")
        .group_by("partner_id")
        .agg(
            leads_anew=pl.len(),
            attended_anew=(pl.col("sessions_attended") > 0).sum(),
            submitted_anew=pl.col("form").fill_null(value=False).sum(),
        )
    )
    both = read("partner_results").join(counted, on="partner_id", how="full", coalesce=True)
    anew = pl.col("leads_anew", "attended_anew", "submitted_anew")
    is_same = pl.all_horizontal(
        pl.col(name) == pl.col(f"{name}_anew") for name in ("leads", "attended", "submitted")
    ).fill_null(value=False)
    return both.with_columns(anew.fill_null(0)).filter(~is_same)


partner_results = Mart(
    name="partner_results",
    meaning=(
        "One row per partner: visits by their links, leads that are theirs, and how far those came (each lead once a "
        "column, in any order of stages). A lead is a partner's by the first valid link within 30 days before it was "
        "created, frozen then, or by staff. `contested`: leads of theirs that followed another partner's link as well."
    ),
    deps=("touches", "leads", "lead_metrics"),
    columns=(
        Column("partner_id", "string", "The partner."),
        Column("touches", "integer", "Visits through their links."),
        Column("visitors", "integer", "Browsers behind those visits."),
        Column("leads", "integer", "Leads that are theirs."),
        Column("linked", "integer", "… of them reachable in Telegram now."),
        Column("registered", "integer", "… of them who took a place in some session."),
        Column("attended", "integer", "… of them who attended some session."),
        Column("completed", "integer", "… of them who saw some session to the end."),
        Column("clicked", "integer", "… of them who clicked an offer."),
        Column("submitted", "integer", "… of them who sent an offer's form."),
        Column("contested", "integer", "… of them who followed another partner's link as well."),
        Column("newest_lead_at", "timestamp", "When their newest lead was created."),
    ),
    build=lambda warehouse: ask(warehouse, "partner_results"),
    plot=lambda frame: bars("Leads by partner", frame.select(pl.col("partner_id").str.head(8), "leads").rows()),
    claims=(
        Claim(
            "one_row_per_partner",
            "Each partner stands here once.",
            lambda read: duplicates(read("partner_results"), "partner_id"),
            is_blocking=True,
        ),
        Claim(
            "counts_are_the_people_behind_them",
            "Counted anew from `leads` and `lead_metrics`, every partner has the same numbers.",
            _recounted,
            is_blocking=True,
        ),
    ),
    kinds=frozenset({"duckdb"}),
)

message_results = Mart(
    name="message_results",
    meaning=(
        "One row per scenario, step, template, recipient and A/B variant: how many messages stand in each state. "
        "**skipped** is on purpose, with a reason; **uncertain**: the connection broke after the request was written, "
        "and nobody can know. Latency: from the decision being in the log to Telegram's answer."
    ),
    deps=("events", "reaction", "lead_metrics"),
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
    build=lambda warehouse: ask(warehouse, "message_results"),
    plot=lambda frame: bars(
        "Messages by state", [(state, float(frame[state].sum())) for state in STATES] if frame.height else []
    ),
    claims=(
        Claim(
            "one_row_per_step_and_variant",
            "Scenario, step, template, recipient and variant identify a row.",
            lambda read: duplicates(read("message_results"), *STEP),
            is_blocking=True,
        ),
        Claim(
            "states_add_up",
            "Every message is in exactly one state.",
            lambda read: read("message_results").filter(pl.sum_horizontal(STATES) != pl.col("messages")),
            is_blocking=True,
        ),
        Claim(
            "candidates_messages_are_those_of_lead_metrics",
            "Messages sent to candidates are as many as `lead_metrics` counts.",
            lambda read: _sent(read).filter(pl.col("by_step") < pl.col("by_lead")),
        ),
    ),
    kinds=frozenset({"duckdb"}),
)


def _sent(read: Read) -> pl.DataFrame:
    by_step = read("message_results").filter(recipient="candidate")["sent"].sum()
    return pl.DataFrame({"by_step": [by_step], "by_lead": [read("lead_metrics")["messages_sent"].sum()]})
