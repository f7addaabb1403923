"""The derived table `funnel`: how many people reached each stage, by source, partner and webinar."""

import polars as pl

from pipelines.marts import Claim, Column, Mart, Read, ask, duplicates
from pipelines.plots import bars

GROUPS = ("lead_source", "partner_id", "webinar_id")


def _widening(read: Read) -> pl.DataFrame:
    before = pl.col("people").shift().over(GROUPS, order_by="stage_number")
    return read("funnel").with_columns(before=before).filter(pl.col("people") > pl.col("before"))


funnel = Mart(
    name="funnel",
    meaning=(
        "People by the stage they reached: touched → lead → linked → registered → entered → attended → completed → "
        "clicked → submitted. Counted is the person: a lead, or a visitor who is not one yet (stage `touched` only). "
        "Ordered: a stage counts only with every stage before it. The rows come from the same "
        "question (`funnel_stages`) that the app's funnel page asks. One row per source, partner, webinar (of the "
        "first registration) and stage; sum over what you do not need."
    ),
    deps=("events", "reaction"),
    columns=(
        Column("lead_source", "string", "Source of the person's first touch."),
        Column("partner_id", "string", "Whose lead it is; of a visitor: whose link was followed first."),
        Column("webinar_id", "string", "Webinar of the first registration; empty: none yet."),
        Column("stage_number", "integer", "1 to 9, in the order of the journey."),
        Column("stage", "string", "Name of the stage."),
        Column("people", "integer", "Persons who reached it, and all stages before it."),
        Column("median_seconds_from_touch", "float", "Median time from the first touch to the stage, seconds."),
    ),
    build=lambda warehouse: ask(warehouse, "funnel"),
    plot=lambda frame: bars(
        "People by stage",
        frame.group_by("stage_number", "stage")
        .agg(pl.col("people").sum())
        .sort("stage_number")
        .select("stage", "people")
        .rows(),
    ),
    claims=(
        Claim(
            "one_row_per_group_and_stage",
            "Source, partner, webinar and stage identify a row.",
            lambda read: duplicates(read("funnel"), *GROUPS, "stage"),
            is_blocking=True,
        ),
        Claim("funnel_never_widens", "No stage holds more people than the stage before it.", _widening),
        Claim(
            "leads_add_up",
            "The funnel counts as many leads as `leads` has rows.",
            lambda read: _leads_in_funnel(read).filter(pl.col("in_funnel") != pl.col("in_leads")),
        ),
    ),
    kinds=frozenset({"duckdb"}),
)


def _leads_in_funnel(read: Read) -> pl.DataFrame:
    counted = read("funnel").filter(pl.col("stage") == "lead")["people"].sum()
    return pl.DataFrame({"in_funnel": [counted], "in_leads": [read("leads").height]})
