-- How many messages stand where, and how long sending took (seconds from planned to accepted, sent since $since).
-- Parameters: scenario, step, reason, search and digits as in outbox_list ('' all); since bounds the latency only.
-- Needs: outbox, theirs.
with chosen as (
    select
        state,
        case when accepted_at >= $since then latency_seconds end as latency_seconds
    from outbox
    where
        ($scenario = '' or scenario = $scenario)
        and ($step = '' or step_name = $step)
        and ($reason = '' or coalesce(reason, '') = $reason)
        and (
            $search = ''
            or starts_with(lead_id, $search)
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
