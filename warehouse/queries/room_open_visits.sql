-- Visits to a room that began lately and that nobody has ended: what a restarted tracker must take up again.
select
    entered.lead_id,
    entered.session_id,
    max(cast(entered.properties ->> '$.visit_no' as integer)) as visit_no
from events as entered
where
    entered.name = 'client_webinar_entered'
    and entered.occurred_at >= $since
    and not exists (
        select 1
        from events as ended
        where
            ended.name = 'client_webinar_left'
            and ended.session_id = entered.session_id
            and ended.lead_id = entered.lead_id
            and (ended.properties ->> '$.visit_no') = (entered.properties ->> '$.visit_no')
    )
group by entered.lead_id, entered.session_id
