-- The people behind one number of a kind, who watched longest first: rows of `kind_places` as `audience_kinds` counts
-- them, so a lead stands here once a session. A position says nothing of a recording. Needs: kind_places.
-- Parameters: part, kind, limit, offset.
with behind as (
    select *
    from kind_places
    where
        kind = $kind
        and case $part
            when 'kind_registered' then is_registered
            when 'kind_attended' then is_attended
            when 'kind_completed' then is_attended and is_completed
            when 'kind_clicked' then is_attended and is_clicked
            when 'kind_submitted' then is_attended and is_submitted
        end
)

select
    behind.lead_id,
    behind.session_id,
    behind.status,
    behind.outcome,
    behind.watched_seconds,
    behind.joined_at_seconds,
    behind.left_at_seconds,
    coalesce(named.value, '') as lead_name,
    (select count(everybody.lead_id) from behind as everybody) as total
from behind
left join people_current as named on behind.lead_id = named.subject_id and named.kind = 'name'
order by behind.watched_seconds desc nulls last, behind.lead_id asc, behind.session_id asc
limit $limit offset $offset
