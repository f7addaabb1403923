-- The people behind one outcome of a session, newest entry first: rows of `attendance`, as `outcomes` counts them.
-- Parameters: session, outcome ('undecided': no verdict yet), limit, offset.
select
    attendance.lead_id,
    attendance.watched_seconds,
    attendance.joined_at_seconds,
    attendance.left_at_seconds,
    coalesce(named.value, '') as lead_name,
    (
        select count(everybody.lead_id)
        from attendance as everybody
        where everybody.session_id = $session and coalesce(everybody.outcome, 'undecided') = $outcome
    ) as total
from attendance
left join people_current as named on attendance.lead_id = named.subject_id and named.kind = 'name'
where attendance.session_id = $session and coalesce(attendance.outcome, 'undecided') = $outcome
order by attendance.watched_seconds desc nulls last, attendance.lead_id asc
limit $limit offset $offset
