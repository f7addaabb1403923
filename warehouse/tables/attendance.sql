-- Who had a place in which session or came to it, and the current verdict on it. Needs: survivors.
-- A merged lead's places count under the lead that goes on; of two verdicts on one session the newest is current.
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
    where
        events.lead_id is not null
        and events.session_id is not null
        and events.name like 'client_webinar_%'
),

verdicts as (
    select
        lead_id,
        session_id,
        count(*) as verdicts,
        max(occurred_at) as classified_at,
        arg_max(properties, (occurred_at, seq)) as verdict
    from lead_events
    where name = 'client_webinar_attendance_classified'
    group by lead_id, session_id
),

places as (
    select
        lead_id,
        session_id,
        arg_min(webinar_id, seq) as webinar_id,
        min(occurred_at) filter (where name = 'client_webinar_registered') as registered_at,
        min(occurred_at) filter (where name = 'client_webinar_entered') as entered_at,
        min(occurred_at) filter (where name = 'client_webinar_replay_watched') as replay_watched_at
    from lead_events
    group by lead_id, session_id
)

select
    places.lead_id,
    places.session_id,
    places.webinar_id,
    places.registered_at,
    places.entered_at,
    cast((verdicts.verdict ->> '$.policy_version') as integer) as policy_version,
    cast((verdicts.verdict ->> '$.facts.watched_seconds') as double) as watched_seconds,
    cast((verdicts.verdict ->> '$.facts.session_seconds') as double) as session_seconds,
    cast((verdicts.verdict ->> '$.facts.joined_at_seconds') as double) as joined_at_seconds,
    cast((verdicts.verdict ->> '$.facts.left_at_seconds') as double) as left_at_seconds,
    cast((verdicts.verdict ->> '$.facts.visits') as integer) as visits,
    cast((verdicts.verdict ->> '$.facts.offer_clicked') as boolean) as is_offer_clicked,
    cast((verdicts.verdict ->> '$.facts.form_submitted') as boolean) as is_form_submitted,
    cast((verdicts.verdict ->> '$.facts.completed') as boolean) as is_completed,
    verdicts.classified_at,
    places.replay_watched_at,
    (verdicts.verdict ->> '$.status') as status,
    (verdicts.verdict ->> '$.outcome') as outcome,
    array_to_string(cast((verdicts.verdict -> '$.reasons') as varchar[]), '; ') as reasons,
    coalesce(verdicts.verdicts, 0) as verdicts
from places
left join verdicts on places.lead_id = verdicts.lead_id and places.session_id = verdicts.session_id
order by places.session_id, places.lead_id
