-- How many people reached each stage, by source, partner, webinar and first_week, and how long they took.
-- Needs: funnel_stages.
with reached as (
    unpivot (
        select
            lead_source,
            partner_id,
            webinar_id,
            first_week,
            touched_at as since,
            touched_at as touched,
            lead_at as lead,
            linked_at as linked,
            registered_at as registered,
            entered_at as entered,
            attended_at as attended,
            completed_at as completed,
            clicked_at as clicked,
            submitted_at as submitted
        from funnel_stages
    ) on touched, lead, linked, registered, entered, attended, completed, clicked, submitted
    into name stage value reached_at
),

counted as (
    select
        lead_source,
        partner_id,
        webinar_id,
        first_week,
        stage,
        count(*) as people,
        median(epoch(reached_at) - epoch(since)) as median_seconds_from_touch
    from reached
    group by lead_source, partner_id, webinar_id, first_week, stage
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
),

every_group as (
    select
        sliced.lead_source,
        sliced.partner_id,
        sliced.webinar_id,
        sliced.first_week,
        stages.stage_number,
        stages.stage
    from (
        select distinct
            lead_source,
            partner_id,
            webinar_id,
            first_week
        from counted
    ) as sliced
    cross join stages
)

select
    every_group.lead_source,
    every_group.partner_id,
    every_group.webinar_id,
    every_group.first_week,
    every_group.stage_number,
    every_group.stage,
    coalesce(counted.people, 0) as people,
    counted.median_seconds_from_touch
from every_group
left join counted
    on
        every_group.stage = counted.stage
        and every_group.first_week = counted.first_week
        and every_group.lead_source is not distinct from counted.lead_source
        and every_group.partner_id is not distinct from counted.partner_id
        and every_group.webinar_id is not distinct from counted.webinar_id
