-- Merged leads and the lead that goes on for each: a relation the derived tables share. Leads never merged, or
-- taken apart again, are no rows; nor are those of a circle, in which nobody would go on. Chains of merges are followed
-- sixteen steps, each relation twice as far as the one before it: of a recursion DuckDB expects millions of rows,
-- and plans every join with it the wrong way round.
with turns as (
    select * from events
    where name = 'lead_merged'
    union all
    select * from events
    where name = 'lead_unmerged'
),

merged as (
    select
        lead_id,
        arg_max((properties ->> '$.into_lead_id'), (occurred_at, seq)) as survivor_id
    from turns
    group by lead_id
    having arg_max(name, (occurred_at, seq)) = 'lead_merged'
),

two_steps as (
    select
        merged.lead_id,
        coalesce(further.survivor_id, merged.survivor_id) as survivor_id
    from merged
    left join merged as further on merged.survivor_id = further.lead_id
),

four_steps as (
    select
        two_steps.lead_id,
        coalesce(further.survivor_id, two_steps.survivor_id) as survivor_id
    from two_steps
    left join two_steps as further on two_steps.survivor_id = further.lead_id
),

eight_steps as (
    select
        four_steps.lead_id,
        coalesce(further.survivor_id, four_steps.survivor_id) as survivor_id
    from four_steps
    left join four_steps as further on four_steps.survivor_id = further.lead_id
)

select
    eight_steps.lead_id,
    coalesce(further.survivor_id, eight_steps.survivor_id) as survivor_id
from eight_steps
left join eight_steps as further on eight_steps.survivor_id = further.lead_id
anti join merged on coalesce(further.survivor_id, eight_steps.survivor_id) = merged.lead_id
