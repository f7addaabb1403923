-- What is stored under these ids. A list of literals makes DuckDB use the primary key's index.
select
    event_id,
    seq,
    fingerprint
from events
where event_id in ({ids})
