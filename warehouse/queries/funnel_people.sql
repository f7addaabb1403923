-- The people behind one number of the funnel: the rows that funnel_counts.sql and funnel_histogram.sql counted.
-- Parameters: stage; source, partner, webinar, since, until as there; is_lost 1: reached the stage before, not this;
-- slice (null: all); from_seconds, to_seconds: how long the way took (to_seconds not included); limit, offset.
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
        end as reached_at,
        case $stage
            when 'touched' then anchored_at
            when 'lead' then anchored_at
            when 'linked' then lead_at
            when 'registered' then linked_at
            when 'entered' then registered_at
            when 'attended' then entered_at
            when 'completed' then attended_at
            when 'clicked' then completed_at
            when 'submitted' then clicked_at
        end as before_at
    from funnel_sliced
),

chosen as (
    select placed.*
    from placed
    where
        ($source = '' or placed.lead_source = $source)
        and ($partner = '' or placed.partner_id = $partner)
        and ($webinar = '' or placed.webinar_id = $webinar)
        and placed.touched_at >= cast($since as timestamptz)
        and placed.touched_at < cast($until as timestamptz)
        and (placed.reached_at is null) = ($is_lost = 1)
        and coalesce(placed.reached_at, placed.before_at) is not null
        and ($slice is null or placed.slice = $slice)
        and (
            $is_lost = 1
            or (
                greatest(epoch(placed.reached_at) - epoch(placed.anchored_at), 0) >= $from_seconds
                and greatest(epoch(placed.reached_at) - epoch(placed.anchored_at), 0) < $to_seconds
            )
        )
)

-- A subquery counts them: DuckDB 1.5.5 has a race in windows over nothing (`count(*) over ()`) with several threads.
select
    chosen.lead_id,
    chosen.lead_source,
    chosen.partner_id,
    chosen.webinar_id,
    coalesce(named.value, '') as lead_name,
    coalesce(chosen.reached_at, chosen.before_at) as moment,
    (select count(everybody.person_id) from chosen as everybody) as total
from chosen
left join people_current as named on chosen.lead_id = named.subject_id and named.kind = 'name'
order by moment desc, chosen.person_id asc
limit $limit offset $offset
