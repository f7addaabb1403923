-- The facts of some leads, browsers and sessions (a table says which): what their rows are computed from. Merges
-- concern everybody.
with concerned as (
    select
        kind as of_kind,
        id as of_id
    from the_concerned
)

select *
from main.events
where
    lead_id in (
        select concerned.of_id from concerned
        where concerned.of_kind = 'lead'
    )
    or visitor_id in (
        select concerned.of_id from concerned
        where concerned.of_kind = 'visitor'
    )
    or session_id in (
        select concerned.of_id from concerned
        where concerned.of_kind = 'session'
    )
    or name in ('lead_merged', 'lead_unmerged')
    or (lead_id is null and name like 'message_%')
