-- What people of the house did, newest first: facts that name who did it, and everything stated in the studio.
-- Parameters: limit, offset.
select
    seq,
    name,
    occurred_at,
    lead_id,
    webinar_id,
    session_id,
    coalesce((properties ->> '$.by'), '') as deed_by,
    count(*) over () as total
from events
where
    (properties ->> '$.by') is not null
    or emitter = 'studio'
order by occurred_at desc, seq desc
limit $limit offset $offset
