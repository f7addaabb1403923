-- One page of leads, newest first, with the total of all that match: who they are, where from, how far they came.
-- Parameters: search ('' all; else part of a name, phone, e-mail, Telegram name or id), digits (of a phone), source,
-- partner, webinar, verdict, telegram, stage, owner, tag ('' all), ids (null all), until (created no later), limit,
-- offset. A merged lead is found by the contacts of both. Needs: lead_list and merged_leads (survivors).
-- Contacts are looked up of those who are shown, and of those in whom something like the search was ever seen.
with alike as (
    select distinct subject_id
    from people
    where
        $search != ''
        and (
            (kind in ('name', 'email', 'telegram_name') and contains(lower(value), $search))
            or (kind = 'phone' and $digits != '' and contains(value, $digits))
        )
),

still_alike as (
    select
        subject_id,
        kind,
        value
    from people
    where kind in ('name', 'phone', 'email', 'telegram_name') and subject_id in (select alike.subject_id from alike)
    qualify row_number() over (partition by subject_id, kind, ref order by given_at desc, seq desc) = 1
),

found as (
    select distinct coalesce(merged_leads.survivor_id, still_alike.subject_id) as lead_id
    from still_alike
    left join merged_leads on still_alike.subject_id = merged_leads.lead_id
    where
        (still_alike.kind != 'phone' and contains(lower(still_alike.value), $search))
        or (still_alike.kind = 'phone' and $digits != '' and contains(still_alike.value, $digits))
),

chosen as (
    select listed.*
    from lead_list as listed
    where
        listed.created_at <= try_cast($until as timestamptz)
        and ($source = '' or listed.lead_source = $source)
        and ($partner = '' or listed.partner_id = $partner)
        and ($webinar = '' or list_contains(listed.webinar_ids, $webinar))
        and ($verdict = '' or coalesce(listed.verdict, 'none') = $verdict)
        and ($telegram = '' or listed.telegram = $telegram)
        and ($stage = '' or listed.lead_stage = $stage)
        and ($owner = '' or listed.lead_owner = $owner)
        and ($tag = '' or list_contains(listed.tags, $tag))
        and ($ids is null or list_contains($ids, listed.lead_id))
        and (
            $search = ''
            or starts_with(listed.lead_id, $search)
            or listed.lead_id in (select found.lead_id from found)
        )
),

shown as materialized (
    select *
    from chosen
    order by created_at desc, lead_id asc
    limit $limit offset $offset
),

members as (
    select
        lead_id,
        lead_id as subject_id,
        false as is_merged
    from shown
    union all
    select
        survivor_id as lead_id,
        lead_id as subject_id,
        true as is_merged
    from merged_leads
    where survivor_id in (select shown.lead_id from shown)
),

known as (
    select
        members.lead_id,
        members.is_merged,
        people.subject_id,
        people.kind,
        people.value
    from people
    inner join members on people.subject_id = members.subject_id
    where people.kind in ('name', 'phone', 'email')
    qualify
        row_number() over (
            partition by people.subject_id, people.kind, people.ref
            order by people.given_at desc, people.seq desc
        ) = 1
),

contacts as (
    select
        lead_id,
        arg_min(value, (is_merged, subject_id)) filter (where kind = 'name') as lead_name,
        arg_min(value, (is_merged, subject_id)) filter (where kind = 'phone') as phone,
        arg_min(value, (is_merged, subject_id)) filter (where kind = 'email') as email
    from known
    group by lead_id
),

partner_names as (
    select
        people.subject_id,
        people.value
    from people
    where people.kind = 'name' and people.subject_id in (select shown.partner_id from shown)
    qualify
        row_number() over (
            partition by people.subject_id, people.ref order by people.given_at desc, people.seq desc
        ) = 1
)

select
    shown.lead_id,
    shown.created_at,
    shown.lead_source,
    shown.last_seen_at,
    shown.registrations,
    shown.webinar_id,
    shown.verdict,
    shown.outcome,
    shown.lead_stage,
    shown.lead_owner,
    shown.tags,
    shown.partner_id,
    shown.telegram,
    coalesce(contacts.lead_name, '') as lead_name,
    coalesce(contacts.phone, '') as phone,
    coalesce(contacts.email, '') as email,
    coalesce(partner_names.value, '') as partner_name,
    (select count(everybody.lead_id) from chosen as everybody) as total
from shown
left join contacts on shown.lead_id = contacts.lead_id
left join partner_names on shown.partner_id = partner_names.subject_id
order by shown.created_at desc, shown.lead_id asc
