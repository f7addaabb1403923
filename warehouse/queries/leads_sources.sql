-- Every source leads came from, the most frequent first. Needs: leads.
select
    lead_source,
    count(*) as leads
from leads
group by lead_source
order by leads desc, lead_source asc
