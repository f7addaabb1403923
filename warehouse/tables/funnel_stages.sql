-- How far each person came, and when: the one definition behind the asset `funnel` and the app's funnel page.
-- Needs: survivors, touch_sources.
--
-- One row per lead; a visitor who has not become a lead yet is a row too (`lead_id` null, only `touched_at` set):
-- without them the step touch -> lead would always be 100 %. Merged leads count once, under the lead that goes on;
-- erased leads still count, their facts are anonymous. `webinar_id` is that of the first registration.
-- Ordered: a stage counts only when every stage before it was reached as well, and its moment is the latest of theirs,
-- so counts never widen from stage to stage and times never run backwards.
with lead_events as (
    select
        events.seq,
        events.name,
        events.occurred_at,
        events.webinar_id,
        events.session_id,
        events.properties,
        coalesce(survivors.survivor_id, events.lead_id) as lead_id
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where events.lead_id is not null
),

leads as (
    select
        lead_id,
        arg_min((properties ->> '$.lead_source'), (occurred_at, seq)) as lead_source,
        arg_min((properties ->> '$.partner_id'), (occurred_at, seq)) as first_partner_id,
        min(cast((properties ->> '$.first_touch_at') as timestamptz)) as touched_at,
        min(occurred_at) as lead_at
    from lead_events
    where name = 'core_lead_created'
    group by lead_id
),

reassigned as (
    select
        lead_id,
        arg_max((properties ->> '$.partner_id'), (occurred_at, seq)) as partner_id
    from lead_events
    where name = 'lead_assigned' and (properties ->> '$.partner_id') is not null
    group by lead_id
),

verdicts as (
    select
        lead_id,
        session_id,
        arg_max((properties ->> '$.status'), (occurred_at, seq)) as status,
        min(occurred_at) filter (where (properties ->> '$.status') = 'attended') as attended_at,
        min(occurred_at) filter (where (properties ->> '$.facts.completed') = 'true') as completed_at
    from lead_events
    where name = 'client_webinar_attendance_classified'
    group by lead_id, session_id
),

attended as (
    select
        lead_id,
        min(attended_at) as attended_at,
        min(completed_at) as completed_at
    from verdicts
    where status = 'attended'
    group by lead_id
),

firsts as (
    select
        lead_id,
        min(occurred_at) filter (where name = 'telegram_linked') as linked_at,
        min(occurred_at) filter (where name = 'client_webinar_registered') as registered_at,
        min(occurred_at) filter (where name = 'client_webinar_entered') as entered_at,
        min(occurred_at) filter (where name = 'client_webinar_completed') as completed_at,
        min(occurred_at) filter (where name = 'client_webinar_offer_clicked') as clicked_at,
        min(occurred_at) filter (where name = 'client_webinar_form_submitted') as submitted_at,
        arg_min(webinar_id, (occurred_at, seq)) filter (where name = 'client_webinar_registered') as webinar_id
    from lead_events
    group by lead_id
),

known_visitors as (
    select visitor_id
    from events
    where name = 'core_ingest_event'
    group by visitor_id
),

visitors as (
    select
        visitor_id,
        arg_min(touch_source, (occurred_at, seq)) as lead_source,
        arg_min(partner_id, (occurred_at, seq)) as partner_id,
        min(occurred_at) as touched_at
    from touch_sources
    group by visitor_id
),

strangers as (
    select
        visitors.lead_source,
        visitors.partner_id,
        visitors.touched_at
    from visitors
    left join known_visitors on visitors.visitor_id = known_visitors.visitor_id
    where known_visitors.visitor_id is null
),

people as (
    select
        leads.lead_id,
        leads.lead_source,
        nullif(coalesce(reassigned.partner_id, leads.first_partner_id), '') as partner_id,
        firsts.webinar_id,
        leads.touched_at,
        greatest(leads.lead_at, leads.touched_at) as lead_at,
        firsts.linked_at as first_linked_at,
        firsts.registered_at as first_registered_at,
        firsts.entered_at as first_entered_at,
        attended.attended_at as first_attended_at,
        coalesce(firsts.completed_at, attended.completed_at) as first_completed_at,
        firsts.clicked_at as first_clicked_at,
        firsts.submitted_at as first_submitted_at
    from leads
    left join firsts on leads.lead_id = firsts.lead_id
    left join reassigned on leads.lead_id = reassigned.lead_id
    left join attended on leads.lead_id = attended.lead_id
    union all by name
    select
        lead_source,
        partner_id,
        touched_at
    from strangers
)

-- `greatest` would skip a null; a null stage must stop the ones after it, so each is a case of two comparisons.
select
    lead_id,
    lead_source,
    partner_id,
    webinar_id,
    lead_at as created_at,
    touched_at,
    lead_at,
    case
        when first_linked_at >= lead_at then first_linked_at
        when first_linked_at < lead_at then lead_at
    end as linked_at,
    case
        when first_registered_at >= linked_at then first_registered_at
        when first_registered_at < linked_at then linked_at
    end as registered_at,
    case
        when first_entered_at >= registered_at then first_entered_at
        when first_entered_at < registered_at then registered_at
    end as entered_at,
    case
        when first_attended_at >= entered_at then first_attended_at
        when first_attended_at < entered_at then entered_at
    end as attended_at,
    case
        when first_completed_at >= attended_at then first_completed_at
        when first_completed_at < attended_at then attended_at
    end as completed_at,
    case
        when first_clicked_at >= completed_at then first_clicked_at
        when first_clicked_at < completed_at then completed_at
    end as clicked_at,
    case
        when first_submitted_at >= clicked_at then first_submitted_at
        when first_submitted_at < clicked_at then clicked_at
    end as submitted_at
from people
