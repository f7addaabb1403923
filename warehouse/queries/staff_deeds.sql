-- What people of the house did, newest first: facts that name who did it, everything stated in the studio, and the
-- journal of access in the registry. Parameters: limit, offset.
with deeds as (
    select
        case
            when name = 'lead_assigned' and (properties ->> '$.partner_id') is not null then 'lead_reassigned'
            else name
        end as deed,
        occurred_at,
        lead_id,
        webinar_id,
        session_id,
        coalesce((properties ->> '$.by'), '') as deed_by,
        coalesce(case when name = 'lead_assigned' then (properties ->> '$.reason') end, '') as about,
        true as is_fact,
        cast(seq as varchar) as tie
    from events
    where (properties ->> '$.by') is not null or emitter = 'studio'
    union all
    select
        (body ->> '$.deed') as deed,
        cast((body ->> '$.at') as timestamptz) as occurred_at,
        null as lead_id,
        null as webinar_id,
        null as session_id,
        (body ->> '$.who') as deed_by,
        concat_ws(' · ', nullif(body ->> '$.about', ''), nullif(body ->> '$.address', '')) as about,
        false as is_fact,
        key as tie
    from registry
    where collection = 'access_journal'
)

select
    *,
    (select count(everything.tie) from deeds as everything) as total
from deeds
order by occurred_at desc, tie desc
limit $limit offset $offset
