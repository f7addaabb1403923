-- Where the facts of some leads and browsers stand in a stretch of the log. Each way to be concerned is a scan of its
-- own and reads one column: what the facts say is read when they are known.
-- Parameters: leads, visitors, after (not included), until.
select seq
from events
where seq > $after and seq <= $until and lead_id in (select unnest($leads))
union
select seq
from events
where seq > $after and seq <= $until and visitor_id in (select unnest($visitors))
