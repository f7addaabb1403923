select
    rejected_id,
    stage,
    code,
    message,
    payload,
    emitter,
    first_seen_at,
    last_seen_at,
    count,
    state
from rejected_events
where
    ($state is null or state = $state)
    and ($id is null or rejected_id = $id)
order by last_seen_at desc, rejected_id asc
limit $at_most
