-- Persons with a stage before, or without, the one before it.
select *
from funnel_stages
where
    touched_at is null
    or lead_at < touched_at
    or linked_at < lead_at
    or registered_at < linked_at
    or entered_at < registered_at
    or attended_at < entered_at
    or completed_at < attended_at
    or clicked_at < completed_at
    or submitted_at < clicked_at
    or (lead_at is null and linked_at is not null)
    or (linked_at is null and registered_at is not null)
    or (registered_at is null and entered_at is not null)
    or (entered_at is null and attended_at is not null)
    or (attended_at is null and completed_at is not null)
    or (completed_at is null and clicked_at is not null)
    or (clicked_at is null and submitted_at is not null)
