-- The facts of some leads, browsers and sessions (a table says which): what their rows are computed from. Merges
-- concern everybody.
select *
from main.events
where
    lead_id in (select id from the_concerned where kind = 'lead')
    or visitor_id in (select id from the_concerned where kind = 'visitor')
    or session_id in (select id from the_concerned where kind = 'session')
    or name in ('lead_merged', 'lead_unmerged')
    or (lead_id is null and name like 'message_%')
