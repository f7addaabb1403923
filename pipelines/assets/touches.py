"""The derived table `touches`: every visit, with its source and the lead it belongs to."""

import polars as pl

from domain.attribution import referrer_class
from pipelines.marts import Claim, Column, Mart, ask, duplicates
from pipelines.plots import bars
from warehouse.interface import Warehouse


def build(warehouse: Warehouse) -> pl.DataFrame:
    """Visits with their source, and whether they were their visitor's first."""
    visits = ask(warehouse, "touches")
    stated = pl.col("utm_source").str.strip_chars().str.to_lowercase()
    hosts = visits["referrer_host"].unique().to_list()
    classes = pl.DataFrame(
        {"referrer_host": hosts, "referrer": [referrer_class(host) for host in hosts]},
        schema={"referrer_host": pl.String, "referrer": pl.String},
    )
    person = pl.coalesce("lead_id", "visitor_id")
    return visits.join(classes, on="referrer_host", how="left", nulls_equal=True).with_columns(
        source=pl.when(stated != "").then(stated).otherwise("referrer"),
        is_first=pl.int_range(pl.len()).over(person, order_by="touched_at") == 0,
    )


touches = Mart(
    name="touches",
    meaning=(
        "Every recorded visit of a landing page, raw value beside derived source. A visit belongs to the lead its "
        "visitor became, later or not at all. The source is `utm_source` in lower case, else the referrer's class "
        "(search, social, messenger, email, referral), else `direct`."
    ),
    deps=("events",),
    columns=(
        Column("touch_id", "string", "Id of the fact `touch_recorded`."),
        Column("visitor_id", "string", "Random id of the browser; says nothing about the person."),
        Column(
            "lead_id", "string", "The lead the visitor became; of merged leads the one that goes on. Empty: nobody yet."
        ),
        Column("touched_at", "timestamp", "When the page was opened, by the door's clock."),
        Column("source", "string", "Where the visit came from: UTM, else referrer class, else `direct`."),
        Column("is_first", "boolean", "The first visit of this person by event time: the one that decides the source."),
        Column("webinar_id", "string", "The webinar whose page was opened."),
        Column("landing", "string", "The address that was opened, without its parameters."),
        Column("partner_id", "string", "Partner whose valid link was followed."),
        Column("ref_code", "string", "The code as it stood in the link, valid or not."),
        Column("utm_source", "string", "As in the address."),
        Column("utm_medium", "string", "As in the address."),
        Column("utm_campaign", "string", "As in the address."),
        Column("utm_content", "string", "As in the address."),
        Column("utm_term", "string", "As in the address."),
        Column("referrer_host", "string", "Host of the page the visitor came from."),
    ),
    build=build,
    plot=lambda frame: bars("Touches by source", frame.group_by("source").len().sort("len", descending=True).rows()),
    claims=(
        Claim(
            "touch_ids_are_unique",
            "No visit stands here twice.",
            lambda read: duplicates(read("touches"), "touch_id"),
            is_blocking=True,
        ),
        Claim(
            "every_person_has_one_first_touch",
            "Each lead, and each visitor who is not one, has exactly one first visit.",
            lambda read: duplicates(
                read("touches").filter("is_first").with_columns(person=pl.coalesce("lead_id", "visitor_id")), "person"
            ),
        ),
    ),
)
