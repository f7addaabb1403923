"""The derived table `funnel`: how many people reached each stage, by source, partner and webinar."""

from domain.funnel import STAGES
from pipelines.marts import Claim, Column, Mart, no_orphans, unique
from pipelines.plots import asked_bars
from warehouse import tables

GROUPS = ("lead_source", "partner_id", "webinar_id", "first_week")


def _moments() -> tuple[Column, ...]:
    ordered = (
        Column(f"{stage.slug}_at", "timestamp", f"When «{stage.label['en']}» was reached, with all before it.")
        for stage in STAGES
    )
    first = (
        Column(f"first_{stage.slug}_at", "timestamp", f"When «{stage.label['en']}» happened first, in any order.")
        for stage in STAGES[2:]
    )
    return (*ordered, *first)


funnel_stages = Mart(
    name="funnel_stages",
    meaning=(
        "The drill-down of `funnel`: one row per lead, and per visitor who is none yet, with the moment of every "
        "stage, ordered (a stage counts only with all before it) and in any order (`first_…`)."
    ),
    deps=("touches", "leads", "attendance"),
    columns=(
        Column("person_id", "string", "The lead, or the browser of a visitor who is no lead yet."),
        Column("lead_id", "string", "The lead; empty for a visitor who is none yet."),
        Column("lead_source", "string", "Source of the person's first touch."),
        Column("partner_id", "string", "Whose lead it is; of a visitor: whose link was followed first."),
        Column("webinar_id", "string", "Webinar of the first registration; empty: none yet."),
        Column("first_week", "date", "Monday of the week of the first touch (UTC)."),
        *_moments(),
        Column("first_campaign", "string", "Campaign of the first touch, as in its address; empty: none."),
        Column("last_campaign", "string", "Campaign of the last touch; empty: none."),
        Column("last_source", "string", "Source of the last touch; empty: no touch was recorded."),
        Column("last_partner_id", "string", "Partner whose link the last touch followed; empty: none."),
        Column("last_webinar_id", "string", "Webinar of the last registration; empty: none yet."),
        Column("anchors", "timestamp[]", "Touches after the first, not after the form: a window may begin there."),
    ),
    picture=asked_bars(
        "People by week of the first touch",
        "select cast(first_week as varchar) as w, count(*) as n from marts.funnel_stages group by 1 order by 1 desc",
    ),
    claims=(
        unique("persons_are_unique", "Each person stands here once.", "funnel_stages", "person_id", is_of_part=True),
        no_orphans("funnel_stages"),
        Claim(
            "stages_never_run_back",
            "Nobody reaches a stage before, or without, the one before it.",
            tables.claim("stages_run_back"),
            is_of_part=True,
        ),
        Claim("leads_add_up", "As many leads stand here as in `leads`.", tables.claim("funnel_unlike_leads")),
    ),
    grain="person",
    key="person_id",
)

funnel = Mart(
    name="funnel",
    meaning=(
        "People by the stage they reached: touched → lead → linked → registered → entered → attended → completed → "
        "clicked → submitted. Counted is the person: a lead, or a visitor who is not one yet (stage `touched` only). "
        "Ordered: a stage counts only with every stage before it. The rows come from the same "
        "question (`funnel_stages`) that the app's funnel page asks. One row per source, partner, webinar (of the "
        "first registration), week (of the first touch) and stage; sum over what you do not need."
    ),
    deps=("funnel_stages",),
    columns=(
        Column("lead_source", "string", "Source of the person's first touch."),
        Column("partner_id", "string", "Whose lead it is; of a visitor: whose link was followed first."),
        Column("webinar_id", "string", "Webinar of the first registration; empty: none yet."),
        Column("first_week", "date", "Monday of the week of the first touch (UTC)."),
        Column("stage_number", "integer", "1 to 9, in the order of the journey."),
        Column("stage", "string", "Name of the stage."),
        Column("people", "integer", "Persons who reached it, and all stages before it."),
        Column("median_seconds_from_touch", "float", "Median time from the first touch to the stage, seconds."),
    ),
    picture=asked_bars(
        "People by stage",
        "select stage, sum(people) as people from marts.funnel group by stage, stage_number order by stage_number",
    ),
    claims=(
        unique(
            "one_row_per_group_and_stage",
            "Source, partner, webinar, week and stage identify a row.",
            "funnel",
            *GROUPS,
            "stage",
        ),
        Claim("funnel_never_widens", "No stage holds more people than the stage before it.", tables.claim("widening")),
        Claim(
            "counts_are_the_people_behind_them",
            "Every stage counts as many people as stand behind it in `funnel_stages`.",
            tables.claim("funnel_unlike_people"),
        ),
    ),
)
