-- How many people reached each stage, by source, partner, webinar and first_week, and how long they took.
-- Needs: funnel_stages. Each person is looked at once: the stages become rows only when everybody is counted.
with counted as (
    select
        lead_source,
        partner_id,
        webinar_id,
        first_week,
        count(touched_at) as touched,
        count(lead_at) as lead,
        count(linked_at) as linked,
        count(registered_at) as registered,
        count(entered_at) as entered,
        count(attended_at) as attended,
        count(completed_at) as completed,
        count(clicked_at) as clicked,
        count(submitted_at) as submitted,
        median(epoch(lead_at) - epoch(touched_at)) as lead_seconds,
        median(epoch(linked_at) - epoch(touched_at)) as linked_seconds,
        median(epoch(registered_at) - epoch(touched_at)) as registered_seconds,
        median(epoch(entered_at) - epoch(touched_at)) as entered_seconds,
        median(epoch(attended_at) - epoch(touched_at)) as attended_seconds,
        median(epoch(completed_at) - epoch(touched_at)) as completed_seconds,
        median(epoch(clicked_at) - epoch(touched_at)) as clicked_seconds,
        median(epoch(submitted_at) - epoch(touched_at)) as submitted_seconds
    from funnel_stages
    group by lead_source, partner_id, webinar_id, first_week
),

stages (stage_number, stage) as (
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
)

select
    counted.lead_source,
    counted.partner_id,
    counted.webinar_id,
    counted.first_week,
    stages.stage_number,
    stages.stage,
    case stages.stage
        when 'touched' then counted.touched
        when 'lead' then counted.lead
        when 'linked' then counted.linked
        when 'registered' then counted.registered
        when 'entered' then counted.entered
        when 'attended' then counted.attended
        when 'completed' then counted.completed
        when 'clicked' then counted.clicked
        when 'submitted' then counted.submitted
    end as people,
    case stages.stage
        when 'touched' then 0.0
        when 'lead' then counted.lead_seconds
        when 'linked' then counted.linked_seconds
        when 'registered' then counted.registered_seconds
        when 'entered' then counted.entered_seconds
        when 'attended' then counted.attended_seconds
        when 'completed' then counted.completed_seconds
        when 'clicked' then counted.clicked_seconds
        when 'submitted' then counted.submitted_seconds
    end as median_seconds_from_touch
from counted
cross join stages
