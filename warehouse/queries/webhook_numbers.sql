-- How the deliveries of every endpoint stand: by their newest attempt.
with attempts as (
    select
        (properties ->> '$.endpoint_id') as endpoint_id,
        (properties ->> '$.delivery_id') as delivery_id,
        arg_max((properties ->> '$.outcome'), seq) as outcome
    from events
    where name = 'webhook_attempted'
    group by (properties ->> '$.endpoint_id'), (properties ->> '$.delivery_id')
)

select
    endpoint_id,
    count(*) filter (where outcome = 'delivered') as delivered,
    count(*) filter (where outcome = 'failed') as failed,
    count(*) filter (where outcome = 'dead') as dead
from attempts
group by endpoint_id
