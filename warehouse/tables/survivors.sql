-- Merged leads and the lead that goes on for each: a relation the derived tables share. Leads never merged, or
-- taken apart again, are no rows.
with recursive merged as (
    select
        lead_id,
        arg_max((properties ->> '$.into_lead_id'), (occurred_at, seq)) as into_lead_id
    from events
    where name in ('lead_merged', 'lead_unmerged')
    group by lead_id
    having arg_max(name, (occurred_at, seq)) = 'lead_merged'
),

merge_path as (
    select
        lead_id,
        into_lead_id,
        1 as steps
    from merged
    union all
    select
        merge_path.lead_id,
        merged.into_lead_id,
        merge_path.steps + 1 as steps
    from merge_path
    inner join merged on merge_path.into_lead_id = merged.lead_id
    where merge_path.steps < 10
)

select
    lead_id,
    arg_max(into_lead_id, steps) as survivor_id
from merge_path
group by lead_id
