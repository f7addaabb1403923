"""The derived table `touches`: every visit, with its source and the lead it belongs to."""

from pipelines.marts import Claim, Column, Mart, no_orphans, unique
from pipelines.plots import counted
from warehouse import tables

touches = Mart(
    name="touches",
    meaning=(
        "Every recorded visit of a landing page, raw value beside derived source. A visit belongs to the lead its "
        "visitor became, later or not at all. The source is `utm_source` in lower case, else the referrer's class "
        "(search, social, messenger, email, referral), else `direct`."
    ),
    deps=("leads", "events"),
    columns=(
        Column("touch_id", "uuid", "Id of the fact `touch_recorded`."),
        Column("visitor_id", "string", "Random id of the browser; says nothing about the person."),
        Column(
            "lead_id", "string", "The lead the visitor became; of merged leads the one that goes on. Empty: nobody yet."
        ),
        Column("touched_at", "timestamp", "When the page was opened, by the door's clock."),
        Column("seq", "integer", "Its place in the log: commit order."),
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
    picture=counted("Touches by source", "touches", "source"),
    claims=(
        unique("touch_ids_are_unique", "No visit stands here twice.", "touches", "touch_id", is_of_part=True),
        no_orphans("touches"),
        Claim(
            "every_person_has_one_first_touch",
            "Each lead, and each visitor who is not one, has exactly one first visit.",
            tables.claim("several_first_touches"),
            is_of_part=True,  # with a browser a part holds every browser of whoever came by it (`changes`)
        ),
    ),
    grain="person",
    key="visitor_id",
)
