-- Scores that are no scores, or of leads who attended nothing.
select *
from lead_metrics
where engagement < 0 or engagement > 100 or (engagement is not null) != (attended > 0)
