-- The way of each person within one conversion window over the whole funnel. Needs: funnel_steps.
-- Parameters: window_us, now. The window begins with a touch that came before the form (the anchor): the one
-- that takes the person furthest, the earliest of those that take them equally far. `is_open`: the window of the last
-- such touch has not elapsed, so the person may still come further. The same rule as `domain.funnel.within`.
-- Moments are compared in microseconds: adding an interval to a timestamp asks the calendar, row by row.
with spans as (
    select
        *,
        epoch_us(coalesce(list_max(anchors), touched_at)) + $window_us as last_us
    from funnel_steps
),

furthest as (
    select
        *,
        greatest(
            epoch_us(touched_at),
            case when epoch_us(lead_at) <= last_us then epoch_us(lead_at) end,
            case when epoch_us(linked_at) <= last_us then epoch_us(linked_at) end,
            case when epoch_us(registered_at) <= last_us then epoch_us(registered_at) end,
            case when epoch_us(entered_at) <= last_us then epoch_us(entered_at) end,
            case when epoch_us(attended_at) <= last_us then epoch_us(attended_at) end,
            case when epoch_us(completed_at) <= last_us then epoch_us(completed_at) end,
            case when epoch_us(clicked_at) <= last_us then epoch_us(clicked_at) end,
            case when epoch_us(submitted_at) <= last_us then epoch_us(submitted_at) end
        ) as furthest_us
    from spans
),

anchored as (
    select
        *,
        case
            when furthest_us <= epoch_us(touched_at) + $window_us then touched_at
            else list_min(list_filter(anchors, lambda anchor: epoch_us(anchor) + $window_us >= furthest_us))
        end as anchored_at
    from furthest
),

bounded as (
    select
        *,
        epoch_us(anchored_at) + $window_us as closes_us
    from anchored
)

select
    person_id,
    lead_id,
    lead_source,
    partner_id,
    webinar_id,
    first_week,
    first_campaign,
    last_campaign,
    last_source,
    last_partner_id,
    last_webinar_id,
    touched_at,
    case when epoch_us(lead_at) <= closes_us then lead_at end as lead_at,
    case when epoch_us(linked_at) <= closes_us then linked_at end as linked_at,
    case when epoch_us(registered_at) <= closes_us then registered_at end as registered_at,
    case when epoch_us(entered_at) <= closes_us then entered_at end as entered_at,
    case when epoch_us(attended_at) <= closes_us then attended_at end as attended_at,
    case when epoch_us(completed_at) <= closes_us then completed_at end as completed_at,
    case when epoch_us(clicked_at) <= closes_us then clicked_at end as clicked_at,
    case when epoch_us(submitted_at) <= closes_us then submitted_at end as submitted_at,
    anchored_at,
    last_us > epoch_us(cast($now as timestamptz)) and submitted_at is null as is_open
from bounded
