-- Every stage a lead was ever moved to.
select (properties ->> '$.stage') as lead_stage
from events
where name = 'lead_stage_changed'
group by (properties ->> '$.stage')
order by lead_stage
