-- Everybody's way with the value to break it down by, as the person's own row has it. Needs: funnel_walked.
-- Parameters: breakdown ('', source, partner, webinar, week), attribution (first, last; of a
-- week also a stage), zone (where weeks begin at midnight).
select
    *,
    case
        when $attribution = 'last' and $breakdown = 'source' then last_source
        when $attribution = 'last' and $breakdown = 'partner' then last_partner_id
        when $attribution = 'last' and $breakdown = 'webinar' then coalesce(last_webinar_id, '')
        when $attribution = 'last' and $breakdown = 'campaign' then last_campaign
        when $breakdown = 'campaign' then first_campaign
        when $breakdown = 'source' then coalesce(lead_source, '')
        when $breakdown = 'partner' then coalesce(partner_id, '')
        when $breakdown = 'webinar' then coalesce(webinar_id, '')
        when $breakdown = 'week'
            then coalesce(
                strftime(
                    date_trunc(
                        'week',
                        timezone(
                            $zone,
                            case $attribution
                                when 'first' then touched_at
                                when 'last'
                                    then greatest(
                                        anchored_at, lead_at, linked_at, registered_at, entered_at, attended_at,
                                        completed_at, clicked_at, submitted_at
                                    )
                                when 'touched' then anchored_at
                                when 'lead' then lead_at
                                when 'linked' then linked_at
                                when 'registered' then registered_at
                                when 'entered' then entered_at
                                when 'attended' then attended_at
                                when 'completed' then completed_at
                                when 'clicked' then clicked_at
                                when 'submitted' then submitted_at
                            end
                        )
                    ),
                    '%Y-%m-%d'
                ),
                ''
            )
        else ''
    end as slice
from funnel_walked
