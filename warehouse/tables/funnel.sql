-- How many people reached each stage, by source, partner and webinar, and how long they took. Needs: funnel_stages.
with stages (stage_number, stage) as (
    values
    (1, 'touched'),
    (2, 'lead'),
    (3, 'linked'),
    (4, 'registered'),
    (5, 'entered'),
    (6, 'attended'),
    (7, 'completed'),
    (8, 'clicked'),
    (9, 'submitted')
),

reached as (
    select
        people.lead_source,
        people.partner_id,
        people.webinar_id,
        stages.stage_number,
        stages.stage,
        people.touched_at,
        case stages.stage
            when 'touched' then people.touched_at
            when 'lead' then people.lead_at
            when 'linked' then people.linked_at
            when 'registered' then people.registered_at
            when 'entered' then people.entered_at
            when 'attended' then people.attended_at
            when 'completed' then people.completed_at
            when 'clicked' then people.clicked_at
            when 'submitted' then people.submitted_at
        end as reached_at
    from funnel_stages as people
    cross join stages
)

select
    lead_source,
    partner_id,
    webinar_id,
    stage_number,
    stage,
    count(reached_at) as people,
    median(epoch(reached_at) - epoch(touched_at)) as median_seconds_from_touch
from reached
group by lead_source, partner_id, webinar_id, stage_number, stage
order by lead_source, partner_id, webinar_id, stage_number
