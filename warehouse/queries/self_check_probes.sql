-- The newest facts, which a crash may have harmed, and a sample of the others.
with newest as (
    select
        event_id,
        seq
    from events
    order by seq desc
    limit 3000
),

sampled as (
    select event_id from events
    using sample reservoir (3000 rows)
)

select newest.event_id from newest
union
select sampled.event_id from sampled
