-- Of the leads that match those a search finds. Parameters: search (part of a name, phone, e-mail, Telegram name or
-- id), digits (of a phone). A merged lead is found by the contacts of both. Contacts are looked up of those in whom
-- something like the search was ever seen. Needs: leads_matching and merged_leads (survivors).
with alike as (
    select distinct subject_id
    from people
    where
        (kind in ('name', 'email', 'telegram_name') and contains(lower(value), $search))
        or (kind = 'phone' and $digits != '' and contains(value, $digits))
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

select *
from leads_matching
where starts_with(lead_id, $search) or lead_id in (select found.lead_id from found)
