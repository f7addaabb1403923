-- One page of leads, newest first, with the total of all that match: who they are, where from, how far they came.
-- Parameters: search ('' all; else part of a name, phone, e-mail or id), source, partner, webinar, verdict, telegram,
-- stage, owner, tag ('' all), limit, offset. A merged lead is listed under the one that goes on.
with created as (
    select
        lead_id,
        min(occurred_at) as created_at,
        arg_min((properties ->> '$.lead_source'), (occurred_at, seq)) as lead_source,
        arg_min((properties ->> '$.partner_id'), (occurred_at, seq)) as first_partner_id
    from events
    where name = 'core_lead_created'
    group by lead_id
),

merged as (
    select lead_id
    from events
    where name in ('lead_merged', 'lead_unmerged')
    group by lead_id
    having arg_max(name, (occurred_at, seq)) = 'lead_merged'
),

tagged as (
    select
        lead_id,
        (properties ->> '$.tag') as tag
    from events
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
        arg_max((properties ->> '$.partner_id'), (occurred_at, seq)) filter (
            where name = 'lead_assigned' and (properties ->> '$.partner_id') is not null
        ) as assigned_partner_id,
        arg_max((properties ->> '$.owner'), (occurred_at, seq)) filter (
            where name = 'lead_assigned' and (properties ->> '$.owner') is not null
        ) as lead_owner,
        arg_max((properties ->> '$.stage'), (occurred_at, seq)) filter (where name = 'lead_stage_changed') as lead_stage
    from events
    where lead_id is not null
    group by lead_id
),

contacts as (
    select
        subject_id,
        max(value) filter (where kind = 'name') as lead_name,
        max(value) filter (where kind = 'phone') as phone,
        max(value) filter (where kind = 'email') as email
    from people_current
    where kind in ('name', 'phone', 'email')
    group by subject_id
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
        coalesce(activity.assigned_partner_id, created.first_partner_id) as partner_id,
        coalesce(contacts.lead_name, '') as lead_name,
        coalesce(contacts.phone, '') as phone,
        coalesce(contacts.email, '') as email,
        case activity.telegram_fact
            when 'telegram_blocked' then 'blocked'
            when 'telegram_linked' then 'linked'
            when 'telegram_unblocked' then 'linked'
            else 'none'
        end as telegram,
        coalesce(list_contains(activity.webinar_ids, $webinar), false) as is_of_webinar
    from created
    left join activity on created.lead_id = activity.lead_id
    left join contacts on created.lead_id = contacts.subject_id
    left join tags on created.lead_id = tags.lead_id
    left join merged on created.lead_id = merged.lead_id
    where merged.lead_id is null
)

select
    listed.*,
    coalesce(partner_names.value, '') as partner_name,
    count(*) over () as total
from listed
left join people_current as partner_names
    on listed.partner_id = partner_names.subject_id and partner_names.kind = 'name'
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
        or contains(lower(listed.lead_name), $search)
        or contains(listed.email, $search)
        or ($digits != '' and contains(listed.phone, $digits))
        or starts_with(listed.lead_id, $search)
    )
order by listed.created_at desc, listed.lead_id asc
limit $limit offset $offset
