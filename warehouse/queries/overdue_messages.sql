-- Messages that were handed over long ago and that nobody has tried to send, though they are still worth sending.
with messages as (
    select
        (properties ->> '$.message_key') as message_key,
        max(seq) as seq,
        min(recorded_at) as planned_at,
        min(cast((properties ->> '$.valid_until') as timestamptz)) as valid_until,
        bool_or(name = 'message_planned') as is_planned,
        bool_or(
            name in ('message_sending', 'message_sent', 'message_failed', 'message_uncertain', 'message_withheld')
        ) as is_tried
    from events
    where
        name in (
            'message_planned', 'message_sending', 'message_sent', 'message_failed', 'message_uncertain',
            'message_withheld'
        )
        and recorded_at > cast($now as timestamptz) - interval 8 day
    group by (properties ->> '$.message_key')
)

select
    count(*) as messages,
    max(seq) as newest_seq,
    min(planned_at) as oldest_at
from messages
where
    is_planned
    and not is_tried
    and planned_at < $planned_before
    and valid_until > $now
