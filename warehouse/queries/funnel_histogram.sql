-- How long the way to a stage took, in the buckets that begin at `edges` (seconds, ascending, the first is 0).
-- Parameters: stage, edges; source, partner, webinar, since, until as in funnel_counts.sql.
with placed as (
    select
        *,
        case $stage
            when 'touched' then anchored_at
            when 'lead' then lead_at
            when 'linked' then linked_at
            when 'registered' then registered_at
            when 'entered' then entered_at
            when 'attended' then attended_at
            when 'completed' then completed_at
            when 'clicked' then clicked_at
            when 'submitted' then submitted_at
        end as reached_at
    from funnel_sliced
)

select
    len(list_filter($edges, lambda edge: edge <= greatest(epoch(reached_at) - epoch(anchored_at), 0))) as bucket,
    count(*) as people
from placed
where
    ($source = '' or lead_source = $source)
    and ($partner = '' or partner_id = $partner)
    and ($webinar = '' or webinar_id = $webinar)
    and touched_at >= cast($since as timestamptz)
    and touched_at < cast($until as timestamptz)
    and reached_at is not null
group by bucket
order by bucket
