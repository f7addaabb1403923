-- The messages that are counted by step and those that stand behind them, where they are not as many.
select *
from (
    select
        (select coalesce(sum(messages), 0) from message_results) as counted,
        (select count(*) from messages) as behind
) as totals
where counted != behind
