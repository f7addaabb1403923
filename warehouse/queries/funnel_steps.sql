-- When each person reached each stage, by the funnel's order: a relation the funnel's questions share. Needs:
-- funnel_stages. Parameters: mode. `ordered`: a stage counts with all before it, at the latest of their moments;
-- `strict`: besides, the first fact of every stage comes not before the first fact of the stage ahead of it;
-- `any`: every stage by itself, whatever became of the others. The same rule as `domain.funnel.walked`.
with in_turn as (
    select
        *,
        coalesce(first_linked_at >= lead_at, false) as is_linked,
        coalesce(first_registered_at >= first_linked_at, false) as is_registered,
        coalesce(first_entered_at >= first_registered_at, false) as is_entered,
        coalesce(first_attended_at >= first_entered_at, false) as is_attended,
        coalesce(first_completed_at >= first_attended_at, false) as is_completed,
        coalesce(first_clicked_at >= first_completed_at, false) as is_clicked,
        coalesce(first_submitted_at >= first_clicked_at, false) as is_submitted
    from funnel_stages
),

depths as (
    select
        *,
        case
            when $mode != 'strict' then 9
            when not is_linked then 2
            when not is_registered then 3
            when not is_entered then 4
            when not is_attended then 5
            when not is_completed then 6
            when not is_clicked then 7
            when not is_submitted then 8
            else 9
        end as steps
    from in_turn
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
    anchors,
    touched_at,
    lead_at,
    case when $mode = 'any' then first_linked_at when steps >= 3 then linked_at end as linked_at,
    case when $mode = 'any' then first_registered_at when steps >= 4 then registered_at end as registered_at,
    case when $mode = 'any' then first_entered_at when steps >= 5 then entered_at end as entered_at,
    case when $mode = 'any' then first_attended_at when steps >= 6 then attended_at end as attended_at,
    case when $mode = 'any' then first_completed_at when steps >= 7 then completed_at end as completed_at,
    case when $mode = 'any' then first_clicked_at when steps >= 8 then clicked_at end as clicked_at,
    case when $mode = 'any' then first_submitted_at when steps >= 9 then submitted_at end as submitted_at
from depths
