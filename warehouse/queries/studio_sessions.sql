-- How many leads registered for, came to and saw each session; the newest verdict of a lead counts.
-- attended counts the verdict `attended`; registered counts leads with a place, each once.
with verdicts as (
    select
        session_id,
        lead_id,
        arg_max((properties ->> '$.status'), (occurred_at, seq)) as status
    from events
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
    events.session_id,
    count(distinct events.lead_id) filter (where events.name = 'client_webinar_registered') as registered,
    count(distinct events.lead_id) filter (where events.name = 'client_webinar_entered') as entered,
    count(distinct events.lead_id) filter (where events.name = 'client_webinar_offer_clicked') as clicked,
    count(distinct events.lead_id) filter (where events.name = 'client_webinar_form_submitted') as submitted,
    coalesce(any_value(attended.attended), 0) as attended
from events
left join attended on events.session_id = attended.session_id
where
    events.session_id is not null
    and events.name in (
        'client_webinar_registered',
        'client_webinar_entered',
        'client_webinar_offer_clicked',
        'client_webinar_form_submitted'
    )
group by events.session_id
