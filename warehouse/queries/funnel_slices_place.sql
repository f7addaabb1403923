-- Everybody's way with the webinar of the place where a stage was reached. Needs: funnel_walked, attendance.
-- Parameters: attribution (a stage; before a place is taken: the first webinar).
with places as (
    select
        attendance.lead_id,
        attendance.webinar_id,
        case $attribution
            when 'registered' then -epoch_us(attendance.registered_at)
            when 'entered' then -epoch_us(attendance.entered_at)
            when 'attended' then -epoch_us(attendance.attended_at)
            when 'completed' then -epoch_us(attendance.completed_at)
            when 'clicked' then -epoch_us(attendance.offer_clicked_at)
            when 'submitted' then -epoch_us(attendance.form_submitted_at)
        end as rank
    from attendance
),

chosen as (
    select
        lead_id,
        arg_max(webinar_id, rank) as webinar_id
    from places
    where rank is not null
    group by lead_id
)

select
    funnel_walked.*,
    case
        when $attribution in ('touched', 'lead', 'linked') then coalesce(funnel_walked.webinar_id, '')
        else coalesce(chosen.webinar_id, '')
    end as slice
from funnel_walked
left join chosen on funnel_walked.lead_id = chosen.lead_id
