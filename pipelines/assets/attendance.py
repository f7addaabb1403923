"""The derived table `attendance`: who had a place in which session, and the current verdict with its reasons."""

from pipelines.marts import Claim, Column, Mart, no_orphans, unique
from pipelines.plots import counted
from warehouse import tables

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
        Column("acts", "integer", "Own chat lines, questions and poll answers."),
        Column("attended_at", "timestamp", "When it was first said that the lead attended; empty: it did not, by now."),
        Column("completed_at", "timestamp", "When the lead had seen enough to count as having completed it."),
        Column("offer_clicked_at", "timestamp", "First click of an offer."),
        Column("form_submitted_at", "timestamp", "When an offer's form was sent first."),
        Column("is_offer_clicked", "boolean", "Clicked an offer during the session."),
        Column("is_form_submitted", "boolean", "Sent an offer's form during the session."),
        Column("is_completed", "boolean", "Watched at least the policy's completion share."),
        Column("policy_version", "integer", "Version of the attendance policy the verdict follows."),
        Column("verdicts", "integer", "Verdicts given so far: a later fact makes a new one, the newest is current."),
        Column("classified_at", "timestamp", "When the current verdict was given."),
        Column("replay_watched_at", "timestamp", "First watching of the recording."),
        Column("replay_seconds", "float", "Union of what was watched of the recording, seconds; empty: nothing."),
        Column("last_clicked_at", "timestamp", "Last click of an offer."),
        Column("last_submitted_at", "timestamp", "When an offer's form was sent last."),
    ),
    picture=counted("Leads and sessions by outcome", "attendance", "coalesce(outcome, 'no verdict yet')"),
    claims=(
        unique(
            "one_current_verdict_per_lead_and_session",
            "Each lead has at most one row, and so one current verdict, per session.",
            "attendance",
            "lead_id",
            "session_id",
            is_of_part=True,
        ),
        no_orphans("attendance"),
        Claim(
            "attended_is_what_the_verdict_says",
            "Who stands as attended does so by the current verdict, and nobody else.",
            tables.claim("attended_without_verdict"),
            is_of_part=True,
        ),
        Claim(
            "nobody_watches_longer_than_the_session",
            "Watched seconds lie between zero and the session's length (a second of rounding allowed).",
            tables.claim("watched_too_long"),
            is_blocking=False,
        ),
    ),
    grain="session",
    key="session_id",
)
