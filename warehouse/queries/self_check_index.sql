-- Every stored fact offered again must be refused by the index: inserts nothing when all are indexed. Rolled back.
-- The newest facts are those a crash may have harmed; the rest is sampled.
insert into events
(
    select * from events where seq > (select coalesce(max(seq), 0) - 50000 from events)
)
union all
(
    select * from events using sample reservoir (10000 rows)
)
on conflict do nothing
