-- The numbers of `pipelines/assets/lead_metrics.py` in plain SQL: what the Polars version is measured against.
with visits as (
    select lead_id, count(*) as touches, max(touched_at) as last_touch_at, arg_max(source, touched_at) as last_source
    from marts.touches where lead_id is not null group by lead_id
),

sessions as (
    select
        lead_id,
        count(registered_at) as registered,
        count(*) filter (where status = 'attended') as attended,
        count(*) filter (where is_completed) as completed,
        sum(watched_seconds) / 60 as watched_minutes,
        min(registered_at) as first_registered_at,
        bool_or(coalesce(is_offer_clicked, false)) as has_clicked_offer,
        bool_or(coalesce(is_form_submitted, false)) as has_submitted_form,
        bool_or(replay_watched_at is not null) as has_watched_replay
    from marts.attendance group by lead_id
),

messages as (with survivors as (


with recursive merged as (
    select
        lead_id,
        arg_max((properties ->> '$.into_lead_id'), (occurred_at, seq)) as into_lead_id
    from events
    where name in ('lead_merged', 'lead_unmerged')
    group by lead_id
    having arg_max(name, (occurred_at, seq)) = 'lead_merged'
),

merge_path as (
    select
        lead_id,
        into_lead_id,
        1 as steps
    from merged
    union all
    select
        merge_path.lead_id,
        merged.into_lead_id,
        merge_path.steps + 1 as steps
    from merge_path
    inner join merged on merge_path.into_lead_id = merged.lead_id
    where merge_path.steps < 10
)

select
    lead_id,
    arg_max(into_lead_id, steps) as survivor_id
from merge_path
group by lead_id
)
select * from (

with messages as (
    select
        (properties ->> '$.message_key') as message_key,
        arg_min(lead_id, seq) as lead_id,
        bool_or((properties ->> '$.recipient') = 'candidate') as is_to_candidate,
        bool_or(name = 'message_planned') as is_planned,
        bool_or(name = 'message_skipped') as is_skipped,
        bool_or(name = 'message_sent') as is_sent
    from events
    where name in ('message_planned', 'message_skipped', 'message_sent')
    group by (properties ->> '$.message_key')
)

select
    coalesce(survivors.survivor_id, messages.lead_id) as lead_id,
    count(*) filter (where messages.is_planned) as messages_planned,
    count(*) filter (where messages.is_sent) as messages_sent,
    count(*) filter (where messages.is_skipped) as messages_skipped
from messages
left join survivors on messages.lead_id = survivors.lead_id
where messages.is_to_candidate
group by coalesce(survivors.survivor_id, messages.lead_id)
))

select
    leads.*,
    coalesce(visits.touches, 0) as touches,
    coalesce(visits.last_source, leads.lead_source) as last_source,
    greatest(leads.first_touch_at, visits.last_touch_at) as last_touch_at,
    coalesce(sessions.registered, 0) as registered,
    coalesce(sessions.attended, 0) as attended,
    coalesce(sessions.completed, 0) as completed,
    coalesce(sessions.watched_minutes, 0) as watched_minutes,
    sessions.attended / nullif(sessions.registered, 0) as attendance_rate,
    sessions.has_clicked_offer,
    sessions.has_submitted_form,
    sessions.has_watched_replay,
    coalesce(messages.messages_planned, 0) as messages_planned,
    coalesce(messages.messages_sent, 0) as messages_sent,
    coalesce(messages.messages_skipped, 0) as messages_skipped,
    epoch(leads.lead_created_at) - epoch(leads.first_touch_at) as seconds_to_lead,
    epoch(sessions.first_registered_at) - epoch(leads.first_touch_at) as seconds_to_register
from marts.leads as leads
left join visits on leads.lead_id = visits.lead_id
left join sessions on leads.lead_id = sessions.lead_id
left join messages on leads.lead_id = messages.lead_id
order by leads.lead_created_at, leads.lead_id
