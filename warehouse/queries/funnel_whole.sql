-- How many people reached each stage, and median and ninth decile of the microseconds of each step and of the way to
-- each stage (to the first it is its step): together, because finding out when they did costs as much as counting them.
-- Whole numbers sort in half of the time that seconds with a fraction take. Parameters: as in funnel_counts, and mode.
-- In any order a stage may come before the one ahead of it: such a step took no time. In the others it cannot, and what
-- is missing is missing in the difference: nothing else is asked of each of a million people fifteen times.
select
    count(anchored_at) as touched,
    count(lead_at) as lead,
    count(linked_at) as linked,
    count(registered_at) as registered,
    count(entered_at) as entered,
    count(attended_at) as attended,
    count(completed_at) as completed,
    count(clicked_at) as clicked,
    count(submitted_at) as submitted,
    count(*) filter (where is_open) as still_open,
    quantile_cont(
        case
            when $mode = 'any' and lead_at < anchored_at then 0
            else epoch_us(lead_at) - epoch_us(anchored_at)
        end,
        [0.5, 0.9]
    ) as lead_step,
    quantile_cont(
        case
            when $mode = 'any' and linked_at < lead_at then 0
            else epoch_us(linked_at) - epoch_us(lead_at)
        end,
        [0.5, 0.9]
    ) as linked_step,
    quantile_cont(
        case
            when $mode = 'any' and registered_at < linked_at then 0
            else epoch_us(registered_at) - epoch_us(linked_at)
        end,
        [0.5, 0.9]
    ) as registered_step,
    quantile_cont(
        case
            when $mode = 'any' and entered_at < registered_at then 0
            else epoch_us(entered_at) - epoch_us(registered_at)
        end,
        [0.5, 0.9]
    ) as entered_step,
    quantile_cont(
        case
            when $mode = 'any' and attended_at < entered_at then 0
            else epoch_us(attended_at) - epoch_us(entered_at)
        end,
        [0.5, 0.9]
    ) as attended_step,
    quantile_cont(
        case
            when $mode = 'any' and completed_at < attended_at then 0
            else epoch_us(completed_at) - epoch_us(attended_at)
        end,
        [0.5, 0.9]
    ) as completed_step,
    quantile_cont(
        case
            when $mode = 'any' and clicked_at < completed_at then 0
            else epoch_us(clicked_at) - epoch_us(completed_at)
        end,
        [0.5, 0.9]
    ) as clicked_step,
    quantile_cont(
        case
            when $mode = 'any' and submitted_at < clicked_at then 0
            else epoch_us(submitted_at) - epoch_us(clicked_at)
        end,
        [0.5, 0.9]
    ) as submitted_step,
    quantile_cont(
        case
            when $mode = 'any' and linked_at < anchored_at then 0
            else epoch_us(linked_at) - epoch_us(anchored_at)
        end,
        [0.5, 0.9]
    ) as linked_way,
    quantile_cont(
        case
            when $mode = 'any' and registered_at < anchored_at then 0
            else epoch_us(registered_at) - epoch_us(anchored_at)
        end,
        [0.5, 0.9]
    ) as registered_way,
    quantile_cont(
        case
            when $mode = 'any' and entered_at < anchored_at then 0
            else epoch_us(entered_at) - epoch_us(anchored_at)
        end,
        [0.5, 0.9]
    ) as entered_way,
    quantile_cont(
        case
            when $mode = 'any' and attended_at < anchored_at then 0
            else epoch_us(attended_at) - epoch_us(anchored_at)
        end,
        [0.5, 0.9]
    ) as attended_way,
    quantile_cont(
        case
            when $mode = 'any' and completed_at < anchored_at then 0
            else epoch_us(completed_at) - epoch_us(anchored_at)
        end,
        [0.5, 0.9]
    ) as completed_way,
    quantile_cont(
        case
            when $mode = 'any' and clicked_at < anchored_at then 0
            else epoch_us(clicked_at) - epoch_us(anchored_at)
        end,
        [0.5, 0.9]
    ) as clicked_way,
    quantile_cont(
        case
            when $mode = 'any' and submitted_at < anchored_at then 0
            else epoch_us(submitted_at) - epoch_us(anchored_at)
        end,
        [0.5, 0.9]
    ) as submitted_way
from funnel_sliced
where
    ($source = '' or lead_source = $source)
    and ($partner = '' or partner_id = $partner)
    and ($webinar = '' or webinar_id = $webinar)
    and touched_at >= cast($since as timestamptz)
    and touched_at < cast($until as timestamptz)
