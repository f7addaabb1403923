-- Everybody's way with the value of a touch, the last not after a stage was reached. Needs: funnel_walked, touches.
-- Parameters: breakdown (source, partner, campaign), attribution (a stage).
with limits as (
    select
        person_id,
        case $attribution
            when 'touched' then anchored_at
            when 'lead' then lead_at
            when 'linked' then linked_at
            when 'registered' then registered_at
            when 'entered' then entered_at
            when 'attended' then attended_at
            when 'completed' then completed_at
            when 'clicked' then clicked_at
            when 'submitted' then submitted_at
        end as until_at
    from funnel_walked
),

seen as (
    select
        limits.person_id,
        epoch_us(touches.touched_at) * cast(1000000000000 as hugeint) + touches.seq as moment,
        case $breakdown
            when 'source' then touches.source
            when 'partner' then coalesce(touches.partner_id, '')
            when 'campaign' then coalesce(nullif(trim(touches.utm_campaign), ''), '')
        end as told
    from touches
    inner join limits on coalesce(touches.lead_id, touches.visitor_id) = limits.person_id
    where touches.touched_at <= limits.until_at
),

chosen as (
    select
        person_id,
        arg_max(told, moment) as told
    from seen
    group by person_id
)

select
    funnel_walked.*,
    coalesce(chosen.told, '') as slice
from funnel_walked
left join chosen on funnel_walked.person_id = chosen.person_id
