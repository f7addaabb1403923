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
),

shown as materialized (
    select
        *,
        coalesce(reached_at, before_at) as moment
    from chosen
    order by moment desc, person_id asc
    limit $limit offset $offset
),

named as (
    select
        people.subject_id,
        people.value
    from people
    where people.kind = 'name' and people.subject_id in (select shown.lead_id from shown)
    qualify
        row_number() over (
            partition by people.subject_id, people.ref order by people.given_at desc, people.seq desc
        ) = 1
)

-- A subquery counts them: DuckDB 1.5.5 has a race in windows over nothing (`count(*) over ()`) with several threads.
select
    shown.lead_id,
    shown.lead_source,
    shown.partner_id,
    shown.webinar_id,
    shown.moment,
    coalesce(named.value, '') as lead_name,
    (select count(everybody.person_id) from chosen as everybody) as total
from shown
left join named on shown.lead_id = named.subject_id
order by shown.moment desc, shown.person_id asc
