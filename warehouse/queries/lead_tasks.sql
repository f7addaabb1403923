-- A page of tasks about leads, the earliest due first, with how many there are and how many of them are late.
-- Parameters: leads (null all), owner ('' all), is_open (1: only open ones), now, limit, offset. A merged lead's tasks
-- are those of the one that goes on. Needs: survivors.
with changed as (
    select
        (properties ->> '$.task_id') as task_id,
        arg_max((properties ->> '$.owner'), (occurred_at, seq)) filter (
            where (properties ->> '$.owner') is not null
        ) as task_owner,
        arg_max((properties ->> '$.due_at'), (occurred_at, seq)) filter (
            where (properties ->> '$.due_at') is not null
        ) as due_at
    from events
    where name = 'lead_task_changed'
    group by (properties ->> '$.task_id')
),

added as (
    select
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        (events.properties ->> '$.action_id') as task_id,
        coalesce(changed.task_owner, events.properties ->> '$.owner') as task_owner,
        cast(coalesce(changed.due_at, events.properties ->> '$.due_at') as timestamptz) as due_at
    from events
    left join survivors on events.lead_id = survivors.lead_id
    left join changed on (events.properties ->> '$.action_id') = changed.task_id
    where events.name = 'lead_task_added'
),

settled as (
    select
        (properties ->> '$.task_id') as task_id,
        arg_max((properties ->> '$.is_done'), (occurred_at, seq)) = 'true' as is_done
    from events
    where name = 'lead_task_done'
    group by (properties ->> '$.task_id')
),

chosen as (
    select
        added.task_id,
        added.lead_id,
        added.task_owner,
        added.due_at,
        titles.value as task_title,
        coalesce(settled.is_done, false) as is_done
    from added
    inner join people_current as titles on added.task_id = titles.ref and titles.kind = 'task'
    left join settled on added.task_id = settled.task_id
    where
        ($leads is null or list_contains($leads, added.lead_id))
        and ($owner = '' or added.task_owner = $owner)
        and ($is_open = 0 or not coalesce(settled.is_done, false))
),

-- Not windows over nothing (`count(*) over ()`): in DuckDB 1.5.5 they have a race that ends the whole database.
counted as (
    select
        count(*) as total,
        count(*) filter (where chosen.due_at < cast($now as timestamptz) and not chosen.is_done) as overdue
    from chosen
)

select
    chosen.task_id,
    chosen.lead_id,
    chosen.task_owner,
    chosen.due_at,
    chosen.task_title,
    coalesce(lead_names.value, '') as lead_name,
    chosen.is_done,
    counted.total,
    counted.overdue
from chosen
cross join counted
left join people_current as lead_names on chosen.lead_id = lead_names.subject_id and lead_names.kind = 'name'
order by chosen.is_done, chosen.due_at, chosen.task_id
limit $limit offset $offset
