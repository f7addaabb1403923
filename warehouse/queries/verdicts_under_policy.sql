-- How many leads of a session have a verdict under this version of the attendance policy.
select count(distinct lead_id) as leads
from events
where
    session_id = $session_id
    and name = 'client_webinar_attendance_classified'
    and cast((properties ->> '$.policy_version') as integer) = $policy_version
