-- Whose each lead is that goes on, and since when it is one. The partner is frozen at the creation of the earliest of
-- the merged leads that had one, unless staff re-assigned it ('' stated: to nobody). Needs: survivors.
select
    coalesce(survivors.survivor_id, events.lead_id) as lead_id,
    min(events.occurred_at) filter (where events.name = 'core_lead_created') as created_at,
    arg_min((events.properties ->> '$.partner_id'), (events.occurred_at, events.seq)) filter (
        where events.name = 'core_lead_created'
    ) as frozen_partner_id,
    nullif(
        coalesce(
            arg_max((events.properties ->> '$.partner_id'), (events.occurred_at, events.seq)) filter (
                where events.name = 'lead_assigned'
            ),
            frozen_partner_id
        ),
        ''
    ) as partner_id
from events
left join survivors on events.lead_id = survivors.lead_id
where events.name in ('core_lead_created', 'lead_assigned')
group by coalesce(survivors.survivor_id, events.lead_id)
having count(*) filter (where events.name = 'core_lead_created') > 0
