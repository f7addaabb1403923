-- Minutes in which more leads leave for good than were present, or fewer than nobody was there.
select *
from audience_curve
where dropped > present or present < 0 or replaying < 0
