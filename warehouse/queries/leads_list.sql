-- One page of leads, newest first, with the total of all that match: who they are, where from, how far they came.
-- Parameters: search ('' all; else part of a name, phone, e-mail, Telegram name or id), source, partner, webinar,
-- verdict, telegram, stage, owner, tag ('' all), ids (null all), until (created no later), limit, offset.
-- A merged lead is one row with the lead that goes on, and everything of both is counted. Needs: survivors,
-- lead_partners.
with lead_events as (
    select
        events.seq,
        events.name,
        events.emitter,
        events.occurred_at,
        events.webinar_id,
        events.session_id,
        events.properties,
        coalesce(survivors.survivor_id, events.lead_id) as lead_id
    from events
    left join survivors on events.lead_id = survivors.lead_id
    where events.lead_id is not null
),

created as (
    select
        lead_id,
        min(occurred_at) as created_at,
        arg_min((properties ->> '$.lead_source'), (occurred_at, seq)) as lead_source
    from lead_events
    where name = 'core_lead_created'
    group by lead_id
),

tagged as (
    select
        lead_id,
        (properties ->> '$.tag') as tag
    from lead_events
    where name = 'lead_tagged'
    group by lead_id, (properties ->> '$.tag')
    having arg_max((properties ->> '$.is_on'), (occurred_at, seq)) = 'true'
),

tags as (
    select
        lead_id,
        list(tag order by tag) as tags
    from tagged
    group by lead_id
),

activity as (
    select
        lead_id,
        max(occurred_at) filter (
            where emitter in ('web_form', 'telegram_bot', 'collect_api', 'client-webinar-tracker-v2')
            or name = 'telegram_linked'
        ) as last_seen_at,
        count(distinct session_id) filter (where name = 'client_webinar_registered') as registrations,
        arg_max(webinar_id, (occurred_at, seq)) filter (where name = 'client_webinar_registered') as webinar_id,
        list(distinct webinar_id) filter (where name = 'client_webinar_registered') as webinar_ids,
        arg_max((properties ->> '$.status'), (occurred_at, seq)) filter (
            where name = 'client_webinar_attendance_classified'
        ) as verdict,
        arg_max((properties ->> '$.outcome'), (occurred_at, seq)) filter (
            where name = 'client_webinar_attendance_classified'
        ) as outcome,
        arg_max(name, (occurred_at, seq)) filter (
            where name in ('telegram_linked', 'telegram_blocked', 'telegram_unblocked')
        ) as telegram_fact,
        arg_max((properties ->> '$.owner'), (occurred_at, seq)) filter (where name = 'lead_assigned') as lead_owner,
        arg_max((properties ->> '$.stage'), (occurred_at, seq)) filter (where name = 'lead_stage_changed') as lead_stage
    from lead_events
    group by lead_id
),

contacts as (
    select
        coalesce(survivors.survivor_id, known.subject_id) as lead_id,
        arg_min(known.value, (survivors.survivor_id is not null, known.subject_id)) filter (
            where known.kind = 'name'
        ) as lead_name,
        arg_min(known.value, (survivors.survivor_id is not null, known.subject_id)) filter (
            where known.kind = 'phone'
        ) as phone,
        arg_min(known.value, (survivors.survivor_id is not null, known.subject_id)) filter (
            where known.kind = 'email'
        ) as email,
        string_agg(lower(known.value), chr(10)) filter (where known.kind != 'phone') as spoken,
        string_agg(known.value, chr(10)) filter (where known.kind = 'phone') as phones
    from people_current as known
    left join survivors on known.subject_id = survivors.lead_id
    where known.kind in ('name', 'phone', 'email', 'telegram_name')
    group by coalesce(survivors.survivor_id, known.subject_id)
),

listed as (
    select
        created.lead_id,
        created.created_at,
        created.lead_source,
        activity.last_seen_at,
        activity.registrations,
        activity.webinar_id,
        activity.verdict,
        activity.outcome,
        coalesce(activity.lead_stage, 'new') as lead_stage,
        coalesce(activity.lead_owner, '') as lead_owner,
        coalesce(tags.tags, []) as tags,
        lead_partners.partner_id,
        coalesce(contacts.lead_name, '') as lead_name,
        coalesce(contacts.phone, '') as phone,
        coalesce(contacts.email, '') as email,
        coalesce(contacts.spoken, '') as spoken,
        coalesce(contacts.phones, '') as phones,
        case activity.telegram_fact
            when 'telegram_blocked' then 'blocked'
            when 'telegram_linked' then 'linked'
            when 'telegram_unblocked' then 'linked'
            else 'none'
        end as telegram,
        coalesce(list_contains(activity.webinar_ids, $webinar), false) as is_of_webinar
    from created
    left join lead_partners on created.lead_id = lead_partners.lead_id
    left join activity on created.lead_id = activity.lead_id
    left join contacts on created.lead_id = contacts.lead_id
    left join tags on created.lead_id = tags.lead_id
    where created.created_at <= try_cast($until as timestamptz)
),

chosen as (
    select listed.*
    from listed
    where
        ($source = '' or listed.lead_source = $source)
        and ($partner = '' or listed.partner_id = $partner)
        and ($webinar = '' or listed.is_of_webinar)
        and ($verdict = '' or coalesce(listed.verdict, 'none') = $verdict)
        and ($telegram = '' or listed.telegram = $telegram)
        and ($stage = '' or listed.lead_stage = $stage)
        and ($owner = '' or listed.lead_owner = $owner)
        and ($tag = '' or list_contains(listed.tags, $tag))
        and (
            $search = ''
            or contains(listed.spoken, $search)
            or ($digits != '' and contains(listed.phones, $digits))
            or starts_with(listed.lead_id, $search)
        )
        and ($ids is null or list_contains($ids, listed.lead_id))
)

select
    chosen.lead_id,
    chosen.created_at,
    chosen.lead_source,
    chosen.last_seen_at,
    chosen.registrations,
    chosen.webinar_id,
    chosen.verdict,
    chosen.outcome,
    chosen.lead_stage,
    chosen.lead_owner,
    chosen.tags,
    chosen.partner_id,
    chosen.lead_name,
    chosen.phone,
    chosen.email,
    chosen.telegram,
    coalesce(partner_names.value, '') as partner_name,
    (select count(everybody.lead_id) from chosen as everybody) as total
from chosen
left join people_current as partner_names
    on chosen.partner_id = partner_names.subject_id and partner_names.kind = 'name'
order by chosen.created_at desc, chosen.lead_id asc
limit $limit offset $offset
