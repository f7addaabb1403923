-- Leads and browsers that facts are about. `the_condition` says which facts are meant. Parameters: those it has.
with fresh as (
    select
        lead_id,
        visitor_id
    from events
    where the_condition
)

select distinct
    'lead' as kind,
    lead_id as id
from fresh
where lead_id is not null
union all
select distinct
    'visitor' as kind,
    visitor_id as id
from fresh
where visitor_id is not null
