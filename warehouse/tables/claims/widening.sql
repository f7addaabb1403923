-- Stages that hold more people than the stage before them.
select *
from (
    select
        *,
        lag(people) over (
            partition by lead_source, partner_id, webinar_id, first_week
            order by stage_number
        ) as people_before
    from funnel
) as counted
where people > people_before
