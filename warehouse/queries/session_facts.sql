-- The facts of a session, and who of those in it are leads or go on as another one. Each kind is a scan of its own.
-- Parameter: session.
with of_session as (
    select *
    from main.events
    where session_id = $session
),

merged as (
    select *
    from main.events
    where name = 'lead_merged'
),

known as (
    select lead_id
    from of_session
    union
    select (properties ->> '$.into_lead_id') as lead_id
    from merged
)

select *
from of_session
union all
select *
from merged
union all
select *
from main.events
where name = 'lead_unmerged'
union all
select *
from main.events
where
    name = 'core_lead_created'
    and lead_id in (select known.lead_id from known)
