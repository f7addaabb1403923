-- What is stored under these ids. A list of literals makes DuckDB ask the primary key's index; a join would scan.
select
    event_id,
    seq,
    fingerprint
from events
where event_id in ($ids)
