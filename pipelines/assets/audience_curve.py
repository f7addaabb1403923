"""The derived table `audience_curve`: who was there in every minute of every session, and what happened in it."""

from pipelines.marts import Claim, Column, Mart, unique
from pipelines.plots import asked_bars
from warehouse import tables

audience_curve = Mart(
    name="audience_curve",
    meaning=(
        "One row per session and minute of its clock: how many leads were present, came, left for good, and what they "
        "did. **present** = leads with a presence interval that touches the minute; two devices count once. "
        "`replaying` is the same minute of the recording, watched later: it never mixes with the live curve. "
        "Simulated chat lines and counters are no facts and in no number."
    ),
    deps=("attendance", "reaction"),
    columns=(
        Column("session_id", "string", "The session."),
        Column("webinar_id", "string", "Its webinar."),
        Column("session_mode", "string", "live or auto."),
        Column("minute_no", "integer", "Minute of the session's clock, 0 first."),
        Column("present", "integer", "Leads present at some time in this minute."),
        Column("entered", "integer", "Leads whose first entry was in this minute; an earlier one in minute 0."),
        Column("visits_ended", "integer", "Visits that ended in this minute; the same lead may come back."),
        Column("dropped", "integer", "Leads whose last presence was in this minute."),
        Column("chat_lines", "integer", "Chat lines leads wrote."),
        Column("questions", "integer", "Questions leads asked."),
        Column("poll_answers", "integer", "Answers to polls."),
        Column("offer_shown", "integer", "Leads on whose screen an offer appeared."),
        Column("offer_clicked", "integer", "Leads who clicked an offer."),
        Column("form_submitted", "integer", "Leads who sent an offer's form."),
        Column("replaying", "integer", "Leads who watched this minute of the recording."),
    ),
    picture=asked_bars(
        "Most present at once, by session",
        "select session_id, max(present) as n from marts.audience_curve group by session_id order by n desc",
    ),
    claims=(
        unique(
            "one_row_per_session_and_minute",
            "Session and minute identify a row.",
            "audience_curve",
            "session_id",
            "minute_no",
            is_of_part=True,
        ),
        Claim(
            "entries_are_those_of_attendance",
            "Over its minutes a session has as many entries as `attendance` has leads who entered it.",
            tables.claim("curve_unlike_attendance"),
            is_of_part=True,
            beside=("attendance",),
        ),
        Claim(
            "nobody_drops_who_was_not_present",
            "In no minute do more leads leave for good than were present.",
            tables.claim("dropped_unseen"),
            is_blocking=False,
        ),
    ),
    grain="session",
    key="session_id",
)
