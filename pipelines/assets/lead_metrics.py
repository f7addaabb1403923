"""The derived table `lead_metrics`: the numbers of each lead, computed with Polars from the tables before it."""

import polars as pl

from pipelines.marts import Claim, Column, Mart, Read, ask, duplicates, reader
from pipelines.plots import bars
from warehouse.interface import Warehouse

COUNTS = ("touches", "registered", "attended", "completed", "messages_planned", "messages_sent", "messages_skipped")


def build(warehouse: Warehouse) -> pl.DataFrame:
    """One row per lead of `leads`; what a lead never did is 0, what is not known is empty."""
    read = reader(warehouse)
    return (
        read("leads")
        .join(_touches(read), on="lead_id", how="left")
        .join(_attendance(read), on="lead_id", how="left")
        .join(ask(warehouse, "lead_messages"), on="lead_id", how="left")
        .with_columns(pl.col(COUNTS).fill_null(0), pl.col("watched_minutes").fill_null(0.0))
        .with_columns(
            last_source=pl.coalesce("last_source", "lead_source"),
            last_touch_at=pl.max_horizontal("first_touch_at", "last_touch_at"),
            seconds_to_lead=_seconds("first_touch_at", "lead_created_at"),
            seconds_to_register=_seconds("first_touch_at", "first_registered_at"),
            attendance_rate=pl.when(pl.col("registered") > 0).then(pl.col("attended") / pl.col("registered")),
        )
        .sort("lead_created_at", "lead_id")
    )


def _touches(read: Read) -> pl.DataFrame:
    visits = read("touches").filter(pl.col("lead_id").is_not_null()).sort("touched_at")
    return visits.group_by("lead_id").agg(
        touches=pl.len(), last_touch_at=pl.col("touched_at").last(), last_source=pl.col("source").last()
    )


def _attendance(read: Read) -> pl.DataFrame:
    return (
        read("attendance")
        .group_by("lead_id")
        .agg(
            registered=pl.col("registered_at").is_not_null().sum(),
            attended=(pl.col("status") == "attended").sum(),
            completed=pl.col("is_completed").fill_null(value=False).sum(),
            watched_minutes=pl.col("watched_seconds").sum() / 60,
            first_registered_at=pl.col("registered_at").min(),
            has_clicked_offer=pl.col("is_offer_clicked").fill_null(value=False).any(),
            has_submitted_form=pl.col("is_form_submitted").fill_null(value=False).any(),
            has_watched_replay=pl.col("replay_watched_at").is_not_null().any(),
        )
    )


def _seconds(start: str, end: str) -> pl.Expr:
    return (pl.col(end) - pl.col(start)).dt.total_milliseconds() / 1000


lead_metrics = Mart(
    name="lead_metrics",
    meaning=(
        "The numbers of each lead: how it came, what it did, what was sent to it. **attendance rate** = attended / "
        "registered. Watched minutes are those of the verdicts, so a session counts once its verdict is given. "
        "Simulated chat lines and counters are in no number."
    ),
    deps=("touches", "leads", "attendance"),
    columns=(
        Column("lead_id", "string", "The lead."),
        Column("lead_source", "string", "First touch: `utm_source`, else referrer class, else `direct`."),
        Column("last_source", "string", "Source of the newest touch."),
        Column("lead_created_via", "string", "Always `core_ingest`."),
        Column("first_touch_at", "timestamp", "First touch by event time."),
        Column("last_touch_at", "timestamp", "Newest touch."),
        Column("lead_created_at", "timestamp", "When the lead was created."),
        Column("partner_id", "string", "Whose lead it is."),
        Column("touches", "integer", "Visits recorded."),
        Column("registered", "integer", "Sessions with a place."),
        Column("attended", "integer", "Sessions whose current verdict is `attended`."),
        Column("completed", "integer", "Sessions watched to the end (95 %)."),
        Column("attendance_rate", "float", "attended / registered; empty without a registration."),
        Column("watched_minutes", "float", "Minutes watched live, over all sessions with a verdict."),
        Column("has_clicked_offer", "boolean", "Clicked an offer in some session; empty: had no session."),
        Column("has_submitted_form", "boolean", "Sent an offer's form in some session; empty: had no session."),
        Column("has_watched_replay", "boolean", "Watched a recording; empty: had no session."),
        Column("messages_planned", "integer", "Messages to the candidate that became due and were allowed."),
        Column("messages_sent", "integer", "… of them accepted by the Bot API (or the dry run)."),
        Column("messages_skipped", "integer", "Messages to the candidate that were not sent, with a reason."),
        Column("seconds_to_lead", "float", "From the first touch to the form, seconds."),
        Column("seconds_to_register", "float", "From the first touch to the first registration, seconds."),
    ),
    build=build,
    plot=lambda frame: bars(
        "Sessions attended by source",
        frame.group_by("lead_source").agg(pl.col("attended").sum()).sort("attended", descending=True).rows(),
    ),
    claims=(
        Claim(
            "one_row_per_lead",
            "Each lead stands here once.",
            lambda read: duplicates(read("lead_metrics"), "lead_id"),
            is_blocking=True,
        ),
        Claim(
            "every_lead_has_metrics",
            "The leads here are exactly the leads of `leads`.",
            lambda read: pl.concat(
                [
                    read("leads").join(read("lead_metrics"), on="lead_id", how="anti").select("lead_id"),
                    read("lead_metrics").join(read("leads"), on="lead_id", how="anti").select("lead_id"),
                ]
            ),
        ),
        Claim(
            "times_do_not_run_backwards",
            "Nobody becomes a lead or registers before the first touch.",
            lambda read: read("lead_metrics").filter(
                (pl.col("seconds_to_lead") < 0) | (pl.col("seconds_to_register") < 0)
            ),
        ),
    ),
)
