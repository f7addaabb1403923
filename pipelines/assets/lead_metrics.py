"""The derived table `lead_metrics`: the numbers of each lead, computed with Polars from the tables before it."""

import polars as pl

from domain.engagement import ACTS_FOR_ALL, ACTS_WEIGHT, OFFER_WEIGHT, WATCHED_WEIGHT
from domain.metrics import BY_SLUG
from pipelines.marts import Claim, Column, Mart, asked, read, unique
from pipelines.plots import asked_bars
from warehouse import tables
from warehouse.interface import Warehouse
from warehouse.tables import Part

COUNTS = (
    "touches", "registered", "entered", "attended", "completed", "messages_planned", "messages_sent",
    "messages_skipped",
)  # fmt: skip
LEADS = (
    "lead_id", "lead_source", "lead_created_via", "entry", "first_touch_at", "lead_created_at", "partner_id",
    "crm_stage", "crm_stage_at", "is_telegram_linked",
)  # fmt: skip
TOUCHES = ("lead_id", "touched_at", "seq", "source", "utm_medium", "utm_campaign")
ATTENDANCE = (
    "lead_id", "registered_at", "entered_at", "attended_at", "completed_at", "offer_clicked_at", "form_submitted_at",
    "replay_watched_at", "watched_seconds", "session_seconds", "acts", "status",
)  # fmt: skip
NEW = "new"
"""Where a lead stands whom nobody has moved yet."""


def build(warehouse: Warehouse, part: Part | None) -> pl.DataFrame:
    """One row per lead of `leads`; what a lead never did is 0, what is not known is empty."""
    return (
        read(warehouse, "leads", *LEADS, part=part)
        .lazy()
        .join(_touches(warehouse, part), on="lead_id", how="left")
        .join(_attendance(warehouse, part), on="lead_id", how="left")
        .join(_messages(warehouse, part), on="lead_id", how="left")
        .with_columns(pl.col(COUNTS).fill_null(0), pl.col("watched_minutes").fill_null(0.0))
        .with_columns(
            last_source=pl.coalesce("last_source", "lead_source"),
            last_touch_at=pl.max_horizontal("first_touch_at", "last_touch_at"),
            stage=pl.col("crm_stage").fill_null(NEW),
            stage_since=pl.col("crm_stage_at"),
            seconds_to_lead=_seconds("lead_created_at"),
            seconds_to_register=_seconds("first_registered_at"),
            seconds_to_attend=_seconds("first_attended_at"),
        )
        .collect()
    )


def engagement_of_session() -> pl.Expr:
    """`domain.engagement.engagement` as an expression over rows of `attendance`; a test holds the two together.

    Operation by operation: in another order a half would now and then be rounded the other way.
    """
    share = (pl.col("watched_seconds") / pl.col("session_seconds")).fill_nan(0).fill_null(0).clip(0, 1)
    acts = ACTS_WEIGHT * pl.min_horizontal(pl.col("acts"), ACTS_FOR_ALL) / ACTS_FOR_ALL
    offer = pl.col("offer_clicked_at").is_not_null().cast(pl.Int32) + pl.col("form_submitted_at").is_not_null()
    score = WATCHED_WEIGHT * share + acts + OFFER_WEIGHT * offer / 2
    return score.round(mode="half_away_from_zero").cast(pl.Int32)


def _touches(warehouse: Warehouse, part: Part | None) -> pl.LazyFrame:
    visits = read(warehouse, "touches", *TOUCHES, part=part).lazy().filter(pl.col("lead_id").is_not_null())
    return (
        visits.sort("touched_at", "seq")
        .group_by("lead_id")
        .agg(
            touches=pl.len(),
            last_touch_at=pl.col("touched_at").max(),
            first_medium=pl.col("utm_medium").first(),
            first_campaign=pl.col("utm_campaign").first(),
            last_source=pl.col("source").last(),
            last_medium=pl.col("utm_medium").last(),
            last_campaign=pl.col("utm_campaign").last(),
        )
    )


def _attendance(warehouse: Warehouse, part: Part | None) -> pl.LazyFrame:
    attended = pl.col("attended_at").is_not_null()
    is_judged_place = pl.col("registered_at").is_not_null() & pl.col("status").is_not_null()
    return (
        read(warehouse, "attendance", *ATTENDANCE, part=part)
        .lazy()
        .with_columns(engagement=pl.when(attended).then(engagement_of_session()))
        .group_by("lead_id")
        .agg(
            registered=pl.col("registered_at").count(),
            entered=pl.col("entered_at").count(),
            attended=pl.col("attended_at").count(),
            attendance_rate=attended.filter(is_judged_place).mean(),
            completed=pl.col("completed_at").count(),
            watched_minutes=pl.col("watched_seconds").sum() / 60,
            first_registered_at=pl.col("registered_at").min(),
            first_attended_at=pl.col("attended_at").min(),
            engagement=pl.col("engagement").max(),
            has_clicked_offer=pl.col("offer_clicked_at").is_not_null().any(),
            has_submitted_form=pl.col("form_submitted_at").is_not_null().any(),
            has_watched_replay=pl.col("replay_watched_at").is_not_null().any(),
        )
    )


def _messages(warehouse: Warehouse, part: Part | None) -> pl.LazyFrame:
    """Messages to candidates by lead; those of a merged lead count under the one that goes on."""
    return asked(warehouse, tables.over_published("lead_messages", part)).lazy()


def _seconds(end: str) -> pl.Expr:
    return (pl.col(end) - pl.col("first_touch_at")).dt.total_milliseconds() / 1000


def _is(slug: str) -> str:
    return BY_SLUG[slug].definition["en"]


lead_metrics = Mart(
    name="lead_metrics",
    meaning=(
        "The numbers of each lead: how it came, what it did, what was sent to it, where staff put it. Watched minutes "
        "are those of the verdicts, so a session counts once its verdict is given. Simulated chat lines and counters "
        "are in no number. Time in stage is the time since `stage_since`."
    ),
    deps=("touches", "leads", "attendance", "messages"),
    columns=(
        Column("lead_id", "string", "The lead."),
        Column("lead_source", "string", _is("source")),
        Column("first_medium", "string", "`utm_medium` of the first visit."),
        Column("first_campaign", "string", "`utm_campaign` of the first visit."),
        Column("last_source", "string", "Source of the newest touch."),
        Column("last_medium", "string", "`utm_medium` of the newest visit."),
        Column("last_campaign", "string", "`utm_campaign` of the newest visit."),
        Column("first_touch_at", "timestamp", _is("first_touch_at")),
        Column("last_touch_at", "timestamp", "Newest touch."),
        Column("lead_created_at", "timestamp", _is("lead_created_at")),
        Column("lead_created_via", "string", "Always `core_ingest`."),
        Column("entry", "string", "The door: web_form, telegram_bot, collect_api or import."),
        Column("partner_id", "string", _is("partner")),
        Column("is_telegram_linked", "boolean", "Messages can reach the lead in Telegram now."),
        Column("touches", "integer", _is("touches")),
        Column("registered", "integer", "Sessions with a place."),
        Column("entered", "integer", "Sessions whose room was entered."),
        Column("attended", "integer", "Sessions whose current verdict is `attended`."),
        Column("completed", "integer", "Sessions watched to the end."),
        Column("attendance_rate", "float", f"{_is('attendance_rate')} Empty: none has a verdict."),
        Column("watched_minutes", "float", "Minutes watched live, over all sessions with a verdict."),
        Column("engagement", "integer", _is("engagement")),
        Column("has_clicked_offer", "boolean", "Clicked an offer in some session; empty: had no session."),
        Column("has_submitted_form", "boolean", "Sent an offer's form in some session; empty: had no session."),
        Column("has_watched_replay", "boolean", "Watched a recording; empty: had no session."),
        Column("messages_planned", "integer", "Messages to the candidate that became due and were allowed."),
        Column("messages_sent", "integer", "… of them accepted by the Bot API (or the dry run)."),
        Column("messages_skipped", "integer", "Messages to the candidate that were not sent, with a reason."),
        Column("seconds_to_lead", "float", "From the first touch to the form, seconds."),
        Column("seconds_to_register", "float", "From the first touch to the first registration, seconds."),
        Column("seconds_to_attend", "float", "From the first touch to the first verdict `attended`, seconds."),
        Column("stage", "string", "Where staff put the lead in their pipeline; `new`: nobody moved it yet."),
        Column("stage_since", "timestamp", f"Since when it is there. Time in stage: {_is('time_in_stage')}"),
    ),
    picture=asked_bars(
        "Sessions attended by source",
        "select lead_source, sum(attended) as n from marts.lead_metrics group by 1 order by n desc",
    ),
    claims=(
        unique("one_row_per_lead", "Each lead stands here once.", "lead_metrics", "lead_id", is_of_part=True),
        Claim(
            "every_lead_has_metrics",
            "The leads here are exactly the leads of `leads`.",
            tables.claim("leads_unlisted", table="lead_metrics"),
            is_of_part=True,
            beside=("leads",),
        ),
        Claim(
            "counts_are_the_sessions_behind_them",
            "Registered and attended are the rows of `attendance`.",
            tables.claim("metrics_unlike_attendance"),
            is_of_part=True,
            beside=("attendance",),
        ),
        Claim(
            "engagement_is_a_score_of_attendees",
            "Between 0 and 100, for those who attended, and nobody else.",
            tables.claim("engagement_out_of_bounds"),
            is_of_part=True,
        ),
        Claim(
            "times_do_not_run_backwards",
            "Nobody becomes a lead, registers or comes before the first touch.",
            tables.claim("backward_times"),
            is_blocking=False,
        ),
    ),
    grain="person",
    key="lead_id",
    build=build,
    kinds=frozenset({"polars"}),
)
