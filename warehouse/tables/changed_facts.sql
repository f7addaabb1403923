-- The facts of some leads, browsers and sessions (`the_concerned` says which: kind, id): what their rows are computed
-- from. Merges concern everybody. Each way to be concerned is a scan of its own, so that it reads one column of the
-- facts it passes over; a fact that is found twice stands here once. No table is made of fingerprints, and of all
-- columns they cost the most to write.
with leads_concerned as (
    select id
    from the_concerned
    where kind = 'lead'
),

visitors_concerned as (
    select id
    from the_concerned
    where kind = 'visitor'
),

sessions_concerned as (
    select id
    from the_concerned
    where kind = 'session'
)

select * exclude (fingerprint)
from main.events
where lead_id in (select leads_concerned.id from leads_concerned)
union all
select * exclude (fingerprint)
from main.events
where
    visitor_id in (select visitors_concerned.id from visitors_concerned)
    and (lead_id is null or lead_id not in (select leads_concerned.id from leads_concerned))
union all
select * exclude (fingerprint)
from main.events
where
    session_id in (select sessions_concerned.id from sessions_concerned)
    and (lead_id is null or lead_id not in (select leads_concerned.id from leads_concerned))
    and (visitor_id is null or visitor_id not in (select visitors_concerned.id from visitors_concerned))
union all
select * exclude (fingerprint)
from main.events
where
    (name in ('lead_merged', 'lead_unmerged') or (lead_id is null and name like 'message_%'))
    and (lead_id is null or lead_id not in (select leads_concerned.id from leads_concerned))
    and (visitor_id is null or visitor_id not in (select visitors_concerned.id from visitors_concerned))
    and (session_id is null or session_id not in (select sessions_concerned.id from sessions_concerned))
