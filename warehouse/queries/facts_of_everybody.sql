-- Where the facts that concern everybody stand in a stretch of the log: merges, with the lead that goes on, and
-- messages about no lead. Parameters: after (not included), until.
select
    seq,
    lead_id,
    (properties ->> '$.into_lead_id') as into_lead_id
from events
where seq > $after and seq <= $until and name = 'lead_merged'
union all
select
    seq,
    null as lead_id,
    null as into_lead_id
from events
where seq > $after and seq <= $until and name = 'lead_unmerged'
union all
select
    seq,
    null as lead_id,
    null as into_lead_id
from events
where seq > $after and seq <= $until and lead_id is null and name like 'message_%'
