-- The days (UTC) on which somebody was created or seen, in order.
select strftime(busy.occurred_on, '%Y-%m-%d') as occurred_on
from (
    select distinct cast(make_timestamp(epoch_us(occurred_at)) as date) as occurred_on
    from events
    where name in ('touch_recorded', 'core_lead_created')
) as busy
order by busy.occurred_on
