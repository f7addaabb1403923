-- The facts that concern everybody in a stretch of the log: merges, and messages about no lead.
-- Parameters: after (not included), until.
select * from events
where seq > $after and seq <= $until and name = 'lead_merged'
union all
select * from events
where seq > $after and seq <= $until and name = 'lead_unmerged'
union all
select * from events
where seq > $after and seq <= $until and lead_id is null and name like 'message_%'
