-- The way of each person without a conversion window: it begins with the first touch. Needs: funnel_steps.
select
    *,
    touched_at as anchored_at,
    false as is_open
from funnel_steps
