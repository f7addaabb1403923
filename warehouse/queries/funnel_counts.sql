-- How many people reached each stage, a row a slice. `funnel_sliced` is one of queries/funnel_slices_*.sql.
-- Parameters: source, partner, webinar ('' all), since, until (first touch). `still_open`: people who may come further.
select
    slice,
    count(anchored_at) as touched,
    count(lead_at) as lead,
    count(linked_at) as linked,
    count(registered_at) as registered,
    count(entered_at) as entered,
    count(attended_at) as attended,
    count(completed_at) as completed,
    count(clicked_at) as clicked,
    count(submitted_at) as submitted,
    count(*) filter (where is_open) as still_open
from funnel_sliced
where
    ($source = '' or lead_source = $source)
    and ($partner = '' or partner_id = $partner)
    and ($webinar = '' or webinar_id = $webinar)
    and touched_at >= cast($since as timestamptz)
    and touched_at < cast($until as timestamptz)
group by slice
order by touched desc, slice asc
