"""The derived table `outcomes`: how the leads of each session fared, and what its offers came to: `offer_results`."""

from pipelines.marts import Claim, Column, Mart, unique
from pipelines.plots import asked_bars
from warehouse import tables

outcomes = Mart(
    name="outcomes",
    meaning=(
        "One row per session and outcome: how many leads had it. The outcome is that of the newest verdict: missed, "
        "lobby_only, left_before_offer, left_after_offer, joined_late, completed, offer_clicked, form_submitted, "
        "watched_replay; `watching` while it is on air, `undecided` without a verdict."
    ),
    deps=("attendance",),
    columns=(
        Column("session_id", "string", "The session."),
        Column("webinar_id", "string", "Its webinar."),
        Column("outcome", "string", "The outcome; `undecided`: no verdict yet."),
        Column("leads", "integer", "Leads with this outcome, with a place or without."),
        Column("registered", "integer", "… of them with a place."),
        Column("entered", "integer", "… of them who entered the room."),
        Column("attended", "integer", "… of them whose verdict is `attended`."),
        Column("attended_registered", "integer", "… of those with a place: what the attendance rate is of."),
        Column("completed", "integer", "… of them who saw it to the end (95 %)."),
        Column("clicked", "integer", "… of those who attended who clicked an offer."),
        Column("submitted", "integer", "… of those who attended who sent an offer's form."),
        Column("replay_watched", "integer", "… of them who watched the recording."),
        Column("watched_seconds", "float", "Seconds watched live by all of them."),
    ),
    picture=asked_bars(
        "Leads by outcome",
        "select outcome, sum(leads) as leads from marts.outcomes group by outcome order by leads desc",
    ),
    claims=(
        unique(
            "one_row_per_session_and_outcome",
            "Session and outcome identify a row.",
            "outcomes",
            "session_id",
            "outcome",
            is_of_part=True,
        ),
        Claim(
            "counts_are_the_people_behind_them",
            "Counted anew from the people of `attendance`, every number is the same.",
            tables.claim("outcomes_unlike_people"),
            is_of_part=True,
            beside=("attendance",),
        ),
    ),
    grain="session",
    key="session_id",
)

offer_results = Mart(
    name="offer_results",
    meaning=(
        "One row per session and offer: to how many leads it was shown, who clicked, who sent its form; each lead once "
        "a column. **click rate** and **conversion** are over those who attended the session, in numerator and "
        "denominator."
    ),
    deps=("attendance", "reaction"),
    columns=(
        Column("session_id", "string", "The session."),
        Column("webinar_id", "string", "Its webinar."),
        Column("offer_id", "string", "The offer, as the webinar's definition names it."),
        Column("shown", "integer", "Leads on whose screen it appeared."),
        Column("clicked", "integer", "Leads who clicked it."),
        Column("submitted", "integer", "Leads who sent its form."),
        Column("attended", "integer", "Leads who attended the session."),
        Column("clicked_attended", "integer", "… of them who clicked it."),
        Column("submitted_attended", "integer", "… of them who sent its form."),
        Column("leads", "integer", "Leads who had anything to do with it."),
        Column("first_shown_at", "timestamp", "When it first appeared to anybody."),
    ),
    picture=asked_bars(
        "Forms by offer",
        "select offer_id, sum(submitted) as n from marts.offer_results group by offer_id order by n desc",
    ),
    claims=(
        unique(
            "one_row_per_session_and_offer",
            "Session and offer identify a row.",
            "offer_results",
            "session_id",
            "offer_id",
            is_of_part=True,
        ),
        Claim(
            "every_form_belongs_to_an_offer",
            "Who sent a form by their verdict stands at an offer here.",
            tables.claim("offers_unlike_verdicts"),
            is_blocking=False,
        ),
    ),
    grain="session",
    key="session_id",
)
