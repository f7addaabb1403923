"""The derived table `outcomes`: how the leads of each session fared, and what its offers came to: `offer_results`."""

import polars as pl

from pipelines.marts import Claim, Column, Mart, Read, ask, duplicates
from pipelines.plots import bars


def _recounted(read: Read) -> pl.DataFrame:
    """Rows that differ from counting the people of `attendance` here and now."""
    people = read("attendance").with_columns(outcome=pl.col("outcome").fill_null("undecided"))
    counted = people.group_by("session_id", "outcome").agg(
        people=pl.len(), seconds=pl.col("watched_seconds").sum(), here=(pl.col("status") == "attended").sum()
    )
    both = read("outcomes").join(counted, on=["session_id", "outcome"], how="full", coalesce=True)
    is_same = (
        (pl.col("leads") == pl.col("people"))
        & (pl.col("attended") == pl.col("here"))
        & ((pl.col("watched_seconds") - pl.col("seconds")).abs() < 1)
    )
    return both.filter(~is_same.fill_null(value=False))


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
        Column("completed", "integer", "… of them who saw it to the end (95 %)."),
        Column("replay_watched", "integer", "… of them who watched the recording."),
        Column("watched_seconds", "float", "Seconds watched live by all of them."),
    ),
    build=lambda warehouse: ask(warehouse, "outcomes"),
    plot=lambda frame: bars(
        "Leads by outcome", frame.group_by("outcome").agg(pl.col("leads").sum()).sort("leads", descending=True).rows()
    ),
    claims=(
        Claim(
            "one_row_per_session_and_outcome",
            "Session and outcome identify a row.",
            lambda read: duplicates(read("outcomes"), "session_id", "outcome"),
            is_blocking=True,
        ),
        Claim(
            "counts_are_the_people_behind_them",
            "Counted anew from the people of `attendance`, every number is the same.",
            _recounted,
            is_blocking=True,
        ),
    ),
    kinds=frozenset({"duckdb"}),
)


def _forms(read: Read) -> pl.DataFrame:
    """Sessions whose offers hold fewer people than answered a form by their verdict."""
    sent = read("attendance").filter("is_form_submitted").group_by("session_id").len("by_verdict")
    offers = read("offer_results").group_by("session_id").agg(by_offer=pl.col("submitted").sum())
    both = sent.join(offers, on="session_id", how="left").with_columns(pl.col("by_offer").fill_null(0))
    return both.filter(pl.col("by_offer") < pl.col("by_verdict"))


offer_results = Mart(
    name="offer_results",
    meaning=(
        "One row per session and offer: to how many leads it was shown, who clicked, who sent its form; each lead once "
        "a column. **click rate** = clicked / shown; **conversion** = submitted / attended, see `outcomes`."
    ),
    deps=("attendance", "reaction"),
    columns=(
        Column("session_id", "string", "The session."),
        Column("webinar_id", "string", "Its webinar."),
        Column("offer_id", "string", "The offer, as the webinar's definition names it."),
        Column("shown", "integer", "Leads on whose screen it appeared."),
        Column("clicked", "integer", "Leads who clicked it."),
        Column("submitted", "integer", "Leads who sent its form."),
        Column("leads", "integer", "Leads who had anything to do with it."),
        Column("first_shown_at", "timestamp", "When it first appeared to anybody."),
    ),
    build=lambda warehouse: ask(warehouse, "offer_results"),
    plot=lambda frame: bars(
        "Forms by offer",
        frame.group_by("offer_id").agg(pl.col("submitted").sum()).sort("submitted", descending=True).rows(),
    ),
    claims=(
        Claim(
            "one_row_per_session_and_offer",
            "Session and offer identify a row.",
            lambda read: duplicates(read("offer_results"), "session_id", "offer_id"),
            is_blocking=True,
        ),
        Claim("every_form_belongs_to_an_offer", "Who sent a form by their verdict stands at an offer here.", _forms),
    ),
    kinds=frozenset({"duckdb"}),
)
