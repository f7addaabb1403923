"""The derived table `attendance`: who had a place in which session, and the current verdict with its reasons."""

import polars as pl

from pipelines.marts import Claim, Column, Mart, Read, ask, duplicates
from pipelines.plots import bars


def _orphans(read: Read) -> pl.DataFrame:
    return read("attendance").join(read("leads"), on="lead_id", how="anti")


attendance = Mart(
    name="attendance",
    meaning=(
        "One row per lead and session: registered, entered, and the current verdict. **attended** (policy v1): watched "
        "at least 10 minutes or 30 % of the session, whichever is less, or completed; **completed**: at least 95 %. "
        "Watched seconds are the union of presence intervals, clipped to the session. Positive verdicts come at once, "
        "negative ones after the session's end and a grace of 10 minutes; until then the status is empty. Watching "
        "the recording is a column of its own and never changes the verdict."
    ),
    deps=("leads", "reaction"),
    columns=(
        Column("lead_id", "string", "The lead; of merged leads the one that goes on."),
        Column("session_id", "string", "The session."),
        Column("webinar_id", "string", "Its webinar."),
        Column("registered_at", "timestamp", "When the place was taken; empty: came without one."),
        Column("entered_at", "timestamp", "First heartbeat of a playing page; empty: never in the room."),
        Column("status", "string", "attended, not_attended; empty: no verdict yet."),
        Column("outcome", "string", "The finer outcome: missed, lobby_only, left_before_offer … form_submitted."),
        Column("reasons", "string", "Why the verdict is what it is, in words."),
        Column("watched_seconds", "float", "Union of presence intervals, seconds."),
        Column("session_seconds", "float", "Length of the session, seconds."),
        Column("joined_at_seconds", "float", "Position of the first presence, seconds of the session's clock."),
        Column("left_at_seconds", "float", "Position of the last presence, seconds of the session's clock."),
        Column("visits", "integer", "Visits of the room."),
        Column("is_offer_clicked", "boolean", "Clicked an offer during the session."),
        Column("is_form_submitted", "boolean", "Sent an offer's form during the session."),
        Column("is_completed", "boolean", "Watched at least the policy's completion share."),
        Column("policy_version", "integer", "Version of the attendance policy the verdict follows."),
        Column("verdicts", "integer", "Verdicts given so far: a later fact makes a new one, the newest is current."),
        Column("classified_at", "timestamp", "When the current verdict was given."),
        Column("replay_watched_at", "timestamp", "First watching of the recording."),
    ),
    build=lambda warehouse: ask(warehouse, "attendance"),
    plot=lambda frame: bars(
        "Leads and sessions by outcome",
        frame.group_by(pl.col("outcome").fill_null("no verdict yet")).len().sort("len", descending=True).rows(),
    ),
    claims=(
        Claim(
            "one_current_verdict_per_lead_and_session",
            "Each lead has at most one row, and so one current verdict, per session.",
            lambda read: duplicates(read("attendance"), "lead_id", "session_id"),
            is_blocking=True,
        ),
        Claim("no_orphan_leads", "Every lead of a session is a canonical lead.", _orphans),
        Claim(
            "nobody_watches_longer_than_the_session",
            "Watched seconds lie between zero and the session's length (a second of rounding allowed).",
            lambda read: read("attendance").filter(
                (pl.col("watched_seconds") < 0) | (pl.col("watched_seconds") > pl.col("session_seconds") + 1)
            ),
        ),
    ),
    kinds=frozenset({"duckdb"}),
)
