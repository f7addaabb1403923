-- How many refusals there are by state, place and reason, and how often they came.
select
    state,
    stage,
    code,
    count(*) as refusals,
    sum(count) as times
from rejected_events
group by state, stage, code
order by state, stage, code
