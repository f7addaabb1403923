-- Every source leads came from, the most frequent first.
select
    (properties ->> '$.lead_source') as lead_source,
    count(*) as leads
from events
where name = 'core_lead_created'
group by (properties ->> '$.lead_source')
order by leads desc, lead_source asc
