-- The way of each person within one conversion window over the whole funnel. Needs: funnel_steps, touches.
-- Parameters: window (seconds), now. The window begins with a touch that came before the form (the anchor): the one
-- that takes the person furthest, the earliest of those that take them equally far. `is_open`: the window of the last
-- such touch has not elapsed, so the person may still come further. The same rule as `domain.funnel.within`.
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
        coalesce(again.last_anchor, funnel_steps.touched_at) + to_seconds($window) as last_moment
    from funnel_steps
    left join again on funnel_steps.person_id = again.person_id
),

furthest as (
    select
        *,
        greatest(
            touched_at,
            case when lead_at <= last_moment then lead_at end,
            case when linked_at <= last_moment then linked_at end,
            case when registered_at <= last_moment then registered_at end,
            case when entered_at <= last_moment then entered_at end,
            case when attended_at <= last_moment then attended_at end,
            case when completed_at <= last_moment then completed_at end,
            case when clicked_at <= last_moment then clicked_at end,
            case when submitted_at <= last_moment then submitted_at end
        ) as furthest_at
    from spans
),

anchored as (
    select
        * exclude (anchors),
        case
            when furthest_at <= touched_at + to_seconds($window) then touched_at
            else list_min(list_filter(anchors, lambda anchor: anchor + to_seconds($window) >= furthest_at))
        end as anchored_at
    from furthest
),

bounded as (
    select
        *,
        anchored_at + to_seconds($window) as closes_at
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
    case when lead_at <= closes_at then lead_at end as lead_at,
    case when linked_at <= closes_at then linked_at end as linked_at,
    case when registered_at <= closes_at then registered_at end as registered_at,
    case when entered_at <= closes_at then entered_at end as entered_at,
    case when attended_at <= closes_at then attended_at end as attended_at,
    case when completed_at <= closes_at then completed_at end as completed_at,
    case when clicked_at <= closes_at then clicked_at end as clicked_at,
    case when submitted_at <= closes_at then submitted_at end as submitted_at,
    anchored_at,
    last_moment > cast($now as timestamptz) and submitted_at is null as is_open
from bounded
