-- How many messages stand where, and how long sending took (seconds from planned to accepted, sent since $since).
-- Parameters: scenario, step, reason, person and digits as in outbox_list ('' all); since bounds the latency only.
-- Needs: outbox, merged_leads (survivors).
with found as (
    select distinct subject_id
    from people_current
    where
        (kind in ('name', 'email') and $person != '' and contains(lower(value), $person))
        or (kind = 'phone' and $digits != '' and contains(value, $digits))
    union
    select lead_id
    from merged_leads
    where $person != '' and starts_with(lead_id, $person)
    union
    select survivor_id
    from merged_leads
    where $person != '' and starts_with(survivor_id, $person)
),

theirs as (
    select coalesce(merged_leads.survivor_id, found.subject_id) as subject_id
    from found
    left join merged_leads on found.subject_id = merged_leads.lead_id
    union
    select relatives.lead_id
    from found
    left join merged_leads on found.subject_id = merged_leads.lead_id
    inner join merged_leads as relatives
        on coalesce(merged_leads.survivor_id, found.subject_id) = relatives.survivor_id
),

chosen as (
    select
        state,
        case when accepted_at >= $since then latency_seconds end as latency_seconds
    from outbox
    where
        ($scenario = '' or scenario = $scenario)
        and ($step = '' or step_name = $step)
        and ($reason = '' or coalesce(reason, '') = $reason)
        and (
            $person = ''
            or starts_with(lead_id, $person)
            or lead_id in (select theirs.subject_id from theirs)
            or partner_id in (select theirs.subject_id from theirs)
        )
)

select
    state,
    count(*) as messages,
    median(latency_seconds) as p50_seconds,
    quantile_cont(latency_seconds, 0.95) as p95_seconds
from chosen
group by state
order by state
