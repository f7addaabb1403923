-- The facts of some leads, browsers and sessions: what their rows are computed from. Merges concern everybody.
-- Parameters: leads, visitors, sessions.
select *
from main.events
where
    lead_id in (select unnest($leads))
    or visitor_id in (select unnest($visitors))
    or session_id in (select unnest($sessions))
    or name in ('lead_merged', 'lead_unmerged')
    or (lead_id is null and name like 'message_%')
