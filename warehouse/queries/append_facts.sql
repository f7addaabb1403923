-- The permanent dedup: the primary key decides, the first fact with an id stays.
insert into events by name
select * from incoming
on conflict do nothing
