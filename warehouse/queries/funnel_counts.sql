-- How many people reached each stage, and the median seconds of each step. `funnel_people` is tables/funnel_stages.sql.
-- Parameters: breakdown ('', source, partner, webinar), source, partner, webinar ('' all), since, until (first touch).
select
    case $breakdown
        when 'source' then coalesce(lead_source, '')
        when 'partner' then coalesce(partner_id, '')
        when 'webinar' then coalesce(webinar_id, '')
        else ''
    end as slice,
    count(touched_at) as touched,
    count(lead_at) as lead,
    count(linked_at) as linked,
    count(registered_at) as registered,
    count(entered_at) as entered,
    count(attended_at) as attended,
    count(completed_at) as completed,
    count(clicked_at) as clicked,
    count(submitted_at) as submitted,
    median(epoch(lead_at) - epoch(touched_at)) as lead_seconds,
    median(epoch(linked_at) - epoch(lead_at)) as linked_seconds,
    median(epoch(registered_at) - epoch(linked_at)) as registered_seconds,
    median(epoch(entered_at) - epoch(registered_at)) as entered_seconds,
    median(epoch(attended_at) - epoch(entered_at)) as attended_seconds,
    median(epoch(completed_at) - epoch(attended_at)) as completed_seconds,
    median(epoch(clicked_at) - epoch(completed_at)) as clicked_seconds,
    median(epoch(submitted_at) - epoch(clicked_at)) as submitted_seconds
from funnel_people
where
    ($source = '' or lead_source = $source)
    and ($partner = '' or partner_id = $partner)
    and ($webinar = '' or webinar_id = $webinar)
    and touched_at >= cast($since as timestamptz)
    and touched_at < cast($until as timestamptz)
group by slice
order by touched desc, slice asc
