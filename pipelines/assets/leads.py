"""The derived tables `leads` and `lead_list`: the canonical leads, without personal data."""

from pipelines.marts import Claim, Column, Mart, no_orphans, unique
from pipelines.plots import counted
from warehouse import tables

leads = Mart(
    name="leads",
    meaning=(
        "The canonical leads: one row per person who handed in a form (`core_ingest_event`). Merged leads are one row, "
        "the lead that goes on; erased leads stay as anonymous rows, so that totals keep adding up. Names and contacts "
        "are not here: they live beside the log and can be erased."
    ),
    deps=("events", "reaction"),
    columns=(
        Column("lead_id", "string", "The canonical lead."),
        Column("lead_source", "string", "What the form stated, else the source of the first touch."),
        Column("lead_created_via", "string", "Always `core_ingest`: the one way in."),
        Column("entry", "string", "The door: web_form, telegram_bot, collect_api or import."),
        Column("first_touch_at", "timestamp", "First visit by event time; without one the moment of the form."),
        Column("lead_created_at", "timestamp", "When the first form was handed in."),
        Column("created_at", "timestamp", "When the core stated that the lead is one."),
        Column(
            "lead_at", "timestamp", "When the lead stood in the log, never before the first touch: the funnel's moment."
        ),
        Column("partner_id", "string", "Whose lead it is: frozen at creation, changed by staff only."),
        Column("frozen_partner_id", "string", "Whose lead it was when it was created."),
        Column("owned_by", "string", "The member of staff who looks after the lead."),
        Column("crm_stage", "string", "Where staff put the lead in their pipeline."),
        Column("crm_stage_at", "timestamp", "Since when the lead is there; never moved: since it was created."),
        Column("lead_language", "string", "Language of the newest form: ru or en."),
        Column("time_zone", "string", "The lead's time zone, as the browser said."),
        Column("telegram_linked_at", "timestamp", "When Telegram was linked first."),
        Column("is_telegram_linked", "boolean", "Messages can reach the lead in Telegram now."),
        Column("telegram", "string", "linked, blocked, or none: never linked."),
        Column("forms", "integer", "Forms handed in, the same person's again included."),
        Column("merged_leads", "integer", "Leads that were merged into this one."),
        Column("is_erased", "boolean", "The person was forgotten; only anonymous facts are left."),
    ),
    picture=counted("Leads by source", "leads", "lead_source"),
    claims=(
        unique("lead_ids_are_unique", "Each person stands here once.", "leads", "lead_id", is_of_part=True),
        Claim(
            "first_touch_is_not_after_creation",
            "Nobody becomes a lead before their first touch.",
            tables.claim("touched_after_creation"),
            is_blocking=False,
        ),
    ),
    grain="person",
    key="lead_id",
)

lead_list = Mart(
    name="lead_list",
    meaning=(
        "What the studio's list of leads says of each, but for names and contacts: one row per lead that goes on and "
        "was not forgotten, with the newest place, verdict and outcome of any session, its tags, and when the person "
        "was seen last."
    ),
    deps=("leads", "attendance", "events"),
    columns=(
        Column("lead_id", "string", "The canonical lead."),
        Column("created_at", "timestamp", "When the core stated that the lead is one."),
        Column("lead_source", "string", "What the form stated, else the source of the first touch."),
        Column("partner_id", "string", "Whose lead it is: frozen at creation, changed by staff only."),
        Column("last_seen_at", "timestamp", "The newest fact by the person's own doing: form, bot, room, recording."),
        Column("registrations", "integer", "Sessions the lead has, or had, a place in."),
        Column("webinar_id", "string", "Webinar of the newest registration; empty: none yet."),
        Column("webinar_ids", "array", "Every webinar the lead registered for."),
        Column("verdict", "string", "The newest verdict of any session: attended or not_attended; empty: none yet."),
        Column("outcome", "string", "The outcome of that verdict."),
        Column("telegram", "string", "linked, blocked, or none: never linked."),
        Column("lead_stage", "string", "Where staff put the lead in their pipeline; never moved: new."),
        Column("lead_owner", "string", "The member of staff who looks after the lead; empty: nobody."),
        Column("tags", "array", "Tags the lead has now."),
    ),
    picture=counted("Leads by stage", "lead_list", "lead_stage"),
    claims=(
        unique("one_row_per_lead", "Each lead stands here once.", "lead_list", "lead_id", is_of_part=True),
        no_orphans("lead_list"),
        Claim(
            "every_lead_is_listed",
            "The leads here are exactly those leads of `leads` that were not forgotten.",
            tables.claim("leads_not_listed", table="lead_list"),
            is_of_part=True,
            beside=("leads",),
        ),
    ),
    grain="person",
    key="lead_id",
)
