-- How many leads registered for, came to and saw each session; the newest verdict of a lead counts.
-- attended counts the verdict `attended`; every number counts leads once, a merged one as the lead that goes on.
-- Needs: survivors.
with lead_events as (
    select
        events.seq,
        events.name,
        events.occurred_at,
        events.session_id,
        events.properties,
        coalesce(survivors.survivor_id, events.lead_id) as lead_id
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where
        events.session_id is not null
        and events.name in (
            'client_webinar_registered',
            'client_webinar_entered',
            'client_webinar_offer_clicked',
            'client_webinar_form_submitted',
            'client_webinar_attendance_classified'
        )
),

verdicts as (
    select
        session_id,
        lead_id,
        arg_max((properties ->> '$.status'), (occurred_at, seq)) as status
    from lead_events
    where name = 'client_webinar_attendance_classified'
    group by session_id, lead_id
),

attended as (
    select
        session_id,
        count(*) filter (where status = 'attended') as attended
    from verdicts
    group by session_id
)

select
    lead_events.session_id,
    count(distinct lead_events.lead_id) filter (where lead_events.name = 'client_webinar_registered') as registered,
    count(distinct lead_events.lead_id) filter (where lead_events.name = 'client_webinar_entered') as entered,
    count(distinct lead_events.lead_id) filter (where lead_events.name = 'client_webinar_offer_clicked') as clicked,
    count(distinct lead_events.lead_id) filter (where lead_events.name = 'client_webinar_form_submitted') as submitted,
    coalesce(any_value(attended.attended), 0) as attended
from lead_events
left join attended on lead_events.session_id = attended.session_id
where lead_events.name != 'client_webinar_attendance_classified'
group by lead_events.session_id
