-- Somebody stands as attended though the current verdict does not say so, or the other way round.
select *
from attendance
where (coalesce(status, '') = 'attended') != (attended_at is not null)
