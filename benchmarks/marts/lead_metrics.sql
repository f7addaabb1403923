-- The numbers of `pipelines/assets/lead_metrics.py` in plain SQL: what the Polars version is measured against.
with visits as (
    select
        lead_id,
        count(*) as touches,
        max(touched_at) as last_touch_at,
        arg_min(utm_medium, touched_at) as first_medium,
        arg_min(utm_campaign, touched_at) as first_campaign,
        arg_max(source, touched_at) as last_source,
        arg_max(utm_medium, touched_at) as last_medium,
        arg_max(utm_campaign, touched_at) as last_campaign
    from marts.touches
    where lead_id is not null
    group by lead_id
),

sessions as (
    select
        lead_id,
        count(registered_at) as registered,
        count(entered_at) as entered,
        count(attended_at) as attended,
        count(registered_at) filter (where attended_at is not null) as attended_places,
        count(completed_at) as completed,
        sum(watched_seconds) / 60 as watched_minutes,
        min(registered_at) as first_registered_at,
        min(attended_at) as first_attended_at,
        max(
            case when attended_at is not null then cast(round(
                60 * least(coalesce(watched_seconds / session_seconds, 0), 1) + 20 * least(acts, 3) / 3
                + 10 * cast(offer_clicked_at is not null as integer)
                + 10 * cast(form_submitted_at is not null as integer)
            ) as integer) end
        ) as engagement,
        bool_or(offer_clicked_at is not null) as has_clicked_offer,
        bool_or(form_submitted_at is not null) as has_submitted_form,
        bool_or(replay_watched_at is not null) as has_watched_replay
    from marts.attendance
    group by lead_id
),

messages as (
    select
        lead_id,
        count(planned_at) as messages_planned,
        count(sent_at) as messages_sent,
        count(*) filter (where state = 'skipped') as messages_skipped
    from marts.messages
    where recipient = 'candidate'
    group by lead_id
)

select
    leads.lead_id,
    leads.lead_source,
    visits.first_medium,
    visits.first_campaign,
    coalesce(visits.last_source, leads.lead_source) as last_source,
    visits.last_medium,
    visits.last_campaign,
    leads.first_touch_at,
    greatest(leads.first_touch_at, visits.last_touch_at) as last_touch_at,
    leads.lead_created_at,
    leads.lead_created_via,
    leads.entry,
    leads.partner_id,
    leads.is_telegram_linked,
    coalesce(visits.touches, 0) as touches,
    coalesce(sessions.registered, 0) as registered,
    coalesce(sessions.entered, 0) as entered,
    coalesce(sessions.attended, 0) as attended,
    coalesce(sessions.completed, 0) as completed,
    sessions.attended_places / nullif(sessions.registered, 0) as attendance_rate,
    coalesce(sessions.watched_minutes, 0) as watched_minutes,
    sessions.engagement,
    sessions.has_clicked_offer,
    sessions.has_submitted_form,
    sessions.has_watched_replay,
    coalesce(messages.messages_planned, 0) as messages_planned,
    coalesce(messages.messages_sent, 0) as messages_sent,
    coalesce(messages.messages_skipped, 0) as messages_skipped,
    epoch(leads.lead_created_at) - epoch(leads.first_touch_at) as seconds_to_lead,
    epoch(sessions.first_registered_at) - epoch(leads.first_touch_at) as seconds_to_register,
    epoch(sessions.first_attended_at) - epoch(leads.first_touch_at) as seconds_to_attend,
    coalesce(leads.crm_stage, 'new') as stage,  -- noqa: RF04
    leads.crm_stage_at as stage_since
from marts.leads as leads
left join visits on leads.lead_id = visits.lead_id
left join sessions on leads.lead_id = sessions.lead_id
left join messages on leads.lead_id = messages.lead_id
