-- Where the facts of some leads and browsers stand in the log, and merges, which concern everybody; up to a fact.
-- Each way to be concerned is a scan of its own and reads one column: what the facts say is read when they are known.
-- Parameters: leads, visitors, until.
with found as (
    select seq
    from events
    where lead_id in (select unnest($leads))
    union
    select seq
    from events
    where visitor_id in (select unnest($visitors))
    union
    select seq
    from events
    where name = 'lead_merged'
    union
    select seq
    from events
    where name = 'lead_unmerged'
    union
    select seq
    from events
    where lead_id is null and name like 'message_%'
)

select seq
from found
where seq <= $until
order by seq
