-- When the oldest fact after a follower's position came in.
select min(recorded_at) as recorded_at
from events
where seq > $seq
