-- Where the log ends.
select coalesce(max(seq), 0) as last_seq
from events
