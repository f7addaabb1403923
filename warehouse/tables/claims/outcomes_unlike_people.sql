-- Outcomes that count other people than stand behind them.
select *
from outcomes
full join (
    select
        session_id,
        coalesce(outcome, 'undecided') as outcome,
        count(*) as people,
        count(*) filter (where status = 'attended') as people_attended
    from attendance
    group by session_id, coalesce(outcome, 'undecided')
) as behind on outcomes.session_id = behind.session_id and outcomes.outcome = behind.outcome
where
    outcomes.leads is distinct from behind.people
    or outcomes.attended is distinct from behind.people_attended
    or outcomes.attended_registered > outcomes.registered
