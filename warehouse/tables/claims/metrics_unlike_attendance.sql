-- Leads whose numbers differ from counting their sessions here and now.
select
    lead_metrics.lead_id,
    lead_metrics.registered,
    lead_metrics.attended,
    counted.registered_anew,
    counted.attended_anew
from lead_metrics
left join (
    select
        lead_id,
        count(registered_at) as registered_anew,
        count(attended_at) as attended_anew
    from attendance
    group by lead_id
) as counted on lead_metrics.lead_id = counted.lead_id
where
    lead_metrics.registered != coalesce(counted.registered_anew, 0)
    or lead_metrics.attended != coalesce(counted.attended_anew, 0)
