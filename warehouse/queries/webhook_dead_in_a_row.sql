-- How many deliveries of one endpoint died since the last one that arrived and since it was last switched on.
-- Parameter: endpoint_id.
with about as (
    select
        seq,
        coalesce(properties ->> '$.outcome', properties ->> '$.state') as word,
        (properties ->> '$.delivery_id') as delivery_id
    from events
    where
        name in ('webhook_attempted', 'webhook_endpoint_switched')
        and (properties ->> '$.endpoint_id') = $endpoint_id
)

select count(distinct delivery_id) as dead
from about
where
    word = 'dead'
    and seq > (
        select coalesce(max(turn.seq), 0)
        from about as turn
        where turn.word in ('delivered', 'active')
    )
