-- The leads that match: a relation the list and the board share.
-- Parameters: search ('' all; else part of a name, phone, e-mail, Telegram name or id), digits (of a phone), source,
-- partner, webinar, verdict, telegram, stage, owner, tag ('' all), ids (null all), until (created no later).
-- A merged lead is found by the contacts of both. Needs: lead_list and merged_leads (survivors).
-- Contacts are looked up of those in whom something like the search was ever seen.
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
)

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
