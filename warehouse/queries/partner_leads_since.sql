-- Leads of a partner created since a moment ('' ever). Staff re-assignment counts: the newest assignment wins.
with assigned as (
    select
        lead_id,
        arg_max(properties ->> '$.partner_id', (occurred_at, seq)) as partner_id
    from events
    where name in ('core_lead_created', 'lead_assigned') and (properties ->> '$.partner_id') is not null
    group by lead_id
),

created as (
    select
        events.lead_id,
        events.occurred_at,
        assigned.partner_id
    from events
    inner join assigned on events.lead_id = assigned.lead_id
    where events.name = 'core_lead_created'
)

select count(distinct lead_id) as leads
from created
where
    partner_id = $partner
    and ($since = '' or occurred_at >= try_cast($since as timestamptz))
