-- Whose rows depend on those of some people: whoever came by the same browser or was ever merged with them. A step of a
-- walk: they have browsers and merges of their own. Carried along: people_newest (kind: lead or visitor; id) and
-- people_known, who are found already; of whom a recursion would find DuckDB expects millions, and hashes the log.
with leads_concerned as (  -- noqa: PRS
    select id
    from people_newest
    where kind = 'lead'
),

merges as (
    select
        lead_id,
        (properties ->> '$.into_lead_id') as into_lead_id
    from events
    where name = 'lead_merged'
)

(
    select
        'visitor' as kind,
        visitor_id as id
    from events
    where
        name = 'core_ingest_event'
        and visitor_id is not null
        and lead_id in (select leads_concerned.id from leads_concerned)
    union
    select
        'lead' as kind,
        lead_id as id
    from events
    where
        name = 'core_ingest_event'
        and lead_id is not null
        and visitor_id in (select people_newest.id from people_newest where people_newest.kind = 'visitor')
    union
    select
        'lead' as kind,
        into_lead_id as id
    from merges
    where lead_id in (select leads_concerned.id from leads_concerned)
    union
    select
        'lead' as kind,
        lead_id as id
    from merges
    where into_lead_id in (select leads_concerned.id from leads_concerned)
)
except
select
    kind,
    id
from people_known
