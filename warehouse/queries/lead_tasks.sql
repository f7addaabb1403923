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
)

select
    added.task_id,
    added.lead_id,
    added.task_owner,
    added.due_at,
    titles.value as task_title,
    coalesce(lead_names.value, '') as lead_name,
    coalesce(settled.is_done, false) as is_done,
    count(*) over () as total,
    count(*) filter (
        where added.due_at < cast($now as timestamptz) and not coalesce(settled.is_done, false)
    ) over () as overdue
from added
inner join people_current as titles on added.task_id = titles.ref and titles.kind = 'task'
left join settled on added.task_id = settled.task_id
left join people_current as lead_names on added.lead_id = lead_names.subject_id and lead_names.kind = 'name'
where
    ($leads is null or list_contains($leads, added.lead_id))
    and ($owner = '' or added.task_owner = $owner)
    and ($is_open = 0 or not coalesce(settled.is_done, false))
order by is_done, added.due_at, added.task_id
limit $limit offset $offset
