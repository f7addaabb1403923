-- The way of each person within one conversion window over the whole funnel. Needs: funnel_steps, touches.
-- Parameters: window_us, now. The window begins with a touch that came before the form (the anchor): the one
-- that takes the person furthest, the earliest of those that take them equally far. `is_open`: the window of the last
-- such touch has not elapsed, so the person may still come further. The same rule as `domain.funnel.within`.
-- Moments are compared in microseconds: adding an interval to a timestamp asks the calendar, row by row.
with again as (
    select
        funnel_steps.person_id,
        max(touches.touched_at) as last_anchor,
        list(touches.touched_at) as anchors
    from touches
    inner join funnel_steps on coalesce(touches.lead_id, touches.visitor_id) = funnel_steps.person_id
    where
        touches.touched_at > funnel_steps.touched_at
        and (funnel_steps.lead_at is null or touches.touched_at <= funnel_steps.lead_at)
    group by funnel_steps.person_id
),

spans as (
    select
        funnel_steps.*,
        again.anchors,
        coalesce(again.last_anchor, funnel_steps.touched_at) as last_anchor,
        epoch_us(coalesce(again.last_anchor, funnel_steps.touched_at)) + $window_us as last_us
    from funnel_steps
    left join again on funnel_steps.person_id = again.person_id
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
        * exclude (anchors),
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
