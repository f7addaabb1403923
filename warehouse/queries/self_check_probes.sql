(
    select event_id from events
    where seq > (select coalesce(max(seq), 0) - 3000 from events)
)
union
(
    select event_id from events
    using sample reservoir (3000 rows)
)
