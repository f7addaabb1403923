-- Whom facts concern: leads with everybody they were ever merged with, and browsers. `the_condition` says which facts
-- are meant. Parameters: those it has.
with recursive fresh as (  -- noqa: PRS
    select
        lead_id,
        visitor_id
    from events
    where the_condition
),

merges as (
    select
        lead_id,
        (properties ->> '$.into_lead_id') as into_lead_id
    from events
    where name = 'lead_merged'
),

links as (
    select
        lead_id,
        into_lead_id as other_id
    from merges
    union
    select
        into_lead_id as lead_id,
        lead_id as other_id
    from merges
),

family as (
    select lead_id
    from fresh
    where lead_id is not null
    union
    select lead_id
    from events
    where
        name = 'core_ingest_event'
        and lead_id is not null
        and visitor_id in (select fresh.visitor_id from fresh where fresh.visitor_id is not null)
    union
    select links.other_id as lead_id
    from family
    inner join links on family.lead_id = links.lead_id
)

select
    'lead' as kind,
    lead_id as id
from family
union all
select
    'visitor' as kind,
    visitor_id as id
from events
where
    name = 'core_ingest_event'
    and visitor_id is not null
    and lead_id in (select family.lead_id from family)
union
select
    'visitor' as kind,
    visitor_id as id
from fresh
where visitor_id is not null
