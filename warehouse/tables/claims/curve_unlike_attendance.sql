-- Sessions whose curve does not hold everybody who entered.
select *
from (
    select
        session_id,
        sum(entered) as in_curve
    from audience_curve
    group by session_id
) as curve
left join (
    select
        session_id,
        count(entered_at) as in_attendance
    from attendance
    group by session_id
) as came on curve.session_id = came.session_id
where curve.in_curve != coalesce(came.in_attendance, 0)
