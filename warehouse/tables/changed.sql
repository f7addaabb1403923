-- Whom facts concern, so that no other row of a derived table needs computing anew: leads with everybody they were ever
-- merged with, browsers, sessions. `the_condition` says which facts are meant. Parameters: those it has.
with recursive fresh as (  -- noqa: PRS
    select
        name,
        lead_id,
        session_id,
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

forms as (
    select
        lead_id,
        visitor_id
    from events
    where name = 'core_ingest_event' and visitor_id is not null and lead_id is not null
),

family as (
    select lead_id
    from fresh
    where lead_id is not null
    union
    select lead_id
    from forms
    where visitor_id in (select visitor_id from fresh)
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
select distinct
    'visitor' as kind,
    visitor_id as id
from forms
where lead_id in (select family.lead_id from family)
union
select
    'visitor' as kind,
    visitor_id as id
from fresh
where visitor_id is not null
union
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
where
    session_id is not null
    and exists (select 1 from fresh where name in ('core_lead_created', 'lead_merged', 'lead_unmerged'))
    and lead_id in (select family.lead_id from family)
