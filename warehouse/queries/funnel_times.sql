-- Median and ninth decile of the microseconds of each step, and of the way to each stage: to the first it is its step.
-- Whole numbers sort in half of the time that seconds with a fraction take. Parameters: as in funnel_counts.
-- In any order a stage may come before the one ahead of it: such a step took no time.
select
    quantile_cont(greatest(epoch_us(lead_at) - epoch_us(anchored_at), 0), [0.5, 0.9]) filter (
        where anchored_at is not null and lead_at is not null
    ) as lead_step,
    quantile_cont(greatest(epoch_us(linked_at) - epoch_us(lead_at), 0), [0.5, 0.9]) filter (
        where lead_at is not null and linked_at is not null
    ) as linked_step,
    quantile_cont(greatest(epoch_us(registered_at) - epoch_us(linked_at), 0), [0.5, 0.9]) filter (
        where linked_at is not null and registered_at is not null
    ) as registered_step,
    quantile_cont(greatest(epoch_us(entered_at) - epoch_us(registered_at), 0), [0.5, 0.9]) filter (
        where registered_at is not null and entered_at is not null
    ) as entered_step,
    quantile_cont(greatest(epoch_us(attended_at) - epoch_us(entered_at), 0), [0.5, 0.9]) filter (
        where entered_at is not null and attended_at is not null
    ) as attended_step,
    quantile_cont(greatest(epoch_us(completed_at) - epoch_us(attended_at), 0), [0.5, 0.9]) filter (
        where attended_at is not null and completed_at is not null
    ) as completed_step,
    quantile_cont(greatest(epoch_us(clicked_at) - epoch_us(completed_at), 0), [0.5, 0.9]) filter (
        where completed_at is not null and clicked_at is not null
    ) as clicked_step,
    quantile_cont(greatest(epoch_us(submitted_at) - epoch_us(clicked_at), 0), [0.5, 0.9]) filter (
        where clicked_at is not null and submitted_at is not null
    ) as submitted_step,
    quantile_cont(greatest(epoch_us(linked_at) - epoch_us(anchored_at), 0), [0.5, 0.9]) filter (
        where linked_at is not null
    ) as linked_way,
    quantile_cont(greatest(epoch_us(registered_at) - epoch_us(anchored_at), 0), [0.5, 0.9]) filter (
        where registered_at is not null
    ) as registered_way,
    quantile_cont(greatest(epoch_us(entered_at) - epoch_us(anchored_at), 0), [0.5, 0.9]) filter (
        where entered_at is not null
    ) as entered_way,
    quantile_cont(greatest(epoch_us(attended_at) - epoch_us(anchored_at), 0), [0.5, 0.9]) filter (
        where attended_at is not null
    ) as attended_way,
    quantile_cont(greatest(epoch_us(completed_at) - epoch_us(anchored_at), 0), [0.5, 0.9]) filter (
        where completed_at is not null
    ) as completed_way,
    quantile_cont(greatest(epoch_us(clicked_at) - epoch_us(anchored_at), 0), [0.5, 0.9]) filter (
        where clicked_at is not null
    ) as clicked_way,
    quantile_cont(greatest(epoch_us(submitted_at) - epoch_us(anchored_at), 0), [0.5, 0.9]) filter (
        where submitted_at is not null
    ) as submitted_way
from funnel_sliced
where
    ($source = '' or lead_source = $source)
    and ($partner = '' or partner_id = $partner)
    and ($webinar = '' or webinar_id = $webinar)
    and touched_at >= cast($since as timestamptz)
    and touched_at < cast($until as timestamptz)
