-- Partners whose numbers differ from counting their leads here and now.
select *
from partner_results
full join (
    select
        leads.partner_id,
        count(*) as leads_anew,
        count(*) filter (where lead_metrics.attended > 0) as attended_anew,
        count(*) filter (where lead_metrics.has_submitted_form) as submitted_anew
    from leads
    inner join lead_metrics on leads.lead_id = lead_metrics.lead_id
    where leads.partner_id is not null
    group by leads.partner_id
) as counted on partner_results.partner_id = counted.partner_id
where
    coalesce(partner_results.leads, 0) != coalesce(counted.leads_anew, 0)
    or coalesce(partner_results.attended, 0) != coalesce(counted.attended_anew, 0)
    or coalesce(partner_results.submitted, 0) != coalesce(counted.submitted_anew, 0)
