-- Stages that count other people than stand behind them.
select
    counted.stage,
    counted.people,
    behind.people as people_behind
from (
    select
        stage,
        sum(people) as people
    from funnel
    group by stage
) as counted
full join (
    unpivot (
        select
            count(touched_at) as touched,
            count(lead_at) as lead,
            count(linked_at) as linked,
            count(registered_at) as registered,
            count(entered_at) as entered,
            count(attended_at) as attended,
            count(completed_at) as completed,
            count(clicked_at) as clicked,
            count(submitted_at) as submitted
        from funnel_stages
    ) on columns(*) into name stage value people
) as behind on counted.stage = behind.stage
where coalesce(counted.people, 0) != behind.people
