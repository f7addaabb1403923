-- Every lead that goes on, as the log knows it: how it came, whose it is, what became of it. Needs: survivors.
-- `moment` orders by event time and then by seq: one number is compared three times as fast as two.
with lead_events as (
    select
        events.name,
        events.occurred_at,
        epoch_us(events.occurred_at) * cast(1000000000000 as hugeint) + events.seq as moment,
        coalesce(survivors.survivor_id, events.lead_id) as lead_id,
        survivors.survivor_id is null as is_own,
        case
            when events.name not like 'telegram_%'
                then (
                    events.properties ->> [
                        '$.partner_id', '$.lead_source', '$.lead_created_via', '$.entry', '$.first_touch_at',
                        '$.lead_created_at', '$.owner', '$.stage', '$.language', '$.time_zone', '$.is_proven'
                    ]
                )
        end as stated
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where
        events.lead_id is not null
        and events.name in (
            'core_ingest_event', 'core_lead_created', 'lead_merged', 'lead_assigned', 'lead_stage_changed',
            'lead_erased', 'telegram_linked', 'telegram_blocked', 'telegram_unblocked'
        )
),

known as (
    select
        lead_id,
        arg_min(stated, moment) filter (where name = 'core_lead_created') as created,
        arg_min(stated[1], moment) filter (where name = 'core_lead_created') as frozen_partner_id,
        min(occurred_at) filter (where name = 'core_lead_created') as stated_at,
        min(cast(stated[5] as timestamptz)) filter (where name = 'core_lead_created') as first_touch_at,
        min(cast(stated[6] as timestamptz)) filter (where name = 'core_lead_created') as lead_created_at,
        arg_max(stated[1], moment) filter (
            where name = 'lead_assigned' and stated[1] is not null
        ) as partner_id,
        arg_max(stated[7], moment) filter (where name = 'lead_assigned') as owned_by,
        arg_max(stated[8], moment) filter (where name = 'lead_stage_changed') as crm_stage,
        max(occurred_at) filter (where name = 'lead_stage_changed') as crm_stage_at,
        arg_max(stated[9], moment) filter (
            where name = 'core_ingest_event' and coalesce(stated[11], 'true') = 'true'
        ) as lead_language,
        arg_max(stated[10], moment) filter (
            where name = 'core_ingest_event' and stated[10] is not null
        ) as time_zone,
        min(occurred_at) filter (where name = 'telegram_linked') as telegram_linked_at,
        arg_max(name, moment) filter (where name like 'telegram_%') as channel_event,
        count(*) filter (where name = 'core_ingest_event') as forms,
        count(*) filter (where name = 'lead_merged') as merged_leads,
        max(occurred_at) filter (where name = 'lead_erased' and is_own) as erased_at
    from lead_events
    group by lead_id
)

select
    lead_id,
    created[2] as lead_source,
    created[3] as lead_created_via,
    created[4] as entry,
    first_touch_at,
    lead_created_at,
    greatest(stated_at, first_touch_at) as lead_at,
    nullif(owned_by, '') as owned_by,
    crm_stage,
    coalesce(crm_stage_at, lead_created_at) as crm_stage_at,
    lead_language,
    time_zone,
    telegram_linked_at,
    forms,
    merged_leads,
    nullif(coalesce(partner_id, frozen_partner_id), '') as partner_id,
    coalesce(channel_event in ('telegram_linked', 'telegram_unblocked'), false) as is_telegram_linked,
    erased_at is not null as is_erased
from known
where created is not null
