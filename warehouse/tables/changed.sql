-- Whom facts concern, so that no other row of a derived table needs computing anew: leads and browsers
-- (`changed_people`), and sessions: those of the facts, and all of leads who were created or merged. `the_condition`
-- says which facts are meant. Parameters: those it has.
with fresh as (
    select
        name,
        session_id
    from events
    where the_condition
),

renamed as (
    select changed_people.id
    from changed_people
    where
        changed_people.kind = 'lead'
        and exists (
            select 1 from fresh
            where fresh.name in ('core_lead_created', 'lead_merged', 'lead_unmerged')
        )
)

select
    kind,
    id
from changed_people
union all
select distinct
    'session' as kind,
    session_id as id
from fresh
where session_id is not null
union
select
    'session' as kind,
    session_id as id
from events
where session_id is not null and lead_id in (select renamed.id from renamed)
