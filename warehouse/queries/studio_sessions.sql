-- How many leads registered for, came to and saw each session; the newest verdict of a lead counts.
-- attended counts the verdict `attended`; every number counts leads once, a merged one as the lead that goes on.
-- Needs: attendance.
select
    session_id,
    count(registered_at) as registered,
    count(entered_at) as entered,
    count(offer_clicked_at) as clicked,
    count(form_submitted_at) as submitted,
    count(*) filter (where status = 'attended') as attended
from attendance
group by session_id
