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
where $state is null or state = $state
order by last_seen_at desc, rejected_id asc
limit $at_most
