-- Sessions that facts concern: those of the facts, and all of leads who were created or merged. `the_condition` says
-- which facts are meant. Parameters: those it has. Carried along: people_concerned (kind, id).
with fresh as (
    select
        name,
        session_id
    from events
    where the_condition
),

renamed as (
    select people_concerned.id
    from people_concerned
    where
        people_concerned.kind = 'lead'
        and exists (
            select 1 from fresh
            where fresh.name in ('core_lead_created', 'lead_merged', 'lead_unmerged')
        )
)

select
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
